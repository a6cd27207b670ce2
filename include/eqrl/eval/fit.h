/* fit.h — the constants of an equation, fitted to rows.
 *
 * Levenberg–Marquardt with analytic derivatives; constants in which the equation is affine are
 * solved for exactly at every step (variable projection), so only the others need starting values.
 * Starts are drawn relative to the size of what a constant multiplies or joins, so a change of
 * units changes nothing; draws come from (seed, stream, start), so nothing depends on who fits
 * first.
 *
 * An equation that cannot be evaluated is a result: a verdict and the node to blame.
 *
 * Threads: a fitter belongs to one worker. Fitting does not allocate, except that robust losses and
 * drawn starts grow buffers to the largest number of rows seen. Rows need a target; weights count in every sum. */
#ifndef EQRL_FIT_H
#define EQRL_FIT_H

#include "eqrl/expr/bounds.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"
#include "eqrl/eval/loss.h"
#include "eqrl/eval/metrics.h"

#include <stdbool.h>
#include <stdint.h>

enum verdict {
	VERDICT_OK,
	VERDICT_NONFINITE,   /* some row's value is no number, from every start; culprit made it */
	VERDICT_OVERFLOW,    /* values are finite, their squared error is not */
	VERDICT_NO_VARIABLE, /* the equation uses no column; the other results stand */
	VERDICT_BOUNDS, /* with its coefficients it is larger than the user allows, or needs another operator, or an
			      * exponent that no law has on such a column (powers.h) */
	VERDICT_COUNT,
};

extern const char *const verdict_name[VERDICT_COUNT]; /* "ok", "nonfinite", … */

enum scaling {
	SCALING_OFF,  /* the equation as it stands */
	SCALING_AUTO, /* a coefficient for each term and an offset; what buys nothing vanishes */
	SCALING_ON,   /* the same, and they stay */
};

struct fit_options {
	int max_iterations;		     /* of one start */
	double rel_tol;			     /* a start ends when an iteration takes less than this share */
	int restarts;			     /* starts, at least 1 */
	int screen;			     /* draws to choose the second start from, on a few rows; each further
			       start chooses from twice as many, up to 32 times */
	bool warm;			     /* the first start is the equation's own constants */
	double stop_nmse;		     /* no further start once this is reached */
	int give_up_after;		     /* a start ends after so many iterations (0: never) … */
	double give_up_nmse;		     /* … when the error is still above this */
	enum scaling scaling;		     /* for fit_equation */
	double drop_tol;		     /* relative increase of SSE that counts as costing nothing; FIT_BIC */
	uint64_t seed, stream;		     /* stream: the skeleton's canonical hash, say */
	const struct bounds *bounds;	     /* of what scaling, dropping and rounding may make; NULL: none */
	const struct target_moments *target; /* of these rows, or NULL: measured in each call */
};

/* As a tolerance it stands for what one constant less may cost, see fit_price. */
#define FIT_BIC (-1.0)

/* Nats that an exponent pays which is no number of halves between -4 and 4: of 91 powers in 78 formulas of the Feynman lectures
 * none has one that was fitted; allometry and Hill's curve have one. So about one in a hundred. */
#define NATS_OF_FITTED_EXPONENT 4.605170185988092 /* ln 100 */

/* The relative rise of SSE that one free constant less may cost on n rows: ln n / n, its price by the
 * Bayesian information criterion (Schwarz 1978), or on few rows what chance explains, 3.84 / (n − k) at
 * 95 %. On noisy rows any smaller price keeps constants that fit the noise. */
double fit_price(int n, int n_consts);

/* These are 50 iterations, 1e-10, one warm start, 128 draws for the next, a stop at 1e-26, no giving up, mse, auto, and
 * dropping by FIT_BIC. */
struct fit_options fit_defaults(void);

struct fit_result {
	enum verdict verdict;
	int culprit;	  /* node, or -1 */
	int culprit_row;  /* or -1 */
	double sse, nmse; /* by the rows' weights and loss (loss.h): error, and its share of the best constant's */
	int iterations, evaluations; /* evaluations: passes over all rows */
	int restarts;		     /* starts made */
	int rank;		     /* constants that the data determine */
	uint32_t unidentified;	     /* the others: bit i is c[i] */
};

