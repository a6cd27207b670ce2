/* turned.c — see turned.h. */
#include "turned.h"

#include "eqrl/expr/solve.h"
#include "eqrl/expr/strip.h"

#include <math.h>
#include <string.h>

enum { MOST_BRANCHES = 4 };   /* operators with two inverses on one way: 16 solutions to look at */
#define TURNED_TOLERANCE 1e-6 /* of the input's root mean square: what cancels more digits shows nothing in its rows */

/* Whether e gives column j from the others and the law's value in all n rows. */
static bool holds(const struct problem *p, const struct expr *e, int j, int n)
{
	double x[VOCAB_VARS], squares = 0, limit;

	for (int i = 0; i < n; i++)
		squares += p->x[j][i] * p->x[j][i] / n;
	limit = TURNED_TOLERANCE * sqrt(squares);
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < p->n_columns; k++)
			x[k] = k == j ? p->clean[i] : p->x[k][i];
		if (!(fabs(expr_value(e, x) - p->x[j][i]) <= limit))
			return false;
	}
	return true;
}

static void exchange(struct problem *p, int j, int n)
{
	for (int i = 0; i < n; i++) {
		double t = p->clean[i];

		p->clean[i] = p->x[j][i];
		p->x[j][i] = t;
	}
}

/* Solves for the variable at the node on whichever branch holds. */
static bool turn_at(struct problem *p, int node, int n)
{
	int branches = expr_solvable(&p->truth, node), column = p->truth.node[node].arg;
	struct expr solution, skeleton;

	if (branches < 0 || branches > MOST_BRANCHES)
		return false;
	for (solve_branches b = 0; b < 1u << branches; b++) {
		if (!expr_solve(&p->truth, node, b, &solution) || !holds(p, &solution, column, n))
			continue;
		if (!expr_strip(&solution, &skeleton) || skeleton.n == 0 || expr_columns(&skeleton) == 0)
			return false;
		p->truth = solution;
		p->skeleton = skeleton;
		exchange(p, column, n);
		return true;
	}
	return false;
}

bool problem_turn(struct rng *r, struct problem *p, int n)
{
	int node[EXPR_MAX_NODES], count = 0;

	for (int i = 0; i < p->truth.n; i++)
		if (p->truth.node[i].op == OP_VAR)
			node[count++] = i;
	rng_shuffle(r, node, count);
	for (int k = 0; k < count; k++)
		if (turn_at(p, node[k], n))
			return true;
	return false;
}
