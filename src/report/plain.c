/* plain.c — a report for a terminal; see document.h. */
#include "eqrl/report/document.h"

#include "eqrl/base/markup.h"

#include <string.h>

/* Diagrams and paragraphs fit the 80 columns of a terminal; a formula is not broken. */
enum { WIDTH = 78, COLUMNS = 56, ROWS = 12, GAP = 2 };

static void add_line(struct str *out, const char *c, int n)
{
	for (int i = 0; i < n; i++)
		str_add(out, c);
	str_addc(out, '\n');
}

static void add_paragraph(struct str *out, const char *before, const char *text)
{
	int column = utf8_count(before);

	str_add(out, before);
	while (*text) {
		size_t n = strcspn(text, " \n");
		int width = 0;

		for (size_t i = 0; i < n; i++)
			width += (text[i] & 0xc0) != 0x80;
		if (column > 0 && column + 1 + width > WIDTH) {
			str_addc(out, '\n');
			column = 0;
		}
		str_add(out, column && out->data[out->len - 1] != ' ' ? " " : "");
		str_addn(out, text, n);
		column += width + 1;
		text += n;
		text += *text != '\0';
	}
	str_add(out, "\n\n");
}

static void add_table(struct str *out, const struct doc_table *t)
{
	for (int i = 0; i < t->rows; i++) {
		size_t begin = out->len;

		if (t->marked >= 0)
			str_add(out, i == t->marked ? "* " : "  ");
		for (int k = 0; k < t->columns; k++) {
			const char *cell = t->cell[i * t->columns + k];
			int width = 0, own = utf8_count(cell);

			for (int r = 0; r < t->rows; r++) {
				int w = utf8_count(t->cell[r * t->columns + k]);

				width = w > width ? w : width;
			}
			if (t->align[k] == 'r')
				str_addf(out, "%*s%s", width - own, "", cell);
			else
				str_addf(out, "%s%*s", cell, width - own, "");
			str_addf(out, "%*s", GAP, "");
		}
		while (out->len > begin && out->data[out->len - 1] == ' ')
			out->data[--out->len] = '\0';
		str_addc(out, '\n');
	}
	str_addc(out, '\n');
}

static void add_block(struct str *out, const struct block *b)
{
	static const char *const rule[] = {"═", "═", "─"};

	switch (b->kind) {
	case BLOCK_HEADING:
		str_addf(out, "%s\n", b->text);
		if (b->level < 3)
			add_line(out, rule[b->level], utf8_count(b->text) < WIDTH ? utf8_count(b->text) : WIDTH);
		str_addc(out, '\n');
		break;
	case BLOCK_WARNING:
		add_paragraph(out, "! ", b->text);
		break;
	case BLOCK_TEXT:
		add_paragraph(out, "", b->text);
		break;
	case BLOCK_EQUATION:
	case BLOCK_CODE:
		str_addf(out, "%s%s\n", b->text, b->text[0] && b->text[strlen(b->text) - 1] == '\n' ? "" : "\n");
		break;
	case BLOCK_TABLE:
		add_table(out, &b->table);
		break;
	case BLOCK_PLOT:
		add_paragraph(out, "", b->plot->title);
		out->data[--out->len] = '\0'; /* no blank line before the diagram */
		plot_text(b->plot, COLUMNS, ROWS, "  ", out);
		str_addc(out, '\n');
	}
}

void document_text(const struct document *d, struct str *out)
{
	for (int i = 0; i < d->n; i++)
		add_block(out, &d->block[i]);
	while (out->len > 1 && out->data[out->len - 2] == '\n')
		out->data[--out->len] = '\0';
}
