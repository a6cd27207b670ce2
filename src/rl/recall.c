/* recall.c — what is known beforehand, once, before anything is searched for: the guesses of the user and the curves of
 * textbooks; two rows of proposer.h. */
#include "proposer.h"

#include "eqrl/expr/textbook.h"

/* A guess is worth as close a look as eqrl fit takes: its names begin at 1, from where a fit of few steps leads nowhere. */
enum { GUESS_STARTS = 24, GUESS_ITERATIONS = 200, GUESS_ROWS = 2000 };

struct guessing {
	const struct turn *turn;
	const struct task_view *view;
	const struct tools *tools;
	const volatile int *stop;
	struct batch *out;
};

static void fit_guess(void *context, int i, int worker)
{
	const struct guessing *g = context;
	struct expr *start = &g->out->start[i], e;
	struct rows rows = g->view->d->fit;
	struct fit_options o = fit_defaults();
	struct fit_result r;

	if (start->n == 0 || (g->stop && *g->stop))
		return;
	o.restarts = GUESS_STARTS;
	o.max_iterations = GUESS_ITERATIONS;
	o.seed = g->turn->seed;
	o.stream = g->turn->first_stream + (uint64_t)i;
	rows.n = rows.n < GUESS_ROWS ? rows.n : GUESS_ROWS;
	if (bounds_have_form(g->view->bounds))
		return; /* the scorer takes carriers */
	fit_add_scaling(start, g->tools->config->scorer.scaling, g->view->bounds, &e);
	fit_constants(g->tools->fitter[worker], &e, &rows, &o, &r);
	if (r.verdict == VERDICT_OK)
		*start = e;
}

bool draw_guesses(const struct turn *t, const struct task_view *v, const struct tools *tools, const volatile int *stop,
		  struct batch *out)
{
	struct guessing g = {t, v, tools, stop, out};
	int first = (int)t->number * t->n;

	out->n = 0;
	for (int i = first; i < v->hints->n && out->n < t->n; i++) {
		out->candidate[out->n] = v->hints->guess[i].skeleton;
		out->start[out->n++] = v->hints->guess[i].start;
	}
	pool_run(tools->pool, out->n, fit_guess, &g);
	return !(stop && *stop);
}

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
