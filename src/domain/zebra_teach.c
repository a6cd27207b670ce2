/* zebra_teach.c — the answer in the order in which a solver finds it; see zebra.h.
 *
 * For every thing the solver knows the houses where it may be. One clue after the other narrows them, then that things of
 * an attribute are in different houses; where nothing follows any more, it supposes that a thing is in a house, and takes
 * that back if it leads nowhere. */
#include "zebra.h"

struct possible_houses {
	unsigned of[ATTRIBUTES_MAX][HOUSES_MAX]; /* sets; by attribute and value */
};

static unsigned *houses_of(struct possible_houses *p, struct thing t)
{
	return &p->of[t.attribute][t.value];
}

/* Narrows a set; true if that changed it. */
static bool narrow(unsigned *set, unsigned to)
{
	bool changed = (*set & to) != *set;

	*set &= to;
	return changed;
}

/* Whether the things can be where house says, all at once, as far as that clue and this solver know. */
static bool fits(const struct clue *c, int things, const int house[3], struct possible_houses *p)
{
	for (int k = 0; k < things; k++)
		if (!(*houses_of(p, c->thing[k]) >> house[k] & 1))
			return false;
	return clue_holds(c, house);
}

static bool apply_clue(const struct houses *q, const struct clue *c, struct possible_houses *p)
{
	int things = clue_things(c), places = 1;
	unsigned support[3] = {0};
	bool changed = false;

	for (int k = 0; k < things; k++)
		places *= q->n;
	for (int place = 0; place < places; place++) {
		int house[3] = {place % q->n, place / q->n % q->n, place / q->n / q->n};

		for (int k = 0; k < things && fits(c, things, house, p); k++)
			support[k] |= 1u << house[k];
	}
	for (int k = 0; k < things; k++)
		changed |= narrow(houses_of(p, c->thing[k]), support[k]);
	return changed;
}

/* What has one house keeps it for itself; what alone may be in a house is there. */
static bool apply_attribute(const struct houses *q, unsigned *of)
{
	bool changed = false;

	for (int v = 0; v < q->n; v++) {
		unsigned others = 0;

		for (int w = 0; w < q->n; w++)
			others |= w != v ? of[w] : 0;
		if (of[v] & ~others)
			changed |= narrow(&of[v], of[v] & ~others);
		for (int w = 0; w < q->n && (of[v] & (of[v] - 1)) == 0; w++)
			changed |= w != v && narrow(&of[w], ~of[v]);
	}
	return changed;
}

/* One step: what follows within an attribute, else from the next clue that says something new. False: nothing follows. */
static bool take_step(const struct houses *q, struct possible_houses *p)
{
	for (int a = 0; a < q->n_attributes; a++)
		if (apply_attribute(q, p->of[a]))
			return true;
	for (int i = 0; i < q->n_clues; i++)
		if (apply_clue(q, &q->clue[i], p))
			return true;
	return false;
}

static bool has_nowhere(const struct houses *q, const struct possible_houses *p)
{
	for (int a = 0; a < q->n_attributes; a++)
		for (int v = 0; v < q->n; v++)
			if (!p->of[a][v])
				return true;
	return false;
}

static bool leads_nowhere(const struct houses *q, struct possible_houses p)
{
	while (!has_nowhere(q, &p))
		if (!take_step(q, &p))
			return false;
	return true;
}

/* Rules a house out for something, because what would follow contradicts itself. */
static bool refute(const struct houses *q, struct possible_houses *p)
{
	for (int a = 0; a < q->n_attributes; a++)
		for (int v = 0; v < q->n; v++)
			for (int h = 0; h < q->n; h++) {
				struct possible_houses there = *p;

				there.of[a][v] = 1u << h;
				if (p->of[a][v] != 1u << h && p->of[a][v] >> h & 1 && leads_nowhere(q, there))
					return narrow(&p->of[a][v], ~(1u << h));
			}
	return false;
}

/* Where single suppositions lead nowhere, too, a person would write on: the first thing that is open gets the house that it has
 * in the answer. False: there is no answer, or several. */
static bool look_up(const struct houses *q, struct possible_houses *p)
{
	struct house_grid answer;

	if (zebra_answers(q, &answer) != 1)
		return false;
	for (int a = 0; a < q->n_attributes; a++)
		for (int v = 0; v < q->n; v++)
			if (p->of[a][v] & (p->of[a][v] - 1)) {
				struct thing t = {(uint8_t)a, (uint8_t)v};

				p->of[a][v] = 1u << zebra_house_of(&answer, q->n, t);
				return true;
			}
	return false;
}

/* What was found is the only answer there can be; whether it is one, the clues say. */
static bool agrees(const struct houses *q, const struct possible_houses *p)
{
	for (int i = 0; i < q->n_clues; i++) {
		const struct clue *c = &q->clue[i];
		int house[3] = {0};

		for (int k = 0; k < clue_things(c); k++)
			house[k] = __builtin_ctz(p->of[c->thing[k].attribute][c->thing[k].value]);
		if (!clue_holds(c, house))
			return false;
	}
	return true;
}

/* Writes down the cells that are known by now and were not before. */
static int write_found(const struct houses *q, const struct possible_houses *p, uint64_t *written, uint8_t *tokens)
{
	int n = 0;

	for (int a = 0; a < q->n_attributes; a++)
		for (int v = 0; v < q->n; v++) {
			unsigned set = p->of[a][v];
			int cell = task_cell(a, __builtin_ctz(set));

			if (set & (set - 1) || *written & TOK_BIT(cell))
				continue;
			tokens[n++] = (uint8_t)cell;
			tokens[n++] = (uint8_t)(TASK_POINTER + v);
			*written |= TOK_BIT(cell);
		}
	return n;
}

int zebra_teach(const struct prompt *p, uint8_t *tokens)
{
	const struct houses *q = &p->houses;
	struct possible_houses may;
	uint64_t written = 0;
	int n = 0;

	for (int a = 0; a < q->n_attributes; a++)
		for (int v = 0; v < q->n; v++)
			may.of[a][v] = (1u << q->n) - 1;
	while (n < 2 * q->n * q->n_attributes) {
		if (!take_step(q, &may) && !refute(q, &may) && !look_up(q, &may))
			return 0;
		if (has_nowhere(q, &may))
			return 0;
		n += write_found(q, &may, &written, tokens + n);
	}
	if (!agrees(q, &may))
		return 0;
	tokens[n] = TOK_EOS;
	return n + 1;
}
