/* probe.c — see probe.h. */
#include "probe.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CROSSINGS = 8, BISECTIONS = 60, DRAWS = 2000 /* at least */, NEIGHBOURS = 8 };

#define FAINT	 1e-3 /* of the scale */
#define VANISHED 1e-6 /* a divisor that changes its sign by a jump does not get that small on the way */

/* Rows that ought to lie where none does: by chance that happens once in e⁷ = 1,100 times. An equation that merely happens
 * to have a value in all rows leaves no more than a few of them to be missed. */
#define MISSING_ROWS 7.0

/* ---- points -------------------------------------------------------------------------------------------------- */

static double value_of_node(const struct expr *e, int i, const double *v, const uint8_t *end, const double *x)
{
	struct node a = e->node[i];

	if (node_arity(a))
		return op_value((enum op)a.op, v[i + 1], node_arity(a) == 2 ? v[end[i + 1]] : 0);
	if (a.op == OP_VAR)
		return x[a.arg];
	return a.op == OP_INT ? a.arg : a.op == OP_PI ? 3.14159265358979323846 : e->c[a.arg];
}

void probe_evaluate(struct probe *s)
{
	for (int i = s->e->n - 1; i >= 0; i--)
		s->v[i] = value_of_node(s->e, i, s->v, s->end, s->x);
}

void probe_go_between(struct probe *s, const double *a, const double *b, double t)
{
	for (int k = 0; k < s->n_columns; k++)
		s->x[s->column[k]] = a[k] + t * (b[k] - a[k]);
	probe_evaluate(s);
}

bool probe_part_uses(const struct probe *s, int node, int column)
{
	for (int i = node; i < s->end[node]; i++)
		if (s->e->node[i].op == OP_VAR && s->e->node[i].arg == column)
			return true;
	return false;
}

void probe_report(struct probe *s, enum regularity_kind kind, int node)
{
	struct regularity *r = s->out;

	*r = (struct regularity){.kind = kind};
	for (int k = 0; k < s->n_columns; k++) {
		if (!probe_part_uses(s, node, s->column[k]))
			continue;
		if (r->n == REGULARITY_COLUMNS) {
			r->n = 0;
			return;
		}
		r->column[r->n] = s->column[k];
		r->at[r->n++] = s->x[s->column[k]];
	}
}

/* ---- where rows do not come ----------------------------------------------------------------------------------- */

static void go_shuffled(struct probe *s, struct rng *r)
{
	for (int k = 0; k < s->n_columns; k++)
		s->x[s->column[k]] = s->rows->x[s->column[k]][rng_below(r, s->rows->n)];
	probe_evaluate(s);
}

static int looked_at(const struct probe *s)
{
	return !s->rows ? 0 : s->rows->n < PROBE_ROWS ? s->rows->n : PROBE_ROWS;
}

static double divisor_value(const struct probe *s, const struct divisor *d)
{
	return d->tangent ? cos(s->v[d->node]) : s->v[d->node];
}

/* How many of as many shuffled points have no value (d NULL), or one on that side of the divisor's zero? */
static double count_shuffled(struct probe *s, const struct divisor *d, double side)
{
	struct rng r = rng_stream(0, 0x706f6c65, 0);
	int n = looked_at(s), draws = n > DRAWS ? n : DRAWS, found = 0;

	for (int i = 0; i < draws; i++) {
		go_shuffled(s, &r);
		found += d ? divisor_value(s, d) * side > 0 : isnan(s->v[0]);
	}
	return (double)found * n / draws;
}

/* Is the gap around 0 wider than the widest that chance leaves among n values like those next to it? Distances between
 * neighbours are exponential there, the largest of n about ln n times their mean. */
static bool has_gap_at_zero(const double *u, int n, int first_above)
{
	int low = first_above - 1 - NEIGHBOURS, high = first_above + NEIGHBOURS;
	double gap = u[first_above] - u[first_above - 1], others;

	low = low < 0 ? 0 : low;
	high = high > n - 1 ? n - 1 : high;
	others = u[high] - u[low] - gap;
	return high - low - 1 >= NEIGHBOURS / 2 && gap > (log(n) + MISSING_ROWS) * others / (high - low - 1);
}

bool probe_rows_avoid_undefined(struct probe *s)
{
	return s->rows && count_shuffled(s, NULL, 0) > MISSING_ROWS;
}

static bool rows_avoid_pole(struct probe *s, const struct divisor *d)
{
	int most = looked_at(s), n = 0, above = 0;
	double *u = xmalloc((size_t)(most + 1) * sizeof(*u));
	bool avoid = false;

	for (int i = 0; i < most; i++) {
		for (int k = 0; k < s->n_columns; k++)
			s->x[s->column[k]] = s->rows->x[s->column[k]][i];
		probe_evaluate(s);
		u[n] = divisor_value(s, d);
		n += !isnan(u[n]);
	}
	sort_doubles(u, n);
	most = n;
	n = 0;
	for (int i = 0; i < most; i++) /* equal ones tell nothing of distances */
		if (n == 0 || u[i] > u[n - 1])
			u[n++] = u[i];
	while (above < n && u[above] < 0)
		above++;
	if (n > 0 && (above == 0 || above == n))
		avoid = count_shuffled(s, d, above == 0 ? -1 : 1) > MISSING_ROWS;
	else if (n > 0)
		avoid = has_gap_at_zero(u, n, above);
	free(u);
	return avoid;
}

