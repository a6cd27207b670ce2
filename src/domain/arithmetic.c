/* arithmetic.c — questions of numbers: masks, encoding, print and parse; see arithmetic.h. */
#include "arithmetic.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void numbers_sort(struct numbers *q)
{
	for (int i = 1; i < q->n; i++)
		for (int j = i; j > 0 && q->number[j] > q->number[j - 1]; j--) {
			int swap = q->number[j];

			q->number[j] = q->number[j - 1];
			q->number[j - 1] = swap;
		}
}

uint64_t numbers_canonical(const struct prompt *p)
{
	uint64_t h = mix64((uint64_t)p->numbers.n, (uint64_t)p->numbers.target);

	for (int i = 0; i < p->numbers.n; i++) /* sorted */
		h = mix64(h, (uint64_t)p->numbers.number[i]);
	return h;
}

static void show_digits(int value, uint8_t *row)
{
	row[0] = (uint8_t)(value / 10 + 1);
	row[1] = (uint8_t)(value % 10 + 1);
}

/* The number, and what is left to do should it be the last one that is used: what has to be added to it (or taken from
 * it), and the factor that makes it the target where that is a whole number. */
static void show_number(int value, int target, uint8_t *row)
{
	int rest = target - value;

	show_digits(value, row + 2);
	show_digits(rest < 0 ? -rest : rest, row + 4);
	row[4] = (uint8_t)(row[4] + (rest < 0 ? 20 : 0)); /* tens are 1 … 11 so far */
	row[6] = (uint8_t)(target % value == 0 && target / value < SYMBOL_KINDS ? target / value : 0);
	row[7] = (uint8_t)(value % target == 0 && value / target < SYMBOL_KINDS ? value / target : 0);
}

void numbers_show(const struct prompt *p, struct shown_prompt *out)
{
	const struct numbers *q = &p->numbers;

	out->n = q->n + 1;
	out->pointers = 1 << 1;
	for (int i = 0; i < q->n; i++) {
		out->row[i][0] = 1;
		out->row[i][1] = (uint8_t)(i + 1);
		show_number(q->number[i], q->target, out->row[i]);
	}
	out->row[q->n][0] = 2;
	show_digits(q->target, out->row[q->n] + 2);
}

int numbers_teach(const struct prompt *p, uint8_t *tokens)
{
	return numbers_solve(&p->numbers, tokens);
}

/* ---- masks ---- */

/* A prefix of an answer: operators that wait for operands, and what was pointed at. */
struct term_prefix {
	int open, leaves, depth;
	uint64_t used; /* pointer tokens */
	uint8_t op[ANSWER_LEN], child[ANSWER_LEN];
};

static void read_prefix(struct term_prefix *s, const uint8_t *tokens, int n)
{
	*s = (struct term_prefix){.open = 1};
	for (int t = 0; t < n && t < ANSWER_LEN; t++) {
		if (task_is_operator(tokens[t])) {
			s->open++;
			s->op[s->depth++] = tokens[t];
			continue;
		}
		s->open--;
		s->leaves++;
		s->used |= TOK_BIT(tokens[t]);
		while (s->depth > 0 && ++s->child[s->depth - 1] == 2)
			s->child[--s->depth] = 0;
	}
}

uint64_t numbers_next(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot)
{
	const struct numbers *q = &p->numbers;
	uint64_t legal = task_pointers(q->n);
	struct term_prefix s;
	int left; /* numbers that may follow: never fewer than open operands */

	read_prefix(&s, tokens, n);
	*slot = s.depth ? s.op[s.depth - 1] + task_vocabulary.n * s.child[s.depth - 1] : TOK_BOS;
	if (s.open == 0)
		return TOK_BIT(TOK_EOS);
	left = q->n - s.leaves;
	if (strict)
		legal &= ~s.used;
	if (strict && q->all && s.open == 1 && left > 1) /* it would end with numbers left over */
		legal = 0;
	if (left > s.open)
		legal |= TOK_BIT(TASK_ADD) | TOK_BIT(TASK_SUB) | TOK_BIT(TASK_MUL) | TOK_BIT(TASK_DIV);
	return legal;
}

/* ---- print ---- */

char numbers_operator(int token)
{
	return task_vocabulary.name(token)[0];
}

static bool binds_weaker(int token, int parent, bool right)
{
	bool sum = token == TASK_ADD || token == TASK_SUB;
	bool parent_sum = parent == TASK_ADD || parent == TASK_SUB;

	if (!task_is_operator(token))
		return false;
	if (right && (parent == TASK_DIV || (parent == TASK_SUB && sum)))
		return true;
	return sum && !parent_sum;
}

static void print_operand(const struct numbers *q, const uint8_t *tokens, int *at, bool bracket, struct str *out)
{
	if (bracket)
		str_addc(out, '(');
	numbers_print_term(q, tokens, at, out);
	if (bracket)
		str_addc(out, ')');
}

void numbers_print_term(const struct numbers *q, const uint8_t *tokens, int *at, struct str *out)
{
	int token = tokens[(*at)++];

	if (!task_is_operator(token)) {
		str_addf(out, "%d", q->number[token - TASK_POINTER]);
		return;
	}
	print_operand(q, tokens, at, binds_weaker(tokens[*at], token, false), out);
	str_addf(out, " %c ", numbers_operator(token));
	print_operand(q, tokens, at, binds_weaker(tokens[*at], token, true), out);
}

void numbers_print(const struct prompt *p, struct str *out)
{
	for (int i = 0; i < p->numbers.n; i++)
		str_addf(out, i ? " %d" : "%d", p->numbers.number[i]);
	str_addf(out, " = %d", p->numbers.target);
}

void numbers_print_answer(const struct prompt *p, const uint8_t *tokens, int n, struct str *out)
{
	struct judgement j;
	int at = 0;

	numbers_judge(p, tokens, n, &j);
	if (j.formed) {
		numbers_print_term(&p->numbers, tokens, &at, out);
		return;
	}
	for (int t = 0; t < n && tokens[t] != TOK_EOS; t++)
		str_addf(out, t ? " %s" : "%s", tokens[t] < TASK_TOKENS ? task_vocabulary.name(tokens[t]) : "?");
}

/* ---- parse ---- */

static enum status read_number(const char **at, int *out)
{
	char *end;
	long v;

	while (isspace((unsigned char)**at) || **at == ',')
		(*at)++;
	if (!isdigit((unsigned char)**at))
		return fail(ST_DATA, "\"%.20s\": a whole number is expected there", **at ? *at : "(the end)");
	v = strtol(*at, &end, 10);
	*at = end;
	*out = v > 1000000 ? 1000000 : (int)v;
	return ST_OK;
}

static void skip_blanks(const char **at)
{
	while (isspace((unsigned char)**at) || **at == ',')
		(*at)++;
}

enum status numbers_parse(const char *text, bool with_target, struct numbers *out)
{
	const char *at = text;

	for (skip_blanks(&at); *at && *at != '='; skip_blanks(&at)) {
		if (out->n == NUMBERS_MAX)
			return fail(ST_DATA, "\"%.20s\": there are %d numbers already, which is the most", at,
				    NUMBERS_MAX);
		TRY(read_number(&at, &out->number[out->n++]));
	}
	if (!with_target && !*at)
		return ST_OK;
	if (*at != '=')
		return fail(ST_DATA, "the target is missing: numbers, =, target, as in 3 7 25 50 = 75");
	at++;
	TRY(read_number(&at, &out->target));
	skip_blanks(&at);
	return *at ? fail(ST_DATA, "\"%.20s\": nothing may follow the target", at) : ST_OK;
}
