/* cmd_pretrain.c — eqrl pretrain: weights from synthetic equations. */
#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/ranks.h"
#include "eqrl/base/paths.h"
#include "eqrl/base/signals.h"
#include "eqrl/bench/problem_file.h"
#include "eqrl/pretrain/census.h"
#include "eqrl/rl/learner_load.h"
#include "eqrl/run/pretrain_setup.h"
#include "eqrl/run/progress.h"
#include "eqrl/cli/cli.h"
#include "problem_dump.h"
#include "stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Enough to measure the most common skeletons' shares of 5e-4 within a tenth: 100 of 200,000 draws. */
enum { CENSUS_DRAWS = 200000 };

/* The census of the generator, without the equations of --exclude. It takes seconds; the caller frees it. */
static enum status count_skeletons(const struct options *o, struct pretrain_config *c, struct skeleton_census **census)
{
	const struct census_config cc = {.prior = &c->problem.prior,
					 .grammar = &c->problem.grammar,
					 .seed = c->seed,
					 .draws = CENSUS_DRAWS,
					 .max_share = o->max_share};
	struct expr *truth;
	struct pool *pool;
	int n;

	TRY(problem_files_truths(o->exclude, &truth, &n));
	pool = pool_new(c->threads);
	*census = census_new(&cc, truth, n, pool);
	c->problem.census = *census;
	pool_free(pool);
	free(truth);
	return ST_OK;
}

/* One for each file of weights. */
static char *choose_state_path(const struct options *o)
{
	const char *base = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	const char *out = o->out ? o->out : "pretrain", *slash = strrchr(out, '/');
	struct str path = {0};

	if (o->state)
		return xstrdup(o->state);
	if (base && *base)
		str_addf(&path, "%s/eqrl", base);
	else
		str_addf(&path, "%s/.local/state/eqrl", home ? home : ".");
	str_addf(&path, "/%s.state", slash ? slash + 1 : out);
	return path.data;
}

/* Who names no seed goes on with that of the state. */
static enum status take_seed_of_state(const struct invocation *inv, const char *state, struct pretrain_config *c)
{
	if (!inv->seed_drawn || c->init || !file_exists(state))
		return ST_OK;
	TRY(pretrain_state_seed(state, &c->seed));
	warn("%s: goes on with its seed, %llu", state, (unsigned long long)c->seed);
	return ST_OK;
}

static enum status measure_policy(struct pretrain *t, const struct options *o)
{
	TRY(pretrain_evaluate(t));
	if (o->domain)
		return pretrain_measure_tasks(t, PRETRAIN_PROMPTS);
	return o->recovery > 0 ? pretrain_measure_recovery(t, (int)o->recovery) : ST_OK;
}

/* --evaluate: what the weights of --init are worth on the held-out problems. */
static enum status print_evaluation(struct pretrain *t, const struct options *o)
{
	static const char *const kind[RECOVERY_KINDS] = {"exact targets", "1 to 10 % noise", "turned around"};
	const struct pretrain_progress *p = pretrain_progress(t);

	TRY(measure_policy(t, o));
	printf("held-out loss %.4f, token accuracy %.2f %%\n", p->held_loss, 100 * p->held_accuracy);
	for (int i = 0; i < p->n_tasks; i++)
		printf("%s %d: %.0f of %d held-out questions are answered rightly at once\n",
		       p->task[i].of.domain->name, p->task[i].of.level, p->task[i].scores.greedy * p->task[i].scores.n,
		       p->task[i].scores.n);
	for (int i = 0; i < RECOVERY_KINDS && o->recovery > 0 && !o->domain; i++) {
		const struct recovery_result *r = &p->recovery[i];

		printf("%-16s true equation within %d samples for %d of %d problems, median %s%d, "
		       "geometric mean %.1f\n",
		       kind[i], r->samples, r->found, r->n, r->median > r->samples ? "above " : "",
		       r->median > r->samples ? r->samples : r->median, exp2(r->mean_log2));
	}
	return ST_OK;
}

/* The weights are written whether or not the state can be: a full disk may have room for the smaller of the two, and
 * training goes on, so that the next checkpoint may fit. ST_RESOURCE when one of them could not be written. */
static enum status save_checkpoint(struct pretrain *t, const struct options *o, const char *state)
{
	enum status saved, written;

	TRY(measure_policy(t, o));
	if (!ranks_is_first())
		return ST_OK;
	saved = pretrain_save_state(t, state);
	if (saved == ST_RESOURCE)
		warn("%s; the weights are written all the same, but this run cannot be resumed", error_message());
	else
		TRY(saved);
	written = pretrain_save_weights(t, o->out);
	if (written == ST_RESOURCE)
		warn("%s; the next checkpoint tries again", error_message());
	else
		TRY(written);
	return saved == ST_OK ? written : saved;
}

static void show_step(struct progress *p, const struct pretrain *t, const struct options *o)
{
	const struct pretrain_progress *s = pretrain_progress(t);
	char left[32], pairs[32];
	struct str line = {0};

	format_count(pairs, s->pairs);
	format_duration(left, (double)(o->pairs - s->pairs) / fmax(s->pairs_per_second, 1e-9));
	str_addf(&line,
		 "step %lld  pairs %s  %.0f pairs/s (%.0f Gflop/s)  loss %.4f  tokens %.1f%%  held out %.4f %.1f%%  "
		 "lr %.2g  |g| %.2f  gen %.0f%%  left %s",
		 (long long)s->step, pairs, s->pairs_per_second, s->pairs_per_second * s->gflop_per_pair, s->loss,
		 100 * s->accuracy, s->held_loss, 100 * s->held_accuracy, s->lr, s->grad_norm, 100 * s->generator_share,
		 left);
	if (s->skipped > 0)
		str_addf(&line, "  skipped %lld", (long long)s->skipped);
	progress_line(p, s->step, line.data);
	str_release(&line);
}

