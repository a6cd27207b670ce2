/* complete.c — offspring whose cut subtree the policy writes anew: a row of proposer.h.
 *
 * An equation of the front is cut at a node, or a term or factor is added to it, or all of it is written anew. What has
 * to stand there for the whole to meet the target is computed row by row (semantic.h), perhaps seen through a link
 * (hole.h), and shown to the policy as a table of its own: a smaller problem of the kind that it was pretrained on. What it writes is fitted to that table, and the best pieces
 * are put in. So the policy reaches by parts what it would not write as a whole, and evolution gets variations that
 * the data ask for. Nothing comes of a front that cannot be cut: then the batch is empty. */
#include "eqrl/base/mem.h"

#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "eqrl/expr/units.h"
#include "eqrl/policy/encode.h"
#include "eqrl/score/hof.h"
#include "eqrl/search/hole.h"
#include "eqrl/search/semantic.h"
#include "pieces.h"
#include "proposer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RNG_CUT = 0x637574, RNG_COMPLETE = 0x636d70 };
enum {
	KEPT = 8,	/* pieces of a cut that are put in, of … */
	WRITTEN = 24,	/* … so many written */
	PIECE_MAX = 15, /* nodes */
	LEAST_ROWS = 8,
};
#define LEAST_FINITE 0.7 /* share of the rows for which something would do */
#define NEW_TERM     0.25
#define NEW_FACTOR   0.15
#define NEW_WHOLE    0.1 /* the target itself, which is worth a look through a link alone */
#define LINKED	     0.4 /* of the other cuts, where a link explains more */

struct written_piece {
	struct expr fitted;
	double fvu;
	uint64_t hash;
	int number; /* among all that are written */
};

struct cut {
	const struct score *from; /* of the front */
	struct expr parent;	  /* fitted, perhaps with a place for a new term */
	int node;
	bool whole;	       /* nothing but the hole */
	uint64_t columns;      /* that may stand in it, as bits; 0: all */
	struct rows_copy rows; /* what has to stand there */
	bool has_units; /* `units` hold: those of the turn, the target's being what has to stand there; borrow theirs */
	struct units units;
	struct context shown;
	bool usable;
	struct written_piece *piece; /* WRITTEN of them, among all of the batch */
};

struct completing {
	const struct turn *turn;
	const struct task_view *view;
	const struct tools *tools;
	struct evolve_config evolve;
	struct bounds free_form; /* of pieces: a part of a function's body has no form */
	struct cut *cut;
	struct written_piece *piece;   /* of the usable cuts, in their order */
	int n_cuts, *usable, n_usable; /* indices of cuts that can be written for */
	struct batch *out;
	const volatile int *stop;
};

/* ---- cutting ------------------------------------------------------------------------------------- */

/* An equation of the front, each as likely. */
static const struct score *draw_from_front(const struct hof *h, struct rng *r)
{
	const struct score *front[HOF_MAX_SIZE];
	double best = INFINITY;
	int n = 0;

	for (int size = 1; size <= HOF_MAX_SIZE; size++)
		if (h->used[size] && h->best[size].fvu_fit < best && h->best[size].fitted.n > 0) {
			front[n++] = &h->best[size];
			best = h->best[size].fvu_fit;
		}
	return n ? front[rng_below(r, n)] : NULL;
}

/* parent op x1, cut at x1 */
static bool cut_beside(struct cut *c, enum op op)
{
	struct expr e = {0};

	if (!expr_push(&e, op, 0) || !expr_append_subtree(&e, &c->from->fitted, 0) || !expr_push(&e, OP_VAR, 0))
		return false;
	c->parent = e;
	c->node = e.n - 1;
	return true;
}

/* Under a template: within the body of a function, or beside it. */
static bool cut_in_body(struct cut *c, const struct outline *t, double u, struct rng *r)
{
	const struct expr *e = &c->from->fitted;
	int at = outline_part(t, e, rng_below(r, t->n_functions), &c->columns), end;
	struct expr beside = {0};

	if (at < 0)
		return false;
	end = expr_end(e, at);
	if (u >= NEW_TERM + NEW_FACTOR) {
		c->parent = *e;
		c->node = rng_between(r, at, end - 1);
		return true;
	}
	c->node = at + 1 + end - at; /* behind the new operator and the body */
	return expr_push(&beside, u < NEW_TERM ? OP_ADD : OP_MUL, 0) && expr_append_subtree(&beside, e, at) &&
	       expr_push(&beside, OP_VAR, __builtin_ctzll(c->columns)) &&
	       expr_replace_subtree(&c->parent, e, at, &beside);
}

