/* kk_teach.c — the answer in the order in which a solver finds it; see kk.h. */
#include "kk.h"

/* Takes over what one statement alone says about persons that are unknown so far. False: it contradicts the facts. */
static bool apply_statement(const struct statement *s, struct kk_facts *f)
{
	unsigned involved = 1u << s->speaker | 1u << s->first.person;
	unsigned always = ~0u, never = ~0u, open;
	bool possible = false;

	if (statement_has_second(s))
		involved |= 1u << s->second.person;
	open = involved & ~f->known;
	for (unsigned pick = open;; pick = (pick - 1) & open) { /* all subsets of the unknown ones */
		unsigned knights = (f->knights & f->known) | pick;

		if (statement_holds(s, knights) == (knights >> s->speaker & 1)) {
			possible = true;
			always &= knights;
			never &= ~knights;
		}
		if (pick == 0)
			break;
	}
	if (!possible)
		return false;
	f->knights |= open & always;
	f->known |= open & (always | never);
	return true;
}

/* Whether one statement after the other leads from the facts to a contradiction. */
static bool leads_nowhere(const struct knights *q, struct kk_facts f)
{
	unsigned before;

	do {
		before = f.known;
		for (int i = 0; i < q->n_statements; i++)
			if (!apply_statement(&q->said[i], &f))
				return true;
	} while (f.known != before);
	return false;
}

/* Who can be decided next: by one statement, else because the contrary leads nowhere, else anybody. A set. */
static unsigned decide_next(const struct knights *q, const struct kk_facts *f, unsigned knights)
{
	for (int i = 0; i < q->n_statements; i++) {
		struct kk_facts next = *f;

		if (apply_statement(&q->said[i], &next) && next.known != f->known)
			return next.known & ~f->known;
	}
	for (int i = 0; i < q->n; i++) {
		struct kk_facts contrary = {f->known | 1u << i, f->knights | (~knights & 1u << i)};

		if (!(f->known >> i & 1) && leads_nowhere(q, contrary))
			return 1u << i;
	}
	return ~f->known & (f->known + 1);
}

int kk_teach(const struct prompt *p, uint8_t *tokens)
{
	const struct knights *q = &p->knights;
	struct kk_facts f = {0};
	unsigned knights;
	int n = 0;

	if (kk_answers(q, &knights) != 1)
		return 0;
	while (n < 2 * q->n) {
		unsigned found = decide_next(q, &f, knights);

		for (unsigned m = found; m; m &= m - 1) {
			int person = __builtin_ctz(m);

			tokens[n++] = (uint8_t)(TASK_POINTER + person);
			tokens[n++] = knights >> person & 1 ? TASK_TRUE : TASK_FALSE;
		}
		f.known |= found;
		f.knights = knights & f.known;
	}
	tokens[n] = TOK_EOS;
	return n + 1;
}
