/* sample.c — the first records of a text, what separates their fields, and what kinds of cells they hold. */
#include "cell.h"
#include "layout.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>

/* Cells that are looked at: 100 records of 2,000 columns, fewer of wider tables, so that it takes no second. */
enum { MOST_CELLS = 200000, FEWEST_RECORDS = 12 };

/* Comments above the table may hold names, those within it do not. */
static void keep_comment(struct sample *s, const struct record *line)
{
	if (s->n > 0 && s->comment_before >= 0)
		return;
	str_clear(&s->comment);
	str_addn(&s->comment, line->begin + 1, (size_t)(line->end - line->begin) - 1);
	s->comment_before = s->n;
	s->comment_line = line->line;
}

/* The last record is left out where the buffer may cut it. */
void sample_take(struct sample *s, const struct records *in)
{
	const char *p = in->buffer + in->begin, *end = in->buffer + in->end;
	int line = in->line;
	bool open;

	s->comment_before = -1;
	while (p < end && s->n < SAMPLE_RECORDS) {
		const char *stop = record_end(p, end, in->eol, in->delimiter, &open), *last = stop;

		if (stop == end && !in->at_end && s->n > 0)
			return;
		if (last > p && last[-1] == '\r')
			last--;
		if (is_comment(p, last, in->comment_sign)) {
			keep_comment(s, &(struct record){p, last, line});
		} else if (!is_skipped(p, last, in->comment_sign)) {
			s->record[s->n++] = (struct record){p, last, line};
		}
		for (; p < stop; p++)
			line += *p == in->eol;
		line++;
		p = stop + 1;
	}
}

void sample_release(struct sample *s)
{
	str_release(&s->comment);
	str_release(&s->scratch);
	free(s->kind);
	free(s->numeric);
}

const char *sample_text(struct sample *s, int i, int c)
{
	const char *p = s->record[i].begin;
	struct field f = {.begin = ""};

	f.end = f.begin;
	for (; p && c >= 0; c--)
		p = field_next(p, s->record[i].end, s->delimiter, &f);
	str_clear(&s->scratch);
	if (c < 0)
		field_text(&f, &s->scratch);
	return str_text(&s->scratch);
}

/* ---- delimiter ---- */

/* The number of fields that most records have, of two the first one's; 1 if most have one. *agreement: how many
 * do. */
static int find_usual_width(const struct sample *s, char delimiter, int *agreement)
{
	int count[SAMPLE_RECORDS], width = 1;

	*agreement = 0;
	for (int i = 0; i < s->n; i++)
		count[i] = field_count(s->record[i].begin, s->record[i].end, delimiter);
	for (int i = 0; i < s->n; i++) {
		int same = 0;

		for (int k = 0; k < s->n; k++)
			same += count[k] == count[i];
		if (count[i] > 1 && same > *agreement) {
			*agreement = same;
			width = count[i];
		}
	}
	return width;
}

/* Share of numbers among the fields of the last 20 records. */
static double measure_numeric_share(struct sample *s, char delimiter)
{
	int fields = 0, numbers = 0;

	for (int i = s->n > 20 ? s->n - 20 : 0; i < s->n; i++) {
		const char *p = s->record[i].begin;
		struct field f;

		for (; p; fields++) {
			p = field_next(p, s->record[i].end, delimiter, &f);
			field_text(&f, &s->scratch);
			numbers += cell_read(str_text(&s->scratch), s->scratch.len, '.').kind == CELL_NUMBER ||
				   cell_read(str_text(&s->scratch), s->scratch.len, ',').kind == CELL_NUMBER;
		}
	}
	return fields ? (double)numbers / fields : 0;
}

/* The one that most records agree on; then the one that makes most fields numbers; then the earlier, since a
 * ',' may be a decimal sign and a blank may stand in a name. */
void sample_delimiter(struct sample *s)
{
	static const char candidates[] = {'\t', ';', '|', ',', ' '};
	int best = 0, agreement;
	double best_share = 0, share;

	s->delimiter = ',';
	for (int i = 0; i < (int)COUNT_OF(candidates); i++) {
		find_usual_width(s, candidates[i], &agreement);
		if (agreement == 0 || agreement < best)
			continue;
		share = measure_numeric_share(s, candidates[i]);
		if (agreement > best || share > best_share) {
			best = agreement;
			best_share = share;
			s->delimiter = candidates[i];
		}
	}
}

