/* powers.c — see powers.h. */
#include "eqrl/eval/powers.h"

#include <math.h>

#define LARGEST	       12.0
#define LARGEST_NARROW 6.0
#define NARROW	       1.25 /* ratio of a range's ends */

struct powers {
	const struct expr *e;
	const struct interval *box;
	uint8_t end[EXPR_MAX_NODES];
};

static bool has_columns(const struct powers *s, int i)
{
	for (int k = i; k < s->end[i]; k++)
		if (s->e->node[k].op == OP_VAR)
			return true;
	return false;
}

static struct interval range_of(const struct powers *s, int i)
{
	struct expr part = {0};

	expr_append_subtree(&part, s->e, i);
	return interval_of_expr(&part, s->box).range;
}

/* The range of a number is its value but for rounding. */
static double value_of(const struct powers *s, int i)
{
	struct interval v = range_of(s, i);

	return 0.5 * v.low + 0.5 * v.high;
}

static bool may_have_exponent(const struct powers *s, int base, double exponent)
{
	struct interval u;
	double large, small;

	if (fabs(exponent) <= LARGEST_NARROW)
		return true;
	if (!(fabs(exponent) <= LARGEST))
		return false;
	u = range_of(s, base);
	large = fmax(fabs(u.low), fabs(u.high));
	small = interval_holds(u, 0) ? 0 : fmin(fabs(u.low), fabs(u.high));
	return large >= NARROW * small;
}

/* The part at i, which stands under an exponent that is to be multiplied with its own; 1: none. (x^5 + x)^4 grows like
 * x^20. */
static bool check_part(const struct powers *s, int i, double exponent)
{
	int op = s->e->node[i].op, arity = op_info[op].arity, first = i + 1, second = arity == 2 ? s->end[first] : 0;

	if (!has_columns(s, i))
		return true;
	if (op == OP_MUL || op == OP_DIV) /* of each factor */
		return check_part(s, first, exponent) && check_part(s, second, exponent);
	if (op == OP_POW && !has_columns(s, second))
		return check_part(s, first, exponent * value_of(s, second));
	if (op_info[op].power != 0)
		return check_part(s, first, exponent * op_info[op].power);
	if (op == OP_CBRT || op == OP_ABS)
		return check_part(s, first, op == OP_CBRT ? exponent / 3 : exponent);
	if (!may_have_exponent(s, i, exponent))
		return false;
	if (!(op_info[op].flags & OPF_SUM)) /* a sum of powers is of the largest one's degree */
		exponent = 1;
	return (arity < 1 || check_part(s, first, exponent)) && (arity < 2 || check_part(s, second, exponent));
}

bool powers_are_plausible(const struct expr *e, const struct interval *box)
{
	struct powers s = {.e = e, .box = box};

	expr_ends(e, s.end);
	return e->n == 0 || check_part(&s, 0, 1);
}
