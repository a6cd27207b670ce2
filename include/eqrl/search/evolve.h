/* evolve.h — evolution on equations: offspring of the best skeletons so far.
 *
 * Works on stripped skeletons (strip.h): coefficients of terms, offset and constants are the fitter's
 * business, so every variation is one of structure. Offspring obey the masks of the policy's grammar, so
 * that the policy can learn from them. A population is a fixed number of islands, each the best different
 * skeletons that reached it; neighbours exchange their best now and then. Everything is a function of
 * (population, stream): nothing depends on threads. Plain data: copying a population saves it. */
#ifndef EQRL_EVOLVE_H
#define EQRL_EVOLVE_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/definitions.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/grammar.h"

/* An island keeps ISLAND_PER_SIZE members of one size at most, so that variants of a long equation do not crowd out short
 * ones. */
enum { ISLANDS = 4, ISLAND_MAX = 64, ISLAND_PER_SIZE = 3 };

struct individual {
	double fitness;	      /* reward; higher is better */
	uint64_t hash;	      /* canonical skeleton */
	struct expr skeleton; /* columns of the data set */
};

struct island {
	int32_t n;
	struct individual member[ISLAND_MAX]; /* best first */
};

struct population {
	struct island island[ISLANDS];
};

/* Puts `who` into the island if it is among the best there and new. Returns whether it did. */
bool population_insert(struct population *p, int island, const struct individual *who);

/* Copies the best member of every island to the next one. */
void population_migrate(struct population *p);

bool population_empty(const struct population *p);

struct evolve_config {
	struct grammar grammar; /* allowed variables: all slots; columns are mapped to slots for the check */
	int n_columns;
	const double *column_weight;   /* how often a column is tried, NULL: equally */
	const struct definitions *own; /* operators of the user, NULL: none */
};

/* How an offspring was made, for the log. */
enum variation {
	VARY_POINT,	/* another operator or leaf in place */
	VARY_SUBTREE,	/* a small random tree in place of a subtree */
	VARY_INSERT,	/* an operator around a subtree */
	VARY_DELETE,	/* a subtree in place of its parent */
	VARY_TERM,	/* one more top-level term */
	VARY_FACTOR,	/* one more factor or divisor */
	VARY_CROSSOVER, /* a subtree of another member */
	VARY_OWN,	/* an operator of the user around a subtree, or a new one of a leaf */
	VARY_COUNT,
};

const char *variation_name(enum variation v);

/* Makes one offspring of an island, which may not be empty. It is legal, canonical and differs from its parent; after some
 * failed tries it may be one that is known. */
enum variation evolve_offspring(const struct evolve_config *c, const struct population *p, int island, struct rng *r,
				struct expr *out);

/* Under a template (grammar.bounds->form) skeletons are carriers (outline.h); evolve_accept takes whole equations all the same, and those that have not the form are not legal.
 * Random bodies to begin with, none of them parents' children. False: none was found that the bounds allow. */
bool evolve_seed(const struct evolve_config *c, struct rng *r, struct expr *out);

/* Brings a variation that was made elsewhere (the policy completes equations) into canonical form. Returns false if that
 * is not legal or is the parent itself (NULL: there is none). */
bool evolve_accept(const struct evolve_config *c, const struct expr *raw, const struct expr *parent, struct expr *out);

#endif
