/* c.c — C functions: the value, and the value with its gradient. */
#include "parts.h"

static const struct operator_form forms[OP_COUNT] = {
	C_FORMS,
	[OP_MIN] = {"@min(#1, #2)", ATOM, 0, 0}, /* fmin and fmax would hide a NaN */
	[OP_MAX] = {"@max(#1, #2)", ATOM, 0, 0},
	[OP_MOD] = {"@mod(#1, #2)", ATOM, 0, 0},
	[OP_SIGN] = {"@sign(#1)", ATOM, 0, 0},
	[OP_STEP] = {"@step(#1)", ATOM, 0, 0},
};

static const struct helper helpers[] = {
	{"min", "static double @min(double a, double b)\n{\n\treturn a < b || a != a ? a : b;\n}\n\n"},
	{"max", "static double @max(double a, double b)\n{\n\treturn a > b || a != a ? a : b;\n}\n\n"},
	{"mod", "/* a modulo b, with the sign of b */\nstatic double @mod(double a, double b)\n{\n"
		"\tdouble r = fmod(a, b);\n\n\treturn r != 0.0 && (r < 0.0) != (b < 0.0) ? r + b : r;\n}\n\n"},
	{"sign", "static double @sign(double a)\n{\n\treturn a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a;\n}\n\n"},
	{"step", "static double @step(double a)\n{\n\treturn a >= 0.0 ? 1.0 : a < 0.0 ? 0.0 : a;\n}\n\n"},
	{0},
};

/* More of math.h, and of what every program has. */
static const char *const declared[] = {
	"main",	  "j0",	   "j1",    "jn",	   "y0",	"y1",	 "yn",	   "gamma",   "lgamma",
	"tgamma", "hypot", "exp2",  "expm1",	   "log1p",	"logb",	 "erfc",   "ceil",    "trunc",
	"round",  "rint",  "drem",  "significand", "atan2",	"asinh", "acosh",  "atanh",   "abs",
	"fmin",	  "fmax",  "fma",   "fdim",	   "remainder", "scalb", "ldexp",  "frexp",   "modf",
	"nan",	  "exp10", "pow10", "sincos",	   "isinf",	"isnan", "finite", "signgam", NULL,
};

static const struct style style = {
	.forms = forms,
	.prefix = "",
	.open = "(",
	.close = ")",
	.pi = "3.141592653589793",
	.whole = ".0",
	.as_named = true,
	.multiply = true,
};
const struct language language_c = {" * ", reserved_c, false, &style, helpers, declared};

void write_c(struct str *out, const struct export_source *x)
{
	struct arguments a;
	struct str body = {0}, gradient = {0};

	arguments_choose(&a, x, &language_c);
	print_styled(&body, x->e, &a.names, &style);
	add_c_gradient(&gradient, x, &a);
	str_add(out, "/*\n");
	add_heading(out, x, &a, " * ");
	str_add(out, " */\n#include <math.h>\n\n");
	add_helpers(out, helpers, body.data, a.function);
	str_addf(out, "double %s(", a.function);
	add_arguments(out, &a, "double ");
	str_add(out, a.n ? ")\n{\n\treturn " : "void)\n{\n\treturn ");
	add_named(out, body.data, a.function);
	str_add(out, ";\n}\n");
	if (a.n) {
		str_addf(out,
			 "\n/* The same value; gradient[i] becomes its derivative with respect to argument i, from 0. "
			 "*/\n"
			 "double %s_gradient(",
			 a.function);
		add_arguments(out, &a, "double ");
		str_addf(out, ", double gradient[%d])\n{\n", a.n);
		add_named(out, gradient.data, a.function);
		str_add(out, "}\n");
	}
	str_release(&body);
	str_release(&gradient);
	arguments_release(&a);
}
