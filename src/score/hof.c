/* hof.c — the best of every size; see hof.h. */
#include "eqrl/score/hof.h"

#include <math.h>

bool hof_insert(struct hof *h, const struct score *s)
{
	int size = s->size;

	if (s->verdict != VERDICT_OK || s->fitted.n == 0 || !(s->fvu_fit < 1) || !isfinite(s->fvu_select) || size < 1 ||
	    size > HOF_MAX_SIZE)
		return false;
	if (h->used[size] && h->best[size].fvu_fit <= s->fvu_fit)
		return false;
	h->best[size] = *s;
	expr_clear_rest(&h->best[size].fitted);
	expr_clear_rest(&h->best[size].skeleton);
	h->used[size] = true;
	return true;
}
