/* uncertainty.c — see uncertainty.h. */
#include "eqrl/eval/uncertainty.h"

#include "eqrl/base/mem.h"
#include "eqrl/eval/tape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK = 1024, /* rows whose derivatives are held at a time */
	WIDE = EXPR_MAX_CONSTS,
};

/* Sine of the angle between a column of √W J and the span of those before it, below which it depends on them: the
 * derivatives themselves have errors of about 1e-13. */
#define DEPENDENT 1e-10

/* Share of a direction without effect that a constant must have to count as undetermined. */
#define TAKES_PART 1e-6

/* ---- Student's distribution ---------------------------------------------------------------------- */

/* P(|T| < t) for θ = atan(t / √ν), by the finite series of Abramowitz and Stegun 26.7.3 and 26.7.4. */
static double student_within(int degrees, double theta)
{
	double term = degrees % 2 ? cos(theta) : 1, sum = degrees > 1 ? term : 0, square = cos(theta) * cos(theta);

	for (int i = degrees % 2 ? 3 : 2; i < degrees; i += 2) {
		term *= square * (i - 1) / i;
		sum += term;
	}
	return degrees % 2 ? (theta + sin(theta) * sum) * 2 / M_PI : sin(theta) * sum;
}

double student_quantile(int degrees)
{
	const double z = 1.959963984540054; /* of the normal distribution */
	double low = 0, high = M_PI / 2, v = degrees;

	if (degrees < 1)
		return NAN;
	if (degrees > 200) /* Abramowitz and Stegun 26.7.5: its next term is below 1e-9 from here on */
		return z + (pow(z, 3) + z) / (4 * v) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * v * v) +
		       (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / (384 * v * v * v);
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (student_within(degrees, middle) < 0.95)
			low = middle;
		else
			high = middle;
	}
	return tan(low) * sqrt(v);
}

/* ---- the triangular factor ----------------------------------------------------------------------- */

/* R of √W J, and the squares of its columns; rows are added below R and turned into it. */
struct triangle {
	int k;
	double r[WIDE][WIDE]; /* upper triangle */
};

/* One block of m rows a[column][row] joins R: for each column a reflection of its diagonal element and the block. */
static void add_rows(struct triangle *t, double *const *a, int m)
{
	for (int p = 0; p < t->k; p++) {
		double square = 0, norm, head, beta;

		for (int i = 0; i < m; i++)
			square += a[p][i] * a[p][i];
		if (square == 0)
			continue;
		norm = sqrt(t->r[p][p] * t->r[p][p] + square);
		head = t->r[p][p] + (t->r[p][p] < 0 ? -norm : norm);
		beta = 2 / (head * head + square);
		for (int q = p + 1; q < t->k; q++) {
			double along = head * t->r[p][q];

			for (int i = 0; i < m; i++)
				along += a[p][i] * a[q][i];
			along *= beta;
			t->r[p][q] -= along * head;
			for (int i = 0; i < m; i++)
				a[q][i] -= along * a[p][i];
		}
		t->r[p][p] = t->r[p][p] < 0 ? norm : -norm;
	}
}

/* R with unit columns in pivoted order, and what its columns were divided by. */
struct pivoted {
	struct triangle t;
	int rank, order[WIDE];
	double scale[WIDE]; /* by constant */
};

/* Column pivoting on the small triangle (modified Gram–Schmidt on its k × k entries). */
static void pivot(const struct triangle *t, struct pivoted *v)
{
	double q[WIDE][WIDE] = {{0}}; /* column by column */

	*v = (struct pivoted){.t.k = t->k};
	for (int c = 0; c < t->k; c++) {
		double square = 0;

		v->order[c] = c;
		for (int i = 0; i <= c; i++)
			square += t->r[i][c] * t->r[i][c];
		v->scale[c] = sqrt(square);
		for (int i = 0; i <= c && square > 0; i++)
			q[c][i] = t->r[i][c] / v->scale[c];
	}
	for (int p = 0; p < t->k; p++) {
		double longest = -1;
		int best = p, swap;

		for (int j = p; j < t->k; j++) {
			double square = 0;

			for (int i = 0; i < t->k; i++)
				square += q[v->order[j]][i] * q[v->order[j]][i];
			if (square > longest)
				longest = square, best = j;
		}
		if (!(sqrt(longest) > DEPENDENT))
			return;
		swap = v->order[p], v->order[p] = v->order[best], v->order[best] = swap;
		for (int i = 0; i < p; i++) {
			double t_ip = v->t.r[i][p];

			v->t.r[i][p] = v->t.r[i][best], v->t.r[i][best] = t_ip;
		}
		v->t.r[p][p] = sqrt(longest);
		v->rank++;
		for (int i = 0; i < t->k; i++)
			q[v->order[p]][i] /= v->t.r[p][p];
		for (int j = p + 1; j < t->k; j++) {
			double along = 0;

			for (int i = 0; i < t->k; i++)
				along += q[v->order[p]][i] * q[v->order[j]][i];
			v->t.r[p][j] = along;
			for (int i = 0; i < t->k; i++)
				q[v->order[j]][i] -= along * q[v->order[p]][i];
		}
	}
}

