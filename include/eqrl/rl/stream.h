/* stream.h — reinforcement on a stream of problems: the policy goes on from supervised weights, rewarded for what its
 * equations explain of ever new tables.
 *
 * A step shows the policy some fresh problems, a group of equations is written for each, scored on its table and rewarded, and
 * one gradient step is made on them: rewards, advantages within groups, clipping and divergence from the starting weights are
 * the trainer's (trainer.h), which does the same on one table again and again. With `expert` the best of each group is imitated
 * by cross-entropy instead (rejection sampling), for comparison.
 *
 * A step is a function of (configuration, starting weights, state): the same for any number of threads, and after a resume. */
#ifndef EQRL_RL_STREAM_H
#define EQRL_RL_STREAM_H

#include "eqrl/rl/trainer.h"

struct stream_source {
	void *context;
	uint64_t identity; /* other problems, another number */
	/* Problem `number`, one that training never sees if held_out; *d is the caller's to release. Returns the share of its
	 * target's variance that is noise. Re-entrant. */
	double (*draw)(void *context, bool held_out, uint64_t number, struct dataset *d);
};

struct stream_config {
	struct train_config
		train; /* group_size equations a problem; batch, proposers, elites and feedback are not read */
	int problems;  /* of a step */
	bool expert;
	struct stream_source source;
};

struct stream_progress {
	int64_t step;
	double reward, solved; /* of the last step: mean reward; share of problems with an equation down to noise */
	struct learning_record learning;
};

/* How well the policy does on held-out problems, the same for all weights of an encoding. */
struct stream_worth {
	int n, samples; /* problems; equations written for each */
	int recovered;	/* problems with an equation down to noise and rounding among them */
	double decades; /* mean over the problems: of the best equation, decades of unexplained variance, at most 8 */
	double reward;	/* mean over all equations */
};

struct stream;

/* api, pool and the source are borrowed until it is closed; the policy is copied: it is the reference. */
enum status stream_open(struct stream **out, const struct stream_config *c, const struct policy *p,
			const struct learner_api *api, struct pool *pool);
void stream_close(struct stream *s);

/* Errors: the learner's. *stop (may be NULL) non-zero: the step is given up without a trace. */
enum status stream_step(struct stream *s, const volatile int *stop);
void stream_measure(struct stream *s, int problems, int samples, struct stream_worth *out);

enum status stream_save(struct stream *s, const char *path);
/* ST_WEIGHTS for a file of other starting weights or another configuration. */
enum status stream_load(struct stream *s, const char *path);

const struct stream_progress *stream_progress(const struct stream *s);
const struct policy *stream_policy(const struct stream *s);

#endif
