/* target.c — the target of a problem: constants, scale, offset and coefficients; see target.h. */
#include "target.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/expr/strip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- constants, drawn while evaluating ---------------------------------------------------------- */

static double draw_absolute(struct rng *r)
{
	double u = rng_uniform(r), v;

	if (u < 0.3)
		v = rng_between(r, 1, 10);
	else if (u < 0.38)
		v = 0.5 * rng_between(r, 1, 9);
	else if (u < 0.44)
		v = 3.14159265358979323846 * (rng_bool(r, 0.5) ? 1 : 2);
	else if (u < 0.84)
		v = pow(10, rng_range(r, -1, 1.2));
	else if (u < 0.96)
		v = pow(10, rng_range(r, -3, 3));
	else
		v = pow(10, rng_range(r, -8, 8));
	return rng_bool(r, 0.2) ? -v : v;
}

/* Median magnitude of the finite values, 1 if there is none. */
static double typical_size(const double *v, int n)
{
	double magnitude[64];
	int k = 0;

	for (int i = 0; i < n && k < 64; i++)
		if (isfinite(v[i]) && v[i] != 0)
			magnitude[k++] = fabs(v[i]);
	if (k == 0)
		return 1;
	sort_doubles(magnitude, k);
	return magnitude[k / 2];
}

/* A constant under op, whose other operand has values v (NULL: none). */
static double draw_constant(struct rng *r, enum op op, bool first, const double *v, int n)
{
	static const double exponents[] = {0.5, 1.5, 2.5, -0.5, -1.5, -1, -2, 0.25, 1.0 / 3, 2.0 / 3};
	double t = exp(rng_normal(r)), sign = rng_bool(r, 0.15) ? -1 : 1;

	if (op == OP_POW && !first)
		return rng_bool(r, 0.5) ? exponents[rng_below(r, COUNT_OF(exponents))] : rng_range(r, -3, 4);
	if (op == OP_POW)
		return pow(10, rng_range(r, -0.7, 0.7));
	if (!v || rng_bool(r, 0.4))
		return draw_absolute(r);
	if (op == OP_MUL)
		return sign * t / typical_size(v, n);
	return sign * t * typical_size(v, n);
}

struct target_filling {
	struct rng *r;
	struct expr *e;
	const struct problem *p;
	int n;
};

/* Values of the subtree at i, for f->n rows; returns the index after it. A constant beside a
 * non-constant is drawn after that one, so that it knows its size. */
static int fill_values(struct target_filling *f, int i, enum op parent, bool first, const double *beside, double *out)
{
	struct node a = f->e->node[i];
	double other[PROBLEM_MAX_ROWS];
	int left = i + 1, right, end;

	if (a.op >= OP_COUNT) {
		double v = a.op == OP_INT ? a.arg : 3.14159265358979323846;

		if (a.op == OP_VAR) {
			memcpy(out, f->p->x[a.arg], (size_t)f->n * sizeof(*out));
			return left;
		}
		if (a.op == OP_CONST)
			v = f->e->c[a.arg] = draw_constant(f->r, parent, first, beside, f->n);
		else if (a.op == OP_FIXED)
			v = f->e->c[a.arg];
		for (int k = 0; k < f->n; k++)
			out[k] = v;
		return left;
	}
	if (op_info[a.op].arity == 1) {
		end = fill_values(f, left, a.op, true, NULL, out);
		for (int k = 0; k < f->n; k++)
			out[k] = op_value(a.op, out[k], 0);
		return end;
	}
	right = expr_end(f->e, left);
	if (f->e->node[left].op == OP_CONST) {
		end = fill_values(f, right, a.op, false, NULL, other);
		fill_values(f, left, a.op, true, other, out);
	} else {
		fill_values(f, left, a.op, true, NULL, out);
		end = fill_values(f, right, a.op, false, out, other);
	}
	for (int k = 0; k < f->n; k++)
		out[k] = op_value(a.op, out[k], other[k]);
	return end;
}

/* ---- scale, offset, coefficients ----------------------------------------------------------------- */

/* truth = Σ coefficient_k · term_k + offset, with the skeleton's constants. */
static bool join_terms(const struct expr *skeleton, const uint8_t *start, const double *coefficient, int n,
		       double offset, struct expr *truth)
{
	truth->n = truth->n_consts = 0;
	if (offset != 0 && !expr_push(truth, OP_ADD, 0))
		return false;
	for (int k = 0; k < n; k++) {
		if (k < n - 1 && !expr_push(truth, OP_ADD, 0))
			return false;
		if (coefficient[k] != 1 &&
		    !(expr_push(truth, OP_MUL, 0) && expr_push_const(truth, OP_CONST, coefficient[k])))
			return false;
		if (!expr_append_subtree(truth, skeleton, start[k]))
			return false;
	}
	return offset == 0 || expr_push_const(truth, OP_CONST, offset);
}

/* Evaluates the skeleton term by term and mixes the terms into p->clean. */
void problem_draw_target(struct rng *r, struct problem *p, int n)
{
	static const double weight[] = {45, 30, 25};
	uint8_t start[EXPR_MAX_NODES];
	double coefficient[EXPR_MAX_NODES], value[PROBLEM_MAX_ROWS], offset = 0;
	int terms = expr_terms(&p->skeleton, start), mode = rng_weighted(r, weight, COUNT_OF(weight));
	struct target_filling f = {r, &p->skeleton, p, n};

	memset(p->clean, 0, (size_t)n * sizeof(*p->clean));
	for (int k = 0; k < terms; k++) {
		double sign = rng_bool(r, 0.35) ? -1 : 1;

		fill_values(&f, start[k], OP_ADD, true, NULL, value);
		coefficient[k] = mode == 0   ? (k > 0 ? sign : 1)
				 : mode == 1 ? sign * exp(0.7 * rng_normal(r)) / typical_size(value, n)
					     : draw_absolute(r);
		for (int i = 0; i < n; i++)
			p->clean[i] += coefficient[k] * value[i];
	}
	if (rng_bool(r, 0.3))
		offset = rng_bool(r, 0.5) ? draw_absolute(r) : 2 * rng_normal(r) * typical_size(p->clean, n);
	if (mode == 1) { /* any unit of the target */
		double unit = rng_bool(r, 0.5) ? 1 : pow(10, rng_range(r, -4, 5));

		offset *= unit;
		for (int k = 0; k < terms; k++)
			coefficient[k] *= unit;
		for (int i = 0; i < n; i++)
			p->clean[i] *= unit;
	}
	for (int i = 0; i < n; i++)
		p->clean[i] += offset;
	if (!join_terms(&p->skeleton, start, coefficient, terms, offset, &p->truth))
		p->truth.n = 0;
}
