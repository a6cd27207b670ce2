/* hof.h — hall of fame: the best equation of every size, and the Pareto front among them.
 *
 * Errors are compared on fit rows; the choice uses fit and select rows; report rows are read once,
 * after the choice. */
#ifndef EQRL_HOF_H
#define EQRL_HOF_H

#include "eqrl/expr/expr.h"
#include "eqrl/data/dataset.h"
#include "eqrl/score/score.h"

enum { HOF_MAX_SIZE = EXPR_MAX_NODES };

struct hof {
	struct score best[HOF_MAX_SIZE + 1]; /* by size; size 0: empty */
	bool used[HOF_MAX_SIZE + 1];
};

/* Keeps it, and returns true, if it is the best of its size so far. Scores that are invalid or no better than the mean do not
 * enter. Ties keep the older one. */
bool hof_insert(struct hof *h, const struct score *s);

struct pareto_entry {
	struct expr expr;
	int size, n_consts;
	int by;					/* who proposed it: BY_… of trainer.h; 0: not known */
	double fvu_fit, fvu_select, fvu_report; /* report: NAN until reported, or without report rows */
	double mdl;				/* description length in nats, up to a constant */
	bool chosen;
	bool by_chance; /* was the answer, and is no better than chance on select rows */
};

/* How the answer is chosen: rows of selection_table, the choices of --select. */
enum selection { SELECTION_MDL, SELECTION_BIC, SELECTION_ELBOW, SELECTION_R2 };

extern const struct selection_row {
	const char *name, *doc;
} selection_table[];
extern const int selection_rows;

struct pareto {
	int n, chosen; /* chosen: index, -1: nothing beats the mean */
	enum selection by;
	double floor;	      /* error below which nothing is better than anything else */
	struct bounds bounds; /* what plainer constants may make; pareto_build sets none */
	struct pareto_entry entry[HOF_MAX_SIZE + 1];
	double null_fvu; /* of the mean, on select rows: 1 */
	double chance;	 /* probability that chance does as well on select rows, over the whole front; 0: not
			       * judged. Above 0.05 there is no answer */
	bool has_select, has_report;
};

/* Description length of an equation with n_consts fitted constants and `size` nodes that leaves the share
 * fvu of the variance of n rows: (n − k)/2 ln max(fvu, floor) + k/2 ln n + size · ln(symbols).  Rissanen 1978;
 * Kolmogorov-style code for the skeleton. A constant has to be written to a precision of √(fvu/n), which costs
 * ½ ln(n/fvu): on few rows constants pay for no more than the rows that they explain. */
double description_length(double fvu, int n, int n_consts, int size, double floor);

/* Variance share that the rounding of the written target leaves unexplained: q²/12 over the variance for
 * values that are all multiples of a decimal unit q; about 1e-30 for full doubles, and for
 * whole numbers: counts and sequences are exact, and where they are not the error itself says so. */
double rounding_level(const struct rows *rows);

/* Collects, by rising size, the equations that no smaller one equals or beats on fit rows, and chooses among them. */
void pareto_build(const struct hof *h, const struct dataset *d, enum selection by, struct pareto *out);

/* Takes the answer back if chance does as well on select rows (chance.h); the next one by the same rule may replace it.
 * Refits constants on all rows but the report rows, rounds them where the error does not rise, simplifies, checks that
 * the printed equation is the evaluated one; then reads the report rows once. */
void pareto_finish(struct pareto *f, const struct dataset *d, enum scaling scaling, uint64_t seed);

#endif
