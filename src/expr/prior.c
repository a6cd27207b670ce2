/* prior.c — random equations; see prior.h.
 *
 * Every builder returns an equation by value through `out` and may fail when it grows too long; a failed
 * draw is repeated by the caller with the following numbers of the stream. */
#include "eqrl/expr/prior.h"

#include "eqrl/base/mem.h"

#include <math.h>

const char *const prior_form_name[FORM_COUNT] = {
	[FORM_TREE] = "tree",	[FORM_PRODUCT] = "product",	  [FORM_SUM] = "sum",
	[FORM_RATIO] = "ratio", [FORM_FUNCTION] = "function",	  [FORM_DISTANCE] = "distance",
	[FORM_CURVE] = "curve", [FORM_POLYNOMIAL] = "polynomial",
};

struct prior_config prior_default(void)
{
	return (struct prior_config){
		.form = {[FORM_TREE] = 22,
			 [FORM_PRODUCT] = 18,
			 [FORM_SUM] = 22,
			 [FORM_RATIO] = 11,
			 [FORM_FUNCTION] = 11,
			 [FORM_DISTANCE] = 5,
			 [FORM_CURVE] = 8,
			 [FORM_POLYNOMIAL] = 3},
		.vars = {18, 22, 20, 14, 9, 6, 4, 2, 1.2, 1, 0.7, 0.6, 0.5, 0.4, 0.3, 0.3},
		.tree_max_operators = 12,
		.tree_decay = 0.85,
		.max_len = 40,
		.operators = ~(uint64_t)0,
	};
}

int prior_draw_vars(const struct prior_config *c, int limit, struct rng *r)
{
	return 1 + rng_weighted(r, c->vars, limit < 16 ? limit : 16);
}

/* ---- building blocks ------------------------------------------------------------------------- */

/* Which variables are still unused: new ones are preferred, so that an equation of n variables
 * usually shows all of them. */
struct draw {
	struct rng *r;
	int n_vars;
	int left; /* unused variables, in order[0 … left-1] */
	int order[16];
};

static void start_draw(struct draw *d, int n_vars, struct rng *r)
{
	d->r = r;
	d->n_vars = d->left = n_vars;
	for (int i = 0; i < n_vars; i++)
		d->order[i] = i;
	rng_shuffle(r, d->order, n_vars);
}

static bool one(struct expr *out, enum op op, const struct expr *a)
{
	out->n = out->n_consts = 0;
	return expr_push(out, op, 0) && expr_append_subtree(out, a, 0);
}

static bool two(struct expr *out, enum op op, const struct expr *a, const struct expr *b)
{
	out->n = out->n_consts = 0;
	return expr_push(out, op, 0) && expr_append_subtree(out, a, 0) && expr_append_subtree(out, b, 0);
}

static void leaf(struct expr *out, enum op op, int arg)
{
	out->n = out->n_consts = 0;
	if (op == OP_CONST)
		expr_push_const(out, OP_CONST, 1);
	else
		expr_push(out, op, arg);
}

static void variable(struct draw *d, struct expr *out)
{
	bool fresh = d->left > 0 && (d->left == d->n_vars || rng_bool(d->r, 0.85));

	leaf(out, OP_VAR, fresh ? d->order[--d->left] : rng_below(d->r, d->n_vars));
}

static bool with_const(struct draw *d, enum op op, struct expr *e, bool const_first)
{
	struct expr c, out;

	leaf(&c, OP_CONST, 0);
	if (!two(&out, op, const_first ? &c : e, const_first ? e : &c))
		return false;
	*e = out;
	return true;
}

static bool wrap(enum op op, struct expr *e)
{
	struct expr out;

	if (!one(&out, op, e))
		return false;
	*e = out;
	return true;
}

static bool join(enum op op, struct expr *a, const struct expr *b)
{
	struct expr out;

	if (!two(&out, op, a, b))
		return false;
	*a = out;
	return true;
}

static enum op pick_function(struct draw *d)
{
	static const enum op ops[] = {OP_EXP,  OP_LOG,	OP_SIN,	 OP_COS,  OP_SQRT, OP_TANH, OP_TAN,
				      OP_ASIN, OP_ACOS, OP_ATAN, OP_SINH, OP_COSH, OP_ABS};
	static const double weight[] = {25, 12, 20, 20, 14, 4, 1.5, 2, 1.5, 1.5, 0.7, 0.7, 1};

	return ops[rng_weighted(d->r, weight, COUNT_OF(ops))];
}

/* ---- factors, products, sums ------------------------------------------------------------------ */

