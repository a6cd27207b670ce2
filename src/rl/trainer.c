/* trainer.c — the loop of trainer.h. trainer_step() is its table of contents:
 *
 *   sample → decode → strip, fit, score → remember → reward → advantage → gradient step → new weights */
#include "eqrl/trainer.h"

#include "contexts.h"
#include "eqrl/clock.h"
#include "eqrl/mem.h"
#include "trainer_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RNG_SAMPLE = 0x736d70, RNG_PRIOR = 0x70726f, RNG_BREED = 0x627264 };
enum { MIN_CONTEXTS = 4, MIGRATION_STEPS = 5, WEIGH_COLUMNS_FROM = 8 };

/* ---- life -------------------------------------------------------------------------------------- */

static enum status learner_failed(const struct trainer *t, enum status st)
{
	return fail(st, "learner: %s", t->api->error());
}

static void build_grammar(struct trainer *t)
{
	struct grammar *g = &t->grammar;
	int n_slots = t->d->n_columns < VOCAB_VARS ? t->d->n_columns : VOCAB_VARS;
	int trained = t->policy.params ? t->policy.grammar_max_len : VOCAB_MAX_LEN;

	*g = grammar_default(n_slots);
	g->allowed &= t->c.allowed;
	if (t->policy.params)
		g->allowed &= t->policy.known_tokens;
	g->max_len = t->c.max_size < trained ? t->c.max_size : trained;
	g->max_consts = t->c.max_consts;
	if (t->policy.params && t->policy.grammar_nest > 0)
		g->nest_limit = t->policy.grammar_nest;
}

static enum status open_learner(struct trainer *t)
{
	struct learner_config lc = {
		.net = t->policy.config,
		.adam = {.beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .weight_decay = 0, .max_grad_norm = 1},
		.threads = pool_threads(t->pool),
		.decoder_only = !t->c.tune_all,
		.device = "cpu",
	};
	enum status st = t->api->open(&t->learner, &lc, t->policy.params);

	if (st == ST_OK)
		st = t->api->set_reference(t->learner, t->policy.params);
	return st == ST_OK ? ST_OK : learner_failed(t, st);
}

/* Among many columns evolution tries telling ones more often, but every one sometimes. */
static void weigh_columns(struct trainer *t)
{
	int n = t->d->n_columns;
	double sum = 0;

	if (t->c.offspring == 0 || n <= WEIGH_COLUMNS_FROM)
		return;
	t->column_weight = xcalloc((size_t)n, sizeof(*t->column_weight));
	dataset_relevance(&t->d->fit, t->column_weight);
	for (int i = 0; i < n; i++)
		sum += t->column_weight[i];
	for (int i = 0; i < n; i++)
		t->column_weight[i] += 0.3 * sum / n + 1e-9;
}

enum status trainer_open(struct trainer **out, const struct train_config *c, const struct dataset *d,
			 const struct policy *policy, const struct learner_api *api, struct pool *pool)
{
	struct trainer *t = xcalloc(1, sizeof(*t));
	size_t batch = (size_t)(c->batch + c->offspring);
	enum status st;

	t->c = *c;
	t->d = d;
	t->pool = pool;
	t->api = api;
	t->stats.first_exact = -1;
	t->elites.capacity = c->elites < ELITES_MAX ? c->elites : ELITES_MAX;
	t->c.scorer.seed = c->seed;
	t->rounding = rounding_level(&d->fit);
	t->c.reward.floor = t->rounding;
	t->scorer = scorer_new(&t->c.scorer, d, pool);
	t->candidate = xcalloc(batch, sizeof(*t->candidate));
	t->score = xcalloc(batch, sizeof(*t->score));
	weigh_columns(t);
	t->capacity = (int)batch;
	t->reward = xcalloc(batch, sizeof(*t->reward));
	t->advantage = xcalloc(batch, sizeof(*t->advantage));
	t->first = xcalloc(batch, sizeof(*t->first));
	t->memory = xcalloc(batch, sizeof(*t->memory));
	if (policy) {
		int groups = (c->batch + c->group_size - 1) / c->group_size;

		policy_copy(&t->policy, policy);
		contexts_init(&t->contexts, groups > MIN_CONTEXTS ? groups : MIN_CONTEXTS, d, &t->policy, c->seed);
		t->sampler = sampler_new(pool);
	}
	build_grammar(t);
	st = grammar_check(&t->grammar);
	if (st == ST_OK && api)
		st = open_learner(t);
	if (st != ST_OK) {
		trainer_close(t);
		return st;
	}
	*out = t;
	return ST_OK;
}

