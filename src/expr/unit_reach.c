/* unit_reach.c — see unit_reach.h. Parts of n nodes are made of smaller ones: one below a power, or two below a product
 * or quotient. */
#include "unit_reach.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ENTRIES = 6000, TABLE = 16384, MOST_NODES = 15, MOST_TRIED = 300000 };
#define STEPS 360 /* of a power: all fractions up to the twelfth but those of seven and eleven */
#define SAME  1e-6

enum { LARGEST = 24, COARSE = 12 }; /* powers in the table: up to 24, in twelfths */
enum { FINEST = 16 };		    /* powers are wholes, halves … sixteenths, and thirds and ninths of these */

/* ---- dimensions ------------------------------------------------------------------------------------------------------ */

bool dimension_is_none(const struct dimension *d)
{
	for (int i = 0; i < UNITS_BASES; i++)
		if (fabs(d->power[i]) > SAME)
			return false;
	return true;
}

bool dimension_is_same(const struct dimension *a, const struct dimension *b)
{
	for (int i = 0; i < UNITS_BASES; i++)
		if (fabs(a->power[i] - b->power[i]) > SAME)
			return false;
	return true;
}

struct dimension dimension_plus(const struct dimension *a, double k, const struct dimension *b)
{
	struct dimension out;

	for (int i = 0; i < UNITS_BASES; i++)
		out.power[i] = a->power[i] + k * b->power[i];
	return out;
}

/* ---- products of powers ----------------------------------------------------------------------------------------------- */

/* Dimensions that no product of powers of the others is. */
struct dimension_span {
	int n, pivot[UNITS_BASES];
	struct dimension basis[UNITS_BASES];	  /* 1 at its pivot */
	double made_of[UNITS_BASES][UNITS_BASES]; /* of those that were taken, in their order, to which powers */
};

/* Takes the basis out of d; power[k]: of the k-th dimension that was taken. */
static void span_reduce(const struct dimension_span *s, struct dimension *d, double power[UNITS_BASES])
{
	memset(power, 0, UNITS_BASES * sizeof(*power));
	for (int k = 0; k < s->n; k++) {
		double by = d->power[s->pivot[k]];

		if (by == 0)
			continue;
		*d = dimension_plus(d, -by, &s->basis[k]);
		for (int i = 0; i < s->n; i++)
			power[i] += by * s->made_of[k][i];
	}
}

/* Adds d, or tells that it is a product of powers of those before. */
static bool span_take(struct dimension_span *s, struct dimension d)
{
	const struct dimension none = {0};
	double power[UNITS_BASES];
	int at = 0;

	span_reduce(s, &d, power);
	for (int i = 1; i < UNITS_BASES; i++)
		if (fabs(d.power[i]) > fabs(d.power[at]))
			at = i;
	if (fabs(d.power[at]) <= SAME)
		return false;
	for (int i = 0; i < s->n; i++)
		s->made_of[s->n][i] = -power[i] / d.power[at];
	s->made_of[s->n][s->n] = 1 / d.power[at];
	s->pivot[s->n] = at;
	s->basis[s->n++] = dimension_plus(&none, 1 / d.power[at], &d);
	return true;
}

/* ---- the table --------------------------------------------------------------------------------------------------------- */

struct reached_dimension {
	int16_t key[UNITS_BASES];
	struct dimension of;
};

struct unit_reach {
	int n, complete, pure;
	struct dimension_span span; /* of the columns' dimensions */
	bool independent;	    /* different dimensions of columns are: each product of powers is one alone */
	bool whole;		    /* the columns' powers are whole numbers */
	bool thirds;		    /* an operator makes thirds of powers */
	int tried;		    /* products and powers, so that the table is done in some milliseconds */
	int level[MOST_NODES + 2];  /* entries of k nodes are those from level[k] up to level[k + 1] */
	struct reached_dimension entry[MOST_ENTRIES];
	int16_t table[TABLE]; /* index + 1, open addressing */
};

/* False where a power is so large or broken that no law has it. */
static bool make_key(const struct dimension *d, int16_t key[UNITS_BASES])
{
	for (int i = 0; i < UNITS_BASES; i++) {
		double v = nearbyint(d->power[i] * STEPS);

		if (!(fabs(v) <= LARGEST * STEPS) || (int)v % (STEPS / COARSE) != 0)
			return false;
		key[i] = (int16_t)v;
	}
	return true;
}