static bool sum(struct draw *d, int terms, int level, struct expr *out);
static bool product(struct draw *d, int factors, int level, struct expr *out);

/* A variable raised to something that laws use. */
static bool power(struct draw *d, struct expr *out)
{
	static const double weight[] = {60, 22, 4, 8, 3, 3};

	variable(d, out);
	switch (rng_weighted(d->r, weight, COUNT_OF(weight))) {
	case 1:
		return wrap(OP_SQUARE, out);
	case 2:
		return wrap(OP_CUBE, out);
	case 3:
		return wrap(OP_SQRT, out);
	case 4:
		return with_const(d, OP_POW, out, false);
	case 5: {
		struct expr n;

		leaf(&n, OP_INT, rng_between(d->r, 4, 6));
		return join(OP_POW, out, &n);
	}
	default:
		return true;
	}
}

/* x1 - x2, in a third of the cases over or times a third. */
static bool difference(struct draw *d, struct expr *out)
{
	struct expr b;
	double u = rng_uniform(d->r);

	variable(d, out);
	variable(d, &b);
	if (!join(OP_SUB, out, &b))
		return false;
	if (u > 0.33)
		return true;
	variable(d, &b);
	return join(u < 0.2 ? OP_DIV : OP_MUL, out, &b);
}

/* 1 - (x1 / x2)^2 and its kin: what is left of something relative to its limit. */
static bool relative(struct draw *d, struct expr *out)
{
	struct expr part, b;
	double u = rng_uniform(d->r);

	variable(d, &part);
	if (u < 0.75) {
		variable(d, &b);
		if (!join(u < 0.55 ? OP_DIV : OP_MUL, &part, &b))
			return false;
	}
	if (rng_bool(d->r, 0.7) && !wrap(OP_SQUARE, &part))
		return false;
	leaf(out, OP_INT, 1);
	return join(rng_bool(d->r, 0.65) ? OP_SUB : OP_ADD, out, &part);
}

/* What a function is applied to. */
static bool argument(struct draw *d, int level, struct expr *out)
{
	static const double weight[] = {24, 24, 12, 15, 8, 8, 7, 2};

	switch (rng_weighted(d->r, weight, COUNT_OF(weight))) {
	case 0:
		variable(d, out);
		return true;
	case 1:
		variable(d, out);
		return with_const(d, OP_MUL, out, true);
	case 2:
		return product(d, 2, level + 1, out);
	case 3:
		return product(d, rng_between(d->r, 2, 3), level + 1, out) && with_const(d, OP_MUL, out, true);
	case 4:
		return sum(d, 2, level + 1, out);
	case 6:
		return difference(d, out);
	case 7:
		return relative(d, out);
	default: /* phase or offset: c * x + c */
		variable(d, out);
		return with_const(d, OP_MUL, out, true) && with_const(d, OP_ADD, out, false);
	}
}

static bool function(struct draw *d, int level, struct expr *out)
{
	enum op op = pick_function(d);

	if (!argument(d, level, out))
		return false;
	if (op == OP_EXP && rng_bool(d->r, 0.55) && !wrap(OP_NEG, out))
		return false;
	if ((op == OP_SQRT || op == OP_LOG) && rng_bool(d->r, 0.4) &&
	    !with_const(d, rng_bool(d->r, 0.7) ? OP_ADD : OP_SUB, out, true))
		return false;
	if (!wrap(op, out))
		return false;
	return op == OP_EXP || op == OP_SQRT || !rng_bool(d->r, 0.08) || wrap(OP_SQUARE, out);
}

/* A bracket within a product: x1 - x2, c + x, 1 - x^2/…, x1^2 + x2^2; with what it is raised to. */
static bool bracket(struct draw *d, int level, struct expr *out)
{
	static const double weight[] = {28, 22, 15, 15, 20};
	struct expr b;
	double u = rng_uniform(d->r), root = 0.2;

	switch (rng_weighted(d->r, weight, COUNT_OF(weight))) {
	case 0:
		variable(d, out);
		variable(d, &b);
		if (!join(rng_bool(d->r, 0.6) ? OP_SUB : OP_ADD, out, &b))
			return false;
		break;
	case 1:
		if (!power(d, out) || !with_const(d, rng_bool(d->r, 0.6) ? OP_ADD : OP_SUB, out, true))
			return false;
		break;
	case 2: /* 1 ± something */
		if (!product(d, rng_between(d->r, 1, 2), level + 1, &b))
			return false;
		leaf(out, OP_INT, 1);
		if (!join(rng_bool(d->r, 0.5) ? OP_SUB : OP_ADD, out, &b))
			return false;
		break;
	case 3:
		if (!relative(d, out))
			return false;
		root = 0.55;
		break;
	default:
		if (!sum(d, rng_between(d->r, 2, 3), level + 1, out))
			return false;
	}
	return u < root ? wrap(OP_SQRT, out) : u > 0.8 ? wrap(OP_SQUARE, out) : true;
}

