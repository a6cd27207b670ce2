/* task_trainer.c — see task_trainer.h. task_trainer_step() is the whole of a step:
 *
 *   questions ← streams (seed, QUESTION, step · questions + i);  answers ~ π under the domain's mask
 *   rewards, credit ← the verifier;  A ← within groups;  θ ← one step on A log π − β KL(π ‖ π_ref) */
#include "eqrl/rl/task_trainer.h"

#include "eqrl/base/mem.h"
#include "eqrl/domain/task_reward.h"
#include "answers.h"
#include "batch.h"
#include "learned_state.h"
#include "learning.h"
#include "stages.h"

#include <stdlib.h>
#include <string.h>

enum { RNG_QUESTION = 0x717374, RNG_ANSWER = 0x616e73 };

/* What the verifier says of one answer, as far as it is counted. */
struct marks {
	bool right, formed;
};

struct task_trainer {
	struct task_training c;
	struct policy policy;
	struct pool *pool;
	struct sampler *sampler;
	struct learning learning;
	struct baseline baseline;
	struct task_progress progress;
	uint64_t identity; /* of starting weights and configuration */
	int questions, each;
	struct prompt *prompt;	    /* of the step's questions: these, … */
	struct context *context;    /* … as they are shown, … */
	struct answer_rules *rules; /* … and the language of their answers */
	struct syntax *syntax;	    /* of each answer */
	struct marks *marks;
	struct batch batch;
};

/* ---- questions and answers ---------------------------------------------------------------------- */

struct posing {
	struct task_trainer *t;
	struct task_mix levels;
};

static void pose_question(void *context, int i, int worker)
{
	const struct posing *w = context;
	struct task_trainer *t = w->t;
	uint64_t number = (uint64_t)t->progress.step * (uint64_t)t->questions + (uint64_t)i;
	const struct task_level *of = &w->levels.level[number % (uint64_t)w->levels.n];
	struct rng r = rng_stream(t->c.train.seed, RNG_QUESTION, number);
	struct context *x = &t->context[i];

	domain_draw(of->domain, of->level, SPLIT_TRAIN, &r, &t->prompt[i]);
	t->prompt[i].template = (uint8_t)t->c.template;
	memory_release(&x->memory);
	x->n_points = prompt_encode(&t->prompt[i], x->points, x->features);
	policy_encode(&t->policy, x->points, x->n_points, x->features, &x->memory);
}

static bool write_answers(struct task_trainer *t, const volatile int *stop)
{
	const struct sample_request request = {
		.policy = &t->policy,
		.memory = t->batch.memory,
		.syntax = t->syntax,
		.n = t->batch.n,
		.temperature = t->c.train.temperature,
		.bf16 = t->c.train.bf16,
		.seed = mix64(t->c.train.seed, RNG_ANSWER),
		.first = (uint64_t)t->progress.step * (uint64_t)t->batch.n,
	};

	return sampler_draw(t->sampler, &request, &t->batch.samples, stop);
}

static void judge_answer(void *context, int i, int worker)
{
	struct task_trainer *t = context;
	struct batch *b = &t->batch;
	const struct prompt *p = &t->prompt[i / t->each];
	size_t at = (size_t)i * (size_t)b->samples.width;
	struct judgement j;

	prompt_judge(p, b->samples.tokens + at, b->samples.len[i], &j);
	b->reward[i] = answer_reward(t->c.reward, t->c.format_reward, &j);
	t->marks[i] = (struct marks){j.right, j.formed};
	if (b->has_credit)
		answer_credit(&j, b->samples.legal + at, b->samples.len[i], t->c.train.feedback_weight, b->credit + at);
}

static void count_marks(struct task_trainer *t)
{
	struct task_progress *p = &t->progress;
	double n = t->batch.n;

	p->reward = p->right = p->formed = p->hit = 0;
	for (int i = 0; i < t->batch.n; i += t->each) {
		bool hit = false;

		for (int k = i; k < i + t->each; k++) {
			p->reward += t->batch.reward[k] / n;
			p->right += t->marks[k].right / n;
			p->formed += t->marks[k].formed / n;
			hit |= t->marks[k].right;
		}
		p->hit += hit / (double)t->questions;
	}
}

/* ---- learning ----------------------------------------------------------------------------------- */

static enum status learn_from_answers(struct task_trainer *t)
{
	const struct train_config *c = &t->c.train;
	struct batch *b = &t->batch;

	if (c->kl_in_reward && learning_kl(&t->learning, c) > 0)
		TRY(learning_charge_divergence(&t->learning, c, b));
	batch_advantage(b, c->algo, t->each, c->train_size, &t->baseline);
	if (b->has_credit && c->train_size >= b->n)
		answers_choose_credited(b);
	t->progress.distinct = answers_merge(b, t->each);
	return learning_step(&t->learning, c, &(struct lesson){.batch = b}, &t->policy);
}

/* Where a stage begins. */
static enum status begin_stage(struct task_trainer *t)
{
	int stage = stage_at(&t->c.mix, t->c.stage_steps, t->progress.step);
	bool begins = stage != t->progress.stage;

	t->progress.stage = stage;
	return begins && t->c.stage_refresh ? learning_refresh(&t->learning, &t->policy) : ST_OK;
}

enum status task_trainer_step(struct task_trainer *t, const volatile int *stop)
{
	struct posing w = {.t = t};
	enum status st;

	TRY(begin_stage(t));
	w.levels = t->c.mix;
	if (t->c.stage_steps)
		stage_levels(&t->c.mix, t->progress.stage, &w.levels);
	pool_run(t->pool, t->questions, pose_question, &w);
	if (!write_answers(t, stop))
		return ST_OK;
	if (t->batch.has_credit)
		batch_clear_credit(&t->batch);
	pool_run(t->pool, t->batch.n, judge_answer, t);
	count_marks(t);
	st = learn_from_answers(t);
	t->progress.step++;
	t->progress.answers += t->batch.n;
	t->progress.learning = t->learning.record;
	return st;
}