/* The place in the table of a key, or of the gap where it would be. */
static int place_of(const struct unit_reach *r, const int16_t key[UNITS_BASES])
{
	uint64_t h = 0;

	for (int i = 0; i < UNITS_BASES; i++)
		h = (h ^ (uint16_t)key[i]) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
	for (int at = (int)(h & (TABLE - 1));; at = (at + 1) & (TABLE - 1))
		if (!r->table[at] || memcmp(r->entry[r->table[at] - 1].key, key, sizeof(r->entry[0].key)) == 0)
			return at;
}

/* False where there is no room for it. */
static bool add_entry(struct unit_reach *r, struct dimension d)
{
	struct reached_dimension *e = &r->entry[r->n];
	int at;

	if (r->n == MOST_ENTRIES || ++r->tried > MOST_TRIED)
		return false;
	if (!make_key(&d, e->key))
		return true;
	at = place_of(r, e->key);
	if (r->table[at])
		return true;
	e->of = d;
	r->table[at] = (int16_t)++r->n;
	return true;
}

static bool add_powers(struct unit_reach *r, uint64_t operators, int nodes)
{
	for (int i = r->level[nodes - 1]; i < r->level[nodes]; i++)
		for (int op = 0; op < OP_COUNT; op++) {
			struct dimension none = {0};
			double p = op_info[op].power;

			if (p != 0 && p != 1 && operators >> op & 1 &&
			    !add_entry(r, dimension_plus(&none, p, &r->entry[i].of)))
				return false;
		}
	return true;
}

static bool add_products(struct unit_reach *r, int nodes)
{
	for (int left = 1; left <= nodes - 2; left++)
		for (int i = r->level[left]; i < r->level[left + 1]; i++)
			for (int k = r->level[nodes - 1 - left]; k < r->level[nodes - left]; k++)
				if (!add_entry(r, dimension_plus(&r->entry[i].of, 1, &r->entry[k].of)) ||
				    !add_entry(r, dimension_plus(&r->entry[i].of, -1, &r->entry[k].of)))
					return false;
	return true;
}

/* ---- what columns can be made into ------------------------------------------------------------------------------------ */

bool units_reach_target(const struct units *u)
{
	bool dependent = false; /* some product of powers of columns has no dimension */
	struct dimension_span s = {0};

	for (int c = 0; c < u->n_columns; c++)
		dependent |= !span_take(&s, u->column[c].of);
	return dimension_is_none(&u->target.of) ? dependent : !span_take(&s, u->target.of);
}

bool units_reach_with(const struct units *u, int c)
{
	struct dimension_span s = {0};

	span_take(&s, u->target.of);
	for (int k = 0; k < u->n_columns; k++)
		if (k != c)
			span_take(&s, u->column[k].of);
	return !span_take(&s, u->column[c].of);
}

static void measure_columns(const struct units *u, struct unit_reach *r)
{
	r->independent = r->whole = true;
	r->thirds = u->operators >> OP_CBRT & 1;
	for (int c = 0; c < u->n_columns; c++) {
		bool known = dimension_is_none(&u->column[c].of);

		for (int k = 0; k < c; k++)
			known |= dimension_is_same(&u->column[c].of, &u->column[k].of);
		for (int i = 0; i < UNITS_BASES; i++)
			r->whole &= u->column[c].of.power[i] == nearbyint(u->column[c].of.power[i]);
		if (!known)
			r->independent &= span_take(&r->span, u->column[c].of);
	}
}

/* A column, a quotient of two, or something with three columns at least. */
static int count_pure_nodes(const struct units *u)
{
	bool dependent = false;
	struct dimension_span s = {0};

	for (int c = 0; c < u->n_columns; c++)
		if (dimension_is_none(&u->column[c].of))
			return 1;
	for (int c = 0; c < u->n_columns; c++)
		for (int k = 0; k < c; k++)
			if (dimension_is_same(&u->column[c].of, &u->column[k].of))
				return 3;
	for (int c = 0; c < u->n_columns; c++)
		dependent |= !span_take(&s, u->column[c].of);
	return dependent ? 4 : REACH_NEVER; /* x/sqrt(y) */
}