static bool factor(struct draw *d, int level, struct expr *out)
{
	double u = rng_uniform(d->r);

	if (level >= 3 || u < 0.76)
		return power(d, out);
	return u < 0.88 ? function(d, level + 1, out) : bracket(d, level + 1, out);
}

/* Factors multiplied, some of them below the line. */
static bool product(struct draw *d, int factors, int level, struct expr *out)
{
	double below = rng_bool(d->r, 0.55) ? 0.4 : 0;
	struct expr bottom = {0};
	int n_top = 0;

	out->n = out->n_consts = 0;
	for (int i = 0; i < factors; i++) {
		struct expr f;
		bool down = i > 0 && rng_bool(d->r, below);

		if (!factor(d, level, &f))
			return false;
		if (down) {
			if (bottom.n == 0)
				bottom = f;
			else if (!join(OP_MUL, &bottom, &f))
				return false;
			continue;
		}
		if (n_top++ == 0)
			*out = f;
		else if (!join(OP_MUL, out, &f))
			return false;
	}
	if (bottom.n == 0)
		return true;
	if (factors <= 2 && n_top == 1 && rng_bool(d->r, 0.08)) { /* 1 / (x1 x2) */
		if (!join(OP_MUL, out, &bottom))
			return false;
		return wrap(OP_INV, out);
	}
	return join(OP_DIV, out, &bottom);
}

static bool sum(struct draw *d, int terms, int level, struct expr *out)
{
	static const double weight[] = {45, 36, 14, 5};

	for (int i = 0; i < terms; i++) {
		struct expr t;
		int factors = 1 + rng_weighted(d->r, weight, level > 1 ? 2 : 4);

		if (!product(d, factors, level + 1, &t))
			return false;
		if (rng_bool(d->r, level > 0 ? 0.35 : 0.15) && !with_const(d, OP_MUL, &t, true))
			return false;
		if (i == 0)
			*out = t;
		else if (!join(rng_bool(d->r, 0.35) ? OP_SUB : OP_ADD, out, &t))
			return false;
	}
	return true;
}

/* ---- forms ------------------------------------------------------------------------------------- */

static bool form_tree_at(struct draw *d, int operators, struct expr *out)
{
	double weight[OP_COUNT];
	enum op op;
	struct expr b;
	int left;

	if (operators == 0) {
		double u = rng_uniform(d->r);

		if (u < 0.68)
			variable(d, out);
		else if (u < 0.93)
			leaf(out, OP_CONST, 0);
		else if (u < 0.98)
			leaf(out, OP_INT, rng_between(d->r, 1, 5));
		else
			leaf(out, OP_PI, 0);
		return true;
	}
	for (int i = 0; i < OP_COUNT; i++)
		weight[i] = op_info[i].flags & OPF_EXTRA ? 0 : op_info[i].prior;
	op = (enum op)rng_weighted(d->r, weight, OP_COUNT);
	if (op_info[op].arity == 1)
		return form_tree_at(d, operators - 1, out) && wrap(op, out);
	if (op == OP_POW) {
		if (!form_tree_at(d, operators - 1, out))
			return false;
		if (rng_bool(d->r, 0.6))
			leaf(&b, OP_INT, rng_between(d->r, 4, 6));
		else
			leaf(&b, OP_CONST, 0);
		return join(OP_POW, out, &b);
	}
	left = rng_below(d->r, operators);
	return form_tree_at(d, left, out) && form_tree_at(d, operators - 1 - left, &b) && join(op, out, &b);
}

static bool form_tree(const struct prior_config *c, struct draw *d, struct expr *out)
{
	double weight[32];
	int most = c->tree_max_operators < 31 ? c->tree_max_operators : 31;

	for (int n = 0; n <= most; n++) /* enough operators to join the variables, if possible */
		weight[n] = n < 1 || n < d->n_vars - 2 ? 1e-9 : pow(c->tree_decay, n);
	return form_tree_at(d, rng_weighted(d->r, weight, most + 1), out);
}

