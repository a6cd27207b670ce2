/* zebra_draw.c — puzzles of houses with one answer and no clue too many, and when two of them are the same; see zebra.h. */
#include "zebra.h"

#include <stdio.h>
#include <string.h>

enum { POOL_MAX = HOUSES_MAX * ATTRIBUTES_MAX + 4 };

/* Clues that are true of an answer: mostly more than decide it. */
static int pool_size(const struct houses *q)
{
	return q->n * q->n_attributes + 4;
}

static const char *const attribute_name[ATTRIBUTES_MAX] = {"Name", "Colour", "Pet", "Drink"};
static const char *const thing_name[ATTRIBUTES_MAX][HOUSES_MAX] = {{"Ann", "Bob", "Cal", "Dan"},
								   {"red", "green", "blue", "white"},
								   {"cat", "dog", "fox", "owl"},
								   {"tea", "milk", "juice", "water"}};

static struct thing draw_thing(const struct houses *q, struct rng *r)
{
	return (struct thing){(uint8_t)rng_below(r, q->n_attributes), (uint8_t)rng_below(r, q->n)};
}

static bool is_same_thing(struct thing a, struct thing b)
{
	return a.attribute == b.attribute && a.value == b.value;
}

static bool names_one_twice(const struct clue *c)
{
	int n = clue_things(c);

	return (n > 1 && is_same_thing(c->thing[0], c->thing[1])) ||
	       (n > 2 && (is_same_thing(c->thing[0], c->thing[2]) || is_same_thing(c->thing[1], c->thing[2])));
}

static bool is_true_of(const struct clue *c, const struct houses *q, const struct house_grid *answer)
{
	int house[3] = {0};

	for (int k = 0; k < clue_things(c); k++)
		house[k] = zebra_house_of(answer, q->n, c->thing[k]);
	return clue_holds(c, house);
}

/* Of any form, about any things; one that is true of the answer. */
static struct clue draw_clue(const struct houses *q, const struct house_grid *answer, struct rng *r)
{
	static const double weight[CLUE_FORMS] = {
		[CLUE_SAME] = 3, [CLUE_NEXT] = 2,     [CLUE_LEFT] = 1.5,   [CLUE_JUST_LEFT] = 2,
		[CLUE_AT] = 1,	 [CLUE_NOT_AT] = 1.5, [CLUE_BETWEEN] = 1.5};
	int form = rng_weighted(r, weight, CLUE_FORMS);
	struct clue c;

	do {
		c = (struct clue){.form = (uint8_t)form};
		for (int k = 0; k < clue_things(&c); k++)
			c.thing[k] = draw_thing(q, r);
		if (clue_things(&c) == 1)
			c.house = (uint8_t)rng_below(r, q->n);
	} while (names_one_twice(&c) || !is_true_of(&c, q, answer));
	return c;
}

static struct house_grid draw_answer(const struct houses *q, struct rng *r)
{
	struct house_grid g = zebra_unknown();
	int value[HOUSES_MAX] = {0, 1, 2, 3};

	for (int a = 0; a < q->n_attributes; a++) {
		rng_shuffle(r, value, q->n);
		for (int h = 0; h < q->n; h++)
			g.value[a][h] = value[h];
	}
	return g;
}

/* Leaves out clues of the pool, in any order, while the others decide. 0: not even all of them do. */
static unsigned fewest_clues(const struct houses *q, const struct clue *pool, const struct house_grid *answer,
			     struct rng *r)
{
	int order[POOL_MAX], n = pool_size(q);
	struct zebra_solver *s = zebra_open(q, pool, n);
	unsigned left = (1u << n) - 1;

	for (int i = 0; i < n; i++)
		order[i] = i;
	rng_shuffle(r, order, n);
	zebra_exclude(s, answer);
	if (!zebra_decide(s, left, &left))
		left = 0;
	for (int i = 0; i < n; i++)
		if (left >> order[i] & 1)
			zebra_decide(s, left & ~(1u << order[i]), &left);
	zebra_close(s);
	return left;
}

