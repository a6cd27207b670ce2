/* shorten.c — see shorten.h. */
#include "shorten.h"

#include "eqrl/expr/simplify.h"

uint64_t positive_columns(const struct rows *rows)
{
	uint64_t positive = 0;

	for (int c = 0; c < rows->n_columns && c < 64; c++) {
		int i = 0;

		while (rows->x[c] && i < rows->n && rows->x[c][i] > 0)
			i++;
		if (rows->x[c] && i == rows->n)
			positive |= (uint64_t)1 << c;
	}
	return positive;
}

/* Arguments of function f that are positive columns wherever it is called, as bits. */
static uint64_t positive_arguments(const struct outline *t, int f, uint64_t positive)
{
	uint64_t out = ~(uint64_t)0;

	for (int c = 0; c < t->n_calls; c++)
		for (int k = 0; t->call[c].function == f && k < t->function[f].arity; k++) {
			struct node a = t->node[t->call[c].at[k]];

			if (a.op != OP_VAR || a.arg >= 64 || !(positive >> a.arg & 1))
				out &= ~((uint64_t)1 << k);
		}
	return out;
}

static void shorten_one(struct expr *e, uint64_t positive)
{
	simplify(e, &(struct simplify_options){.keep_values = true, .positive = positive});
}

void shorten(struct expr *e, const struct bounds *bounds, uint64_t positive)
{
	struct expr body[OUTLINE_FUNCTIONS], shorter;

	if (!bounds_have_form(bounds)) {
		shorten_one(e, positive);
		return;
	}
	if (!outline_match(&bounds->form, e, false, body))
		return;
	for (int f = 0; f < bounds->form.n_functions; f++)
		shorten_one(&body[f], positive_arguments(&bounds->form, f, positive));
	if (outline_rewrite(&bounds->form, e, body, &shorter))
		*e = shorter;
}
