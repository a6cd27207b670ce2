/* hof.c — the best and the likeliest of every size; see hof.h. */
#include "eqrl/score/hof.h"

#include "structure.h"

#include "eqrl/expr/textbook.h"

#include <math.h>

static void keep(struct score *slot, const struct score *s)
{
	*slot = *s;
	expr_clear_rest(&slot->fitted);
	expr_clear_rest(&slot->skeleton);
}

static double price_of(const struct hof *h, const struct score *s, int form)
{
	double constants = 0.5 * log(h->rows) * s->n_consts * (h->groups ? h->groups : 1);

	return constants + structure_price(&s->fitted, form, UNCHECKED_NODE_PRICE);
}

/* Of two of one size, by their forms of textbook.h. Below the rounding of double precision errors say nothing. */
static bool is_likelier(const struct hof *h, const struct score *a, int form_a, const struct score *b)
{
	int form_b = textbook_find_stripped(&b->skeleton, &b->fitted);
	double error = 0.5 * h->rows * log(fmax(a->fvu_fit, 1e-30) / fmax(b->fvu_fit, 1e-30));

	return error + price_of(h, a, form_a) < price_of(h, b, form_b);
}

bool hof_insert(struct hof *h, const struct score *s)
{
	int size = s->size, form;
	bool best;

	if (s->verdict != VERDICT_OK || s->step || s->fitted.n == 0 || !(s->fvu_fit < 1) || !isfinite(s->fvu_select) ||
	    size < 1 || size > HOF_MAX_SIZE)
		return false;
	form = textbook_find_stripped(&s->skeleton, &s->fitted);
	if (!h->used[size] || is_likelier(h, s, form, &h->likely[size]))
		keep(&h->likely[size], s);
	if (form >= 0 && (!h->has_known[size] || is_likelier(h, s, form, &h->known[size]))) {
		keep(&h->known[size], s);
		h->has_known[size] = true;
	}
	best = !h->used[size] || s->fvu_fit < h->best[size].fvu_fit;
	if (best)
		keep(&h->best[size], s);
	h->used[size] = true;
	return best;
}
