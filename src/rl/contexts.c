/* contexts.c — see contexts.h. */
#include "contexts.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { RNG_CONTEXT = 0x637478 };

static void choose_slots(struct context *c, int n_slots, const struct dataset *d, const double *relevance,
			 struct rng *r)
{
	if (d->n_columns <= VOCAB_VARS) {
		for (int s = 0; s < n_slots; s++)
			c->column_of_slot[s] = s;
		return;
	}
	dataset_choose_columns(relevance, d->n_columns, VOCAB_VARS, 0.25, r, c->column_of_slot);
}

static void encode_context(struct contexts *all, int i, const struct dataset *d, const struct policy *p, struct rng *r)
{
	struct context *c = &all->context[i];
	const struct rows *rows = d->fit.groups ? &d->fit.groups->member[i % d->fit.groups->n] : &d->fit;
	bool few = rows->n <= all->n_points;
	struct rows_copy subset;

	dataset_subset(rows, all->n_points, r, rows->n < all->n_points || (few && i > 0), &subset);
	c->n_points = all->n_points;
	c->points = xaligned((size_t)all->n_points * (size_t)p->config.features * sizeof(float));
	c->features = xaligned((size_t)p->config.context * sizeof(float));
	encode_rows(p->encoding, &subset.rows, c->column_of_slot, all->n_slots, c->points, c->features);
	rows_copy_release(&subset);
	policy_encode(p, c->points, all->n_points, c->features, &c->memory);
}

void contexts_init(struct contexts *c, int n, const struct dataset *d, const struct policy *p, uint64_t seed)
{
	double *relevance = xcalloc((size_t)d->n_columns, sizeof(*relevance));

	c->n = n;
	c->n_points = d->fit.n < p->config.points ? d->fit.n : p->config.points;
	c->n_slots = d->n_columns < VOCAB_VARS ? d->n_columns : VOCAB_VARS;
	c->context = xcalloc((size_t)n, sizeof(*c->context));
	if (d->n_columns > VOCAB_VARS)
		dataset_relevance(&d->fit, relevance);
	for (int i = 0; i < n; i++) {
		struct rng r = rng_stream(seed, RNG_CONTEXT, (uint64_t)i);

		choose_slots(&c->context[i], c->n_slots, d, relevance, &r);
		encode_context(c, i, d, p, &r);
	}
	free(relevance);
}

void contexts_refresh(struct contexts *c, const struct policy *p, bool encoder)
{
	for (int i = 0; i < c->n; i++) {
		struct context *x = &c->context[i];

		if (encoder) {
			memory_release(&x->memory);
			policy_encode(p, x->points, c->n_points, x->features, &x->memory);
		} else {
			memory_project(p, &x->memory);
		}
	}
	c->stale = false;
}

void context_release(struct context *c)
{
	free(c->points);
	free(c->features);
	memory_release(&c->memory);
}

void contexts_release(struct contexts *c)
{
	for (int i = 0; i < c->n; i++)
		context_release(&c->context[i]);
	free(c->context);
	*c = (struct contexts){0};
}
