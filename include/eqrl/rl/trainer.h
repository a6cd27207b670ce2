/* trainer.h — the search: draw, score, remember, learn; on one data set, or on several that share a policy.
 *
 * A step is one batch by one proposer on one data set: data sets take turns in a fixed circle, and on each a bandit over
 * the proposers says who is next. Each data set keeps what was found on it (front, cache, parents, elites, baseline); the
 * policy is everybody's, so it adapts to what they have in common. The optimiser's moments average over the circle, and
 * the elites of others stay in every update's loss.
 *
 * One object serves `train`, `infer` and the arms of `bench`; what differs is who may propose and whether the policy
 * learns. A step is a function of (configuration, data, state) alone, never of time or thread count, so a run can be
 * stopped after any step and resumed. */
#ifndef EQRL_TRAINER_H
#define EQRL_TRAINER_H

#include "eqrl/base/pool.h"
#include "eqrl/expr/prior.h"
#include "eqrl/data/dataset.h"
#include "eqrl/search/hints.h"
#include "eqrl/score/hof.h"
#include "eqrl/score/reward.h"
#include "eqrl/score/score.h"
#include "eqrl/policy/sampler.h"
#include "eqrl/policy/weights.h"
#include "eqrl/learn/learner.h"
#include "eqrl/rl/advantage.h"

/* Who proposes equations; a row of src/rl/proposer.h each. Kept with every equation of a front. */
enum { BY_NOBODY, BY_GUESS, BY_TEXTBOOK, BY_SPARSE, BY_POLICY, BY_COMPLETION, BY_VARIATION, BY_PRIOR, PROPOSERS };

/* "policy", "completion" …; NULL for a number that is none. And back: BY_NOBODY for a name that is none, or NULL. */
const char *proposer_name(int by);
int proposer_named(const char *name);

struct train_config {
	uint64_t seed;
	bool from_prior; /* candidates from the generator: no policy at all */
	struct prior_config prior;
	int batch, group_size, train_size;
	int offspring;		     /* evolved equations of a batch of variations; 0: no evolution, no completion */
	bool textbook;		     /* the curves of textbook.h, once, beside evolution */
	bool sparse;		     /* sums and products by sparse regression, beside evolution */
	double complete;	     /* size of a batch of completions as a share of that; 0: none */
	bool learn_completions;	     /* the policy learns from the pieces that it writes for them, too */
	int algo;		     /* row of advantage_table */
	struct reward_config reward; /* floor: each data set's own */
	double lr, kl, entropy, entropy_decay, clip_low, clip_high, temperature;
	int elites;			   /* best equations that stay in the loss, at most 64 */
	double elite_weight;		   /* their share of it, relative to the sampled ones */
	double lr_half_life, kl_half_life; /* updates in which lr and kl halve; 0: they stay */
	bool kl_in_reward;		   /* instead of in the loss */
	bool adapt; /* shares of the proposers and temperature follow what pays off (effort.h, pace.h); without
				 * it proposers take turns in a fixed circle */
	/* Counted in batches that the policy wrote for a data set, its turns: */
	int anneal;		/* until the reward is binary; 0: never */
	int refresh;		/* without a better equation until the policy is refreshed; 0: never */
	int curriculum;		/* of a stage of the curriculum; 0: none */
	int feedback;		/* FEEDBACK_… of options.h: token credit beside the advantage (feedback.h) … */
	double feedback_weight; /* … λ of A_t = A_seq + λ (c_t − c̄) */
	uint32_t silent;	/* bits of certificates that give no credit, see feedback.h */
	bool tune_all;
	bool bf16; /* matrix products of the learner and of sampling, where the CPU has them */
	uint64_t
		allowed; /* tokens that equations may use, see grammar.h; extra operators among them are for evolution */
	int max_size, max_consts;
	bool rest_solved; /* data sets with an exact equation leave the circle while others have none */
	struct scorer_config scorer;
	const struct bounds
		*bounds; /* of each data set, where columns are bound, too; NULL: the scorer's. For opening alone */
	const struct hints
		*hints; /* of each data set, what the user gave to start from; NULL: nothing. For opening alone */
};

