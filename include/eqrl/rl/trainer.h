/* trainer.h — the search: sample, fit, score, learn, remember; on one data set, or on several that share a
 * policy.
 *
 * A step works on one data set: they take turns in a fixed circle. Each keeps what was found on it (front, cache,
 * parents, elites, baseline); the policy is everybody's, so it adapts to what they have in common. One data set at
 * a time keeps a step's cost and its best-of-batch rules what they are for a single one; the optimiser's moments
 * average over the circle, and the elites of others stay in every step's loss.
 *
 * One object serves `train`, `infer` and the arms of `bench`; what differs is where candidates come from
 * (policy or prior) and whether the policy learns. A step is a function of (configuration, data, state)
 * alone, never of time or thread count, so a run can be stopped after any step and resumed. */
#ifndef EQRL_TRAINER_H
#define EQRL_TRAINER_H

#include "eqrl/base/pool.h"
#include "eqrl/expr/prior.h"
#include "eqrl/data/dataset.h"
#include "eqrl/score/hof.h"
#include "eqrl/score/reward.h"
#include "eqrl/score/score.h"
#include "eqrl/policy/sampler.h"
#include "eqrl/policy/weights.h"
#include "eqrl/learn/learner.h"
#include "eqrl/rl/advantage.h"

struct train_config {
	uint64_t seed;
	bool from_prior; /* candidates from the generator: no policy at all */
	struct prior_config prior;
	int batch, group_size, train_size;
	int offspring;		     /* evolved equations of a round, beside the batch; 0: no evolution */
	double complete;	     /* share of them whose cut subtree the policy writes */
	int algo;		     /* row of advantage_table */
	struct reward_config reward; /* floor: each data set's own */
	double lr, kl, entropy, entropy_decay, clip_low, clip_high, temperature;
	int elites;		/* best equations that stay in the loss, at most 64 */
	double elite_weight;	/* their share of it, relative to the sampled ones */
	double kl_half_life;	/* steps in which kl halves; 0: it stays */
	bool kl_in_reward;	/* instead of in the loss */
	bool adapt;		/* share of the policy and its temperature follow what pays off, see pace.h */
	int anneal;		/* turns until the reward is binary; 0: never */
	int refresh;		/* turns without a better equation until the policy is refreshed; 0: never */
	int curriculum;		/* turns of a stage of the curriculum; 0: none */
	int feedback;		/* FEEDBACK_… of options.h: token credit beside the advantage (feedback.h) … */
	double feedback_weight; /* … λ of A_t = A_seq + λ (c_t − c̄) */
	uint32_t silent;	/* bits of certificates that give no credit, see feedback.h */
	bool tune_all;
	bool bf16; /* matrix products of the learner and of sampling, where the CPU has them */
	uint64_t
		allowed; /* tokens that equations may use, see grammar.h; extra operators among them are for evolution */
	int max_size, max_consts;
	int64_t evals;	  /* a step has no further round of evolution beyond so many candidates; 0: no limit */
	bool rest_solved; /* data sets with an exact equation leave the circle while others have none */
	struct scorer_config scorer;
};

/* Of one data set. Its turns are the steps that were made on it. */
struct task_stats {
	int64_t turns, equations, broods; /* broods: rounds of evolution */
	double valid, unique;		  /* shares of the last turn: valid; new skeletons */
	double written, temperature;	  /* of the last turn: the policy's share of the candidates, its temperature */
	double reward_mean, reward_best;
	double log_fvu;	      /* mean over the last turn's equations of log10 min(FVU, 1) */
	double log_fvu_first; /* the same over the first quarter of the turns so far … */
	double log_fvu_last;  /* … and over the last quarter: what learning has changed */
	/* new bests of their size, by who wrote them; completion: evolution's, with a piece that the policy wrote */
	int64_t improved_by_policy, improved_by_evolution, improved_by_completion;
	bool exact;		    /* error at rounding level on fit and select rows: nothing left to find */
	int first_exact;	    /* distinct candidates until then, −1 */
	int64_t first_exact_of_all; /* the same, repeated ones counted */
};

/* Where the time of a step goes. */
enum phase { PHASE_SAMPLE, PHASE_EVOLVE, PHASE_SIMPLIFY, PHASE_FIT, PHASE_LEARN, PHASES };

/* Of the whole search. */
struct train_stats {
	int64_t step, equations;
	int64_t refreshed;   /* policy refreshes */
	int task, next_task; /* whose turn the last step was; where the circle goes on */
	int trained;	     /* sequences that the last step learned from, elites apart */
	struct learn_stats learn;
	double seconds[PHASES]; /* since the start */
};

struct trainer;

/* d[n_data]: one task each. policy: copied; NULL with from_prior. api: NULL when nothing is learned. d, pool,
 * api are borrowed. */
enum status trainer_open(struct trainer **out, const struct train_config *c, const struct dataset *d, int n_data,
			 const struct policy *policy, const struct learner_api *api, struct pool *pool);
void trainer_close(struct trainer *t);

/* One step, on the data set whose turn it is. If *stop becomes non-zero, the step is given up within a
 * moment: policy and cache stay as they were, good equations of the unfinished step are kept. */
enum status trainer_step(struct trainer *t, const volatile int *stop);

const struct train_stats *trainer_stats(const struct trainer *t);

/* One data set and what was found on it; all borrowed. */
struct task;
int trainer_tasks(const struct trainer *t);
const struct task *trainer_task(const struct trainer *t, int i);
const struct dataset *task_dataset(const struct task *k);
const struct task_stats *task_stats(const struct task *k);
const struct hof *task_hof(const struct task *k);
const struct scorer_counts *task_counts(const struct task *k);

/* The best equation of the front by the choice of `by`, as it stands (constants of the fit rows). */
void task_front(const struct task *k, enum selection by, struct pareto *out);

/* The adapted policy (borrowed, current). */
const struct policy *trainer_policy(const struct trainer *t);

/* After the last step: the policy becomes the one whose samples earned the highest mean reward. */
void trainer_restore_best(struct trainer *t);

/* Everything that the next step depends on. Loading checks that data and configuration fit. */
enum status trainer_save(struct trainer *t, const char *path);
enum status trainer_load(struct trainer *t, const char *path);

#endif
