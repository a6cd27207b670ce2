/* recall.c — the curves of textbooks, once, before anything is searched for: a row of proposer.h. */
#include "proposer.h"

#include "eqrl/expr/textbook.h"

bool draw_textbook(const struct turn *t, const struct task_view *v, const struct tools *tools, const volatile int *stop,
		   struct batch *out)
{
	struct evolve_config legal = {.grammar = t->grammar, .n_columns = v->d->n_columns};

	out->n = 0;
	for (int column = 0; column < v->d->n_columns; column++)
		for (int form = 0; form < TEXTBOOK_FORMS && out->n < t->n; form++) {
			struct expr e;

			if (!textbook_skeleton(form, column, &e) ||
			    !evolve_accept(&legal, &e, NULL, &out->candidate[out->n]))
				continue;
			out->start[out->n++].n = 0;
		}
	return true;
}
