/* learning.h — private to src/rl: the policy learns from what it wrote. Owns learner, reference and optimiser.
 *
 * Errors: a gradient that is not finite and a failure of libtorch are two things. Either way the weights stay as they were,
 * the step counts without its learning, and a counter says so. After MOST_IN_A_ROW of one kind the error is handed up. A
 * call that fails between learner and policy leaves the two apart: then `apart` is set, and nothing may be saved. */
#ifndef EQRL_RL_LEARNING_H
#define EQRL_RL_LEARNING_H

#include "eqrl/base/mem.h"
#include "elites.h"
#include "proposer.h"

struct learning {
	bool learns;
	struct learner_loading *loading; /* borrowed: where api comes from when it is needed, NULL: it is there */
	const struct learner_api *api;
	struct learner *learner; /* NULL before it is needed */
	bool go_on;
	int threads;
	struct net_config net;
	float *reference; /* of the KL term after a policy refresh, NULL before the first */
	bool apart;
	struct learning_record record;
};

/* A task's elites as it shows them: written for contexts.context[which]; with one_mapping all of them, else those that
 * were written for it. */
struct reminder {
	const struct elites *elites;
	const struct contexts *contexts;
	struct grammar grammar;
	int which;
	bool one_mapping;
};

/* Without api and loading the policy does not learn. On failure it is to be closed, too. */
enum status learning_open(struct learning *l, const struct train_config *c, const struct policy *policy,
			  const struct trainer_inputs *in);
void learning_close(struct learning *l);

/* To be called before anything below, while the policy still has the weights that it starts from: waits for a library that
 * is being opened, and makes a learner of these weights. With go_on it comes back at once, true and perhaps without a
 * learner. False: *stop became non-zero first, or *st is an error. */
bool learning_begin(struct learning *l, const struct train_config *c, const struct policy *policy,
		    const volatile int *stop, enum status *st);

/* The weight of the divergence from the reference, halved every kl_half_life updates. */
double learning_kl(const struct learning *l, const struct train_config *c);

/* KL in the reward: kl · log π(sequence)/π_ref(sequence), the one-sample estimate of the divergence (k1), is
 * subtracted, so that it shapes the advantage instead of the loss. */
enum status learning_charge_divergence(struct learning *l, const struct train_config *c, struct batch *b);

/* The certificates' credit of the chosen sequences' tokens; nothing without feedback. */
void credit_tokens(const struct tools *tools, const struct dataset *d, struct batch *b);

/* What an update is made from. */
struct lesson {
	const struct batch *batch;
	const struct reminder *reminders;
	int n_reminders;
	bool imitate; /* cross-entropy with the advantages as weights, instead of the policy gradient */
};

/* One gradient step on the chosen sequences and the reminders, which together weigh elite_weight; the policy gets the new
 * weights. */
enum status learning_step(struct learning *l, const struct train_config *c, const struct lesson *lesson,
			  struct policy *policy);

/* The policy as it is becomes the reference, and the optimiser starts afresh. */
enum status learning_refresh(struct learning *l, const struct policy *policy);

/* ---- pack.c: arrays for the learner; memory from the arena ---------------------------------------- */

/* A batch's sequences as micro-batches. */
struct packing {
	const struct batch *batch;
	bool tune_all;
	const struct net_config *net;
	struct arena *arena;
	struct learn_batch *packed; /* n of them, and room for those that were asked for */
	int n;
	double divisor; /* tokens of the sequences */
};

/* Packs the sequences index[n] (ascending): a micro-batch shares one context, unless the batch is mixed, and is as wide as its
 * longest sequence. There is room for `spare` more. */
void pack_sequences(struct packing *p, const int *index, int n, int spare);

/* A micro-batch with elites as targets of cross-entropy, which weigh as much in the loss as `share` times the sampled
 * sequences. */
void pack_elites(const struct reminder *r, bool tune_all, double share, double divisor, struct arena *a,
		 struct learn_batch *out);

#endif
