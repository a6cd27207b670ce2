/* round.c — plain values for fitted constants; see fit_round_constants in fit.h. */
#include "eqrl/eval/significant.h"
#include "fitter.h"
#include "linear.h"
#include "plain.h"

#include <math.h>
#include <stddef.h>

/* Effect on the values, as a share of their size, below which 0 is tried: this only saves trying. Not of the constant
 * itself, whose size is a matter of units. */
#define NEARLY_NOTHING 1e-3

/* e with every node of constant c spelt as s. False if it does not fit. */
static bool spell(const struct expr *e, int c, const struct plain *s, struct expr *out)
{
	struct node node[PLAIN_NODES];

	*out = *e;
	out->c[c] = s->n ? s->literal[0] : s->value; /* a literal takes its place */
	for (int k = 0; k < s->n; k++) {
		node[k] = s->node[k];
		if (node[k].op == OP_FIXED)
			node[k].arg = (uint16_t)(node[k].arg ? out->n_consts : c);
	}
	if (s->n_literals > 1) {
		if (out->n_consts == EXPR_MAX_CONSTS)
			return false;
		out->c[out->n_consts++] = s->literal[1];
	}
	for (int i = out->n - 1; i >= 0; i--) {
		if (out->node[i].op != OP_CONST || out->node[i].arg != c)
			continue;
		if (s->n == 0)
			out->node[i].op = OP_FIXED;
		else if (!expr_splice(out, out, i, i + 1, node, s->n))
			return false;
	}
	return true;
}

/* Laws have pi in coefficients and in angles: a rate of 0.314 +- 0.002 is no 1/pi. */
static bool is_in_angle(const struct expr *e, int c)
{
	for (int i = 0; i < e->n; i++) {
		int op = e->node[i].op;

		if (op != OP_SIN && op != OP_COS && op != OP_TAN)
			continue;
		for (int k = i + 1; k < expr_end(e, i); k++)
			if (e->node[k].op == OP_CONST && e->node[k].arg == c)
				return true;
	}
	return false;
}

static bool is_exponent(const struct expr *e, int c)
{
	for (int i = 0; i < e->n; i++) {
		int exponent = e->node[i].op == OP_POW ? expr_end(e, i + 1) : -1;

		if (exponent >= 0 && e->node[exponent].op == OP_CONST && e->node[exponent].arg == c)
			return true;
	}
	return false;
}

/* The probability that a number like this one is as close to one of so few digits, when as many were tried. Of other spellings: 1. */
static double chance_of(const struct plain *p, double value, int tried)
{
	bool decimal = p->n == 0 || (p->n == 1 && p->node[0].op == OP_INT);
	double step = pow(10, floor(log10(fabs(p->value))) - digits_written(p->value) + 1);

	return decimal ? fmin(1, tried * 2 * fabs(value - p->value) / step) : 1;
}

/* A constant may cost what it pays for being free, an exponent what is paid for one that laws do not have, and a decimal what its
 * coming so close says for it: 2.500012 is 2.5, though inputs that are rounded make it seem surer than that. */
static double extra_nats(const struct fit_change *ch, const struct plain *p, int c, int tried)
{
	double value = p->value, nats = 0;

	if (ch->raise <= 1)
		return 0;
	if (fabs(value) <= 4 && 2 * value == floor(2 * value) && is_exponent(ch->e, c))
		nats = NATS_OF_FITTED_EXPONENT;
	return fmax(nats, -log(chance_of(p, ch->e->c[c], tried)) - 0.5 * log(rows_all(ch->rows)));
}

static bool try_plain(struct fit_change *ch, struct expr *candidate, const struct plain *p, int c, int tried)
{
	double bound = ch->bound;

	ch->bound *= 1 + 2 * extra_nats(ch, p, c, tried) / rows_all(ch->rows);
	if (fit_change_try(ch, candidate))
		return true;
	ch->bound = bound;
	return false;
}

static bool round_constant(struct fit_change *ch, int c, bool exact, bool linear, bool nothing)
{
	const struct plain zero = {0}; /* x^6e-42: the data do not want this constant at all */
	struct plain_list list;
	struct expr without;

	if (nothing && spell(ch->e, c, &zero, &without) && fit_change_try(ch, &without))
		return true;
	plain_find(&list, ch->e->c[c], exact, linear || is_in_angle(ch->e, c));
	for (int i = 0; i < list.n; i++) {
		struct expr candidate;

		if (spell(ch->e, c, &list.plain[i], &candidate) && try_plain(ch, &candidate, &list.plain[i], c, list.n))
			return true;
	}
	return false;
}

/* Constants that could as well be 0, as bits: a first-order look at what they add to the values. */
static uint32_t find_nothing(struct fit_change *ch)
{
	struct tape *tape = fitter_tape(ch->fitter);
	uint32_t free = 0, out = 0;
	struct moments m;
	int p = 0;

	for (int i = 0; i < ch->e->n; i++)
		if (ch->e->node[i].op == OP_CONST)
			free |= 1u << ch->e->node[i].arg;
	tape_bind(tape, ch->e, ch->rows);
	tape_plan(tape, free);
	if (!tape_moments(tape, NULL, &m))
		return 0;
	for (int c = 0; c < ch->e->n_consts; c++) {
		double v = ch->e->c[c];

		if (!(free >> c & 1))
			continue;
		if (m.a[p][p] * v * v < NEARLY_NOTHING * NEARLY_NOTHING * ch->target.square)
			out |= 1u << c;
		p++;
	}
	return out;
}

/* The first free constant that takes a plain value; curved ones go first, since linear ones can
 * make up for what those lose. */
static bool round_one(struct fit_change *ch, bool exact)
{
	uint32_t linear = linear_constants(ch->e), nothing = find_nothing(ch), seen = 0;

	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < ch->e->n; i++) {
			struct node node = ch->e->node[i];
			uint32_t bit;

			if (node.op != OP_CONST)
				continue;
			bit = 1u << node.arg;
			if ((linear & bit ? 1 : 0) != pass || (seen & bit))
				continue;
			seen |= bit;
			if (round_constant(ch, node.arg, exact, pass == 1, nothing & bit))
				return true;
		}
	return false;
}

int fit_round_constants(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
			double tolerance, struct fit_result *r)
{
	struct fit_change ch = {.fitter = f, .e = e, .rows = rows, .result = r};
	int rounded = 0;
	bool exact = r->nmse <= 1e-16;

	if (r->verdict != VERDICT_OK)
		return 0;
	expr_pack_consts(e);
	fit_change_begin(&ch, o, tolerance);
	while (round_one(&ch, exact))
		rounded++;
	return rounded;
}
