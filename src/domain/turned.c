/* turned.c — answers the other way round; see turned.h.
 *
 * Terms: operands before their operator, 3 4 + for + 3 4. Pairs: what is said before whom or what it is said of. */
#include "turned.h"

#include <string.h>

/* ---- terms ---- */

/* A term in postfix form: each operator knows where its operands end. */
struct postfix_term {
	const uint8_t *tokens;
	int left[ANSWER_LEN + 1], right[ANSWER_LEN + 1];
};

/* Reads n tokens without EOS. Where they are no term, returns the token to blame and why; else n. */
static int read_postfix(struct postfix_term *t, int n, const char **why)
{
	int stack[ANSWER_LEN + 1], depth = 0;

	for (int i = 0; i < n; i++) {
		if (task_is_operator(t->tokens[i])) {
			*why = "an operator wants two terms before it";
			if (depth < 2)
				return i;
			t->right[i] = stack[--depth];
			t->left[i] = stack[--depth];
		} else if (!task_is_pointer(t->tokens[i], NUMBERS_MAX)) {
			*why = "neither a number of the question nor an operator";
			return i;
		}
		stack[depth++] = i;
	}
	*why = "the answer ends before it is complete";
	return depth == 1 ? n : n - (n > 0);
}

static void write_prefix(const struct postfix_term *t, int root, struct straight_answer *out)
{
	out->at[out->n] = (uint8_t)root;
	out->token[out->n++] = t->tokens[root];
	if (!task_is_operator(t->tokens[root]))
		return;
	write_prefix(t, t->left[root], out);
	write_prefix(t, t->right[root], out);
}

static void write_postfix(const uint8_t *prefix, int *at, uint8_t *out, int *n)
{
	int token = prefix[(*at)++];

	if (task_is_operator(token)) {
		write_postfix(prefix, at, out, n);
		write_postfix(prefix, at, out, n);
	}
	out[(*n)++] = (uint8_t)token;
}

static uint64_t next_of_term(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot)
{
	const struct numbers *q = &p->numbers;
	uint64_t legal = 0, used = 0;
	int depth = 0, leaves = 0;

	for (int t = 0; t < n; t++) {
		bool leaf = !task_is_operator(tokens[t]);

		depth += leaf ? 1 : -1;
		leaves += leaf;
		used |= leaf ? TOK_BIT(tokens[t]) : 0;
	}
	*slot = depth;
	if (leaves < q->n)
		legal |= task_pointers(q->n) & ~(strict ? used : 0);
	if (depth > 1)
		legal |= TOK_BIT(TASK_ADD) | TOK_BIT(TASK_SUB) | TOK_BIT(TASK_MUL) | TOK_BIT(TASK_DIV);
	if (depth == 1 && (!strict || !q->all || leaves == q->n))
		legal |= TOK_BIT(TOK_EOS);
	return legal;
}

/* ---- pairs ---- */

static void swap_pairs(uint8_t *items, int n)
{
	for (int t = 0; t + 1 < n; t += 2) {
		uint8_t first = items[t];

		items[t] = items[t + 1];
		items[t + 1] = first;
	}
}

/* The domain's own mask says which first halves may come, and which second ones behind each. */
static uint64_t next_of_pair(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot)
{
	int complete = n - n % 2, ignored;
	uint8_t straight[ANSWER_LEN + 1];
	uint64_t firsts, legal = 0;

	memcpy(straight, tokens, (size_t)complete);
	swap_pairs(straight, complete);
	firsts = p->domain->next(p, strict, straight, complete, &ignored);
	*slot = n % 2 ? task_vocabulary.n + tokens[n - 1] : TOK_BOS;
	if (n % 2 == 0)
		legal = firsts & TOK_BIT(TOK_EOS);
	for (uint64_t left = firsts & ~TOK_BIT(TOK_EOS); left; left &= left - 1) {
		uint64_t seconds;

		straight[complete] = (uint8_t)__builtin_ctzll(left);
		seconds = p->domain->next(p, strict, straight, complete + 1, &ignored);
		if (n % 2 == 0)
			legal |= seconds;
		else if (seconds & TOK_BIT(tokens[n - 1]))
			legal |= TOK_BIT(straight[complete]);
	}
	return legal;
}

/* ---- both ---- */

bool turned_read(const struct domain *d, const uint8_t *tokens, int n, struct straight_answer *out, int *bad,
		 const char **why)
{
	const uint8_t *end = memchr(tokens, TOK_EOS, (size_t)n);
	int body = end ? (int)(end - tokens) : n;
	struct postfix_term term = {.tokens = tokens};

	*out = (struct straight_answer){0};
	*bad = 0;
	*why = "an answer is too long";
	if (n > ANSWER_LEN + 1 || n == 0)
		return false;
	if (d->pairs) { /* whatever is wrong with them, the domain says it */
		for (out->n = 0; out->n < n; out->n++) {
			out->token[out->n] = tokens[out->n];
			out->at[out->n] = (uint8_t)out->n;
		}
		swap_pairs(out->token, body);
		swap_pairs(out->at, body);
		return true;
	}
	*bad = read_postfix(&term, body, why);
	if (*bad < body || body == 0)
		return false;
	write_prefix(&term, body - 1, out);
	for (int t = body; t < n; t++) {
		out->at[out->n] = (uint8_t)t;
		out->token[out->n++] = tokens[t];
	}
	return true;
}

void turned_write(const struct domain *d, uint8_t *tokens, int n)
{
	uint8_t straight[ANSWER_LEN + 1];
	int at = 0, written = 0;

	if (d->pairs) {
		swap_pairs(tokens, n - 1);
		return;
	}
	memcpy(straight, tokens, (size_t)n);
	write_postfix(straight, &at, tokens, &written);
}

uint64_t turned_next(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot)
{
	return p->domain->pairs ? next_of_pair(p, strict, tokens, n, slot) : next_of_term(p, strict, tokens, n, slot);
}
