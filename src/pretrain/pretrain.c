/* pretrain.c — the supervised loop; see pretrain.h. pretrain_step() is the whole of it:
 *
 *   N ← number of rows to show;  problems ← streams (seed, PAIR, step · pairs + i)
 *   loss = mean over tokens of −log π(token | rows, tokens before)
 *   AdamW with warm-up and a cosine to a tenth */
#include "eqrl/pretrain/pretrain.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 3 };	       /* steps made in advance for a GPU; on the CPU the cores are busy anyway */
enum { MOST_SKIPPED = 5 };     /* steps without a finite gradient, one after the other */
enum { HELD_OUT_BATCHES = 4 }; /* step batches of the held-out evaluation */

enum status pretrain_learner_failed(const struct pretrain *t, enum status st)
{
	return fail(st, "learner: %s", t->api->error());
}

int64_t pretrain_pairs_per_step(const struct pretrain_config *c)
{
	return (int64_t)c->micro_batch * c->micro_batches;
}

static int64_t total_steps(const struct pretrain_config *c)
{
	return (c->pairs + pretrain_pairs_per_step(c) - 1) / pretrain_pairs_per_step(c);
}

static double rate_at(const struct pretrain_config *c, int64_t step)
{
	double t;

	if (step < c->warmup)
		return c->lr * (double)(step + 1) / c->warmup;
	t = (double)(step - c->warmup) / (double)fmax(1, (double)(total_steps(c) - c->warmup));
	return c->lr * (0.1 + 0.9 * 0.5 * (1 + cos(3.14159265358979323846 * fmin(t, 1))));
}

/* ---- life -------------------------------------------------------------------------------------- */

/* By weights and by those that they started from. */
static int64_t count_pairs_seen(const cJSON *recipe)
{
	const cJSON *total = cJSON_GetObjectItemCaseSensitive(recipe, "pairs_total");
	const cJSON *pairs = cJSON_GetObjectItemCaseSensitive(recipe, "pairs");

	return (int64_t)(cJSON_IsNumber(total) ? total->valuedouble : cJSON_IsNumber(pairs) ? pairs->valuedouble : 0);
}

static enum status take_starting_weights(struct pretrain *t)
{
	const struct pair_source *source = pretrain_source(&t->c);
	const struct grammar *g = &t->c.problem.grammar;
	struct policy p;

	policy_init_language(&t->policy, &t->c.net, t->c.encoding, source->vocabulary, t->c.seed);
	t->policy.grammar_max_len = t->c.tasks ? source->max_len : g->max_len;
	t->policy.grammar_max_consts = t->c.tasks ? 0 : g->max_consts;
	t->policy.grammar_nest = t->c.tasks ? 0 : g->nest_limit;
	if (!t->c.init)
		return ST_OK;
	TRY(policy_load_language(&p, t->c.init, source->vocabulary));
	if (net_size(&p.config) != net_size(&t->c.net) || p.encoding != t->c.encoding) {
		policy_release(&p);
		return fail(ST_WEIGHTS, "%s: has another shape or encoding than the configuration asks for", t->c.init);
	}
	memcpy(t->policy.params, p.params, net_size(&p.config) * sizeof(float));
	t->progress.pairs_before = count_pairs_seen(p.recipe);
	policy_release(&p);
	return ST_OK;
}

static enum status open_learner(struct pretrain *t)
{
	struct learner_config lc = {
		.net = t->c.net,
		.adam = {.beta1 = 0.9, .beta2 = 0.98, .eps = 1e-9, .weight_decay = 0.01, .max_grad_norm = 1},
		.threads = t->c.threads,
		.bf16 = t->c.bf16,
		.device = t->c.device,
		.peers = {ranks_count(), ranks_mine(), ranks_broadcast},
	};
	enum status st = t->api->open(&t->learner, &lc, t->policy.params);

	return st == ST_OK ? ST_OK : pretrain_learner_failed(t, st);
}

/* A thread of their own makes the batches of a GPU; between ranks the main thread alone may speak. */
static int batches_ahead(const struct pretrain_config *c)
{
	return strcmp(c->device, "cpu") == 0 || ranks_count() > 1 ? 0 : AHEAD;
}

enum status pretrain_open(struct pretrain **out, const struct pretrain_config *c, const struct learner_api *api,
			  const char *state_path)
{
	struct pretrain *t = xcalloc(1, sizeof(*t));
	enum status st;

	t->c = *c;
	t->api = api;
	t->pool = pool_new(c->threads);
	st = take_starting_weights(t);
	if (st == ST_OK)
		st = open_learner(t);
	if (st == ST_OK && state_path && file_exists(state_path) && !c->init)
		st = pretrain_load_state(t, state_path);
	if (st == ST_OK)
		st = feed_new(&t->feed, &t->c,
			      &(struct feed_options){t->pool, batches_ahead(c), t->progress.step, api, t->learner});
	if (st != ST_OK) {
		pretrain_close(t);
		return st;
	}
	t->first_step = t->progress.step;
	t->started = clock_seconds();
	t->progress.gflop_per_pair = 3e-9 * net_flops(&c->net, c->net.points, 18);
	*out = t;
	return ST_OK;
}

