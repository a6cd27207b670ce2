/* problem.c — drawing one problem; see problem.h. Columns are evaluated as arrays, node by node, because
 * constants are drawn while evaluating: each from the size of what it meets. */
#include "eqrl/pretrain/problem.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "census.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const problem_verdict_name[PROBLEM_VERDICTS] = {
	[PROBLEM_OK] = "ok",
	[PROBLEM_TOO_LONG] = "too long",
	[PROBLEM_CONSTANT] = "constant",
	[PROBLEM_GRAMMAR] = "breaks a mask",
	[PROBLEM_EXCLUDED] = "excluded",
	[PROBLEM_THINNED] = "thinned",
	[PROBLEM_UNDEFINED] = "undefined",
	[PROBLEM_DEGENERATE] = "degenerate",
};

struct problem_config problem_default(void)
{
	struct problem_config c = {
		.prior = prior_default(),
		.noise = {.share = 0.5, .low = 1e-3, .high = 0.2},
		.grammar = grammar_default(VOCAB_VARS),
		.unused_columns = 0.6,
	};

	return c;
}

/* ---- skeleton ---------------------------------------------------------------------------------- */

enum problem_verdict problem_skeleton(const struct problem_config *c, struct rng *r, struct expr *out)
{
	struct expr raw;
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	uint64_t legal[VOCAB_MAX_LEN + 1];
	int n;

	if (!prior_draw(&c->prior, prior_draw_vars(&c->prior, VOCAB_VARS, r), r, &raw) || !expr_strip(&raw, out))
		return PROBLEM_TOO_LONG;
	if (out->n == 0 || expr_columns(out) == 0)
		return PROBLEM_CONSTANT;
	n = vocab_encode(out, NULL, 0, tokens);
	if (n == 0 || out->n > c->grammar.max_len)
		return PROBLEM_TOO_LONG;
	if (grammar_masks(&c->grammar, tokens, n, legal) < n)
		return PROBLEM_GRAMMAR;
	return PROBLEM_OK;
}

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

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median magnitude of the finite values, 1 if there is none. */
static double typical(const double *v, int n)
{
	double magnitude[64];
	int k = 0;

	for (int i = 0; i < n && k < 64; i++)
		if (isfinite(v[i]) && v[i] != 0)
			magnitude[k++] = fabs(v[i]);
	if (k == 0)
		return 1;
	qsort(magnitude, (size_t)k, sizeof(*magnitude), by_value);
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
		return sign * t / typical(v, n);
	return sign * t * typical(v, n);
}

struct filling {
	struct rng *r;
	struct expr *e;
	const struct problem *p;
	int n;
};

/* Values of the subtree at i, for f->n rows; returns the index after it. A constant beside a
 * non-constant is drawn after that one, so that it knows its size. */
static int fill_values(struct filling *f, int i, enum op parent, bool first, const double *beside, double *out)
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
static void draw_target(struct rng *r, struct problem *p, int n)
{
	static const double weight[] = {45, 30, 25};
	uint8_t start[EXPR_MAX_NODES];
	double coefficient[EXPR_MAX_NODES], value[PROBLEM_MAX_ROWS], offset = 0;
	int terms = expr_terms(&p->skeleton, start), mode = rng_weighted(r, weight, COUNT_OF(weight));
	struct filling f = {r, &p->skeleton, p, n};

	memset(p->clean, 0, (size_t)n * sizeof(*p->clean));
	for (int k = 0; k < terms; k++) {
		double sign = rng_bool(r, 0.35) ? -1 : 1;

		fill_values(&f, start[k], OP_ADD, true, NULL, value);
		coefficient[k] = mode == 0   ? (k > 0 ? sign : 1)
				 : mode == 1 ? sign * exp(0.7 * rng_normal(r)) / typical(value, n)
					     : draw_absolute(r);
		for (int i = 0; i < n; i++)
			p->clean[i] += coefficient[k] * value[i];
	}
	if (rng_bool(r, 0.3))
		offset = rng_bool(r, 0.5) ? draw_absolute(r) : 2 * rng_normal(r) * typical(p->clean, n);
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

/* ---- rows ---------------------------------------------------------------------------------------- */

/* Moves the finite rows to the front; returns their number. */
static int keep_finite(struct problem *p, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		if (!isfinite(p->clean[i]) || fabs(p->clean[i]) > 1e30)
			continue;
		p->clean[kept] = p->clean[i];
		for (int j = 0; j < p->n_columns; j++)
			p->x[j][kept] = p->x[j][i];
		kept++;
	}
	return kept;
}

