/* job.h — the learner's state, and one pass over micro-batches on its workers. */
#ifndef EQRL_JOB_H
#define EQRL_JOB_H

#include "eqrl/base/pool.h"
#include "graph.h"
#include "loss.h"

struct learner {
	struct learner_config config;
	int device;
	struct pool *pool;
	struct arena *scratch; /* one per worker */
	struct net_params params, reference;
	bool has_reference;
	int64_t step;		 /* AdamW updates so far */
	ct_tensor *m, *v, *grad; /* flat, as the parameters */
	ct_tensor **part_grad;	 /* views, one per spec */
	ct_tensor *decayed;	 /* flat, on a GPU: 1 where a weight decays */
	float *sent;	    /* gradients on their way between ranks, as the parameters; NULL until there are some */
	ct_tensor **shared; /* memory that was given out */
	int n_shared;
};

/* Layouts are rounded up to so many rows: see layout.h. */
int learner_rows_multiple(const struct learner *l);

/* Forward, and backward if gradient (then l->grad is the sum over the micro-batches), of all micro-batches; *sums
 * adds up what they measured. Both sums go in micro-batch order. */
enum status job_run(struct learner *l, const struct learn_batch *batches, int n, const struct learn_loss *loss,
		    bool gradient, struct loss_sums *sums);

/* A failure of libtorch on this thread as a status, or ST_OK; clears it. */
enum status learner_check(const char *doing);

#endif