static void note_checkpoint(struct progress *p, const struct pretrain_progress *s)
{
	struct str line = {0};

	str_addf(&line, "checkpoint at %lld pairs: held-out loss %.4f, tokens %.2f%%", (long long)s->pairs,
		 s->held_loss, 100 * s->held_accuracy);
	if (s->recovery[0].n > 0)
		str_addf(&line, ", %d samples find %d (noisy %d, turned %d) of %d equations", s->recovery[0].samples,
			 s->recovery[RECOVERY_EXACT].found, s->recovery[RECOVERY_NOISY].found,
			 s->recovery[RECOVERY_TURNED].found, s->recovery[0].n);
	for (int i = 0; i < s->n_tasks; i++)
		str_addf(&line, "%s %s %d %.0f%%", i ? "," : "; right greedily:", s->task[i].of.domain->name,
			 s->task[i].of.level, 100 * s->task[i].scores.greedy);
	progress_note(p, "%s", line.data);
	str_release(&line);
}

/* Seconds between checkpoints. A state takes a second or two to write and holds a minute's work of many cores. */
static double checkpoint_interval(const struct options *o)
{
	return o->checkpoint < 0 ? INFINITY : o->checkpoint > 0 ? o->checkpoint : 180;
}

static bool is_finished(const struct pretrain *t, const struct options *o, int64_t first_step)
{
	const volatile int *stop = ranks_stop(signals_flag());

	ranks_poll();
	return pretrain_done(t) || *stop || (o->steps > 0 && pretrain_progress(t)->step - first_step >= o->steps);
}

/* By the clock of the first rank: what is measured before takes all of them. */
static bool is_checkpoint_due(const struct options *o, double last)
{
	int due = clock_seconds() - last > checkpoint_interval(o);

	ranks_broadcast(&due, sizeof(due), 0);
	return due;
}

static enum status train(struct pretrain *t, const struct options *o, const char *state)
{
	struct progress *p = progress_new(o->quiet, NULL);
	double last = clock_seconds();
	int64_t first = pretrain_progress(t)->step;
	enum status st = measure_policy(t, o), saved = ST_OK;

	while (st == ST_OK && !is_finished(t, o, first)) {
		st = pretrain_step(t);
		show_step(p, t, o);
		if (st == ST_OK && is_checkpoint_due(o, last)) {
			saved = save_checkpoint(t, o, state);
			if (saved == ST_OK)
				note_checkpoint(p, pretrain_progress(t));
			else if (saved != ST_RESOURCE)
				st = saved;
			last = clock_seconds();
		}
	}
	if (st == ST_OK)
		st = save_checkpoint(t, o, state);
	show_step(p, t, o);
	progress_end(p);
	return st == ST_OK ? signals_status() : st;
}

/* Asks before the training, not after it, whether what comes of it can be kept. */
static enum status check_outputs(const struct options *o, const char *state)
{
	if (file_check_writable(state) != ST_OK)
		return fail(ST_RESOURCE, "%s (the state of training; --state FILE puts it elsewhere)", error_message());
	if (file_check_writable(o->out) != ST_OK)
		return fail(ST_RESOURCE, "%s (the weights; --out FILE puts them elsewhere)", error_message());
	return ST_OK;
}

static enum status check_request(const struct options *o, const char *state)
{
	if (o->dump > 0)
		return ST_OK;
	if (!o->out && !o->evaluate)
		return fail(ST_USAGE, "pretrain needs --out FILE for the weights");
	if (o->evaluate && !o->init)
		return fail(ST_USAGE, "--evaluate needs the weights: --init FILE");
	if (o->rl && ranks_count() > 1)
		return fail(ST_USAGE, "--rl is for one process; leave out mpirun");
	return o->evaluate || !ranks_is_first() ? ST_OK : check_outputs(o, state);
}

static enum status open_and_train(const struct options *o, const struct pretrain_config *c, const char *state)
{
	const struct learner_api *api;
	struct pretrain *t;
	char *learner;
	enum status st;

	TRY(path_find(PATH_LEARNER, NULL, &learner));
	st = learner_load(learner, &api);
	free(learner);
	TRY(st);
	TRY(pretrain_open(&t, c, api, state));
	warn("%zu parameters, %s, %d threads; state in %s", net_parameters(&c->net), api->version(), c->threads, state);
	st = o->evaluate ? print_evaluation(t, o) : train(t, o, state);
	pretrain_close(t);
	return st;
}

int cmd_pretrain(struct invocation *inv)
{
	const struct options *o = inv->options;
	struct skeleton_census *census = NULL;
	struct pretrain_config c;
	struct task_mix mix;
	char *state;
	enum status st;

	TRY(pretrain_setup(o, &mix, &c));
	TRY(stream_check(o));
	if (c.tasks && o->dump > 0)
		return fail(ST_USAGE, "--dump with --domain: eqrl tasks %s --dump %lld shows questions", o->domain,
			    (long long)o->dump);
	state = choose_state_path(o);
	st = check_request(o, state);
	if (st == ST_OK && !o->rl)
		st = take_seed_of_state(inv, state, &c);
	if (st == ST_OK && !c.tasks)
		st = count_skeletons(o, &c, &census);
	if (st == ST_OK)
		st = o->dump > 0 ? dump_problems(o, &c)
		     : o->rl	 ? stream_pretrain(o, &c, state)
				 : open_and_train(o, &c, state);
	census_free(census);
	free(state);
	return st;
}
