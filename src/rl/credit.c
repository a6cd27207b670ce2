/* credit.c — the evaluator's certificates as token credit of the sequences that are back-propagated; the
 * formula is at feedback_spread. */
#include "eqrl/base/mem.h"
#include "eqrl/score/feedback.h"
#include "learning.h"

#include <stdlib.h>

enum { CREDIT_ROWS = 128 }; /* as many as the scorer's first stage sees */

struct crediting {
	const struct train_config *config;
	const struct dataset *d;
	struct batch *batch;
	struct examiner **examiner; /* one per worker */
	struct rows rows;
};

static void credit_one(void *context, int k, int worker)
{
	struct crediting *c = context;
	struct batch *b = c->batch;
	int i = b->chosen[k];
	size_t at = (size_t)i * (size_t)b->samples.width;
	struct feedback_request q = {
		.written = &b->candidate[i],
		.rows = &c->rows,
		.all = &c->d->fit,
		.score = &b->score[i],
		.fit = true,
		.scaling = c->config->scorer.scaling,
		.seed = c->config->seed,
		.silent = c->config->silent,
	};
	struct feedback f;

	feedback_make(c->examiner[worker], &q, &f);
	feedback_spread(&f, b->samples.legal + at, c->config->feedback_weight, b->credit + at);
}

void credit_tokens(const struct tools *tools, const struct dataset *d, struct batch *b)
{
	int threads = pool_threads(tools->pool);
	struct crediting c = {.config = tools->config, .d = d, .batch = b, .rows = d->fit};

	b->has_credit = tools->config->feedback && tools->config->feedback_weight != 0;
	if (!b->has_credit)
		return;
	if (c.rows.n > CREDIT_ROWS)
		c.rows.n = CREDIT_ROWS;
	batch_clear_credit(b);
	c.examiner = xcalloc((size_t)threads, sizeof(struct examiner *));
	for (int i = 0; i < threads; i++)
		c.examiner[i] = examiner_new();
	pool_run_shared(tools->pool, b->n_chosen, credit_one, &c,
			&(struct rank_output){b->credit, (size_t)b->samples.width * sizeof(*b->credit), b->chosen}, 1);
	for (int i = 0; i < threads; i++)
		examiner_free(c.examiner[i]);
	free(c.examiner);
}