/* ---- decimal sign ---- */

/* Fields that can only be read with one sign decide; then, but for commas between fields, those that may hold
 * separators of thousands as well. */
void sample_decimal(struct sample *s)
{
	int comma = 0, point = 0, maybe_comma = 0, maybe_point = 0;

	for (int i = 0; i < s->n; i++) {
		const char *p = s->record[i].begin;
		struct field f;

		while (p) {
			p = field_next(p, s->record[i].end, s->delimiter, &f);
			field_text(&f, &s->scratch);
			switch (decimal_evidence(str_text(&s->scratch), s->scratch.len)) {
			case ',':
				comma++;
				break;
			case '.':
				point++;
				break;
			case 'c':
				maybe_comma++;
				break;
			case 'p':
				maybe_point++;
				break;
			default:
				break;
			}
		}
	}
	if (comma != point)
		s->decimal = comma > point ? ',' : '.';
	else
		s->decimal = s->delimiter != ',' && maybe_comma > maybe_point ? ',' : '.';
}

/* ---- kinds of cells ---- */

static char find_cell_kind(const struct sample *s)
{
	const char *text = str_text(&s->scratch);
	struct cell_value c = cell_read(text, s->scratch.len, s->decimal);

	if (c.kind == CELL_MISSING || c.kind == CELL_ERROR || is_na_word(s->na, s->n_na, text, s->scratch.len))
		return KIND_MISSING;
	if (c.kind == CELL_TEXT)
		return KIND_TEXT;
	return strspn(text, "0123456789") == s->scratch.len ? KIND_WHOLE : KIND_NUMBER;
}

static void classify_record(struct sample *s, int i)
{
	const char *p = s->record[i].begin;
	char *kind = s->kind + (size_t)i * (size_t)s->width;
	struct field f;

	for (int c = 0; c < s->width; c++) {
		kind[c] = KIND_MISSING;
		if (!p)
			continue;
		p = field_next(p, s->record[i].end, s->delimiter, &f);
		field_text(&f, &s->scratch);
		kind[c] = find_cell_kind(s);
	}
}

/* Up to the last field that is not empty in a record of full width: "a,b,y," has three columns. */
static int find_used_width(const struct sample *s)
{
	int used = 0;

	for (int i = 0; i < s->n; i++) {
		const char *p = s->fields[i] >= s->width ? s->record[i].begin : NULL;
		struct field f;

		for (int c = 1; p && c <= s->width; c++) {
			p = field_next(p, s->record[i].end, s->delimiter, &f);
			if (f.end > f.begin && c > used)
				used = c;
		}
	}
	return used > 0 ? used : 1;
}

void sample_classify(struct sample *s)
{
	int agreement;

	s->width = find_usual_width(s, s->delimiter, &agreement);
	for (int i = 0; i < s->n; i++)
		s->fields[i] = field_count(s->record[i].begin, s->record[i].end, s->delimiter);
	s->width = find_used_width(s);
	if (s->n > FEWEST_RECORDS && (int64_t)s->n * s->width > MOST_CELLS)
		s->n = s->width > MOST_CELLS / FEWEST_RECORDS ? FEWEST_RECORDS : MOST_CELLS / s->width;
	s->kind = xcalloc((size_t)s->n * (size_t)s->width + 1, 1);
	s->numeric = xcalloc((size_t)s->width, sizeof(*s->numeric));
	for (int i = 0; i < s->n; i++)
		classify_record(s, i);
	for (int c = 0; c < s->width; c++) {
		int numbers = 0, texts = 0;

		for (int i = s->n / 2; i < s->n; i++) {
			char k = s->kind[(size_t)i * (size_t)s->width + (size_t)c];

			numbers += k == KIND_WHOLE || k == KIND_NUMBER;
			texts += k == KIND_TEXT;
		}
		s->numeric[c] = numbers > texts;
	}
}