void pretrain_close(struct pretrain *t)
{
	if (!t)
		return;
	feed_free(t->feed); /* before the learner, whose memory its batches use */
	step_batch_release(&t->held_out);
	if (t->learner)
		t->api->close(t->learner);
	recovery_free(t->recovery);
	policy_release(&t->policy);
	pool_free(t->pool);
	free(t);
}

/* ---- steps ------------------------------------------------------------------------------------- */

static void update_mean(double *mean, double value, int64_t n)
{
	double weight = 1.0 / (double)(n < 100 ? n : 100);

	*mean += weight * (value - *mean);
}

enum status pretrain_step(struct pretrain *t)
{
	struct pretrain_progress *p = &t->progress;
	struct learn_loss loss = {0};
	struct learn_stats stats = {0};
	double begin = clock_seconds();
	struct step_batch *b = feed_take(t->feed);
	enum status st;

	t->generating += clock_seconds() - begin;
	loss.divisor = (double)b->n_tokens;
	p->lr = rate_at(&t->c, p->step);
	st = t->api->step(t->learner, b->batch, b->n, &loss, p->lr, &stats);
	/* a rare batch overflows, above all in bfloat16: the weights stay, the step is lost, nothing else */
	t->skipped_in_a_row = st == ST_OK ? 0 : t->skipped_in_a_row + 1;
	if (st != ST_OK && (st != ST_NOT_FINITE || t->skipped_in_a_row > MOST_SKIPPED))
		return pretrain_learner_failed(t, st);
	p->step++;
	if (st != ST_OK) {
		p->skipped++;
		return ST_OK;
	}
	p->pairs = p->step * pretrain_pairs_per_step(&t->c);
	update_mean(&p->loss, stats.ce_loss, p->step - t->first_step);
	update_mean(&p->accuracy, stats.token_accuracy, p->step - t->first_step);
	p->grad_norm = stats.grad_norm;
	p->pairs_per_second =
		(double)((p->step - t->first_step) * pretrain_pairs_per_step(&t->c)) / (clock_seconds() - t->started);
	p->generator_share = t->generating / (clock_seconds() - t->started);
	return ST_OK;
}

enum status pretrain_evaluate(struct pretrain *t)
{
	double loss_sum = 0, right = 0, tokens = 0;
	struct step_batch *b = &t->held_out;

	if (!b->encoded)
		TRY(step_batch_init(b, &t->c, t->c.threads, t->api, t->learner));
	for (int i = 0; i < HELD_OUT_BATCHES; i++) {
		struct learn_loss loss = {0};
		struct learn_stats stats = {0};
		enum status st;

		step_batch_fill(b, &t->c, t->pool, RNG_HELD_OUT, (uint64_t)(i * pretrain_pairs_per_step(&t->c)),
				t->c.net.points);
		loss.divisor = (double)b->n_tokens;
		st = t->api->evaluate(t->learner, b->batch, b->n, &loss, &stats);
		if (st != ST_OK)
			return pretrain_learner_failed(t, st);
		loss_sum += stats.ce_loss * (double)stats.tokens;
		right += stats.token_accuracy * (double)stats.tokens;
		tokens += (double)stats.tokens;
	}
	t->progress.held_loss = loss_sum / tokens;
	t->progress.held_accuracy = right / tokens;
	return ST_OK;
}

enum status pretrain_measure_recovery(struct pretrain *t, int samples)
{
	enum status st = t->api->get_params(t->learner, t->policy.params);

	if (st != ST_OK)
		return pretrain_learner_failed(t, st);
	if (!t->recovery)
		t->recovery = recovery_new(&t->c, PRETRAIN_RECOVERY_PROBLEMS);
	recovery_measure(t->recovery, &t->policy, t->pool, samples, t->progress.recovery);
	return ST_OK;
}

enum status pretrain_measure_tasks(struct pretrain *t, int prompts)
{
	const struct task_mix *mix = t->c.tasks;
	enum status st = t->api->get_params(t->learner, t->policy.params);

	if (st != ST_OK)
		return pretrain_learner_failed(t, st);
	for (int i = 0; i < mix->n; i++) {
		struct attempts a = {.policy = &t->policy,
				     .pool = t->pool,
				     .tries = 0,
				     .strict = true,
				     .seed = 1,
				     .template = t->c.templates.number[0]};

		t->progress.task[i].of = mix->level[i];
		attempts_score(&a, &mix->level[i], prompts, &t->progress.task[i].scores);
	}
	t->progress.n_tasks = mix->n;
	return ST_OK;
}

bool pretrain_done(const struct pretrain *t)
{
	return t->progress.step >= total_steps(&t->c);
}

const struct pretrain_progress *pretrain_progress(const struct pretrain *t)
{
	return &t->progress;
}
