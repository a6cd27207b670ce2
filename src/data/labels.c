/* labels.c — rows that belong together by the text or number in one column. */
#include "loader.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct labelled {
	const char *text;
	int32_t row;
};

static int by_text(const void *a, const void *b)
{
	const struct labelled *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->row > y->row) - (x->row < y->row);
}

static int by_row(const void *a, const void *b)
{
	const struct labelled *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

/* The first row of each label, in the order of the rows. */
static int list_first_rows(const struct labelled *sorted, int n, struct labelled *first)
{
	int n_labels = 0;

	for (int i = 0; i < n; i++)
		if (i == 0 || strcmp(sorted[i].text, sorted[i - 1].text) != 0)
			first[n_labels++] = sorted[i];
	qsort(first, (size_t)n_labels, sizeof(*first), by_row);
	return n_labels;
}

int32_t *number_labels(const struct loader *l, int n, int *n_units)
{
	const struct csv *t = &l->main;
	int32_t *unit = xcalloc((size_t)t->n + 1, sizeof(*unit));
	struct labelled *row = xmalloc(2 * ((size_t)n + 1) * sizeof(*row)), *first = row + n + 1;

	for (int i = 0; i < n; i++)
		row[i] = (struct labelled){t->column[l->label].cell[l->use[i]], l->use[i]};
	qsort(row, (size_t)n, sizeof(*row), by_text);
	*n_units = list_first_rows(row, n, first);
	for (int k = 0; k < *n_units; k++)
		unit[first[k].row] = k;
	for (int i = 0, now = 0; i < n; i++) {
		if (i == 0 || strcmp(row[i].text, row[i - 1].text) != 0)
			now = unit[row[i].row]; /* of equal texts the first row comes first */
		unit[row[i].row] = now;
	}
	free(row);
	return unit;
}