/* ---- life ---------------------------------------------------------------------------------------------------------------- */

void units_init(struct units *u, int n_columns)
{
	*u = (struct units){.n_columns = n_columns, .operators = ~(uint64_t)0};
	u->column = xcalloc((size_t)n_columns + 1, sizeof(*u->column));
}

void units_release(struct units *u)
{
	free(u->column);
	free(u->reach);
	*u = (struct units){0};
}

void units_ready(struct units *u)
{
	struct unit_reach *r = xcalloc(1, sizeof(*r));
	int nodes = 1;
	bool room = true;

	for (int c = 0; c < u->n_columns; c++)
		room &= add_entry(r, u->column[c].of);
	r->level[2] = r->n;
	for (nodes = 2; nodes <= MOST_NODES && room; nodes++) {
		room = add_powers(r, u->operators, nodes) && add_products(r, nodes);
		r->level[nodes + 1] = r->n;
	}
	r->complete = room ? MOST_NODES : nodes - 2;
	r->pure = count_pure_nodes(u);
	measure_columns(u, r);
	free(u->reach);
	u->reach = r;
}

/* A whole number, a half, a quarter …, or such a share of a third. */
static bool is_made_of_powers(double power, bool thirds)
{
	double part = power * FINEST, ninth = 9 * part;

	return fabs(part - nearbyint(part)) <= SAME || (thirds && fabs(ninth - nearbyint(ninth)) <= SAME);
}

/* Operators that raise something to that power, at least; REACH_NEVER: none do. */
static int count_raising(double power, bool thirds)
{
	static const double once[] = {2, 3, 0.5, 1.0 / 3}, twice[] = {1.5, 4, 5, 6, 7, 8, 9, 10, 0.25, 2.0 / 3};

	power = fabs(power);
	if (fabs(power - 1) <= SAME)
		return 0;
	for (size_t i = 0; i < COUNT_OF(once); i++)
		if (fabs(power - once[i]) <= SAME && (thirds || once[i] > 0.4))
			return 1;
	for (size_t i = 0; i < COUNT_OF(twice); i++)
		if (fabs(power - twice[i]) <= SAME && (thirds || twice[i] != 2.0 / 3))
			return 2;
	return is_made_of_powers(power, thirds) ? 3 : REACH_NEVER;
}

/* Of a product of powers that is the only one with its dimension. */
static int count_product_nodes(const struct unit_reach *r, const struct dimension *d)
{
	double power[UNITS_BASES];
	struct dimension rest = *d;
	int factors = 0, raising = 0;
	bool above = false;

	span_reduce(&r->span, &rest, power);
	if (!dimension_is_none(&rest))
		return REACH_NEVER;
	for (int i = 0; i < r->span.n; i++) {
		int n = fabs(power[i]) <= SAME ? 0 : count_raising(power[i], r->thirds);

		factors += fabs(power[i]) > SAME;
		above |= power[i] > SAME;
		raising = n > raising ? n : raising;
	}
	return 2 * factors - 1 + (above || raising > 0 ? raising : 1);
}

/* What is not in the table. */
static int count_beyond(const struct unit_reach *r, const struct dimension *d)
{
	int nodes = r->complete + 1, product = r->independent ? count_product_nodes(r, d) : 0;

	for (int i = 0; i < UNITS_BASES && r->whole; i++)
		if (!is_made_of_powers(d->power[i], r->thirds))
			return REACH_NEVER;
	return product > nodes ? product : nodes;
}

int reach_nodes(const struct units *u, const struct dimension *d)
{
	const struct unit_reach *r = u->reach;
	int16_t key[UNITS_BASES];
	int at, index, nodes = 1;

	if (!make_key(d, key))
		return REACH_NEVER;
	at = place_of(r, key);
	index = r->table[at] - 1;
	if (index < 0)
		return count_beyond(r, d);
	while (index >= r->level[nodes + 1])
		nodes++;
	return nodes <= r->complete ? nodes : r->complete + 1;
}

int reach_pure_nodes(const struct units *u)
{
	return u->reach->pure;
}
