/* names.c — names and units of columns. */
#include "reader.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"

#include <stdlib.h>

/* ---- unique names ---- */

struct name_set {
	int *slot; /* column index + 1; 0: empty */
	uint64_t mask;
};

static int *find_slot(const struct csv *t, const struct name_set *s, const char *name)
{
	uint64_t at = hash_bytes(name, strlen(name)) & s->mask;

	while (s->slot[at] && strcmp(t->column[s->slot[at] - 1].name, name) != 0)
		at = (at + 1) & s->mask;
	return &s->slot[at];
}

/* The second "a" becomes "a#2", so that every name means one column. */
void make_names_unique(struct csv *t)
{
	struct name_set set = {.mask = 1};

	while (set.mask < 2 * (uint64_t)t->n_columns)
		set.mask = set.mask * 2 + 1;
	set.slot = xcalloc(set.mask + 1, sizeof(*set.slot));
	for (int c = 0; c < t->n_columns; c++) {
		struct csv_column *col = &t->column[c];
		struct str name = {0};
		int *slot = find_slot(t, &set, col->name);

		for (int copy = 2; *slot; copy++) {
			str_clear(&name);
			str_addf(&name, "%s#%d", col->name, copy);
			slot = find_slot(t, &set, name.data);
		}
		if (name.data) {
			free(col->name);
			col->name = name.data;
		}
		*slot = c + 1;
	}
	free(set.slot);
}

void make_name_unique(struct csv *t, int c)
{
	struct str name = {0};

	str_add(&name, t->column[c].name);
	for (int copy = 2, k = 0; k < t->n_columns; k++) {
		if (k == c || strcmp(t->column[k].name, name.data) != 0)
			continue;
		str_clear(&name);
		str_addf(&name, "%s#%d", t->column[c].name, copy++);
		k = -1; /* from the beginning with the new name */
	}
	free(t->column[c].name);
	t->column[c].name = name.data;
}

/* ---- from the header ---- */

/* Field text without control characters and outer blanks, in r->scratch. */
static void read_name(struct table_reader *r, const struct field *f)
{
	struct str *s = &r->scratch, raw = {0};

	field_text(f, &raw);
	str_clear(s);
	text_clean(s, str_text(&raw), raw.len);
	while (s->len > 0 && s->data[s->len - 1] == ' ')
		s->data[--s->len] = '\0';
	str_release(&raw);
}

static void name_columns(struct table_reader *r, const struct table_layout *l)
{
	struct csv *t = r->t;
	const char *p = l->header.begin;

	for (int c = 0; c < t->n_columns; c++) {
		struct csv_column *col = &t->column[c];
		struct field f;

		str_clear(&r->scratch);
		if (p && !(l->shifted && c == 0)) {
			p = field_next(p, l->header.end, t->delimiter, &f);
			read_name(r, &f);
		}
		col->unnamed = r->scratch.len == 0;
		if (col->unnamed)
			str_addf(&r->scratch, "x%d", c + 1);
		col->name = xstrdup(r->scratch.data + strspn(r->scratch.data, " "));
	}
	make_names_unique(t);
}

/* "(kg/m3)" and "[kg/m3]" are kept without brackets. */
static char *copy_unit(const char *text)
{
	size_t n = strlen(text);
	bool enclosed = n > 2 && strchr("([<", text[0]) && strchr(")]>", text[n - 1]);

	return n == 0 ? NULL : enclosed ? xstrndup(text + 1, n - 2) : xstrdup(text);
}

static void set_units(struct table_reader *r, const struct table_layout *l)
{
	const char *p = l->units.begin;

	for (int c = 0; p && c < r->t->n_columns; c++) {
		struct field f;

		p = field_next(p, l->units.end, r->t->delimiter, &f);
		read_name(r, &f);
		r->t->column[c].unit = copy_unit(str_text(&r->scratch));
	}
	if (l->units.begin)
		notes_add(&r->t->notes, NOTE_INFO, "line %d is taken as units of the columns", l->units.line);
}

static void note_layout(struct table_reader *r, const struct table_layout *l)
{
	struct notes *notes = &r->t->notes;
	int first_line = l->header.begin ? l->header.line : l->data_line;

	if (l->n_above > 0)
		notes_add(notes, NOTE_INFO, "%d line%s above the table (it begins at line %d) left out", l->n_above,
			  l->n_above == 1 ? "" : "s", first_line);
	if (l->n_between > 0)
		notes_add(notes, NOTE_INFO, "%d line%s between the header and the first row (line %d) left out",
			  l->n_between, l->n_between == 1 ? "" : "s", l->data_line);
	if (l->doubtful && l->header.begin)
		notes_add(notes, NOTE_WARNING,
			  "line %d is taken as the header although it holds numbers; if it is data, say --header no",
			  l->header.line);
	else if (l->doubtful)
		notes_add(notes, NOTE_WARNING,
			  "line %d is taken as data although it could number the columns; if it is the header, say "
			  "--header yes",
			  l->data_line);
}

void make_columns(struct table_reader *r, const struct sample *s, const struct table_layout *l)
{
	struct csv *t = r->t;

	t->n_columns = t->n_fields = s->width;
	t->column = xcalloc((size_t)s->width, sizeof(*t->column));
	t->header_line = l->header.line;
	for (int c = 0; c < s->width; c++) {
		bool blank = true;

		for (int i = 0; i < s->n && blank; i++)
			blank = s->record[i].line < l->data_line ||
				s->kind[(size_t)i * (size_t)s->width + (size_t)c] == KIND_MISSING;
		t->column[c].blank = blank;
		t->column[c].wanted = true;
	}
	name_columns(r, l);
	set_units(r, l);
	note_layout(r, l);
}
