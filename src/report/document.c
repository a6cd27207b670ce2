/* document.c — see document.h: blocks are collected. html.c, markdown.c and plain.c write them. */
#include "eqrl/report/document.h"

#include "eqrl/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct block *add_block(struct document *d, enum block_kind kind)
{
	d->block = xrealloc(d->block, (size_t)(d->n + 1) * sizeof(*d->block));
	d->block[d->n] = (struct block){.kind = kind, .table.marked = -1};
	return &d->block[d->n++];
}

static char *format_text(const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	text = xmalloc((size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	return text;
}

void document_heading(struct document *d, int level, const char *fmt, ...)
{
	struct block *b = add_block(d, BLOCK_HEADING);
	va_list args;

	b->level = level;
	va_start(args, fmt);
	b->text = format_text(fmt, args);
	va_end(args);
}

void document_add(struct document *d, enum block_kind kind, const char *fmt, ...)
{
	struct block *b = add_block(d, kind);
	va_list args;

	va_start(args, fmt);
	b->text = format_text(fmt, args);
	va_end(args);
}

void document_equation(struct document *d, const char *markup, const char *text)
{
	struct block *b = add_block(d, BLOCK_EQUATION);

	b->markup = xstrdup(markup);
	b->text = xstrdup(text);
}

void document_plot(struct document *d, struct plot *p)
{
	if (plot_has_values(p))
		add_block(d, BLOCK_PLOT)->plot = p;
	else
		plot_free(p);
}

/* ---- tables --------------------------------------------------------------------------------------- */

void document_table(struct document *d, const char *align)
{
	struct block *b = add_block(d, BLOCK_TABLE);

	b->table.columns = (int)strlen(align);
	b->table.align = align;
}

void document_cell(struct document *d, const char *fmt, ...)
{
	struct block *b = &d->block[d->n - 1];
	struct doc_table *t = &b->table;
	va_list args;

	/* level counts the cells of the row that is being filled */
	if (b->level == 0)
		t->cell = xrealloc(t->cell, (size_t)(++t->rows * t->columns) * sizeof(*t->cell));
	va_start(args, fmt);
	t->cell[(t->rows - 1) * t->columns + b->level] = format_text(fmt, args);
	va_end(args);
	b->level = (b->level + 1) % t->columns;
}

void document_mark_row(struct document *d)
{
	d->block[d->n - 1].table.marked = d->block[d->n - 1].table.rows - 1;
}

void document_release(struct document *d)
{
	for (int i = 0; i < d->n; i++) {
		struct block *b = &d->block[i];

		for (int k = 0; k < b->table.rows * b->table.columns; k++)
			free(b->table.cell[k]);
		free(b->table.cell);
		free(b->text);
		free(b->markup);
		plot_free(b->plot);
	}
	free(d->block);
	*d = (struct document){0};
}

void document_write(const struct document *d, enum document_form form, const char *title, struct str *out)
{
	if (form == FORM_HTML)
		document_html(d, title, out);
	else if (form == FORM_MARKDOWN)
		document_markdown(d, out);
	else
		document_text(d, out);
}
