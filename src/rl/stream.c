/* stream.c — see stream.h. */
#include "eqrl/rl/stream.h"

#include "eqrl/base/mem.h"
#include "eqrl/score/rounding.h"
#include "batch.h"
#include "contexts.h"
#include "learned_state.h"
#include "learning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RNG_STREAM = 0x737472, RNG_STREAM_HELD_OUT = 0x737468 };
enum { SEQUENCES_BITS = 16 }; /* streams of a problem: more than a group has equations */
#define DECADES	    8.0
#define LEAST_ERROR 1e-12 /* as in reward.h */

/* One problem of the present step. */
struct streamed {
	struct dataset d;
	struct contexts contexts; /* one */
	struct syntax syntax;
	struct grammar grammar;
	double floor;
};

struct stream {
	struct stream_config c;
	struct policy policy;
	struct pool *pool;
	struct sampler *sampler;
	struct learning learning;
	struct baseline baseline;
	struct stream_progress progress;
	uint64_t identity; /* of starting weights and configuration */
	int n_problems;	   /* at present */
	struct streamed *problem;
	struct syntax *syntax; /* of each sequence */
	struct batch batch;
};

/* ---- problems, equations, scores ----------------------------------------------------------------- */

struct showing {
	struct stream *s;
	bool held_out;
	uint64_t first;
};

static void show_problem(void *context, int i, int worker)
{
	struct showing *w = context;
	struct stream *s = w->s;
	const struct train_config *c = &s->c.train;
	struct streamed *q = &s->problem[i];
	double noise = s->c.source.draw(s->c.source.context, w->held_out, w->first + (uint64_t)i, &q->d);

	q->floor = fmax(noise, rounding_level(&q->d.fit));
	contexts_init(&q->contexts, 1, &q->d, &s->policy, c->seed);
	q->grammar = grammar_default(q->contexts.n_slots);
	q->grammar.allowed &= c->allowed & s->policy.known_tokens;
	q->grammar.max_len = c->max_size < s->policy.grammar_max_len ? c->max_size : s->policy.grammar_max_len;
	q->grammar.max_consts = c->max_consts;
	if (s->policy.grammar_nest > 0)
		q->grammar.nest_limit = s->policy.grammar_nest;
	q->syntax = grammar_syntax(&q->grammar);
}

static void release_problems(struct stream *s)
{
	for (int i = 0; i < s->n_problems; i++) {
		contexts_release(&s->problem[i].contexts);
		dataset_release(&s->problem[i].d);
	}
	free(s->problem);
	s->problem = NULL;
	s->n_problems = 0;
}

static void reserve_batch(struct stream *s, int n)
{
	if (s->batch.capacity < n) {
		batch_close(&s->batch);
		batch_open(&s->batch, n);
		s->syntax = xrealloc(s->syntax, (size_t)n * sizeof(*s->syntax));
	}
	s->batch.by = BY_POLICY;
	s->batch.mixed = true;
	s->batch.n = n;
}

static bool write_equations(struct stream *s, const struct showing *w, int each, const volatile int *stop)
{
	struct batch *b = &s->batch;
	struct sample_request request = {
		.policy = &s->policy,
		.memory = b->memory,
		.syntax = s->syntax,
		.n = b->n,
		.temperature = s->c.train.temperature,
		.bf16 = s->c.train.bf16,
		.seed = mix64(s->c.train.seed, w->held_out ? RNG_STREAM_HELD_OUT : RNG_STREAM),
		.first = w->first << SEQUENCES_BITS,
	};

	for (int i = 0; i < b->n; i++) {
		const struct streamed *q = &s->problem[i / each];

		b->context[i] = q->contexts.context;
		b->memory[i] = &q->contexts.context->memory;
		s->syntax[i] = q->syntax;
	}
	if (!sampler_draw(s->sampler, &request, &b->samples, stop))
		return false;
	b->n_written = b->n;
	for (int i = 0; i < b->n; i++)
		if (!vocab_decode(b->samples.tokens + (size_t)i * (size_t)b->samples.width, b->samples.len[i] - 1,
				  b->context[i]->column_of_slot, &b->candidate[i]))
			BUG("the sampler wrote tokens that are no equation");
	return true;
}

