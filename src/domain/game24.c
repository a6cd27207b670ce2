/* game24.c — the game of 24: four cards, each used once. 1,362 of the 1,820 hands can be solved. */
#include "arithmetic.h"

enum { CARDS = 4, HIGHEST_CARD = 13, TARGET = 24 };

static void draw_hand(int level, struct rng *r, struct prompt *out)
{
	struct numbers *q = &out->numbers;
	uint8_t tokens[ANSWER_LEN + 1];

	do {
		*q = (struct numbers){.n = CARDS, .target = TARGET, .all = true};
		for (int i = 0; i < CARDS; i++)
			q->number[i] = rng_between(r, 1, HIGHEST_CARD);
		numbers_sort(q);
	} while (numbers_solve(q, tokens) == 0);
}

static enum status parse_hand(const char *text, struct prompt *out)
{
	struct numbers *q = &out->numbers;
	uint8_t tokens[ANSWER_LEN + 1];

	*out = (struct prompt){.domain = &domain_game24, .level = CARDS, .numbers = {.target = TARGET, .all = true}};
	TRY(numbers_parse(text, false, q));
	if (q->n != CARDS || q->target != TARGET)
		return fail(ST_DATA, "four cards are wanted, and the target is %d, as in 4 7 8 8", TARGET);
	for (int i = 0; i < CARDS; i++)
		if (q->number[i] < 1 || q->number[i] > HIGHEST_CARD)
			return fail(ST_DATA, "%d: cards are 1 to %d", q->number[i], HIGHEST_CARD);
	numbers_sort(q);
	if (numbers_solve(q, tokens) == 0)
		return fail(ST_DATA, "%d cannot be reached with these cards", TARGET);
	return ST_OK;
}

const struct domain domain_game24 = {
	.name = "game24",
	.group = "math",
	.doc = "make 24 out of four cards from 1 to 13, each used once",
	.share_of = "steps after which 24 can still be reached",
	.levels = "4 cards",
	.example = "4 7 8 8",
	.first_level = CARDS,
	.last_level = CARDS,
	.draw = draw_hand,
	.canonical = numbers_canonical,
	.show = numbers_show,
	.teach = numbers_teach,
	.next = numbers_next,
	.judge = numbers_judge,
	.print_prompt = numbers_print,
	.print_answer = numbers_print_answer,
	.parse = parse_hand,
};
