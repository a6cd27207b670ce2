/* product.c — see product.h. */
#include "product.h"

#include <math.h>

/* Exponents this near to a plain value take it; the fit has the last word on the others. */
#define PLAIN 0.03

bool expr_extend(struct expr *left, enum op op, const struct expr *right)
{
	struct expr e = {0};

	if (left->n == 0) {
		*left = *right;
		return true;
	}
	if (!expr_push(&e, op, 0) || !expr_append_subtree(&e, left, 0) || !expr_append_subtree(&e, right, 0))
		return false;
	*left = e;
	return true;
}

double plain_exponent(double p)
{
	double half = nearbyint(2 * p) / 2, third = nearbyint(3 * p) / 3,
	       plain = fabs(third - p) < 0.5 * fabs(half - p) ? third : half;

	return fabs(plain - p) < PLAIN ? plain : p;
}

static bool raise(struct expr *e, double p)
{
	struct expr power = {0};

	if (p == 1)
		return true;
	if (p == 2 || p == 3)
		return expr_push(&power, p == 2 ? OP_SQUARE : OP_CUBE, 0) && expr_append_subtree(&power, e, 0) &&
		       (*e = power, true);
	if (!expr_push(&power, OP_POW, 0) || !expr_append_subtree(&power, e, 0))
		return false;
	if (p == floor(p) && p <= 10 ? !expr_push(&power, OP_INT, (int)p) : !expr_push_const(&power, OP_CONST, p))
		return false;
	*e = power;
	return true;
}

bool product_multiply(struct power_product *q, const struct expr *factor, double p)
{
	bool rooted = 2 * p == floor(2 * p) && p != floor(p) && fabs(p) < 1; /* x^1.5 stays a power */
	struct expr f = *factor, *to = rooted  ? (p > 0 ? &q->root_above : &q->root_below)
				       : p > 0 ? &q->above
					       : &q->below;

	return raise(&f, rooted ? 2 * fabs(p) : fabs(p)) && expr_extend(to, OP_MUL, &f);
}

static bool divide(struct expr *above, const struct expr *below)
{
	struct expr one = {0};

	if (below->n == 0)
		return true;
	expr_push(&one, OP_INT, 1);
	if (above->n == 0)
		*above = one;
	return expr_extend(above, OP_DIV, below);
}

/* C · above/below · sqrt(root_above/root_below) */
bool product_write(struct power_product *q, double scale, struct expr *out)
{
	struct expr root = {0};

	*out = (struct expr){0};
	if (!divide(&q->root_above, &q->root_below) || !expr_push_const(out, OP_CONST, scale))
		return false;
	if (q->root_above.n > 0 && (!expr_push(&root, OP_SQRT, 0) || !expr_append_subtree(&root, &q->root_above, 0) ||
				    !expr_extend(&q->above, OP_MUL, &root)))
		return false;
	if (q->above.n > 0 && !expr_extend(out, OP_MUL, &q->above))
		return false;
	return divide(out, &q->below);
}
