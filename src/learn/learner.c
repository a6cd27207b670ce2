/* learner.c — the table of functions of learner.h: weights, moments, steps. */
#include "eqrl/learn/learner.h"

#include "adamw.h"
#include "job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- open and close --- */

static ct_tensor *flat_zeros(const struct net_params *p)
{
	return ct_own(ct_zeros(CT_F32, p->device, SHAPE((int64_t)net_size(&p->config))));
}

/* Views of a flat tensor, one per spec. */
static ct_tensor **parts_of(const struct net_params *p, ct_tensor *flat)
{
	ct_tensor **parts = xcalloc((size_t)p->n, sizeof(ct_tensor *));

	for (int i = 0; i < p->n; i++) {
		const struct tensor_spec *s = &p->spec[i];
		int64_t begin = (int64_t)s->offset, n = (int64_t)s->rows * s->cols;
		ct_tensor *part = ct_slice(flat, 0, begin, begin + n);

		parts[i] = ct_own(s->rows > 1 ? ct_reshape(part, SHAPE(s->rows, s->cols)) : part);
	}
	return parts;
}

/* 1 where a weight decays. */
static ct_tensor *decay_mask(const struct net_params *p, bool decoder_only)
{
	size_t size = net_size(&p->config);
	float *mask = xcalloc(size, sizeof(*mask));
	ct_tensor *t;

	for (int i = 0; i < p->n; i++)
		for (size_t k = 0, n = (size_t)p->spec[i].rows * (size_t)p->spec[i].cols; k < n; k++)
			mask[p->spec[i].offset + k] = params_training(&p->config, i, decoder_only) == TRAIN_DECAYED;
	t = ct_own(ct_from_host(mask, CT_F32, p->device, SHAPE((int64_t)size)));
	free(mask);
	return t;
}

static void learner_close(struct learner *l)
{
	if (!l)
		return;
	for (int i = 0; l->scratch && i < pool_threads(l->pool); i++)
		arena_release(&l->scratch[i]);
	free(l->scratch);
	ct_drop(l->m);
	ct_drop(l->v);
	for (int i = 0; l->part_grad && i < l->params.n; i++)
		ct_drop(l->part_grad[i]);
	free(l->part_grad);
	ct_drop(l->grad);
	ct_drop(l->decayed);
	free(l->sent);
	for (int i = 0; i < l->n_shared; i++)
		ct_drop(l->shared[i]);
	free(l->shared);
	params_close(&l->params);
	params_close(&l->reference);
	pool_free(l->pool);
	free(l);
}

static enum status learner_open(struct learner **out, const struct learner_config *c, const float *params)
{
	struct learner *l;
	struct ct_scope s;
	enum status st;
	int device;

	*out = NULL;
	TRY(net_config_check(&c->net));
	ct_init();
	if (!ct_device(c->device, &device)) {
		ct_clear_error();
		return fail(ST_USAGE,
			    "device %s: not usable with %s (use --device cpu, or build with a "
			    "libtorch for CUDA)",
			    c->device, ct_version());
	}
	l = xcalloc(1, sizeof(*l));
	l->config = *c;
	l->config.device = NULL; /* the caller's string */
	l->device = device;
	l->pool = pool_new(device == CT_CPU ? c->threads : 1);
	l->scratch = xcalloc((size_t)pool_threads(l->pool), sizeof(*l->scratch));
	s = ct_scope_begin(CT_NO_GRAD);
	params_open(&l->params, &c->net, params,
		    &(struct params_use){CT_F32, device, c->bf16 && ct_has_bf16(device), true, c->decoder_only});
	l->m = flat_zeros(&l->params);
	l->v = flat_zeros(&l->params);
	l->grad = flat_zeros(&l->params);
	l->part_grad = parts_of(&l->params, l->grad);
	if (device != CT_CPU)
		l->decayed = decay_mask(&l->params, c->decoder_only);
	ct_scope_end(s);
	st = learner_check("opening the learner");
	if (st != ST_OK) {
		learner_close(l);
		return st;
	}
	*out = l;
	return ST_OK;
}

