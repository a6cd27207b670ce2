/* latex.c — an equation and a front for papers; both want the package amsmath. */
#include "parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void write_latex(struct str *out, const struct export_source *x)
{
	add_heading(out, x, NULL, "% ");
	str_add(out, "\\begin{equation}\n  ");
	latex_name(out, x->names->target);
	str_add(out, " = ");
	print_expr(out, x->e, x->names, NOTATION_LATEX);
	str_add(out, "\n\\end{equation}\n");
}

/* R² as the program prints it, "1 - 3.1 \times 10^{-12}" where six digits would be all nines. */
static void add_r2(struct str *out, double fvu)
{
	char text[32];

	if (!isfinite(fvu)) {
		str_add(out, "--");
		return;
	}
	if (fvu <= 0 || fvu >= 1e-5) {
		str_addf(out, "$%.6f$", 1 - fvu);
		return;
	}
	snprintf(text, sizeof(text), "%.1e", fvu);
	str_addf(out, "$1 - %.3s \\times 10^{%d}$", text, atoi(text + 4));
}

static void add_line(struct str *out, const struct export_source *x, const struct export_line *l)
{
	str_addf(out, "%s %d & ", l->chosen ? "$*$" : "   ", l->size);
	add_r2(out, l->fvu);
	str_add(out, " & ");
	add_r2(out, l->fvu_cv);
	str_add(out, " & $");
	print_expr_with(out, l->e, x->names, NOTATION_LATEX, &(struct print_options){.digits = 8});
	str_add(out, "$ \\\\\n");
}

void write_latex_table(struct str *out, const struct export_source *x)
{
	const struct export_line alone = {x->e, expr_size(x->e), NAN, NAN, true};

	add_heading(out, x, NULL, "% ");
	str_add(out, "% The choice is marked; constants have eight digits at most here.\n"
		     "\\begin{tabular}{rccl}\n\\hline\n"
		     "size & $R^2$ & $R^2$, cross-validated & $");
	latex_name(out, x->names->target);
	str_add(out, "$ \\\\\n\\hline\n");
	for (int i = 0; i < x->n_lines; i++)
		add_line(out, x, &x->line[i]);
	if (x->n_lines == 0)
		add_line(out, x, &alone);
	str_add(out, "\\hline\n\\end{tabular}\n");
}