static bool degenerate(const double *y, int n)
{
	double mean = 0, squares = 0, peak = 0;

	for (int i = 0; i < n; i++)
		mean += y[i] / n;
	for (int i = 0; i < n; i++) {
		double d = fabs(y[i] - mean);

		squares += d * d / n;
		peak = fmax(peak, d);
	}
	if (!(sqrt(squares) > 1e-7 * fabs(mean)) || sqrt(squares) < 1e-25)
		return true;
	return n >= 16 && peak * peak > 0.9 * squares * n; /* one row is the whole variance */
}

/* Gives the variables of the skeleton random places among n_columns columns. */
static void place_variables(struct rng *r, const struct problem_config *c, struct problem *p)
{
	int slots[VOCAB_VARS], used = 0, map[VOCAB_VARS], extra = 0;

	memset(map, -1, sizeof(map));
	for (int i = 0; i < p->skeleton.n; i++)
		if (p->skeleton.node[i].op == OP_VAR && map[p->skeleton.node[i].arg] < 0)
			map[p->skeleton.node[i].arg] = used++;
	while (used + extra < VOCAB_VARS && rng_bool(r, c->unused_columns / (1 + c->unused_columns)))
		extra++;
	p->n_columns = used + extra;
	for (int j = 0; j < p->n_columns; j++)
		slots[j] = j;
	rng_shuffle(r, slots, p->n_columns);
	for (int i = 0; i < p->skeleton.n; i++)
		if (p->skeleton.node[i].op == OP_VAR)
			p->skeleton.node[i].arg = (uint16_t)slots[map[p->skeleton.node[i].arg]];
}

static enum problem_verdict draw_rows(const struct problem_config *c, int n_rows, struct rng *r, struct problem *p)
{
	double *x[VOCAB_VARS];
	bool drop = rng_bool(r, 0.5); /* rows outside the domain: dropped, or inputs inside it */
	int candidates = drop ? n_rows * 3 / 2 : n_rows, kept;

	if (candidates > PROBLEM_MAX_ROWS)
		candidates = PROBLEM_MAX_ROWS;
	for (int j = 0; j < p->n_columns; j++) {
		x[j] = p->x[j];
		p->column[j] = p->x[j];
	}
	synth_inputs(r, p->n_columns, candidates, !drop || rng_bool(r, 0.3), x);
	draw_target(r, p, candidates);
	kept = keep_finite(p, candidates);
	if (kept < n_rows)
		return PROBLEM_UNDEFINED;
	if (degenerate(p->clean, n_rows))
		return PROBLEM_DEGENERATE;
	memcpy(p->y, p->clean, (size_t)n_rows * sizeof(*p->y));
	p->noise = synth_add_noise(r, &c->noise, n_rows, p->y);
	p->rows = (struct rows){.n = n_rows, .n_columns = p->n_columns, .x = p->column, .y = p->y};
	return PROBLEM_OK;
}

enum problem_verdict problem_draw(const struct problem_config *c, int n_rows, struct rng *r, struct problem *out)
{
	enum problem_verdict v = problem_skeleton(c, r, &out->skeleton);
	struct expr placed;

	if (v != PROBLEM_OK)
		return v;
	if (c->census) {
		v = census_judge(c->census, &out->skeleton, r);
		if (v != PROBLEM_OK)
			return v;
	}
	place_variables(r, c, out);
	/* the order of operands, and where coefficients stand, depend on the variables */
	if (!expr_strip(&out->skeleton, &placed))
		return PROBLEM_TOO_LONG;
	out->skeleton = placed;
	for (int attempt = 0; attempt < 4; attempt++) {
		v = draw_rows(c, n_rows, r, out);
		if (v == PROBLEM_OK)
			break;
	}
	out->len = v == PROBLEM_OK ? vocab_encode(&out->skeleton, NULL, 0, out->tokens) : 0;
	return v;
}
