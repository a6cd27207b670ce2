/* bodies.c — fitting under a template: coefficients and offsets are those of the functions' bodies; see fit.h. */
#include "fitter.h"

/* The whole of these bodies, if the bounds allow it. */
static bool make_whole(const struct bounds *b, const struct expr *body, struct expr *out)
{
	return outline_expand(&b->form, body, out) && bounds_allow(b, out);
}

bool fit_of_bodies(const struct expr *carrier, enum scaling scaling, const struct bounds *bounds, struct expr *out)
{
	struct expr body[OUTLINE_FUNCTIONS], spelled;
	bool any;

	if (!bounds_spell(bounds, carrier, &spelled) || !outline_split(&bounds->form, &spelled, body))
		return false;
	any = make_whole(bounds, body, out);
	for (int f = 0; f < bounds->form.n_functions && any; f++) {
		struct expr before = body[f], scaled;

		if (!fit_add_scaling(&before, scaling, NULL, &body[f]))
			continue;
		if (make_whole(bounds, body, &scaled))
			*out = scaled;
		else
			body[f] = before;
	}
	return any;
}

/* Tries to do without something in body f; true if that was taken. */
static bool drop_in_body(struct fit_change *ch, struct expr *body, int f)
{
	const struct bounds *b = ch->options.bounds;
	struct expr before = body[f];
	bool redundant = ch->result->unidentified != 0; /* p*f(x): one of both has the scale */

	for (int i = 0; i < before.n; i++) {
		struct expr whole;

		if (fit_drop_candidate(&before, i, redundant, &body[f]) && expr_columns(&body[f]) > 0) {
			expr_pack_consts(&body[f]);
			if (outline_rewrite(&b->form, ch->e, body, &whole) && fit_change_try(ch, &whole))
				return true;
		}
		body[f] = before;
	}
	return false;
}

void fit_drop_in_bodies(struct fit_change *ch)
{
	const struct outline *t = &ch->options.bounds->form;
	struct expr body[OUTLINE_FUNCTIONS];

	for (int f = 0; f < t->n_functions && outline_match(t, ch->e, false, body);)
		f = drop_in_body(ch, body, f) ? 0 : f + 1; /* the others' constants have moved */
}
