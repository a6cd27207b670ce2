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

/* What a bracket is divided by, so that the power of what is left is simple. */
struct bracket_unit {
	double k;
	bool free;
	int n;
	uint8_t atom[FACTORS_MAX];
	double power[FACTORS_MAX]; /* negative */
};

/* The lowest negative power of each atom: 1/(a/x + b) is x/(a + b x). */
static void find_denominators(const struct polynomial *p, struct bracket_unit *u)
{
	for (int i = 0; i < p->n; i++)
		for (int f = 0; f < p->m[i].n; f++) {
			int at = 0;

			while (at < u->n && u->atom[at] != p->m[i].atom[f])
				at++;
			if (!(p->m[i].power[f] < 0) || at == FACTORS_MAX)
				continue;
			if (at == u->n) {
				u->atom[u->n] = p->m[i].atom[f];
				u->power[u->n++] = 0;
			}
			u->power[at] = fmin(u->power[at], p->m[i].power[f]);
		}
}

static double degree_of(const struct monomial *m)
{
	double degree = 0;

	for (int f = 0; f < m->n; f++)
		degree += m->power[f];
	return degree;
}

/* The monomial of the highest degree, or the number. */
static int find_lead(const struct polynomials *b, const struct polynomial *p)
{
	int lead = 0;

	for (int i = 0; i < p->n; i++) {
		if (b->brackets == BRACKETS_OF_ONE && p->m[i].n == 0)
			return i;
		if (degree_of(&p->m[i]) > degree_of(&p->m[lead]))
			lead = i;
	}
	return lead;
}

static void divide_bracket(struct polynomials *b, struct polynomial *p, double power, struct bracket_unit *u)
{
	int lead;

	if (power == floor(power))
		find_denominators(p, u);
	for (int i = 0; i < p->n; i++)
		for (int f = 0; f < u->n; f++)
			multiply_factor(b, &p->m[i], u->atom[f], -u->power[f]);
	lead = find_lead(b, p);
	if (!(p->m[lead].k > 0) && power != floor(power)) /* of unknown sign together with the rest */
		return;
	u->k = p->m[lead].k;
	u->free = p->m[lead].free;
	if (u->k == 0 || !isfinite(pow(u->k, power)))
		u->k = 1;
	for (int i = 0; i < p->n && u->k != 1; i++) {
		p->m[i].free = i != lead && (p->m[i].free || u->free);
		p->m[i].k = i == lead ? 1 : p->m[i].k / u->k;
	}
}

/* An atom of the sum p; what it was divided by stands outside. */
static void power_of_bracket(struct polynomials *b, const struct polynomial *p, double power, struct polynomial *out)
{
	struct bracket_unit u = {.k = 1};
	struct polynomial bracket = *p;
	struct expr e = {0};

	if (b->brackets != BRACKETS_AS_THEY_ARE && p->n > 1)
		divide_bracket(b, &bracket, power, &u);
	polynomial_write(b, &bracket, &e);
	polynomial_of_atom(b, &e, out);
	out->m[0].power[0] = power;
	if (u.k != 1) {
		out->m[0].k = pow(u.k, power);
		out->m[0].free = u.free;
	}
	for (int f = 0; f < u.n; f++)
		multiply_factor(b, &out->m[0], u.atom[f], u.power[f] * power);
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

void polynomial_logarithm(struct polynomials *b, const struct polynomial *p, struct polynomial *out)
{
	struct polynomial arg = *p, number;
	struct monomial *lead = &arg.m[p->n == 1 ? 0 : find_lead(b, p)];
	bool one = p->n == 1 && lead->n > 0, sum = p->n > 1 && b->brackets != BRACKETS_AS_THEY_ARE;
	double k = lead->k;
	bool is_free = lead->free;

	if (!(one || sum) || !(k > 0) || k == 1) {
		polynomial_of_index(out, polynomial_function(b, OP_LOG, p));
		return;
	}
	for (int i = 0; i < arg.n; i++) {
		arg.m[i].free |= is_free;
		arg.m[i].k /= k;
	}
	lead->k = 1;
	lead->free = false;
	polynomial_of_index(out, polynomial_function(b, OP_LOG, &arg));
	polynomial_number(&number, log(k), is_free);
	polynomial_add(b, out, &number);
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
