/* scaling.c — coefficients and offsets of top-level terms: added before a fit, dropped when they
 * buy nothing. See fit.h. */
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"
#include "eqrl/eval/group_fit.h"
#include "fitter.h"

#include <math.h>
#include <string.h>

static bool is_sum(int op)
{
	return op_info[op].flags & OPF_SUM;
}

/* Are all multiples of the subtree at i within its family, by choice of its free constants? */
static bool has_coefficient(const struct expr *e, const uint8_t *end, int i)
{
	const struct op_info *op = &op_info[e->node[i].op];
	int a = i + 1;

	if (e->node[i].op == OP_CONST)
		return true;
	if (op->arity == 1) /* odd powers, the sign among them, pass any factor on */
		return op->power != 0 && fabs(fmod(op->power, 2)) == 1 && has_coefficient(e, end, a);
	if (op->flags & OPF_PRODUCT)
		return has_coefficient(e, end, a) || has_coefficient(e, end, end[a]);
	return op->flags & OPF_SUM && has_coefficient(e, end, a) && has_coefficient(e, end, end[a]);
}

static bool is_literal(const struct expr *e, const uint8_t *end, int i)
{
	for (int k = i; k < end[i]; k++)
		if (e->node[k].op == OP_VAR || e->node[k].op == OP_CONST)
			return false;
	return true;
}

/* Appends the sum at i with a coefficient for every term that lacks one. */
static bool push_terms(struct expr *out, const struct expr *e, const uint8_t *end, int i)
{
	int op = e->node[i].op, a = i + 1;

	if (is_sum(op)) {
		int last = end[a] < end[i] ? end[a] : 0;

		/* A literal beside a free offset says nothing: keep the other side only. */
		if (last && is_literal(e, end, last))
			return push_terms(out, e, end, a);
		if (last && op == OP_ADD && is_literal(e, end, a))
			return push_terms(out, e, end, last);
		return expr_push(out, op, 0) && push_terms(out, e, end, a) && (!last || push_terms(out, e, end, last));
	}
	if (!is_literal(e, end, i) && !has_coefficient(e, end, i) &&
	    (!expr_push(out, OP_MUL, 0) || !expr_push_const(out, OP_CONST, 1)))
		return false;
	for (int k = i; k < end[i]; k++)
		if (!expr_push(out, e->node[k].op, e->node[k].arg))
			return false;
	return true;
}

static bool has_offset(const struct expr *e, const uint8_t *end, int i)
{
	int a = i + 1, op = e->node[i].op;

	if (op == OP_CONST)
		return true;
	if (!is_sum(op))
		return false;
	return has_offset(e, end, a) || (op != OP_NEG && has_offset(e, end, end[a]));
}

/* An equation without nodes that owns e's constants, so that tied ones stay tied. */
static struct expr same_constants(const struct expr *e)
{
	struct expr out = {.n_consts = e->n_consts};

	memcpy(out.c, e->c, sizeof(out.c));
	return out;
}

static bool push_same(struct expr *out, const struct expr *e)
{
	for (int i = 0; i < e->n; i++)
		if (!expr_push(out, e->node[i].op, e->node[i].arg))
			return false;
	return true;
}

/* What may be added, the richest first: what does not fit gives way to the next. */
static const struct {
	bool terms, whole, offset; /* a coefficient for each term, for the whole; an offset */
} scalings[] = {
	{true, false, true}, {false, true, true}, {true, false, false}, {false, true, false}, {false, false, true}};

static bool add_scaling(const struct expr *e, const uint8_t *end, int k, struct expr *out)
{
	bool offset = scalings[k].offset && (!scalings[k].terms || !has_offset(e, end, 0));

	*out = same_constants(e);
	return (!offset || expr_push(out, OP_ADD, 0)) &&
	       (!scalings[k].whole || (expr_push(out, OP_MUL, 0) && expr_push_const(out, OP_CONST, 1))) &&
	       (scalings[k].terms ? push_terms(out, e, end, 0) : push_same(out, e)) &&
	       (!offset || expr_push_const(out, OP_CONST, 0));
}

