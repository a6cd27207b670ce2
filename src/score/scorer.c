/* scorer.c — the stages of score.h on the worker pool.
 *
 *   canonical skeletons of all candidates            parallel
 *   which of them are new: first of its hash         in order
 *   stage 1 for the new ones                         parallel
 *   who is promising                                 in order
 *   stages 2 and 3                                   parallel
 *   results to repeats                               in order
 * and, when the batch is committed, results into the cache, in order. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "eqrl/eval/group_fit.h"
#include "eqrl/eval/powers.h"
#include "eqrl/eval/regularity.h"
#include "eqrl/eval/shape.h"
#include "eqrl/eval/tape.h"
#include "eqrl/score/score.h"
#include "row_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* CACHE_MOST: entries of 16 bytes each that are kept and saved, 8 MB of them: a minute of one core scores some 150,000
 * skeletons, so that shorter runs forget nothing. When it is full, half of them are forgotten: the older ones of those that
 * nobody has asked for since the last time.
 * SCREEN: draws for the second start; most candidates are not worth more. */
enum { CACHE_MOST = 1 << 19, SCREEN = 8 };

struct scorer {
	struct scorer_config c;
	struct bounds steps; /* of equations that lack something required: they may become parents */
	struct row_view first, second, fit, select;
	struct interval *box; /* of the columns, report rows excluded */
	struct pool *pool;
	struct fitter **fitter; /* one per worker */
	struct scorer_counts counts;
	struct cached_score *cache;
	int n_cached, capacity;
	int *table; /* hash → cache index + 1, open addressing */
	int table_size;
	double best[EXPR_MAX_NODES + 1]; /* smallest error on fit rows by size */
	double simplify_seconds, work[RANKS_COUNTED];
};

struct scorer_config scorer_default(void)
{
	return (struct scorer_config){
		.scaling = SCALING_AUTO,
		.first_rows = 128,
		.first_iterations = 8,
		.second_rows = 512,
		.second_iterations = 40,
		.restarts = 3,
		.promising = 0.1,
		.reach = 0.3,
		.bounds = bounds_none(),
	};
}

/* ---- cache ------------------------------------------------------------------------------------- */

static void table_add(struct scorer *s, uint64_t hash, int index)
{
	int mask = s->table_size - 1, i = (int)(hash & (uint64_t)mask);

	while (s->table[i])
		i = (i + 1) & mask;
	s->table[i] = index + 1;
}

static void table_fill(struct scorer *s)
{
	memset(s->table, 0, (size_t)s->table_size * sizeof(*s->table));
	for (int i = 0; i < s->n_cached; i++)
		table_add(s, s->cache[i].hash, i);
}

static void table_grow(struct scorer *s)
{
	s->table_size = s->table_size ? s->table_size * 2 : 4096;
	s->table = xrealloc(s->table, (size_t)s->table_size * sizeof(*s->table));
	table_fill(s);
}

static struct cached_score *cache_find(const struct scorer *s, uint64_t hash)
{
	int mask = s->table_size - 1, i = (int)(hash & (uint64_t)mask);

	for (; s->table[i]; i = (i + 1) & mask)
		if (s->cache[s->table[i] - 1].hash == hash)
			return &s->cache[s->table[i] - 1];
	return NULL;
}

/* Makes room: keeps what was asked for since the last time, then the newest, up to a half. */
static void cache_forget(struct scorer *s)
{
	int asked = 0, kept = 0, newest;

	for (int i = 0; i < s->n_cached; i++)
		asked += s->cache[i].asked;
	newest = s->n_cached - (asked < CACHE_MOST / 2 ? CACHE_MOST / 2 - asked : 0);
	for (int i = 0; i < s->n_cached; i++) {
		bool keep = s->cache[i].asked ? asked-- <= CACHE_MOST / 2 : i >= newest;

		if (!keep)
			continue;
		s->cache[kept] = s->cache[i];
		s->cache[kept++].asked = false;
	}
	s->n_cached = kept;
	table_fill(s);
}

