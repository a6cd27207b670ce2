/* r.c — an R function of numbers or vectors. */
#include "parts.h"

static const struct operator_form forms[OP_COUNT] = {
	ARITHMETIC_FORMS,
	[OP_POW] = {"#1^#2", POWER, ATOM, ATOM},
	[OP_INV] = {"1/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"#1^2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1^3", POWER, ATOM, 0},
	[OP_MIN] = {"pmin(#1, #2)", ATOM, 0, 0},
	[OP_MAX] = {"pmax(#1, #2)", ATOM, 0, 0},
	[OP_MOD] = {"(#1 %% #2)", ATOM, ATOM, ATOM},
	[OP_STEP] = {"@step(#1)", ATOM, 0, 0},
	[OP_ERF] = {"@erf(#1)", ATOM, 0, 0},
	[OP_CBRT] = {"@cbrt(#1)", ATOM, 0, 0},
};

static const struct helper helpers[] = {
	{"step", "@step <- function(a) ifelse(is.nan(a), a, as.numeric(a >= 0))\n\n"},
	{"erf", "@erf <- function(a) sign(a)*pchisq(2*a^2, 1)\n\n"}, /* the distribution function of a square */
	{"cbrt", "@cbrt <- function(a) sign(a)*abs(a)^(1/3)\n\n"},
	{0},
};

static const char *const reserved[] = {
	"if",	 "else",	"repeat",   "while",	   "function",	    "for", "next",
	"break", "TRUE",	"FALSE",    "NULL",	   "Inf",	    "NaN", "NA",
	"in",	 "NA_integer_", "NA_real_", "NA_complex_", "NA_character_", "pi",  NULL,
};

static const struct style style = {
	.forms = forms,
	.prefix = "",
	.open = "(",
	.close = ")",
	.pi = "pi",
	.as_named = true,
};
static const struct language r = {"# ", reserved, true, &style, helpers, NULL};

void write_r(struct str *out, const struct export_source *x)
{
	struct arguments a;
	struct str body = {0};

	arguments_choose(&a, x, &r);
	print_styled(&body, x->e, &a.names, &style);
	add_heading(out, x, &a, "# ");
	str_addc(out, '\n');
	add_helpers(out, helpers, body.data, a.function);
	str_addf(out, "%s <- function(", a.function);
	add_arguments(out, &a, "");
	str_add(out, ") {\n  ");
	add_named(out, body.data, a.function);
	str_add(out, "\n}\n");
	str_release(&body);
	arguments_release(&a);
}