static bool form_ratio(struct draw *d, struct expr *out)
{
	struct expr b;
	bool ok = rng_bool(d->r, 0.5) ? sum(d, rng_between(d->r, 2, 3), 1, out)
				      : product(d, rng_between(d->r, 1, 3), 1, out);

	if (!ok)
		return false;
	if (rng_bool(d->r, 0.5)) {
		if (!sum(d, rng_between(d->r, 2, 3), 1, &b))
			return false;
	} else { /* c + …, 1 + … */
		if (!product(d, rng_between(d->r, 1, 2), 1, &b))
			return false;
		if (rng_bool(d->r, 0.5)) {
			if (!with_const(d, OP_ADD, &b, false))
				return false;
		} else {
			struct expr i;

			leaf(&i, OP_INT, 1);
			if (!join(rng_bool(d->r, 0.7) ? OP_ADD : OP_SUB, &i, &b))
				return false;
			b = i;
		}
	}
	return join(OP_DIV, out, &b);
}

static bool form_function(struct draw *d, struct expr *out)
{
	struct expr p;

	if (!function(d, 0, out))
		return false;
	if (rng_bool(d->r, 0.35))
		return true;
	if (!product(d, rng_between(d->r, 1, 3), 1, &p))
		return false;
	return join(rng_bool(d->r, 0.8) ? OP_MUL : OP_DIV, &p, out) && (*out = p, true);
}

/* x1^2 + x2^2 ± 2 x1 x2 cos(x3): the third side of a triangle, two waves that meet. */
static bool third_side(struct draw *d, struct expr *out)
{
	struct expr a, b, angle, ab;

	variable(d, &a);
	variable(d, &b);
	variable(d, &angle);
	ab = a;
	if (rng_bool(d->r, 0.3)) {
		struct expr other;

		variable(d, &other);
		if (!join(OP_SUB, &angle, &other))
			return false;
	}
	*out = a;
	return join(OP_MUL, &ab, &b) && wrap(OP_COS, &angle) && join(OP_MUL, &ab, &angle) &&
	       with_const(d, OP_MUL, &ab, true) && wrap(OP_SQUARE, out) && wrap(OP_SQUARE, &b) &&
	       join(OP_ADD, out, &b) && join(rng_bool(d->r, 0.5) ? OP_SUB : OP_ADD, out, &ab);
}

static bool squares(struct draw *d, struct expr *out)
{
	int terms = rng_between(d->r, 2, 3);

	for (int i = 0; i < terms; i++) {
		struct expr a, b;

		variable(d, &a);
		if (rng_bool(d->r, 0.5)) {
			variable(d, &b);
			if (!join(OP_SUB, &a, &b))
				return false;
		}
		if (!wrap(OP_SQUARE, &a))
			return false;
		if (i == 0)
			*out = a;
		else if (!join(OP_ADD, out, &a))
			return false;
	}
	return true;
}

static bool form_distance(struct draw *d, struct expr *out)
{
	if (!(rng_bool(d->r, 0.15) ? third_side(d, out) : squares(d, out)))
		return false;
	if (rng_bool(d->r, 0.7) && !wrap(OP_SQRT, out))
		return false;
	if (rng_bool(d->r, 0.3)) {
		struct expr p;

		if (!product(d, rng_between(d->r, 1, 3), 2, &p))
			return false;
		return join(OP_DIV, &p, out) && (*out = p, true);
	}
	return true;
}