void trainer_close(struct trainer *t)
{
	if (!t)
		return;
	if (t->learner)
		t->api->close(t->learner);
	if (t->sampler)
		sampler_free(t->sampler);
	samples_release(&t->samples);
	contexts_release(&t->contexts);
	if (t->policy.params)
		policy_release(&t->policy);
	scorer_free(t->scorer);
	free(t->candidate);
	free(t->score);
	free(t->reward);
	free(t->advantage);
	free(t->first);
	free(t->memory);
	free(t->column_weight);
	free(t->history);
	free(t);
}

const struct train_stats *trainer_stats(const struct trainer *t)
{
	return &t->stats;
}

const struct hof *trainer_hof(const struct trainer *t)
{
	return &t->hof;
}

const struct scorer_counts *trainer_counts(const struct trainer *t)
{
	return scorer_counts(t->scorer);
}

const struct policy *trainer_policy(const struct trainer *t)
{
	return &t->policy;
}

void trainer_front(const struct trainer *t, enum selection by, struct pareto *out)
{
	pareto_build(&t->hof, t->d, by, out);
}

/* ---- candidates -------------------------------------------------------------------------------- */

/* Group g of a step looks at one context; contexts take turns. */
static const struct context *context_of(const struct trainer *t, int i)
{
	int groups = (t->c.batch + t->c.group_size - 1) / t->c.group_size;

	return &t->contexts.context[(t->stats.step * groups + i / t->c.group_size) % t->contexts.n];
}

static bool sample_policy(struct trainer *t, const volatile int *stop)
{
	struct sample_request request = {
		.policy = &t->policy, .memory = t->memory, .grammar = &t->grammar, .n = t->c.batch,
		.temperature = t->c.temperature, .seed = mix64(t->c.seed, RNG_SAMPLE),
		.first = (uint64_t)(t->stats.step * t->c.batch),
	};

	for (int i = 0; i < t->c.batch; i++)
		t->memory[i] = &context_of(t, i)->memory;
	if (!sampler_draw(t->sampler, &request, &t->samples, stop))
		return false;
	for (int i = 0; i < t->c.batch; i++)
		if (!vocab_decode(t->samples.tokens + (size_t)i * (size_t)t->samples.width, t->samples.len[i] - 1,
				  context_of(t, i)->column_of_slot, &t->candidate[i]))
			BUG("the sampler wrote tokens that are no equation");
	return true;
}

static void draw_from_prior(void *context, int i, int worker)
{
	struct trainer *t = context;
	struct rng r = rng_stream(t->c.seed, RNG_PRIOR, (uint64_t)(t->stats.step * t->capacity + i));
	int n = t->d->n_columns, columns[VOCAB_VARS], vars;

	do {
		vars = prior_draw_vars(&t->c.prior, n, &r);
	} while (!prior_draw(&t->c.prior, vars, &r, &t->candidate[i]) ||
		 t->candidate[i].n > t->grammar.max_len || expr_free_consts(&t->candidate[i]) > t->c.max_consts);
	for (int k = 0; k < vars; k++) { /* different columns */
		bool again;

		do {
			again = false;
			columns[k] = rng_below(&r, n);
			for (int j = 0; j < k; j++)
				again |= columns[j] == columns[k];
		} while (again);
	}
	for (int k = 0; k < t->candidate[i].n; k++)
		if (t->candidate[i].node[k].op == OP_VAR)
			t->candidate[i].node[k].arg = (uint16_t)columns[t->candidate[i].node[k].arg];
}

static void breed(void *context, int i, int worker)
{
	struct trainer *t = context;
	struct evolve_config c = {.grammar = t->grammar, .n_columns = t->d->n_columns,
				  .column_weight = t->column_weight};
	struct rng r = rng_stream(t->c.seed, RNG_BREED, (uint64_t)(t->stats.step * t->capacity + i));
	int island = i % ISLANDS;

	while (t->population.island[island].n == 0)
		island = (island + 1) % ISLANDS;
	evolve_offspring(&c, &t->population, island, &r, &t->candidate[t->n_written + i]);
}

