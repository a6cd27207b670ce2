/* learn_case.h — a small network and a micro-batch for it, for tests of the learner. */
#ifndef EQRL_TESTS_LEARN_CASE_H
#define EQRL_TESTS_LEARN_CASE_H

#include "eqrl/expr/grammar.h"
#include "eqrl/learn/learner.h"

enum { CASE_CONTEXTS = 3, CASE_POINTS = 7, CASE_SEQUENCES = 7, CASE_WIDTH = 20 };

/* Awkward on purpose: heads of 10, odd features, sequences of several lengths, contexts used in
 * runs, alternating, and one of them not at all in the last sequences. */
struct learn_case {
	struct net_config net;
	size_t size;
	float *params;
	struct learn_batch batch;

	float points[CASE_CONTEXTS * CASE_POINTS * 11], context[CASE_CONTEXTS * 5];
	int context_of[CASE_SEQUENCES];
	uint8_t tokens[CASE_SEQUENCES * CASE_WIDTH], slot[CASE_SEQUENCES * CASE_WIDTH];
	uint64_t legal[CASE_SEQUENCES * CASE_WIDTH];
	float ce[CASE_SEQUENCES * CASE_WIDTH], advantage[CASE_SEQUENCES * CASE_WIDTH];
	float logp_old[CASE_SEQUENCES * CASE_WIDTH];
};

/* All parts of the batch are set: ce on the first sequences, advantages on the others. */
void learn_case_init(struct learn_case *c, uint64_t seed);
void learn_case_release(struct learn_case *c);

/* A loss with every term. */
struct learn_loss learn_case_loss(void);

/* An equation of about `size` nodes with its EOS, drawn uniformly under the grammar; masks in legal
 * (NULL: not wanted). Returns the number of tokens. */
int random_sequence(struct rng *r, const struct grammar *g, int size, uint8_t *tokens, uint64_t *legal);

#endif