static void cache_add(struct scorer *s, const struct cached_score *entry)
{
	if (s->n_cached >= CACHE_MOST)
		cache_forget(s);
	if (s->n_cached == s->capacity) {
		s->capacity = s->capacity ? s->capacity * 2 : 4096;
		s->cache = xrealloc(s->cache, (size_t)s->capacity * sizeof(*s->cache));
	}
	if ((s->n_cached + 1) * 2 > s->table_size)
		table_grow(s);
	s->cache[s->n_cached] = *entry;
	table_add(s, entry->hash, s->n_cached++);
}

/* ---- life -------------------------------------------------------------------------------------- */

struct scorer *scorer_new(const struct scorer_config *c, const struct dataset *d, struct pool *pool)
{
	struct scorer *s = xcalloc(1, sizeof(*s));

	s->c = *c;
	s->steps = bounds_of_steps(&c->bounds);
	s->pool = pool;
	s->box = xcalloc((size_t)d->n_columns + 1, sizeof(*s->box));
	regularity_box(&d->all_but_report, s->box);
	row_view_open(&s->first, &d->fit, c->first_rows);
	row_view_open(&s->second, &d->fit, c->second_rows);
	row_view_open(&s->fit, &d->fit, 0);
	row_view_open(&s->select, &d->select, 0);
	s->fitter = xcalloc((size_t)pool_threads(pool), sizeof(struct fitter *));
	for (int i = 0; i < pool_threads(pool); i++)
		s->fitter[i] = fitter_new();
	for (int i = 0; i <= EXPR_MAX_NODES; i++)
		s->best[i] = INFINITY;
	table_grow(s);
	return s;
}

void scorer_free(struct scorer *s)
{
	if (!s)
		return;
	for (int i = 0; i < pool_threads(s->pool); i++)
		fitter_free(s->fitter[i]);
	free(s->fitter);
	row_view_close(&s->first);
	row_view_close(&s->second);
	row_view_close(&s->fit);
	row_view_close(&s->select);
	free(s->box);
	free(s->cache);
	free(s->table);
	free(s);
}

double scorer_best(const struct scorer *s, int size)
{
	return s->best[size < 0 ? 0 : size > EXPR_MAX_NODES ? EXPR_MAX_NODES : size];
}

const struct scorer_counts *scorer_counts(const struct scorer *s)
{
	return &s->counts;
}

int scorer_cache_size(const struct scorer *s)
{
	return s->n_cached;
}

const struct cached_score *scorer_cache(const struct scorer *s)
{
	return s->cache;
}

const double *scorer_best_by_size(const struct scorer *s)
{
	return s->best;
}

void scorer_restore(struct scorer *s, const struct scorer_state *state)
{
	s->n_cached = 0;
	for (int i = 0; i < state->n_cached; i++)
		cache_add(s, &state->cache[i]);
	memcpy(s->best, state->best, sizeof(s->best));
	s->counts = *state->counts;
}

/* ---- one candidate ----------------------------------------------------------------------------- */

/* 1 − R² of an equation on rows; INFINITY where a prediction is not finite. */
static double fvu_on(struct fitter *f, const struct expr *e, const struct row_view *v)
{
	struct tape *t = fitter_tape(f);

	tape_bind(t, e, &v->rows);
	return fvu_of(tape_sse(t, NULL), v->target.sst);
}

struct scoring {
	struct scorer *s;
	const struct expr *candidates;
	bool stripped;		  /* they are already */
	const struct expr *start; /* NULL, or per candidate where its first fit starts */
	struct score *score;	  /* per candidate */
	int *unique;		  /* candidate that first shows each new hash */
	int n_unique;
	int *chosen; /* those of them for stage 2 */
	int n_chosen;
	int *first_of; /* per candidate: who shows its hash first, -1: cached or invalid */
	const volatile int *stop;
};

