/* cmd_pretrain.c — eqrl pretrain: weights from synthetic equations. */
#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/paths.h"
#include "eqrl/base/signals.h"
#include "eqrl/expr/print.h"
#include "eqrl/rl/learner_load.h"
#include "eqrl/pretrain/pretrain.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/progress.h"
#include "eqrl/bench/problem_file.h"
#include "eqrl/cli/cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CENSUS_DRAWS = 200000 };

static void configure_problems(const struct options *o, struct problem_config *p)
{
	const double weight[FORM_COUNT] = {
		[FORM_TREE] = o->prior_tree,	     [FORM_PRODUCT] = o->prior_product,
		[FORM_SUM] = o->prior_sum,	     [FORM_RATIO] = o->prior_ratio,
		[FORM_FUNCTION] = o->prior_function, [FORM_DISTANCE] = o->prior_distance,
		[FORM_CURVE] = o->prior_curve,	     [FORM_POLYNOMIAL] = o->prior_polynomial,
	};

	memcpy(p->prior.form, weight, sizeof(weight));
	p->unused_columns = o->unused_columns;
	p->noise.share = o->noise_share;
	p->noise.low = o->noise_low;
	p->noise.high = o->noise_high;
}

/* What the generator cannot do with. */
static enum status check_problems(const struct options *o, const struct problem_config *p)
{
	double sum = 0;

	for (int i = 0; i < FORM_COUNT; i++)
		sum += p->prior.form[i];
	if (sum <= 0)
		return fail(ST_USAGE,
			    "all weights of the prior are 0: give one of --prior-tree, --prior-sum … a weight");
	if (o->noise_share > 0 && !(o->noise_low > 0 && o->noise_low <= o->noise_high))
		return fail(ST_USAGE, "--noise-low %g and --noise-high %g: must be above 0 and in order", o->noise_low,
			    o->noise_high);
	return ST_OK;
}

static void configure(const struct options *o, struct pretrain_config *c)
{
	*c = (struct pretrain_config){
		.encoding = (enum encoding)o->encoding,
		.problem = problem_default(),
		.seed = (uint64_t)o->seed,
		.threads = threads_wanted(o),
		.micro_batch = (int)o->micro_batch,
		.micro_batches = (int)o->micro_batches,
		.pairs = o->pairs,
		.lr = o->lr,
		.warmup = (int)o->warmup,
		.bf16 = o->bf16,
		.device = o->device,
		.init = o->init,
	};
	c->net = (struct net_config){
		.width = (int)o->width,
		.heads = (int)o->heads,
		.ff = 4 * (int)o->width,
		.encoder_layers = (int)o->encoder_layers,
		.decoder_layers = (int)o->decoder_layers,
		.latents = (int)o->latents,
		.points = (int)o->points,
		.features = encoding_features(c->encoding),
		.context = encoding_context(c->encoding),
		.max_len = VOCAB_MAX_LEN + 1,
	};
	configure_problems(o, &c->problem);
}

/* Who goes on from weights goes on with their shape. */
static enum status shape_of_init(struct pretrain_config *c)
{
	struct policy p;

	if (!c->init)
		return ST_OK;
	TRY(policy_load(&p, c->init));
	c->net = p.config;
	c->encoding = p.encoding;
	policy_release(&p);
	return ST_OK;
}

/* The truths of a problem file, which must never be training targets. */
static enum status build_census(const struct options *o, struct pretrain_config *c)
{
	struct problem_file f = {0};
	struct expr *truths;
	struct pool *pool;

	if (o->exclude)
		TRY(problem_file_load(&f, o->exclude));
	truths = xcalloc((size_t)f.n + 1, sizeof(*truths));
	for (int i = 0; i < f.n; i++)
		truths[i] = f.problem[i].truth;
	pool = pool_new(c->threads);
	c->problem.census = census_new(&c->problem, CENSUS_DRAWS, o->max_share, c->seed, truths, f.n, pool);
	pool_free(pool);
	free(truths);
	problem_file_release(&f);
	return ST_OK;
}

/* --dump: problems as a person would read them. */
static enum status dump(const struct options *o, const struct pretrain_config *c)
{
	struct problem *p = xcalloc(1, sizeof(*p));
	int64_t verdicts[PROBLEM_VERDICTS] = {0};

	for (int64_t i = 0; i < o->dump;) {
		struct rng r = rng_stream(c->seed, 1, (uint64_t)i);
		struct str skeleton = {0}, truth = {0};
		enum problem_verdict v;

		do {
			v = problem_draw(&c->problem, 64, &r, p);
			verdicts[v]++;
		} while (v != PROBLEM_OK);
		print_expr_with(&skeleton, &p->skeleton, NULL, NOTATION_TEXT,
				&(struct print_options){.placeholders = true});
		print_expr_with(&truth, &p->truth, NULL, NOTATION_TEXT, &(struct print_options){.digits = 4});
		printf("%-44s  y = %s  [%d columns, x1 %.3g … %.3g, noise %.3g]\n", str_text(&skeleton),
		       p->truth.n ? str_text(&truth) : "(too long)", p->n_columns, p->x[0][0], p->x[0][1], p->noise);
		str_release(&skeleton);
		str_release(&truth);
		i++;
	}
	for (int v = 0; v < PROBLEM_VERDICTS; v++)
		fprintf(stderr, "%-14s %lld\n", problem_verdict_name[v], (long long)verdicts[v]);
	free(p);
	return ST_OK;
}

