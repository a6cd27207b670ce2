/* loss.c — see loss.h; the formula stands in learner.h. */
#include "loss.h"

#include <math.h>

/* Log-ratios beyond this are cut off: exp would overflow, and no clipped update uses them. */
static const double max_log_ratio = 20;

/* --- the graph --- */

static ct_tensor *row(const float *data, const struct token_layout *l, enum ct_dtype type, int device)
{
	ct_tensor *t = ct_from_host(data, CT_F32, device, SHAPE(l->rows));

	return type == CT_F32 ? t : ct_to(t, type);
}

/* Σ min(ρ A, clip(ρ) A) */
static ct_tensor *surrogate(const struct token_layout *l, const struct learn_loss *loss, ct_tensor *chosen,
			    enum ct_dtype type, int device)
{
	ct_tensor *advantage = row(l->advantage, l, type, device);
	ct_tensor *old = row(l->logp_old, l, type, device);
	ct_tensor *ratio, *clipped;

	ratio = ct_exp(ct_clamp(ct_sub(chosen, old), -max_log_ratio, max_log_ratio));
	clipped = ct_clamp(ratio, 1 - loss->clip_low, 1 + loss->clip_high);
	return ct_sum(ct_minimum(ct_mul(ratio, advantage), ct_mul(clipped, advantage)));
}

static ct_tensor *plus(ct_tensor *total, ct_tensor *term)
{
	return total ? ct_add(total, term) : term;
}

ct_tensor *loss_build(const struct token_layout *l, const struct learn_loss *loss, ct_tensor *logp,
		      ct_tensor *reference, enum ct_dtype type, int device)
{
	ct_tensor *target = ct_from_host(l->target, CT_I64, device, SHAPE(l->rows));
	ct_tensor *chosen = ct_pick(logp, target), *total = NULL; /* (S) */

	if (l->ce)
		total = plus(total, ct_affine(ct_sum(ct_mul(row(l->ce, l, type, device), chosen)), -1, 0));
	if (l->advantage)
		total = plus(total, ct_affine(surrogate(l, loss, chosen, type, device), -1, 0));
	if (loss->kl != 0)
		total = plus(total, ct_affine(ct_sum(ct_mul(row(l->alive, l, type, device), ct_kl(logp, reference))),
					      loss->kl, 0));
	if (loss->entropy != 0)
		total = plus(total, ct_affine(ct_sum(ct_mul(row(l->discount, l, type, device), ct_entropy(logp))),
					      -loss->entropy, 0));
	if (!total) /* no term: zero, but still a function of the weights */
		total = ct_affine(ct_sum(chosen), 0, 0);
	return ct_affine(total, 1 / loss->divisor, 0);
}

/* --- what is reported --- */

static float *host_copy(ct_tensor *t, const struct token_layout *l, struct arena *scratch)
{
	size_t bytes = (size_t)l->rows * (size_t)l->vocab * sizeof(float);
	float *copy;

	if (!t)
		return NULL;
	copy = arena_alloc(scratch, bytes);
	ct_to_host(t, copy, bytes);
	return copy;
}

static void measure_ratio(const struct token_layout *l, const struct learn_loss *loss, int i, double chosen,
			  struct loss_sums *s)
{
	double shift = chosen - (double)l->logp_old[i], ratio, far;

	ratio = exp(shift < -max_log_ratio ? -max_log_ratio : shift > max_log_ratio ? max_log_ratio : shift);
	far = fabs(ratio - 1);
	s->ratio += ratio;
	s->ratio_tokens++;
	s->clipped += l->advantage[i] > 0 ? ratio > 1 + loss->clip_high : ratio < 1 - loss->clip_low;
	if (far > s->ratio_max_deviation)
		s->ratio_max_deviation = far;
}

void loss_measure(const struct token_layout *l, const struct learn_loss *loss, ct_tensor *logp, ct_tensor *reference,
		  struct arena *scratch, struct loss_sums *s)
{
	const float *p = host_copy(logp, l, scratch), *q = host_copy(reference, l, scratch);

	if (!ct_ok())
		return;
	for (int i = 0; i < l->tokens; i++, p += l->vocab, q = q ? q + l->vocab : NULL) {
		double entropy = 0, kl = 0, chosen = (double)p[l->target[i]];
		bool best = true;

		for (int v = 0; v < l->vocab; v++) {
			float probability;

			if (isinf(p[v]))
				continue;
			probability = expf(p[v]);
			entropy -= (double)(probability * p[v]);
			if (q)
				kl += (double)(probability * (p[v] - q[v]));
			best &= !(p[v] > p[l->target[i]]);
		}
		s->tokens++;
		s->entropy += entropy;
		s->kl += kl;
		if (l->ce && l->ce[i] > 0) {
			s->ce -= chosen;
			s->ce_tokens++;
			s->correct += best;
		}
		if (l->advantage && l->advantage[i] != 0)
			measure_ratio(l, loss, i, chosen, s);
	}
}

void loss_measure_there(const struct token_layout *l, ct_tensor *logp, int device, struct arena *scratch,
			struct loss_sums *s)
{
	float *asked = arena_alloc(scratch, (size_t)l->rows * sizeof(float));
	struct ct_scope scope = ct_scope_begin(CT_NO_GRAD);
	ct_tensor *target = ct_from_host(l->target, CT_I64, device, SHAPE(l->rows));
	ct_tensor *chosen = ct_pick(logp, target), *mask;

	for (int i = 0; i < l->rows; i++) {
		asked[i] = l->ce && i < l->tokens && l->ce[i] > 0;
		s->ce_tokens += (double)asked[i];
	}
	mask = row(asked, l, CT_F32, device);
	s->tokens += l->tokens;
	s->entropy += ct_item(ct_sum(ct_mul(row(l->alive, l, CT_F32, device), ct_entropy(logp))));
	s->ce -= ct_item(ct_sum(ct_mul(mask, chosen)));
	s->correct += ct_item(ct_sum(ct_mul(mask, ct_is_largest(logp, chosen))));
	ct_scope_end(scope);
}

void loss_sums_add(struct loss_sums *total, const struct loss_sums *s)
{
	total->loss += s->loss;
	total->ce += s->ce;
	total->ce_tokens += s->ce_tokens;
	total->correct += s->correct;
	total->kl += s->kl;
	total->entropy += s->entropy;
	total->tokens += s->tokens;
	total->ratio += s->ratio;
	total->ratio_tokens += s->ratio_tokens;
	total->clipped += s->clipped;
	if (s->ratio_max_deviation > total->ratio_max_deviation)
		total->ratio_max_deviation = s->ratio_max_deviation;
}

static double mean(double sum, double n)
{
	return n > 0 ? sum / n : 0;
}

void loss_report(const struct loss_sums *s, struct learn_stats *stats)
{
	*stats = (struct learn_stats){
		.loss = s->loss,
		.ce_loss = mean(s->ce, s->ce_tokens),
		.token_accuracy = mean(s->correct, s->ce_tokens),
		.kl = mean(s->kl, s->tokens),
		.entropy = mean(s->entropy, s->tokens),
		.ratio_mean = s->ratio_tokens > 0 ? s->ratio / s->ratio_tokens : 1,
		.ratio_max_deviation = s->ratio_max_deviation,
		.clip_fraction = mean(s->clipped, s->ratio_tokens),
		.tokens = (int64_t)s->tokens,
	};
}
