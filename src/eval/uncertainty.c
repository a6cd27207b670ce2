/* uncertainty.c — see uncertainty.h. */
#include "eqrl/eval/uncertainty.h"

#include "eqrl/base/mem.h"
#include "eqrl/eval/tape.h"
#include "spread.h"
#include "triangle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK = 1024, /* rows whose derivatives are held at a time */
	WIDE = EXPR_MAX_CONSTS,
};

/* ---- the rows ------------------------------------------------------------------------------------ */

uint32_t uncertain_constants(const struct expr *e, bool literals)
{
	uint32_t out = 0;

	for (int i = 0; i < e->n; i++) {
		struct node node = e->node[i];
		double v = node.op == OP_CONST || node.op == OP_FIXED ? e->c[node.arg] : 0;

		if (node.op == OP_CONST ||
		    (literals && node.op == OP_FIXED && !(2 * v == nearbyint(2 * v) && fabs(v) <= 10)))
			out |= 1u << node.arg;
	}
	return out;
}

/* The tape differentiates with respect to free constants: literals in question become such. */
static struct expr freed(const struct expr *e, uint32_t constants)
{
	struct expr out = *e;

	for (int i = 0; i < out.n; i++)
		if (out.node[i].op == OP_FIXED && constants >> out.node[i].arg & 1)
			out.node[i].op = OP_CONST;
	return out;
}

/* Values and derivatives of a chunk of rows at a time. */
struct sweep {
	struct tape *tape;
	struct expr e;
	uint32_t constants;
	const double **x;
	struct rows chunk;
	double *value, *jacobian[WIDE];
};

static void sweep_open(struct sweep *s, const struct expr *e, uint32_t constants, const struct rows *rows)
{
	*s = (struct sweep){.tape = tape_new(), .e = freed(e, constants), .constants = constants};
	s->x = xcalloc((size_t)rows->n_columns + 1, sizeof(*s->x));
	s->value = xaligned((size_t)(CHUNK + ROWS_BLOCK) * sizeof(double) * (WIDE + 1));
	for (int p = 0; p < WIDE; p++)
		s->jacobian[p] = s->value + (size_t)(CHUNK + ROWS_BLOCK) * (size_t)(p + 1);
}

static void sweep_close(struct sweep *s)
{
	tape_free(s->tape);
	free(s->x);
	free(s->value);
}

static void sweep_to(struct sweep *s, const struct rows *rows, int from)
{
	for (int c = 0; c < rows->n_columns; c++)
		s->x[c] = rows->x[c] ? rows->x[c] + from : NULL;
	s->chunk = (struct rows){.n = rows->n - from < CHUNK ? rows->n - from : CHUNK,
				 .n_columns = rows->n_columns,
				 .x = s->x,
				 .y = rows->y ? rows->y + from : NULL,
				 .w = rows->w ? rows->w + from : NULL,
				 .loss = rows->loss};
	tape_bind(s->tape, &s->e, &s->chunk);
	tape_plan(s->tape, s->constants);
	tape_jacobian(s->tape, NULL, s->value, s->jacobian);
}

/* The chunk's rows of J times the root of what each counts. False if something that counts is not finite. */
static bool weigh_rows(struct sweep *s, int k, struct spread *spread)
{
	for (int i = 0; i < s->chunk.n; i++) {
		double w = s->chunk.w ? s->chunk.w[i] : 1, y = s->chunk.y[i], f = s->value[i], root, check;

		if (!(w > 0)) {
			for (int p = 0; p < k; p++)
				s->jacobian[p][i] = 0;
			continue;
		}
		root = sqrt(w * spread_information(s->chunk.loss, y, f));
		check = loss_of(s->chunk.loss, y, f) * 0;
		for (int p = 0; p < k; p++) {
			s->jacobian[p][i] *= root;
			check += s->jacobian[p][i] * 0;
		}
		if (check != 0)
			return false;
		spread_add(spread, w, y, f);
	}
	return true;
}

