/* sympy.c — a SymPy expression in symbols that are called as the columns. */
#include "parts.h"

static const struct style style = {
	.forms = sympy_forms,
	.prefix = "sp.",
	.open = "(",
	.close = ")",
	.pi = "sp.pi",
	.points = true,
	.as_named = true,
};
static const struct language sympy = {"# ", reserved_python, false, &style, NULL, NULL};

void write_sympy(struct str *out, const struct export_source *x)
{
	struct arguments a;

	arguments_choose(&a, x, &sympy);
	add_heading(out, x, &a, "# ");
	str_add(out, "import sympy as sp\n\n");
	for (int i = 0; i < a.n; i++) {
		str_addf(out, "%s = sp.Symbol(", a.called[a.column[i]]);
		add_quoted(out, x->names->column[a.column[i]]);
		str_add(out, ", real=True)\n");
	}
	str_addf(out, "%s%s = ", a.n ? "\n" : "", a.function);
	print_styled(out, x->e, &a.names, &style);
	str_addc(out, '\n');
	arguments_release(&a);
}
