/* pretrain.c — the supervised loop; see pretrain.h. pretrain_step() is the whole of it:
 *
 *   N ← number of rows to show;  problems ← streams (seed, PAIR, step · pairs + i)
 *   loss = mean over tokens of −log π(token | rows, tokens before)
 *   AdamW with warm-up and a cosine to a tenth */
#include "eqrl/pretrain/pretrain.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "feed.h"
#include "recipe.h"
#include "recovery.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RNG_HELD_OUT = 3 };     /* beside those of feed.c */
enum { AHEAD = 3 };	       /* steps made in advance for a GPU; on the CPU the cores are busy anyway */
enum { MOST_SKIPPED = 5 };     /* steps without a finite gradient, one after the other */
enum { HELD_OUT_BATCHES = 4 }; /* step batches of the held-out evaluation */

struct pretrain {
	struct pretrain_config c;
	const struct learner_api *api;
	struct learner *learner;
	struct pool *pool;
	struct policy policy; /* shape and starting values; current ones live in the learner */
	struct feed *feed;
	struct step_batch held_out;    /* made when first asked for */
	struct recovery_set *recovery; /* made when first asked for */
	struct pretrain_progress progress;
	int64_t verdicts[PROBLEM_VERDICTS];
	int64_t first_step;	    /* of this process, for the rate */
	double started, generating; /* seconds; waited for the generator */
	int skipped_in_a_row;
};

static enum status learner_failed(const struct pretrain *t, enum status st)
{
	return fail(st, "learner: %s", t->api->error());
}

static int64_t pairs_per_step(const struct pretrain_config *c)
{
	return (int64_t)c->micro_batch * c->micro_batches;
}

static int64_t total_steps(const struct pretrain_config *c)
{
	return (c->pairs + pairs_per_step(c) - 1) / pairs_per_step(c);
}

static double rate_at(const struct pretrain_config *c, int64_t step)
{
	double t;

	if (step < c->warmup)
		return c->lr * (double)(step + 1) / c->warmup;
	t = (double)(step - c->warmup) / (double)fmax(1, (double)(total_steps(c) - c->warmup));
	return c->lr * (0.1 + 0.9 * 0.5 * (1 + cos(3.14159265358979323846 * fmin(t, 1))));
}

/* ---- state ------------------------------------------------------------------------------------- */

static int64_t number_in(const struct tensor_file *f, const char *name, int64_t otherwise)
{
	const struct tensor_entry *e = tensor_file_find(f, name);

	if (e && e->bytes == sizeof(otherwise))
		memcpy(&otherwise, e->data, sizeof(otherwise));
	return otherwise;
}

enum status pretrain_state_seed(const char *path, uint64_t *seed)
{
	struct tensor_file f;

	TRY(tensor_file_load(&f, path));
	*seed = (uint64_t)number_in(&f, "seed", 0);
	tensor_file_release(&f);
	return ST_OK;
}

static bool is_of_this_recipe(const struct pretrain *t, const struct tensor_file *f)
{
	const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->metadata, "identity"));
	char *here = recipe_identity(&t->c);
	bool same = said && strcmp(said, here) == 0;

	free(here);
	return same;
}

static enum status load_state(struct pretrain *t, const char *path)
{
	struct tensor_file f;
	const struct tensor_entry *p, *m, *v;
	size_t bytes = net_size(&t->c.net) * sizeof(float);
	struct pretrain_progress *at = &t->progress;
	enum status st = ST_OK;

	TRY(tensor_file_load(&f, path));
	p = tensor_file_find(&f, "params");
	m = tensor_file_find(&f, "adam.m");
	v = tensor_file_find(&f, "adam.v");
	if (!is_of_this_recipe(t, &f) || !p || !m || !v || p->bytes != bytes || m->bytes != bytes ||
	    v->bytes != bytes) {
		st = fail(ST_WEIGHTS,
			  "%s: is the state of another recipe; give --state another name or delete the "
			  "file",
			  path);
	} else {
		memcpy(t->policy.params, p->data, bytes);
		at->step = number_in(&f, "step", 0);
		at->pairs_before = number_in(&f, "pairs_before", 0);
		at->skipped = number_in(&f, "skipped", 0);
		st = t->api->set_params(t->learner, t->policy.params);
		if (st == ST_OK)
			st = t->api->set_moments(t->learner, m->data, v->data, number_in(&f, "updates", at->step));
		if (st != ST_OK)
			learner_failed(t, st);
	}
	at->pairs = at->step * pairs_per_step(&t->c);
	tensor_file_release(&f);
	return st;
}

enum status pretrain_save_state(struct pretrain *t, const char *path)
{
	size_t n = net_size(&t->c.net);
	int64_t shape = (int64_t)n, one = 1, updates;
	float *m = xmalloc(n * sizeof(float)), *v = xmalloc(n * sizeof(float));
	char *identity = recipe_identity(&t->c);
	struct tensor_file f = {0};
	enum status st = t->api->get_params(t->learner, t->policy.params);

