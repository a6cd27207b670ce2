/* probe.h — private to regularity: an equation at single points of its box, and what happens there. */
#ifndef EQRL_PROBE_H
#define EQRL_PROBE_H

#include "eqrl/eval/regularity.h"

/* As many rows as the constants of a front are polished on. */
enum { PROBE_ROWS = 20000 };

/* A node whose zero is a pole of another, and where its sign was seen last. */
struct divisor {
	int node;
	bool tangent; /* it is the cosine of the node that vanishes */
	int crossings;
	double sign; /* 0: not seen yet */
	double *seen_at;
};

struct probe {
	const struct expr *e;
	uint8_t end[EXPR_MAX_NODES];
	int n_columns, column[EXPR_MAX_NODES]; /* those that e uses */
	int size;			       /* of arrays over all columns of the box */
	struct interval *side;		       /* over all columns: the piece at hand, or a point */
	double *x;			       /* over all columns: a point */
	double v[EXPR_MAX_NODES];	       /* values of the nodes there */
	double width[EXPR_MAX_NODES];	       /* of the box, by used column */
	struct interval *piece;		       /* n_columns each */
	int first, last;		       /* those that wait */
	struct divisor divisor[EXPR_MAX_NODES];
	int n_divisors;
	const struct rows *rows;  /* or NULL */
	bool undefined_elsewhere; /* where rows do not come */
	double scale;
	struct regularity *out;
};

/* Values of all nodes at the point x. */
void probe_evaluate(struct probe *s);

/* The same between the points a and b, over the used columns. */
void probe_go_between(struct probe *s, const double *a, const double *b, double t);

/* Whether the part that begins at a node depends on a column. */
bool probe_part_uses(const struct probe *s, int node, int column);

/* The verdict, at the point x. */
void probe_report(struct probe *s, enum regularity_kind kind, int node);

/* Rows avoid a singularity: a speed stays below that of light, sides make a triangle, charges of both signs are none of them
 * 0. Then it is not among them. A point whose columns come from rows apart is what rows would be, had the columns nothing
 * to do with each other. Whether so many of these have no value that rows avoid that. */
bool probe_rows_avoid_undefined(struct probe *s);

/* Lists the nodes whose zeros are poles. x has been evaluated. */
void probe_find_divisors(struct probe *s);

/* At a point of the search, whose used columns are here: has the divisor another sign than at the one before, and is
 * there a pole between that rows do not avoid? Then it is reported. */
bool probe_find_pole(struct probe *s, struct divisor *d, const double *here);

#endif
