/* recovery.c — see recovery.h. */
#include "recovery.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "eqrl/policy/encode.h"
#include "eqrl/policy/sampler.h"

#include <math.h>
#include <stdlib.h>

enum { RNG_RECOVERY = 0x726563, RECOVERY_SEED = 1 };
enum { RECOVERY_MAX_SIZE = 12 }; /* nodes of a skeleton: what most formulas of science need */
#define RECOVERY_NOISE_LOW  0.01
#define RECOVERY_NOISE_HIGH 0.1

/* One problem as the network sees it. */
struct case_of_recovery {
	uint64_t hash; /* of the truth's skeleton */
	int n_columns;
	float *points, *context;
};

struct recovery_set {
	int n, n_points;
	struct grammar grammar;
	struct case_of_recovery *item[RECOVERY_KINDS]; /* (n) each */
};

static void show_problem(const struct pretrain_config *c, const struct problem *p, struct case_of_recovery *item)
{
	item->points = xaligned((size_t)c->net.points * (size_t)c->net.features * sizeof(float));
	item->context = xaligned((size_t)c->net.context * sizeof(float));
	encode_rows(c->encoding, &p->rows, NULL, p->n_columns, item->points, item->context);
	item->hash = expr_canonical_hash(&p->skeleton);
	item->n_columns = p->n_columns;
}

/* The problem of the first stream from *stream on that is small enough; *stream becomes the next one. */
static void draw_case(const struct pretrain_config *c, const struct problem_config *pc, enum problem_kind kind,
		      uint64_t *stream, struct case_of_recovery *item)
{
	struct problem *p = xcalloc(1, sizeof(*p));
	struct rng r;

	do
		r = rng_stream(RECOVERY_SEED, RNG_RECOVERY, (*stream)++);
	while (problem_try(pc, kind, c->net.points, &r, p) != PROBLEM_OK || p->skeleton.n > RECOVERY_MAX_SIZE);
	show_problem(c, p, item);
	free(p);
}

struct recovery_set *recovery_new(const struct pretrain_config *c, int n)
{
	struct recovery_set *s = xcalloc(1, sizeof(*s));
	struct problem_config exact = problem_default(), noisy;
	uint64_t stream = 0, of_turned = 0;

	*s = (struct recovery_set){.n = n, .n_points = c->net.points, .grammar = c->problem.grammar};
	for (int k = 0; k < RECOVERY_KINDS; k++)
		s->item[k] = xcalloc((size_t)n, sizeof(**s->item));
	exact.census = c->problem.census;
	exact.noise.share = 0;
	noisy = exact;
	noisy.noise = (struct synth_noise){1, RECOVERY_NOISE_LOW, RECOVERY_NOISE_HIGH};
	for (int i = 0; i < n;
	     i++) { /* noise is drawn last, so one stream gives the same problem with and without it */
		uint64_t same;

		draw_case(c, &exact, PROBLEM_STRAIGHT, &stream, &s->item[RECOVERY_EXACT][i]);
		same = stream - 1;
		draw_case(c, &noisy, PROBLEM_STRAIGHT, &same, &s->item[RECOVERY_NOISY][i]);
		if (s->item[RECOVERY_NOISY][i].hash != s->item[RECOVERY_EXACT][i].hash)
			BUG("noise changed the problem");
		draw_case(c, &exact, PROBLEM_TURNED, &of_turned, &s->item[RECOVERY_TURNED][i]);
	}
	return s;
}

void recovery_free(struct recovery_set *s)
{
	if (!s)
		return;
	for (int k = 0; k < RECOVERY_KINDS; k++) {
		for (int i = 0; i < s->n; i++) {
			free(s->item[k][i].points);
			free(s->item[k][i].context);
		}
		free(s->item[k]);
	}
	free(s);
}

/* Number of the first sample that is the equation, from 1; 0: none. */
static int first_match(const struct samples *drawn, uint64_t hash)
{
	for (int i = 0; i < drawn->n; i++) {
		struct expr e, skeleton;

		if (vocab_decode(drawn->tokens + (size_t)i * (size_t)drawn->width, drawn->len[i] - 1, NULL, &e) &&
		    expr_strip(&e, &skeleton) && skeleton.n > 0 && expr_canonical_hash(&skeleton) == hash)
			return i + 1;
	}
	return 0;
}

static void summarize(int *first, int n, int samples, struct recovery_result *out)
{
	*out = (struct recovery_result){.n = n, .samples = samples};
	for (int i = 0; i < n; i++) {
		out->found += first[i] > 0;
		if (first[i] == 0)
			first[i] = samples + 1;
		out->mean_log2 += log2(first[i]) / n;
	}
	sort_ints(first, n);
	out->median = first[(n - 1) / 2];
}

void recovery_measure(const struct recovery_set *s, const struct policy *p, struct pool *pool, int samples,
		      struct recovery_result out[RECOVERY_KINDS])
{
	struct sampler *sampler = sampler_new(pool);
	struct samples drawn = {0};
	int *first = xcalloc((size_t)s->n, sizeof(*first));

	for (int k = 0; k < RECOVERY_KINDS; k++) {
		for (int i = 0; i < s->n; i++) {
			const struct case_of_recovery *item = &s->item[k][i];
			struct grammar g = s->grammar;
			const struct syntax syntax = grammar_syntax(&g);
			struct memory memory = {0};
			const struct memory *shared = &memory;
			struct sample_request request = {
				.policy = p,
				.memory = &shared,
				.shared_memory = true,
				.syntax = &syntax,
				.shared_syntax = true,
				.n = samples,
				.temperature = 1,
				.seed = RECOVERY_SEED,
				.first = (uint64_t)i * (uint64_t)samples,
			};

			g.allowed &= grammar_default(item->n_columns).allowed;
			policy_encode(p, item->points, s->n_points, item->context, &memory);
			sampler_draw(sampler, &request, &drawn, NULL);
			first[i] = first_match(&drawn, item->hash);
			memory_release(&memory);
		}
		summarize(first, s->n, samples, &out[k]);
	}
	free(first);
	samples_release(&drawn);
	sampler_free(sampler);
}
