/* countdown.c — reach a target with some of the given numbers, each used at most once. */
#include "arithmetic.h"

enum { LEAST = 3, LARGEST = 99, TARGET_LOW = 10, TARGET_HIGH = 100 };

static void draw_countdown(int level, struct rng *r, struct prompt *out)
{
	struct numbers *q = &out->numbers;
	uint8_t tokens[ANSWER_LEN + 1];

	do {
		*q = (struct numbers){.n = level, .target = rng_between(r, TARGET_LOW, TARGET_HIGH)};
		for (int i = 0; i < level; i++)
			q->number[i] = rng_between(r, 1, LARGEST);
		numbers_sort(q);
	} while (numbers_solve(q, tokens) <= 2); /* none, or a number that is the target already */
}

static enum status parse_countdown(const char *text, struct prompt *out)
{
	struct numbers *q = &out->numbers;
	uint8_t tokens[ANSWER_LEN + 1];

	*out = (struct prompt){.domain = &domain_countdown};
	TRY(numbers_parse(text, true, q));
	if (q->n < LEAST)
		return fail(ST_DATA, "%d to %d numbers are wanted, these are %d", LEAST, NUMBERS_MAX, q->n);
	for (int i = 0; i < q->n; i++)
		if (q->number[i] < 1 || q->number[i] > LARGEST)
			return fail(ST_DATA, "%d: numbers are 1 to %d", q->number[i], LARGEST);
	if (q->target < TARGET_LOW || q->target > TARGET_HIGH)
		return fail(ST_DATA, "%d: targets are %d to %d", q->target, TARGET_LOW, TARGET_HIGH);
	out->level = q->n;
	numbers_sort(q);
	if (numbers_solve(q, tokens) == 0)
		return fail(ST_DATA, "%d cannot be reached with these numbers", q->target);
	return ST_OK;
}

const struct domain domain_countdown = {
	.name = "countdown",
	.group = "math",
	.doc = "reach the target with + - * /, each number used at most once",
	.share_of = "steps after which the target can still be reached",
	.levels = "3 to 6 numbers",
	.example = "3 7 25 50 = 75",
	.first_level = LEAST,
	.last_level = NUMBERS_MAX,
	.draw = draw_countdown,
	.canonical = numbers_canonical,
	.show = numbers_show,
	.teach = numbers_teach,
	.next = numbers_next,
	.judge = numbers_judge,
	.print_prompt = numbers_print,
	.print_answer = numbers_print_answer,
	.parse = parse_countdown,
};