/* Each problem's equations by a scorer of its own: what was seen of one table says nothing about another. */
static bool score_equations(struct stream *s, int each, const volatile int *stop)
{
	struct batch *b = &s->batch;
	struct reward_config reward = s->c.train.reward;
	struct scorer_config config = s->c.train.scorer;
	bool done = true;

	config.seed = s->c.train.seed;
	for (int i = 0; i < s->n_problems && done; i++) {
		struct scorer *scorer = scorer_new(&config, &s->problem[i].d, s->pool);
		int at = i * each;

		done = scorer_run(scorer, b->candidate + at, each, b->score + at, stop);
		reward.floor = s->problem[i].floor;
		if (done)
			reward_step(&reward, b->score + at, each, b->reward + at);
		scorer_free(scorer);
	}
	return done;
}

/* Writes and scores `each` equations for problems first, first + 1, …; release_problems() comes after it. */
static bool work_on(struct stream *s, struct showing *w, int problems, int each, const volatile int *stop)
{
	s->problem = xcalloc((size_t)problems, sizeof(*s->problem));
	s->n_problems = problems;
	pool_run(s->pool, problems, show_problem, w);
	reserve_batch(s, problems * each);
	return write_equations(s, w, each, stop) && score_equations(s, each, stop);
}

/* Error of the best equation of problem i, not below what noise leaves. */
static double best_error(const struct stream *s, int i, int each)
{
	double best = 1;

	for (int k = i * each; k < (i + 1) * each; k++)
		if (s->batch.score[k].verdict == VERDICT_OK && s->batch.score[k].fvu_fit < best)
			best = s->batch.score[k].fvu_fit;
	return fmax(best, fmax(s->problem[i].floor, LEAST_ERROR));
}

/* As the binary reward has it. */
static bool is_recovered(const struct stream *s, int i, int each)
{
	return best_error(s, i, each) <= fmax(REWARD_SOLVED, 2 * s->problem[i].floor);
}

/* ---- a step ---------------------------------------------------------------------------------------- */

/* The first of the best of each group is imitated, where it explains anything. */
static void choose_best(struct batch *b, int each)
{
	b->n_chosen = 0;
	for (int from = 0; from < b->n; from += each) {
		int best = from;

		for (int i = from + 1; i < from + each; i++)
			if (b->reward[i] > b->reward[best])
				best = i;
		b->advantage[best] = 1;
		if (b->score[best].verdict == VERDICT_OK && b->score[best].fvu_fit < 1)
			b->chosen[b->n_chosen++] = best;
	}
}

static enum status learn_from_batch(struct stream *s)
{
	const struct train_config *c = &s->c.train;
	struct batch *b = &s->batch;
	struct lesson lesson = {.batch = b, .imitate = s->c.expert};

	if (c->kl_in_reward && learning_kl(&s->learning, c) > 0)
		TRY(learning_charge_divergence(&s->learning, c, b));
	if (s->c.expert)
		choose_best(b, c->group_size);
	else
		batch_advantage(b, c->algo, c->group_size, c->train_size, &s->baseline);
	return learning_step(&s->learning, c, &lesson, &s->policy);
}

enum status stream_step(struct stream *s, const volatile int *stop)
{
	int each = s->c.train.group_size;
	struct showing w = {.s = s, .first = (uint64_t)s->progress.step * (uint64_t)s->c.problems};
	struct stream_progress *p = &s->progress;
	enum status st = ST_OK;

	if (work_on(s, &w, s->c.problems, each, stop)) {
		p->reward = p->solved = 0;
		for (int i = 0; i < s->batch.n; i++)
			p->reward += s->batch.reward[i] / s->batch.n;
		for (int i = 0; i < s->c.problems; i++)
			p->solved += is_recovered(s, i, each) / (double)s->c.problems;
		st = learn_from_batch(s);
		p->step++;
		p->learning = s->learning.record;
	}
	release_problems(s);
	return st;
}

