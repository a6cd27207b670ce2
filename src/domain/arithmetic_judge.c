/* arithmetic_judge.c — the exact verdict on an answer of numbers, and who is to blame.
 *
 * The answer is read once, left to right. Whenever an operator has both operands, a step of the computation is
 * complete: the pool of values loses the operands and gains the result, and it is asked whether the target can still
 * be reached. The first step after which it cannot is to blame; those before it did no harm. */
#include "arithmetic.h"

#include <stdio.h>
#include <string.h>

enum { VALUES_MAX = NUMBERS_MAX + ANSWER_LEN };

struct answer_reading {
	const struct numbers *q;
	const uint8_t *tokens;
	int n, at;	     /* tokens; the next one */
	bool broken, blamed; /* no answer's form; the first fault was found */
	int steps, good_steps;
	int n_values;
	bool used[NUMBERS_MAX]; /* pointed at */
	bool live[VALUES_MAX];	/* in the pool: not yet an operand of a complete step */
	struct rational value[VALUES_MAX];
	struct judgement *out;
};

static void add_span(struct answer_reading *r, int first, int last, int credit, const char *text)
{
	judgement_certify(r->out, first, last, credit, "%s", text);
	r->blamed |= credit < 0;
}

/* Blames the term of tokens first …, which is complete; format has one %s for it and one for what follows. */
static void blame_term(struct answer_reading *r, int first, const char *format, const char *rest)
{
	struct str term = {0}, text = {0};
	int at = first;

	numbers_print_term(r->q, r->tokens, &at, &term);
	str_addf(&text, format, str_text(&term), rest);
	add_span(r, first, at - 1, -1, str_text(&text));
	str_release(&term);
	str_release(&text);
}

static const char *value_text(struct rational v, char out[48])
{
	if (v.den == 1)
		snprintf(out, 48, "%lld", (long long)v.num);
	else
		snprintf(out, 48, "%lld/%lld", (long long)v.num, (long long)v.den);
	return out;
}

static void complain_of_form(struct answer_reading *r, int at, const char *text)
{
	if (!r->broken)
		add_span(r, at < r->n ? at : r->n - 1, at < r->n ? at : r->n - 1, -1, text);
	r->broken = true;
}

static bool reaches_target(const struct answer_reading *r)
{
	struct number_pool pool = {.target = r->q->target, .all = r->q->all};

	for (int i = 0; i < r->n_values; i++)
		if (r->live[i])
			pool.value[pool.n++] = r->value[i];
	return pool_reaches(&pool);
}

static int read_pointer(struct answer_reading *r, int token)
{
	int i = token - TASK_POINTER;
	char text[80];

	if (r->used[i] && !r->blamed) {
		snprintf(text, sizeof(text), "%d is used a second time", r->q->number[i]);
		add_span(r, r->at - 1, r->at - 1, -1, text);
	}
	r->used[i] = true;
	return i;
}

/* The step whose operator is token `first`: its verdict, and its result as a new value. */
static int complete_step(struct answer_reading *r, int first, int left, int right)
{
	int new = r->n_values++;
	enum rational_verdict v;
	char text[48];

	r->steps++;
	v = rational_apply(numbers_operator(r->tokens[first]), r->value[left], r->value[right], &r->value[new]);
	r->live[left] = r->live[right] = false;
	r->live[new] = true;
	if (v != RATIONAL_OK)
		r->value[new] = (struct rational){0, 1}; /* what follows is read for its form alone */
	if (r->blamed)
		return new;
	if (v == RATIONAL_BY_ZERO) {
		blame_term(r, first, "%s divides by zero%s", "");
	} else if (v == RATIONAL_TOO_LARGE) {
		blame_term(r, first, "%s is too large%s", "");
	} else if (reaches_target(r)) {
		r->good_steps++;
		add_span(r, first, r->at - 1, 1, "the target can still be reached");
	} else if (first > 0) {
		char rest[96];

		snprintf(rest, sizeof(rest), "%s, from where %d is out of reach", value_text(r->value[new], text),
			 r->q->target);
		blame_term(r, first, "%s = %s", rest);
	}
	return new;
}

/* Reads a term; returns its value's index. */
static int read_term(struct answer_reading *r)
{
	int first = r->at, token, left, right;

	if (r->broken || r->at == r->n) {
		complain_of_form(r, r->at, "the answer ends before it is complete");
		return 0;
	}
	token = r->tokens[r->at++];
	if (task_is_pointer(token, r->q->n))
		return read_pointer(r, token);
	if (!task_is_operator(token) || r->steps + first >= ANSWER_LEN) {
		complain_of_form(r, first,
				 token == TOK_EOS ? "the answer ends before it is complete"
						  : "neither a number of the question nor an operator");
		return 0;
	}
	left = read_term(r);
	right = read_term(r);
	return r->broken ? 0 : complete_step(r, first, left, right);
}

/* The whole answer was read without a fault so far: is it the target, and does it use what it has to? */
static void judge_end(struct answer_reading *r, int root)
{
	struct judgement *j = r->out;
	int left_over = 0;
	char text[48], rest[96];

	for (int i = 0; i < r->q->n; i++)
		left_over += !r->used[i];
	j->right = rational_is(r->value[root], r->q->target) && (!r->q->all || !left_over);
	if (j->right)
		return;
	if (j->n_spans && j->span[j->n_spans - 1].first == 0) /* the last step is no step on the way but the end */
		j->n_spans--;
	if (rational_is(r->value[root], r->q->target))
		snprintf(rest, sizeof(rest), "%d, but leaves %d of the numbers unused", r->q->target, left_over);
	else
		snprintf(rest, sizeof(rest), "%s, not %d", value_text(r->value[root], text), r->q->target);
	blame_term(r, 0, task_is_operator(r->tokens[0]) ? "%s = %s" : "%s is %s", rest);
}

void numbers_judge(const struct prompt *p, const uint8_t *tokens, int n, struct judgement *out)
{
	struct answer_reading r = {.q = &p->numbers, .tokens = tokens, .n = n, .out = out, .n_values = p->numbers.n};
	int root;

	*out = (struct judgement){0};
	for (int i = 0; i < p->numbers.n; i++) {
		r.live[i] = true;
		r.value[i] = (struct rational){p->numbers.number[i], 1};
	}
	root = read_term(&r);
	if (!r.broken && r.at < n && (tokens[r.at] != TOK_EOS || r.at + 1 < n))
		complain_of_form(&r, tokens[r.at] == TOK_EOS ? r.at + 1 : r.at, "goes on after the answer's end");
	out->formed = !r.broken;
	if (r.broken)
		return;
	if (!r.blamed)
		judge_end(&r, root);
	out->share = out->right ? 1 : r.steps ? (double)r.good_steps / (r.steps + 1) : 0;
}
