/* cmd_report.c — eqrl report: a run for readers, as one HTML file, Markdown or text. */
#include "eqrl/base/file.h"
#include "eqrl/cli/cli.h"
#include "eqrl/report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many diagrams of a kind: a page has them beside each other, text one below the other. */
enum { PAGE_DIAGRAMS = 6, TEXT_DIAGRAMS = 3 };

static bool ends_in(const char *text, const char *ending)
{
	size_t n = strlen(text), k = strlen(ending);

	return n > k && strcmp(text + n - k, ending) == 0;
}

/* --format, else what the file's name says; a file of another name is a page, and a terminal gets text. */
static enum document_form form_wanted(const struct options *o)
{
	switch (o->report_form) {
	case REPORT_TEXT:
		return FORM_TEXT;
	case REPORT_MARKDOWN:
		return FORM_MARKDOWN;
	case REPORT_HTML:
		return FORM_HTML;
	}
	if (!o->file || ends_in(o->file, ".txt"))
		return FORM_TEXT;
	return ends_in(o->file, ".md") || ends_in(o->file, ".markdown") ? FORM_MARKDOWN : FORM_HTML;
}

int cmd_report(struct invocation *inv)
{
	const struct options *o = inv->options;
	enum document_form form = form_wanted(o);
	struct report_wishes wishes = {.dir = o->run,
				       .data = o->data,
				       .size = (int)o->equation,
				       .diagrams = form == FORM_HTML ? PAGE_DIAGRAMS : TEXT_DIAGRAMS};
	struct document d;
	struct str out = {0};
	char *title;
	enum status st = ST_OK;

	if (!o->run)
		return fail(ST_USAGE, "no run: give --run DIR");
	if (o->data && strchr(o->data, '\n'))
		return fail(ST_USAGE, "--data: give one file, that of the run");
	TRY(report_build(&d, &wishes, &title));
	document_write(&d, form, title, &out);
	if (o->file)
		st = file_write_atomic(o->file, out.data, out.len);
	else
		fputs(out.data, stdout);
	if (st == ST_OK && o->file && !o->quiet)
		warn("wrote %s", o->file);
	str_release(&out);
	document_release(&d);
	free(title);
	return st;
}