/* ---- life --------------------------------------------------------------------------------------- */

/* All that a step's meaning hangs on, but for budgets and threads. */
static uint64_t identify(const struct task_training *c, const struct policy *p)
{
	const struct train_config *t = &c->train;
	const double numbers[] = {t->batch,	   t->group_size,   t->train_size,    t->algo,
				  t->lr,	   t->kl,	    t->entropy,	      t->entropy_decay,
				  t->clip_low,	   t->clip_high,    t->temperature,   t->lr_half_life,
				  t->kl_half_life, t->kl_in_reward, t->feedback,      t->feedback_weight,
				  t->tune_all,	   t->bf16,	    c->reward,	      c->format_reward,
				  c->strict,	   c->stage_steps,  c->stage_refresh, c->template};
	uint64_t h = mix64(t->seed, hash_bytes(numbers, sizeof(numbers)));

	for (int i = 0; i < c->mix.n; i++) {
		const struct task_level *l = &c->mix.level[i];

		h = mix64(mix64(h, hash_bytes(l->domain->name, strlen(l->domain->name))), (uint64_t)l->level);
	}
	return mix64(h, hash_bytes(p->params, net_size(&p->config) * sizeof(float)));
}

static void open_questions(struct task_trainer *t)
{
	const struct net_config *net = &t->policy.config;
	size_t n = (size_t)t->questions;

	t->prompt = xcalloc(n, sizeof(*t->prompt));
	t->context = xcalloc(n, sizeof(*t->context));
	t->rules = xcalloc(n, sizeof(*t->rules));
	for (size_t i = 0; i < n; i++) {
		t->rules[i] = (struct answer_rules){&t->prompt[i], t->c.strict};
		t->context[i].points = xaligned(PROMPT_ROWS * (size_t)net->features * sizeof(float));
		t->context[i].features = xaligned((size_t)net->context * sizeof(float));
	}
}

static void open_answers(struct task_trainer *t)
{
	struct batch *b = &t->batch;
	int n = t->questions * t->each;

	batch_open(b, n);
	t->syntax = xcalloc((size_t)n, sizeof(*t->syntax));
	t->marks = xcalloc((size_t)n, sizeof(*t->marks));
	b->by = BY_POLICY;
	b->mixed = true;
	b->n = b->n_written = n;
	b->has_credit = t->c.train.feedback && t->c.train.feedback_weight != 0;
	for (int i = 0; i < n; i++) {
		b->context[i] = &t->context[i / t->each];
		b->memory[i] = &t->context[i / t->each].memory;
		b->score[i].hash = (uint64_t)i; /* answers count as often as they were given */
		t->syntax[i] = domain_syntax(&t->rules[i / t->each]);
	}
}

enum status task_trainer_open(struct task_trainer **out, const struct task_training *c, const struct policy *p,
			      const struct learner_api *api, struct pool *pool)
{
	struct task_trainer *t = xcalloc(1, sizeof(*t));
	enum status st;

	t->c = *c;
	t->pool = pool;
	t->each = c->train.group_size;
	t->questions = c->train.batch / c->train.group_size;
	t->progress.questions = t->questions;
	policy_copy(&t->policy, p);
	t->sampler = sampler_new(pool);
	t->identity = identify(c, p);
	open_questions(t);
	open_answers(t);
	st = learning_open(&t->learning, &c->train, &t->policy, &(struct trainer_inputs){.api = api, .pool = pool});
	if (st != ST_OK) {
		task_trainer_close(t);
		return st;
	}
	*out = t;
	return ST_OK;
}

void task_trainer_close(struct task_trainer *t)
{
	if (!t)
		return;
	learning_close(&t->learning);
	sampler_free(t->sampler);
	batch_close(&t->batch);
	for (int i = 0; i < t->questions; i++)
		context_release(&t->context[i]);
	policy_release(&t->policy);
	free(t->prompt);
	free(t->context);
	free(t->rules);
	free(t->syntax);
	free(t->marks);
	free(t);
}

int task_trainer_stages(const struct task_trainer *t)
{
	return stage_count(&t->c.mix);
}

const struct task_progress *task_trainer_progress(const struct task_trainer *t)
{
	return &t->progress;
}

const struct policy *task_trainer_policy(const struct task_trainer *t)
{
	return &t->policy;
}

/* ---- the state as a file ------------------------------------------------------------------------ */

struct task_trainer_fixed {
	struct task_progress progress;
	struct baseline baseline;
};

enum status task_trainer_save(struct task_trainer *t, const char *path)
{
	struct task_trainer_fixed fixed;

	memset(&fixed, 0, sizeof(fixed)); /* padding too: equal states give equal bytes */
	memcpy(&fixed.progress, &t->progress, sizeof(fixed.progress));
	memcpy(&fixed.baseline, &t->baseline, sizeof(fixed.baseline));
	return learned_save(&(struct learned_state){&t->learning, &t->policy, t->identity, &fixed, sizeof(fixed)},
			    "eqrl-task-state", path);
}

enum status task_trainer_load(struct task_trainer *t, const char *path)
{
	struct task_trainer_fixed fixed;
	enum status st;

	st = learned_load(&(struct learned_state){&t->learning, &t->policy, t->identity, &fixed, sizeof(fixed)}, path);
	if (st != ST_OK)
		return st;
	t->progress = fixed.progress;
	t->baseline = fixed.baseline;
	t->learning.record = fixed.progress.learning;
	return ST_OK;
}
