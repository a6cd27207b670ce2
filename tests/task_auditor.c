/* task_auditor.c — see task_auditor.h. */
#include "task_auditor.h"

#include <string.h>

/* ---- numbers: evaluated from the right with a stack, as prefix notation allows ---- */

bool audit_step(int token, struct fraction a, struct fraction b, struct fraction *out)
{
	switch (token) {
	case TASK_ADD:
		*out = (struct fraction){a.num * b.den + b.num * a.den, a.den * b.den};
		return true;
	case TASK_SUB:
		*out = (struct fraction){a.num * b.den - b.num * a.den, a.den * b.den};
		return true;
	case TASK_MUL:
		*out = (struct fraction){a.num * b.num, a.den * b.den};
		return true;
	default:
		*out = (struct fraction){a.num * b.den, a.den * b.num};
		return b.num != 0;
	}
}

static bool equals(struct fraction a, int target)
{
	return a.num == target * a.den;
}

static bool audit_numbers(const struct numbers *q, const uint8_t *tokens, int n)
{
	struct fraction stack[64];
	int depth = 0, used[NUMBERS_MAX] = {0}, leaves = 0;

	for (int t = n - 1; t >= 0; t--) {
		int i = tokens[t] - TASK_POINTER;

		if (i >= 0 && i < q->n) {
			if (used[i]++)
				return false;
			leaves++;
			stack[depth++] = (struct fraction){q->number[i], 1};
		} else if (tokens[t] >= TASK_ADD && tokens[t] <= TASK_DIV) {
			if (depth < 2 || !audit_step(tokens[t], stack[depth - 1], stack[depth - 2], &stack[depth - 2]))
				return false;
			depth--;
		} else {
			return false;
		}
	}
	return depth == 1 && equals(stack[0], q->target) && (!q->all || leaves == q->n);
}

bool audit_reach(const struct fraction *value, int n, int target, bool all)
{
	for (int i = 0; i < n; i++)
		if (equals(value[i], target) && (!all || n == 1))
			return true;
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			for (int op = TASK_ADD; op <= TASK_DIV && i != j; op++) {
				struct fraction rest[NUMBERS_MAX];
				int m = 0;

				for (int k = 0; k < n; k++)
					if (k != i && k != j)
						rest[m++] = value[k];
				if (audit_step(op, value[i], value[j], &rest[m]) &&
				    audit_reach(rest, m + 1, target, all))
					return true;
			}
	return false;
}

/* ---- knights and knaves: all 2^n assignments ---- */

static bool is_knight(unsigned knights, int person)
{
	return knights & 1u << person;
}

static bool is_true(const struct statement *s, unsigned knights)
{
	bool first = is_knight(knights, s->first.person) == s->first.knight;
	bool second = is_knight(knights, s->second.person) == s->second.knight;

	if (s->form == SAYS_IS)
		return first;
	if (s->form == SAYS_AND)
		return first + second == 2;
	if (s->form == SAYS_OR)
		return first + second > 0;
	if (s->form == SAYS_IF)
		return !(first && !second);
	return (is_knight(knights, s->first.person) != is_knight(knights, s->second.person)) ==
	       (s->form == SAYS_DIFFERENT);
}

static bool audit_knights(const struct knights *q, const uint8_t *tokens, int n)
{
	unsigned claimed = 0, mentioned = 0;
	int solutions = 0, agree = 0;

	for (int t = 0; t + 1 < n; t += 2) {
		unsigned person = (unsigned)(tokens[t] - TASK_POINTER);

		if (person >= (unsigned)q->n || mentioned & 1u << person ||
		    (tokens[t + 1] != TASK_TRUE && tokens[t + 1] != TASK_FALSE))
			return false;
		mentioned |= 1u << person;
		claimed |= (unsigned)(tokens[t + 1] == TASK_TRUE) << person;
	}
	if (n % 2 || mentioned != (1u << q->n) - 1)
		return false;
	for (unsigned knights = 0; knights < 1u << q->n; knights++) {
		bool fits = true;

		for (int i = 0; i < q->n_statements; i++)
			fits &= is_true(&q->said[i], knights) == is_knight(knights, q->said[i].speaker);
		solutions += fits;
		agree += fits && knights == claimed;
	}
	return solutions == 1 && agree == 1;
}

