/* polynomial.c — arithmetic of polynomials in atoms; see polynomial.h. */
#include "polynomial.h"

#include <math.h>
#include <string.h>

#define NO_POWER 1e-12 /* exponents that cancel to this are 0: sums of decimals */

/* ---- atoms ------------------------------------------------------------------------------------------------- */

static bool is_same(const struct expr *a, const struct expr *b)
{
	return a->n == b->n && a->n_consts == b->n_consts &&
	       memcmp(a->node, b->node, (size_t)a->n * sizeof(*a->node)) == 0 &&
	       memcmp(a->c, b->c, (size_t)a->n_consts * sizeof(*a->c)) == 0;
}

static int find_atom(struct polynomials *b, const struct expr *e)
{
	for (int i = 0; i < b->n; i++)
		if (is_same(&b->atom[i].e, e))
			return i;
	if (b->n == ATOMS_MAX) {
		b->failed = true;
		return 0;
	}
	b->atom[b->n].e = *e;
	b->atom[b->n].arg.n = 0;
	return b->n++;
}

void polynomial_of_index(struct polynomial *out, int atom)
{
	out->n = 1;
	out->m[0] = (struct monomial){.k = 1, .n = 1, .atom = {(uint8_t)atom}, .power = {1}};
}

void polynomial_of_atom(struct polynomials *b, const struct expr *atom, struct polynomial *out)
{
	polynomial_of_index(out, find_atom(b, atom));
}

int polynomial_function(struct polynomials *b, enum op op, const struct polynomial *arg)
{
	struct expr e = {0};
	int i;

	expr_push(&e, op, 0);
	polynomial_write(b, arg, &e);
	i = find_atom(b, &e);
	b->atom[i].arg = *arg;
	return i;
}

/* ---- sums ---------------------------------------------------------------------------------------------------- */

void polynomial_number(struct polynomial *out, double k, bool is_free)
{
	out->n = k != 0 || is_free;
	out->m[0] = (struct monomial){.k = k, .free = is_free};
}

void polynomial_scale(struct polynomial *p, double k)
{
	for (int i = 0; i < p->n; i++)
		p->m[i].k *= k;
}

static bool has_same_factors(const struct monomial *a, const struct monomial *b)
{
	return a->n == b->n && memcmp(a->atom, b->atom, (size_t)a->n) == 0 &&
	       memcmp(a->power, b->power, (size_t)a->n * sizeof(*a->power)) == 0;
}

static void add_monomial(struct polynomials *b, struct polynomial *p, const struct monomial *m)
{
	for (int i = 0; i < p->n; i++) {
		struct monomial *old = &p->m[i];

		if (!has_same_factors(old, m))
			continue;
		old->k += m->k;
		old->free |= m->free;
		if (old->k == 0 && !old->free)
			*old = p->m[--p->n];
		return;
	}
	if (p->n == MONOMIALS_MAX)
		b->failed = true;
	else if (m->k != 0 || m->free)
		p->m[p->n++] = *m;
}

void polynomial_add(struct polynomials *b, struct polynomial *p, const struct polynomial *q)
{
	for (int i = 0; i < q->n; i++)
		add_monomial(b, p, &q->m[i]);
}

double polynomial_take_number(struct polynomial *p, bool *is_free)
{
	*is_free = false;
	for (int i = 0; i < p->n; i++)
		if (p->m[i].n == 0) {
			double k = p->m[i].k;

			*is_free = p->m[i].free;
			p->m[i] = p->m[--p->n];
			return k;
		}
	return 0;
}

/* ---- products ------------------------------------------------------------------------------------------------ */

static void multiply_factor(struct polynomials *b, struct monomial *m, int atom, double power)
{
	int at = 0;

	while (at < m->n && m->atom[at] < atom)
		at++;
	if (at < m->n && m->atom[at] == atom) {
		m->power[at] += power;
		if (fabs(m->power[at]) > NO_POWER)
			return;
		m->n--;
		memmove(m->atom + at, m->atom + at + 1, (size_t)(m->n - at));
		memmove(m->power + at, m->power + at + 1, (size_t)(m->n - at) * sizeof(*m->power));
		return;
	}
	if (m->n == FACTORS_MAX) {
		b->failed = true;
		return;
	}
	memmove(m->atom + at + 1, m->atom + at, (size_t)(m->n - at));
	memmove(m->power + at + 1, m->power + at, (size_t)(m->n - at) * sizeof(*m->power));
	m->atom[at] = (uint8_t)atom;
	m->power[at] = power;
	m->n++;
}

