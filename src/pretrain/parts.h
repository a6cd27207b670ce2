/* parts.h — private to pretrain.c, which owns it all, and state.c. */
#ifndef EQRL_PRETRAIN_PARTS_H
#define EQRL_PRETRAIN_PARTS_H

#include "eqrl/pretrain/pretrain.h"
#include "feed.h"
#include "recovery.h"

struct pretrain {
	struct pretrain_config c;
	const struct learner_api *api;
	struct learner *learner;
	struct pool *pool;
	struct policy policy; /* shape and starting values; current ones live in the learner */
	struct feed *feed;
	struct step_batch held_out;    /* made when first asked for */
	struct recovery_set *recovery; /* made when first asked for */
	struct pretrain_progress progress;
	int64_t first_step;	    /* of this process, for the rate */
	double started, generating; /* seconds; waited for the generator */
	int skipped_in_a_row;
};

int64_t pretrain_pairs_per_step(const struct pretrain_config *c);

/* Records what the learner said, and returns st. */
enum status pretrain_learner_failed(const struct pretrain *t, enum status st);

/* Parameters, moments and counters of a state of this recipe; another one is refused. */
enum status pretrain_load_state(struct pretrain *t, const char *path);

#endif
