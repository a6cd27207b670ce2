/* sympy.c — a SymPy expression in symbols that are called as the columns. */
#include "parts.h"

static const struct operator_form forms[OP_COUNT] = {
	[OP_ADD] = {"#1 + #2", SUM, SUM, PRODUCT},
	[OP_SUB] = {"#1 - #2", SUM, SUM, PRODUCT},
	[OP_MUL] = {"#1*#2", PRODUCT, PRODUCT, POWER},
	[OP_DIV] = {"#1/#2", PRODUCT, PRODUCT, POWER},
	[OP_NEG] = {"-#1", SIGN, POWER, 0},
	[OP_POW] = {"#1**#2", POWER, ATOM, POWER},
	[OP_INV] = {"1/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"#1**2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1**3", POWER, ATOM, 0},
	[OP_ABS] = {"sp.Abs(#1)", ATOM, 0, 0},
	[OP_MIN] = {"sp.Min(#1, #2)", ATOM, 0, 0},
	[OP_MAX] = {"sp.Max(#1, #2)", ATOM, 0, 0},
	[OP_MOD] = {"sp.Mod(#1, #2)", ATOM, 0, 0},
	/* ties to even, which SymPy has no function for */
	[OP_ROUND] = {"(sp.floor(#1/2 + sp.Rational(1, 4)) + sp.ceiling(#1/2 - sp.Rational(1, 4)))", ATOM, ATOM, 0},
	[OP_STEP] = {"sp.Heaviside(#1, 1)", ATOM, 0, 0},
	[OP_LOG10] = {"sp.log(#1, 10)", ATOM, 0, 0},
	[OP_LOG2] = {"sp.log(#1, 2)", ATOM, 0, 0},
	[OP_CBRT] = {"(sp.sign(#1)*sp.Abs(#1)**sp.Rational(1, 3))", ATOM, 0, 0}, /* cbrt is complex below 0 */
};

static const struct style style = {
	.forms = forms,
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
