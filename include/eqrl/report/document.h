/* document.h — a report as a list of blocks, and the three ways to write it: HTML, Markdown, plain text. */
#ifndef EQRL_DOCUMENT_H
#define EQRL_DOCUMENT_H

#include "eqrl/base/str.h"
#include "eqrl/report/plot.h"

#include <stdbool.h>

enum block_kind {
	BLOCK_HEADING,	/* level 1: of the report, 2: of a data set, 3: of a part */
	BLOCK_TEXT,	/* a paragraph */
	BLOCK_WARNING,	/* one that must not be overlooked */
	BLOCK_EQUATION, /* text as it reads back; markup: typeset */
	BLOCK_TABLE,
	BLOCK_PLOT,
	BLOCK_CODE, /* lines that keep their form */
};

struct doc_table {
	int columns, rows;
	int marked;	   /* row that stands out, -1: none */
	const char *align; /* of each column: l text, b text that may be broken anywhere (hashes, lists),
			    * r number, c a formula: the last column */
	char **cell;	   /* [row * columns + column]; row 0: headings */
};

struct block {
	enum block_kind kind;
	int level;
	char *text, *markup;
	struct doc_table table;
	struct plot *plot;
};

struct document {
	int n;
	struct block *block;
};

void document_heading(struct document *d, int level, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void document_add(struct document *d, enum block_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void document_equation(struct document *d, const char *markup, const char *text);
void document_plot(struct document *d, struct plot *p); /* takes it over; frees it where nothing is to be drawn */

/* Begins a table, whose cells follow row by row, the first row being the headings. align: static. */
void document_table(struct document *d, const char *align);
void document_cell(struct document *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void document_mark_row(struct document *d); /* the last row begun */

void document_release(struct document *d);

enum document_form { FORM_TEXT, FORM_MARKDOWN, FORM_HTML };

/* title: of the page. */
void document_write(const struct document *d, enum document_form form, const char *title, struct str *out);

/* ---- the writers ---- */

void document_html(const struct document *d, const char *title, struct str *out);
void document_markdown(const struct document *d, struct str *out);
void document_text(const struct document *d, struct str *out);

#endif