/* Solves R₁₁ x = b in place; b has rank entries. */
static void solve_upper(const struct pivoted *v, double *b)
{
	for (int i = v->rank - 1; i >= 0; i--) {
		for (int j = i + 1; j < v->rank; j++)
			b[i] -= v->t.r[i][j] * b[j];
		b[i] /= v->t.r[i][i];
	}
}

/* Bits of the positions that take part in a direction which changes no value. */
static uint32_t undetermined(const struct pivoted *v)
{
	uint32_t out = 0;

	for (int d = v->rank; d < v->t.k; d++) {
		double way[WIDE];

		for (int i = 0; i < v->rank; i++)
			way[i] = v->t.r[i][d];
		solve_upper(v, way);
		out |= 1u << v->order[d];
		for (int i = 0; i < v->rank; i++)
			if (fabs(way[i]) > TAKES_PART)
				out |= 1u << v->order[i];
	}
	return out;
}

/* (RᵀR)⁻¹ = R⁻¹ R⁻ᵀ, for the determined directions. */
static void covariance_of(const struct pivoted *v, double s, struct uncertainty *u)
{
	double inverse[WIDE][WIDE] = {{0}}; /* column by column */

	for (int c = 0; c < v->rank; c++) {
		inverse[c][c] = 1;
		solve_upper(v, inverse[c]);
	}
	for (int i = 0; i < v->rank; i++)
		for (int j = 0; j < v->rank; j++) {
			int a = v->order[i], b = v->order[j];
			double sum = 0;

			for (int c = 0; c < v->rank; c++)
				sum += inverse[c][i] * inverse[c][j];
			u->covariance[a][b] = sum * (s / v->scale[a]) * (s / v->scale[b]);
		}
}

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
				 .w = rows->w ? rows->w + from : NULL};
	tape_bind(s->tape, &s->e, &s->chunk);
	tape_plan(s->tape, s->constants);
	tape_jacobian(s->tape, NULL, s->value, s->jacobian);
}

/* The chunk's rows times √w. False if something that counts is not finite. */
static bool weigh_rows(struct sweep *s, int k, double *sse, int *counted)
{
	for (int i = 0; i < s->chunk.n; i++) {
		double w = s->chunk.w ? s->chunk.w[i] : 1, root = sqrt(w), residual = s->chunk.y[i] - s->value[i];
		double check = residual * 0;

		if (!(w > 0)) {
			for (int p = 0; p < k; p++)
				s->jacobian[p][i] = 0;
			continue;
		}
		for (int p = 0; p < k; p++) {
			s->jacobian[p][i] *= root;
			check += s->jacobian[p][i] * 0;
		}
		if (check != 0)
			return false;
		*sse += w * residual * residual;
		(*counted)++;
	}
	return true;
}

bool uncertainty_measure(const struct expr *e, uint32_t constants, const struct rows *rows, struct uncertainty *u)
{
	int k = 0, counted = 0;
	struct triangle t = {0};
	struct pivoted v;
	struct sweep s;
	double sse = 0;
	bool finite = true;
	uint32_t free_ones;

	*u = (struct uncertainty){0};
	for (int i = 0; i < EXPR_MAX_CONSTS; i++)
		if (constants >> i & 1)
			u->at[k++] = (uint8_t)i;
	if (k == 0)
		return false;
	t.k = k;
	sweep_open(&s, e, constants, rows);
	for (int from = 0; from < rows->n && finite; from += CHUNK) {
		sweep_to(&s, rows, from);
		finite = weigh_rows(&s, k, &sse, &counted);
		if (finite)
			add_rows(&t, s.jacobian, s.chunk.n);
	}
	sweep_close(&s);
	if (!finite)
		return false;
	pivot(&t, &v);
	u->k = k;
	u->rank = v.rank;
	u->degrees = counted - v.rank;
	u->s = u->degrees > 0 ? sqrt(sse / u->degrees) : NAN;
	u->t = student_quantile(u->degrees);
	covariance_of(&v, u->s, u);
	free_ones = undetermined(&v);
	for (int p = 0; p < k; p++)
		u->error[p] = free_ones >> p & 1 ? INFINITY : sqrt(u->covariance[p][p]);
	return true;
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