struct fitter;
struct tape;

struct fitter *fitter_new(void);
void fitter_free(struct fitter *f);	    /* NULL is fine */
struct tape *fitter_tape(struct fitter *f); /* its tape, which is free between fits */

/* Fits the free constants of e in place; without any it only measures. If no start is finite, the
 * constants are left as they came. Fixed literals and structure never change. */
void fit_constants(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		   struct fit_result *r);

/* Does all of it: fit_add_scaling by o->scaling, fit_constants and, with AUTO, fit_drop_neutral. */
void fit_equation(struct fitter *f, const struct expr *skeleton, const struct rows *rows, const struct fit_options *o,
		  struct expr *out, struct fit_result *r);

/* out = skeleton with a free coefficient for every top-level term that has none, and a free offset
 * if there is none (literal terms then vanish in it). Where that does not fit in an equation, or within the bounds
 * (NULL: none), an outer scale and offset; coefficients alone; a scale alone; an offset alone; nothing. New
 * coefficients are 1, the offset 0. Returns whether anything was added. */
bool fit_add_scaling(const struct expr *skeleton, enum scaling scaling, const struct bounds *bounds, struct expr *out);

/* Under a template (bounds->form): out = the whole equation of a carrier (outline.h), with coefficients and offsets in the
 * bodies of its functions as far as these and the bounds have room. False if the bounds allow nothing of it. */
bool fit_of_bodies(const struct expr *carrier, enum scaling scaling, const struct bounds *bounds, struct expr *out);

/* Under bounds on numbers: gives each free constant the allowed number that costs least, 0 of a sum and 1 of a product being
 * left out; the others are refitted after each, and all are looked at once more at the end. Afterwards none is free. Returns
 * how many there were, −1 (and the verdict is VERDICT_BOUNDS) where no allowed numbers lead to finite values. */
int fit_to_numbers(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		   struct fit_result *r);

/* Removes, one after the other, coefficients 1 (−1 becomes a sign), offsets 0 and terms with
 * coefficient 0, wherever at top level that costs nothing: SSE of the refitted equation at most
 * (1 + o->drop_tol) times what it was, or NMSE at most 1e-20. r is e's, brought up to date. */
void fit_drop_neutral(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		      struct fit_result *r);

/* Gives constants their plain values: 0 for tiny ones, integers, p/q with q ≤ 12 (60 where the fit is exact), multiples of pi
 * and e, decimals of few digits; simplest first. One is accepted when, the other constants refitted, SSE is at most
 * (1 + tolerance) times what it was at first (with FIT_BIC: by no more than its price above what it was before this
 * constant; a decimal that is closer than chance would have it pays for more), or NMSE is at most 1e-20. Where the fit is exact (NMSE ≤ 1e-16) only values within 1e-6 of the fitted one are
 * tried; elsewhere only decimals within a quarter of their last step, and of fractions and multiples only the commonest,
 * since one of all would be met by chance, and those of pi only as coefficients and in angles. Accepted values become integers, fixed literals or products and quotients of integers and
 * pi. Returns how many were replaced; r is brought up to date. */
int fit_round_constants(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
			double tolerance, struct fit_result *r);

/* Of the equation and its equivalents (equivalent.h; without abs of what is positive on the rows; what is constant on
 * them by its value; with one exponent for powers of the same), each with neutral constants dropped, plain values
 * (fit_round_constants, FIT_BIC) and as many digits as the data determine: the one with the shortest description, error,
 * digits and nodes together. Obeys o->bounds; r is e's and is brought up to date. */
void fit_readable(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		  struct fit_result *r);

/* Refits the free constants and rounds each to the fewest digits that stay within half its standard error, least
 * determined first, the others following; where the error is no parabola, to as many as keep its rise below half of one
 * degree of freedom a constant. What the data do not determine gets the fewest digits that keep that. Where that needs more
 * digits of one than its standard error determines (significant.h), since constants make up for each other, the least
 * determined one takes another value within its error. Where the fit is exact, rounding keeps it so. With `literals` those
 * of five digits and more that are not fractions or multiples of pi are rounded alike, since they were computed from
 * fitted ones, and plain ones may give way to others. Kinds stay, r is brought up to date. */
void fit_limit_digits(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		      bool literals, struct fit_result *r);

#endif
