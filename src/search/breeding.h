/* breeding.h — private to src/search: one variation of one parent (variation.c), as evolve.c asks for it. */
#ifndef EQRL_SEARCH_BREEDING_H
#define EQRL_SEARCH_BREEDING_H

#include "eqrl/search/evolve.h"

struct breeding {
	const struct evolve_config *c;
	const struct population *population;
	int island;
	struct rng *r;
};

/* parent → out by a variation that is drawn by its weight; false if it came to nothing. */
bool breed_once(const struct breeding *b, enum variation v, const struct expr *parent, struct expr *out);
enum variation breed_draw(const struct breeding *b);

/* A random tree of at most `operators` operators. */
bool breed_tree(const struct breeding *b, int operators, struct expr *out);

/* A member of the island, which may not be empty: the better ones more often. */
const struct expr *breed_parent(const struct population *p, int island, struct rng *r);

#endif
