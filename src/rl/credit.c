/* credit.c — the evaluator's certificates as token credit of the sequences that are back-propagated; the
 * formula is at feedback_spread. */
#include "eqrl/score/feedback.h"
#include "trainer_internal.h"

enum { CREDIT_ROWS = 128 }; /* as many as the scorer's first stage sees */

struct crediting {
	const struct trainer *t;
	const int *index;
	struct examiner **examiner; /* one per worker */
	struct rows rows;
};

static void credit_one(void *context, int k, int worker)
{
	struct crediting *c = context;
	const struct trainer *t = c->t;
	const struct rollout *r = &t->rollout;
	int i = c->index[k];
	size_t at = (size_t)i * (size_t)r->samples.width;
	struct feedback_request q = {
		.written = &r->candidate[i],
		.rows = &c->rows,
		.all = &r->task->d->fit,
		.score = &r->score[i],
		.fit = true,
		.scaling = t->c.scorer.scaling,
		.seed = t->c.seed,
		.silent = t->c.silent,
	};
	struct feedback f;

	feedback_make(c->examiner[worker], &q, &f);
	feedback_spread(&f, r->samples.legal + at, t->c.feedback_weight, r->credit + at);
}

void credit_tokens(struct trainer *t, const int *index, int n, struct arena *a)
{
	struct rollout *r = &t->rollout;
	int threads = pool_threads(t->pool);
	struct crediting c = {.t = t, .index = index, .rows = r->task->d->fit};

	r->credit = NULL;
	if (!t->c.feedback || t->c.feedback_weight == 0)
		return;
	if (c.rows.n > CREDIT_ROWS)
		c.rows.n = CREDIT_ROWS;
	r->credit = arena_alloc(a, (size_t)r->n * (size_t)r->samples.width * sizeof(*r->credit));
	c.examiner = arena_alloc(a, (size_t)threads * sizeof(*c.examiner));
	for (int i = 0; i < threads; i++)
		c.examiner[i] = examiner_new();
	pool_run(t->pool, n, credit_one, &c);
	for (int i = 0; i < threads; i++)
		examiner_free(c.examiner[i]);
}
