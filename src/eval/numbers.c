/* numbers.c — constants from a set, or whole ones: fit_to_numbers of fit.h.
 *
 * One constant after the other is given an allowed number near its fitted value, the others are refitted, and the number
 * that leaves the least error stays: first the constant that is nearest to an allowed one. Rounding all at once would lose
 * what the others can make good. At the end each number is tried against its neighbours, until none helps. */
#include "fitter.h"
#include "shorten.h"

#include <math.h>
#include <string.h>

enum { NEAREST = 3, PASSES = 4 };

struct settling {
	struct fitter *f;
	const struct rows *rows;
	struct fit_options o;
	struct expr e;
	double sse;
};

/* ---- which numbers --------------------------------------------------------------------------------------------------- */

static int parent_of(const struct expr *e, int i)
{
	for (int p = i - 1; p >= 0; p--)
		if (expr_end(e, p) > i)
			return p;
	return -1;
}

/* x + 0, 1*x, x/1 and their like without the number at node i; false: it says something there. */
static bool leave_out(struct expr *e, int i)
{
	int p = i > 0 ? parent_of(e, i) : -1, other, n;
	struct node by[EXPR_MAX_NODES + 1] = {{OP_NEG, 0}};
	bool first = i == p + 1, negative;
	double v = e->c[e->node[i].arg];

	if (p < 0 || node_arity(e->node[p]) != 2)
		return false;
	switch (e->node[p].op) {
	case OP_ADD:
	case OP_SUB:
		negative = e->node[p].op == OP_SUB && first;
		if (v != 0)
			return false;
		break;
	case OP_MUL:
	case OP_DIV:
		negative = v == -1;
		if (fabs(v) != 1 || (e->node[p].op == OP_DIV && first))
			return false;
		break;
	default:
		return false;
	}
	other = first ? expr_end(e, i) : p + 1;
	n = expr_end(e, other) - other;
	memcpy(by + negative, e->node + other, (size_t)n * sizeof(*by));
	return expr_splice(e, e, p, expr_end(e, p), by, n + negative);
}

/* Of a number that says nothing: where its only node is, 0 of a sum or 1 of a product can be left out. */
enum place { PLACE_FIXED, PLACE_TERM, PLACE_FACTOR };

static enum place place_in(const struct expr *e, int at)
{
	int p = parent_of(e, at);

	if (p < 0)
		return PLACE_FIXED;
	if (e->node[p].op == OP_ADD || e->node[p].op == OP_SUB)
		return PLACE_TERM;
	return e->node[p].op == OP_MUL || (e->node[p].op == OP_DIV && at > p + 1) ? PLACE_FACTOR : PLACE_FIXED;
}

static bool keeps_form(const struct bounds *b, const struct expr *e)
{
	struct expr body[OUTLINE_FUNCTIONS];

	return !bounds_have_form(b) || outline_match(&b->form, e, false, body);
}

static enum place place_of(const struct settling *s, int c)
{
	struct expr without = s->e;
	enum place place;
	int at = -1;

	for (int i = 0; i < s->e.n; i++)
		if ((s->e.node[i].op == OP_CONST || s->e.node[i].op == OP_FIXED) && s->e.node[i].arg == c) {
			if (at >= 0)
				return PLACE_FIXED;
			at = i;
		}
	place = at > 0 ? place_in(&s->e, at) : PLACE_FIXED;
	if (place == PLACE_FIXED)
		return place;
	without.c[c] = place == PLACE_TERM ? 0 : 1;
	return leave_out(&without, at) && keeps_form(s->o.bounds, &without) ? place : PLACE_FIXED;
}

struct choices {
	int n;
	double v[NEAREST];
};

/* Keeps the nearest to `to`. */
static void choose(struct choices *c, double v, double to)
{
	int at = c->n;

	for (int k = 0; k < c->n; k++)
		if (c->v[k] == v)
			return;
	while (at > 0 && fabs(c->v[at - 1] - to) > fabs(v - to))
		at--;
	if (at == NEAREST)
		return;
	if (c->n < NEAREST)
		c->n++;
	for (int k = c->n - 1; k > at; k--)
		c->v[k] = c->v[k - 1];
	c->v[at] = v;
}

static struct choices numbers_near(const struct bounds *b, double v, enum place place)
{
	struct choices c = {0};

	for (int k = 0; k < b->n_numbers; k++) {
		choose(&c, b->number[k], v);
		choose(&c, -b->number[k], v);
	}
	if (b->whole_numbers && fabs(v) < 1e15) {
		choose(&c, nearbyint(v), v);
		choose(&c, floor(v), v);
		choose(&c, ceil(v), v);
		choose(&c, nearbyint(v) - 1, v);
		choose(&c, nearbyint(v) + 1, v);
	}
	if (place == PLACE_TERM)
		choose(&c, 0, v);
	if (place == PLACE_FACTOR) {
		choose(&c, 1, v);
		choose(&c, -1, v);
	}
	return c;
}

/* ---- one after the other --------------------------------------------------------------------------------------------- */

static bool is_free(const struct expr *e, int c)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST && e->node[i].arg == c)
			return true;
	return false;
}

