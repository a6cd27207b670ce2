/* structure.c — see structure.h. */
#include "structure.h"

#include "eqrl/eval/fit.h"
#include "eqrl/expr/op.h"
#include "eqrl/expr/textbook.h"

#include <math.h>
#include <stddef.h>

/* A function that is rarer in laws than exp and sqrt pays the logarithm of how much rarer, by the weights of ops.def, at
 * most that of asin. */
#define COMMON_PRIOR 4.0
#define RAREST_PRIOR 0.2

/* Of the 48 functions in 78 formulas of the Feynman lectures 3 stand inside another one's argument; of the other nodes there
 * four times as many are functions. */
#define NESTED log(4)

/* A number to a varying power is written with the base e, 2 or 10: 0.827^t is exp(-0.19*t), which has a node more. */
#define FITTED_BASE (1.5 + log(4))

static bool is_function(const struct op_info *op)
{
	return op->arity == 1 && op->precedence == 5 && op->power == 0;
}

static bool is_root_or_function(const struct op_info *op)
{
	return is_function(op) || (op->power != 0 && op->power != floor(op->power));
}

static double rarity(const struct op_info *op)
{
	return op->prior < COMMON_PRIOR ? log(COMMON_PRIOR / fmax(op->prior, RAREST_PRIOR)) : 0;
}

static bool has_fitted_base(const struct expr *e, int i)
{
	struct node base = e->node[i + 1];

	return base.op == OP_CONST || base.op == OP_FIXED;
}

/* Whether the power at node i has an exponent that is no number of halves between -4 and 4. */
static bool has_fitted_exponent(const struct expr *e, int i)
{
	struct node exponent = e->node[expr_end(e, i + 1)];

	if (exponent.op != OP_CONST && exponent.op != OP_FIXED)
		return false;
	return fabs(e->c[exponent.arg]) > 4 || 2 * e->c[exponent.arg] != floor(2 * e->c[exponent.arg]);
}

static double price_of_nodes(const struct expr *e, double node)
{
	double price = node * expr_size(e);
	int inside = 0; /* up to this node we are in the argument of a function */

	for (int i = 0; i < e->n; i++) {
		const struct op_info *op = &op_info[e->node[i].op];

		if (is_root_or_function(op) && i < inside)
			price += NESTED;
		if (is_function(op)) {
			int end = expr_end(e, i);

			price += rarity(op);
			inside = end > inside ? end : inside;
		}
		if (e->node[i].op == OP_POW && has_fitted_exponent(e, i))
			price += NATS_OF_FITTED_EXPONENT;
		if (e->node[i].op == OP_POW && has_fitted_base(e, i))
			price += FITTED_BASE;
	}
	return price;
}

/* A scientist who fits a curve takes one of the textbooks' as often as not: one of two, then one of 50 of them, of which the
 * small ones are far more common than the large ones. All spellings of a curve are the same curve. */
#define TEXTBOOK      2.0
#define TEXTBOOK_NODE 0.75
#define TEXTBOOK_RARE log(10) /* ten common curves are met for one of the others */

/* A scale of exactly 1 in the units of the table is a coincidence that few curves have, and no curve of fewer nodes. */
#define TEXTBOOK_MISSING (2 * TEXTBOOK_NODE + log(10))

double structure_price(const struct expr *e, int form, double node)
{
	double price = price_of_nodes(e, node), known;

	if (form < 0)
		return price;
	known = TEXTBOOK + TEXTBOOK_NODE * (expr_size(e) - textbook_spare_nodes(form)) +
		TEXTBOOK_RARE * textbook_is_rare(form) + TEXTBOOK_MISSING * textbook_missing(form, e);
	return fmin(price, known);
}

double magnitude_price(const struct expr *e)
{
	uint32_t seen = 0;
	double price = 0;

	for (int i = 0; i < e->n; i++) {
		struct node a = e->node[i];

		if ((a.op != OP_CONST && a.op != OP_FIXED) || seen >> a.arg & 1 || e->c[a.arg] == 0)
			continue;
		seen |= 1u << a.arg;
		price += log(1 + fabs(log10(fabs(e->c[a.arg]))));
	}
	return price;
}

/* A wave that is seen at fewer rows than this in a period draws whatever passes through them, and nobody who knew of it would
 * have measured so. It pays as much as an exponent that was fitted. */
#define LEAST_ROWS_A_PERIOD 4
#define UNDERSAMPLED	    NATS_OF_FITTED_EXPONENT

/* How many periods of each wave the rows see; returns the number of waves. Binds the tape. */
static int measure_periods(struct tape *t, const struct expr *e, const struct rows *rows, double *periods)
{
	struct node_stats stats[EXPR_MAX_NODES];
	int n = 0;

	for (int i = 0; i < e->n; i++)
		n += (op_info[e->node[i].op].flags & OPF_TRIG) != 0;
	if (n == 0)
		return 0;
	tape_bind(t, e, rows);
	tape_stats(t, NULL, stats);
	n = 0;
	for (int i = 0; i < e->n; i++) /* its argument is the next node */
		if (op_info[e->node[i].op].flags & OPF_TRIG && stats[i + 1].n > 0)
			periods[n++] = (stats[i + 1].high - stats[i + 1].low) / (2 * M_PI);
	return n;
}

double wave_price(struct tape *t, const struct expr *e, const struct rows *rows)
{
	double periods[EXPR_MAX_NODES], price = 0;
	int n = measure_periods(t, e, rows, periods);

	for (int i = 0; i < n; i++)
		price += log(1 + periods[i]);
	return price;
}

double undersampled_price(struct tape *t, const struct expr *e, const struct rows *rows)
{
	double periods[EXPR_MAX_NODES], price = 0;
	int n = measure_periods(t, e, rows, periods);

	for (int i = 0; i < n; i++)
		price += rows->n < LEAST_ROWS_A_PERIOD * periods[i] ? UNDERSAMPLED : 0;
	return price;
}
