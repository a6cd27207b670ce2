/* regularity.h — does an equation have a finite value everywhere among its rows, or does it live by a singularity?
 *
 * The box is what the columns span, without its edge: laws end at edges (1/x at x > 0, √(1 − x²), a tangent in its
 * branch), so a pole or a domain's end there is no fault; rows that lie on the edge are looked at one by one. Within
 * the box an equation is
 *
 *   regular    interval arithmetic proves that no part of it is undefined or infinite anywhere;
 *   singular   there is a point where a part is certainly undefined (a root, logarithm, arc sine or power outside its
 *              domain), or a divisor changes its sign and the equation's value jumps or grows there; or some row makes a
 *              part infinite (6/0, which an arc tangent swallows);
 *   unknown    neither was shown within the effort allowed.
 *
 * A removable singularity (sin(x)/x, 1/(1 + 1/x)) is none. Intervals are refined by bisection, the widest parts first,
 * along the column that the part in question depends on most. Deterministic. Threads: any. */
#ifndef EQRL_REGULARITY_H
#define EQRL_REGULARITY_H

#include "eqrl/eval/interval.h"
#include "eqrl/expr/rows.h"

enum regularity_kind {
	REGULARITY_UNKNOWN, /* not judged, or not decided */
	REGULARITY_REGULAR,
	REGULARITY_POLE,      /* between the rows */
	REGULARITY_UNDEFINED, /* between the rows a part has no value */
	REGULARITY_ROW,	      /* a part is infinite in a row */
	REGULARITY_KINDS,
};

extern const char *const regularity_name[REGULARITY_KINDS]; /* "unknown", "regular", "pole", … */

enum { REGULARITY_COLUMNS = 3 };

struct regularity {
	enum regularity_kind kind;
	int n;				/* columns that the place is told in; 0: too many */
	int column[REGULARITY_COLUMNS]; /* … which the part in question depends on … */
	double at[REGULARITY_COLUMNS];	/* … and their values there */
};

static inline bool regularity_is_singular(const struct regularity *r)
{
	return r->kind >= REGULARITY_POLE;
}

/* box[column]: from the least to the largest value of the rows. */
void regularity_box(const struct rows *rows, struct interval *box);

/* scale: what counts as large in the equation's value, the target's standard deviation: poles too faint to move it by
 * a thousandth near by are passed over. rows may be NULL: then no row is looked at. */
void regularity_judge(const struct expr *e, const struct interval *box, const struct rows *rows, double scale,
		      struct regularity *out);

#endif