/* How many of the step's candidates are written and how many are bred. Without a policy evolution starts
 * from a batch of the prior and goes on with a trickle of it. */
static void plan_step(struct trainer *t)
{
	bool can_breed = t->c.offspring > 0 && !population_empty(&t->population);

	t->n_written = t->c.batch;
	t->n = t->c.batch + (can_breed ? t->c.offspring : 0);
	if (t->c.from_prior && can_breed)
		t->n_written = t->c.batch / 16;
}

static bool sample(struct trainer *t, const volatile int *stop)
{
	plan_step(t);
	if (!t->c.from_prior && !sample_policy(t, stop))
		return false;
	if (t->c.from_prior)
		pool_run(t->pool, t->n_written, draw_from_prior, t);
	pool_run(t->pool, t->n - t->n_written, breed, t);
	return !(stop && *stop);
}

/* ---- scores ------------------------------------------------------------------------------------ */

static void remember(struct trainer *t)
{
	double level = fmax(4 * t->rounding, 1e-22);

	for (int i = 0; i < t->n; i++) {
		const struct score *s = &t->score[i];

		/* with a constant for every other row anything can be fitted: that is no finding */
		if (s->repeated || 2 * s->n_consts > t->d->fit.n || !hof_insert(&t->hof, s))
			continue;
		if (i < t->n_written)
			t->stats.improved_by_policy++;
		else
			t->stats.improved_by_evolution++;
		if (s->fvu_fit <= level && s->fvu_select <= level && !t->stats.exact) {
			t->stats.exact = true;
			t->stats.first_exact = (int)(scorer_counts(t->scorer)->fitted_first);
		}
	}
}

/* Means of the first and the last quarter of all steps so far, from a record of every step. */
static void follow_quarters(struct trainer *t, double log_fvu)
{
	int64_t n = t->stats.step + 1, quarter = (n + 3) / 4;

	if (n > t->history_capacity) {
		t->history_capacity = n * 2;
		t->history = xrealloc(t->history, (size_t)t->history_capacity * sizeof(*t->history));
	}
	t->history[n - 1] = log_fvu;
	t->stats.log_fvu_first = t->stats.log_fvu_last = 0;
	for (int64_t i = 0; i < quarter; i++) {
		t->stats.log_fvu_first += t->history[i] / (double)quarter;
		t->stats.log_fvu_last += t->history[n - 1 - i] / (double)quarter;
	}
}

static void measure(struct trainer *t)
{
	int valid = 0, fresh = 0;
	double log_fvu = 0;

	for (int i = 0; i < t->n_written; i++) {
		const struct score *s = &t->score[i];
		double fvu = isfinite(s->fvu_fit) ? fmin(fmax(s->fvu_fit, t->rounding), 1) : 1;

		valid += s->verdict == VERDICT_OK;
		fresh += !s->repeated;
		log_fvu += log10(fvu) / t->n_written;
	}
	t->stats.valid = (double)valid / t->n_written;
	t->stats.unique = (double)fresh / t->n_written;
	t->stats.log_fvu = log_fvu;
	follow_quarters(t, log_fvu);
}

/* ---- learning ---------------------------------------------------------------------------------- */

/* First of its kind within the group, by canonical skeleton; all invalid ones are of one kind. */
static void find_first(struct trainer *t, int from, int to)
{
	for (int i = from; i < to; i++) {
		t->first[i] = true;
		for (int j = from; j < i && t->first[i]; j++)
			t->first[i] = t->score[j].hash != t->score[i].hash;
	}
}

/* New skeletons that beat the mean may become parents. */
static void populate(struct trainer *t)
{
	if (t->c.offspring == 0)
		return;
	for (int i = 0; i < t->n; i++) {
		const struct score *s = &t->score[i];
		struct individual who = {.hash = s->hash, .skeleton = s->skeleton};

		who.fitness = reward_of(&t->c.reward, s);
		if (!s->repeated && who.fitness > REWARD_INVALID)
			population_insert(&t->population, i % ISLANDS, &who);
	}
	if (t->stats.step % MIGRATION_STEPS == MIGRATION_STEPS - 1)
		population_migrate(&t->population);
}

