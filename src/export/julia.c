/* julia.c — a Julia function of numbers; f.(a, b) applies it to arrays. */
#include "parts.h"

#include "eqrl/base/mem.h"

#include <string.h>

static const struct operator_form forms[OP_COUNT] = {
	ARITHMETIC_FORMS,
	[OP_POW] = {"#1^#2", POWER, ATOM, POWER},
	[OP_INV] = {"1.0/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"#1^2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1^3", POWER, ATOM, 0},
	[OP_STEP] = {"@step(#1)", ATOM, 0, 0},
	[OP_ERF] = {"@erf(#1)", ATOM, 0, 0},
};

static const struct helper helpers[] = {
	{"step", "@step(a) = a >= 0 ? 1.0 : a < 0 ? 0.0 : a\n\n"},
	/* Julia itself has none, but the mathematical library that it brings has */
	{"erf", "@erf(a) = ccall((:erf, Base.Math.libm), Float64, (Float64,), a)\n\n"},
	{0},
};

/* Keywords, and functions that a variable of their name would hide. */
static const char *const reserved[] = {
	"baremodule", "begin",	"break", "catch",   "const", "continue", "do",	   "else",   "elseif",
	"end",	      "export", "false", "finally", "for",   "function", "global", "if",     "import",
	"in",	      "isa",	"let",	 "local",   "macro", "module",	 "quote",  "return", "struct",
	"true",	      "try",	"using", "while",   "where", "pi",	 "NaN",	   "Base",   "Float64",
	"float",      "sqrt",	"exp",	 "log",	    "sin",   "cos",	 "tan",	   "asin",   "acos",
	"atan",	      "sinh",	"cosh",	 "tanh",    "abs",   "min",	 "max",	   "mod",    "floor",
	"round",      "sign",	"log10", "log2",    "cbrt",  "rethrow",	 NULL,
};

static const struct style style = {
	.forms = forms,
	.prefix = "",
	.open = "(",
	.close = ")",
	.pi = "pi",
	.whole = ".0",
	.as_named = true,
};
static const struct language julia = {"# ", reserved, false, &style, helpers, NULL};

/* Do any of its functions stop at numbers that they are not defined for? */
static bool may_stop(const char *body)
{
	static const char *const stopping[] = {"sqrt(", "log(", "log10(", "log2(", "^", "sin(", "cos(", "tan("};

	for (size_t i = 0; i < COUNT_OF(stopping); i++)
		if (strstr(body, stopping[i])) /* asin and acos among them */
			return true;
	return false;
}

void write_julia(struct str *out, const struct export_source *x)
{
	struct arguments a;
	struct str body = {0};
	bool caught;

	arguments_choose(&a, x, &julia);
	print_styled(&body, x->e, &a.names, &style);
	caught = may_stop(body.data);
	add_heading(out, x, &a, "# ");
	str_addc(out, '\n');
	add_helpers(out, helpers, body.data, a.function);
	str_addf(out, "function %s(", a.function);
	for (int i = 0; i < a.n; i++)
		str_addf(out, "%s%s::Real", i ? ", " : "", a.called[a.column[i]]);
	str_add(out, ")\n");
	for (int i = 0; i < a.n; i++) /* powers of integers would overflow */
		str_addf(out, "    %s = float(%s)\n", a.called[a.column[i]], a.called[a.column[i]]);
	str_add(out, caught ? "    try\n        return " : "    return ");
	add_named(out, body.data, a.function);
	str_add(out, caught ? "\n    catch problem\n        problem isa DomainError || rethrow()\n        return NaN\n"
			      "    end\nend\n"
			    : "\nend\n");
	str_release(&body);
	arguments_release(&a);
}
