/* simplify_num.c — numbers of the normal form: exact fractions while that lasts, doubles after. */
#include "simplify_num.h"

static const double exact_limit = 1e9;

static struct num fraction(double p, double q)
{
	int64_t a = (int64_t)fabs(p), b = (int64_t)q;

	if (q == 1)
		return (struct num){p, q, NUM_EXACT};
	while (b) {
		int64_t r = a % b;

		a = b;
		b = r;
	}
	return (struct num){p / (double)a, q / (double)a, NUM_EXACT};
}

static struct num exact(double p, double q)
{
	struct num out;

	if (!(fabs(p) < 0x1p53) || !(q < 0x1p53))
		return (struct num){p / q, 1, NUM_LITERAL};
	out = fraction(p, q);
	if (fabs(out.p) > exact_limit || out.q > exact_limit)
		return (struct num){p / q, 1, NUM_LITERAL};
	return out;
}

struct num num_real(bool keep, double v, enum num_kind kind)
{
	bool integer = v == floor(v);

	if (kind == NUM_FREE)
		return (struct num){keep ? v : 1, 1, NUM_FREE};
	if (integer && ((v >= -1 && v <= 10) || (kind == NUM_LITERAL && fabs(v) < exact_limit)))
		return num_int(v);
	return (struct num){v, 1, kind};
}

/* NaN, which nobody lets pass, where underflow would make a zero. */
static double unless_lost(double v, bool zero_is_right)
{
	return v == 0 && !zero_is_right ? NAN : v;
}

static enum num_kind later(struct num a, struct num b)
{
	enum num_kind kind = a.kind > b.kind ? a.kind : b.kind;

	return kind == NUM_EXACT ? NUM_LITERAL : kind;
}

struct num num_neg(bool keep, struct num a)
{
	if (a.kind != NUM_FREE || keep)
		a.p = -a.p;
	return a;
}

struct num num_add(bool keep, struct num a, struct num b)
{
	if (a.kind == NUM_EXACT && b.kind == NUM_EXACT)
		return exact(a.p * b.q + b.p * a.q, a.q * b.q);
	return num_real(keep, num_value(a) + num_value(b), later(a, b));
}

struct num num_mul(bool keep, struct num a, struct num b)
{
	if (a.kind == NUM_EXACT && b.kind == NUM_EXACT)
		return exact(a.p * b.p, a.q * b.q);
	return num_real(keep, unless_lost(num_value(a) * num_value(b), a.p == 0 || b.p == 0), later(a, b));
}

static struct num exact_pow(struct num a, double k)
{
	double p = pow(a.p, fabs(k)), q = pow(a.q, fabs(k));

	if (k >= 0)
		return exact(p, q);
	if (p == 0)
		return (struct num){INFINITY, 1, NUM_LITERAL};
	return exact(p < 0 ? -q : q, fabs(p));
}

struct num num_pow(bool keep, struct num a, struct num k)
{
	if (a.kind == NUM_EXACT && num_is_int(k))
		return exact_pow(a, k.p);
	if (a.kind == NUM_EXACT && k.kind == NUM_EXACT && k.q == 2 && a.p > 0 && sqrt(a.p) == floor(sqrt(a.p)) &&
	    sqrt(a.q) == floor(sqrt(a.q)))
		return exact_pow((struct num){sqrt(a.p), sqrt(a.q), NUM_EXACT}, k.p);
	return num_real(keep, unless_lost(pow(num_value(a), num_value(k)), a.p == 0), later(a, k));
}

int num_compare(struct num a, struct num b)
{
	double x = num_value(a), y = num_value(b);

	if (a.kind != b.kind)
		return a.kind < b.kind ? -1 : 1;
	return (x > y) - (x < y);
}

bool num_sign_is_cheap(bool keep, struct num a)
{
	if (a.kind == NUM_EXACT)
		return keep && a.p != 0 && fabs(a.p) != 1;
	return a.kind != NUM_LITERAL || fabs(a.p) != M_PI;
}
