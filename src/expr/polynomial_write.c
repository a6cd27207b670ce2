/* polynomial_write.c — polynomials back to prefix order, with phases settled; see polynomial.h. */
#include "fraction.h"
#include "polynomial.h"

#include <math.h>
#include <string.h>

#define NEARLY_A_QUARTER 0.1 /* radians: whoever asks for it without its phase tries that on the data */
#define TWO_PI		 6.28318530717958647693

static void push(struct polynomials *b, struct expr *out, enum op op, int arg)
{
	b->failed |= !expr_push(out, op, arg);
}

static void push_number(struct polynomials *b, struct expr *out, double k, bool is_free)
{
	if (!is_free && k >= 1 && k <= 10 && k == floor(k))
		push(b, out, OP_INT, (int)k);
	else
		b->failed |= !isfinite(k) || !expr_push_const(out, is_free ? OP_CONST : OP_FIXED, k);
}

/* ---- phases -------------------------------------------------------------------------------------------------- */

static double leading_coefficient(const struct polynomial *p)
{
	return p->n ? p->m[0].k : 0;
}

/* A·sin(u + p) with u as it leads positively, A positive and p as the style wants it, for the atom at factor i. */
static void settle_phase(struct polynomials *b, struct monomial *m, int i)
{
	struct atom *a = &b->atom[m->atom[i]];
	struct polynomial arg = a->arg;
	bool is_free, cosine = a->e.node[0].op == OP_COS;
	double phase = polynomial_take_number(&arg, &is_free) + (cosine ? TWO_PI / 4 : 0), quarter;
	enum op op = cosine ? OP_COS : OP_SIN;

	if (leading_coefficient(&arg) < 0) { /* sin(-u + p) = sin(u - p + pi) */
		polynomial_scale(&arg, -1);
		phase = TWO_PI / 2 - phase;
	}
	phase += m->k < 0 ? TWO_PI / 2 : 0;
	m->k = fabs(m->k);
	phase -= TWO_PI * floor(phase / TWO_PI);
	quarter = nearbyint(phase / (TWO_PI / 4));
	if (fabs(phase - quarter * TWO_PI / 4) < (b->phases == PHASE_DROPPED ? NEARLY_A_QUARTER : 1e-14)) {
		op = fmod(quarter, 2) == 0 ? OP_SIN : OP_COS;
		m->k = fmod(quarter, 4) >= 2 ? -m->k : m->k;
		phase = 0;
	} else if ((b->phases == PHASE_OF_COSINE && phase >= TWO_PI / 4) ||
		   (op == OP_COS && b->phases == PHASE_REDUCED)) {
		op = OP_COS;
		phase -= TWO_PI / 4;
		phase += phase < 0 ? TWO_PI : 0;
	} else {
		op = OP_SIN;
	}
	if (phase != 0) {
		b->failed |= arg.n == MONOMIALS_MAX;
		if (!b->failed)
			arg.m[arg.n++] = (struct monomial){.k = phase, .free = is_free};
	}
	m->atom[i] = (uint8_t)polynomial_function(b, op, &arg);
}

static void settle_phases(struct polynomials *b, struct monomial *m)
{
	for (int i = 0; i < m->n; i++) {
		int op = b->atom[m->atom[i]].e.node[0].op;

		if ((op == OP_SIN || op == OP_COS) && m->power[i] == 1)
			settle_phase(b, m, i);
	}
}

/* ---- products ------------------------------------------------------------------------------------------------ */

static void write_factor(struct polynomials *b, int atom, double power, struct expr *out)
{
	bool has_tail = false;

	if (power == 2 || power == 3) {
		push(b, out, power == 2 ? OP_SQUARE : OP_CUBE, 0);
	} else if (power == 0.5) {
		push(b, out, OP_SQRT, 0);
	} else if (power != 1) {
		push(b, out, OP_POW, 0);
		has_tail = true;
	}
	b->failed |= !expr_append_subtree(out, &b->atom[atom].e, 0);
	if (has_tail)
		push_number(b, out, power, false);
}

/* The factors above or below the line, and the number above it where it is needed. */
static void write_side(struct polynomials *b, const struct monomial *m, bool below, struct expr *out)
{
	int n = 0;
	bool number;

	for (int i = 0; i < m->n; i++)
		n += (m->power[i] < 0) == below;
	number = !below && (n == 0 || m->free || m->k != 1);
	for (int i = 1; i < n + number; i++)
		push(b, out, OP_MUL, 0);
	if (number)
		push_number(b, out, m->k, m->free);
	for (int i = 0; i < m->n; i++)
		if ((m->power[i] < 0) == below)
			write_factor(b, m->atom[i], fabs(m->power[i]), out);
}

static void write_product(struct polynomials *b, const struct monomial *m, struct expr *out)
{
	bool divides = false;
	int q = m->free ? 1 : fraction_denominator(m->k);
	struct monomial above = *m;

	for (int i = 0; i < m->n; i++)
		divides |= m->power[i] < 0;
	if (q > 1 && !divides) { /* x^3/3 */
		above.k = nearbyint(m->k * q);
		push(b, out, OP_DIV, 0);
		write_side(b, &above, false, out);
		push_number(b, out, q, false);
		return;
	}
	if (divides)
		push(b, out, OP_DIV, 0);
	write_side(b, m, false, out);
	if (divides)
		write_side(b, m, true, out);
}

