/* games.c — the two games of numbers, which differ in a row of a table: countdown, where some of the numbers reach a target,
 * and game24, where four cards are used up to make 24. 1,362 of the 1,820 hands of four can be solved. */
#include "arithmetic.h"

struct number_game {
	const struct domain *domain;
	const char *things; /* what the numbers are called */
	int least, most;    /* so many of them */
	int highest;	    /* from 1 */
	int target_low, target_high;
	bool all; /* each is used, and the target need not be said */
};

static const struct number_game countdown = {&domain_countdown, "numbers", 3, NUMBERS_MAX, 99, 10, 100, false};
static const struct number_game game24 = {&domain_game24, "cards", 4, 4, 13, 24, 24, true};

static void draw_numbers(const struct number_game *g, int n, struct rng *r, struct numbers *q)
{
	uint8_t tokens[ANSWER_LEN + 1];

	do {
		*q = (struct numbers){.n = n, .target = g->target_low, .all = g->all};
		if (g->target_high > g->target_low)
			q->target = rng_between(r, g->target_low, g->target_high);
		for (int i = 0; i < n; i++)
			q->number[i] = rng_between(r, 1, g->highest);
		numbers_sort(q);
	} while (numbers_solve(q, tokens) <= 2); /* none, or a number that is the target already */
}

static enum status check_bounds(const struct number_game *g, const struct numbers *q)
{
	if (q->n < g->least || q->n > g->most) {
		if (g->least == g->most)
			return fail(ST_DATA, "%d %s are wanted, these are %d", g->least, g->things, q->n);
		return fail(ST_DATA, "%d to %d %s are wanted, these are %d", g->least, g->most, g->things, q->n);
	}
	for (int i = 0; i < q->n; i++)
		if (q->number[i] < 1 || q->number[i] > g->highest)
			return fail(ST_DATA, "%d: %s are 1 to %d", q->number[i], g->things, g->highest);
	if (q->target < g->target_low || q->target > g->target_high) {
		if (g->target_low == g->target_high)
			return fail(ST_DATA, "%d: the target is %d", q->target, g->target_low);
		return fail(ST_DATA, "%d: targets are %d to %d", q->target, g->target_low, g->target_high);
	}
	return ST_OK;
}

static enum status parse_numbers(const struct number_game *g, const char *text, struct prompt *out)
{
	struct numbers *q = &out->numbers;
	uint8_t tokens[ANSWER_LEN + 1];

	*out = (struct prompt){.domain = g->domain, .numbers = {.target = g->target_low, .all = g->all}};
	TRY(numbers_parse(text, !g->all, q));
	TRY(check_bounds(g, q));
	out->level = q->n;
	numbers_sort(q);
	if (numbers_solve(q, tokens) == 0)
		return fail(ST_DATA, "%d cannot be reached with these %s", q->target, g->things);
	return ST_OK;
}

/* A game's row: its name, how many numbers it has, and what it says of itself. */
#define NUMBER_DOMAIN(id, least, most, says_levels, says_example, says, says_share)                                    \
	static void draw_##id(int level, struct rng *r, struct prompt *out)                                            \
	{                                                                                                              \
		draw_numbers(&(id), level, r, &out->numbers);                                                          \
	}                                                                                                              \
	static enum status parse_##id(const char *text, struct prompt *out)                                            \
	{                                                                                                              \
		return parse_numbers(&(id), text, out);                                                                \
	}                                                                                                              \
	const struct domain domain_##id = {                                                                            \
		.name = #id,                                                                                           \
		.group = "math",                                                                                       \
		.doc = (says),                                                                                         \
		.share_of = (says_share),                                                                              \
		.levels = (says_levels),                                                                               \
		.example = (says_example),                                                                             \
		.first_level = (least),                                                                                \
		.last_level = (most),                                                                                  \
		.answer_len = 2 * NUMBERS_MAX - 1,                                                                     \
		.tokens = TOK_BIT(TASK_POINTER + NUMBERS_MAX) - TOK_BIT(TASK_ADD),                                     \
		.draw = draw_##id,                                                                                     \
		.canonical = numbers_canonical,                                                                        \
		.show = numbers_show,                                                                                  \
		.teach = numbers_teach,                                                                                \
		.next = numbers_next,                                                                                  \
		.judge = numbers_judge,                                                                                \
		.print_prompt = numbers_print,                                                                         \
		.print_answer = numbers_print_answer,                                                                  \
		.parse = parse_##id,                                                                                   \
	};

NUMBER_DOMAIN(countdown, 3, NUMBERS_MAX, "3 to 6 numbers", "3 7 25 50 = 75",
	      "reach the target with + - * /, each number used at most once",
	      "steps after which the target can still be reached")
NUMBER_DOMAIN(game24, 4, 4, "4 cards", "4 7 8 8", "make 24 out of four cards from 1 to 13, each used once",
	      "steps after which 24 can still be reached")