void zebra_draw(int level, struct rng *r, struct prompt *out)
{
	struct houses *q = &out->houses;
	struct clue pool[POOL_MAX];
	unsigned kept;

	zebra_size(level, q);
	do {
		struct house_grid answer = draw_answer(q, r);

		for (int i = 0; i < pool_size(q); i++)
			pool[i] = draw_clue(q, &answer, r);
		kept = fewest_clues(q, pool, &answer, r);
	} while (kept == 0 || __builtin_popcount(kept) > CLUES_MAX);
	for (q->n_clues = 0; kept; kept &= kept - 1)
		q->clue[q->n_clues++] = pool[__builtin_ctz(kept)];
	for (int a = 0; a < q->n_attributes; a++) {
		snprintf(q->attribute[a], NAME_LENGTH, "%s", attribute_name[a]);
		for (int v = 0; v < q->n; v++)
			snprintf(q->name[a][v], NAME_LENGTH, "%s", thing_name[a][v]);
	}
}

/* ---- canonical form ---- */

/* The same puzzle with its houses counted from the other end. */
static struct clue mirror_clue(const struct clue *c, int n)
{
	struct clue m = *c;

	if (c->form == CLUE_LEFT || c->form == CLUE_JUST_LEFT) {
		m.thing[0] = c->thing[1];
		m.thing[1] = c->thing[0];
	}
	m.house = (uint8_t)(clue_things(c) == 1 ? n - 1 - c->house : 0);
	return m;
}

struct thing_colours {
	uint64_t of[ATTRIBUTES_MAX][HOUSES_MAX];
};

static uint64_t *colour_of(struct thing_colours *c, struct thing t)
{
	return &c->of[t.attribute][t.value];
}

/* What part the k-th thing plays in the clue: the same for things that may change places. */
static uint64_t part_of(const struct clue *c, int k)
{
	return c->form == CLUE_BETWEEN ? k > 0 : clue_is_symmetric(c) ? 0 : (uint64_t)k;
}

static uint64_t hash_clue(const struct clue *c, struct thing_colours *colours)
{
	uint64_t things = 0;

	for (int k = 0; k < clue_things(c); k++)
		things += mix64(*colour_of(colours, c->thing[k]), part_of(c, k));
	return mix64(mix64(c->form, c->house), things);
}

/* A thing is known by the clues that name it and by the things of its attribute. */
static void refine_colours(const struct houses *q, const struct clue *clue, struct thing_colours *c)
{
	struct thing_colours next;

	for (int a = 0; a < q->n_attributes; a++) {
		uint64_t all = 0;

		for (int v = 0; v < q->n; v++)
			all += mix64(c->of[a][v], 3);
		for (int v = 0; v < q->n; v++)
			next.of[a][v] = mix64(c->of[a][v], all);
	}
	for (int i = 0; i < q->n_clues; i++) {
		uint64_t h = hash_clue(&clue[i], c);

		for (int k = 0; k < clue_things(&clue[i]); k++)
			*colour_of(&next, clue[i].thing[k]) += mix64(h, part_of(&clue[i], k));
	}
	*c = next;
}

static uint64_t hash_puzzle(const struct houses *q, bool mirrored)
{
	struct thing_colours colours = {0};
	struct clue clue[CLUES_MAX];
	uint64_t sum = 0;

	for (int i = 0; i < q->n_clues; i++)
		clue[i] = mirrored ? mirror_clue(&q->clue[i], q->n) : q->clue[i];
	for (int round = 0; round < q->n * q->n_attributes; round++)
		refine_colours(q, clue, &colours);
	for (int i = 0; i < q->n_clues; i++)
		sum += hash_clue(&clue[i], &colours);
	return mix64(sum, (uint64_t)(q->n * ATTRIBUTES_MAX + q->n_attributes));
}

/* Names and their order change nothing, nor do the order of clues, attributes and symmetric things, nor from which end
 * the houses are counted. */
uint64_t zebra_canonical(const struct prompt *p)
{
	uint64_t a = hash_puzzle(&p->houses, false), b = hash_puzzle(&p->houses, true);

	return a < b ? a : b;
}
