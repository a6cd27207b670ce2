/* fresh.c — see fresh.h. */
#include "eqrl/run/fresh.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>

enum { RNG_FRESH = 0x667273, RNG_FRESH_HELD_OUT = 0x667268, HELD_OUT_SEED = 1 };

static double draw_fresh(void *context, bool held_out, uint64_t number, struct dataset *d)
{
	const struct fresh_problems *f = context;
	struct rng r = held_out ? rng_stream(HELD_OUT_SEED, RNG_FRESH_HELD_OUT, number)
				: rng_stream(f->seed, RNG_FRESH, number);
	struct problem *p = xcalloc(1, sizeof(*p));
	struct dataset_source s = {.file = "a synthetic problem", .target = "y"};
	const struct dataset_options o = {.no_split = true, .seed = 1};
	double noise;

	do /* what cannot be a data set moves the stream on, as what the generator rejects */
		problem_draw(&f->problem, f->rows, &r, NULL, p);
	while (s.rows = p->rows, dataset_from_columns(d, &s, &o) != ST_OK);
	noise = p->noise * p->noise;
	free(p);
	return noise;
}

struct stream_source fresh_source(struct fresh_problems *f)
{
	const struct problem_config *p = &f->problem;
	double numbers[] = {f->rows,	       p->noise.share, p->noise.low, p->noise.high,
			    p->unused_columns, p->turned,      p->dependent};

	return (struct stream_source){
		.context = f,
		.identity = mix64(mix64(f->seed, hash_bytes(numbers, sizeof(numbers))),
				  hash_bytes(p->prior.form, sizeof(p->prior.form))),
		.draw = draw_fresh,
	};
}
