/* simplify_units.c — which factors of a product share a bracket; see simplify_units.h. */
#include "eqrl/expr/vocab.h"
#include "simplify_units.h"

#include <stdlib.h>

enum { BRACKET_MAX = 60 }; /* largest exponent of a bracket around several factors */

/* 2 or 3 if p, too large for a token, is that times a token; else 1. */
int power_outside(const struct workspace *w, double p)
{
	if (w->keep || p <= VOCAB_INTS)
		return 1;
	return fmod(p, 2) == 0 && p <= 2 * VOCAB_INTS ? 2 : fmod(p, 3) == 0 && p <= 3 * VOCAB_INTS ? 3 : 1;
}

/* Nodes that a^p takes more than a, for a whole p ≥ 1. */
static int power_cost(const struct workspace *w, int p)
{
	return (power_outside(w, p) > 1) + (p == 1 ? 0 : p <= 3 ? 1 : 2);
}

/* Exponents that operators spell: whole numbers and halves, quarters, eighths of them. */
static bool power_is_spelt(struct num k)
{
	return k.kind == NUM_EXACT && (k.q == 1 || k.q == 2 || k.q == 4 || k.q == 8);
}

static int numerator(struct num k)
{
	return power_is_spelt(k) ? abs((int)k.p) : 1;
}

static int best_bracket(const struct workspace *w, const int *e, int n, int *power);

/* Nodes that a bracket around all exponents divisible by g saves, brackets within it included; at
 * least two must be. */
static int bracket_saves(const struct workspace *w, const int *e, int n, int g)
{
	int saved = -power_cost(w, g), inner[LIST_MAX], members = 0, unused;

	for (int i = 0; i < n; i++)
		if (e[i] % g == 0) {
			inner[members++] = e[i] / g;
			saved += power_cost(w, e[i]) - power_cost(w, e[i] / g);
		}
	return members > 1 ? saved + best_bracket(w, inner, members, &unused) : 0;
}

/* The most that a bracket saves, and its power; 0 and 1 if none does. */
static int best_bracket(const struct workspace *w, const int *e, int n, int *power)
{
	int powers = 0, largest = 0, most = 0;

	for (int i = 0; i < n; i++) {
		powers += e[i] > 1;
		largest = e[i] > largest ? e[i] : largest;
	}
	*power = 1;
	for (int g = 2; powers > 1 && g <= largest && g <= BRACKET_MAX; g++) {
		int saved = bracket_saves(w, e, n, g);

		if (saved > 0 && saved >= most) { /* at a tie pow(a, 6) rather than square(cube(a)) */
			most = saved;
			*power = g;
		}
	}
	return most;
}

/* The next unit out of what is left: the bracket that saves most, else the first part alone. */
static struct unit next_unit(const struct workspace *w, const struct written_product *p, uint64_t left)
{
	struct unit u = {.members = left & -left, .below = true};
	int e[LIST_MAX] = {0};

	for (int i = 0; i < p->n; i++)
		e[i] = left >> i & 1 ? numerator(p->part[i].k) : 1;
	best_bracket(w, e, p->n, &u.power);
	for (int i = 0; i < p->n && u.power > 1; i++)
		if (e[i] % u.power == 0)
			u.members |= (uint64_t)1 << i;
	if (u.power > 1 && e[__builtin_ctzll(left)] % u.power != 0)
		u.members &= u.members - 1;
	for (int i = 0; i < p->n; i++)
		if (u.members >> i & 1)
			u.below &= power_is_spelt(p->part[i].k) && p->part[i].k.p < 0;
	return u;
}

void product_find_units(const struct workspace *w, struct written_product *p)
{
	uint64_t left = p->n == LIST_MAX ? ~(uint64_t)0 : ((uint64_t)1 << p->n) - 1;

	p->n_units = p->n_above = p->n_below = 0;
	while (left) {
		struct unit u = next_unit(w, p, left);
		int at = p->n_units++;

		left &= ~u.members;
		for (; at > 0 && __builtin_ctzll(p->unit[at - 1].members) > __builtin_ctzll(u.members); at--)
			p->unit[at] = p->unit[at - 1];
		p->unit[at] = u;
		p->n_above += !u.below;
		p->n_below += u.below;
	}
}
