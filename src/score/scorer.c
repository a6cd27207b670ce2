/* scorer.c — the stages of score.h on the worker pool.
 *
 *   canonical skeletons of all candidates            parallel
 *   which of them are new: first of its hash         in order
 *   stage 1 for the new ones                         parallel
 *   who is promising                                 in order
 *   stages 2 and 3                                   parallel
 *   results to repeats                               in order
 * and, when the batch is committed, results into the cache, in order. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/score/score.h"
#include "candidate.h"
#include "score_cache.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct scorer {
	struct assessor assessor;
	struct pool *pool;
	struct fitter **fitter; /* one per worker */
	struct scorer_counts counts;
	struct score_cache cache;
	double best[EXPR_MAX_NODES + 1]; /* smallest error on fit rows by size */
	double simplify_seconds, work[RANKS_COUNTED];
};

struct scorer_config scorer_default(void)
{
	return (struct scorer_config){
		.scaling = SCALING_AUTO,
		.first_rows = 128,
		.first_iterations = 8,
		.second_rows = 512,
		.second_iterations = 40,
		.restarts = 3,
		.promising = 0.1,
		.reach = 0.3,
		.bounds = bounds_none(),
	};
}

/* ---- life -------------------------------------------------------------------------------------- */

struct scorer *scorer_new(const struct scorer_config *c, const struct dataset *d, struct pool *pool)
{
	struct scorer *s = xcalloc(1, sizeof(*s));

	assessor_open(&s->assessor, c, d);
	s->pool = pool;
	s->fitter = xcalloc((size_t)pool_threads(pool), sizeof(struct fitter *));
	for (int i = 0; i < pool_threads(pool); i++)
		s->fitter[i] = fitter_new();
	for (int i = 0; i <= EXPR_MAX_NODES; i++)
		s->best[i] = INFINITY;
	score_cache_open(&s->cache);
	return s;
}

void scorer_free(struct scorer *s)
{
	if (!s)
		return;
	for (int i = 0; i < pool_threads(s->pool); i++)
		fitter_free(s->fitter[i]);
	free(s->fitter);
	assessor_close(&s->assessor);
	score_cache_close(&s->cache);
	free(s);
}

double scorer_best(const struct scorer *s, int size)
{
	return s->best[size < 0 ? 0 : size > EXPR_MAX_NODES ? EXPR_MAX_NODES : size];
}

const struct scorer_counts *scorer_counts(const struct scorer *s)
{
	return &s->counts;
}

int scorer_cache_size(const struct scorer *s)
{
	return s->cache.n;
}

const struct cached_score *scorer_cache(const struct scorer *s)
{
	return s->cache.entry;
}

const double *scorer_best_by_size(const struct scorer *s)
{
	return s->best;
}

void scorer_restore(struct scorer *s, const struct scorer_state *state)
{
	s->cache.n = 0;
	for (int i = 0; i < state->n_cached; i++)
		score_cache_add(&s->cache, &state->cache[i]);
	memcpy(s->best, state->best, sizeof(s->best));
	s->counts = *state->counts;
}

/* ---- the batch --------------------------------------------------------------------------------- */

struct scoring {
	struct scorer *s;
	const struct expr *candidates;
	bool stripped;		  /* they are already */
	const struct expr *start; /* NULL, or per candidate where its first fit starts */
	struct score *score;	  /* per candidate */
	int *unique;		  /* candidate that first shows each new hash */
	int n_unique;
	int *chosen; /* those of them for stage 2 */
	int n_chosen;
	int *first_of; /* per candidate: who shows its hash first, -1: cached or invalid */
	const volatile int *stop;
};

static void strip(void *context, int i, int worker)
{
	struct scoring *b = context;

	candidate_strip(&b->s->assessor, &b->candidates[i], b->stripped, &b->score[i]);
}

static void first_stage(void *context, int k, int worker)
{
	struct scoring *b = context;
	int i = b->unique[k];

	if (!(b->stop && *b->stop))
		candidate_fit(&b->s->assessor, b->s->fitter[worker], b->start ? &b->start[i] : NULL, &b->score[i]);
}

static void second_stage(void *context, int k, int worker)
{
	struct scoring *b = context;

	if (!(b->stop && *b->stop))
		candidate_finish(&b->s->assessor, b->s->fitter[worker], true, &b->score[b->chosen[k]]);
}

static void last_stage(void *context, int k, int worker)
{
	struct scoring *b = context;
	struct score *out = &b->score[b->unique[k]];

	if (out->stage == 1 && !(b->stop && *b->stop))
		candidate_finish(&b->s->assessor, b->s->fitter[worker], false, out);
}

static void find_new(struct scoring *b, int n)
{
	int capacity = 16, *seen;

	while (capacity < 2 * n)
		capacity *= 2;
	seen = xcalloc((size_t)capacity, sizeof(*seen));
	b->n_unique = 0;
	for (int i = 0; i < n; i++) {
		uint64_t hash = b->score[i].hash;
		int at = (int)(hash & (uint64_t)(capacity - 1));

		b->first_of[i] = -1;
		if (b->score[i].verdict != VERDICT_OK || score_cache_find(&b->s->cache, hash))
			continue;
		while (seen[at] && b->score[seen[at] - 1].hash != hash)
			at = (at + 1) & (capacity - 1);
		if (!seen[at]) {
			seen[at] = i + 1;
			b->unique[b->n_unique++] = i;
		}
		b->first_of[i] = seen[at] - 1;
	}
	free(seen);
}

