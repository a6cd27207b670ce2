/* regress.c — sums and products by sparse regression, a handful of views a batch: a row of proposer.h. */
#include "proposer.h"

#include "eqrl/base/mem.h"
#include "eqrl/search/sparse.h"

#include <stdlib.h>

enum { RNG_REGRESS = 0x726567 };

struct regressing {
	const struct turn *turn;
	const struct task_view *view;
	struct evolve_config legal;
	const volatile int *stop;
	int *found; /* of each view: equations from place SPARSE_MOST · view on */
	struct batch *out;
};

/* Groups take turns: what is linear in the constants of one is so in those of all. */
static const struct rows *rows_of_view(const struct rows *fit, int number)
{
	return fit->groups ? &fit->groups->member[number % fit->groups->n] : fit;
}

static void look_at_view(void *context, int i, int worker)
{
	const struct regressing *g = context;
	struct batch *b = g->out;
	struct sparse_config c = {.n_columns = g->view->d->n_columns, .column_weight = g->view->column_weight};
	struct rng r = rng_stream(g->turn->seed, RNG_REGRESS, g->turn->first_stream + (uint64_t)i);
	int number = (int)(g->turn->number * REGRESS_VIEWS) + i, first = i * SPARSE_MOST, n;

	g->found[i] = 0;
	if (g->stop && *g->stop)
		return;
	n = sparse_equations(&c, rows_of_view(&g->view->d->fit, number), number, &r, b->start + first);
	for (int k = 0; k < n; k++) {
		int to = first + g->found[i];

		if (!evolve_accept(&g->legal, &b->start[first + k], NULL, &b->candidate[to]))
			continue;
		b->start[to] = b->start[first + k];
		g->found[i]++;
	}
}

bool draw_regressions(const struct turn *t, const struct task_view *v, const struct tools *tools,
		      const volatile int *stop, struct batch *out)
{
	struct regressing g = {
		.turn = t,
		.view = v,
		.legal = {.grammar = t->grammar, .n_columns = v->d->n_columns},
		.stop = stop,
		.out = out,
	};
	int views = t->n / SPARSE_MOST;

	g.found = xcalloc((size_t)views, sizeof(*g.found));
	pool_run_shared(tools->pool, views, look_at_view, &g,
			(struct rank_output[]){{g.found, sizeof(*g.found), NULL},
					       {out->candidate, SPARSE_MOST * sizeof(*out->candidate), NULL},
					       {out->start, SPARSE_MOST * sizeof(*out->start), NULL}},
			3);
	out->n = 0;
	for (int i = 0; i < views; i++)
		for (int k = 0; k < g.found[i]; k++, out->n++) {
			out->candidate[out->n] = out->candidate[i * SPARSE_MOST + k];
			out->start[out->n] = out->start[i * SPARSE_MOST + k];
		}
	free(g.found);
	return !(stop && *stop);
}