void stream_measure(struct stream *s, int problems, int samples, struct stream_worth *out)
{
	*out = (struct stream_worth){.n = problems, .samples = samples};
	for (int from = 0; from < problems; from += s->c.problems) {
		struct showing w = {.s = s, .held_out = true, .first = (uint64_t)from};
		int n = problems - from < s->c.problems ? problems - from : s->c.problems;

		work_on(s, &w, n, samples, NULL);
		for (int i = 0; i < n; i++) {
			out->recovered += is_recovered(s, i, samples);
			out->decades += fmin(-log10(best_error(s, i, samples)), DECADES) / problems;
		}
		for (int i = 0; i < s->batch.n; i++)
			out->reward += s->batch.reward[i] / ((double)problems * samples);
		release_problems(s);
	}
}

/* ---- life ------------------------------------------------------------------------------------------ */

/* All that a step's meaning hangs on, but for budgets and threads. */
static uint64_t identify(const struct stream_config *c, const struct policy *p)
{
	const struct train_config *t = &c->train;
	double numbers[] = {(double)t->group_size,
			    (double)t->train_size,
			    (double)t->algo,
			    (double)t->reward.kind,
			    t->reward.size_cost,
			    t->lr,
			    t->kl,
			    t->entropy,
			    t->entropy_decay,
			    t->clip_low,
			    t->clip_high,
			    t->temperature,
			    t->lr_half_life,
			    t->kl_half_life,
			    t->kl_in_reward,
			    t->tune_all,
			    t->bf16,
			    (double)t->max_size,
			    (double)t->max_consts,
			    (double)c->problems,
			    c->expert};

	return mix64(mix64(t->seed ^ c->source.identity, hash_bytes(numbers, sizeof(numbers))),
		     hash_bytes(p->params, net_size(&p->config) * sizeof(float)));
}

enum status stream_open(struct stream **out, const struct stream_config *c, const struct policy *p,
			const struct learner_api *api, struct pool *pool)
{
	struct stream *s = xcalloc(1, sizeof(*s));
	enum status st;

	s->c = *c;
	s->pool = pool;
	policy_copy(&s->policy, p);
	s->sampler = sampler_new(pool);
	s->identity = identify(c, p);
	st = learning_open(&s->learning, &c->train, &s->policy, &(struct trainer_inputs){.api = api, .pool = pool});
	if (st != ST_OK) {
		stream_close(s);
		return st;
	}
	*out = s;
	return ST_OK;
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	release_problems(s);
	learning_close(&s->learning);
	sampler_free(s->sampler);
	batch_close(&s->batch);
	policy_release(&s->policy);
	free(s->syntax);
	free(s);
}

const struct stream_progress *stream_progress(const struct stream *s)
{
	return &s->progress;
}

const struct policy *stream_policy(const struct stream *s)
{
	return &s->policy;
}

/* ---- the state as a file --------------------------------------------------------------------------- */

struct stream_fixed {
	struct stream_progress progress;
	struct baseline baseline;
};

enum status stream_save(struct stream *s, const char *path)
{
	struct stream_fixed fixed;

	memset(&fixed, 0, sizeof(fixed)); /* padding too */
	memcpy(&fixed.progress, &s->progress, sizeof(fixed.progress));
	memcpy(&fixed.baseline, &s->baseline, sizeof(fixed.baseline));
	return learned_save(&(struct learned_state){&s->learning, &s->policy, s->identity, &fixed, sizeof(fixed)},
			    "eqrl-stream-state", path);
}

enum status stream_load(struct stream *s, const char *path)
{
	struct stream_fixed fixed;

	TRY(learned_load(&(struct learned_state){&s->learning, &s->policy, s->identity, &fixed, sizeof(fixed)}, path));
	s->progress = fixed.progress;
	s->baseline = fixed.baseline;
	s->learning.record = fixed.progress.learning;
	return ST_OK;
}