/* x ↦ one of the curves that fitting programs offer; x is a variable, a product or a difference. */
static bool curve_of(struct draw *d, struct expr *x, struct expr *out)
{
	struct expr a = *x, b = *x;
	struct expr i;

	leaf(&i, OP_INT, 1);
	*out = *x;
	switch (rng_below(d->r, 9)) {
	case 0: /* saturation x / (c + x) */
		return with_const(d, OP_ADD, &b, true) && join(OP_DIV, out, &b);
	case 1: /* Hill x^c / (c + x^c) */
		return with_const(d, OP_POW, out, false) && with_const(d, OP_POW, &b, false) &&
		       with_const(d, OP_ADD, &b, true) && join(OP_DIV, out, &b);
	case 2: /* logistic 1 / (1 + exp(c - c x)) */
		return with_const(d, OP_MUL, out, true) && with_const(d, OP_SUB, out, true) && wrap(OP_EXP, out) &&
		       join(OP_ADD, &i, out) && wrap(OP_INV, &i) && (*out = i, true);
	case 3: /* Gaussian exp(-(c x - c)^2) */
		return with_const(d, OP_MUL, out, true) && with_const(d, OP_SUB, out, false) && wrap(OP_SQUARE, out) &&
		       wrap(OP_NEG, out) && wrap(OP_EXP, out);
	case 4: /* damped wave exp(-c x) sin(c x + c) */
		return with_const(d, OP_MUL, out, true) && wrap(OP_NEG, out) && wrap(OP_EXP, out) &&
		       with_const(d, OP_MUL, &a, true) && (rng_bool(d->r, 0.5) || with_const(d, OP_ADD, &a, false)) &&
		       wrap(rng_bool(d->r, 0.5) ? OP_SIN : OP_COS, &a) && join(OP_MUL, out, &a);
	case 5: /* Planck-like x^3 / (exp(c x) - 1) */
		return wrap(rng_bool(d->r, 0.5) ? OP_CUBE : OP_SQUARE, out) && with_const(d, OP_MUL, &a, true) &&
		       wrap(OP_EXP, &a) && join(OP_SUB, &a, &i) && join(OP_DIV, out, &a);
	case 6: /* power law with offset (x + c)^c */
		return with_const(d, OP_ADD, out, false) && with_const(d, OP_POW, out, false);
	case 7: /* x exp(-c x) */
		return with_const(d, OP_MUL, &a, true) && wrap(OP_NEG, &a) && wrap(OP_EXP, &a) && join(OP_MUL, out, &a);
	default: /* Arrhenius exp(-c / x), possibly shifted */
		return (rng_bool(d->r, 0.5) || with_const(d, OP_ADD, out, false)) && with_const(d, OP_DIV, out, true) &&
		       wrap(OP_NEG, out) && wrap(OP_EXP, out);
	}
}

static bool form_curve(struct draw *d, struct expr *out)
{
	struct expr x, p;

	if (rng_bool(d->r, 0.55))
		variable(d, &x);
	else if (!(rng_bool(d->r, 0.7) ? product(d, 2, 3, &x) : difference(d, &x)))
		return false;
	if (!curve_of(d, &x, out))
		return false;
	if (d->left == 0 || rng_bool(d->r, 0.4))
		return true;
	if (rng_bool(d->r, 0.6)) {
		if (!product(d, rng_between(d->r, 1, 3), 2, &p))
			return false;
		return join(OP_MUL, &p, out) && (*out = p, true);
	}
	return sum(d, rng_between(d->r, 1, 2), 1, &p) && join(OP_ADD, out, &p);
}

static bool form_polynomial(struct draw *d, struct expr *out)
{
	int degree = rng_between(d->r, 2, 6);
	struct expr x;

	variable(d, &x);
	*out = x;
	for (int p = 2; p <= degree; p++) {
		struct expr t = x, n;
		bool ok;

		if (p < degree && rng_bool(d->r, 0.35))
			continue;
		leaf(&n, OP_INT, p);
		ok = p == 2 ? wrap(OP_SQUARE, &t) : p == 3 ? wrap(OP_CUBE, &t) : join(OP_POW, &t, &n);
		if (!ok || !join(rng_bool(d->r, 0.3) ? OP_SUB : OP_ADD, &t, out))
			return false;
		*out = t;
	}
	return true;
}

static bool obeys(const struct prior_config *c, const struct expr *e)
{
	struct bounds b = bounds_none();
	struct expr spelled;

	b.operators = c->operators;
	return !~c->operators || bounds_spell(&b, e, &spelled);
}

bool prior_draw(const struct prior_config *c, int n_vars, struct rng *r, struct expr *out)
{
	static const double terms[] = {50, 28, 14, 8};
	static const double factors[] = {22, 30, 24, 14, 7, 3};
	struct draw d;
	bool ok = false;

	start_draw(&d, n_vars, r);
	switch ((enum prior_form)rng_weighted(r, c->form, FORM_COUNT)) {
	case FORM_TREE:
		ok = form_tree(c, &d, out);
		break;
	case FORM_PRODUCT:
		ok = product(&d, 1 + rng_weighted(r, factors, COUNT_OF(factors)), 0, out);
		break;
	case FORM_SUM:
		ok = sum(&d, 2 + rng_weighted(r, terms, COUNT_OF(terms)), 0, out);
		break;
	case FORM_RATIO:
		ok = form_ratio(&d, out);
		break;
	case FORM_FUNCTION:
		ok = form_function(&d, out);
		break;
	case FORM_DISTANCE:
		ok = form_distance(&d, out);
		break;
	case FORM_CURVE:
		ok = form_curve(&d, out);
		break;
	case FORM_POLYNOMIAL:
		ok = form_polynomial(&d, out);
		break;
	case FORM_COUNT:
		break;
	}
	return ok && out->n <= c->max_len && expr_columns(out) > 0 && obeys(c, out);
}
