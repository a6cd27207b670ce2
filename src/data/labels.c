/* labels.c — rows that belong together by the text or number in one column. */
#include "loader.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP_LEAST_ROWS = 5, GROUPS_NAMED = 8 };

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

static void note_small_groups(struct loader *l, int groups, int rows, const char *names)
{
	if (groups > 0)
		notes_add(&l->d->notes, NOTE_WARNING,
			  "%d group%s with fewer than %d rows left out, %d rows in all: %s%s", groups,
			  groups == 1 ? "" : "s", GROUP_LEAST_ROWS, rows, names, groups > GROUPS_NAMED ? ", ..." : "");
}

enum status drop_small_groups(struct loader *l, int *n)
{
	int n_units, kept = 0, dropped = 0, small = 0, *size;
	int32_t *unit = number_labels(l, *n, &n_units);
	struct str names = {0};

	size = xcalloc((size_t)n_units + 1, sizeof(*size));
	for (int i = 0; i < *n; i++)
		size[unit[l->use[i]]]++;
	for (int i = 0; i < *n; i++) {
		int *of = &size[unit[l->use[i]]];

		if (*of >= GROUP_LEAST_ROWS) {
			l->use[kept++] = l->use[i];
			continue;
		}
		if (*of > 0 && small++ < GROUPS_NAMED) /* its first row */
			str_addf(&names, "%s%s", small > 1 ? ", " : "", l->main.column[l->label].cell[l->use[i]]);
		dropped += *of;
		*of = 0;
	}
	if (kept > 0)
		note_small_groups(l, small, dropped, str_text(&names));
	*n = kept;
	str_release(&names);
	free(size);
	free(unit);
	return kept > 0 ? ST_OK
			: fail(ST_DATA, "%s: --group %s: none of %d groups has %d rows; is it the right column?",
			       l->main.file, l->o->group, small, GROUP_LEAST_ROWS);
}

void name_groups(struct loader *l, const int32_t *unit, int n, int n_units)
{
	const char **name = xcalloc((size_t)n_units, sizeof(*name));

	for (int i = 0; i < n; i++)
		name[unit[l->use[i]]] = l->main.column[l->label].cell[l->use[i]];
	grouping_make(l->d, l->main.column[l->label].name, n_units, name);
	free(name);
}
