/* task_auditor.c — see task_auditor.h. */
#include "task_auditor.h"

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

bool audit_answer(const struct prompt *p, const uint8_t *tokens, int n)
{
	if (n > 0 && tokens[n - 1] == TOK_EOS)
		n--;
	return p->domain == &domain_kk ? audit_knights(&p->knights, tokens, n) : audit_numbers(&p->numbers, tokens, n);
}