/* ---- poles --------------------------------------------------------------------------------------------------- */

/* The nodes that vanish where node i does, one way or another. A node is reached from one pole at most. */
static void add_divisors(struct probe *s, int i, bool tangent)
{
	struct node a = s->e->node[i];
	const struct op_info *op = &op_info[a.op];

	if (!tangent && a.op == OP_MUL) {
		add_divisors(s, i + 1, false);
		add_divisors(s, s->end[i + 1], false);
		return;
	}
	if (!tangent && (a.op == OP_ABS || op->power > 0 || a.op == OP_CBRT || a.op == OP_DIV)) {
		add_divisors(s, i + 1, false);
		return;
	}
	for (int k = i; k < s->end[i]; k++)
		if (s->e->node[k].op == OP_VAR) {
			s->divisor[s->n_divisors++] = (struct divisor){
				.node = i,
				.tangent = tangent,
				.seen_at = xcalloc((size_t)s->n_columns, sizeof(double)),
			};
			return;
		}
}

/* A part without columns, whose value is the same at every point. */
static bool is_negative_number(const struct probe *s, int i)
{
	for (int k = i; k < s->end[i]; k++)
		if (s->e->node[k].op == OP_VAR)
			return false;
	return s->v[i] < 0;
}

void probe_find_divisors(struct probe *s)
{
	for (int i = 0; i < s->e->n; i++)
		switch (s->e->node[i].op) {
		case OP_DIV:
			add_divisors(s, s->end[i + 1], false);
			break;
		case OP_POW:
			if (is_negative_number(s, s->end[i + 1]))
				add_divisors(s, i + 1, false);
			break;
		case OP_INV:
		case OP_LOG:
		case OP_LOG10:
		case OP_LOG2:
			add_divisors(s, i + 1, false);
			break;
		case OP_TAN:
			add_divisors(s, i + 1, true);
			break;
		default:
			break;
		}
}

/* Where between a and b the divisor vanishes, as a share t of the way. False if it jumps there. */
static bool find_zero(struct probe *s, const struct divisor *d, const double *a, const double *b, double *t)
{
	double low = 0, high = 1, at_low, at_high;

	probe_go_between(s, a, b, 0);
	at_low = divisor_value(s, d);
	probe_go_between(s, a, b, 1);
	at_high = divisor_value(s, d);
	*t = fmax(fabs(at_low), fabs(at_high));
	for (int k = 0; k < BISECTIONS; k++) {
		double u;

		probe_go_between(s, a, b, 0.5 * (low + high));
		u = divisor_value(s, d);
		if (u == 0)
			low = high = 0.5 * (low + high), at_low = at_high = 0;
		else if ((u < 0) == (at_low < 0))
			low = 0.5 * (low + high), at_low = u;
		else
			high = 0.5 * (low + high), at_high = u;
	}
	if (!(fmax(fabs(at_low), fabs(at_high)) <= VANISHED * *t))
		return false;
	*t = 0.5 * (low + high);
	return true;
}

/* Three values ever nearer to a point: does the last step hardly count, or fall off? A logarithm's steps stay equal, those
 * of a pole grow, those of a smooth function fall thirtyfold. */
static bool settles(double far, double near, double nearest, double faint)
{
	return fabs(nearest - near) <= fmax(0.5 * fabs(near - far), faint);
}

/* Whether the equation goes through the zero of a divisor as if there were none. */
static bool is_removable(struct probe *s, const double *a, const double *b, double t)
{
	static const double step[] = {1e-2, 3e-4, 1e-5, 3e-7};
	double length = 0, left[COUNT_OF(step)], right[COUNT_OF(step)], faint = FAINT * s->scale;
	bool smooth = false;

	for (int k = 0; k < s->n_columns; k++)
		length = fmax(length, fabs(b[k] - a[k]) / fmax(s->width[k], 1e-300));
	for (size_t i = 0; i < COUNT_OF(step); i++) {
		probe_go_between(s, a, b, t - step[i] / length);
		left[i] = s->v[0];
		probe_go_between(s, a, b, t + step[i] / length);
		right[i] = s->v[0];
	}
	for (size_t i = 0; i + 2 < COUNT_OF(step); i++)
		smooth |= settles(left[i], left[i + 1], left[i + 2], faint) &&
			  settles(right[i], right[i + 1], right[i + 2], faint) &&
			  fabs(right[i + 2] - left[i + 2]) <= fmax(0.5 * fabs(right[i + 1] - left[i + 1]), faint);
	return smooth;
}

bool probe_find_pole(struct probe *s, struct divisor *d, const double *here)
{
	size_t bytes = (size_t)s->n_columns * sizeof(*here);
	double now = divisor_value(s, d), t;
	bool crossed = d->sign * now < 0 && d->crossings < CROSSINGS;

	if (crossed) {
		d->crossings++;
		if (find_zero(s, d, d->seen_at, here, &t) && !is_removable(s, d->seen_at, here, t)) {
			probe_go_between(s, d->seen_at, here, t);
			probe_report(s, REGULARITY_POLE, d->node);
			if (!rows_avoid_pole(s, d))
				return true;
			s->out->kind = REGULARITY_UNKNOWN;
			d->crossings = CROSSINGS;
		}
		probe_go_between(s, here, here, 0);
	}
	if (now != 0 && isfinite(now)) {
		d->sign = now < 0 ? -1 : 1;
		memcpy(d->seen_at, here, bytes);
	}
	return false;
}
