/* round.c — plain values for fitted constants; see fit_round_constants in fit.h. */
#include "eqrl/base/mem.h"
#include "fitter.h"
#include "linear.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	PLAIN_NODES = 7,
	PLAIN_LITERALS = 2,
	MAX_PLAIN = 48,
	LARGEST_INT = 10,      /* as OP_INT; larger integers are literals */
	LARGEST_WHOLE = 10000, /* integer worth trying */
	LARGEST_DENOMINATOR = 60,
	LARGEST_PART = 100, /* numerator of a fraction; of a multiple of pi or e the same as q: 12 */
};

/* Effect on the values, as a share of their size, below which 0 is tried: this only saves trying. Not of the constant
 * itself, whose size is a matter of units. */
#define NEARLY_NOTHING 1e-3

/* Of what is fitted to 1e-8 and better, one number in a hundred thousand comes so close to a fraction by chance. */
#define SURELY_WHOLE 1e-7

/* A candidate: its value and, unless it is one literal (n = 0), the nodes that spell it. */
struct plain {
	double value, price;
	int n, n_literals;
	struct node node[PLAIN_NODES]; /* OP_FIXED: arg is an index into literal */
	double literal[PLAIN_LITERALS];
};

struct candidates {
	int n;
	struct plain plain[MAX_PLAIN];
	double near, window; /* the fitted value, and how far from it is worth trying */
};

static void offer(struct candidates *list, struct plain p)
{
	if (list->n == MAX_PLAIN || p.value == 0 || !(fabs(p.value - list->near) <= list->window))
		return;
	for (int i = 0; i < list->n; i++)
		if (list->plain[i].value == p.value)
			return; /* the simpler spelling came first */
	list->plain[list->n++] = p;
}

static void push(struct plain *p, enum op op, int arg)
{
	p->node[p->n++] = (struct node){(uint16_t)op, (uint16_t)arg};
}

static void push_number(struct plain *p, double v)
{
	if (v >= 1 && v <= LARGEST_INT) {
		push(p, OP_INT, (int)v);
		return;
	}
	push(p, OP_FIXED, p->n_literals);
	p->literal[p->n_literals++] = v;
}

/* p/q, times the unit: 1, pi, 1/pi or e. A factor or divisor 1 is left out. */
enum unit { UNIT_ONE, UNIT_PI, UNIT_INV_PI, UNIT_E };

static const double unit_value[] = {1, 3.14159265358979323846, 1 / 3.14159265358979323846, 2.71828182845904523536};

static void push_unit(struct plain *s, enum unit unit)
{
	if (unit == UNIT_E)
		push(s, OP_EXP, 0);
	push(s, unit == UNIT_E ? OP_INT : OP_PI, unit == UNIT_E);
}

static void offer_ratio(struct candidates *list, int q, enum unit unit)
{
	double value = list->near * q / unit_value[unit], rounded = nearbyint(value);
	struct plain s = {.value = rounded / q * unit_value[unit]};
	int most = unit == UNIT_ONE ? LARGEST_PART : 12, p = (int)fmin(fabs(rounded), most + 1);

	if (p == 0 || p > most)
		return;
	for (int d = 2; d <= q; d++)
		if (p % d == 0 && q % d == 0)
			return; /* was offered in lowest terms */
	if (unit == UNIT_INV_PI || q > 1)
		push(&s, OP_DIV, 0);
	if (unit == UNIT_ONE || unit == UNIT_INV_PI) {
		push_number(&s, rounded);
		if (unit == UNIT_INV_PI && q > 1)
			push(&s, OP_MUL, 0);
		if (q > 1)
			push_number(&s, q);
		if (unit == UNIT_INV_PI)
			push_unit(&s, unit);
	} else {
		if (rounded == -1)
			push(&s, OP_NEG, 0);
		if (p > 1) {
			push(&s, OP_MUL, 0);
			push_number(&s, rounded);
		}
		push_unit(&s, unit);
		if (q > 1)
			push_number(&s, q);
	}
	offer(list, s);
}

static void offer_decimals(struct candidates *list, int from, int to)
{
	for (int digits = from; digits <= to; digits++) {
		struct plain s = {0};
		char text[32];

		snprintf(text, sizeof(text), "%.*e", digits - 1, list->near);
		s.value = strtod(text, NULL);
		offer(list, s);
	}
}

