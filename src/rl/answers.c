/* answers.c — see answers.h. */
#include "answers.h"

#include <string.h>

static size_t first_token(const struct batch *b, int i)
{
	return (size_t)i * (size_t)b->samples.width;
}

static bool is_credited(const struct batch *b, int i)
{
	for (int t = 0; t < b->samples.len[i]; t++)
		if (b->credit[first_token(b, i) + (size_t)t] != 0)
			return true;
	return false;
}

void answers_choose_credited(struct batch *b)
{
	b->n_chosen = 0;
	for (int i = 0; i < b->n; i++)
		if (b->advantage[i] != 0 || is_credited(b, i))
			b->chosen[b->n_chosen++] = i;
}

static bool is_same_answer(const struct samples *s, int i, int k)
{
	return s->len[i] == s->len[k] && memcmp(s->tokens + (size_t)i * (size_t)s->width,
						s->tokens + (size_t)k * (size_t)s->width, (size_t)s->len[i]) == 0;
}

/* Among the first n chosen, the one that is equal to answer i of the same question, or -1. */
static int find_same(const struct batch *b, int n, int i, int each)
{
	for (int k = n - 1; k >= 0 && b->chosen[k] / each == i / each; k--)
		if (is_same_answer(&b->samples, b->chosen[k], i))
			return b->chosen[k];
	return -1;
}

static void add_answer(struct batch *b, int to, int from)
{
	b->advantage[to] += b->advantage[from];
	for (int t = 0; t < b->samples.len[to] && b->has_credit; t++)
		b->credit[first_token(b, to) + (size_t)t] += b->credit[first_token(b, from) + (size_t)t];
}

static void scale_answer(struct batch *b, int i, double factor)
{
	b->advantage[i] *= factor;
	for (int t = 0; t < b->samples.len[i] && b->has_credit; t++)
		b->credit[first_token(b, i) + (size_t)t] *= (float)factor;
}

double answers_merge(struct batch *b, int each)
{
	int all = b->n_chosen, n = 0;
	double tokens = 0, kept = 0;

	for (int k = 0; k < all; k++) {
		int i = b->chosen[k], same = find_same(b, n, i, each);

		tokens += b->samples.len[i];
		if (same >= 0) {
			add_answer(b, same, i);
		} else {
			b->chosen[n++] = i;
			kept += b->samples.len[i];
		}
	}
	b->n_chosen = n;
	for (int k = 0; k < n; k++)
		scale_answer(b, b->chosen[k], kept / tokens);
	return all ? (double)n / all : 0;
}
