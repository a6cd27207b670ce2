/* task_trainer.h — reinforcement on verifiable tasks: the policy answers questions, the domain's verifier says what each
 * answer is worth, and one gradient step is made on that.
 *
 * A step poses batch / group_size fresh questions, a group of answers to each; levels take turns, or come one after the
 * other in stages. Rewards, advantages within groups, clipping, divergence from the starting weights and the refresh of
 * that reference are the trainer's (trainer.h); certificates give credit to single tokens (task_reward.h). Training never
 * sees a question that is held out.
 *
 * A step is a function of (configuration, starting weights, state): the same for any number of threads, and after a
 * resume. */
#ifndef EQRL_TASK_TRAINER_H
#define EQRL_TASK_TRAINER_H

#include "eqrl/domain/attempts.h"
#include "eqrl/rl/trainer.h"

struct task_training {
	struct train_config
		train; /* batch answers a step, groups of group_size; proposers, elites, scorer are not read */
	struct task_mix mix;
	int template;	      /* of questions and answers */
	int reward;	      /* row of task_reward_table */
	double format_reward; /* for an answer's form */
	bool strict;	      /* mask */
	int stage_steps;      /* of a stage: one level of all domains after the other, lowest first; 0: all at once */
	bool stage_refresh;   /* the policy is refreshed where a stage begins */
};

/* Of the last step. */
struct task_progress {
	int64_t step, answers; /* so far */
	int stage;	       /* from 0 */
	int questions;	       /* of a step */
	double reward;	       /* mean over all answers */
	double right, formed;  /* shares of the answers */
	double hit;	       /* share of the questions that one of them answers */
	double distinct;       /* answers that differ from all others to their question, as a share */
	struct learning_record learning;
};

struct task_trainer;

/* api and pool are borrowed until it is closed; the policy is copied: it is the reference. */
enum status task_trainer_open(struct task_trainer **out, const struct task_training *c, const struct policy *p,
			      const struct learner_api *api, struct pool *pool);
void task_trainer_close(struct task_trainer *t);

/* Errors: the learner's. *stop (may be NULL) non-zero: the step is given up without a trace. */
enum status task_trainer_step(struct task_trainer *t, const volatile int *stop);

/* Number of levels that the mix has, and so of stages. */
int task_trainer_stages(const struct task_trainer *t);

enum status task_trainer_save(struct task_trainer *t, const char *path);
/* ST_WEIGHTS for a file of other starting weights or another configuration. */
enum status task_trainer_load(struct task_trainer *t, const char *path);

const struct task_progress *task_trainer_progress(const struct task_trainer *t);
const struct policy *task_trainer_policy(const struct task_trainer *t);

#endif
