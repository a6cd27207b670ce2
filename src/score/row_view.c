/* row_view.c — see row_view.h. */
#include "row_view.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

/* The first group, and others at equal distances. */
static void take_groups(struct row_view *v, const struct row_groups *all, int most)
{
	int n = most && most < all->n * GROUP_VIEW_ROWS ? smaller(all->n, most / GROUP_VIEW_ROWS) : all->n;

	n = n < 1 ? 1 : n;
	v->member = xcalloc((size_t)n, sizeof(*v->member));
	for (int k = 0; k < n; k++) {
		v->member[k] = all->member[(int64_t)k * all->n / n];
		if (most)
			v->member[k].n = smaller(v->member[k].n, most / n);
	}
	v->groups = (struct row_groups){n, v->member};
	v->rows.n = v->member[0].n;
	v->rows.groups = &v->groups;
}

void row_view_open(struct row_view *v, const struct rows *r, int most)
{
	*v = (struct row_view){.rows = *r};
	if (r->groups)
		take_groups(v, r->groups, most);
	else if (most && most < r->n)
		v->rows.n = most;
	if (rows_all(&v->rows))
		rows_measure_target(&v->rows, &v->target);
}

void row_view_close(struct row_view *v)
{
	free(v->member);
}

double row_view_caution(const struct row_view *v, int n_consts, double fvu)
{
	int n = rows_all(&v->rows), left = n - n_consts * v->groups.n;

	return left < 1 ? INFINITY : fvu * pow((double)n / left, 2);
}