/* One for each file of weights. */
static char *state_path(const struct options *o)
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
static enum status seed_of_state(const struct invocation *inv, const char *state, struct pretrain_config *c)
{
	if (!inv->seed_drawn || c->init || !file_exists(state))
		return ST_OK;
	TRY(pretrain_state_seed(state, &c->seed));
	warn("%s: goes on with its seed, %llu", state, (unsigned long long)c->seed);
	return ST_OK;
}

static enum status measure(struct pretrain *t, const struct options *o)
{
	TRY(pretrain_evaluate(t));
	return o->recovery > 0 ? pretrain_measure_recovery(t, (int)o->recovery) : ST_OK;
}

/* --evaluate: what the weights of --init are worth on the held-out problems. */
static enum status evaluate(struct pretrain *t, const struct options *o)
{
	static const char *const kind[2] = {"exact targets", "1 to 10 % noise"};
	const struct pretrain_progress *p = pretrain_progress(t);

	TRY(measure(t, o));
	printf("held-out loss %.4f, token accuracy %.2f %%\n", p->held_loss, 100 * p->held_accuracy);
	for (int i = 0; i < 2 && o->recovery > 0; i++) {
		const struct recovery_result *r = &p->recovery[i];

		printf("%-16s true equation within %d samples for %d of %d problems, median %s%d, "
		       "geometric mean %.1f\n",
		       kind[i], r->samples, r->found, r->n, r->median > r->samples ? "above " : "",
		       r->median > r->samples ? r->samples : r->median, exp2(r->mean_log2));
	}
	return ST_OK;
}

static enum status checkpoint(struct pretrain *t, const struct options *o, const char *state)
{
	char *slash = strrchr(state, '/'), *dir = slash ? xstrndup(state, (size_t)(slash - state)) : NULL;
	enum status st = dir && *dir ? dir_create(dir) : ST_OK;

	if (st == ST_OK)
		st = measure(t, o);
	if (st == ST_OK)
		st = pretrain_save_state(t, state);
	if (st == ST_OK)
		st = pretrain_save_weights(t, o->out);
	free(dir);
	return st;
}

static void show(struct progress *p, const struct pretrain *t, const struct options *o)
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
		str_addf(&line, ", %d samples find %d (noisy %d) of %d equations", s->recovery[0].samples,
			 s->recovery[0].found, s->recovery[1].found, s->recovery[0].n);
	progress_note(p, "%s", line.data);
	str_release(&line);
}

/* Seconds between checkpoints. A state takes a second or two to write and holds a minute's work of many cores. */
static double checkpoint_interval(const struct options *o)
{
	return o->checkpoint < 0 ? INFINITY : o->checkpoint > 0 ? o->checkpoint : 180;
}

static enum status train(struct pretrain *t, const struct options *o, const char *state)
{
	struct progress *p = progress_new(o->quiet, NULL);
	double last = clock_seconds();
	int64_t first = pretrain_progress(t)->step;
	const volatile int *stop = signals_flag();
	enum status st = measure(t, o);

	while (st == ST_OK && !pretrain_done(t) && !*stop &&
	       !(o->steps > 0 && pretrain_progress(t)->step - first >= o->steps)) {
		st = pretrain_step(t);
		show(p, t, o);
		if (st == ST_OK && clock_seconds() - last > checkpoint_interval(o)) {
			st = checkpoint(t, o, state);
			if (st == ST_OK)
				note_checkpoint(p, pretrain_progress(t));
			last = clock_seconds();
		}
	}
	if (st == ST_OK)
		st = checkpoint(t, o, state);
	show(p, t, o);
	progress_end(p);
	return st == ST_OK ? signals_status() : st;
}

int cmd_pretrain(struct invocation *inv)
{
	const struct options *o = inv->options;
	const struct learner_api *api;
	struct pretrain_config c;
	struct pretrain *t;
	char *learner = NULL, *state = NULL;
	enum status st;

	configure(o, &c);
	TRY(check_problems(o, &c.problem));
	TRY(shape_of_init(&c));
	TRY(net_config_check(&c.net));
	if (c.net.points > PROBLEM_MAX_ROWS)
		return fail(ST_USAGE, "--points %d: must be at most %d", c.net.points, PROBLEM_MAX_ROWS);
	state = state_path(o);
	TRY(seed_of_state(inv, state, &c));
	TRY(build_census(o, &c));
	if (o->dump > 0)
		return dump(o, &c);
	if (!o->out && !o->evaluate)
		return fail(ST_USAGE, "pretrain needs --out FILE for the weights");
	if (o->evaluate && !o->init)
		return fail(ST_USAGE, "--evaluate needs the weights: --init FILE");
	TRY(path_find(PATH_LEARNER, NULL, &learner));
	st = learner_load(learner, &api);
	free(learner);
	TRY(st);
	signals_install();
	st = pretrain_open(&t, &c, api, state);
	if (st == ST_OK) {
		warn("%zu parameters, %s, %d threads; state in %s", net_parameters(&c.net), api->version(), c.threads,
		     state);
		st = o->evaluate ? evaluate(t, o) : train(t, o, state);
		pretrain_close(t);
	}
	free(state);
	return st;
}
