/* ref_eval.c — see ref_eval.h. */
#include "ref_eval.h"

#include "eqrl/base/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool same_kind(double a, double b)
{
	return isfinite(a) ? isfinite(b) : isnan(a) ? isnan(b) : a == b;
}

static struct ref_value apply(enum op op, struct ref_value a, struct ref_value b)
{
	struct ref_value out = {.v = op_value(op, a.v, b.v), .unsure = a.unsure || b.unsure};
	double da, db;

	if ((op_info[op].flags & OPF_TRIG) && a.error > 0.1)
		out.unsure = true;
	for (int corner = 0; corner < 9; corner++) {
		double v = op_value(op, a.v + (corner % 3 - 1) * a.error, b.v + (corner / 3 - 1) * b.error);

		if (!same_kind(v, out.v))
			out.unsure = true;
		else if (isfinite(v))
			out.error = fmax(out.error, fabs(v - out.v));
	}
	if (!isfinite(out.v))
		return out;
	op_partials(op, a.v, b.v, out.v, &da, &db);
	if (isfinite(da))
		out.error = fmax(out.error, fabs(da) * a.error);
	if (isfinite(db) && op_info[op].arity == 2)
		out.error = fmax(out.error, fabs(db) * b.error);
	out.error = 1.5 * out.error + 6 * 0x1p-52 * fabs(out.v) + 4 * 0x1p-1074;
	return out;
}

static struct ref_value eval_at(const struct expr *e, const double *x, int *i)
{
	struct node node = e->node[(*i)++];
	struct ref_value a, b;

	switch (node.op) {
	case OP_CONST:
	case OP_FIXED:
		return (struct ref_value){.v = e->c[node.arg]};
	case OP_INT:
		return (struct ref_value){.v = node.arg};
	case OP_PI:
		return (struct ref_value){.v = 3.14159265358979323846};
	case OP_VAR:
		return (struct ref_value){.v = x[node.arg]};
	default:
		a = eval_at(e, x, i);
		b = node_arity(node) == 2 ? eval_at(e, x, i) : a;
		return apply(node.op, a, b);
	}
}

struct ref_value ref_eval(const struct expr *e, const double *x)
{
	int i = 0;

	return eval_at(e, x, &i);
}

bool ref_agrees(struct ref_value want, double got)
{
	if (want.unsure)
		return true;
	return isfinite(want.v) ? fabs(got - want.v) <= want.error : same_kind(want.v, got);
}

static void push_leaf(struct rng *r, int n_columns, int max_consts, struct expr *out)
{
	double u = rng_uniform(r);

	if (u < 0.25 && out->n_consts < max_consts)
		expr_push_const(out, OP_CONST, 2 * rng_normal(r));
	else if (u < 0.33)
		expr_push(out, OP_INT, rng_between(r, 1, 10));
	else if (u < 0.34)
		expr_push(out, OP_PI, 0);
	else
		expr_push(out, OP_VAR, rng_below(r, n_columns));
}

static void push_tree(struct rng *r, int n, int n_columns, int max_consts, struct expr *out)
{
	double weight[OP_COUNT];
	int arity = n == 1 ? 0 : n == 2 || rng_uniform(r) < 0.4 ? 1 : 2, left;

	if (arity == 0) {
		push_leaf(r, n_columns, max_consts, out);
		return;
	}
	for (int op = 0; op < OP_COUNT; op++)
		weight[op] = op_info[op].arity == arity ? op_info[op].prior : 0;
	expr_push(out, (enum op)rng_weighted(r, weight, OP_COUNT), 0);
	left = arity == 1 ? n - 1 : rng_between(r, 1, n - 2);
	push_tree(r, left, n_columns, max_consts, out);
	if (arity == 2)
		push_tree(r, n - 1 - left, n_columns, max_consts, out);
}

void ref_random_expr(struct rng *r, int n, int n_columns, int max_consts, struct expr *out)
{
	*out = (struct expr){0};
	push_tree(r, n, n_columns, max_consts, out);
}

static void push_word(struct expr *e, const char *word)
{
	int op = op_find(word);
	double value = strtod(word, NULL);

	if (op == OP_PI || (op >= 0 && op < OP_COUNT))
		expr_push(e, (enum op)op, 0);
	else if (word[0] == 'x')
		expr_push(e, OP_VAR, atoi(word + 1));
	else if (word[0] == 'c')
		expr_push(e, OP_CONST, atoi(word + 1));
	else if (value >= 1 && value <= 10 && value == floor(value))
		expr_push(e, OP_INT, (int)value);
	else
		expr_push_const(e, OP_FIXED, value);
}

struct expr ref_polish(const char *text)
{
	struct expr e = {0};
	char word[32];
	int used;

	for (const char *p = text; sscanf(p, " %31s%n", word, &used) == 1; p += used)
		if (word[0] == 'c' && word[1] >= '0' && word[1] <= '9')
			for (; e.n_consts <= atoi(word + 1); e.n_consts++)
				e.c[e.n_consts] = 1;
	for (const char *p = text; sscanf(p, " %31s%n", word, &used) == 1; p += used)
		push_word(&e, word);
	if (!expr_valid(&e))
		BUG("not an equation: %s", text);
	return e;
}
