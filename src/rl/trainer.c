/* trainer.c — the loop of trainer.h. trainer_step() is its table of contents:
 *
 *   whose turn → sample, breed → strip, fit, score → remember → reward → advantage → token credit →
 *   gradient step → new weights */
#include "eqrl/rl/trainer.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "trainer_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beside the task whose turn it is, so many others remind the policy of their elites in a step. */
enum { REMINDERS = 3 };
enum { MIGRATION_ROUNDS = 5 };
enum { MOST_SKIPPED = 5 }; /* steps without a finite gradient, one after the other */

/* ---- life -------------------------------------------------------------------------------------- */

static enum status learner_failed(const struct trainer *t, enum status st)
{
	return fail(st, "learner: %s", t->api->error());
}

static enum status open_learner(struct trainer *t)
{
	struct learner_config lc = {
		.net = t->policy.config,
		.adam = {.beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .weight_decay = 0, .max_grad_norm = 1},
		.threads = pool_threads(t->pool),
		.decoder_only = !t->c.tune_all,
		.bf16 = t->c.bf16,
		.device = "cpu",
	};
	enum status st = t->api->open(&t->learner, &lc, t->policy.params);

	if (st == ST_OK)
		st = t->api->set_reference(t->learner, t->policy.params);
	return st == ST_OK ? ST_OK : learner_failed(t, st);
}

static enum status open_tasks(struct trainer *t, const struct dataset *d, int n)
{
	t->task = xcalloc((size_t)n, sizeof(*t->task));
	while (t->n_tasks < n) {
		struct task *k = &t->task[t->n_tasks++];

		TRY(task_open(k, &t->c, &d[k - t->task], &t->policy, t->pool));
	}
	return ST_OK;
}

enum status trainer_open(struct trainer **out, const struct train_config *c, const struct dataset *d, int n_data,
			 const struct policy *policy, const struct learner_api *api, struct pool *pool)
{
	struct trainer *t = xcalloc(1, sizeof(*t));
	enum status st;

	t->c = *c;
	t->pool = pool;
	t->api = api;
	rollout_init(&t->rollout, c->batch);
	brood_init(&t->brood, c->offspring, pool_threads(pool));
	if (policy) {
		policy_copy(&t->policy, policy);
		t->sampler = sampler_new(pool);
	}
	st = open_tasks(t, d, n_data);
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
	rollout_release(&t->rollout);
	brood_release(&t->brood);
	for (int i = 0; i < t->n_tasks; i++)
		task_close(&t->task[i]);
	free(t->task);
	free(t->reference);
	free(t->best_params);
	if (t->policy.params)
		policy_release(&t->policy);
	free(t);
}

const struct train_stats *trainer_stats(const struct trainer *t)
{
	return &t->stats;
}

const struct policy *trainer_policy(const struct trainer *t)
{
	return &t->policy;
}

int trainer_tasks(const struct trainer *t)
{
	return t->n_tasks;
}

const struct task *trainer_task(const struct trainer *t, int i)
{
	return &t->task[i];
}

/* The next one in the circle. Solved ones sit out when they may rest and others are left. */
static int whose_turn(const struct trainer *t)
{
	for (int i = 0; i < t->n_tasks && t->c.rest_solved; i++) {
		int which = (t->stats.next_task + i) % t->n_tasks;

		if (!t->task[which].stats.exact)
			return which;
	}
	return t->stats.next_task;
}

/* ---- learning ---------------------------------------------------------------------------------- */

/* First of its kind within the group, by canonical skeleton; all invalid ones are of one kind. */
static void find_first(struct rollout *r, int from, int to)
{
	for (int i = from; i < to; i++) {
		r->first[i] = true;
		for (int j = from; j < i && r->first[i]; j++)
			r->first[i] = r->score[j].hash != r->score[i].hash;
	}
}

/* KL in the reward: kl · log π(sequence)/π_ref(sequence), the one-sample estimate of the divergence (k1), is
 * subtracted, so that it shapes the advantage instead of the loss. */
