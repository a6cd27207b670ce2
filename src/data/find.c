/* find.c — columns by name or number, and the release of a table. */
#include "eqrl/base/mem.h"
#include "eqrl/data/csv.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void csv_release(struct csv *t)
{
	for (int c = 0; c < t->n_columns; c++) {
		struct csv_column *col = &t->column[c];

		for (int k = 0; k < col->n_levels; k++)
			free(col->levels[k]);
		for (int i = 0; col->cell && i < t->n; i++)
			free(col->cell[i]);
		free(col->cell);
		free(col->levels);
		free(col->level);
		free(col->level_text);
		free(col->name);
		free(col->unit);
		free(col->value);
	}
	notes_release(&t->notes);
	free(t->column);
	free(t->line);
	free(t->file);
	*t = (struct csv){0};
}

static enum status refuse_name(const struct csv *t, const char *name, const char *option)
{
	const char **names = xcalloc((size_t)t->n_columns, sizeof(*names));
	struct str list = {0};
	const char *nearest;

	for (int c = 0; c < t->n_columns; c++)
		names[c] = t->column[c].name;
	nearest = str_nearest(name, names, t->n_columns);
	if (nearest) {
		str_addf(&list, "did you mean \"%s\"?", nearest);
	} else {
		str_addf(&list, "the %d columns are", t->n_columns);
		for (int c = 0; c < t->n_columns && c < 8; c++)
			str_addf(&list, "%s %s", c ? "," : "", names[c]);
		str_add(&list, t->n_columns > 8 ? ", ..." : "");
	}
	fail(ST_DATA, "%s: no column \"%s\" (%s); %s", t->file, name, option, list.data);
	str_release(&list);
	free(names);
	return ST_DATA;
}

static int find_exact(const struct csv *t, const char *name, size_t n)
{
	for (int c = 0; c < t->n_columns; c++)
		if (strlen(t->column[c].name) == n && memcmp(t->column[c].name, name, n) == 0)
			return c;
	return -1;
}

int csv_find(const struct csv *t, const char *name, const char *option)
{
	size_t n = strlen(name);
	int c = find_exact(t, name, n);
	char *end;
	long number;

	if (c < 0 && n > 2 && name[0] == '`' && name[n - 1] == '`')
		c = find_exact(t, name + 1, n - 2);
	if (c >= 0)
		return c;
	number = strtol(name, &end, 10);
	if (*end == '\0' && number >= 1 && number <= t->n_columns)
		return (int)number - 1;
	refuse_name(t, name, option);
	return -1;
}

char *csv_next_entry(const char **p)
{
	const char *begin = *p, *end;
	bool quoted = false;
	char *entry;

	if (!begin)
		return NULL;
	for (end = begin; *end && (quoted || *end != ','); end++)
		quoted ^= *end == '`';
	*p = *end ? end + 1 : NULL;
	while (begin < end && isspace((unsigned char)*begin))
		begin++;
	while (end > begin && isspace((unsigned char)end[-1]))
		end--;
	entry = xstrndup(begin, (size_t)(end - begin));
	return entry;
}
