/* rational.c — see rational.h. */
#include "rational.h"

#include "eqrl/base/error.h"

__extension__ typedef __int128 wide;

static int64_t common_divisor(int64_t a, int64_t b)
{
	while (b) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a < 0 ? -a : a;
}

/* Numbers are far from INT64_MIN: products that reach 2^62 are refused. */
static bool multiply(int64_t a, int64_t b, int64_t *out)
{
	return !__builtin_mul_overflow(a, b, out) && *out > -((int64_t)1 << 62) && *out < (int64_t)1 << 62;
}

static enum rational_verdict reduce(int64_t num, int64_t den, struct rational *out)
{
	int64_t d = den == 1 ? 1 : common_divisor(num, den);

	if (den < 0)
		d = -d;
	*out = (struct rational){num / d, den / d};
	return RATIONAL_OK;
}

enum rational_verdict rational_apply(char op, struct rational a, struct rational b, struct rational *out)
{
	int64_t x, y, den;

	switch (op) {
	case '-':
		b.num = -b.num;
		/* fall through */
	case '+':
		if (!multiply(a.num, b.den, &x) || !multiply(b.num, a.den, &y) || !multiply(a.den, b.den, &den))
			return RATIONAL_TOO_LARGE;
		return reduce(x + y, den, out);
	case '*':
		if (!multiply(a.num, b.num, &x) || !multiply(a.den, b.den, &den))
			return RATIONAL_TOO_LARGE;
		return reduce(x, den, out);
	case '/':
		if (b.num == 0)
			return RATIONAL_BY_ZERO;
		if (!multiply(a.num, b.den, &x) || !multiply(a.den, b.num, &den))
			return RATIONAL_TOO_LARGE;
		return reduce(x, den, out);
	default:
		BUG("no operation '%c'", op);
	}
}

bool rational_gives(char op, struct rational a, struct rational b, int whole)
{
	int64_t den;

	if (op == '/') {
		op = '*';
		b = (struct rational){b.den, b.num};
	}
	if (b.den == 0 || !multiply(a.den, b.den, &den))
		return false;
	if (op == '*')
		return (wide)a.num * b.num == (wide)whole * den;
	return (wide)a.num * b.den + (wide)(op == '-' ? -b.num : b.num) * a.den == (wide)whole * den;
}