/* All rows into R and the spread. False if something that counts is not finite. */
static bool sum_rows(const struct expr *e, uint32_t constants, const struct rows *rows, struct triangle *t,
		     struct spread *spread)
{
	struct sweep s;
	bool finite = true;

	sweep_open(&s, e, constants, rows);
	for (int from = 0; from < rows->n && finite; from += CHUNK) {
		sweep_to(&s, rows, from);
		finite = weigh_rows(&s, t->k, spread);
		if (finite)
			triangle_add_rows(t, s.jacobian, s.chunk.n);
	}
	sweep_close(&s);
	return finite;
}

bool uncertainty_measure(const struct expr *e, uint32_t constants, const struct rows *rows, struct uncertainty *u)
{
	struct triangle t = {0};
	struct spread spread;
	struct pivoted v;
	bool finite;

	*u = (struct uncertainty){0};
	for (int i = 0; i < EXPR_MAX_CONSTS; i++)
		if (constants >> i & 1)
			u->at[t.k++] = (uint8_t)i;
	if (t.k == 0)
		return false;
	spread_open(&spread, rows->loss, rows->n);
	finite = sum_rows(e, constants, rows, &t, &spread);
	if (finite) {
		triangle_pivot(&t, &v);
		u->k = t.k;
		u->rank = v.rank;
		triangle_covariance(&v, spread_factor(&spread, u), u);
	}
	spread_close(&spread);
	return finite;
}

/* ---- predictions ----------------------------------------------------------------------------------- */

bool uncertainty_of_observations(enum loss_kind loss)
{
	return loss_table[loss].spread != SPREAD_KNOWN;
}

double uncertainty_leverage(const struct uncertainty *u, double value, double error)
{
	bool shares = u->loss == LOSS_RELATIVE || u->loss == LOSS_LOG;
	double ratio = error / (shares ? u->s * value : u->s);

	return loss_table[u->loss].spread == SPREAD_ESTIMATED && isfinite(ratio) ? ratio * ratio : 0;
}

struct value_interval uncertainty_interval(const struct uncertainty *u, double value, double error)
{
	bool logs = u->loss == LOSS_LOG || u->loss == LOSS_POISSON;
	/* on the scale on which errors are about normal and the same everywhere */
	double at = logs ? log(value) : value, curve = logs ? error / value : error;
	double s = u->loss == LOSS_RELATIVE ? u->s * value : u->s;
	double half = u->t * curve, wide = uncertainty_of_observations(u->loss) ? u->t * hypot(curve, s) : NAN;
	struct value_interval v = {value, at - half, at + half, at - wide, at + wide};

	if (logs)
		return (struct value_interval){value, exp(v.curve_low), exp(v.curve_high), exp(v.low), exp(v.high)};
	v.value = loss_mean(u->loss, v.value);
	v.curve_low = loss_mean(u->loss, v.curve_low);
	v.curve_high = loss_mean(u->loss, v.curve_high);
	return v;
}

void uncertainty_predict(const struct expr *e, const struct uncertainty *u, const struct rows *rows, double *value,
			 double *error)
{
	struct sweep s;
	uint32_t constants = 0;

	for (int p = 0; p < u->k; p++)
		constants |= 1u << u->at[p];
	sweep_open(&s, e, constants, rows);
	for (int from = 0; from < rows->n; from += CHUNK) {
		sweep_to(&s, rows, from);
		memcpy(value + from, s.value, (size_t)s.chunk.n * sizeof(*value));
		for (int i = 0; i < s.chunk.n; i++) {
			double square = 0;

			for (int p = 0; p < u->k; p++)
				for (int q = 0; q < u->k; q++)
					square += s.jacobian[p][i] * s.jacobian[q][i] * u->covariance[p][q];
			error[from + i] = sqrt(fmax(square, 0));
		}
	}
	sweep_close(&s);
}