/* Of one data set. "Written" is what the policy, or without one the prior, wrote anew. */
struct task_stats {
	int64_t turns, turns_written;	     /* steps on it; those of them that were written anew */
	int64_t batches[PROPOSERS];	     /* steps, by whom */
	int64_t equations, drawn[PROPOSERS]; /* candidates, and by whom */
	int64_t improved[PROPOSERS];	     /* new bests of their size, by whom */
	double valid, unique;		     /* shares of the last written batch: valid; new skeletons */
	double temperature;		     /* of the last written batch */
	double reward_mean, reward_best;
	double log_fvu;		    /* mean over the last written batch of log10 min(FVU, 1) */
	double log_fvu_first;	    /* the same over the first quarter of the written batches so far … */
	double log_fvu_last;	    /* … and over the last quarter: what learning has changed */
	bool exact;		    /* error at rounding level on fit and select rows: nothing left to find */
	int64_t first_exact;	    /* distinct candidates until then, −1 */
	int64_t first_exact_of_all; /* the same, repeated ones counted */
};

/* Where the time of a step goes. */
enum phase { PHASE_SAMPLE, PHASE_EVOLVE, PHASE_SIMPLIFY, PHASE_FIT, PHASE_LEARN, PHASES };

/* Of the policy's learning. */
struct learning_record {
	int64_t updates;    /* batches that it was given to learn from … */
	int64_t not_finite; /* … those whose gradient was not finite, so that the weights stayed … */
	int64_t failures;   /* … and those at which libtorch failed: the weights stayed, too */
	int64_t in_a_row;   /* of the last ones, so many brought nothing */
	int64_t refreshed;  /* policy refreshes */
	int64_t trained;    /* sequences that the last batch taught, elites apart */
	struct learn_stats last;
};

/* Of the whole search. */
struct train_stats {
	int64_t step, equations;
	int task, by, next_task; /* of the last step: whose turn it was, who proposed; where the circle goes on */
	struct learning_record learning;
	double seconds[PHASES]; /* since the start */
};

struct trainer;
struct learner_loading; /* see learner_load.h */

/* What a trainer works with. d, api, loading and pool are borrowed until it is closed; the policy is copied. */
struct trainer_inputs {
	const struct dataset *d; /* n_data of them: one task each */
	int n_data;
	const struct policy *policy;   /* NULL with from_prior */
	const struct learner_api *api; /* what learns; or … */
	struct pool *pool;
	struct learner_loading *loading; /* … it is being opened (learner_load.h); both NULL: nothing is learned */
	bool go_on; /* until it is open, batches count without their updates; otherwise the first update waits, and what a
		     * step does hangs on no clock */
};

enum status trainer_open(struct trainer **out, const struct train_config *c, const struct trainer_inputs *in);
void trainer_close(struct trainer *t);

/* One step: a batch of one proposer, on the data set whose turn it is. If *stop becomes non-zero, the batch is given up
 * within a moment: nothing of it stays, but that its equations that were scored are shown in the front.
 * Errors: only the learner's. The step is complete all the same, without its learning (see trainer_save); but if the learner
 * could not be opened, it is a batch that was given up. */
enum status trainer_step(struct trainer *t, const volatile int *stop);

const struct train_stats *trainer_stats(const struct trainer *t);

/* One data set and what was found on it; all borrowed. */
struct task;
int trainer_tasks(const struct trainer *t);
const struct task *trainer_task(const struct trainer *t, int i);
const struct dataset *task_dataset(const struct task *k);
const struct task_stats *task_stats(const struct task *k);

/* An equation at rounding level is known, and more search would hardly find a shorter one: it is short, or as much again was
 * searched since. A long one that is exact on rounded rows is often the neighbour of a short law. */
bool task_is_solved(const struct task *k);
const struct hof *task_hof(const struct task *k);
const struct scorer_counts *task_counts(const struct task *k);
const double *task_work_of_ranks(const struct task *k); /* see scorer_work_of_ranks() */

/* The front, and its best equation by the choice of `by`, as they stand (constants of the fit rows); with what a step
 * that was cut short had found. */
void task_front(const struct task *k, enum selection by, struct pareto *out);

/* The adapted policy (borrowed, current). */
const struct policy *trainer_policy(const struct trainer *t);

/* Everything that the next step depends on, with a checksum. Refused (ST_INTERNAL), with the file as it was, after an
 * error that has left learner and policy apart: what is saved is what a complete step left. */
enum status trainer_save(struct trainer *t, const char *path);
/* Refuses (ST_WEIGHTS) a damaged file, another seed, other data, other weights; the trainer is then only good for closing.
 * That the rest of the configuration is the same is the caller's to see to. */
enum status trainer_load(struct trainer *t, const char *path);

#endif
