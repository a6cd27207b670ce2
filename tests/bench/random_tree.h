/* random_tree.h — the random trees that speed is measured on. */
#ifndef EQRL_BENCH_RANDOM_TREE_H
#define EQRL_BENCH_RANDOM_TREE_H

#include "eqrl/expr/prior.h"

#include <string.h>

/* n nodes and the wanted number of constants (-1: any), their values normal. */
static inline void random_tree(uint64_t purpose, uint64_t index, int n, int n_consts, int columns, struct expr *e)
{
	struct rng r = rng_stream(9, purpose, index);
	struct prior_config c = prior_default();

	memset(c.form, 0, sizeof(c.form));
	c.form[FORM_TREE] = 1;
	c.tree_max_operators = 31;
	c.tree_decay = 1;
	c.max_len = EXPR_MAX_NODES;
	do {
		if (!prior_draw(&c, columns, &r, e))
			e->n = 0;
	} while (e->n != n || (n_consts >= 0 && expr_free_consts(e) != n_consts));
	for (int i = 0; i < e->n_consts; i++)
		e->c[i] = rng_normal(&r);
}

#endif