/* The error with constant c at v, and the free ones refitted; they end in *e. INFINITY: no value. */
static double with_number(struct settling *s, struct expr *e, int c, double v)
{
	struct fit_result r;

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST && e->node[i].arg == c)
			e->node[i].op = OP_FIXED;
	e->c[c] = v;
	fit_constants(s->f, e, s->rows, &s->o, &r);
	return r.verdict == VERDICT_OK && isfinite(r.sse) ? r.sse : INFINITY;
}

/* The free constant that is nearest to an allowed number, by its own size; −1: none is free, or none has one. */
static int next_constant(const struct settling *s)
{
	double nearest = INFINITY;
	int next = -1;

	for (int c = 0; c < s->e.n_consts; c++) {
		struct choices near;
		double off;

		if (!is_free(&s->e, c))
			continue;
		near = numbers_near(s->o.bounds, s->e.c[c], place_of(s, c));
		off = near.n ? fabs(near.v[0] - s->e.c[c]) / (fabs(s->e.c[c]) + 1e-300) : INFINITY;
		if (next < 0 || off < nearest) {
			nearest = off;
			next = c;
		}
	}
	return next;
}

static bool settle_one(struct settling *s, int c)
{
	struct choices near = numbers_near(s->o.bounds, s->e.c[c], place_of(s, c));
	struct expr best = s->e;
	double least = INFINITY;

	for (int k = 0; k < near.n; k++) {
		struct expr e = s->e;
		double sse = with_number(s, &e, c, near.v[k]);

		if (sse < least) {
			least = sse;
			best = e;
		}
	}
	s->e = best;
	s->sse = least;
	return isfinite(least);
}

/* Each settled constant against its neighbours, all others as they are. */
static bool improve(struct settling *s, uint32_t settled)
{
	bool better = false;

	for (int c = 0; c < s->e.n_consts; c++) {
		double v = s->e.c[c];
		struct choices near;

		if (!(settled >> c & 1))
			continue;
		near = numbers_near(s->o.bounds, v, place_of(s, c));
		for (int k = 0; k < near.n; k++) {
			struct expr e = s->e;
			double sse = near.v[k] == v ? INFINITY : with_number(s, &e, c, near.v[k]);

			if (sse < s->sse) {
				s->e = e;
				s->sse = sse;
				better = true;
			}
		}
	}
	return better;
}

/* ---- what is left ------------------------------------------------------------------------------------------------------ */

/* x + -5 as x - 5. */
static void turn_sign(struct expr *e, int i)
{
	int p = i > 0 ? parent_of(e, i) : -1;
	double *v = &e->c[e->node[i].arg];

	if (p < 0 || e->node[p].op != OP_ADD || i == p + 1 || !(*v < 0))
		return;
	for (int k = 0; k < e->n; k++)
		if (k != i && e->node[k].op == OP_FIXED && e->node[k].arg == e->node[i].arg)
			return;
	e->node[p].op = OP_SUB;
	*v = -*v;
}

static bool is_settled(const struct expr *e, int i, uint32_t settled)
{
	return e->node[i].op == OP_FIXED && (settled >> e->node[i].arg & 1);
}

/* The same without or with another spelling of the number at node i, where that keeps the form of the bounds. */
static bool spell_number(struct expr *e, const struct bounds *b, int i)
{
	struct expr now = *e;
	bool shorter = leave_out(&now, i);

	if (!shorter)
		turn_sign(&now, i);
	if (!keeps_form(b, &now))
		return false;
	*e = now;
	return shorter;
}

/* Neutral numbers left out, and tokens for those that are some. */
static void write_plainly(struct expr *e, const struct bounds *b, uint32_t settled)
{
	for (int i = 0; i < e->n; i++)
		if (is_settled(e, i, settled) && spell_number(e, b, i))
			i = -1;
	for (int i = 0; i < e->n; i++) {
		double v = is_settled(e, i, settled) ? e->c[e->node[i].arg] : 0;

		if (v >= 1 && v <= 10 && v == nearbyint(v))
			e->node[i] = (struct node){OP_INT, (uint16_t)v};
		else if (v == M_PI)
			e->node[i] = (struct node){OP_PI, 0};
	}
}

/* 0*u + v as v and u^1 as u, where what that leaves is allowed. */
static void leave_out_parts(struct expr *e, const struct bounds *b)
{
	struct expr shorter = *e;

	shorten(&shorter, b, 0);
	if (expr_columns(&shorter) > 0 && expr_size(&shorter) < expr_size(e) && bounds_allow(b, &shorter))
		*e = shorter;
}

int fit_to_numbers(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		   struct fit_result *r)
{
	struct settling s = {.f = f, .rows = rows, .o = *o, .e = *e};
	uint32_t settled = 0;
	int n = 0, c;

	s.o.restarts = 1;
	s.o.warm = true;
	s.o.give_up_after = 0;
	for (; r->verdict == VERDICT_OK && (c = next_constant(&s)) >= 0; n++) {
		if (!settle_one(&s, c)) {
			r->verdict = VERDICT_BOUNDS;
			return -1;
		}
		settled |= 1u << c;
	}
	for (int pass = 0; pass < PASSES && n > 1 && improve(&s, settled); pass++)
		;
	write_plainly(&s.e, o->bounds, settled);
	leave_out_parts(&s.e, o->bounds);
	*e = s.e;
	expr_pack_consts(e);
	fit_constants(f, e, rows, &s.o, r); /* only measures */
	return n;
}
