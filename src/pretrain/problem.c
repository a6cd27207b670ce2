/* problem.c — drawing one problem; see problem.h. */
#include "eqrl/pretrain/problem.h"

#include "eqrl/expr/strip.h"
#include "eqrl/pretrain/census.h"
#include "target.h"
#include "turned.h"

#include <math.h>
#include <string.h>

struct problem_config problem_default(void)
{
	struct problem_config c = {
		.prior = prior_default(),
		.noise = {.share = 0.5, .low = 1e-3, .high = 0.2},
		.grammar = grammar_default(VOCAB_VARS),
		.unused_columns = 0.6,
	};

	return c;
}

/* Moves the finite rows to the front; returns their number. */
static int keep_finite(struct problem *p, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		if (!isfinite(p->clean[i]) || fabs(p->clean[i]) > 1e30)
			continue;
		p->clean[kept] = p->clean[i];
		for (int j = 0; j < p->n_columns; j++)
			p->x[j][kept] = p->x[j][i];
		kept++;
	}
	return kept;
}

static bool is_degenerate(const double *y, int n)
{
	double mean = 0, squares = 0, peak = 0;

	for (int i = 0; i < n; i++)
		mean += y[i] / n;
	for (int i = 0; i < n; i++) {
		double d = fabs(y[i] - mean);

		squares += d * d / n;
		peak = fmax(peak, d);
	}
	if (!(sqrt(squares) > 1e-7 * fabs(mean)) || sqrt(squares) < 1e-25)
		return true;
	return n >= 16 && peak * peak > 0.9 * squares * n; /* one row is the whole variance */
}

/* Gives the variables of the skeleton random places among n_columns columns. */
static void place_variables(struct rng *r, const struct problem_config *c, struct problem *p)
{
	int slots[VOCAB_VARS], used = 0, map[VOCAB_VARS], extra = 0;

	memset(map, -1, sizeof(map));
	for (int i = 0; i < p->skeleton.n; i++)
		if (p->skeleton.node[i].op == OP_VAR && map[p->skeleton.node[i].arg] < 0)
			map[p->skeleton.node[i].arg] = used++;
	while (used + extra < VOCAB_VARS && rng_bool(r, c->unused_columns / (1 + c->unused_columns)))
		extra++;
	p->n_columns = used + extra;
	for (int j = 0; j < p->n_columns; j++)
		slots[j] = j;
	rng_shuffle(r, slots, p->n_columns);
	for (int i = 0; i < p->skeleton.n; i++)
		if (p->skeleton.node[i].op == OP_VAR)
			p->skeleton.node[i].arg = (uint16_t)slots[map[p->skeleton.node[i].arg]];
}

/* Inputs and the law's target in at least n_rows rows, without noise. */
static enum problem_verdict draw_law_rows(const struct problem_config *c, int n_rows, struct rng *r, struct problem *p)
{
	double *x[VOCAB_VARS];
	bool drop = rng_bool(r, 0.5); /* rows outside the domain: dropped, or inputs inside it */
	bool positive = !drop || rng_bool(r, 0.3);
	int candidates = drop ? n_rows * 3 / 2 : n_rows;

	if (candidates > PROBLEM_MAX_ROWS)
		candidates = PROBLEM_MAX_ROWS;
	for (int j = 0; j < p->n_columns; j++) {
		x[j] = p->x[j];
		p->column[j] = p->x[j];
	}
	synth_inputs(r, p->n_columns, candidates, positive, x);
	if (c->dependent > 0 && rng_bool(r, c->dependent))
		synth_depend(r, p->n_columns, candidates, positive, x);
	problem_draw_target(r, p, candidates);
	if (keep_finite(p, candidates) < n_rows)
		return PROBLEM_UNDEFINED;
	return is_degenerate(p->clean, n_rows) ? PROBLEM_DEGENERATE : PROBLEM_OK;
}

/* Whether a policy may be taught to write this skeleton. */
static enum problem_verdict judge_skeleton(const struct problem_config *c, struct rng *r, const struct expr *skeleton)
{
	enum problem_verdict v = skeleton_check(skeleton, &c->grammar);

	return v == PROBLEM_OK && c->census ? census_judge(c->census, skeleton, r) : v;
}

static enum problem_verdict turn_rows(const struct problem_config *c, int n_rows, struct rng *r, struct problem *p)
{
	enum problem_verdict v;

	if (!problem_turn(r, p, n_rows))
		return PROBLEM_UNSOLVABLE;
	v = judge_skeleton(c, r, &p->skeleton);
	return v == PROBLEM_OK && is_degenerate(p->clean, n_rows) ? PROBLEM_DEGENERATE : v;
}

static enum problem_verdict draw_rows(const struct problem_config *c, int n_rows, struct rng *r, struct problem *p)
{
	enum problem_verdict v = PROBLEM_DEGENERATE;

	for (int attempt = 0; attempt < 4 && v != PROBLEM_OK; attempt++)
		v = draw_law_rows(c, n_rows, r, p);
	return v;
}

enum problem_verdict problem_try(const struct problem_config *c, enum problem_kind kind, int n_rows, struct rng *r,
				 struct problem *out)
{
	enum problem_verdict v = skeleton_draw(&c->prior, &c->grammar, r, &out->skeleton);
	struct expr placed;

	if (v == PROBLEM_OK && c->census)
		v = census_judge(c->census, &out->skeleton, r);
	if (v != PROBLEM_OK)
		return v;
	place_variables(r, c, out);
	/* the order of operands, and where coefficients stand, depend on the variables */
	if (!expr_strip(&out->skeleton, &placed))
		return PROBLEM_TOO_LONG;
	out->skeleton = placed;
	v = draw_rows(c, n_rows, r, out);
	if (v == PROBLEM_OK && kind == PROBLEM_TURNED)
		v = turn_rows(c, n_rows, r, out);
	out->len = 0;
	out->kind = kind;
	if (v != PROBLEM_OK)
		return v;
	memcpy(out->y, out->clean, (size_t)n_rows * sizeof(*out->y));
	out->noise = synth_add_noise(r, &c->noise, n_rows, out->y);
	out->rows = (struct rows){.n = n_rows, .n_columns = out->n_columns, .x = out->column, .y = out->y};
	out->len = vocab_encode(&out->skeleton, NULL, 0, out->tokens);
	return PROBLEM_OK;
}

void problem_draw(const struct problem_config *c, int n_rows, struct rng *r, int64_t *verdicts, struct problem *out)
{
	enum problem_kind kind = c->turned > 0 && rng_bool(r, c->turned) ? PROBLEM_TURNED : PROBLEM_STRAIGHT;
	enum problem_verdict v;

	do {
		v = problem_try(c, kind, n_rows, r, out);
		if (verdicts)
			verdicts[v]++;
	} while (v != PROBLEM_OK);
}
