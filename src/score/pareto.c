/* pareto.c — the front of a hall of fame, and its order when sizes and errors change; see hof.h. */
#include "pareto.h"

#include "eqrl/base/str.h"
#include "eqrl/expr/print.h"
#include "eqrl/eval/fit.h"
#include "eqrl/score/rounding.h"
#include "choice.h"
#include "structure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- from the hall of fame ---------------------------------------------------------------------------------- */

static double combined_fvu(const struct score *s, const struct dataset *d)
{
	double n_fit = rows_all(&d->fit), n_select = rows_all(&d->select);

	return (s->fvu_fit * n_fit + s->fvu_select * n_select) / (n_fit + n_select);
}

static void add_entry(struct pareto *p, const struct score *s, const struct dataset *d)
{
	int groups = d->grouping ? d->grouping->n : 1;

	p->entry[p->n++] = (struct pareto_entry){.expr = s->fitted,
						 .by = s->by,
						 .size = s->size,
						 .n_consts = s->n_consts * groups,
						 .n_free = s->n_consts * groups,
						 .form = -1, /* not known before it is polished */
						 .price = structure_price(&s->fitted, -1, NODE_PRICE),
						 .fvu_fit = s->fvu_fit,
						 .fvu_select = s->fvu_select,
						 .fvu_all = combined_fvu(s, d),
						 .fvu_least = INFINITY,
						 .fvu_cv = NAN,
						 .fvu_report = NAN};
}

static bool has_skeleton(const struct pareto *p, const struct expr *e)
{
	for (int i = 0; i < p->n; i++)
		if (expr_same_skeleton(&p->entry[i].expr, e))
			return true;
	return false;
}

/* Of equations of rising size those with falling errors, each form once. */
static void add_if_better(struct pareto *p, const struct score *s, double *least, const struct dataset *d)
{
	double error = fmax(s->fvu_fit, p->floor);

	if (!(error < *least))
		return;
	*least = error;
	if (!has_skeleton(p, &s->fitted))
		add_entry(p, s, d);
}

void pareto_build(const struct hof *h, const struct dataset *d, enum selection by, struct pareto *out)
{
	double best = INFINITY, likely = INFINITY, known = INFINITY;

	memset(out, 0, sizeof(*out));
	out->chosen = -1;
	out->bounds = bounds_none();
	out->significant = true;
	out->by = by;
	/* below the rounding of the data, or of the arithmetic, nothing is better than anything else */
	out->floor = fmax(4 * rounding_level(&d->fit), 1e-18);
	out->has_select = rows_all(&d->select) > 0;
	for (int size = 1; size <= HOF_MAX_SIZE; size++) {
		if (h->used[size])
			add_if_better(out, &h->best[size], &best, d);
		if (h->used[size])
			add_if_better(out, &h->likely[size], &likely, d);
		if (h->has_known[size])
			add_if_better(out, &h->known[size], &known, d);
	}
	choice_make(out, d);
}

/* ---- order ---------------------------------------------------------------------------------------------------- */

static int by_size_then_error(const void *a, const void *b)
{
	const struct pareto_entry *x = a, *y = b;

	if (x->size != y->size)
		return x->size - y->size;
	if (x->fvu_all != y->fvu_all)
		return x->fvu_all < y->fvu_all ? -1 : 1;
	if (x->n_free != y->n_free) /* what became the same was simpler before, too */
		return x->n_free - y->n_free;
	return (x->fvu_fit > y->fvu_fit) - (x->fvu_fit < y->fvu_fit);
}

/* The same but for constants, and whether those are fitted or plain. */
static bool is_same_form(const struct expr *a, const struct expr *b)
{
	for (int i = 0; i < a->n && a->n == b->n; i++) {
		struct node x = a->node[i], y = b->node[i];

		if (x.op == OP_FIXED)
			x.op = OP_CONST;
		if (y.op == OP_FIXED)
			y.op = OP_CONST;
		if (x.op != y.op || x.arg != y.arg)
			return false;
	}
	return a->n == b->n;
}

static size_t text_length(const struct expr *e)
{
	struct str text = {0};
	size_t length;

	print_expr(&text, e, NULL, NOTATION_TEXT);
	length = text.len;
	str_release(&text);
	return length;
}