/* The carrier of the stripped bodies of an equation that has the form; n = 0: it has not. */
static void strip_bodies(const struct outline *t, const struct expr *e, struct expr *carrier)
{
	struct expr raw[OUTLINE_FUNCTIONS], body[OUTLINE_FUNCTIONS];

	carrier->n = 0;
	if (!expr_valid(e) || !outline_match(t, e, true, raw))
		return;
	for (int f = 0; f < t->n_functions; f++) {
		if (!expr_strip(&raw[f], &body[f]))
			return;
		if (body[f].n == 0)
			expr_push_const(&body[f], OP_CONST, 1);
	}
	if (!outline_join(t, body, carrier))
		carrier->n = 0;
}

static void canonicalise(void *context, int i, int worker)
{
	struct scoring *b = context;
	struct score *out = &b->score[i];

	memset(out, 0, sizeof(*out));
	out->culprit = -1;
	out->fvu_fit = out->fvu_select = INFINITY;
	if (b->stripped)
		out->skeleton = b->candidates[i];
	else if (bounds_have_form(&b->s->c.bounds))
		strip_bodies(&b->s->c.bounds.form, &b->candidates[i], &out->skeleton);
	else if (!expr_valid(&b->candidates[i]) || !expr_strip(&b->candidates[i], &out->skeleton))
		out->skeleton.n = 0;
	if (out->skeleton.n == 0 || expr_columns(&out->skeleton) == 0) {
		out->verdict = VERDICT_NO_VARIABLE;
		return;
	}
	out->hash = expr_hash(&out->skeleton);
}

/* Few rows are fitted from as many starts as cost what one costs on many: of a table of seven rows exp(c*t) would be judged
 * by where c = 1 leads to, and never be looked at again. */
static int count_first_starts(const struct scorer *s)
{
	int starts = s->c.first_rows / (s->first.rows.n > 0 ? s->first.rows.n : 1);

	return starts < 1 ? 1 : starts < s->c.restarts ? starts : s->c.restarts;
}

/* An answer keeps what is required through its fit. */
static const struct bounds *bounds_of(const struct scorer *s, const struct expr *e)
{
	if (bounds_have_form(&s->c.bounds)) /* e is of its bodies alone */
		return &s->steps;
	return bounds_complete(&s->c.bounds, e) ? &s->c.bounds : &s->steps;
}

static struct fit_options fit_options_of(const struct scorer *s, const struct score *of, bool second)
{
	struct fit_options o = fit_defaults();

	o.max_iterations = second ? s->c.second_iterations : s->c.first_iterations;
	o.restarts = second ? s->c.restarts : count_first_starts(s);
	o.screen = SCREEN;
	o.scaling = s->c.scaling;
	o.bounds = bounds_of(s, &of->skeleton);
	o.seed = s->c.seed;
	o.stream = of->hash;
	o.target = second ? &s->second.target : &s->first.target;
	return o;
}

static void take_fit(const struct scorer *s, struct score *out, const struct expr *e, const struct fit_result *r)
{
	out->fitted = *e;
	out->verdict = r->verdict;
	out->culprit = r->culprit;
	out->fvu_fit = r->verdict == VERDICT_OK ? r->nmse : INFINITY;
	out->size = bounds_size(&s->c.bounds, e);
	out->n_consts = expr_free_consts(e);
}

/* The whole equation of a skeleton, with room for coefficients, as far as the bounds allow it. */
static bool make_whole(const struct scorer *s, const struct expr *skeleton, const struct bounds *b, struct expr *out)
{
	struct expr spelled;

	if (bounds_have_form(b))
		return fit_of_bodies(skeleton, s->c.scaling, b, out);
	if (!bounds_spell(b, skeleton, &spelled) || !bounds_allow_bare(b, &spelled) ||
	    !powers_are_plausible(&spelled, s->box))
		return false;
	fit_add_scaling(&spelled, s->c.scaling, b, out);
	return !b->units || units_allow(b->units, out);
}

/* The same where a first fit starts: with constants, in whatever form. */
static bool make_start(const struct scorer *s, const struct expr *start, const struct bounds *b, struct expr *out)
{
	struct expr now = *start;

	if (bounds_have_form(b))
		return fit_of_bodies(start, s->c.scaling, b, out);
	simplify(&now, &(struct simplify_options){.keep_values = true, .assume_domain = true});
	fit_add_scaling(&now, s->c.scaling, b, out);
	return bounds_allow(b, out);
}

