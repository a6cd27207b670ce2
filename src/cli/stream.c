/* stream.c — see stream.h. Every measurement is on the same held-out problems. */
#include "stream.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/signals.h"
#include "eqrl/run/fresh.h"
#include "eqrl/rl/stream.h"
#include "eqrl/run/progress.h"
#include "eqrl/run/search_setup.h"

#include <math.h>
#include <stdio.h>

/* 100 problems tell shares apart by ten points; 64 equations are what infer writes in a tenth of a second. */
enum { HELD_OUT = 100, HELD_OUT_SAMPLES = 64 };

static enum status configure_stream(const struct options *o, const struct fresh_problems *f, struct stream_config *c)
{
	*c = (struct stream_config){.problems = (int)o->rl_problems, .expert = o->expert};
	TRY(search_config(o, ARM_TRAIN, &c->train));
	c->train.group_size = (int)o->rl_samples;
	c->train.batch = c->train.train_size = c->problems * c->train.group_size;
	c->source = fresh_source((struct fresh_problems *)(uintptr_t)f);
	return ST_OK;
}

static void print_measure(struct stream *s, const char *when)
{
	struct stream_worth m;

	stream_measure(s, HELD_OUT, HELD_OUT_SAMPLES, &m);
	printf("%s: %lld steps: of %d held-out problems %d down to noise within %d equations, best of each %.3f "
	       "decades in the "
	       "mean, mean reward %.4f\n",
	       when, (long long)stream_progress(s)->step, m.n, m.recovered, m.samples, m.decades, m.reward);
	fflush(stdout);
}

static void show_step(struct progress *p, const struct stream *s)
{
	const struct stream_progress *at = stream_progress(s);
	struct str line = {0};

	str_addf(&line, "step %lld  reward %.4f  solved %.0f%%  kl %.2g  entropy %.2f  |g| %.2g", (long long)at->step,
		 at->reward, 100 * at->solved, at->learning.last.kl, at->learning.last.entropy,
		 at->learning.last.grad_norm);
	progress_line(p, at->step, line.data);
	str_release(&line);
}

/* The weights with a note of what was done in their recipe. */
static enum status write_weights(const struct stream *s, const struct options *o)
{
	struct policy p;
	cJSON *note = cJSON_CreateObject();
	enum status st;

	policy_copy(&p, stream_policy(s));
	cJSON_AddNumberToObject(note, "steps", (double)stream_progress(s)->step);
	cJSON_AddNumberToObject(note, "problems", (double)o->rl_problems);
	cJSON_AddNumberToObject(note, "samples", (double)o->rl_samples);
	cJSON_AddBoolToObject(note, "expert", o->expert);
	if (!p.recipe)
		p.recipe = cJSON_CreateObject();
	cJSON_DeleteItemFromObject(p.recipe, "rl");
	cJSON_AddItemToObject(p.recipe, "rl", note);
	st = policy_save(&p, o->out, DTYPE_F16);
	policy_release(&p);
	return st;
}

static enum status save_all(struct stream *s, const struct options *o, const char *state)
{
	TRY(stream_save(s, state));
	return write_weights(s, o);
}

/* As often as supervised training does. */
static double checkpoint_interval(const struct options *o)
{
	return o->checkpoint < 0 ? INFINITY : o->checkpoint > 0 ? o->checkpoint : 180;
}

static enum status train_on_stream(struct stream *s, const struct options *o, const char *state)
{
	struct progress *p = progress_new(o->quiet, NULL);
	const volatile int *stop = signals_flag();
	int64_t first = stream_progress(s)->step;
	double started = clock_seconds(), last = started;
	enum status st = ST_OK;

	while (st == ST_OK && !*stop && (o->steps == 0 || stream_progress(s)->step - first < o->steps) &&
	       (o->time == 0 || clock_seconds() - started < o->time)) {
		st = stream_step(s, stop);
		show_step(p, s);
		if (st == ST_OK && clock_seconds() - last > checkpoint_interval(o)) {
			st = save_all(s, o, state);
			last = clock_seconds();
		}
	}
	progress_end(p);
	return st == ST_OK ? save_all(s, o, state) : st;
}

static enum status open_stream(struct stream **s, const struct stream_config *c, const struct options *o,
			       struct pool *pool)
{
	const struct learner_api *api;
	struct policy policy;
	enum status st;

	TRY(search_learner(&api));
	TRY(policy_load(&policy, o->init));
	st = stream_open(s, c, &policy, api, pool);
	policy_release(&policy);
	return st;
}

enum status stream_check(const struct options *o)
{
	if (o->time > 0 && !o->rl)
		return fail(ST_USAGE, "--time %g: is for --rl; supervised training ends after --pairs", o->time);
	if (o->domain && o->rl)
		return fail(ST_USAGE, "--rl with --domain: tasks are not rewarded here; leave out one of the two");
	return ST_OK;
}

enum status stream_pretrain(const struct options *o, const struct pretrain_config *c, const char *state)
{
	struct fresh_problems fresh = {.problem = c->problem, .rows = c->net.points, .seed = c->seed};
	struct stream_config config;
	struct stream *s = NULL;
	struct pool *pool;
	enum status st;

	if (!o->init || !o->out || (o->time == 0 && o->steps == 0))
		return fail(ST_USAGE, "--rl needs the weights to go on from, a file for the new ones, and a budget: "
				      "--init FILE --out FILE --time T (or --steps N)");
	TRY(configure_stream(o, &fresh, &config));
	config.train.seed = c->seed;
	pool = pool_new(c->threads);
	st = open_stream(&s, &config, o, pool);
	if (st == ST_OK && file_exists(state))
		st = stream_load(s, state);
	if (st == ST_OK) {
		print_measure(s, "before");
		st = train_on_stream(s, o, state);
	}
	if (st == ST_OK && !*signals_flag())
		print_measure(s, "after");
	stream_close(s);
	pool_free(pool);
	return st == ST_OK ? signals_status() : st;
}
