/* loss.h — what a fit minimises, a choice compares and a report tells: one row of loss_table each.
 *
 * A loss gives every row a deviance d(y, f) ≥ 0; the error of an equation is Σ w d. Its share of the error of the best
 * constant (the null model) takes the place of FVU = 1 − R², so that "variance explained" becomes "deviance explained"
 * (McCullagh and Nelder 1989, chapter 2) and 0 is perfect, 1 no better than a constant, whatever the loss. Fits are
 * iteratively reweighted least squares: near f the deviance is that of weight·(target − f)², see work.
 *
 * Rows carry their loss (rows.h), so that whatever takes rows takes losses. NULL is squared errors. */
#ifndef EQRL_LOSS_H_EVAL
#define EQRL_LOSS_H_EVAL

#include "eqrl/eval/metrics.h"
#include "eqrl/expr/rows.h"

#include <stdbool.h>

enum loss_kind {
	LOSS_MSE,
	LOSS_MAE,
	LOSS_HUBER,
	LOSS_LOGCOSH,
	LOSS_RELATIVE,
	LOSS_LOG,
	LOSS_POISSON,
	LOSS_LOGISTIC,
	LOSS_KINDS,
};

struct loss {
	enum loss_kind kind;
	double scale; /* of y: where huber and logcosh go over from squares to absolute values */
};

/* How far fitted constants scatter: what takes the place of s² in s² (Jᵀ V J)⁻¹, V the weights times information. */
enum loss_spread {
	SPREAD_ESTIMATED, /* the mean error: least squares of the target, of its shares or of its logarithms */
	SPREAD_KNOWN,	  /* 1: the loss is a likelihood, and V is Fisher's information */
	SPREAD_ROBUST,	  /* from slopes and curvatures of the loss, as Huber does */
	SPREAD_DENSITY,	  /* from the density of the residuals at 0, as for medians */
};

struct loss_info {
	const char *name, *doc;
	const char *needs; /* of the target, for messages; NULL: nothing */
	bool (*allows)(double y);
	double (*deviance)(double y, double f, double scale); /* INFINITY where f is impossible */
	/* Weight and target of the least-squares problem that has the deviance's slope at f, and its curvature or more. */
	void (*work)(double y, double f, double scale, double *weight, double *target);
	void (*first)(double y, double *weight, double *target); /* the same without any f: where fits begin */
	enum loss_spread spread;
	double (*information)(double y, double f); /* half the expected curvature of d where f is right; NULL: 1 */
	double (*curvature)(double residual, double scale); /* of d, half of it; for SPREAD_ROBUST */
};

extern const struct loss_info loss_table[LOSS_KINDS];

/* d(y, f) by a loss; NULL: squared error. */
double loss_of(const struct loss *l, double y, double f);

/* How far off a row is, with its sign: y − f, or as a share of y (relative), in logarithms (log), or the signed root of
 * the deviance (poisson, logistic), which is about normal with variance 1 where the equation is right. */
double loss_residual(const struct loss *l, double y, double f);

/* Row of loss_table, by name; LOSS_MSE for NULL and for names of later versions. */
enum loss_kind loss_named(const char *name);

/* What an equation's value says of the target: itself, or of logistic the probability of 1. */
double loss_mean(enum loss_kind kind, double f);

/* Σ w d over the rows, predictions given; as tape_sse, NaN or infinite if a counted one is. */
double loss_error(const struct loss *l, const struct rows *rows, const double *prediction);

/* The least-squares problem that stands for the rows' loss, which is not NULL, at these predictions (NULL: before there are
 * any): *out is the rows with weights and targets that are written to the arrays, n of each, and without a loss. */
void loss_working_rows(const struct rows *rows, const double *prediction, double *weight, double *target,
		       struct rows *out);

/* As target_measure, by the rows' loss: sst is the error of the best constant, and mean that constant; of groups the sum of what each group's own leaves. Allocates with a
 * loss other than squares. */
void rows_measure_target(const struct rows *rows, struct target_moments *t);

/* What is needed to say what errors of equations on n rows are in nats (units of −ln likelihood). */
struct loss_evidence {
	const struct loss *loss; /* NULL: squared errors */
	int n;
	double null_error; /* of the best constant */
	double dispersion; /* of poisson, at least 1: how much more counts vary than their mean; else 1 */
};

/* −ln likelihood, but for what all equations have in common, of one that leaves this share of null_error:
 *
 *   poisson, logistic   share · null_error / (2 dispersion): half the deviance, as in QAIC (Burnham and Anderson 2002, 2.5)
 *   the others          n/2 ln share: a normal distribution of y, of y/f or of ln y with an estimated variance. Laplace's
 *                       would count mae twice as much, and gross errors that are no draws from it: then a pole through
 *                       three of eight in 120 rows pays for its ten nodes, with n/2 it does not */
double loss_nats(const struct loss_evidence *v, double share);

/* Logarithm of the probability, at most 0, that k constants leave this share or less of a target without any law: of the
 * Beta distribution that a share of squares has; and of likelihoods no less than Chernoff's bound on χ² with k degrees. */
double loss_log_chance(const struct loss_evidence *v, double share, int k);

/* The dispersion that the best of some equations leaves: its deviance per row beyond its constants (poisson), else 1. */
double loss_dispersion(const struct loss_evidence *v, double share, int k);

/* The scale of huber and logcosh for these rows: a tenth of the target's robust spread (1.4826 median |y − median y|; of
 * its standard deviation, if that is 0). It comes from the target so that all equations have the same loss: residuals of
 * an equation that explains 99 % of the variance lie within it, gross errors beyond it. */
double loss_scale_for(const struct rows *rows);

#endif