/* ---- houses: every way of putting things into them, cut where a clue is broken ---- */

enum { NOWHERE = -1 };

struct street {
	const struct houses *q;
	int house[ATTRIBUTES_MAX][HOUSES_MAX]; /* of each thing, or NOWHERE */
	int claimed[ATTRIBUTES_MAX][HOUSES_MAX];
	int answers, agreeing;
};

static bool is_broken(const struct street *s, const struct clue *c)
{
	int at[3] = {0};

	for (int k = 0; k < (c->form == CLUE_BETWEEN ? 3 : c->form == CLUE_AT || c->form == CLUE_NOT_AT ? 1 : 2); k++) {
		at[k] = s->house[c->thing[k].attribute][c->thing[k].value];
		if (at[k] == NOWHERE)
			return false;
	}
	if (c->form == CLUE_SAME)
		return at[0] != at[1];
	if (c->form == CLUE_NEXT)
		return at[0] != at[1] + 1 && at[1] != at[0] + 1;
	if (c->form == CLUE_LEFT)
		return at[0] >= at[1];
	if (c->form == CLUE_JUST_LEFT)
		return at[1] - at[0] != 1;
	if (c->form == CLUE_BETWEEN)
		return (at[0] - at[1]) * (at[2] - at[0]) <= 0;
	return (at[0] == c->house) != (c->form == CLUE_AT);
}

/* Puts thing number i, and those behind it, wherever they may be. */
static void fill_street(struct street *s, int i)
{
	const struct houses *q = s->q;
	int a = i / q->n, v = i % q->n;

	if (i == q->n * q->n_attributes) {
		bool same = true;

		for (int k = 0; k < i; k++)
			same &= s->house[k / q->n][k % q->n] == s->claimed[k / q->n][k % q->n];
		s->answers++;
		s->agreeing += same;
		return;
	}
	for (int h = 0; h < q->n; h++) {
		bool possible = true;

		for (int w = 0; w < v; w++)
			possible &= s->house[a][w] != h;
		s->house[a][v] = h;
		for (int k = 0; k < q->n_clues && possible; k++)
			possible = !is_broken(s, &q->clue[k]);
		if (possible)
			fill_street(s, i + 1);
		s->house[a][v] = NOWHERE;
	}
}

static bool audit_houses(const struct houses *q, const uint8_t *tokens, int n)
{
	struct street s = {.q = q};
	bool filled[ATTRIBUTES_MAX][HOUSES_MAX] = {{false}};

	memset(s.house, NOWHERE, sizeof(s.house));
	memset(s.claimed, NOWHERE, sizeof(s.claimed));
	if (n != 2 * q->n * q->n_attributes)
		return false;
	for (int t = 0; t < n; t += 2) {
		int a = (tokens[t] - TASK_CELL) / 4, h = (tokens[t] - TASK_CELL) % 4, v = tokens[t + 1] - TASK_POINTER;

		if (tokens[t] < TASK_CELL || a >= q->n_attributes || h >= q->n || v < 0 || v >= q->n || filled[a][h])
			return false;
		filled[a][h] = true;
		s.claimed[a][v] = h;
	}
	fill_street(&s, 0);
	return s.answers == 1 && s.agreeing == 1;
}

bool audit_answer(const struct prompt *p, const uint8_t *tokens, int n)
{
	if (n > 0 && tokens[n - 1] == TOK_EOS)
		n--;
	if (p->domain == &domain_zebra)
		return audit_houses(&p->houses, tokens, n);
	return p->domain == &domain_kk ? audit_knights(&p->knights, tokens, n) : audit_numbers(&p->numbers, tokens, n);
}