static bool draw_cut(struct cut *c, const struct task_view *v, struct rng *r)
{
	double u = rng_uniform(r);

	c->from = draw_from_front(v->hof, r);
	if (!c->from)
		return false;
	if (bounds_have_form(v->bounds))
		return cut_in_body(c, &v->bounds->form, u, r);
	if (u < NEW_TERM)
		return cut_beside(c, OP_ADD);
	if (u < NEW_TERM + NEW_FACTOR)
		return cut_beside(c, OP_MUL);
	c->whole = u < NEW_TERM + NEW_FACTOR + NEW_WHOLE;
	if (c->whole) {
		c->parent = (struct expr){0};
		return expr_push(&c->parent, OP_VAR, 0);
	}
	c->parent = c->from->fitted;
	if (c->parent.n < 2)
		return false;
	c->node = rng_between(r, 1, c->parent.n - 1);
	return true;
}

/* Keeps the rows whose target is finite; false if they are too few, or all alike. */
static bool keep_finite(struct rows_copy *c, const double *target)
{
	double *y = (double *)(uintptr_t)c->rows.y, *w = (double *)(uintptr_t)c->rows.w, low = INFINITY,
	       high = -INFINITY;
	int n = c->rows.n, kept = 0;
	double weight = 0;

	for (int i = 0; i < n; i++) {
		if (!isfinite(target[i]) || (w && w[i] == 0))
			continue;
		for (int j = 0; j < c->rows.n_columns; j++)
			((double *)(uintptr_t)c->pointers[j])[kept] = c->pointers[j][i];
		if (w)
			weight += w[kept] = w[i];
		y[kept++] = target[i];
		low = fmin(low, target[i]);
		high = fmax(high, target[i]);
	}
	c->rows.n = kept;
	for (int i = 0; w && i < kept; i++)
		w[i] *= kept / weight;
	return kept >= LEAST_ROWS && kept >= LEAST_FINITE * n && high > low && isfinite(high - low);
}

/* The cut's rows as a link shows them; false where they stay as they are. */
static bool look_through_link(struct cut *c, struct rng *r)
{
	struct rows *rows = &c->rows.rows;
	double *seen = xaligned((size_t)rows->n * sizeof(*seen));
	bool linked = hole_link(&c->parent, &c->node, rows, r, seen);

	if (linked)
		memcpy((double *)(uintptr_t)rows->y, seen, (size_t)rows->n * sizeof(*seen));
	free(seen);
	return linked;
}

static void encode_cut(struct cut *c, const struct policy *p, int n_slots)
{
	struct context *x = &c->shown;

	x->n_points = c->rows.rows.n;
	x->points = xaligned((size_t)x->n_points * (size_t)p->config.features * sizeof(float));
	x->features = xaligned((size_t)p->config.context * sizeof(float));
	encode_rows(p->encoding, &c->rows.rows, NULL, n_slots, x->points, x->features);
	policy_encode(p, x->points, x->n_points, x->features, &x->memory);
}

/* The piece's unit is the hole's. Where constants make up for any unit, so does the piece's coefficient; the whole is looked
 * at when the piece is put in. */
static void set_units(struct cut *c, const struct units *u)
{
	struct dimension wanted;

	c->has_units = u && u->constants == UNIT_CONSTANTS_NONE && units_of_hole(u, &c->parent, c->node, &wanted);
	if (!c->has_units)
		return;
	c->units = *u;
	c->units.target.of = wanted;
}

static void prepare_cut(void *context, int i, int worker)
{
	struct completing *a = context;
	struct cut *c = &a->cut[i];
	const struct contexts *contexts = a->view->contexts;
	struct rng r = rng_stream(a->turn->seed, RNG_CUT, a->turn->first_stream + (uint64_t)i);
	double *target;

	if ((a->stop && *a->stop) || !draw_cut(c, a->view, &r))
		return;
	dataset_subset(&a->view->d->fit, contexts->n_points, &r, false, &c->rows);
	target = xaligned(2 * (size_t)(c->rows.rows.n + ROWS_BLOCK) * sizeof(*target));
	semantic_targets(fitter_tape(a->tools->fitter[worker]), &c->parent, c->node, &c->rows.rows, target,
			 target + c->rows.rows.n + ROWS_BLOCK);
	c->usable = keep_finite(&c->rows, target);
	if (c->usable && !c->columns && (c->whole || rng_bool(&r, LINKED)))
		c->usable = look_through_link(c, &r) || !c->whole;
	if (c->usable) {
		set_units(c, a->turn->grammar.units);
		encode_cut(c, a->tools->policy, contexts->n_slots);
	}
	free(target);
}

