/* score.h — equations in, scores out: fitted in parallel, each skeleton once.
 *
 * A candidate is what somebody wrote (policy, prior, evolution, user). Scoring strips it to its canonical
 * skeleton, looks that up, and otherwise fits it in stages:
 *   1  every new skeleton: one start, few iterations, on at most `first_rows` fit rows
 *   2  the promising ones: restarts and many iterations on at most `second_rows` fit rows
 *   3  values on all fit and select rows
 * Promising: the best `promising` share of the batch by stage 1, and all that came within `reach` decades
 * of the best error known for their size before the batch.
 *
 * Determinism: while a batch is scored the cache is read-only; scorer_commit() puts its results there in candidate
 * order, so a batch that is not committed leaves no trace. Restarts draw from (seed, canonical hash). Scores depend
 * neither on the thread count nor on the order of work.
 * Failure: an equation that cannot be evaluated has a verdict and a culprit; it is not an error. */
#ifndef EQRL_SCORE_H
#define EQRL_SCORE_H

#include "eqrl/base/pool.h"
#include "eqrl/expr/expr.h"
#include "eqrl/data/dataset.h"
#include "eqrl/eval/fit.h"

#include <stdint.h>

struct score {
	enum verdict verdict;
	int culprit;	      /* node of `fitted` to blame, -1: none */
	double fvu_fit;	      /* 1 − R² on fit rows; ≥ 1: no better than the mean; INFINITY when invalid */
	double fvu_select;    /* on select rows (fit rows where there are none); may be INFINITY */
	double fvu_first;     /* what the first stage ended at, on its rows: what the second is credited against */
	int size, n_consts;   /* of `fitted` */
	int stage;	      /* how far it was fitted: 1 or 2 */
	uint64_t hash;	      /* canonical skeleton */
	struct expr skeleton; /* stripped canonical form; under a template the carrier of its bodies' (outline.h) */
	struct expr fitted;   /* with coefficients and constants; columns of the data set; n = 0: not kept */
	bool repeated;	      /* scored before */
	bool step; /* lacks what an answer needs, or has not its shape (shape.h): a parent, but nothing for the front */
	int by;	   /* who proposed it: BY_… of trainer.h, set by whoever knows; 0: not known */
	double node_rows;	 /* evaluated for it, values or derivatives alike; 0 when repeated */
	double node_rows_second; /* those of the second stage */
};

struct scorer_config {
	uint64_t seed;
	enum scaling scaling;
	int first_rows, first_iterations;
	int second_rows, second_iterations, restarts;
	double promising, reach;
	struct bounds bounds; /* of fitted equations, their coefficients included; what breaks them is VERDICT_BOUNDS */
};

struct scorer_config scorer_default(void);

struct scorer;

struct scorer *scorer_new(const struct scorer_config *c, const struct dataset *d, struct pool *pool);
void scorer_free(struct scorer *s);

/* Scores n candidates into out[0 … n-1]. A skeleton that was scored before (in this batch or in one that was
 * committed) gets the same numbers with `repeated` set: within the batch all of them, from the cache verdict, error on fit
 * rows (in single precision), size, constants and stage, and no fitted equation.
 * stop (may be NULL) is polled; after a stop the result is false, and those of `out` that were finished have a finite
 * fvu_select; the others are not to be used. */
bool scorer_run(struct scorer *s, const struct expr *candidates, int n, struct score *out, const volatile int *stop);
/* Under a template (config.bounds.form) candidates are equations of its form; stripped ones, and starts, are carriers.
 * The same for candidates that are stripped canonical skeletons already (strip.h). start (may be NULL): equations of
 * the same skeletons, up to what free coefficients take up, with constants that their first fits start from; n = 0:
 * none. A skeleton that was scored before is not fitted again, whatever its start. Not used without linear scaling. */
bool scorer_run_stripped(struct scorer *s, const struct expr *skeletons, const struct expr *start, int n,
			 struct score *out, const volatile int *stop);

/* Puts the results of one scored batch into cache, counts and best errors. */
void scorer_commit(struct scorer *s, const struct score *scores, int n);

/* From the next batch on, this share is promising. */
void scorer_set_promising(struct scorer *s, double share);

/* Best error on fit rows known for each size, for the rule `reach`; INFINITY: none. */
double scorer_best(const struct scorer *s, int size);

struct scorer_counts {
	int64_t candidates, invalid, cached, fitted_first, fitted_second;
	double node_rows;	 /* evaluated, values or derivatives alike */
	double node_rows_second; /* those of the second stage */
};
const struct scorer_counts *scorer_counts(const struct scorer *s);

/* Where there are several ranks (ranks.h), the node_rows that each of the first RANKS_COUNTED evaluated in this process's
 * life; of the others modulo that. */
enum { RANKS_COUNTED = 64 };
const double *scorer_work_of_ranks(const struct scorer *s);

/* Wall time of all batches so far that went into simplifying; the rest was fitting. For profiles alone. */
double scorer_simplify_seconds(const struct scorer *s);

/* The cache, for checkpoints: what is needed to answer for a skeleton without fitting it again. Entries in the order of
 * their arrival. */
struct cached_score {
	uint64_t hash;
	float fvu_fit;
	uint8_t verdict, size, n_consts;
	uint8_t stage : 2, asked : 1,
		unused : 5; /* asked: somebody proposed it again since entries were last forgotten */
};
int scorer_cache_size(const struct scorer *s);
const struct cached_score *scorer_cache(const struct scorer *s);
const double *scorer_best_by_size(const struct scorer *s); /* EXPR_MAX_NODES + 1 of them */

/* All that later batches depend on; borrowed. */
struct scorer_state {
	const struct cached_score *cache;
	int n_cached;
	const double *best; /* by size */
	const struct scorer_counts *counts;
};
void scorer_restore(struct scorer *s, const struct scorer_state *state);

#endif
