/* proposer.h — private to src/rl: who proposes equations, one row each.
 *
 *   guess       what the user gave to start from, first of all (recall.c)
 *   policy      writes equations anew, token by token, shown a sample of the rows
 *   completion  cuts equations of the front and lets the policy write what is missing (complete.c)
 *   variation   varies the best skeletons so far: evolution (vary.c, search/evolve.h)
 *   sparse      chooses terms and factors of sums and products by least squares (regress.c, search/sparse.h)
 *   prior       draws equations from the generator of pretraining; only where there is no policy
 *
 * A row draws from the turn and a const view of the task, and leaves nothing behind but the batch. To add a proposer is to
 * add a row here, a BY_… in trainer.h, and a function. */
#ifndef EQRL_RL_PROPOSER_H
#define EQRL_RL_PROPOSER_H

#include "eqrl/eval/fit.h"
#include "eqrl/search/evolve.h"
#include "eqrl/search/hints.h"
#include "batch.h"
#include "turn.h"

/* What a proposer may see of a task. */
struct task_view {
	const struct dataset *d;
	const struct contexts *contexts;
	const struct hof *hof;
	const struct population *population;
	const int64_t *batches;	     /* so far, by whom */
	const double *column_weight; /* how often evolution tries a column, NULL: equally */
	const struct hints *hints;
	const struct bounds *bounds;
	bool writable; /* tokens can keep to the form of the bounds, if these have one */
};

/* What all tasks share. */
struct tools {
	const struct train_config *config;
	struct pool *pool;
	const struct policy *policy; /* params NULL without one */
	struct sampler *sampler;
	struct fitter **fitter; /* one per worker */
};

/* Views of a batch of sparse regression: it costs a few milliseconds, so that it does not keep others waiting, and shows
 * the simple links at once. */
enum { REGRESS_VIEWS = 12 };

struct proposer {
	const char *name, *doc;
	bool anew;     /* it writes equations anew: the statistics of what is written are of these */
	bool stripped; /* its candidates are stripped skeletons already */
	bool likely; /* its candidates are few and likely: each is fitted as closely as the promising ones of others */
	double cost; /* of a candidate that is asked for, in microseconds of one core, beside tokens and fits (effort.h) */
	double least; /* share of the counted effort that it always gets, while it is able */
	bool (*is_able)(const struct train_config *c, const struct task_view *v);
	int (*count)(const struct train_config *c, double share); /* candidates of a batch at that share */
	/* Fills candidate (and start, samples …) of at most turn->n; may find fewer. False: stopped. */
	bool (*draw)(const struct turn *t, const struct task_view *v, const struct tools *tools,
		     const volatile int *stop, struct batch *out);
};

extern const struct proposer proposer_table[PROPOSERS];

bool draw_from_policy(const struct turn *t, const struct task_view *v, const struct tools *tools,
		      const volatile int *stop, struct batch *out);
bool draw_completions(const struct turn *t, const struct task_view *v, const struct tools *tools,
		      const volatile int *stop, struct batch *out);
bool draw_variations(const struct turn *t, const struct task_view *v, const struct tools *tools,
		     const volatile int *stop, struct batch *out);
bool draw_regressions(const struct turn *t, const struct task_view *v, const struct tools *tools,
		      const volatile int *stop, struct batch *out);
bool draw_guesses(const struct turn *t, const struct task_view *v, const struct tools *tools, const volatile int *stop,
		  struct batch *out);
bool draw_textbook(const struct turn *t, const struct task_view *v, const struct tools *tools, const volatile int *stop,
		   struct batch *out);
bool draw_from_prior(const struct turn *t, const struct task_view *v, const struct tools *tools,
		     const volatile int *stop, struct batch *out);

#endif
