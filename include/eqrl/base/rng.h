/* rng.h — random streams that depend on names, not on threads.
 *
 * A stream is opened from a seed and two numbers that say what it is for (a purpose and an index, say
 * "sequence 17 of step 3"), so any worker draws the same numbers for the same piece of work.
 * xoshiro256++ (Blackman and Vigna 2019), seeded through splitmix64. The state is plain data: saving
 * a struct rng saves the stream. Not for cryptography. */
#ifndef EQRL_RNG_H
#define EQRL_RNG_H

#include <stdint.h>

struct rng {
	uint64_t s[4];
};

struct rng rng_stream(uint64_t seed, uint64_t purpose, uint64_t index);

uint64_t rng_u64(struct rng *r);
double rng_uniform(struct rng *r);			  /* [0, 1), 53 bits */
double rng_range(struct rng *r, double low, double high); /* [low, high) */
double rng_normal(struct rng *r);			  /* N(0, 1), two uniforms a call */
int rng_below(struct rng *r, int n);			  /* 0 … n-1, n ≥ 1, unbiased to 2⁻³² */
int rng_between(struct rng *r, int low, int high);	  /* low … high, both included */
int rng_bool(struct rng *r, double probability);

/* Index i with probability w[i] / Σw. Weights are ≥ 0 and not all 0. */
int rng_weighted(struct rng *r, const double *w, int n);

/* Fisher–Yates over n ints. */
void rng_shuffle(struct rng *r, int *items, int n);

/* A 64-bit mix of two numbers (splitmix64's finaliser), for seeds and hashes. */
uint64_t mix64(uint64_t a, uint64_t b);

/* 64-bit hash of bytes (FNV-1a, finalised); stable across machines. */
uint64_t hash_bytes(const void *data, uint64_t n);

#endif