	if (st == ST_OK)
		st = t->api->get_moments(t->learner, m, v, &updates);
	if (st != ST_OK) {
		learner_failed(t, st);
	} else {
		tensor_file_add(&f, "params", DTYPE_F32, 1, &shape, t->policy.params);
		tensor_file_add(&f, "adam.m", DTYPE_F32, 1, &shape, m);
		tensor_file_add(&f, "adam.v", DTYPE_F32, 1, &shape, v);
		tensor_file_add(&f, "seed", DTYPE_I64, 1, &one, &t->c.seed);
		tensor_file_add(&f, "step", DTYPE_I64, 1, &one, &t->progress.step);
		tensor_file_add(&f, "updates", DTYPE_I64, 1, &one, &updates);
		tensor_file_add(&f, "skipped", DTYPE_I64, 1, &one, &t->progress.skipped);
		tensor_file_add(&f, "pairs_before", DTYPE_I64, 1, &one, &t->progress.pairs_before);
		tensor_file_note(&f, "format", "eqrl-pretrain-state");
		tensor_file_note(&f, "identity", identity);
		st = tensor_file_save(&f, path);
	}
	tensor_file_release(&f);
	free(identity);
	free(m);
	free(v);
	return st;
}

enum status pretrain_save_weights(struct pretrain *t, const char *path)
{
	enum status st = t->api->get_params(t->learner, t->policy.params);

	if (st != ST_OK)
		return learner_failed(t, st);
	cJSON_Delete(t->policy.recipe);
	cJSON_Delete(t->policy.metrics);
	t->policy.recipe = recipe_describe(&t->c, &t->progress);
	t->policy.metrics = recipe_metrics(&t->progress);
	return policy_save(&t->policy, path, DTYPE_F16);
}

/* ---- life -------------------------------------------------------------------------------------- */

/* By weights and by those that they started from. */
static int64_t pairs_seen(const cJSON *recipe)
{
	const cJSON *total = cJSON_GetObjectItemCaseSensitive(recipe, "pairs_total");
	const cJSON *pairs = cJSON_GetObjectItemCaseSensitive(recipe, "pairs");

	return (int64_t)(cJSON_IsNumber(total) ? total->valuedouble : cJSON_IsNumber(pairs) ? pairs->valuedouble : 0);
}

static enum status starting_weights(struct pretrain *t)
{
	struct policy p;

	policy_init(&t->policy, &t->c.net, t->c.encoding, t->c.seed);
	t->policy.grammar_max_len = t->c.problem.grammar.max_len;
	t->policy.grammar_max_consts = t->c.problem.grammar.max_consts;
	t->policy.grammar_nest = t->c.problem.grammar.nest_limit;
	if (!t->c.init)
		return ST_OK;
	TRY(policy_load(&p, t->c.init));
	if (net_size(&p.config) != net_size(&t->c.net) || p.encoding != t->c.encoding) {
		policy_release(&p);
		return fail(ST_WEIGHTS, "%s: has another shape or encoding than the configuration asks for", t->c.init);
	}
	memcpy(t->policy.params, p.params, net_size(&p.config) * sizeof(float));
	t->progress.pairs_before = pairs_seen(p.recipe);
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
	};
	enum status st = t->api->open(&t->learner, &lc, t->policy.params);

	return st == ST_OK ? ST_OK : learner_failed(t, st);
}

static bool on_cpu(const struct pretrain_config *c)
{
	return strcmp(c->device, "cpu") == 0;
}

enum status pretrain_open(struct pretrain **out, const struct pretrain_config *c, const struct learner_api *api,
			  const char *state_path)
{
	struct pretrain *t = xcalloc(1, sizeof(*t));
	enum status st;

	t->c = *c;
	t->api = api;
	t->pool = pool_new(c->threads);
	st = starting_weights(t);
	if (st == ST_OK)
		st = open_learner(t);
	if (st == ST_OK && state_path && file_exists(state_path) && !c->init)
		st = load_state(t, state_path);
	if (st == ST_OK)
		st = feed_new(&t->feed, &t->c, t->pool, on_cpu(c) ? 0 : AHEAD, t->progress.step, api, t->learner);
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

static void follow(double *mean, double value, int64_t n)
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
		return learner_failed(t, st);
	p->step++;
	if (st != ST_OK) {
		p->skipped++;
		return ST_OK;
	}
	p->pairs = p->step * pairs_per_step(&t->c);
	follow(&p->loss, stats.ce_loss, p->step - t->first_step);
	follow(&p->accuracy, stats.token_accuracy, p->step - t->first_step);
	p->grad_norm = stats.grad_norm;
	p->pairs_per_second =
		(double)((p->step - t->first_step) * pairs_per_step(&t->c)) / (clock_seconds() - t->started);
	p->generator_share = t->generating / (clock_seconds() - t->started);
	for (int v = 0; v < PROBLEM_VERDICTS; v++)
		t->verdicts[v] += (int64_t)b->verdicts[v];
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

		step_batch_fill(b, &t->c, t->pool, RNG_HELD_OUT, (uint64_t)(i * pairs_per_step(&t->c)),
				t->c.net.points);
		loss.divisor = (double)b->n_tokens;
		st = t->api->evaluate(t->learner, b->batch, b->n, &loss, &stats);
		if (st != ST_OK)
			return learner_failed(t, st);
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
		return learner_failed(t, st);
	if (!t->recovery)
		t->recovery = recovery_new(&t->c, PRETRAIN_RECOVERY_PROBLEMS);
	recovery_measure(t->recovery, &t->policy, t->pool, samples, t->progress.recovery);
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

const int64_t *pretrain_verdicts(const struct pretrain *t)
{
	return t->verdicts;
}