/* What evolution found, in the policy's language: possible when every column has its own slot. */
static void keep_bred_elites(struct trainer *t)
{
	uint64_t legal[VOCAB_MAX_LEN + 1];

	for (int i = t->n_written; i < t->n && t->d->n_columns <= VOCAB_VARS; i++) {
		struct elite e = {.reward = reward_of(&t->c.reward, &t->score[i]), .hash = t->score[i].hash};

		if (e.reward <= 0 || t->score[i].repeated)
			continue;
		e.len = vocab_encode(&t->score[i].skeleton, NULL, 0, e.tokens);
		if (e.len > 0 && e.len <= t->grammar.max_len + 1 &&
		    grammar_masks(&t->grammar, e.tokens, e.len, legal) == e.len)
			elites_insert(&t->elites, &e);
	}
}

static void keep_elites(struct trainer *t)
{
	for (int i = 0; i < t->c.batch; i++) {
		const uint8_t *tokens = t->samples.tokens + (size_t)i * (size_t)t->samples.width;
		struct elite e = {.reward = t->reward[i], .hash = t->score[i].hash, .len = t->samples.len[i]};

		if (t->reward[i] <= 0 || t->samples.len[i] > VOCAB_MAX_LEN + 1)
			continue;
		e.context = (int32_t)(context_of(t, i) - t->contexts.context);
		memcpy(e.tokens, tokens, (size_t)e.len);
		elites_insert(&t->elites, &e);
	}
}

static void reward_and_advantage(struct trainer *t)
{
	double sum = 0, best = -INFINITY;

	for (int i = 0; i < t->c.batch; i++) {
		t->reward[i] = reward_of(&t->c.reward, &t->score[i]);
		sum += t->reward[i];
		best = fmax(best, t->reward[i]);
	}
	for (int from = 0; from < t->c.batch; from += t->c.group_size) {
		int to = from + t->c.group_size < t->c.batch ? from + t->c.group_size : t->c.batch;

		find_first(t, from, to);
		advantage_table[t->c.algo].of_group(t->reward + from, t->first + from, to - from, &t->baseline,
						    t->advantage + from);
	}
	baseline_update(&t->baseline, t->reward, t->first, t->c.batch);
	keep_elites(t);
	keep_bred_elites(t);
	t->stats.reward_mean = sum / t->c.batch;
	t->stats.reward_best = best;
}

static enum status learn(struct trainer *t)
{
	int *index = xmalloc((size_t)t->c.batch * sizeof(*index));
	int n = advantage_subset(t->advantage, t->c.batch, t->c.train_size, index), n_batches;
	struct learn_loss loss = {
		.clip_low = t->c.clip_low, .clip_high = t->c.clip_high, .kl = t->c.kl,
		.entropy = t->c.entropy, .entropy_decay = t->c.entropy_decay,
	};
	struct arena arena = {0};
	struct learn_batch *batches = pack_batches(t, index, n, &arena, &n_batches, &loss.divisor);
	enum status st = ST_OK;

	if (n_batches > 0 && t->elites.n > 0 && t->c.elite_weight > 0)
		pack_elites(t, &arena, t->c.elite_weight, loss.divisor, &batches[n_batches++]);
	if (n_batches > 0) {
		st = t->api->step(t->learner, batches, n_batches, &loss, t->c.lr, &t->stats.learn);
		if (st == ST_OK)
			st = t->api->get_params(t->learner, t->policy.params);
		if (st != ST_OK)
			learner_failed(t, st);
		else
			contexts_refresh(&t->contexts, &t->policy, t->c.tune_all);
	}
	arena_release(&arena);
	free(index);
	return st;
}

static double lap(double *mark)
{
	double now = clock_seconds(), out = now - *mark;

	*mark = now;
	return out;
}

enum status trainer_step(struct trainer *t, const volatile int *stop)
{
	double mark = clock_seconds();
	bool done = sample(t, stop);

	t->stats.seconds[0] += lap(&mark);
	if (!done)
		return ST_OK;
	done = scorer_run(t->scorer, t->candidate, t->n, t->score, stop);
	remember(t);
	t->stats.seconds[1] += lap(&mark);
	if (!done)
		return ST_OK;
	measure(t);
	populate(t);
	if (t->learner) {
		reward_and_advantage(t);
		TRY(learn(t));
	}
	t->stats.seconds[2] += lap(&mark);
	t->stats.step++;
	t->stats.equations += t->n;
	return ST_OK;
}
