/* matlab.c — a function file for MATLAB and Octave, of numbers or arrays.
 *
 * MATLAB goes on with complex numbers where real functions end, leaves NaN out of minima, rounds ties away from zero and
 * rounds remainders: hence the helpers. */
#include "parts.h"

static const struct operator_form forms[OP_COUNT] = {
	[OP_ADD] = {"#1 + #2", SUM, SUM, PRODUCT},	[OP_SUB] = {"#1 - #2", SUM, SUM, PRODUCT},
	[OP_MUL] = {"#1.*#2", PRODUCT, PRODUCT, POWER}, [OP_DIV] = {"#1./#2", PRODUCT, PRODUCT, POWER},
	[OP_POW] = {"@real(#1.^#2)", ATOM, ATOM, ATOM}, [OP_NEG] = {"-#1", SIGN, POWER, 0},
	[OP_INV] = {"1./#1", PRODUCT, POWER, 0},	[OP_SQUARE] = {"#1.^2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1.^3", POWER, ATOM, 0},		[OP_SQRT] = {"@real(sqrt(#1))", ATOM, 0, 0},
	[OP_LOG] = {"@real(log(#1))", ATOM, 0, 0},	[OP_LOG10] = {"@real(log10(#1))", ATOM, 0, 0},
	[OP_LOG2] = {"@real(log2(#1))", ATOM, 0, 0},	[OP_ASIN] = {"@real(asin(#1))", ATOM, 0, 0},
	[OP_ACOS] = {"@real(acos(#1))", ATOM, 0, 0},	[OP_MIN] = {"@min(#1, #2)", ATOM, 0, 0},
	[OP_MAX] = {"@max(#1, #2)", ATOM, 0, 0},	[OP_MOD] = {"@mod(#1, #2)", ATOM, 0, 0},
	[OP_ROUND] = {"@round(#1)", ATOM, 0, 0},	[OP_STEP] = {"@step(#1)", ATOM, 0, 0},
	[OP_CBRT] = {"nthroot(#1, 3)", ATOM, 0, 0},
};

static const struct helper helpers[] = {
	{"real", "\nfunction z = @real(z)\n"
		 "  % What is not real has no value.\n"
		 "  none = imag(z) ~= 0;\n"
		 "  z = real(z);\n"
		 "  z(none) = NaN;\n"
		 "end\n"},
	{"min", "\nfunction m = @min(a, b)\n  m = min(a, b);\n  m(isnan(a) | isnan(b)) = NaN;\nend\n"},
	{"max", "\nfunction m = @max(a, b)\n  m = max(a, b);\n  m(isnan(a) | isnan(b)) = NaN;\nend\n"},
	{"round", "\nfunction r = @round(a)\n"
		  "  % Ties go to the even neighbour.\n"
		  "  r = round(a);\n"
		  "  tie = abs(a - fix(a)) == 0.5;\n"
		  "  r(tie) = 2*round(a(tie)/2);\n"
		  "end\n"},
	{"step", "\nfunction s = @step(a)\n  s = double(a >= 0);\n  s(isnan(a)) = NaN;\nend\n"},
	/* long division in base two: every difference is exact, because d is at most r and more than half of it */
	{"mod", "\nfunction r = @mod(a, b)\n"
		"  % The remainder with the sign of b, exactly; mod itself rounds the quotient.\n"
		"  a = a + zeros(size(b));\n"
		"  b = b + zeros(size(a));\n"
		"  r = abs(a);\n"
		"  m = abs(b);\n"
		"  r(isinf(a) | m == 0 | isnan(m)) = NaN;\n"
		"  left = find(r >= m);\n"
		"  while ~isempty(left)\n"
		"    d = m(left).*2.^min(floor(log2(r(left)) - log2(m(left))), 1000);\n"
		"    d(d > r(left)) = d(d > r(left))/2;\n"
		"    d(2*d <= r(left)) = 2*d(2*d <= r(left));\n"
		"    r(left) = r(left) - d;\n"
		"    left = left(r(left) >= m(left));\n"
		"  end\n"
		"  r = r.*sign(a);\n"
		"  other = r ~= 0 & (r < 0) ~= (b < 0);\n"
		"  r(other) = r(other) + b(other);\n"
		"end\n"},
	{0},
};

/* Keywords of both, and functions that a variable of their name would hide. */
static const char *const reserved[] = {
	"break",      "case",	"catch",    "classdef", "continue",    "else",	    "elseif",
	"end",	      "for",	"function", "global",	"if",	       "otherwise", "parfor",
	"persistent", "return", "spmd",	    "switch",	"try",	       "while",	    "do",
	"until",      "endif",	"endwhile", "endfor",	"endfunction", "endswitch", "unwind_protect",
	"pi",	      "NaN",	"sqrt",	    "exp",	"log",	       "sin",	    "cos",
	"tan",	      "asin",	"acos",	    "atan",	"sinh",	       "cosh",	    "tanh",
	"abs",	      "min",	"max",	    "floor",	"round",       "sign",	    "erf",
	"log10",      "log2",	"nthroot",  NULL,
};

static const struct style style = {
	.forms = forms,
	.prefix = "",
	.open = "(",
	.close = ")",
	.pi = "pi",
	.as_named = true,
};
static const struct language matlab = {"% ", reserved, true, &style, helpers, NULL};

void write_matlab(struct str *out, const struct export_source *x)
{
	struct arguments a;
	struct str body = {0};

	arguments_choose(&a, x, &matlab);
	print_styled(&body, x->e, &a.names, &style);
	str_addf(out, "function %s_value = %s(", a.function, a.function);
	add_arguments(out, &a, "");
	str_add(out, ")\n");
	add_heading(out, x, &a, "  % ");
	str_addf(out, "  %s_value = ", a.function);
	add_named(out, body.data, a.function);
	str_add(out, ";\nend\n");
	add_helpers(out, helpers, body.data, a.function);
	str_release(&body);
	arguments_release(&a);
}
