/* excel.c — two lines to paste into a spreadsheet at A1: names, and a formula that refers to the cells beside it.
 *
 * Excel binds a minus tighter than a power, groups powers from the left, and reads 15 digits of a number. It has errors in
 * place of infinities, and MOD rounds the quotient. Fields are divided by tabs, since that is what pasting takes. */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

static const struct operator_form forms[OP_COUNT] = {
	[OP_ADD] = {"#1+#2", SUM, SUM, PRODUCT},
	[OP_SUB] = {"#1-#2", SUM, SUM, PRODUCT},
	[OP_MUL] = {"#1*#2", PRODUCT, PRODUCT, POWER},
	[OP_DIV] = {"#1/#2", PRODUCT, PRODUCT, POWER},
	[OP_POW] = {"#1^#2", POWER, ATOM, ATOM},
	[OP_NEG] = {"-#1", SIGN, ATOM, 0},
	[OP_INV] = {"1/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"#1^2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1^3", POWER, ATOM, 0},
	[OP_SQRT] = {"SQRT(#1)", ATOM, 0, 0},
	[OP_EXP] = {"EXP(#1)", ATOM, 0, 0},
	[OP_LOG] = {"LN(#1)", ATOM, 0, 0},
	[OP_SIN] = {"SIN(#1)", ATOM, 0, 0},
	[OP_COS] = {"COS(#1)", ATOM, 0, 0},
	[OP_TAN] = {"TAN(#1)", ATOM, 0, 0},
	[OP_ASIN] = {"ASIN(#1)", ATOM, 0, 0},
	[OP_ACOS] = {"ACOS(#1)", ATOM, 0, 0},
	[OP_ATAN] = {"ATAN(#1)", ATOM, 0, 0},
	[OP_SINH] = {"SINH(#1)", ATOM, 0, 0},
	[OP_COSH] = {"COSH(#1)", ATOM, 0, 0},
	[OP_TANH] = {"TANH(#1)", ATOM, 0, 0},
	[OP_ABS] = {"ABS(#1)", ATOM, 0, 0},
	[OP_MIN] = {"MIN(#1,#2)", ATOM, 0, 0},
	[OP_MAX] = {"MAX(#1,#2)", ATOM, 0, 0},
	[OP_MOD] = {"MOD(#1,#2)", ATOM, 0, 0},
	[OP_FLOOR] = {"INT(#1)", ATOM, 0, 0},
	/* ties to even, where ROUND takes them away from zero */
	[OP_ROUND] = {"(INT(#1/2+0.25)-INT(0.25-#1/2))", ATOM, ATOM, 0},
	[OP_SIGN] = {"SIGN(#1)", ATOM, 0, 0},
	[OP_STEP] = {"IF(#1>=0,1,0)", ATOM, SUM, 0},
	[OP_ERF] = {"ERF(#1)", ATOM, 0, 0},
	[OP_LOG10] = {"LOG10(#1)", ATOM, 0, 0},
	[OP_LOG2] = {"LOG(#1,2)", ATOM, 0, 0},
	[OP_CBRT] = {"(SIGN(#1)*ABS(#1)^(1/3))", ATOM, 0, 0},
};

static const struct style style = {
	.forms = forms,
	.prefix = "",
	.open = "(",
	.close = ")",
	.pi = "PI()",
	.as_named = true,
};

/* "A", …, "Z", "AA" … of column i from 0. */
static void add_letters(struct str *out, int i)
{
	if (i >= 26)
		add_letters(out, i / 26 - 1);
	str_addc(out, (char)('A' + i % 26));
}

/* A text that is no formula and has no tab. */
static void add_cell(struct str *out, const char *text)
{
	if (*text && strchr("=+-@'", *text))
		str_addc(out, '\'');
	add_comment(out, text);
}

void write_excel(struct str *out, const struct export_source *x)
{
	static const struct language plain = {"", NULL, false, &style, NULL, NULL};
	struct arguments a;
	struct str heading = {0};
	char *line, *rest;

	arguments_choose(&a, x, &plain);
	for (int i = 0; i < a.n; i++) {
		struct str cell = {0};

		add_letters(&cell, i);
		str_addc(&cell, '2');
		free((char *)a.called[a.column[i]]);
		a.called[a.column[i]] = cell.data;
		add_cell(out, x->names->column[a.column[i]]);
		str_addc(out, '\t');
	}
	add_cell(out, x->names->target);
	add_heading(&heading, x, NULL, "");
	rest = heading.data;
	while ((line = strsep(&rest, "\n")) && *line) { /* in one line, behind what is computed */
		str_addc(out, '\t');
		add_cell(out, line + strspn(line, " "));
	}
	str_addc(out, '\n');
	for (int i = 0; i < a.n; i++)
		str_addc(out, '\t');
	str_addc(out, '=');
	print_styled(out, x->e, &a.names, &style);
	str_addc(out, '\n');
	str_release(&heading);
	arguments_release(&a);
}