static enum status charge_divergence(struct trainer *t, double kl)
{
	struct rollout *r = &t->rollout;
	int *index = xmalloc((size_t)r->n * sizeof(*index)), n_batches, i = 0;
	struct arena arena = {0};
	struct learn_batch *batches;
	double divisor;
	enum status st = ST_OK;

	for (int k = 0; k < r->n; k++)
		index[k] = k;
	batches = pack_batches(t, index, r->n, 0, &arena, &n_batches, &divisor);
	for (int b = 0; b < n_batches && st == ST_OK; b++) {
		float *ref = arena_alloc(&arena, (size_t)(batches[b].n * batches[b].width) * sizeof(*ref));

		st = t->api->logprobs(t->learner, &batches[b], true, ref);
		for (int row = 0; row < batches[b].n && st == ST_OK; row++, i++)
			for (int j = 0; j < r->samples.len[i]; j++) {
				int at = row * batches[b].width + j;

				r->reward[i] -= kl * (batches[b].logp_old[at] - ref[at]);
			}
	}
	arena_release(&arena);
	free(index);
	return st == ST_OK ? ST_OK : learner_failed(t, st);
}

/* The weight of the divergence from the reference, halved every kl_half_life steps. */
static double kl_now(const struct trainer *t)
{
	return t->c.kl_half_life > 0 ? t->c.kl * exp2(-(double)t->stats.step / t->c.kl_half_life) : t->c.kl;
}

static enum status reward_and_advantage(struct trainer *t)
{
	const struct train_config *c = &t->c;
	struct rollout *r = &t->rollout;
	struct task *k = r->task;
	double sum = 0, best = -INFINITY;
	int n = r->n;

	reward_step(&k->reward, r->score, n, r->reward);
	for (int i = 0; i < n; i++) {
		sum += r->reward[i];
		best = fmax(best, r->reward[i]);
	}
	k->stats.reward_mean = sum / n;
	k->stats.reward_best = best;
	if (c->kl_in_reward && kl_now(t) > 0)
		TRY(charge_divergence(t, kl_now(t)));
	for (int from = 0; from < n; from += c->group_size) {
		int to = from + c->group_size < n ? from + c->group_size : n;

		find_first(r, from, to);
		advantage_table[c->algo].of_group(r->reward + from, r->first + from, to - from, &k->baseline,
						  r->advantage + from);
	}
	baseline_update(&k->baseline, r->reward, r->first, n);
	return ST_OK;
}

/* Appends the elites of this task and of the next ones in the circle that have some: what was found on one
 * data set is not unlearned on another, and solved tasks go on teaching. Together they weigh elite_weight. */
static int remind(const struct trainer *t, struct arena *a, double divisor, struct learn_batch *out)
{
	int current = (int)(t->rollout.task - t->task), which[1 + REMINDERS], n = 0;

	if (t->task[current].elites.n > 0)
		which[n++] = current;
	for (int i = 0; i < t->n_tasks && n < 1 + REMINDERS; i++) {
		int other = (int)((t->stats.step * REMINDERS + i) % t->n_tasks); /* all in turn */

		if (other != current && t->task[other].elites.n > 0)
			which[n++] = other;
	}
	for (int i = 0; i < n; i++)
		pack_elites(t, &t->task[which[i]], a, t->c.elite_weight / n, divisor, &out[i]);
	return n;
}

/* Remembers the policy that earned most so far. Tasks that rest count with their last turn. */
static void keep_best(struct trainer *t)
{
	size_t bytes = net_size(&t->policy.config) * sizeof(float);
	double level = 0;

	for (int i = 0; i < t->n_tasks; i++) {
		if (t->task[i].stats.turns == 0 && &t->task[i] != t->rollout.task)
			return; /* not everybody had a turn */
		level += t->task[i].stats.reward_mean / t->n_tasks;
	}
	if (t->best_params && level <= t->best_level)
		return;
	if (!t->best_params)
		t->best_params = xmalloc(bytes);
	memcpy(t->best_params, t->policy.params, bytes);
	t->best_level = level;
}