static void first_stage(void *context, int k, int worker)
{
	struct scoring *b = context;
	const struct scorer *s = b->s;
	struct score *out = &b->score[b->unique[k]];
	const struct rows *rows = &s->first.rows;
	struct fit_options o = fit_options_of(s, out, false);
	struct fit_result r;
	struct expr e;
	int evaluations = 0;

	if (b->stop && *b->stop)
		return;
	if (b->start && b->start[b->unique[k]].n > 0 && s->c.scaling != SCALING_OFF) {
		if (make_start(s, &b->start[b->unique[k]], o.bounds, &e)) {
			fit_constants(s->fitter[worker], &e, rows, &o, &r);
			take_fit(s, out, &e, &r);
			evaluations = r.evaluations;
		}
	}
	if (evaluations == 0 || out->verdict != VERDICT_OK) {
		if (!make_whole(s, &out->skeleton, o.bounds, &e)) {
			out->verdict = VERDICT_BOUNDS;
			return;
		}
		fit_constants(s->fitter[worker], &e, rows, &o, &r);
		take_fit(s, out, &e, &r);
		evaluations += r.evaluations;
	}
	out->stage = 1;
	out->fvu_first = out->fvu_fit;
	out->node_rows += (double)evaluations * rows->n * e.n;
	if (rows->groups && out->verdict == VERDICT_OK)
		out->fvu_select = out->fvu_fit =
			row_view_caution(&s->first, e.n ? expr_free_consts(&e) : 0, out->fvu_fit);
}

/* What the groups' constants are worth: fitted to all fit rows, looked at on the select rows. */
static void measure_groups(const struct scorer *s, struct score *out, struct fitter *f)
{
	struct fit_options o = fit_options_of(s, out, true);
	struct fit_result r;

	o.target = NULL;
	o.restarts = 1;
	fit_constants(f, &out->fitted, &s->fit.rows, &o, &r);
	out->verdict = r.verdict;
	out->fvu_fit = out->fvu_select = r.verdict == VERDICT_OK ? r.nmse : INFINITY;
	out->node_rows += (double)r.evaluations * s->fit.rows.n * out->fitted.n;
	if (r.verdict == VERDICT_OK && rows_all(&s->select.rows) > 0)
		out->fvu_select =
			fvu_of(group_error(f, &out->fitted, &s->select.rows, fitter_groups(f)), s->select.target.sst);
}

/* Values on all rows; the promising ones are fitted on more rows first. */
static void finish_candidate(struct scoring *b, int i, int worker, bool promising)
{
	const struct scorer *s = b->s;
	struct score *out = &b->score[i];
	struct fitter *f = s->fitter[worker];
	const struct row_view *view = &s->second;

	if (out->verdict != VERDICT_OK && !promising)
		return;
	if (promising) {
		struct fit_options o = fit_options_of(s, out, true);
		struct expr e = out->fitted;
		struct fit_result r;
		int numbers = 0;

		fit_constants(f, &e, &view->rows, &o, &r);
		if (s->c.scaling == SCALING_AUTO && r.verdict == VERDICT_OK)
			fit_drop_neutral(f, &e, &view->rows, &o, &r);
		if (bounds_bind_numbers(o.bounds))
			numbers = fit_to_numbers(f, &e, &view->rows, &o, &r);
		take_fit(s, out, &e, &r);
		if (numbers > 0) /* they were chosen by the data all the same */
			out->n_consts = numbers;
		out->stage = 2;
		out->node_rows_second = (double)r.evaluations * view->rows.n * e.n;
		out->node_rows += out->node_rows_second;
		view = &s->fit;
	}
	if (out->verdict == VERDICT_OK && s->fit.rows.groups) {
		if (promising)
			measure_groups(s, out, f);
	} else if (out->verdict == VERDICT_OK) {
		out->fvu_fit = fvu_on(f, &out->fitted, view);
		out->fvu_select = s->select.rows.n ? fvu_on(f, &out->fitted, &s->select) : out->fvu_fit;
		out->node_rows += (double)(view->rows.n + s->select.rows.n) * out->fitted.n;
	}
	if (out->verdict == VERDICT_OK && !isfinite(out->fvu_fit))
		out->verdict = VERDICT_NONFINITE;
	if (out->verdict == VERDICT_OK &&
	    (!bounds_allow(&s->steps, &out->fitted) ||
	     (!bounds_have_form(&s->steps) && !powers_are_plausible(&out->fitted, s->box))))
		out->verdict = VERDICT_BOUNDS;
	out->step = out->verdict == VERDICT_OK && out->fvu_fit < 1 &&
		    (!bounds_allow(&s->c.bounds, &out->fitted) || !bounds_settled(&s->c.bounds, &out->fitted) ||
		     !shape_holds(&s->c.bounds, &out->fitted, s->box));
}