static void *learner_shared(struct learner *l, size_t bytes)
{
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	ct_tensor *t = ct_own(ct_shared(l->device, bytes));
	void *data = ct_shared_data(t);

	ct_scope_end(s);
	if (learner_check("memory for batches") != ST_OK) {
		ct_drop(t);
		return NULL;
	}
	l->shared = xrealloc(l->shared, (size_t)(l->n_shared + 1) * sizeof(ct_tensor *));
	l->shared[l->n_shared++] = t;
	return data;
}

/* --- weights and moments --- */

static enum status from_host(ct_tensor *flat, const float *values)
{
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);

	ct_copy_(flat, ct_from_host(values, CT_F32, CT_CPU, SHAPE(ct_numel(flat))));
	ct_scope_end(s);
	return learner_check("copying to the learner");
}

static enum status to_host(ct_tensor *flat, float *values)
{
	ct_to_host(flat, values, (size_t)ct_numel(flat) * sizeof(float));
	return learner_check("copying from the learner");
}

static enum status learner_set_params(struct learner *l, const float *params)
{
	TRY(from_host(l->params.flat, params));
	params_refresh(&l->params);
	return learner_check("weights in bf16");
}

static enum status learner_get_params(struct learner *l, float *params)
{
	return to_host(l->params.flat, params);
}

static enum status learner_set_reference(struct learner *l, const float *params)
{
	params_close(&l->reference);
	params_open(&l->reference, &l->params.config, params,
		    &(struct params_use){CT_F32, l->device, l->params.bf16, false, false});
	l->has_reference = true;
	return learner_check("copying the reference");
}

static enum status learner_get_moments(struct learner *l, float *m, float *v, int64_t *step)
{
	*step = l->step;
	TRY(to_host(l->m, m));
	return to_host(l->v, v);
}

static enum status learner_set_moments(struct learner *l, const float *m, const float *v, int64_t step)
{
	l->step = step;
	TRY(from_host(l->m, m));
	return from_host(l->v, v);
}

/* --- the optimiser --- */

struct update {
	struct learner *learner;
	struct ct_adamw adamw;
	double *square; /* per tensor: Σ g² */
};

static size_t elements(const struct tensor_spec *s)
{
	return (size_t)s->rows * (size_t)s->cols;
}

static void measure_tensor(void *context, int i, int worker)
{
	struct update *u = context;
	const struct tensor_spec *s = &u->learner->params.spec[i];

	u->square[i] = adamw_square_sum(ct_floats(u->learner->grad) + s->offset, elements(s));
}

static void update_tensor(void *context, int i, int worker)
{
	struct update *u = context;
	struct learner *l = u->learner;
	const struct tensor_spec *s = &l->params.spec[i];
	enum training training = params_training(&l->params.config, i, l->config.decoder_only);
	struct ct_adamw a = u->adamw;

	if (training == TRAIN_NOT)
		return;
	if (training == TRAIN_PLAIN)
		a.decay = 0;
	adamw_update(ct_floats(l->params.flat) + s->offset, ct_floats(l->m) + s->offset, ct_floats(l->v) + s->offset,
		     ct_floats(l->grad) + s->offset, elements(s), &a);
}

static double gradient_norm(struct update *u)
{
	struct learner *l = u->learner;
	double sum = 0;

	if (l->device != CT_CPU)
		return ct_l2_norm(l->grad);
	u->square = xcalloc((size_t)l->params.n, sizeof(double));
	pool_run(l->pool, l->params.n, measure_tensor, u);
	for (int i = 0; i < l->params.n; i++)
		sum += u->square[i];
	free(u->square);
	return sqrt(sum);
}

/* Clip, then AdamW on every trained tensor. On a GPU all are one: what is not trained has no gradient,
 * no decay and, unless somebody set them, no moments, and so it stays. */
static enum status update_weights(struct learner *l, double lr, double *norm)
{
	const struct adam_config *c = &l->config.adam;
	struct update u = {.learner = l};