void trainer_restore_best(struct trainer *t)
{
	if (!t->best_params)
		return;
	memcpy(t->policy.params, t->best_params, net_size(&t->policy.config) * sizeof(float));
	for (int i = 0; i < t->n_tasks; i++)
		t->task[i].contexts.stale = true;
}

static enum status learn(struct trainer *t)
{
	struct rollout *r = &t->rollout;
	int *index = xmalloc((size_t)r->n * sizeof(*index));
	int n = advantage_subset(r->advantage, r->n, t->c.train_size, index), n_batches;
	struct learn_loss loss = {
		.clip_low = t->c.clip_low,
		.clip_high = t->c.clip_high,
		.kl = t->c.kl_in_reward ? 0 : kl_now(t),
		.entropy = t->c.entropy,
		.entropy_decay = t->c.entropy_decay,
	};
	struct arena arena = {0};
	struct learn_batch *batches;
	enum status st = ST_OK;

	t->stats.trained = n;
	credit_tokens(t, index, n, &arena);
	batches = pack_batches(t, index, n, 1 + REMINDERS, &arena, &n_batches, &loss.divisor);
	r->credit = NULL;
	if (n_batches == 0)
		loss.divisor = 1; /* no group had any variance: the elites alone teach */
	if (t->c.elite_weight > 0)
		n_batches += remind(t, &arena, loss.divisor, &batches[n_batches]);
	if (n_batches > 0) {
		st = t->api->step(t->learner, batches, n_batches, &loss, t->c.lr, &t->stats.learn);
		/* a gradient that is not finite, which bfloat16 makes likelier: the weights stay, nothing else is lost */
		t->skipped_in_a_row = st == ST_INTERNAL ? t->skipped_in_a_row + 1 : 0;
		if (st == ST_INTERNAL && t->skipped_in_a_row <= MOST_SKIPPED)
			st = ST_OK;
		if (st == ST_OK)
			st = t->api->get_params(t->learner, t->policy.params);
		if (st != ST_OK)
			learner_failed(t, st);
		for (int i = 0; i < t->n_tasks; i++)
			t->task[i].contexts.stale = true;
	}
	arena_release(&arena);
	free(index);
	return st;
}

/* The policy as it is becomes the reference, and the optimiser starts afresh. */
static enum status refresh(struct trainer *t)
{
	size_t n = net_size(&t->policy.config);
	float *zeros = xcalloc(n, sizeof(*zeros));
	enum status st = t->api->set_reference(t->learner, t->policy.params);

	if (!t->reference)
		t->reference = xmalloc(n * sizeof(*t->reference));
	memcpy(t->reference, t->policy.params, n * sizeof(*t->reference));
	if (st == ST_OK)
		st = t->api->set_moments(t->learner, zeros, zeros, 0);
	free(zeros);
	t->stats.refreshed++;
	return st == ST_OK ? ST_OK : learner_failed(t, st);
}

static double lap(double *mark)
{
	double now = clock_seconds(), out = now - *mark;

	*mark = now;
	return out;
}

/* ---- a step ------------------------------------------------------------------------------------- */

/* Scores candidates, with starts stripped ones; the time goes to its phases. False: stopped. */
static bool score(struct trainer *t, struct task *k, const struct expr *candidate, const struct expr *start, int n,
		  struct score *out, const volatile int *stop)
{
	double mark = clock_seconds(), simplified = scorer_simplify_seconds(k->scorer);
	bool done = start ? scorer_run_stripped(k->scorer, candidate, start, n, out, stop)
			  : scorer_run(k->scorer, candidate, n, out, stop);

	simplified = scorer_simplify_seconds(k->scorer) - simplified;
	t->stats.seconds[PHASE_SIMPLIFY] += simplified;
	t->stats.seconds[PHASE_FIT] += lap(&mark) - simplified;
	return done;
}