/* Characters and nodes of a candidate, in nats. */
static double price_of(const struct plain *p)
{
	double price = p->n ? NATS_PER_NODE * (p->n - 1) : NATS_PER_DIGIT * written_length(p->value);

	for (int i = 0; i < p->n; i++)
		if (p->node[i].op == OP_INT)
			price += NATS_PER_DIGIT * written_length(p->node[i].arg);
		else if (p->node[i].op == OP_FIXED)
			price += NATS_PER_DIGIT * written_length(p->literal[p->node[i].arg]);
	return price;
}

/* Of small fractions and multiples of pi, so few that on noisy data none is met by chance where a decimal would be
 * longer. They are literals that print as what they are (expr_readable). */
static void offer_likely(struct candidates *list)
{
	static const struct {
		double value;
		int digits, operators; /* as they are printed */
	} likely[] = {
		{1.0 / 3, 2, 1},  {2.0 / 3, 2, 1},	  {4.0 / 3, 2, 1},	  {1.0 / 6, 2, 1},
		{M_PI, 0, 0},	  {2 * M_PI, 1, 1},	  {4 * M_PI, 1, 1},	  {M_PI / 2, 1, 1},
		{M_PI / 4, 1, 1}, {1 / (1 * M_PI), 1, 1}, {1 / (2 * M_PI), 2, 2}, {1 / (4 * M_PI), 2, 2},
	};

	for (size_t i = 0; i < COUNT_OF(likely); i++)
		offer(list, (struct plain){.value = copysign(likely[i].value, list->near),
					   .price = NATS_PER_DIGIT * likely[i].digits +
						    NATS_PER_NODE * 2 * likely[i].operators});
}

static void sort_by_price(struct candidates *list)
{
	for (int i = 0; i < list->n; i++)
		if (list->plain[i].price == 0)
			list->plain[i].price = price_of(&list->plain[i]);
	for (int i = 1; i < list->n; i++) {
		struct plain p = list->plain[i];
		int j = i;

		for (; j > 0 && p.price < list->plain[j - 1].price; j--)
			list->plain[j] = list->plain[j - 1];
		list->plain[j] = p;
	}
}

/* Integers, decimals, fractions, multiples of pi and e, the shortest first. All fractions and multiples lie so close
 * together that on noisy data one is always found by chance: those are for exact fits. */
static void list_candidates(struct candidates *list, double value, bool exact)
{
	static const uint8_t thirds[] = {3, 6, 7, 9, 11, 12}; /* the others are short decimals */
	double whole = nearbyint(value);
	struct plain s = {.value = whole};

	*list = (struct candidates){.near = value, .window = fabs(value) * (exact ? 1e-6 : 0.1)};
	if (whole >= 1 && whole <= LARGEST_INT)
		push(&s, OP_INT, (int)whole);
	if (fabs(whole) < LARGEST_WHOLE)
		offer(list, s);
	offer_decimals(list, 1, 2);
	for (size_t i = 0; exact && i < sizeof(thirds); i++)
		offer_ratio(list, thirds[i], UNIT_ONE);
	for (int q = 13; exact && q <= LARGEST_DENOMINATOR; q++) /* of sums of powers: 1/18, 1/30, 1/42 */
		if (fabs(value * q - nearbyint(value * q)) <= SURELY_WHOLE)
			offer_ratio(list, q, UNIT_ONE);
	for (int unit = UNIT_PI; exact && unit <= UNIT_E; unit++)
		for (int q = 1; q <= 12; q++)
			offer_ratio(list, q, (enum unit)unit);
	if (!exact)
		offer_likely(list);
	offer_decimals(list, 3, exact ? 6 : 4);
	sort_by_price(list);
}

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

static bool round_constant(struct fit_change *ch, int c, bool exact, bool nothing)
{
	const struct plain zero = {0}; /* x^6e-42: the data do not want this constant at all */
	struct candidates list;
	struct expr without;

	if (nothing && spell(ch->e, c, &zero, &without) && fit_change_try(ch, &without))
		return true;
	list_candidates(&list, ch->e->c[c], exact);
	for (int i = 0; i < list.n; i++) {
		struct expr candidate;

		if (spell(ch->e, c, &list.plain[i], &candidate) && fit_change_try(ch, &candidate))
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
			if (round_constant(ch, node.arg, exact, nothing & bit))
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