/* ---- sums ---------------------------------------------------------------------------------------------------- */

/* The order of polynomials: high powers first, the number last. */
static int comes_before(const struct monomial *a, const struct monomial *b)
{
	double degree_a = 0, degree_b = 0;

	for (int i = 0; i < a->n; i++)
		degree_a += a->power[i];
	for (int i = 0; i < b->n; i++)
		degree_b += b->power[i];
	if ((a->n == 0) != (b->n == 0))
		return b->n == 0;
	if (degree_a != degree_b)
		return degree_a > degree_b;
	return a->n && b->n && a->atom[0] < b->atom[0];
}

static void sort_sum(struct polynomial *p)
{
	int first = 0;

	for (int i = 1; i < p->n; i++) {
		struct monomial m = p->m[i];
		int j = i;

		for (; j > 0 && comes_before(&m, &p->m[j - 1]); j--)
			p->m[j] = p->m[j - 1];
		p->m[j] = m;
	}
	while (first < p->n && p->m[first].k < 0) /* a sum starts with a term that needs no sign */
		first++;
	if (first > 0 && first < p->n) {
		struct monomial m = p->m[first];

		memmove(p->m + 1, p->m, (size_t)first * sizeof(m));
		p->m[0] = m;
	}
}

static bool is_log(const struct polynomials *b, const struct monomial *m)
{
	return m->n == 1 && m->power[0] == 1 && b->atom[m->atom[0]].e.node[0].op == OP_LOG;
}

/* k log(a) + k log(b) becomes k log(a b), and k log(a) - k log(b) becomes k log(a/b). */
static void merge_logs(struct polynomials *b, struct polynomial *sum)
{
	for (int i = 0; i < sum->n; i++)
		for (int j = sum->n - 1; j > i && is_log(b, &sum->m[i]); j--) {
			struct polynomial arg = b->atom[sum->m[i].atom[0]].arg, other;

			if (!is_log(b, &sum->m[j]) || fabs(sum->m[j].k) != fabs(sum->m[i].k))
				continue;
			polynomial_power(b, &b->atom[sum->m[j].atom[0]].arg, sum->m[j].k == sum->m[i].k ? 1 : -1, 1,
					 &other);
			polynomial_multiply(b, &arg, &other);
			sum->m[i].atom[0] = (uint8_t)polynomial_function(b, OP_LOG, &arg);
			sum->m[j] = sum->m[--sum->n];
		}
}

void polynomial_write(struct polynomials *b, const struct polynomial *p, struct expr *out)
{
	struct polynomial sum = *p;

	if (b->failed)
		return;
	if (b->merge_logs)
		merge_logs(b, &sum);
	for (int i = 0; i < sum.n; i++)
		settle_phases(b, &sum.m[i]);
	sort_sum(&sum);
	if (sum.n == 0)
		push_number(b, out, 0, false);
	for (int i = sum.n - 1; i > 0; i--)
		push(b, out, sum.m[i].k < 0 ? OP_SUB : OP_ADD, 0);
	for (int i = 0; i < sum.n && !b->failed; i++) {
		if (i > 0)
			sum.m[i].k = fabs(sum.m[i].k);
		write_product(b, &sum.m[i], out);
	}
}

/* The power of an atom that every monomial has, of the smaller size where they differ; 0 if one lacks it. */
static double common_power(const struct polynomial *p, int atom)
{
	double common = 0;

	for (int i = 0; i < p->n; i++) {
		double power = 0;

		for (int f = 0; f < p->m[i].n; f++)
			if (p->m[i].atom[f] == atom)
				power = p->m[i].power[f];
		if (power == 0 || power * common < 0)
			return 0;
		if (i == 0 || fabs(power) < fabs(common))
			common = power;
	}
	return common;
}

bool polynomial_write_factored(struct polynomials *b, const struct polynomial *p, struct expr *out)
{
	struct polynomial outside, inverse, rest = *p, bracket;
	struct expr e = {0};

	polynomial_number(&outside, 1, false);
	for (int f = 0; p->n > 1 && f < p->m[0].n; f++) {
		double power = common_power(p, p->m[0].atom[f]);
		struct polynomial factor;

		polynomial_of_index(&factor, p->m[0].atom[f]);
		factor.m[0].power[0] = power;
		if (power != 0)
			polynomial_multiply(b, &outside, &factor);
	}
	if (outside.m[0].n == 0)
		return false;
	polynomial_power(b, &outside, -1, 1, &inverse);
	polynomial_multiply(b, &rest, &inverse);
	polynomial_write(b, &rest, &e);
	polynomial_of_atom(b, &e, &bracket);
	polynomial_multiply(b, &outside, &bracket);
	polynomial_write(b, &outside, out);
	return true;
}
