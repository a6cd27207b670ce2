/* zebra_sat.c — puzzles of houses as clauses for PicoSAT; see zebra.h.
 *
 * A variable for each thing and house says that it is there. Every clue has a selector variable that is assumed where
 * the clue counts, so that the failed assumptions name the clues of a contradiction; what a clue forbids is written out
 * house by house. */
#include "zebra.h"

#include "eqrl/base/mem.h"

#include <picosat/picosat.h>
#include <stdlib.h>

struct zebra_solver {
	PicoSAT *sat;
	int n, n_attributes, n_clues;
};

static int variable_of(const struct zebra_solver *s, struct thing t, int house)
{
	return (t.attribute * s->n + t.value) * s->n + house + 1;
}

static int selector_of(const struct zebra_solver *s, int clue)
{
	return s->n_attributes * s->n * s->n + 1 + clue;
}

/* That of the clause of zebra_exclude(). */
static int other_answer(const struct zebra_solver *s)
{
	return selector_of(s, s->n_clues);
}

static void add_either_not(struct zebra_solver *s, int a, int b)
{
	picosat_add(s->sat, -a);
	picosat_add(s->sat, -b);
	picosat_add(s->sat, 0);
}

/* Everything is in a house, and no two things of an attribute are in the same. */
static void add_grid(struct zebra_solver *s)
{
	for (int a = 0; a < s->n_attributes; a++)
		for (int v = 0; v < s->n; v++) {
			const struct thing t = {(uint8_t)a, (uint8_t)v};

			for (int h = 0; h < s->n; h++)
				picosat_add(s->sat, variable_of(s, t, h));
			picosat_add(s->sat, 0);
			for (int h = 0; h < s->n; h++)
				for (int k = h + 1; k < s->n; k++)
					add_either_not(s, variable_of(s, t, h), variable_of(s, t, k));
			for (int w = v + 1; w < s->n; w++)
				for (int h = 0; h < s->n; h++)
					add_either_not(s, variable_of(s, t, h),
						       variable_of(s, (struct thing){(uint8_t)a, (uint8_t)w}, h));
		}
}

static void add_clue(struct zebra_solver *s, int i, const struct clue *c)
{
	int things = clue_things(c), places = 1;

	for (int k = 0; k < things; k++)
		places *= s->n;
	for (int place = 0; place < places; place++) {
		int house[3] = {place % s->n, place / s->n % s->n, place / s->n / s->n};

		if (clue_holds(c, house))
			continue;
		picosat_add(s->sat, -selector_of(s, i));
		for (int k = 0; k < things; k++)
			picosat_add(s->sat, -variable_of(s, c->thing[k], house[k]));
		picosat_add(s->sat, 0);
	}
}

struct zebra_solver *zebra_open(const struct houses *q, const struct clue *clue, int n_clues)
{
	struct zebra_solver *s = xcalloc(1, sizeof(*s));

	s->sat = picosat_init();
	s->n = q->n;
	s->n_attributes = q->n_attributes;
	s->n_clues = n_clues;
	picosat_adjust(s->sat, other_answer(s));
	add_grid(s);
	for (int i = 0; i < n_clues; i++)
		add_clue(s, i, &clue[i]);
	return s;
}

void zebra_close(struct zebra_solver *s)
{
	picosat_reset(s->sat);
	free(s);
}

/* Those clues, and the assumptions made before. */
static bool is_satisfiable(struct zebra_solver *s, unsigned clues)
{
	for (int i = 0; i < s->n_clues; i++)
		if (clues >> i & 1)
			picosat_assume(s->sat, selector_of(s, i));
	return picosat_sat(s->sat, -1) == PICOSAT_SATISFIABLE;
}

static unsigned failed_clues(struct zebra_solver *s, unsigned clues)
{
	unsigned failed = 0;

	for (int i = 0; i < s->n_clues; i++)
		if (clues >> i & 1 && picosat_failed_assumption(s->sat, selector_of(s, i)))
			failed |= 1u << i;
	return failed;
}

static unsigned all_clues(const struct zebra_solver *s)
{
	return (unsigned)(TOK_BIT(s->n_clues) - 1);
}

void zebra_exclude(struct zebra_solver *s, const struct house_grid *answer)
{
	picosat_add(s->sat, -other_answer(s));
	for (int a = 0; a < s->n_attributes; a++)
		for (int h = 0; h < s->n; h++)
			picosat_add(s->sat,
				    -variable_of(s, (struct thing){(uint8_t)a, (uint8_t)answer->value[a][h]}, h));
	picosat_add(s->sat, 0);
}

bool zebra_decide(struct zebra_solver *s, unsigned clues, unsigned *needed)
{
	picosat_assume(s->sat, other_answer(s));
	if (is_satisfiable(s, clues))
		return false;
	*needed = failed_clues(s, clues);
	return true;
}

int zebra_count(struct zebra_solver *s, struct house_grid *out)
{
	unsigned needed;

	*out = zebra_unknown();
	if (!is_satisfiable(s, all_clues(s)))
		return 0;
	for (int a = 0; a < s->n_attributes; a++)
		for (int v = 0; v < s->n; v++)
			for (int h = 0; h < s->n; h++)
				if (picosat_deref(s->sat, variable_of(s, (struct thing){(uint8_t)a, (uint8_t)v}, h)) >
				    0)
					out->value[a][h] = v;
	zebra_exclude(s, out);
	return zebra_decide(s, all_clues(s), &needed) ? 1 : 2;
}

int zebra_answers(const struct houses *q, struct house_grid *out)
{
	struct zebra_solver *s = zebra_open(q, q->clue, q->n_clues);
	int n = zebra_count(s, out);

	zebra_close(s);
	return n;
}

/* ---- single steps ---- */

static int variable_of_cell(const struct zebra_solver *s, const struct house_grid *g, int cell)
{
	int a = cell / s->n, h = cell % s->n, value = g->value[a][h];

	return value == UNKNOWN ? 0 : variable_of(s, (struct thing){(uint8_t)a, (uint8_t)value}, h);
}

/* That the thing is in the house, the facts and those clues: can they not all be true? */
static bool is_contradiction(struct zebra_solver *s, const struct house_grid *facts, int said, unsigned clues)
{
	for (int cell = 0; cell < s->n * s->n_attributes; cell++)
		if (variable_of_cell(s, facts, cell))
			picosat_assume(s->sat, variable_of_cell(s, facts, cell));
	picosat_assume(s->sat, said);
	return !is_satisfiable(s, clues);
}

/* After a contradiction. */
static struct clash find_clash(struct zebra_solver *s, const struct house_grid *facts, unsigned clues)
{
	struct clash c = {.clues = failed_clues(s, clues)};

	for (int cell = 0; cell < s->n * s->n_attributes; cell++) {
		int fact = variable_of_cell(s, facts, cell);

		c.facts |= fact && picosat_failed_assumption(s->sat, fact);
	}
	return c;
}

struct clash zebra_explain(struct zebra_solver *s, const struct house_grid *facts, struct thing t, int house,
			   bool shortest)
{
	int said = variable_of(s, t, house);
	struct clash c;

	if (!is_contradiction(s, facts, said, all_clues(s)))
		BUG("value %d of attribute %d may be in house %d", t.value, t.attribute, house);
	c = find_clash(s, facts, all_clues(s));
	for (int i = 0; i < s->n_clues && shortest; i++)
		if (c.clues >> i & 1 && is_contradiction(s, facts, said, c.clues & ~(1u << i)))
			c = find_clash(s, facts, c.clues & ~(1u << i));
	return c;
}
