/* fitter.h — what a fitter owns; shared by the files that fit, add scaling and round. */
#ifndef EQRL_EVAL_FITTER_H
#define EQRL_EVAL_FITTER_H

#include "eqrl/eval/fit.h"
#include "lm.h"

struct fitter {
	struct tape *tape;
	struct lm lm;
	struct moments best; /* sums at the best constants so far */
	struct node_stats stats[EXPR_MAX_NODES];
	bool measured; /* stats and leverage are of the present equation */
	int capacity;  /* rows that the buffers below hold */
	double *weights, *residuals, *leverage;
	double *working_weight, *working_target; /* of the problem that stands for a loss */
	int group_capacity;			 /* of the constants and errors of each group */
	struct group_constants *group;
	double *group_nmse;
};

/* fit_constants on rows with groups: group_fit.c. */
void fit_groups(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		struct fit_result *r);

/* Makes room in the buffers for n rows. */
void fitter_reserve(struct fitter *f, int n);

/* A start for descent number `start`, e->c being where the first one begins: screen.c. */
void choose_start(struct fitter *f, const struct expr *e, const struct rows *rows, const struct fit_options *o,
		  int start, double *c);

/* NMSE at and below which an equation counts as exact: what is left is rounding in its values. */
#define FIT_EXACT_NMSE 1e-20

/* The error that rounding of the target alone leaves: Σ w (ε y)², a few times. */
double fit_rounding_level(const struct target_moments *t);

/* A series of changes to an equation, each kept only if its refit stays within a bound. */
struct fit_change {
	struct fitter *fitter;
	struct expr *e;
	const struct rows *rows;
	struct fit_options options; /* of the refits; target set */
	struct target_moments target;
	struct fit_result *result; /* of e */
	double bound;		   /* largest SSE accepted */
	double raise;		   /* of the bound, by every change: 1, or what a constant costs */
};

/* fitter, e, rows and result are set; the rest follows from them. tolerance: share by which the error may rise, < 0: by
 * what a constant costs. */
void fit_change_begin(struct fit_change *ch, const struct fit_options *o, double tolerance);

/* Refits candidate; if it stays within the bound, it becomes *ch->e. */
bool fit_change_try(struct fit_change *ch, struct expr *candidate);

/* e without the term or the coefficient at node i, where it has one that may vanish; a coefficient is near 1 or -1 for that,
 * or any. */
bool fit_drop_candidate(const struct expr *e, int i, bool any, struct expr *out);

/* fit_drop_neutral within the bodies of a template's functions (bodies.c). */
void fit_drop_in_bodies(struct fit_change *ch);

/* What a written equation costs in nats. */
#define NATS_PER_DIGIT 2.302585092994046 /* ln 10; the point counts as well: whole numbers read better */
#define NATS_PER_NODE  2.8		 /* ln 16, as description_length counts */

/* Characters of a number but for leading zeros; a sign is a quarter of one, which decides between equals. */
double written_length(double v);

/* Is there a constant or literal of more digits than plain values have? */
bool has_long_number(const struct expr *e);

/* Standard errors of the free constants at the last fit, by index in c[]; NaN for what the data do not determine.
 * sse: of that fit, on n rows. */
void fit_standard_errors(const struct fitter *f, double sse, int n, double se[EXPR_MAX_CONSTS]);

/* dst = src with nodes [from, to) replaced by n nodes; constants stay. False if it does not fit. */
bool expr_splice(struct expr *dst, const struct expr *src, int from, int to, const struct node *by, int n);

#endif
