/* kk_sat.c — knights and knaves as clauses for PicoSAT; see kk.h.
 *
 * Variable i + 1: person i is a knight. Each statement has a selector variable that is assumed in every call, so that
 * the failed assumptions name the statements of a contradiction. A speaker is a knight exactly if the statement holds. */
#include "kk.h"

#include "eqrl/base/mem.h"

#include <picosat/picosat.h>
#include <stdlib.h>

struct kk_solver {
	PicoSAT *sat;
	int n, n_statements;
};

static int selector_of(const struct kk_solver *s, int statement)
{
	return s->n + 1 + statement;
}

static int literal_of(struct claim c)
{
	return c.knight ? c.person + 1 : -(c.person + 1);
}

/* selector → (a or b or c); 0: no literal */
static void add_clause(struct kk_solver *s, int statement, int a, int b, int c)
{
	picosat_add(s->sat, -selector_of(s, statement));
	picosat_add(s->sat, a);
	if (b)
		picosat_add(s->sat, b);
	if (b && c)
		picosat_add(s->sat, c);
	picosat_add(s->sat, 0);
}

/* k ⇔ (x or y) */
static void add_or(struct kk_solver *s, int statement, int k, int x, int y)
{
	add_clause(s, statement, -k, x, y);
	add_clause(s, statement, k, -x, 0);
	add_clause(s, statement, k, -y, 0);
}

/* k ⇔ (x ⇔ y) */
static void add_same(struct kk_solver *s, int statement, int k, int x, int y)
{
	add_clause(s, statement, -k, -x, y);
	add_clause(s, statement, -k, x, -y);
	add_clause(s, statement, k, x, y);
	add_clause(s, statement, k, -x, -y);
}

static void add_statement(struct kk_solver *s, int i, const struct statement *said)
{
	int k = said->speaker + 1, x = literal_of(said->first), y = literal_of(said->second);

	switch ((enum statement_form)said->form) {
	case SAYS_IS:
		add_or(s, i, k, x, x);
		break;
	case SAYS_AND: /* not (not x or not y) */
		add_or(s, i, -k, -x, -y);
		break;
	case SAYS_OR:
		add_or(s, i, k, x, y);
		break;
	case SAYS_IF:
		add_or(s, i, k, -x, y);
		break;
	case SAYS_SAME:
		add_same(s, i, k, said->first.person + 1, said->second.person + 1);
		break;
	case SAYS_DIFFERENT:
		add_same(s, i, k, said->first.person + 1, -(said->second.person + 1));
		break;
	}
}

struct kk_solver *kk_open(const struct knights *q)
{
	struct kk_solver *s = xcalloc(1, sizeof(*s));

	s->sat = picosat_init();
	s->n = q->n;
	s->n_statements = q->n_statements;
	picosat_adjust(s->sat, q->n + q->n_statements + 1);
	for (int i = 0; i < q->n_statements; i++)
		add_statement(s, i, &q->said[i]);
	return s;
}

void kk_close(struct kk_solver *s)
{
	picosat_reset(s->sat);
	free(s);
}

/* All statements, and the assumptions made before. */
static bool is_satisfiable(struct kk_solver *s)
{
	for (int i = 0; i < s->n_statements; i++)
		picosat_assume(s->sat, selector_of(s, i));
	return picosat_sat(s->sat, -1) == PICOSAT_SATISFIABLE;
}

int kk_count(struct kk_solver *s, unsigned *knights)
{
	int other = selector_of(s, s->n_statements);

	*knights = 0;
	if (!is_satisfiable(s))
		return 0;
	for (int i = 0; i < s->n; i++)
		*knights |= (unsigned)(picosat_deref(s->sat, i + 1) > 0) << i;
	picosat_add(s->sat, -other); /* if `other`, then not this answer */
	for (int i = 0; i < s->n; i++)
		picosat_add(s->sat, *knights >> i & 1 ? -(i + 1) : i + 1);
	picosat_add(s->sat, 0);
	picosat_assume(s->sat, other);
	return is_satisfiable(s) ? 2 : 1;
}

bool kk_contradicts(struct kk_solver *s, const struct kk_facts *facts, struct claim claim, unsigned *clash)
{
	for (int i = 0; i < s->n; i++)
		if (facts->known >> i & 1)
			picosat_assume(s->sat, facts->knights >> i & 1 ? i + 1 : -(i + 1));
	picosat_assume(s->sat, literal_of(claim));
	*clash = 0;
	if (is_satisfiable(s))
		return false;
	for (int i = 0; i < s->n_statements; i++)
		if (picosat_failed_assumption(s->sat, selector_of(s, i)))
			*clash |= 1u << i;
	return true;
}
