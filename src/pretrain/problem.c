/* problem.c — drawing one problem; see problem.h. */
#include "eqrl/pretrain/problem.h"

#include "eqrl/expr/strip.h"
#include "eqrl/pretrain/census.h"
#include "target.h"

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

static enum problem_verdict draw_rows(const struct problem_config *c, int n_rows, struct rng *r, struct problem *p)
{
	double *x[VOCAB_VARS];
	bool drop = rng_bool(r, 0.5); /* rows outside the domain: dropped, or inputs inside it */
	int candidates = drop ? n_rows * 3 / 2 : n_rows, kept;

	if (candidates > PROBLEM_MAX_ROWS)
		candidates = PROBLEM_MAX_ROWS;
	for (int j = 0; j < p->n_columns; j++) {
		x[j] = p->x[j];
		p->column[j] = p->x[j];
	}
	synth_inputs(r, p->n_columns, candidates, !drop || rng_bool(r, 0.3), x);
	problem_draw_target(r, p, candidates);
	kept = keep_finite(p, candidates);
	if (kept < n_rows)
		return PROBLEM_UNDEFINED;
	if (is_degenerate(p->clean, n_rows))
		return PROBLEM_DEGENERATE;
	memcpy(p->y, p->clean, (size_t)n_rows * sizeof(*p->y));
	p->noise = synth_add_noise(r, &c->noise, n_rows, p->y);
	p->rows = (struct rows){.n = n_rows, .n_columns = p->n_columns, .x = p->column, .y = p->y};
	return PROBLEM_OK;
}

enum problem_verdict problem_draw(const struct problem_config *c, int n_rows, struct rng *r, struct problem *out)
{
	enum problem_verdict v = skeleton_draw(&c->prior, &c->grammar, r, &out->skeleton);
	struct expr placed;

	if (v != PROBLEM_OK)
		return v;
	if (c->census) {
		v = census_judge(c->census, &out->skeleton, r);
		if (v != PROBLEM_OK)
			return v;
	}
	place_variables(r, c, out);
	/* the order of operands, and where coefficients stand, depend on the variables */
	if (!expr_strip(&out->skeleton, &placed))
		return PROBLEM_TOO_LONG;
	out->skeleton = placed;
	for (int attempt = 0; attempt < 4; attempt++) {
		v = draw_rows(c, n_rows, r, out);
		if (v == PROBLEM_OK)
			break;
	}
	out->len = v == PROBLEM_OK ? vocab_encode(&out->skeleton, NULL, 0, out->tokens) : 0;
	return v;
}