bool fit_add_scaling(const struct expr *skeleton, enum scaling scaling, const struct bounds *bounds, struct expr *out)
{
	const struct bounds any = bounds_none();
	struct expr scaled;
	uint8_t end[EXPR_MAX_NODES];

	*out = *skeleton;
	if (scaling == SCALING_OFF || skeleton->n == 0)
		return false;
	if (bounds_have_form(bounds))
		BUG("a template's bodies are scaled one by one: fit_of_bodies");
	expr_ends(skeleton, end);
	for (size_t k = 0; k < COUNT_OF(scalings); k++)
		if (add_scaling(skeleton, end, (int)k, &scaled) && bounds_allow(bounds ? bounds : &any, &scaled)) {
			*out = scaled;
			return out->n != skeleton->n;
		}
	return false;
}

void fit_equation(struct fitter *f, const struct expr *skeleton, const struct rows *rows, const struct fit_options *o,
		  struct expr *out, struct fit_result *r)
{
	struct expr e;

	fit_add_scaling(skeleton, o->scaling, o->bounds, &e);
	fit_constants(f, &e, rows, o, r);
	if (o->scaling == SCALING_AUTO)
		fit_drop_neutral(f, &e, rows, o, r);
	*out = e;
}

bool expr_splice(struct expr *dst, const struct expr *src, int from, int to, const struct node *by, int n)
{
	struct expr out = same_constants(src);

	if (src->n - (to - from) + n > EXPR_MAX_NODES)
		return false;
	memcpy(out.node, src->node, (size_t)from * sizeof(*by));
	memcpy(out.node + from, by, (size_t)n * sizeof(*by));
	memcpy(out.node + from + n, src->node + to, (size_t)(src->n - to) * sizeof(*by));
	out.n = src->n - (to - from) + n;
	*dst = out;
	return true;
}

double fit_price(int n, int n_consts)
{
	return fmax(log(n) / n, 3.84 / fmax(n - n_consts, 1));
}

void fit_change_begin(struct fit_change *ch, const struct fit_options *o, double tolerance)
{
	const struct rows *rows = ch->rows;

	ch->options = *o;
	if (o->target)
		ch->target = *o->target;
	else
		rows_measure_target(rows, &ch->target);
	ch->options.target = &ch->target;
	ch->options.restarts = 1;
	ch->options.warm = true;
	ch->options.give_up_after = 0;
	ch->raise = tolerance >= 0 ? 1
		    : rows->groups
			    ? group_price(rows_all(rows), expr_free_consts(ch->e) * rows->groups->n, rows->groups->n)
			    : 1 + fit_price(rows->n, expr_free_consts(ch->e));
	ch->bound =
		fmax(ch->result->sse * (tolerance < 0 ? ch->raise : 1 + tolerance), FIT_EXACT_NMSE * ch->target.sst);
}

bool fit_change_try(struct fit_change *ch, struct expr *candidate)
{
	struct fit_result r;

	if (expr_columns(candidate) == 0)
		return false;
	expr_pack_consts(candidate);
	if (ch->options.bounds && !bounds_allow(ch->options.bounds, candidate))
		return false;
	fit_constants(ch->fitter, candidate, ch->rows, &ch->options, &r);
	ch->result->iterations += r.iterations;
	ch->result->evaluations += r.evaluations;
	if (r.verdict != VERDICT_OK || !(r.sse <= ch->bound))
		return false;
	*ch->e = *candidate;
	/* What this constant left unused is not for the next one. */
	ch->bound = fmax(fmin(ch->bound, r.sse) * ch->raise, FIT_EXACT_NMSE * ch->target.sst);
	r.iterations = ch->result->iterations;
	r.evaluations = ch->result->evaluations;
	r.restarts = ch->result->restarts;
	*ch->result = r;
	return true;
}

