/* table.c — the Pareto front for human eyes and in the notations of other programs. */
#include "eqrl/expr/textbook.h"
#include "eqrl/base/mem.h"
#include "eqrl/run/front.h"
#include "singularity.h"
#include "eqrl/run/group_report.h"
#include "eqrl/run/intervals.h"
#include "eqrl/run/residual_report.h"
#include "eqrl/run/unit_setup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void format_r2(char out[32], double fvu)
{
	if (isnan(fvu))
		strcpy(out, "-");
	else if (!isfinite(fvu))
		strcpy(out, "-inf");
	else if (fvu > 0 && fvu < 1e-5)
		snprintf(out, 32, "1-%.1e", fvu);
	else if (fvu > 1000)
		snprintf(out, 32, "%.3g", 1 - fvu);
	else
		snprintf(out, 32, "%.6f", 1 - fvu);
}

/* Bytes of UTF-8 text that fill at most `columns` columns. */
static int bytes_in_columns(const char *text, int columns)
{
	const char *p = text;

	while (*p && (columns > 0 || ((unsigned char)*p & 0xC0) == 0x80)) {
		columns -= ((unsigned char)*p & 0xC0) != 0x80;
		p++;
	}
	return (int)(p - text);
}

static void add_equation(struct str *out, const struct front *f, const struct expr *e, int room)
{
	struct str text = {0};
	int n;

	print_expr(&text, e, &f->names, NOTATION_TEXT);
	n = room > 0 ? bytes_in_columns(text.data, room) : (int)text.len;
	if (n < (int)text.len) /* room for the three dots */
		str_addf(out, "%.*s...\n", bytes_in_columns(text.data, room > 3 ? room - 3 : 0), text.data);
	else
		str_addf(out, "%s\n", text.data);
	str_release(&text);
}

static void add_r2(struct str *out, double fvu)
{
	char r2[32];

	format_r2(r2, fvu);
	str_addf(out, "%10s  ", r2);
}

void front_table(const struct front *f, int top, int width, struct str *out)
{
	const struct pareto *p = &f->pareto;
	int first = top > 0 && p->n > top ? p->n - top : 0; /* sizes rise and errors fall along a front */
	size_t start = out->len;
	int before;

	str_addf(out, "  size  %10s  %10s  ", "R2 all", "R2 CV");
	if (p->has_select)
		str_addf(out, "%10s  ", "R2 select");
	str_addf(out, "%9s  ", selection_table[p->by].heading);
	before = (int)(out->len - start);
	str_add(out, "equation\n");
	for (int i = 0; i < p->n; i++) {
		const struct pareto_entry *e = &p->entry[i];

		if (i < first && i != p->chosen)
			continue;
		str_addf(out, "%c %4d  ", i == p->chosen ? '*' : ' ', e->size);
		add_r2(out, e->fvu_all);
		add_r2(out, e->fvu_cv);
		if (p->has_select)
			add_r2(out, e->fvu_select);
		str_addf(out, fabs(e->criterion) < 0.1 ? "%9.2g  " : "%9.1f  ", e->criterion);
		add_equation(out, f, &e->expr, width > 0 ? width - before : 0);
	}
}

static int stdout_width(void)
{
	struct winsize w;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col < 60)
		return 0;
	return w.ws_col;
}

/* What the free functions of a template are, a line each. */
static void add_functions(struct str *out, const struct front *f, const struct expr *e)
{
	const struct outline *t = &f->pareto.bounds.form;
	struct expr body[OUTLINE_FUNCTIONS];

	if (t->n_functions == 0 || !outline_match(t, e, false, body))
		return;
	for (int k = 0; k < t->n_functions; k++) {
		outline_print(t, k, &body[k], &f->names, out);
		str_addc(out, '\n');
	}
}
enum { GROUPS_SHOWN = 20 };