/* ---- writing ------------------------------------------------------------------------------------- */

/* The turn's language, in pieces of the columns that a cut has. */
static struct grammar grammar_of_piece(const struct completing *a, const struct cut *c)
{
	const uint64_t slots = (TOK_BIT(VOCAB_VARS) - 1) << TOK_VAR;
	struct grammar g = a->turn->grammar;

	g.max_len = g.max_len > PIECE_MAX ? PIECE_MAX : g.max_len;
	g.bounds = &a->free_form;
	g.units = c->has_units ? &c->units : NULL;
	if (c->columns)
		g.allowed &= ~slots | (c->columns << TOK_VAR & slots);
	return g;
}

static bool write_pieces(struct completing *a)
{
	int n = a->n_usable * WRITTEN;
	struct grammar *grammar = xcalloc((size_t)a->n_usable + 1, sizeof(*grammar));
	struct syntax *syntax = xcalloc((size_t)n + 1, sizeof(*syntax));
	const struct memory **memory = xcalloc((size_t)n + 1, sizeof(*memory));
	struct sample_request request = {
		.policy = a->tools->policy,
		.memory = memory,
		.syntax = syntax,
		.n = n,
		.temperature = a->turn->temperature,
		.bf16 = a->tools->config->bf16,
		.seed = mix64(a->turn->seed, RNG_COMPLETE),
		.first = a->turn->first_stream,
	};
	bool done;

	for (int i = 0; i < n; i++) {
		if (i % WRITTEN == 0)
			grammar[i / WRITTEN] = grammar_of_piece(a, &a->cut[a->usable[i / WRITTEN]]);
		syntax[i] = grammar_syntax(&grammar[i / WRITTEN]);
		memory[i] = &a->cut[a->usable[i / WRITTEN]].shown.memory;
	}
	done = sampler_draw(a->tools->sampler, &request, &a->out->samples, a->stop);
	a->out->n_written = done ? n : 0;
	free(memory);
	free(syntax);
	free(grammar);
	return done;
}

static void fit_piece(void *context, int i, int worker)
{
	struct completing *a = context;
	const struct samples *s = &a->out->samples;
	const struct scorer_config *scorer = &a->tools->config->scorer;
	struct cut *c = &a->cut[a->usable[i / WRITTEN]];
	struct written_piece *p = &c->piece[i % WRITTEN];
	struct fit_options o = fit_defaults();
	struct bounds bounds = bounds_none();
	struct expr written, skeleton;
	struct fit_result r;

	p->fvu = INFINITY;
	p->number = i;
	if ((a->stop && *a->stop) ||
	    !vocab_decode(s->tokens + (size_t)i * (size_t)s->width, s->len[i] - 1, NULL, &written) ||
	    !expr_strip(&written, &skeleton) || skeleton.n == 0)
		return;
	p->hash = expr_hash(&skeleton);
	o.max_iterations = scorer->first_iterations;
	o.scaling = scorer->scaling;
	o.seed = a->turn->seed;
	o.stream = p->hash;
	bounds.units = c->has_units ? &c->units : NULL;
	o.bounds = &bounds; /* no offset where the unit allows none */
	fit_equation(a->tools->fitter[worker], &skeleton, &c->rows.rows, &o, &p->fitted, &r);
	if (r.verdict == VERDICT_OK)
		p->fvu = r.nmse;
}

/* Each usable cut has its place in one array. */
static void share_out_pieces(struct completing *a)
{
	a->piece = xcalloc((size_t)a->n_usable * WRITTEN, sizeof(*a->piece));
	for (int i = 0; i < a->n_usable; i++)
		a->cut[a->usable[i]].piece = a->piece + (size_t)i * WRITTEN;
}

/* ---- putting in ----------------------------------------------------------------------------------- */

