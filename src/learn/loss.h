/* loss.h — the loss of learner.h on one micro-batch, and what is reported about it. */
#ifndef EQRL_LOSS_H
#define EQRL_LOSS_H

#include "layout.h"

/* Sums over the tokens of one micro-batch, in double. Added up in micro-batch order. */
struct loss_sums {
	double loss; /* already over the divisor */
	double ce, ce_tokens, correct;
	double kl, entropy, tokens;
	double ratio, ratio_tokens, clipped, ratio_max_deviation;
};

/* logp (S, V), reference likewise or NULL when kl is 0 → a scalar. type: of logp. */
ct_tensor *loss_build(const struct token_layout *l, const struct learn_loss *loss, ct_tensor *logp,
		      ct_tensor *reference, enum ct_dtype type, int device);

/* Adds to *s from the values of logp and reference, (S, V) f32; scratch lives in the arena. */
void loss_measure(const struct token_layout *l, const struct learn_loss *loss, ct_tensor *logp, ct_tensor *reference,
		  struct arena *scratch, struct loss_sums *s);
/* The same where there are neither advantages nor a reference, on the device itself, so that (S, V) numbers need not
 * cross to the host. */
void loss_measure_there(const struct token_layout *l, ct_tensor *logp, int device, struct arena *scratch,
			struct loss_sums *s);

void loss_sums_add(struct loss_sums *total, const struct loss_sums *s);
void loss_report(const struct loss_sums *s, struct learn_stats *stats);

#endif
