/* census.c — see census.h: a table of hashes, made from a fixed number of draws. */
#include "eqrl/pretrain/census.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"

#include <math.h>
#include <stdlib.h>

enum { RNG_CENSUS = 0x63656e };
enum { EXCLUDE_ABOVE = 6 };		 /* smaller skeletons belong to everybody */
enum { NAMINGS = 60, EXCLUDE_SEED = 1 }; /* orders of a truth's variables that are tried */

struct census_entry {
	uint64_t hash; /* 0: empty */
	int count;     /* draws; -1: excluded */
};

struct skeleton_census {
	struct census_entry *table;
	size_t capacity; /* power of two */
	double draws, max_share;
	int n_excluded;
};

static struct census_entry *find_slot(const struct skeleton_census *s, uint64_t hash)
{
	size_t i = hash & (s->capacity - 1);

	while (s->table[i].hash && s->table[i].hash != hash)
		i = (i + 1) & (s->capacity - 1);
	return &s->table[i];
}

/* A value of the skeleton at a few fixed points with fixed constants: catches other spellings. */
static uint64_t hash_values(const struct expr *e)
{
	struct expr f = *e;
	double x[EXPR_MAX_NODES];
	uint64_t h = 17;
	uint16_t map[VOCAB_VARS] = {0};
	int n = 0;

	for (int i = 0; i < f.n_consts; i++)
		f.c[i] = 1.3;
	for (int i = 0; i < f.n; i++) { /* variables by first appearance */
		uint16_t *a = &f.node[i].arg;

		if (f.node[i].op != OP_VAR || *a >= VOCAB_VARS)
			continue;
		if (!map[*a])
			map[*a] = (uint16_t)++n;
		*a = (uint16_t)(map[*a] - 1);
	}
	for (int k = 0; k < 4; k++) {
		double v, magnitude;

		for (int j = 0; j < n; j++)
			x[j] = 0.37 + 0.211 * ((k * 7 + j * 3) % 11) + 0.013 * j;
		v = expr_value(&f, x);
		if (!isfinite(v) || v == 0)
			return 0;
		magnitude = pow(10, floor(log10(fabs(v))) - 8);
		h = mix64(h, (uint64_t)(int64_t)nearbyint(v / magnitude));
		h = mix64(h, (uint64_t)(int64_t)floor(log10(fabs(v))));
	}
	return h;
}

static void forbid_hash(struct skeleton_census *s, uint64_t hash)
{
	if (hash)
		*find_slot(s, hash) = (struct census_entry){hash, -1};
}

/* Variable k of the truth becomes order[k]. Which of two terms carries a coefficient depends on the order
 * of the variables in them, so one truth has several stripped forms. */
static void exclude_named(struct skeleton_census *s, const struct expr *truth, const int *order)
{
	struct expr named = *truth, e;

	for (int i = 0; i < named.n; i++)
		if (named.node[i].op == OP_VAR)
			named.node[i].arg = (uint16_t)order[named.node[i].arg];
	if (!expr_strip(&named, &e) || e.n <= EXCLUDE_ABOVE)
		return;
	forbid_hash(s, expr_canonical_hash_renamed(&e));
	forbid_hash(s, hash_values(&e));
}

static void exclude_truth(struct skeleton_census *s, const struct expr *truth)
{
	struct rng r = rng_stream(EXCLUDE_SEED, RNG_CENSUS, 0);
	struct expr free = *truth, e;
	int order[VOCAB_VARS], n = expr_columns(truth);

	if (n > VOCAB_VARS)
		return;			 /* not in the policy's language */
	for (int i = 0; i < free.n; i++) /* literals are free constants in the policy's language */
		if (free.node[i].op == OP_FIXED)
			free.node[i].op = OP_CONST;
	if (!expr_strip(&free, &e) || e.n <= EXCLUDE_ABOVE)
		return;
	for (int i = 0; i < n; i++)
		order[i] = i;
	for (int k = 0; k < NAMINGS; k++) {
		exclude_named(s, &free, order);
		rng_shuffle(&r, order, n);
	}
	s->n_excluded++;
}

struct census_draws {
	const struct census_config *c;
	uint64_t *hash; /* 0: no skeleton came of it */
};

static void hash_draw(void *context, int i, int worker)
{
	struct census_draws *d = context;
	struct rng r = rng_stream(d->c->seed, RNG_CENSUS, (uint64_t)i);
	struct expr e;

	if (skeleton_draw(d->c->prior, d->c->grammar, &r, &e) == PROBLEM_OK)
		d->hash[i] = expr_canonical_hash_renamed(&e);
}

static void count_draws(struct skeleton_census *s, const struct census_config *c, struct pool *pool)
{
	struct census_draws d = {c, xcalloc((size_t)c->draws + 1, sizeof(uint64_t))};
	struct pool *alone = pool ? NULL : pool_new(1);

	pool_run(pool ? pool : alone, c->draws, hash_draw, &d);
	pool_free(alone);
	for (int i = 0; i < c->draws; i++) {
		struct census_entry *at = d.hash[i] ? find_slot(s, d.hash[i]) : NULL;

		if (!at || at->count < 0)
			continue;
		at->hash = d.hash[i];
		at->count++;
	}
	free(d.hash);
}

struct skeleton_census *census_new(const struct census_config *c, const struct expr *excluded, int n_excluded,
				   struct pool *pool)
{
	struct skeleton_census *s = xcalloc(1, sizeof(*s));

	s->capacity = 1024;
	while (s->capacity < (size_t)(c->draws + 2 * NAMINGS * n_excluded) * 2)
		s->capacity *= 2;
	s->table = xcalloc(s->capacity, sizeof(*s->table));
	s->draws = c->draws;
	s->max_share = c->max_share;
	for (int i = 0; i < n_excluded; i++)
		exclude_truth(s, &excluded[i]);
	count_draws(s, c, pool);
	return s;
}

void census_free(struct skeleton_census *s)
{
	if (!s)
		return;
	free(s->table);
	free(s);
}

int census_excluded(const struct skeleton_census *s)
{
	return s->n_excluded;
}

double census_max_share(const struct skeleton_census *s)
{
	return s->max_share;
}

enum problem_verdict census_judge(const struct skeleton_census *s, const struct expr *skeleton, struct rng *r)
{
	const struct census_entry *at = find_slot(s, expr_canonical_hash_renamed(skeleton));
	double share, allowed;
	uint64_t print;

	if (at->count < 0)
		return PROBLEM_EXCLUDED;
	print = skeleton->n > EXCLUDE_ABOVE ? hash_values(skeleton) : 0;
	if (print && find_slot(s, print)->count < 0)
		return PROBLEM_EXCLUDED;
	share = at->count / s->draws;
	allowed = s->max_share * (0.3 + 0.1 * skeleton->n); /* larger skeletons are worth more repeats */
	return share <= allowed || rng_bool(r, allowed / share) ? PROBLEM_OK : PROBLEM_THINNED;
}