static void print_text(const struct front *f, int top)
{
	const struct pareto *p = &f->pareto;
	struct str out = {0};

	if (p->n == 0 || p->chosen < 0) {
		str_addf(&out, "no equation was found that beats the mean of %s\n", f->names.target);
	} else {
		const struct pareto_entry *best = &p->entry[p->chosen];
		char r2[32];

		front_table(f, top, stdout_width(), &out);
		str_addc(&out, '\n');
		if (f->loss != LOSS_MSE)
			str_addf(&out,
				 "R2 is the share of the best constant's loss that is explained; loss: %s, %s\n\n",
				 loss_table[f->loss].name, loss_table[f->loss].doc);
		if (best->fvu_fit > EXACT_FVU && intervals_table(&best->uncertainty, best->expr.c, NULL, NULL, &out))
			str_addc(&out, '\n'); /* the equation comes last: scripts take it from there */
		if (f->pareto.grouped)
			str_add(&out,
				"R2 is against the mean of each group; parameters, and constants beside them that the "
				"groups share:\n\n");
		if (groups_text(f, best, GROUPS_SHOWN, &out))
			str_addc(&out, '\n');
		residuals_table(&best->residuals, &out);
		if (best->form >= 0 && textbook_has_shape(best->form))
			str_addf(&out, "known as %s\n", textbook_name[best->form]);
		add_functions(&out, f, &best->expr);
		constant_units_words(&(struct unit_texts){&f->names, f->unit, f->target_unit}, &best->expr, &out);
		names_quote(&out, f->names.target);
		str_add(&out, " = ");
		add_equation(&out, f, &best->expr, 0);
		if (p->has_report && !isnan(best->fvu_report)) {
			format_r2(r2, best->fvu_report);
			str_addf(&out, "R2 on report rows  %s\n", r2);
		}
		front_doubt(f, "", &out);
	}
	fputs(str_text(&out), stdout);
	str_release(&out);
}

void front_doubt(const struct front *f, const char *before, struct str *out)
{
	const struct pareto *p = &f->pareto;

	if (p->chosen >= 0 && !p->significant)
		str_addf(out,
			 "%snot significant: among as many tries, chance finds as good an equation with probability "
			 "%.2g\n",
			 before, p->chance);
	if (p->chosen >= 0 && regularity_is_singular(&p->entry[p->chosen].regularity)) {
		str_addf(out, "%snot regular: ", before);
		singularity_words(out, &p->entry[p->chosen].regularity, &f->names);
		str_addc(out, '\n');
	}
}

/* f with its answer and as many of the largest others as make `top` equations; top 0: all. */
static struct front *keep_top(const struct front *f, int top)
{
	struct front *out = xmalloc(sizeof(*out));
	struct pareto *p = &out->pareto;
	int n = 0, spare = f->pareto.n - top;

	*out = *f;
	for (int i = 0; i < f->pareto.n; i++) {
		if (top > 0 && spare > 0 && i != f->pareto.chosen) {
			spare--;
			continue;
		}
		if (i == f->pareto.chosen)
			p->chosen = n;
		p->entry[n++] = f->pareto.entry[i];
	}
	p->n = n;
	return out;
}

static void print_json(const struct front *f, int top)
{
	struct front *kept = keep_top(f, top);
	cJSON *json = front_to_json(kept);
	char *text = cJSON_Print(json);

	puts(text);
	free(text);
	free(kept);
	cJSON_Delete(json);
}

/* The columns that any equation of the front uses, as one equation for the legend. */
static struct expr all_columns(const struct front *f)
{
	struct expr out = {0};

	for (int k = 0; k < f->names.n; k++)
		for (int i = 0; i < f->pareto.n; i++)
			if (expr_uses_column(&f->pareto.entry[i].expr, k)) {
				expr_push(&out, OP_VAR, k);
				break;
			}
	return out;
}

static void print_lines(const struct front *f, enum notation format, int top)
{
	struct front *kept = keep_top(f, top);
	const struct pareto *p = &kept->pareto;
	struct expr columns = all_columns(kept);
	struct str out = {0};

	for (int i = p->n; i >= 0; i--) { /* the answer first, then the largest */
		int at = i == p->n ? p->chosen : i;

		if (at < 0 || (i < p->n && i == p->chosen))
			continue;
		print_expr(&out, &p->entry[at].expr, &f->names, format);
		str_addc(&out, '\n');
	}
	front_doubt(kept, format == NOTATION_C ? "// " : format == NOTATION_LATEX ? "% " : "# ", &out);
	print_legend(&out, &columns, &f->names, format);
	fputs(str_text(&out), stdout);
	str_release(&out);
	free(kept);
}

void front_print(const struct front *f, enum notation format, int top)
{
	if (format == NOTATION_TEXT)
		print_text(f, top);
	else if (format == NOTATION_JSON)
		print_json(f, top);
	else
		print_lines(f, format, top);
}
