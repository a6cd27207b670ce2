/* hof.h — hall of fame: the best and the likeliest equation of every size, and the Pareto front among them.
 *
 * Errors are compared on fit rows; the choice uses fit and select rows; report rows are read once,
 * after the choice. */
#ifndef EQRL_HOF_H
#define EQRL_HOF_H

#include "eqrl/expr/expr.h"
#include "eqrl/data/dataset.h"
#include "eqrl/eval/regularity.h"
#include "eqrl/eval/residuals.h"
#include "eqrl/eval/uncertainty.h"
#include "eqrl/score/grouped.h"
#include "eqrl/score/score.h"

enum { HOF_MAX_SIZE = EXPR_MAX_NODES, PARETO_MAX = 3 * HOF_MAX_SIZE };

/* Where rows are few or noisy, the least error of a size is often that of an odd form that bends after the noise: a straight
 * line loses to a power of 0.9. So the likeliest is kept, too, and so is the likeliest of the textbooks' curves, which many odd
 * forms of its size hide from eight rows; the choice sees all three. */
struct hof {
	struct score best[HOF_MAX_SIZE + 1];   /* by size, the least fvu_fit; size 0: empty */
	struct score likely[HOF_MAX_SIZE + 1]; /* the least rows/2 · ln fvu_fit + price of the structure */
	struct score known[HOF_MAX_SIZE + 1];  /* the same of curves of textbook.h */
	bool used[HOF_MAX_SIZE + 1];	       /* best and likely are, or neither */
	bool has_known[HOF_MAX_SIZE + 1];
	int rows;   /* fit rows */
	int groups; /* with constants of their own; 0: none. Each constant then pays for every group */
};

/* Keeps it if it is the best, the likeliest or the likeliest known curve of its size so far; returns true if it is the best.
 * Scores that are invalid or no better than the mean do not enter. Ties keep the older one. */
bool hof_insert(struct hof *h, const struct score *s);

struct pareto_entry {
	struct expr expr;
	int size;
	int n_consts;	   /* different numbers in it that are no token */
	int n_free;	   /* of them, or of what became plain: fitted to the rows */
	int by;		   /* who proposed it: BY_… of trainer.h; 0: not known */
	double fvu_fit;	   /* with the constants of the fit rows: on these … */
	double fvu_select; /* … and on select rows, which neither structure nor constants had seen */
	double fvu_all;	   /* as it is printed, on all rows but the report rows */
	double fvu_least;  /* there, too, with constants that are not made plain */
	double fvu_cv;	   /* cross-validated there, constants refitted in every fold; NAN: not measured yet */
	double fvu_expected; /* the same, each row by how far it may be off where the other rows leave constants open … */
	double open;	     /* … and nats that this openness costs */
	double fvu_report;		/* as it is printed; NAN until reported, or without report rows */
	double price;			/* nats that structure and constants pay before any data are seen */
	int form;			/* the curve of textbook.h that it is, −1: none */
	double criterion;		/* of the rule in use; the least is best */
	int seen;			/* of pareto_finish: which entry it was before */
	struct regularity regularity;	/* among all rows but the report rows; unknown until pareto_finish */
	struct uncertainty uncertainty; /* of its constants, on all rows but the report rows; k 0: not measured */
	struct residuals residuals;	/* on these rows, if that was measured */
	int table;			/* of its parameters in pareto.grouped */
	bool chosen;
};

/* How the answer is chosen: rows of selection_table, the choices of --select.
 *
 * Here n/2 · ln share stands for what the rows' loss says (loss_nats of loss.h): half a deviance with likelihoods.
 *
 *   evidence  n/2 · ln √(GCV · CV) + nodes (1.5 · nodes without select rows) + price, n rows, k fitted constants,
 *             GCV = fvu_least · (n/(n − k − 1))², ln CV = ln fvu_expected + 2 open/n: the predictive density of rows that
 *             were left out (Geisser and Eddy 1979), price: of what is rare in laws
 *   accuracy  the least cross-validated error, whatever its size
 *   mdl       description length, see below (Rissanen 1978)
 *   bic       n/2 · ln fvu_all + k/2 · ln n (Schwarz 1978)
 *   all three: more for an equation that is singular among its rows (regularity.h)
 *   elbow     the largest drop of the log error on select rows for each node added (PySR's score)
 *   r2        the least error on select rows */
enum selection {
	SELECTION_EVIDENCE,
	SELECTION_ACCURACY,
	SELECTION_MDL,
	SELECTION_BIC,
	SELECTION_ELBOW,
	SELECTION_R2,
};

extern const struct selection_row {
	const char *name, *heading, *doc; /* heading: of its column in tables, at most 9 characters */
} selection_table[];
extern const int selection_rows;
enum selection selection_named(const char *name); /* of an earlier version, NULL or unknown: SELECTION_MDL */

struct pareto {
	int n, chosen; /* chosen: index, -1: there is no equation */
	enum selection by;
	double floor;	      /* error below which nothing is better than anything else */
	struct bounds bounds; /* what plainer constants may make; pareto_build sets none */
	struct pareto_entry entry[PARETO_MAX];
	/* NULL, or the groups that have constants of their own, and their values: then equations have parameters. Owned by
	 * whoever has the front; pareto_present_groups and pareto_finish make it. */
	struct grouped *grouped;
	double tried;	  /* different skeletons that were fitted; 0: not known */
	double chance;	  /* probability that chance would have found an equation as good */
	bool significant; /* it is at most 0.05, or was not judged */
	bool allow_poles; /* singular equations are worth as much as regular ones */
	bool has_select, has_report;
};

/* Description length of an equation with n_consts fitted constants and `size` nodes that leaves the share
 * fvu of the variance of n rows: (n − k)/2 ln max(fvu, floor) + k/2 ln n + size · ln(symbols).  Rissanen 1978;
 * Kolmogorov-style code for the skeleton. A constant has to be written to a precision of √(fvu/n), which costs
 * ½ ln(n/fvu): on few rows constants pay for no more than the rows that they explain. */
double description_length(double fvu, int n, int n_consts, int size, double floor);

/* By rising size: the best equations, but those that a smaller one is as good as, and the likeliest ones beside them; then the
 * choice as far as it can be made without refits. */
void pareto_build(const struct hof *h, const struct dataset *d, enum selection by, struct pareto *out);

/* After sizes or errors were changed: by size, without what a smaller one is as good as; the answer stays. If it is no longer
 * among them, the best of the rest by the criterion is the answer. */
void pareto_sift(struct pareto *p);

/* For a front that is shown while the search goes on: as many digits of every constant as the fit rows determine. Errors stay
 * those of the search, so that rounding decides nothing; fvu[seen] is an entry's fvu_all as it is then printed. */
void pareto_limit_digits(struct pareto *p, const struct dataset *d, uint64_t seed, double fvu[PARETO_MAX]);

/* Gives every equation its final constants (refitted on all rows but the report rows, plain where the data allow), checks
 * that the printed equation is the evaluated one, finds singularities, cross-validates, makes the choice, says whether chance explains it, and
 * reads the report rows once. Afterwards sizes rise strictly and fvu_all falls strictly; the answer is always among them. */
/* With groups, too: constants that groups may share become shared, and plain where the data allow; the others become
 * parameters. */
void pareto_finish(struct pareto *f, const struct dataset *d, enum scaling scaling, uint64_t seed);

/* Of a front that is still searched, on a data set with groups (otherwise nothing is done): every constant becomes a
 * parameter with the values that fit the fit rows best. */
void pareto_present_groups(struct pareto *p, const struct dataset *d);

#endif
