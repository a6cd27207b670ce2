/* source.h — where pairs for supervised training come from: tables with their equations, or questions with their answers.
 *
 * A pair is a function of its source and a random stream alone. Threads: draws are re-entrant, each with scratch
 * memory of its own. */
#ifndef EQRL_PRETRAIN_SOURCE_H
#define EQRL_PRETRAIN_SOURCE_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/syntax.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where one pair goes. All but points are zeroed (PAD) before. */
struct pair_place {
	float *points;	/* rows of features */
	float *context; /* features of the whole */
	int n_points;	/* rows to show; a ragged source sets how many it has */
	uint8_t *tokens, *slot;
	uint64_t *legal;
	int len; /* set: tokens with EOS */
};

struct pretrain_config;

struct pair_source {
	const struct vocabulary *vocabulary;
	int max_len;	/* of a sentence without its EOS */
	bool ragged;	/* every pair shows a number of rows of its own, at most the network's */
	size_t scratch; /* bytes */
	/* held_out: a pair that training never sees. */
	void (*draw)(const struct pretrain_config *c, bool held_out, struct rng *r, void *scratch,
		     struct pair_place *out);
};

/* That of the configuration: its tasks if it has some, else equations. */
const struct pair_source *pretrain_source(const struct pretrain_config *c);

extern const struct pair_source equation_source, task_source;

#endif
