/* layout.c — which record of the sample is header, units, first row; see layout.h. */
#include "layout.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>

/* A record of the table: of full width, perhaps with empty fields behind. */
static bool has_width(const struct sample *s, int i)
{
	return s->fields[i] >= s->width;
}

/* Whether record i holds numbers where the table does. Integers beside texts, above columns of other numbers,
 * are names: year,2019,2020. */
static bool is_row(const struct sample *s, int i)
{
	int numbers = 0, texts = 0, names = 0;

	if (!has_width(s, i))
		return false;
	for (int c = 0; c < s->width; c++) {
		char k = kind_at(s, i, c);

		if (!s->numeric[c])
			continue;
		numbers += k == KIND_WHOLE || k == KIND_NUMBER;
		texts += k == KIND_TEXT;
		names += k == KIND_WHOLE && fraction_share(s, i, c) >= 0.8;
	}
	return numbers > texts && !(texts > 0 && names == numbers);
}

static bool is_units_row(struct sample *s, int i)
{
	int units = 0;

	if (!has_width(s, i))
		return false;
	for (int c = 0; c < s->width && c < LOOK_COLUMNS; c++) {
		const char *text = sample_text(s, i, c);

		if (!*text)
			continue;
		if (!is_unit(text))
			return false;
		units++;
	}
	return units > 0;
}

/* Full of texts that differ, as names do and descriptions (Avg, Avg, Smp) do not. */
static bool is_full_of_names(struct sample *s, int i)
{
	bool good = true;

	for (int c = 0; c < s->width && c < LOOK_COLUMNS && good; c++) {
		char *name = xstrdup(sample_text(s, i, c));

		good = *name != '\0';
		for (int k = 0; k < c && good; k++)
			good = strcmp(name, sample_text(s, i, k)) != 0;
		free(name);
	}
	return good;
}

/* ---- putting it together ---- */

static bool has_numbers(const struct sample *s, int i)
{
	for (int c = 0; c < s->width; c++)
		if (s->numeric[c] && (kind_at(s, i, c) == KIND_WHOLE || kind_at(s, i, c) == KIND_NUMBER))
			return true;
	return false;
}

/* The header among the records before row f: the nearest that is full of names, best without numbers among
 * them, else the nearest. Units stand below it. */
static int find_header(struct sample *s, int f, int *units)
{
	int nearest = -1, full = -1;

	*units = -1;
	for (int i = f - 1; i >= 0; i--) {
		if (!has_width(s, i))
			continue;
		if (*units < 0 && i > 0 && has_width(s, i - 1) && is_units_row(s, i)) {
			*units = i;
			continue;
		}
		if (is_full_of_names(s, i)) {
			if (!has_numbers(s, i))
				return i;
			full = full < 0 ? i : full;
		}
		nearest = nearest < 0 ? i : nearest;
	}
	if (full >= 0)
		nearest = full;
	if (*units > nearest && nearest >= 0)
		return nearest;
	if (nearest >= 0)
		*units = -1;
	if (nearest < 0 && *units >= 0) {
		nearest = *units; /* nothing above it: these are names like m, s, T */
		*units = -1;
	}
	return nearest;
}

static int find_first_row(struct sample *s, enum csv_header wish)
{
	bool any = false;
	int f = 0;

	for (int c = 0; c < s->width; c++)
		any |= s->numeric[c];
	while (f < s->n && !has_width(s, f))
		f++;
	if (wish == CSV_HEADER_NO || f == s->n)
		return f;
	if (wish == CSV_HEADER_YES || !any)
		return f + 1 < s->n && is_units_row(s, f + 1) && !is_row(s, f + 1) ? f + 2 : f + 1;
	for (int i = f; i < s->n; i++)
		if (is_row(s, i))
			return i;
	return f + 1; /* nothing looks like a row: the first record is the header, and errors name the rest */
}

/* Numbers alone are no title: such a record before the table is a row with fields too few or too many. */
static int find_ragged(struct sample *s, int f)
{
	for (int i = 0; i < f; i++) {
		const char *p = s->record[i].begin;
		int numbers = 0, others = 0;
		struct field field;

		while (p && !has_width(s, i)) {
			double v;

			p = field_next(p, s->record[i].end, s->delimiter, &field);
			if (field.begin < field.end && csv_number(field.begin, s->decimal, &v) == field.end)
				numbers++;
			else
				others += field.begin < field.end;
		}
		if (numbers > 1 && others == 0)
			return i;
	}
	return -1;
}

static void take_comment(struct sample *s, int f, struct table_layout *out)
{
	const char *p = str_text(&s->comment), *end = p + s->comment.len;

	if (s->comment_before != f || f >= s->n)
		return;
	if (end > p && end[-1] == '\r')
		end--;
	p += strspn(p, " \t");
	if (p > end || field_count(p, end, s->delimiter) != s->width || s->width < 2)
		return;
	out->header = (struct record){p, end, s->comment_line};
	out->header_is_comment = true;
}

enum status layout_find(struct sample *s, const char *file, enum csv_header wish, struct table_layout *out)
{
	int f = find_first_row(s, wish), h = -1, u = -1;

	*out = (struct table_layout){0};
	if (s->width > CSV_MAX_COLUMNS)
		return fail(ST_DATA, "%s:%d: %d columns, at most %d can be read; cut the table", file,
			    s->record[0].line, s->width, CSV_MAX_COLUMNS);
	if (wish != CSV_HEADER_NO)
		h = find_header(s, f, &u);
	for (int i = h >= 0 ? (u > h ? u : h) + 1 : f; i < f; i++)
		if (has_width(s, i) && has_numbers(s, i))
			f = i; /* a row whose other cells are odd, as in 1,<0.1 */
	if (h < 0 && wish == CSV_HEADER_AUTO && f < s->n && numbers_are_names(s, f, &out->doubtful)) {
		out->doubtful = true;
		h = f++;
	}
	for (int c = 0; h >= 0 && c < s->width; c++)
		out->doubtful |=
			wish == CSV_HEADER_AUTO && (kind_at(s, h, c) == KIND_WHOLE || kind_at(s, h, c) == KIND_NUMBER);
	if (h >= 0)
		out->header = s->record[h];
	else if (f > 0 && f < s->n && wish == CSV_HEADER_AUTO && s->fields[f - 1] == s->width - 1 && s->width > 2) {
		out->header = s->record[f - 1];
		out->shifted = true;
		h = f - 1;
	} else if (wish == CSV_HEADER_AUTO) {
		take_comment(s, f, out);
	}
	if (u >= 0)
		out->units = s->record[u];
	out->data_line = f < s->n ? s->record[f].line : 0;
	out->ragged = find_ragged(s, h >= 0 ? h : f);
	out->n_above = h >= 0 ? h : f;
	out->n_between = h >= 0 ? f - 1 - h - (u >= 0) : 0;
	return ST_OK;
}
