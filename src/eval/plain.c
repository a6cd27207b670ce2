/* plain.c — see plain.h. */
#include "plain.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/print.h"
#include "fitter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	LARGEST_INT = 10,      /* as OP_INT; larger integers are literals */
	LARGEST_WHOLE = 10000, /* integer worth trying */
	LARGEST_DENOMINATOR = 60,
	LARGEST_PART = 100, /* numerator of a fraction; of a multiple of pi or e the same as q: 12 */
};

/* A number between two steps of a decimal is within a quarter of a step of one of them every other time. What comes no closer
 * than that says nothing for the decimal. */
static bool is_met_by_chance(double value, double plain, double step)
{
	return fabs(value - plain) > step / 4;
}

/* Of what is fitted to 1e-8 and better, one number in a hundred thousand comes so close to a fraction by chance. */
#define SURELY_WHOLE 1e-7

static void offer(struct plain_list *list, struct plain p)
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

/* 100*pi is the mains: a multiple that an exact fit meets so closely is none by chance, however large. */
static int largest_part(enum unit unit, int q, double miss)
{
	if (unit == UNIT_PI && q == 1 && miss <= SURELY_WHOLE)
		return MOST_TURNS;
	return unit == UNIT_ONE ? LARGEST_PART : 12;
}

static void offer_ratio(struct plain_list *list, int q, enum unit unit)
{
	double value = list->near * q / unit_value[unit], rounded = nearbyint(value);
	struct plain s = {.value = rounded / q * unit_value[unit]};
	int most = largest_part(unit, q, fabs(value - rounded)), p = (int)fmin(fabs(rounded), most + 1);

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

/* The step is the distance of two decimals of so many digits near the value. */
static double last_step(double value, int digits)
{
	return pow(10, floor(log10(fabs(value))) - (digits - 1));
}

static void offer_decimals(struct plain_list *list, int from, int to, bool exact)
{
	for (int digits = from; digits <= to; digits++) {
		struct plain s = {0};
		char text[32];

		snprintf(text, sizeof(text), "%.*e", digits - 1, list->near);
		s.value = strtod(text, NULL);
		if (exact || !is_met_by_chance(list->near, s.value, last_step(list->near, digits)))
			offer(list, s);
	}
}

double written_length(double v)
{
	char text[32];
	double digits = 0;

	str_double(text, fabs(v));
	for (const char *p = text; *p; p++)
		digits += digits > 0 || *p != '0';
	return fmax(digits, 1) + (v < 0 ? 0.25 : 0);
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
static void offer_likely(struct plain_list *list, bool of_pi)
{
	enum { FRACTIONS = 4 }; /* the first ones */
	static const struct {
		double value;
		int digits, operators; /* as they are printed; pi itself should not come before 3.1 */
	} likely[] = {
		{1.0 / 3, 2, 1},  {2.0 / 3, 2, 1},	  {4.0 / 3, 2, 1},	  {1.0 / 6, 2, 1},
		{M_PI, 3, 0},	  {2 * M_PI, 1, 1},	  {4 * M_PI, 1, 1},	  {M_PI / 2, 1, 1},
		{M_PI / 4, 1, 1}, {1 / (1 * M_PI), 1, 1}, {1 / (2 * M_PI), 2, 2}, {1 / (4 * M_PI), 2, 2},
	};

	for (size_t i = 0; i < (of_pi ? COUNT_OF(likely) : FRACTIONS); i++)
		offer(list, (struct plain){.value = copysign(likely[i].value, list->near),
					   .price = NATS_PER_DIGIT * likely[i].digits +
						    NATS_PER_NODE * 2 * likely[i].operators});
}

static void sort_by_price(struct plain_list *list)
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

void plain_find(struct plain_list *list, double value, bool exact, bool of_pi)
{
	static const uint8_t thirds[] = {3, 6, 7, 9, 11, 12}; /* the others are short decimals */
	double whole = nearbyint(value);
	struct plain s = {.value = whole};

	*list = (struct plain_list){.near = value, .window = fabs(value) * (exact ? 1e-6 : 0.1)};
	if (whole >= 1 && whole <= LARGEST_INT)
		push(&s, OP_INT, (int)whole);
	if (fabs(whole) < LARGEST_WHOLE && (exact || !is_met_by_chance(value, whole, 1)))
		offer(list, s);
	offer_decimals(list, 1, 2, exact);
	for (size_t i = 0; exact && i < sizeof(thirds); i++)
		offer_ratio(list, thirds[i], UNIT_ONE);
	for (int q = 13; exact && q <= LARGEST_DENOMINATOR; q++) /* of sums of powers: 1/18, 1/30, 1/42 */
		if (fabs(value * q - nearbyint(value * q)) <= SURELY_WHOLE)
			offer_ratio(list, q, UNIT_ONE);
	for (int unit = UNIT_PI; exact && unit <= UNIT_E; unit++)
		for (int q = 1; q <= 12; q++)
			offer_ratio(list, q, (enum unit)unit);
	if (!exact)
		offer_likely(list, of_pi);
	offer_decimals(list, 3, exact ? 6 : 4, exact);
	sort_by_price(list);
}