static void second_stage(void *context, int k, int worker)
{
	struct scoring *b = context;

	if (!(b->stop && *b->stop))
		finish_candidate(b, b->chosen[k], worker, true);
}

static void last_stage(void *context, int k, int worker)
{
	struct scoring *b = context;

	if (b->score[b->unique[k]].stage == 1 && !(b->stop && *b->stop))
		finish_candidate(b, b->unique[k], worker, false);
}

/* ---- the batch --------------------------------------------------------------------------------- */

static void find_new(struct scoring *b, int n)
{
	int capacity = 16, *seen;

	while (capacity < 2 * n)
		capacity *= 2;
	seen = xcalloc((size_t)capacity, sizeof(*seen));
	b->n_unique = 0;
	for (int i = 0; i < n; i++) {
		uint64_t hash = b->score[i].hash;
		int at = (int)(hash & (uint64_t)(capacity - 1));

		b->first_of[i] = -1;
		if (b->score[i].verdict != VERDICT_OK || cache_find(b->s, hash))
			continue;
		while (seen[at] && b->score[seen[at] - 1].hash != hash)
			at = (at + 1) & (capacity - 1);
		if (!seen[at]) {
			seen[at] = i + 1;
			b->unique[b->n_unique++] = i;
		}
		b->first_of[i] = seen[at] - 1;
	}
	free(seen);
}

static void choose_promising(struct scoring *b)
{
	const struct scorer *s = b->s;
	double *fvu = xmalloc((size_t)(b->n_unique + 1) * sizeof(*fvu)), limit;
	int n = 0, wanted = (int)ceil(s->c.promising * b->n_unique);

	for (int k = 0; k < b->n_unique; k++)
		fvu[n++] = b->score[b->unique[k]].fvu_fit;
	sort_doubles(fvu, n);
	limit = n ? fvu[wanted > 0 ? wanted - 1 : 0] : 0;
	free(fvu);
	b->n_chosen = 0;
	for (int k = 0; k < b->n_unique; k++) {
		const struct score *c = &b->score[b->unique[k]];
		double known = INFINITY;

		for (int size = 1; size <= c->size && size <= EXPR_MAX_NODES; size++)
			known = fmin(known, s->best[size]);
		if (c->verdict != VERDICT_OK || !(c->fvu_fit < 1))
			continue;
		if (c->fvu_fit <= limit || c->fvu_fit <= known * pow(10, s->c.reach))
			b->chosen[b->n_chosen++] = b->unique[k];
	}
}

/* Repeats get what is known: from the cache the numbers alone, from this batch the equation too. */
static void answer_repeats(struct scoring *b, int n)
{
	for (int i = 0; i < n; i++) {
		struct score *c = &b->score[i];

		if (!c->hash || b->first_of[i] == i)
			continue;
		if (b->first_of[i] < 0) {
			const struct cached_score *old = cache_find(b->s, c->hash);

			c->verdict = (enum verdict)old->verdict;
			c->fvu_fit = old->fvu_fit;
			c->size = old->size;
			c->n_consts = old->n_consts;
			c->stage = old->stage;
		} else {
			struct expr skeleton = c->skeleton;

			*c = b->score[b->first_of[i]];
			c->skeleton = skeleton;
			c->node_rows = c->node_rows_second = 0;
		}
		c->repeated = true;
	}
}