	*norm = gradient_norm(&u);
	if (!isfinite(*norm))
		return fail(
			ST_NOT_FINITE,
			"learner: update %lld: the gradient is not finite; the weights stay as they were (try a lower "
			"learning rate)",
			(long long)l->step + 1);
	if (lr == 0)
		return ST_OK;
	u.adamw = (struct ct_adamw){
		.lr = lr,
		.beta1 = c->beta1,
		.beta2 = c->beta2,
		.eps = c->eps,
		.decay = c->weight_decay,
		.scale = c->max_grad_norm > 0 && *norm > c->max_grad_norm ? c->max_grad_norm / *norm : 1,
		.step = ++l->step,
	};
	if (l->device == CT_CPU) {
		pool_run(l->pool, l->params.n, update_tensor, &u);
	} else {
		u.adamw.decayed = l->decayed;
		ct_adamw_(l->params.flat, l->m, l->v, l->grad, &u.adamw);
	}
	params_refresh(&l->params);
	return learner_check("AdamW");
}

/* --- steps --- */

static enum status learner_step(struct learner *l, const struct learn_batch *batches, int n,
				const struct learn_loss *loss, double lr, struct learn_stats *stats)
{
	struct loss_sums sums;

	TRY(job_run(l, batches, n, loss, true, &sums));
	loss_report(&sums, stats);
	return update_weights(l, lr, &stats->grad_norm);
}

static enum status learner_evaluate(struct learner *l, const struct learn_batch *batches, int n,
				    const struct learn_loss *loss, struct learn_stats *stats)
{
	struct loss_sums sums;

	TRY(job_run(l, batches, n, loss, false, &sums));
	loss_report(&sums, stats);
	return ST_OK;
}

static enum status learner_gradient(struct learner *l, const struct learn_batch *batches, int n,
				    const struct learn_loss *loss, float *grad)
{
	struct loss_sums sums;

	TRY(job_run(l, batches, n, loss, true, &sums));
	return to_host(l->grad, grad);
}

/* The host part of logprobs: from packed rows back to (R, T). */
static void spread(const struct token_layout *l, const struct learn_batch *b, const float *chosen, float *logp)
{
	for (int r = 0; r < b->n; r++)
		for (int t = 0; t < b->width; t++) {
			int row = l->begin[r] + t;

			logp[(size_t)r * (size_t)b->width + (size_t)t] = row < l->begin[r + 1] ? chosen[row] : 0;
		}
}

static enum status learner_logprobs(struct learner *l, const struct learn_batch *b, bool reference, float *logp)
{
	struct arena *scratch = &l->scratch[0];
	struct token_layout layout;
	struct ct_scope s;
	enum status st;

	if (reference && !l->has_reference)
		return fail(ST_INTERNAL, "learner: no reference was set (set_reference)");
	st = layout_build(&layout, scratch, &l->params.config, b, 1, learner_rows_multiple(l));
	if (st == ST_OK) {
		float *chosen = arena_alloc(scratch, (size_t)layout.rows * sizeof(float));
		ct_tensor *all, *target;

		s = ct_scope_begin(CT_NO_GRAD);
		all = graph_forward(reference ? &l->reference : &l->params, &layout, b);
		target = ct_from_host(layout.target, CT_I64, l->device, SHAPE(layout.rows));
		ct_to_host(ct_pick(all, target), chosen, (size_t)layout.rows * sizeof(float));
		ct_scope_end(s);
		st = learner_check("log-probabilities");
		if (st == ST_OK)
			spread(&layout, b, chosen, logp);
	}
	arena_clear(scratch);
	return st;
}

__attribute__((visibility("default"))) const struct learner_api *eqrl_learner_api(void)
{
	static const struct learner_api api = {
		.abi = LEARNER_ABI,
		.version = ct_version,
		.error = error_message,
		.open = learner_open,
		.close = learner_close,
		.set_params = learner_set_params,
		.get_params = learner_get_params,
		.set_reference = learner_set_reference,
		.get_moments = learner_get_moments,
		.set_moments = learner_set_moments,
		.step = learner_step,
		.evaluate = learner_evaluate,
		.gradient = learner_gradient,
		.logprobs = learner_logprobs,
		.shared = learner_shared,
	};

	return &api;
}