/* How the root reaches each node: through signs and sums only, or then through products too. */
enum reach { REACH_NONE, REACH_TERM, REACH_FACTOR };

struct reached {
	uint8_t end[EXPR_MAX_NODES], parent[EXPR_MAX_NODES], reach[EXPR_MAX_NODES];
};

static void reach_all(const struct expr *e, struct reached *t)
{
	memset(t->reach, REACH_NONE, sizeof(t->reach));
	expr_ends(e, t->end);
	t->reach[0] = REACH_TERM;
	for (int i = 0; i < e->n; i++) {
		int op = e->node[i].op, at = i + 1;

		for (int k = 0; k < node_arity(e->node[i]); k++, at = t->end[at]) {
			t->parent[at] = (uint8_t)i;
			if (t->reach[i] == REACH_TERM && is_sum(op))
				t->reach[at] = REACH_TERM;
			else if (t->reach[i] != REACH_NONE && (op == OP_MUL || (op == OP_DIV && k == 0)))
				t->reach[at] = REACH_FACTOR;
		}
	}
}

static int sibling_of(const struct reached *t, int i)
{
	int parent = t->parent[i];

	return i == parent + 1 ? t->end[i] : parent + 1;
}

/* The parent of i becomes the sibling of i, with a sign before it where that is asked for. */
static bool without(const struct expr *e, const struct reached *t, int i, bool negative, struct expr *out)
{
	struct node by[EXPR_MAX_NODES + 1] = {{OP_NEG, 0}};
	int parent = t->parent[i], s = sibling_of(t, i), n = t->end[s] - s;

	memcpy(by + negative, e->node + s, (size_t)n * sizeof(*by));
	return expr_splice(out, e, parent, t->end[parent], by, n + negative);
}

static bool term_can_vanish(const struct expr *e, const struct reached *t, int i)
{
	if (i == 0 || is_sum(e->node[i].op) || e->node[t->parent[i]].op == OP_NEG)
		return false;
	for (int k = i; k < t->end[i]; k++)
		if (e->node[k].op == OP_CONST && (k == i || t->reach[k] == REACH_FACTOR))
			return true;
	return false;
}

/* e without the term or the coefficient at node i; any: the coefficient need not be near 1 or -1. */
static bool drop_candidate(const struct expr *e, const struct reached *t, int i, bool any, struct expr *out)
{
	if (t->reach[i] == REACH_TERM && term_can_vanish(e, t, i)) {
		bool negative = e->node[t->parent[i]].op == OP_SUB && i == t->parent[i] + 1;

		return without(e, t, i, negative, out);
	}
	if (t->reach[i] == REACH_FACTOR && e->node[i].op == OP_CONST && e->node[t->parent[i]].op == OP_MUL) {
		double c = e->c[e->node[i].arg];

		/* Farther away the refit could not be as good; this only saves trying. */
		return (any || fabs(fabs(c) - 1) < 0.1) && without(e, t, i, c < 0, out);
	}
	return false;
}

static bool drop_at(struct fit_change *ch, const struct reached *t, int i)
{
	struct expr candidate;

	return drop_candidate(ch->e, t, i, false, &candidate) && fit_change_try(ch, &candidate);
}

bool fit_drop_candidate(const struct expr *e, int i, bool any, struct expr *out)
{
	struct reached t;

	reach_all(e, &t);
	return drop_candidate(e, &t, i, any, out);
}

void fit_drop_neutral(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		      struct fit_result *r)
{
	struct fit_change ch = {.fitter = f, .e = e, .rows = rows, .result = r};
	struct reached t;

	if (r->verdict != VERDICT_OK)
		return;
	fit_change_begin(&ch, o, o->drop_tol);
	if (bounds_have_form(o->bounds)) {
		fit_drop_in_bodies(&ch);
		return;
	}
	reach_all(e, &t);
	for (int i = 0; i < e->n;) {
		if (drop_at(&ch, &t, i)) {
			reach_all(e, &t); /* everything may have moved */
			i = 0;
		} else {
			i++;
		}
	}
}
