/* rng.c — see rng.h. */
#include "eqrl/base/rng.h"

#include <math.h>

uint64_t mix64(uint64_t a, uint64_t b)
{
	uint64_t z = a + 0x9e3779b97f4a7c15ull * (b + 1);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

uint64_t hash_bytes(const void *data, uint64_t n)
{
	const unsigned char *p = data;
	uint64_t h = 0xcbf29ce484222325ull;

	for (uint64_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3ull;
	return mix64(h, n);
}

struct rng rng_stream(uint64_t seed, uint64_t purpose, uint64_t index)
{
	uint64_t key = mix64(mix64(seed, purpose), index);
	struct rng r;

	for (int i = 0; i < 4; i++)
		r.s[i] = mix64(key, (uint64_t)i);
	return r;
}

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t rng_u64(struct rng *r)
{
	uint64_t *s = r->s, out = rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return out;
}

double rng_uniform(struct rng *r)
{
	return (double)(rng_u64(r) >> 11) * 0x1p-53;
}

double rng_range(struct rng *r, double low, double high)
{
	return low + (high - low) * rng_uniform(r);
}

double rng_normal(struct rng *r)
{
	double u = 1 - rng_uniform(r), v = rng_uniform(r); /* u in (0, 1]: the log is finite */

	return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

int rng_below(struct rng *r, int n)
{
	return (int)(((rng_u64(r) >> 32) * (uint64_t)n) >> 32);
}

int rng_between(struct rng *r, int low, int high)
{
	return low + rng_below(r, high - low + 1);
}

int rng_bool(struct rng *r, double probability)
{
	return rng_uniform(r) < probability;
}

int rng_weighted(struct rng *r, const double *w, int n)
{
	double sum = 0, u;
	int last = 0;

	for (int i = 0; i < n; i++)
		sum += w[i];
	u = rng_uniform(r) * sum;
	for (int i = 0; i < n; i++) {
		if (w[i] <= 0)
			continue;
		last = i; /* what rounding leaves over goes to the last possible index */
		u -= w[i];
		if (u < 0)
			return i;
	}
	return last;
}

void rng_shuffle(struct rng *r, int *items, int n)
{
	for (int i = n - 1; i > 0; i--) {
		int j = rng_below(r, i + 1), t = items[i];

		items[i] = items[j];
		items[j] = t;
	}
}
