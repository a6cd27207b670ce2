/* trainer.c — the loop of trainer.h. trainer_step() reads in the order of the data. */
#include "eqrl/rl/trainer.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "checkpoint.h"
#include "learning.h"
#include "pieces.h"
#include "task.h"

#include <stdlib.h>

/* Beside the task whose turn it is, so many others remind the policy of their elites in an update: with their 16 elites
 * each, a fifth of what a policy batch costs to learn from. */
enum { REMINDERS = 3 };

struct trainer {
	struct train_config c;
	struct policy policy; /* params NULL with from_prior */
	struct tools tools;
	struct learning learning;
	struct train_stats stats;
	int n_tasks;
	struct task *task;
	struct batch batch;  /* of the current step … */
	struct batch lesson; /* … and the pieces of its completions, to learn from */
};

/* ---- a step ------------------------------------------------------------------------------------- */

static void add_lap(double *seconds, double *mark)
{
	double now = clock_seconds();

	*seconds += now - *mark;
	*mark = now;
}

/* The next task in the circle. Solved ones sit out when they may rest and others are left. */
static int whose_turn(const struct trainer *t)
{
	for (int i = 0; i < t->n_tasks && t->c.rest_solved; i++) {
		int which = (t->stats.next_task + i) % t->n_tasks;

		if (!task_is_solved(&t->task[which]))
			return which;
	}
	return t->stats.next_task;
}

static bool draw(struct trainer *t, struct task *k, const struct turn *turn, const volatile int *stop)
{
	const struct proposer *p = &proposer_table[turn->by];
	struct task_view view = task_view(k);
	double mark = clock_seconds();
	bool done;

	if (p->anew && k->contexts.stale)
		contexts_refresh(&k->contexts, &t->policy, t->c.tune_all);
	t->batch.by = turn->by;
	t->batch.n_written = 0;
	done = p->draw(turn, &view, &t->tools, stop, &t->batch);
	add_lap(&t->stats.seconds[p->anew ? PHASE_SAMPLE : PHASE_EVOLVE], &mark);
	return done;
}

static bool score(struct trainer *t, struct task *k, const struct turn *turn, const volatile int *stop)
{
	double mark = clock_seconds(), simplified = scorer_simplify_seconds(k->scorer);
	bool done = task_score(k, turn, &t->batch, stop);

	simplified = scorer_simplify_seconds(k->scorer) - simplified;
	t->stats.seconds[PHASE_SIMPLIFY] += simplified;
	add_lap(&t->stats.seconds[PHASE_FIT], &mark);
	t->stats.seconds[PHASE_FIT] -= simplified;
	return done;
}

/* The elites of this task and of the next ones in the circle that have some: what was found on one data set is not
 * unlearned on another, and solved tasks go on teaching. */
static int remind(const struct trainer *t, int current, struct reminder out[1 + REMINDERS])
{
	int n = 0;

	for (int i = -1; i < t->n_tasks && n < 1 + REMINDERS && t->c.elite_weight > 0; i++) {
		int which = i < 0 ? current : (int)((t->learning.record.updates * REMINDERS + i) % t->n_tasks);
		const struct task *k = &t->task[which];

		if (k->elites.n > 0 && (i < 0 || which != current))
			out[n++] = task_reminder(k, &t->c, t->learning.record.updates / t->n_tasks);
	}
	return n;
}

/* A gradient step on a batch with rewards, written for task `which` by turn->by. */
static enum status learn_from(struct trainer *t, int which, const struct turn *turn, struct batch *b)
{
	struct task *k = &t->task[which];
	struct reminder reminders[1 + REMINDERS];
	struct lesson lesson = {.batch = b, .reminders = reminders, .n_reminders = remind(t, which, reminders)};
	struct baseline none = {0}; /* holes differ too much for a level that moves from one to the next */
	bool pieces = turn->by == BY_COMPLETION;

	if (t->c.kl_in_reward && learning_kl(&t->learning, &t->c) > 0)
		TRY(learning_charge_divergence(&t->learning, &t->c, b));
	batch_advantage(b, t->c.algo, pieces ? t->batch.pieces.per_hole : t->c.group_size, t->c.train_size,
			pieces ? &none : &k->baseline);
	if (!pieces) /* certificates are of whole equations */
		credit_tokens(&t->tools, k->d, b);
	TRY(learning_step(&t->learning, &t->c, &lesson, &t->policy));
	effort_spend(&k->effort, turn->by, effort_of_learning(b->n_chosen), turn->share);
	for (int i = 0; i < t->n_tasks; i++)
		t->task[i].contexts.stale = true;
	return ST_OK;
}

/* The policy learns from what it wrote for task `which`: equations, or the pieces of completions. */
static enum status learn(struct trainer *t, int which, const struct turn *turn)
{
	struct task *k = &t->task[which];
	enum status st;

	if (turn->by == BY_POLICY) {
		batch_reward(&t->batch, &turn->reward, &k->stats.reward_mean, &k->stats.reward_best);
		return learn_from(t, which, turn, &t->batch);
	}
	if (!pieces_make_lesson(&t->batch, turn->reward.floor, &t->lesson))
		return ST_OK;
	st = learn_from(t, which, turn, &t->lesson);
	pieces_end_lesson(&t->lesson);
	return st;
}