/* exp(a)^p exp(b)^q becomes exp(p a + q b). */
static void merge_exponentials(struct polynomials *b, struct monomial *m)
{
	struct polynomial sum = {0}, whole;
	int met = 0, last = -1;

	for (int i = 0; i < m->n; i++)
		if (b->atom[m->atom[i]].e.node[0].op == OP_EXP) {
			met += m->power[i] == 1 ? 1 : 2;
			last = i;
		}
	if (met < 2)
		return;
	for (int i = last; i >= 0; i--) {
		struct polynomial arg = b->atom[m->atom[i]].arg;

		if (b->atom[m->atom[i]].e.node[0].op != OP_EXP)
			continue;
		polynomial_scale(&arg, m->power[i]);
		polynomial_add(b, &sum, &arg);
		multiply_factor(b, m, m->atom[i], -m->power[i]);
	}
	polynomial_exponential(b, &sum, &whole);
	m->k *= whole.m[0].k;
	m->free |= whole.m[0].free;
	if (whole.m[0].n)
		multiply_factor(b, m, whole.m[0].atom[0], whole.m[0].power[0]);
}

void polynomial_multiply(struct polynomials *b, struct polynomial *p, const struct polynomial *q)
{
	struct polynomial out = {0};

	for (int i = 0; i < p->n; i++)
		for (int j = 0; j < q->n; j++) {
			struct monomial m = p->m[i];

			m.k *= q->m[j].k;
			m.free |= q->m[j].free;
			for (int f = 0; f < q->m[j].n; f++)
				multiply_factor(b, &m, q->m[j].atom[f], q->m[j].power[f]);
			merge_exponentials(b, &m);
			add_monomial(b, &out, &m);
		}
	*p = out;
}

/* ---- powers -------------------------------------------------------------------------------------------------- */

/* (k a^m)^w: for broken w only where that is k^w a^(m w) for certain. */
static bool raise_monomial(struct monomial *m, double w)
{
	double k = pow(m->k, w);
	bool whole = w == floor(w);

	if (!isfinite(k) || k == 0 || (!whole && (m->k < 0 || m->n > 1)))
		return false;
	for (int i = 0; i < m->n && !whole; i++)
		if (fabs(fmod(m->power[i], 2)) != 1)
			return false;
	m->k = k;
	for (int i = 0; i < m->n; i++)
		m->power[i] *= w;
	return true;
}

/* An atom of the sum p, with its number at the largest monomial outside, so that equal brackets meet. */
static void power_of_bracket(struct polynomials *b, const struct polynomial *p, double power, struct polynomial *out)
{
	struct expr e = {0};

	polynomial_write(b, p, &e);
	polynomial_of_atom(b, &e, out);
	out->m[0].power[0] = power;
}

void polynomial_power(struct polynomials *b, const struct polynomial *p, double power, int most, struct polynomial *out)
{
	*out = *p;
	b->failed |= p->n == 0 && !(power > 0); /* 1/0 */
	if (power == 1 || p->n == 0)
		return;
	if (p->n == 1 && raise_monomial(&out->m[0], power)) {
		merge_exponentials(b, &out->m[0]);
		return;
	}
	if (!(power >= 2 && power <= most && power == floor(power)) || p->n > 4) {
		power_of_bracket(b, p, power, out);
		return;
	}
	for (int i = 1; i < (int)power && !b->failed; i++)
		polynomial_multiply(b, out, p);
}

void polynomial_exponential(struct polynomials *b, const struct polynomial *p, struct polynomial *out)
{
	struct polynomial arg = *p;
	bool is_free;
	double k = exp(polynomial_take_number(&arg, &is_free));

	if (!isfinite(k) || k == 0) {
		b->failed = true;
		k = 1;
	}
	if (arg.n == 0) {
		polynomial_number(out, k, is_free);
		return;
	}
	polynomial_of_index(out, polynomial_function(b, OP_EXP, &arg));
	out->m[0].k = k;
	out->m[0].free = is_free;
}
