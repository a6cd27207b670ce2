/* half.c — 16-bit floats: IEEE binary16 and bfloat16; see weights.h. */
#include "eqrl/policy/weights.h"

#include <string.h>

static uint32_t bits_of(float v)
{
	uint32_t u;

	memcpy(&u, &v, sizeof(u));
	return u;
}

static float float_of(uint32_t u)
{
	float v;

	memcpy(&v, &u, sizeof(v));
	return v;
}

/* u >> shift, rounded to nearest, ties to even. 0 < shift < 32. */
static uint32_t round_shift(uint32_t u, int shift)
{
	uint32_t half = (uint32_t)1 << (shift - 1), rest = u & ((half << 1) - 1);
	uint32_t q = u >> shift;

	return q + (rest > half || (rest == half && (q & 1)));
}

uint16_t half_from_float(float v)
{
	uint32_t u = bits_of(v), magnitude = u & 0x7fffffffu;
	uint32_t sign = (u >> 16) & 0x8000u, mantissa;
	int exponent;

	if (magnitude > 0x7f800000u) /* quiet, top of the payload kept */
		return (uint16_t)(sign | 0x7e00u | ((magnitude >> 13) & 0x1ffu));
	if (magnitude >= 0x47800000u) /* 65536 and above, infinity */
		return (uint16_t)(sign | 0x7c00u);
	exponent = (int)(magnitude >> 23) - 127 + 15;
	if (exponent >= 1) /* a carry out of the mantissa raises the exponent, up to infinity */
		return (uint16_t)(sign + round_shift(magnitude - ((127u - 15u) << 23), 13));
	if (exponent < -10) /* below half of the smallest subnormal */
		return (uint16_t)sign;
	mantissa = (magnitude & 0x7fffffu) | 0x800000u;
	return (uint16_t)(sign + round_shift(mantissa, 14 - exponent));
}

float half_to_float(uint16_t h)
{
	uint32_t sign = (uint32_t)(h & 0x8000u) << 16, exponent = (h >> 10) & 0x1fu;
	uint32_t mantissa = h & 0x3ffu;

	if (exponent == 0) { /* zero and subnormals: mantissa · 2⁻²⁴, exact in a float */
		float v = (float)mantissa * 0x1p-24f;

		return float_of(sign | bits_of(v));
	}
	if (exponent == 31)
		return float_of(sign | 0x7f800000u | (mantissa << 13));
	return float_of(sign | ((exponent + 127 - 15) << 23) | (mantissa << 13));
}

uint16_t bf16_from_float(float v)
{
	uint32_t u = bits_of(v);

	if ((u & 0x7fffffffu) > 0x7f800000u) /* rounding must not turn a NaN into infinity */
		return (uint16_t)((u >> 16) | 0x40u);
	return (uint16_t)round_shift(u, 16);
}

float bf16_to_float(uint16_t h)
{
	return float_of((uint32_t)h << 16);
}