static void choose_promising(struct scoring *b)
{
	const struct scorer *s = b->s;
	double *fvu = xmalloc((size_t)(b->n_unique + 1) * sizeof(*fvu)), limit;
	int n = 0, wanted = (int)ceil(s->assessor.c.promising * b->n_unique);

	for (int k = 0; k < b->n_unique; k++)
		fvu[n++] = b->score[b->unique[k]].fvu_fit;
	sort_doubles(fvu, n);
	limit = n ? fvu[wanted > 0 ? wanted - 1 : 0] : 0;
	free(fvu);
	b->n_chosen = 0;
	for (int k = 0; k < b->n_unique; k++) {
		const struct score *c = &b->score[b->unique[k]];
		double known = INFINITY;

		for (int size = 1; size <= c->size && size <= EXPR_MAX_NODES; size++)
			known = fmin(known, s->best[size]);
		if (c->verdict != VERDICT_OK || !(c->fvu_fit < 1))
			continue;
		if (c->fvu_fit <= limit || c->fvu_fit <= known * pow(10, s->assessor.c.reach))
			b->chosen[b->n_chosen++] = b->unique[k];
	}
}

/* Repeats get what is known: from the cache the numbers alone, from this batch the equation too. */
static void answer_repeats(struct scoring *b, int n)
{
	for (int i = 0; i < n; i++) {
		struct score *c = &b->score[i];

		if (!c->hash || b->first_of[i] == i)
			continue;
		if (b->first_of[i] < 0) {
			const struct cached_score *old = score_cache_find(&b->s->cache, c->hash);

			c->verdict = (enum verdict)old->verdict;
			c->fvu_fit = old->fvu_fit;
			c->size = old->size;
			c->n_consts = old->n_consts;
			c->stage = old->stage;
		} else {
			struct expr skeleton = c->skeleton;

			*c = b->score[b->first_of[i]];
			c->skeleton = skeleton;
			c->node_rows = c->node_rows_second = 0;
		}
		c->repeated = true;
	}
}

/* Where there are several ranks: adds up what each had to do, or takes off what was there before. first: the owner of
 * piece 0. */
static void count_work(const struct scoring *b, int n, const int *index, int first, int sign)
{
	for (int k = 0; k < n && ranks_count() > 1; k++)
		b->s->work[(first + k) % ranks_count() % RANKS_COUNTED] += sign * b->score[index[k]].node_rows;
}

/* work(k) goes on with the score of candidate index[k]; on all ranks. */
static void run_stage(struct scoring *b, int n, void (*work)(void *, int, int), const int *index)
{
	const struct rank_output scores = {b->score, sizeof(*b->score), index};
	int first = ranks_owner(0);

	count_work(b, n, index, first, -1);
	pool_run_shared(b->s->pool, n, work, b, &scores, 1);
	count_work(b, n, index, first, 1);
}

static bool score_batch(struct scorer *s, struct scoring b, int n)
{
	double begin;
	bool done;

	b.unique = xmalloc((size_t)(n + 1) * sizeof(int));
	b.chosen = xmalloc((size_t)(n + 1) * sizeof(int));
	b.first_of = xmalloc((size_t)(n + 1) * sizeof(int));
	begin = clock_seconds();
	pool_run_shared(s->pool, n, strip, &b, &(struct rank_output){b.score, sizeof(*b.score), NULL}, 1);
	s->simplify_seconds += clock_seconds() - begin;
	find_new(&b, n);
	run_stage(&b, b.n_unique, first_stage, b.unique);
	choose_promising(&b);
	run_stage(&b, b.n_chosen, second_stage, b.chosen);
	run_stage(&b, b.n_unique, last_stage, b.unique);
	done = !(b.stop && *b.stop);
	if (done)
		answer_repeats(&b, n);
	free(b.unique);
	free(b.chosen);
	free(b.first_of);
	return done;
}

bool scorer_run(struct scorer *s, const struct expr *candidates, int n, struct score *out, const volatile int *stop)
{
	return score_batch(s, (struct scoring){.s = s, .candidates = candidates, .score = out, .stop = stop}, n);
}

bool scorer_run_stripped(struct scorer *s, const struct expr *skeletons, const struct expr *start, int n,
			 struct score *out, const volatile int *stop)
{
	return score_batch(
		s,
		(struct scoring){
			.s = s, .candidates = skeletons, .stripped = true, .start = start, .score = out, .stop = stop},
		n);
}

static void enter(struct scorer *s, const struct score *c)
{
	struct cached_score entry = {
		.hash = c->hash,
		.fvu_fit = (float)c->fvu_fit,
		.verdict = (uint8_t)c->verdict,
		.size = (uint8_t)c->size,
		.n_consts = (uint8_t)c->n_consts,
		.stage = (uint8_t)(c->stage & 3),
	};

	s->counts.fitted_first++;
	s->counts.fitted_second += c->stage == 2;
	if (c->verdict == VERDICT_OK && c->size >= 0 && c->size <= EXPR_MAX_NODES)
		s->best[c->size] = fmin(s->best[c->size], c->fvu_fit);
	score_cache_add(&s->cache, &entry);
}

void scorer_commit(struct scorer *s, const struct score *scores, int n)
{
	for (int i = 0; i < n; i++) {
		const struct score *c = &scores[i];
		struct cached_score *known = c->hash && c->repeated ? score_cache_find(&s->cache, c->hash) : NULL;

		s->counts.candidates++;
		s->counts.invalid += c->verdict != VERDICT_OK;
		s->counts.node_rows += c->node_rows;
		s->counts.node_rows_second += c->node_rows_second;
		s->counts.cached += c->hash && c->repeated;
		if (known)
			known->asked = true;
		if (c->hash && !c->repeated)
			enter(s, c);
	}
}

void scorer_set_promising(struct scorer *s, double share)
{
	s->assessor.c.promising = share;
}

const double *scorer_work_of_ranks(const struct scorer *s)
{
	return s->work;
}

double scorer_simplify_seconds(const struct scorer *s)
{
	return s->simplify_seconds;
}