static int compare_errors(const void *a, const void *b)
{
	const struct written_piece *p = a, *q = b;

	if (p->fvu != q->fvu)
		return p->fvu < q->fvu ? -1 : 1;
	return (p->hash > q->hash) - (p->hash < q->hash);
}

/* Under a template a start is the carrier of its bodies. */
static bool start_of_form(const struct bounds *b, struct expr *start)
{
	struct expr body[OUTLINE_FUNCTIONS];

	return !bounds_have_form(b) ||
	       (outline_match(&b->form, start, false, body) && outline_join(&b->form, body, start));
}

/* The best different pieces of a usable cut become offspring number × KEPT …. */
static void put_in(void *context, int number, int worker)
{
	struct completing *a = context;
	struct cut *c = &a->cut[a->usable[number]];
	struct batch *b = a->out;
	int at = number * KEPT, end = at + KEPT < a->turn->n ? at + KEPT : a->turn->n;

	qsort(c->piece, WRITTEN, sizeof(c->piece[0]), compare_errors);
	for (int i = 0; i < WRITTEN && at < end && c->piece[i].fvu < 1; i++) {
		struct expr *start = &b->start[at];

		if (i > 0 && c->piece[i].hash == c->piece[i - 1].hash)
			continue;
		if (expr_replace_subtree(start, &c->parent, c->node, &c->piece[i].fitted) &&
		    evolve_accept(&a->evolve, start, &c->from->skeleton, &b->candidate[at]) &&
		    start_of_form(a->view->bounds, start))
			b->piece[at++] = c->piece[i].number;
	}
	for (; at < end; at++)
		b->candidate[at].n = b->start[at].n = 0;
}

/* Leaves out the places that came to nothing. */
static int close_gaps(struct batch *b, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		if (b->candidate[i].n == 0)
			continue;
		b->candidate[kept] = b->candidate[i];
		b->piece[kept] = b->piece[i];
		b->start[kept++] = b->start[i];
	}
	return kept;
}

/* For a policy that learns from them; the cuts lose their contexts to the batch. */
static void keep_pieces(struct completing *a)
{
	struct pieces *p = &a->out->pieces;

	pieces_open(p, a->n_usable, WRITTEN);
	for (int i = 0; i < a->n_usable; i++) {
		struct cut *c = &a->cut[a->usable[i]];

		p->hole[i] = (struct hole){.shown = c->shown, .before = c->from->fvu_fit};
		c->shown = (struct context){0};
		for (int j = 0; j < WRITTEN; j++)
			p->hash[c->piece[j].number] = c->piece[j].hash;
	}
}

static void free_cuts(struct completing *a)
{
	for (int i = 0; i < a->n_cuts; i++) {
		rows_copy_release(&a->cut[i].rows);
		context_release(&a->cut[i].shown);
	}
	free(a->cut);
	free(a->piece);
	free(a->usable);
}

bool draw_completions(const struct turn *t, const struct task_view *v, const struct tools *tools,
		      const volatile int *stop, struct batch *out)
{
	struct completing a = {
		.turn = t,
		.view = v,
		.tools = tools,
		.evolve = {.grammar = t->grammar, .n_columns = v->d->n_columns},
		.n_cuts = (t->n + KEPT - 1) / KEPT,
		.out = out,
		.stop = stop,
	};
	bool done = true;

	a.free_form = *v->bounds;
	a.free_form.form.n_functions = 0;
	a.cut = xcalloc((size_t)a.n_cuts, sizeof(*a.cut));
	a.usable = xcalloc((size_t)a.n_cuts, sizeof(*a.usable));
	pool_run(tools->pool, a.n_cuts, prepare_cut, &a);
	for (int i = 0; i < a.n_cuts; i++)
		if (a.cut[i].usable)
			a.usable[a.n_usable++] = i;
	out->n = 0;
	pieces_release(&out->pieces);
	if (a.n_usable > 0)
		done = write_pieces(&a);
	if (done && a.n_usable > 0) {
		share_out_pieces(&a);
		pool_run_shared(tools->pool, out->n_written, fit_piece, &a,
				&(struct rank_output){a.piece, sizeof(*a.piece), NULL}, 1);
		pool_run(tools->pool, a.n_usable, put_in, &a);
		out->n = close_gaps(out, a.n_usable * KEPT < t->n ? a.n_usable * KEPT : t->n);
		if (tools->config->learn_completions)
			keep_pieces(&a);
	}
	free_cuts(&a);
	return done && !(stop && *stop);
}