static bool write_candidates(struct trainer *t, struct task *k, int n, const volatile int *stop)
{
	struct rollout *r = &t->rollout;
	int64_t known = scorer_counts(k->scorer)->fitted_first;
	double mark = clock_seconds();
	bool done = rollout_draw(t, k, n, stop);

	t->stats.seconds[PHASE_SAMPLE] += lap(&mark);
	if (!done)
		return false;
	done = score(t, k, r->candidate, NULL, r->n, r->score, stop);
	task_remember(k, r->score, r->n, BY_POLICY, known); /* of a batch that was cut short, too */
	if (!done)
		return false;
	task_measure(k, r);
	if (t->c.offspring > 0)
		task_populate(k, r->score, r->n);
	return true;
}

static bool evolve(struct trainer *t, struct task *k, int round, const volatile int *stop)
{
	struct brood *b = &t->brood;
	int64_t known = scorer_counts(k->scorer)->fitted_first;
	double mark = clock_seconds();
	bool done = brood_draw(t, k, round, stop);

	t->stats.seconds[PHASE_EVOLVE] += lap(&mark);
	if (!done)
		return false;
	done = score(t, k, b->candidate, b->start, b->n, b->score, stop);
	known = task_remember(k, b->score, b->n_completed, BY_COMPLETION, known);
	task_remember(k, b->score + b->n_completed, b->n - b->n_completed, BY_EVOLUTION, known);
	if (!done)
		return false;
	task_populate(k, b->score, b->n);
	if (t->learner)
		task_keep_bred(k, b);
	pace_count_bred(&k->pace, b);
	if (++k->stats.broods % MIGRATION_ROUNDS == 0)
		population_migrate(&k->population);
	return true;
}

/* Without a policy evolution starts from a batch of the prior and goes on with a trickle of it. */
static struct turn_plan plan(const struct trainer *t, const struct task *k)
{
	if (t->c.offspring == 0 || population_empty(&k->population))
		return (struct turn_plan){.written = t->c.batch};
	if (t->c.from_prior)
		return (struct turn_plan){.written = t->c.batch > 16 ? t->c.batch / 16 : 1, .rounds = 1};
	return pace_plan(&k->pace, &t->c);
}

/* All that a step draws and scores. False: stopped. */
static bool explore(struct trainer *t, struct task *k, const volatile int *stop)
{
	struct turn_plan p = plan(t, k);
	int64_t left = t->c.evals > 0 ? t->c.evals - t->stats.equations + k->stats.equations : INT64_MAX;
	int round = 0;

	if (!write_candidates(t, k, p.written, stop))
		return false;
	for (; round < p.rounds && k->stats.equations < left && !(k->stats.exact && t->c.rest_solved); round++)
		if (!evolve(t, k, round, stop))
			return false;
	k->stats.written = p.written / (double)(p.written + round * t->c.offspring);
	return true;
}

enum status trainer_step(struct trainer *t, const volatile int *stop)
{
	struct rollout *r = &t->rollout;
	int turn = whose_turn(t);
	struct task *k = &t->task[turn];
	int64_t equations = k->stats.equations;
	struct task_mark *before = xmalloc(sizeof(*before));
	double mark;
	bool done;

	task_mark(k, before);
	pace_begin(k, &t->c);
	done = explore(t, k, stop);
	if (!done)
		task_rewind(k, before);
	free(before);
	if (!done)
		return ST_OK;
	mark = clock_seconds();
	if (t->learner) {
		TRY(reward_and_advantage(t));
		task_keep_written(k, r);
		keep_best(t);
		TRY(learn(t));
	}
	pace_count_written(&k->pace, r);
	if (t->learner)
		pace_count_learning(&k->pace, t->stats.trained);
	if (pace_end(k, &t->c) && t->learner)
		TRY(refresh(t));
	t->stats.seconds[PHASE_LEARN] += lap(&mark);
	k->stats.turns++;
	if (k->late) /* goes on after a step that was cut short */
		k->late->stats = k->stats;
	t->stats.step++;
	t->stats.equations += k->stats.equations - equations;
	t->stats.task = turn;
	t->stats.next_task = (turn + 1) % t->n_tasks;
	return ST_OK;
}
