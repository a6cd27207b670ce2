/* markdown.c — a report as Markdown with tables (GitHub's dialect); see document.h. */
#include "eqrl/report/document.h"

#include <string.h>

/* Diagrams as wide as a block of code is shown without a bar to scroll. */
enum { COLUMNS = 60, ROWS = 14 };

/* Text of a file in a paragraph or a cell: what Markdown or HTML would act on is escaped. */
static void add_escaped(struct str *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_[]<>|#~$&", *text))
			str_addc(out, '\\');
		str_addc(out, *text == '\n' ? ' ' : *text);
	}
}

/* A formula in a cell: code, in more back-quotes than are in it, and without bars, which would end the cell. */
static void add_code(struct str *out, const char *text)
{
	int run = 0, longest = 0;

	for (const char *t = text; *t; t++) {
		run = *t == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (int i = 0; i <= longest; i++)
		str_addc(out, '`');
	str_add(out, *text == '`' ? " " : "");
	for (; *text; text++)
		str_addf(out, *text == '|' ? "\\%c" : "%c", *text);
	str_add(out, longest && out->data[out->len - 1] == '`' ? " " : "");
	for (int i = 0; i <= longest; i++)
		str_addc(out, '`');
}

static void add_table(struct str *out, const struct doc_table *t)
{
	for (int i = 0; i < t->rows; i++) {
		for (int k = 0; k < t->columns; k++) {
			const char *cell = t->cell[i * t->columns + k];

			str_add(out, k ? " | " : "| ");
			str_add(out, i == t->marked && *cell && t->align[k] != 'c' ? "**" : "");
			if (t->align[k] == 'c' && i > 0 && *cell)
				add_code(out, cell);
			else
				add_escaped(out, cell);
			str_add(out, i == t->marked && *cell && t->align[k] != 'c' ? "**" : "");
		}
		str_add(out, " |\n");
		for (int k = 0; k < t->columns && i == 0; k++)
			str_addf(out, "| %s ", t->align[k] == 'r' ? "---:" : "---");
		str_add(out, i == 0 ? "|\n" : "");
	}
	str_addc(out, '\n');
}

static void add_block(struct str *out, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_HEADING:
		str_addf(out, "%.*s ", b->level, "###");
		add_escaped(out, b->text);
		str_add(out, "\n\n");
		break;
	case BLOCK_WARNING:
		str_add(out, "> **Note:** ");
		/* fall through */
	case BLOCK_TEXT:
		add_escaped(out, b->text);
		str_add(out, "\n\n");
		break;
	case BLOCK_EQUATION:
	case BLOCK_CODE:
		str_addf(out, "~~~text\n%s%s~~~\n\n", b->text, b->text[strlen(b->text) - 1] == '\n' ? "" : "\n");
		break;
	case BLOCK_TABLE:
		add_table(out, &b->table);
		break;
	case BLOCK_PLOT:
		str_add(out, "**");
		add_escaped(out, b->plot->title);
		str_add(out, "**\n\n~~~text\n");
		plot_text(b->plot, COLUMNS, ROWS, "", out);
		str_add(out, "~~~\n\n");
	}
}

void document_markdown(const struct document *d, struct str *out)
{
	for (int i = 0; i < d->n; i++)
		add_block(out, &d->block[i]);
	while (out->len > 1 && out->data[out->len - 2] == '\n') /* one line end is enough at the end */
		out->data[--out->len] = '\0';
}