/* Where there are several ranks: adds up what each had to do, or takes off what was there before. first: the owner of
 * piece 0. */
static void count_work(const struct scoring *b, int n, const int *index, int first, int sign)
{
	for (int k = 0; k < n && ranks_count() > 1; k++)
		b->s->work[(first + k) % ranks_count() % RANKS_COUNTED] += sign * b->score[index[k]].node_rows;
}

/* work(k) goes on with the score of candidate index[k]; on all ranks. */
static void run_stage(struct scoring *b, int n, void (*work)(void *, int, int), const int *index)
{
	const struct rank_output scores = {b->score, sizeof(*b->score), index};
	int first = ranks_owner(0);

	count_work(b, n, index, first, -1);
	pool_run_shared(b->s->pool, n, work, b, &scores, 1);
	count_work(b, n, index, first, 1);
}

static bool score_batch(struct scorer *s, struct scoring b, int n)
{
	double begin;
	bool done;

	b.unique = xmalloc((size_t)(n + 1) * sizeof(int));
	b.chosen = xmalloc((size_t)(n + 1) * sizeof(int));
	b.first_of = xmalloc((size_t)(n + 1) * sizeof(int));
	begin = clock_seconds();
	pool_run_shared(s->pool, n, canonicalise, &b, &(struct rank_output){b.score, sizeof(*b.score), NULL}, 1);
	s->simplify_seconds += clock_seconds() - begin;
	find_new(&b, n);
	run_stage(&b, b.n_unique, first_stage, b.unique);
	choose_promising(&b);
	run_stage(&b, b.n_chosen, second_stage, b.chosen);
	run_stage(&b, b.n_unique, last_stage, b.unique);
	done = !(b.stop && *b.stop);
	if (done)
		answer_repeats(&b, n);
	free(b.unique);
	free(b.chosen);
	free(b.first_of);
	return done;
}

bool scorer_run(struct scorer *s, const struct expr *candidates, int n, struct score *out, const volatile int *stop)
{
	return score_batch(s, (struct scoring){.s = s, .candidates = candidates, .score = out, .stop = stop}, n);
}

bool scorer_run_stripped(struct scorer *s, const struct expr *skeletons, const struct expr *start, int n,
			 struct score *out, const volatile int *stop)
{
	return score_batch(
		s,
		(struct scoring){
			.s = s, .candidates = skeletons, .stripped = true, .start = start, .score = out, .stop = stop},
		n);
}

static void enter(struct scorer *s, const struct score *c)
{
	struct cached_score entry = {
		.hash = c->hash,
		.fvu_fit = (float)c->fvu_fit,
		.verdict = (uint8_t)c->verdict,
		.size = (uint8_t)c->size,
		.n_consts = (uint8_t)c->n_consts,
		.stage = (uint8_t)(c->stage & 3),
	};

	s->counts.fitted_first++;
	s->counts.fitted_second += c->stage == 2;
	if (c->verdict == VERDICT_OK && c->size >= 0 && c->size <= EXPR_MAX_NODES)
		s->best[c->size] = fmin(s->best[c->size], c->fvu_fit);
	cache_add(s, &entry);
}

void scorer_commit(struct scorer *s, const struct score *scores, int n)
{
	for (int i = 0; i < n; i++) {
		const struct score *c = &scores[i];
		struct cached_score *known = c->hash && c->repeated ? cache_find(s, c->hash) : NULL;

		s->counts.candidates++;
		s->counts.invalid += c->verdict != VERDICT_OK;
		s->counts.node_rows += c->node_rows;
		s->counts.node_rows_second += c->node_rows_second;
		s->counts.cached += c->hash && c->repeated;
		if (known)
			known->asked = true;
		if (c->hash && !c->repeated)
			enter(s, c);
	}
}

void scorer_set_promising(struct scorer *s, double share)
{
	s->c.promising = share;
}

const double *scorer_work_of_ranks(const struct scorer *s)
{
	return s->work;
}

double scorer_simplify_seconds(const struct scorer *s)
{
	return s->simplify_seconds;
}
