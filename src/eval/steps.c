/* steps.c — see steps.h. */
#include "steps.h"

#include "jumps.h"

#include "eqrl/base/rng.h"

#include <math.h>
#include <string.h>

enum {
	CHANGES = 60, /* at random, from large ones to small ones, … */
	CYCLES = 5,   /* … so often */
	RNG_STEPS = 0x57e9,
};

#define CHANGE 0.3  /* of a step, by which the argument changes at first … */
#define CALM   0.94 /* … and by how much less every time */

/* A step function with constants in its argument, which has one column. */
struct site {
	enum op op;
	int argument, column;
	struct expr part;		/* the argument */
	uint32_t free;			/* of the part's constants */
	uint8_t whose[EXPR_MAX_CONSTS]; /* the equation's constant that is the part's */
};

struct seeker {
	struct fitter *f, *inner; /* inner: fits arguments */
	const struct expr *e;
	const struct rows *rows;
	const struct fit_options *o;
	struct site site;
	struct jumps jumps;
	double *c, best;
};

/* ---- sites --------------------------------------------------------------------------------------------------- */

static bool is_step(enum op op)
{
	return op == OP_FLOOR || op == OP_ROUND || op == OP_SIGN || op == OP_STEP;
}

/* The part's column becomes its first. False if it has another one or no free constant, or a step within. */
static bool open_site(const struct expr *e, int i, const double *c, struct site *s)
{
	*s = (struct site){.op = (enum op)e->node[i].op, .argument = i + 1, .column = -1};
	expr_append_subtree(&s->part, e, i + 1);
	for (int k = 0; k < s->part.n; k++) {
		struct node a = e->node[i + 1 + k];

		if (is_step((enum op)a.op))
			return false;
		if (a.op == OP_VAR && s->column >= 0 && a.arg != s->column)
			return false;
		if (a.op == OP_VAR) {
			s->column = a.arg;
			s->part.node[k].arg = 0;
		}
		if (a.op != OP_CONST)
			continue;
		s->free |= 1u << s->part.node[k].arg;
		s->whose[s->part.node[k].arg] = (uint8_t)a.arg;
		s->part.c[s->part.node[k].arg] = c[a.arg];
	}
	return s->column >= 0 && s->free != 0;
}

static bool has_sites(const struct expr *e)
{
	bool constants = false, steps = false;

	for (int i = 0; i < e->n; i++) {
		constants |= e->node[i].op == OP_CONST;
		steps |= is_step((enum op)e->node[i].op);
	}
	return steps && constants;
}

/* ---- the search ---------------------------------------------------------------------------------------------- */

static void offer(struct seeker *s, const double *c)
{
	double now = lm_promise(&s->f->lm, c);

	if (!(now < s->best))
		return;
	s->best = now;
	memcpy(s->c, c, EXPR_MAX_CONSTS * sizeof(*c));
}

/* Fits the argument to values at n places of the column, each more by `off`. */
static void fit_argument(struct seeker *s, const double *x, double *value, int n, double off)
{
	const double *column[] = {x};
	struct rows rows = {.n = n, .n_columns = 1, .x = column, .y = value};
	struct fit_options o = fit_defaults();
	struct expr part = s->site.part;
	double c[EXPR_MAX_CONSTS];
	struct fit_result r;

	o.restarts = 2;
	o.screen = 16;
	o.seed = s->o->seed;
	for (int i = 0; i < n; i++)
		value[i] += off;
	fit_constants(s->inner, &part, &rows, &o, &r);
	for (int i = 0; i < n; i++)
		value[i] -= off;
	if (r.verdict != VERDICT_OK)
		return;
	memcpy(c, s->c, sizeof(c));
	for (int k = 0; k < part.n_consts; k++)
		if (s->site.free >> k & 1)
			c[s->site.whose[k]] = part.c[k];
	offer(s, c);
}

/* At an edge the argument of floor is the upper step's number, that of round half less; within a step it is about half more.
 * step and sign have their one edge at 0. */
static void fit_steps(struct seeker *s, double from)
{
	double edge = s->site.op == OP_FLOOR ? 0 : s->site.op == OP_ROUND ? -0.5 : -1;

	if (s->jumps.n_edges > 0)
		fit_argument(s, s->jumps.edge, s->jumps.edge_level, s->jumps.n_edges, edge - from);
	if (s->jumps.n_edges < 3)
		fit_argument(s, s->jumps.x, s->jumps.level, s->jumps.n, edge + 0.5 - from);
}

/* How much each of the argument's constants may change for a change of 1. */
static bool find_widths(struct seeker *s, double width[EXPR_MAX_CONSTS])
{
	const double *column[] = {s->jumps.x};
	struct rows rows = {.n = s->jumps.n, .n_columns = 1, .x = column, .y = s->jumps.level};
	struct tape *tape = fitter_tape(s->inner);
	double c[EXPR_MAX_CONSTS];
	struct moments m;
	int p = 0;

	for (int k = 0; k < EXPR_MAX_CONSTS; k++)
		c[k] = s->site.free >> k & 1 ? s->c[s->site.whose[k]] : s->site.part.c[k];
	tape_bind(tape, &s->site.part, &rows);
	tape_plan(tape, s->site.free);
	if (!tape_moments(tape, c, &m))
		return false;
	for (int k = 0; k < EXPR_MAX_CONSTS; k++) {
		if (!(s->site.free >> k & 1))
			continue;
		width[k] = m.a[p][p] > 0 ? sqrt(s->jumps.n / m.a[p][p]) : 0;
		p++;
	}
	return true;
}

static void change_at_random(struct seeker *s)
{
	struct rng r = rng_stream(mix64(s->o->seed, s->o->stream), RNG_STEPS, (uint64_t)s->site.argument);
	double width[EXPR_MAX_CONSTS] = {0}, c[EXPR_MAX_CONSTS];

	if (!find_widths(s, width))
		return;
	for (int i = 0; i < CYCLES * CHANGES && s->best > s->f->lm.options.floor; i++) {
		double by = CHANGE * pow(CALM, i % CHANGES);

		memcpy(c, s->c, sizeof(c));
		for (int k = 0; k < EXPR_MAX_CONSTS; k++)
			if (s->site.free >> k & 1)
				c[s->site.whose[k]] += by * width[k] * rng_normal(&r);
		offer(s, c);
	}
}

static void seek_site(struct seeker *s)
{
	double from;

	if (!jumps_find(&s->jumps, s->rows->x[s->site.column], s->rows->y, s->rows->n,
			s->site.op == OP_SIGN || s->site.op == OP_STEP))
		return;
	from = jumps_origin(&s->jumps);
	fit_steps(s, 0);
	for (int k = -1; k <= 1; k++)
		fit_steps(s, from + k);
	change_at_random(s);
}

void steps_seek(struct fitter *f, const struct expr *e, const struct rows *rows, const struct fit_options *o, double *c)
{
	struct seeker s = {.f = f, .e = e, .rows = rows, .o = o, .c = c};

	if (!has_sites(e))
		return;
	s.best = lm_promise(&f->lm, c);
	if (s.best <= f->lm.options.floor)
		return;
	s.inner = fitter_new();
	jumps_open(&s.jumps, rows->n);
	for (int i = 0; i < e->n; i++)
		if (is_step((enum op)e->node[i].op) && open_site(e, i, c, &s.site))
			seek_site(&s);
	fitter_free(s.inner);
	jumps_close(&s.jumps);
}
