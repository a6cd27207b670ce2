/* zebra.c — who or what is in which house: clues, how a question is shown, masks; see zebra.h.
 *
 * An answer is a series of cells with what is in them, in the order in which a solver finds them. */
#include "zebra.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	int houses, attributes;
} sizes[] = {{3, 3}, {4, 3}, {4, 4}};

enum { FIRST_LEVEL = 3, SIZES = sizeof(sizes) / sizeof(sizes[0]) };

void zebra_size(int level, struct houses *out)
{
	out->n = sizes[level - FIRST_LEVEL].houses;
	out->n_attributes = sizes[level - FIRST_LEVEL].attributes;
}

int zebra_level(const struct houses *q)
{
	for (int i = 0; i < SIZES; i++)
		if (q->n == sizes[i].houses && q->n_attributes == sizes[i].attributes)
			return FIRST_LEVEL + i;
	return 0;
}

struct house_grid zebra_unknown(void)
{
	struct house_grid g;

	memset(g.value, UNKNOWN, sizeof(g.value));
	return g;
}

int zebra_house_of(const struct house_grid *g, int n, struct thing t)
{
	for (int h = 0; h < n; h++)
		if (g->value[t.attribute][h] == t.value)
			return h;
	BUG("value %d of attribute %d is in no house", t.value, t.attribute);
}

/* ---- clues ---- */

int clue_things(const struct clue *c)
{
	switch ((enum clue_form)c->form) {
	case CLUE_AT:
	case CLUE_NOT_AT:
		return 1;
	case CLUE_BETWEEN:
		return 3;
	default:
		return 2;
	}
}

bool clue_is_symmetric(const struct clue *c)
{
	return c->form == CLUE_SAME || c->form == CLUE_NEXT || c->form == CLUE_BETWEEN;
}

bool clue_holds(const struct clue *c, const int house[3])
{
	int a = house[0], b = house[1];

	switch ((enum clue_form)c->form) {
	case CLUE_SAME:
		return a == b;
	case CLUE_NEXT:
		return abs(a - b) == 1;
	case CLUE_LEFT:
		return a < b;
	case CLUE_JUST_LEFT:
		return a + 1 == b;
	case CLUE_AT:
		return a == c->house;
	case CLUE_NOT_AT:
		return a != c->house;
	case CLUE_BETWEEN:
		return (b < a && a < house[2]) || (house[2] < a && a < b);
	case CLUE_FORMS:
		break;
	}
	BUG("no clue of form %d", c->form);
}

/* ---- what the network sees: a row for the size, then one for each clue ---- */

enum { ROW_CLUE = 4, ROW_SIZE = 5, HOUSE_SYMBOL = 9 /* of the first house, beside the attributes */ };

static void show_puzzle(const struct prompt *p, struct shown_prompt *out)
{
	const struct houses *q = &p->houses;

	out->n = q->n_clues + 1;
	out->pointers = 1 << 3 | 1 << 5 | 1 << 7;
	out->row[0][0] = ROW_SIZE;
	out->row[0][1] = (uint8_t)q->n;
	out->row[0][2] = (uint8_t)q->n_attributes;
	for (int i = 0; i < q->n_clues; i++) {
		const struct clue *c = &q->clue[i];
		uint8_t *row = out->row[i + 1];

		row[0] = ROW_CLUE;
		row[1] = c->form;
		for (int k = 0; k < clue_things(c); k++) {
			row[2 + 2 * k] = (uint8_t)(c->thing[k].attribute + 1);
			row[3 + 2 * k] = (uint8_t)(c->thing[k].value + 1);
		}
		if (clue_things(c) == 1)
			row[6] = (uint8_t)(HOUSE_SYMBOL + c->house);
	}
}

/* ---- masks ---- */

static uint64_t cells_of(const struct houses *q)
{
	uint64_t cells = 0;

	for (int a = 0; a < q->n_attributes; a++)
		cells |= (TOK_BIT(q->n) - 1) << task_cell(a, 0);
	return cells;
}

/* The values of the cell's attribute that the pairs before it have put into a house. */
static uint64_t used_values(int cell, const uint8_t *tokens, int n)
{
	uint64_t used = 0;

	for (int t = 0; t + 1 < n; t += 2)
		if ((tokens[t] - TASK_CELL) / HOUSES_MAX == (cell - TASK_CELL) / HOUSES_MAX)
			used |= TOK_BIT(tokens[t + 1]);
	return used;
}

static uint64_t next_step(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot)
{
	const struct houses *q = &p->houses;
	uint64_t filled = 0, cells = cells_of(q);

	*slot = TOK_BOS;
	if (n % 2) {
		*slot = task_vocabulary.n + tokens[n - 1];
		return task_pointers(q->n) & ~(strict ? used_values(tokens[n - 1], tokens, n - 1) : 0);
	}
	for (int t = 0; t < n; t += 2)
		filled |= TOK_BIT(tokens[t]);
	if (n >= 2 * q->n * q->n_attributes)
		return TOK_BIT(TOK_EOS);
	if (strict)
		return cells & ~filled;
	return n ? cells | TOK_BIT(TOK_EOS) : cells;
}

static enum status parse_puzzle(const char *text, struct prompt *out)
{
	struct house_grid g;
	int answers;

	*out = (struct prompt){.domain = &domain_zebra};
	TRY(zebra_read(text, &out->houses));
	out->level = zebra_level(&out->houses);
	if (!out->level)
		return fail(ST_DATA, "%d houses with %d attributes; 3 with 3, 4 with 3 and 4 with 4 are known",
			    out->houses.n, out->houses.n_attributes);
	answers = zebra_answers(&out->houses, &g);
	if (answers == 0)
		return fail(ST_DATA, "the clues contradict each other");
	if (answers > 1)
		return fail(ST_DATA, "several answers fit; one more clue may decide");
	return ST_OK;
}

const struct domain domain_zebra = {
	.name = "zebra",
	.group = "puzzle",
	.doc = "who is in which house? Level 3: 3 houses with 3 attributes, 4: 4 with 3, 5: 4 with 4",
	.share_of = "cells that are filled rightly",
	.levels = "3 to 5",
	.example = "3 houses. Name: Ann, Bob, Cal. Colour: red, green, blue. Pet: cat, dog, fox. Ann is in the same "
		   "house as "
		   "dog. Cal is in the same house as red. Red is just left of cat. Blue is in house 1.",
	.first_level = FIRST_LEVEL,
	.last_level = FIRST_LEVEL + SIZES - 1,
	.answer_len = 2 * HOUSES_MAX * ATTRIBUTES_MAX,
	.pairs = true,
	.tokens = (TOK_BIT(TASK_TOKENS) - TOK_BIT(TASK_CELL)) | (TOK_BIT(HOUSES_MAX) - 1) << TASK_POINTER,
	.draw = zebra_draw,
	.canonical = zebra_canonical,
	.show = show_puzzle,
	.teach = zebra_teach,
	.next = next_step,
	.judge = zebra_judge,
	.print_prompt = zebra_print,
	.print_answer = zebra_print_answer,
	.parse = parse_puzzle,
};