static bool is_to_learn(const struct trainer *t, const struct turn *turn)
{
	return turn->by == BY_POLICY || (turn->by == BY_COMPLETION && t->c.learn_completions);
}

/* The first batch that is to be learned from waits here for the learner, after whatever needs no gradients, and before it
 * enters its task, so that it can still be given up. False: it is, or *st is an error. */
static bool await_learner(struct trainer *t, const struct turn *turn, const volatile int *stop, enum status *st)
{
	double mark = clock_seconds();
	bool ready = true;

	*st = ST_OK;
	if (is_to_learn(t, turn) && t->learning.learns)
		ready = learning_begin(&t->learning, &t->c, &t->policy, stop, st);
	add_lap(&t->stats.seconds[PHASE_LEARN], &mark);
	return ready;
}

enum status trainer_step(struct trainer *t, const volatile int *stop)
{
	int which = whose_turn(t);
	struct task *k = &t->task[which];
	struct turn turn = turn_of(&t->c, k, t->stats.step);
	enum status st = ST_OK;
	double mark;

	if (!draw(t, k, &turn, stop))
		return ST_OK;
	if (!score(t, k, &turn, stop) || !await_learner(t, &turn, stop, &st)) {
		task_show_late(k, &t->batch);
		return st;
	}
	task_commit(k, &t->c, &turn, &t->batch, t->learning.learns);
	mark = clock_seconds();
	if (is_to_learn(t, &turn) && t->learning.learner)
		st = learn(t, which, &turn);
	if (task_end_turn(k, &t->c, &turn) && t->learning.learner && st == ST_OK)
		st = learning_refresh(&t->learning, &t->policy);
	add_lap(&t->stats.seconds[PHASE_LEARN], &mark);
	t->stats.step++;
	t->stats.equations += t->batch.n;
	t->stats.learning = t->learning.record;
	t->stats.by = turn.by;
	t->stats.task = which;
	t->stats.next_task = (which + 1) % t->n_tasks;
	return st;
}

/* ---- life -------------------------------------------------------------------------------------- */

static void open_tools(struct trainer *t, struct pool *pool)
{
	t->tools = (struct tools){.config = &t->c, .pool = pool, .policy = &t->policy};
	t->tools.fitter = xcalloc((size_t)pool_threads(pool), sizeof(struct fitter *));
	for (int i = 0; i < pool_threads(pool); i++)
		t->tools.fitter[i] = fitter_new();
	if (t->policy.params)
		t->tools.sampler = sampler_new(pool);
}

static void close_tools(struct tools *tools)
{
	for (int i = 0; i < pool_threads(tools->pool); i++)
		fitter_free(tools->fitter[i]);
	free(tools->fitter);
	if (tools->sampler)
		sampler_free(tools->sampler);
}

static enum status open_tasks(struct trainer *t, const struct trainer_inputs *in)
{
	t->task = xcalloc((size_t)in->n_data, sizeof(*t->task));
	while (t->n_tasks < in->n_data) {
		int i = t->n_tasks++;
		struct task_given given = {t->c.bounds ? &t->c.bounds[i] : NULL, t->c.hints ? &t->c.hints[i] : NULL};

		TRY(task_open(&t->task[i], &t->c, dataset_searched(&in->d[i]), &given, &t->policy, t->tools.pool));
	}
	return ST_OK;
}

enum status trainer_open(struct trainer **out, const struct train_config *c, const struct trainer_inputs *in)
{
	struct trainer *t = xcalloc(1, sizeof(*t));
	enum status st;

	t->c = *c;
	if (in->policy)
		policy_copy(&t->policy, in->policy);
	open_tools(t, in->pool);
	batch_open(&t->batch, c->batch > c->offspring ? c->batch : c->offspring);
	st = open_tasks(t, in);
	if (st == ST_OK)
		st = learning_open(&t->learning, c, &t->policy, in);
	if (st != ST_OK) {
		trainer_close(t);
		return st;
	}
	*out = t;
	return ST_OK;
}

void trainer_close(struct trainer *t)
{
	if (!t)
		return;
	learning_close(&t->learning);
	close_tools(&t->tools);
	batch_close(&t->batch);
	batch_close(&t->lesson);
	for (int i = 0; i < t->n_tasks; i++)
		task_close(&t->task[i]);
	free(t->task);
	if (t->policy.params)
		policy_release(&t->policy);
	free(t);
}

/* ---- what others may see ------------------------------------------------------------------------ */

const struct train_stats *trainer_stats(const struct trainer *t)
{
	return &t->stats;
}

const struct policy *trainer_policy(const struct trainer *t)
{
	return &t->policy;
}

int trainer_tasks(const struct trainer *t)
{
	return t->n_tasks;
}

const struct task *trainer_task(const struct trainer *t, int i)
{
	return &t->task[i];
}

static struct checkpoint checkpoint_of(struct trainer *t)
{
	return (struct checkpoint){
		.config = &t->c,
		.policy = &t->policy,
		.learning = &t->learning,
		.stats = &t->stats,
		.task = t->task,
		.n_tasks = t->n_tasks,
	};
}

enum status trainer_save(struct trainer *t, const char *path)
{
	struct checkpoint c = checkpoint_of(t);

	return checkpoint_save(&c, path);
}

enum status trainer_load(struct trainer *t, const char *path)
{
	struct checkpoint c = checkpoint_of(t);

	return checkpoint_load(&c, path);
}
