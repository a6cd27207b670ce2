/* learning.c — see learning.h. */
#include "learning.h"

#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/rl/learner_load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One batch in a thousand of pretraining has a gradient that is not finite, in bfloat16; five in a row do not happen by
 * chance. */
enum { MOST_IN_A_ROW = 5 };

static enum status learner_failed(const struct learning *l, enum status st)
{
	return fail(st, "learner: %s", l->api->error());
}

/* A call that has to succeed, or learner and policy are apart. */
static enum status together(struct learning *l, enum status st)
{
	if (st == ST_OK)
		return ST_OK;
	l->apart = true;
	return learner_failed(l, st);
}

/* ---- life ---------------------------------------------------------------------------------------- */

static enum status open_learner(struct learning *l, const struct train_config *c, const struct policy *policy)
{
	struct learner_config lc = {
		.net = policy->config,
		/* a second moment over 100 updates, not 1000: a run has a few dozen to a few hundred */
		.adam = {.beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .weight_decay = 0, .max_grad_norm = 1},
		.threads = l->threads,
		.decoder_only = !c->tune_all,
		.bf16 = c->bf16,
		.device = "cpu",
		.peers = {ranks_count(), ranks_mine(), ranks_broadcast},
	};

	TRY(together(l, l->api->open(&l->learner, &lc, policy->params)));
	return together(l, l->api->set_reference(l->learner, policy->params));
}

enum status learning_open(struct learning *l, const struct train_config *c, const struct policy *policy,
			  const struct trainer_inputs *in)
{
	*l = (struct learning){.learns = in->api || in->loading,
			       .net = policy->config,
			       .api = in->api,
			       .loading = in->api ? NULL : in->loading,
			       .go_on = in->go_on,
			       .threads = pool_threads(in->pool)};
	return l->api ? open_learner(l, c, policy) : ST_OK;
}

bool learning_begin(struct learning *l, const struct train_config *c, const struct policy *policy,
		    const volatile int *stop, enum status *st)
{
	*st = ST_OK;
	if (l->learner || (l->go_on && !learner_load_is_over(l->loading)))
		return true;
	if (!l->api)
		*st = learner_load_wait(l->loading, stop, &l->api);
	if (l->api && *st == ST_OK)
		*st = open_learner(l, c, policy);
	return l->api && *st == ST_OK;
}

void learning_close(struct learning *l)
{
	if (l->learner)
		l->api->close(l->learner);
	free(l->reference);
	*l = (struct learning){0};
}

/* ---- one batch ----------------------------------------------------------------------------------- */

/* What is left of a value that halves in so many updates; 0: all of it. */
static double left_after(int64_t updates, double half_life)
{
	return half_life > 0 ? exp2(-(double)updates / half_life) : 1;
}

double learning_kl(const struct learning *l, const struct train_config *c)
{
	return c->kl * left_after(l->record.updates, c->kl_half_life);
}

enum status learning_charge_divergence(struct learning *l, const struct train_config *c, struct batch *b)
{
	int *index = xmalloc((size_t)b->n * sizeof(*index)), i = 0;
	double kl = learning_kl(l, c);
	struct arena arena = {0};
	struct packing all = {.batch = b, .tune_all = c->tune_all, .net = &l->net, .arena = &arena};
	enum status st = ST_OK;

	for (int k = 0; k < b->n; k++)
		index[k] = k;
	pack_sequences(&all, index, b->n, 0);
	for (int k = 0; k < all.n && st == ST_OK; k++) {
		const struct learn_batch *p = &all.packed[k];
		float *ref = arena_alloc(&arena, (size_t)(p->n * p->width) * sizeof(*ref));

		st = l->api->logprobs(l->learner, p, true, ref);
		for (int row = 0; row < p->n && st == ST_OK; row++, i++)
			for (int j = 0; j < b->samples.len[i]; j++)
				b->reward[i] -= kl * (p->logp_old[row * p->width + j] - ref[row * p->width + j]);
	}
	arena_release(&arena);
	free(index);
	return st == ST_OK ? ST_OK : learner_failed(l, st);
}

/* What became of a gradient step: counted, noted, and handed up when failures do not end. */
static enum status count_outcome(struct learning *l, enum status st)
{
	if (st == ST_OK) {
		l->record.in_a_row = 0;
		return ST_OK;
	}
	l->record.in_a_row++;
	learner_failed(l, st);
	if (st == ST_NOT_FINITE)
		l->record.not_finite++;
	else
		l->record.failures++;
	if (l->record.in_a_row > MOST_IN_A_ROW)
		return st;
	if (st != ST_NOT_FINITE)
		warn("%s; the policy has not learned from this batch, the search goes on", error_message());
	return ST_OK;
}

enum status learning_step(struct learning *l, const struct train_config *c, const struct lesson *lesson,
			  struct policy *policy)
{
	const struct batch *b = lesson->batch;
	double lr = c->lr * left_after(l->record.updates, c->lr_half_life);
	int n = lesson->n_reminders;
	struct learn_loss loss = {
		.clip_low = c->clip_low,
		.clip_high = c->clip_high,
		.kl = c->kl_in_reward ? 0 : learning_kl(l, c),
		.entropy = c->entropy,
		.entropy_decay = c->entropy_decay,
	};
	struct arena arena = {0};
	struct packing p = {.batch = b, .tune_all = c->tune_all, .net = &policy->config, .arena = &arena};
	enum status st = ST_OK;

	pack_sequences(&p, b->chosen, b->n_chosen, n);
	for (int k = 0; k < p.n && lesson->imitate; k++) {
		p.packed[k].ce = p.packed[k].advantage;
		p.packed[k].advantage = p.packed[k].logp_old = NULL;
	}
	loss.divisor = p.n ? p.divisor : 1; /* 1: no group had any variance, and the elites alone teach */
	for (int i = 0; i < n; i++)
		pack_elites(&lesson->reminders[i], c->tune_all, c->elite_weight / n, loss.divisor, &arena,
			    &p.packed[p.n++]);
	l->record.trained = b->n_chosen;
	l->record.updates++;
	if (p.n > 0) {
		st = l->api->step(l->learner, p.packed, p.n, &loss, lr, &l->record.last);
		if (st == ST_NOT_FINITE || together(l, l->api->get_params(l->learner, policy->params)) == ST_OK)
			st = count_outcome(l, st);
		else
			st = ST_TORCH;
	}
	arena_release(&arena);
	return st;
}

enum status learning_refresh(struct learning *l, const struct policy *policy)
{
	size_t n = net_size(&policy->config);
	float *zeros = xcalloc(n, sizeof(*zeros));
	enum status st = together(l, l->api->set_reference(l->learner, policy->params));

	if (!l->reference)
		l->reference = xmalloc(n * sizeof(*l->reference));
	memcpy(l->reference, policy->params, n * sizeof(*l->reference));
	if (st == ST_OK)
		st = together(l, l->api->set_moments(l->learner, zeros, zeros, 0));
	free(zeros);
	l->record.refreshed++;
	return st;
}