void pareto_share_plain_forms(struct pareto *p, int n_rows)
{
	for (int i = 0; i < p->n; i++)
		for (int j = 0; j < p->n; j++) {
			struct pareto_entry *e = &p->entry[i], *other = &p->entry[j];

			if (i == j || !is_same_form(&e->expr, &other->expr) ||
			    text_length(&other->expr) >= text_length(&e->expr) ||
			    !(other->fvu_all <= e->fvu_all * (1 + fit_price(n_rows, e->n_free))))
				continue;
			e->expr = other->expr;
			e->n_consts = other->n_consts;
			e->size = other->size;
			e->fvu_all = other->fvu_all;
		}
}

static void find_answer(struct pareto *p)
{
	p->chosen = -1;
	for (int i = 0; i < p->n && (p->chosen < 0 || !p->entry[p->chosen].chosen); i++)
		if (p->chosen < 0 || p->entry[i].chosen || p->entry[i].criterion < p->entry[p->chosen].criterion)
			p->chosen = i;
	if (p->chosen >= 0)
		p->entry[p->chosen].chosen = true;
}

/* What is no larger and no worse than the answer, and yet lost to it by the criterion, would stand in its way. */
static bool hides_answer(const struct pareto *p, const struct pareto_entry *e, const struct pareto_entry *answer)
{
	return !e->chosen && e->size <= answer->size && fmax(e->fvu_all, p->floor) <= fmax(answer->fvu_all, p->floor);
}

/* It goes, unless the least error of the whole front went with it: a front that was shown never becomes worse. Then the answer
 * gives way. */
static void drop_what_hides_answer(struct pareto *p)
{
	struct pareto_entry answer;
	double least = INFINITY, hidden = INFINITY;
	int kept = 0;

	if (p->chosen < 0)
		return;
	answer = p->entry[p->chosen];
	for (int i = 0; i < p->n; i++) {
		const struct pareto_entry *e = &p->entry[i];
		double *of = hides_answer(p, e, &answer) ? &hidden : &least;

		*of = fmin(*of, fmin(e->fvu_fit, e->fvu_all));
	}
	if (hidden < least) {
		p->entry[p->chosen].chosen = false;
		return;
	}
	for (int i = 0; i < p->n; i++)
		if (!hides_answer(p, &p->entry[i], &answer))
			p->entry[kept++] = p->entry[i];
	p->n = kept;
}

static bool is_same_equation(const struct expr *a, const struct expr *b)
{
	bool same = is_same_form(a, b);

	for (int i = 0; i < a->n && same; i++)
		if (a->node[i].op == OP_CONST || a->node[i].op == OP_FIXED)
			same = a->c[a->node[i].arg] == b->c[b->node[i].arg];
	return same;
}

/* What ended as the same equation is one, and has the best that either was known for: its criterion, the chosen one's, say, and
 * the error that was shown. */
static void merge_same_equations(struct pareto *p)
{
	for (int i = 0; i < p->n; i++)
		for (int j = p->n - 1; j > i; j--) {
			struct pareto_entry *a = &p->entry[i], *b = &p->entry[j];
			double fvu_fit = fmin(a->fvu_fit, b->fvu_fit);
			bool chosen = a->chosen || b->chosen;

			if (!is_same_equation(&a->expr, &b->expr))
				continue;
			if (b->criterion < a->criterion)
				*a = *b;
			a->fvu_fit = fvu_fit;
			a->chosen = chosen;
			p->entry[j] = p->entry[--p->n];
		}
}

/* Plainer constants change sizes and errors: what is no longer on the front goes, but never the answer. */
void pareto_sift(struct pareto *p)
{
	double best = INFINITY;
	int kept = 0;

	merge_same_equations(p);
	p->chosen = -1;
	for (int i = 0; i < p->n; i++)
		p->chosen = p->entry[i].chosen ? i : p->chosen;
	drop_what_hides_answer(p);
	qsort(p->entry, (size_t)p->n, sizeof(p->entry[0]), by_size_then_error);
	for (int i = 0; i < p->n; i++) {
		double error = fmax(p->entry[i].fvu_all, p->floor);

		if (!(error < best) && !p->entry[i].chosen)
			continue;
		best = fmin(best, error);
		p->entry[kept++] = p->entry[i];
	}
	p->n = kept;
	find_answer(p);
}
