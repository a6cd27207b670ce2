/* pretrain.h — supervised training of the policy on synthetic problems, or on tasks.
 *
 * A step is a pure function of (seed, step number, parameters, moments): problems come from streams named
 * by their number, gradients are summed in fixed order. So a run that was stopped and goes on from its
 * state file takes the same steps as one left alone, with any number of threads; on a GPU as far as libtorch
 * sums in a fixed order, which its attention does up to 128 rows. */
#ifndef EQRL_PRETRAIN_H
#define EQRL_PRETRAIN_H

#include "eqrl/base/error.h"
#include "eqrl/base/pool.h"
#include "eqrl/policy/weights.h"
#include "eqrl/learn/learner.h"
#include "eqrl/domain/attempts.h"
#include "eqrl/pretrain/problem.h"

struct pretrain_config {
	struct net_config net;
	enum encoding encoding;
	struct problem_config problem;
	const struct task_mix *tasks;  /* NULL: equations; else problem is not read */
	struct template_set templates; /* of tasks: each pair is shown in one of them; none is plain */
	uint64_t seed;
	int threads;
	int micro_batch, micro_batches;
	int64_t pairs; /* length of the schedule */
	double lr;
	int warmup;
	bool bf16;
	const char *device;
	const char *init; /* weights to start from, or NULL */
};

/* How soon sampling finds the true equations of a set of synthetic problems, the same for all weights as
 * long as seed, prior, shares and exclusions are. Found: a sample has the truth's stripped canonical skeleton. */
struct recovery_result {
	int n, samples;	  /* problems; equations sampled for each */
	int found;	  /* problems */
	int median;	  /* samples until the truth; samples + 1: not found */
	double mean_log2; /* of that number */
};

/* Exact targets, the same with noise of 1 to 10 %, exact targets of laws turned around. */
enum recovery_kind { RECOVERY_EXACT, RECOVERY_NOISY, RECOVERY_TURNED, RECOVERY_KINDS };

enum { PRETRAIN_RECOVERY_PROBLEMS = 100, PRETRAIN_PROMPTS = 100 /* at a checkpoint, of each level */ };

struct measured_task {
	struct task_level of;
	struct task_scores scores;
};

struct pretrain_progress {
	int64_t step, pairs;				 /* done */
	int64_t pairs_before;				 /* by the weights that this run started from */
	double loss, accuracy;				 /* running means over the last steps */
	double held_loss, held_accuracy;		 /* last held-out evaluation */
	struct recovery_result recovery[RECOVERY_KINDS]; /* last measurement */
	int n_tasks;					 /* measured */
	struct measured_task task[TASK_LEVELS_MAX];
	double lr, grad_norm;
	double pairs_per_second;
	double gflop_per_pair;
	int64_t skipped;	/* steps whose gradient was not finite */
	double generator_share; /* of the wall time that waited for problems */
};

struct pretrain;

/* Weights of the state file if it exists and config->init is NULL, else config->init's or random ones. A
 * state of other problems, batches or another network is refused; the schedule may have changed. */
enum status pretrain_open(struct pretrain **out, const struct pretrain_config *c, const struct learner_api *api,
			  const char *state_path);
void pretrain_close(struct pretrain *t);
/* The seed of the run that left this state. */
enum status pretrain_state_seed(const char *path, uint64_t *seed);

/* One step; pretrain_done() tells when the schedule has ended. */
enum status pretrain_step(struct pretrain *t);
bool pretrain_done(const struct pretrain *t);

/* Loss and accuracy on the fixed held-out problems (never drawn for training). */
enum status pretrain_evaluate(struct pretrain *t);
/* Samples that many equations for each of the PRETRAIN_RECOVERY_PROBLEMS; see struct recovery_result. */
enum status pretrain_measure_recovery(struct pretrain *t, int samples);

/* Greedy answers to so many held-out questions of each level of the configuration's tasks. */
enum status pretrain_measure_tasks(struct pretrain *t, int prompts);

/* The exact resume state, and the weights in half precision with their recipe. */
enum status pretrain_save_state(struct pretrain *t, const char *path);
enum status pretrain_save_weights(struct pretrain *t, const char *path);

const struct pretrain_progress *pretrain_progress(const struct pretrain *t);

#endif
