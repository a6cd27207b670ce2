/* export.c — the table of formats; see export.h. */
#include "eqrl/base/mem.h"
#include "parts.h"

#include <stdio.h>
#include <zlib.h>

const struct export_format export_table[] = {
	{"python", "a function, with the standard library alone", write_python},
	{"numpy", "a function of numbers or NumPy arrays", write_numpy},
	{"c", "a function, and one with its gradient; needs math.h alone", write_c},
	{"julia", "a function of numbers", write_julia},
	{"r", "a function of numbers or vectors", write_r},
	{"matlab", "a function file for MATLAB and Octave", write_matlab},
	{"sympy", "a SymPy expression and its symbols", write_sympy},
	{"latex", "a numbered equation", write_latex},
	{"latex-table", "the whole front as a table", write_latex_table},
	{"excel", "two rows to paste: names, and a formula below them", write_excel},
	{"json", "the tree, the tokens and what is known of the columns", write_json},
	{"graphviz", "the tree as a picture for dot", write_graphviz},
};
const int export_rows = (int)COUNT_OF(export_table);

void export_equation(struct str *out, const struct export_source *x)
{
	names_quote(out, x->names->target);
	str_add(out, " = ");
	print_expr(out, x->e, x->names, NOTATION_TEXT);
}

void export_checksum(char out[9], const struct export_source *x)
{
	struct str text = {0};

	export_equation(&text, x);
	snprintf(out, 9, "%08lx", crc32(0, (const unsigned char *)text.data, (unsigned)text.len));
	str_release(&text);
}
