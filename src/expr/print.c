/* print.c — one walk for all notations, steered by tables of forms.
 *
 * A form is the text of an operator with #1 and #2 for its operands, its precedence (as in ops.def:
 * 1 sum, 2 product, 3 sign, 4 power, 5 atom) and the least precedence that an operand may have
 * without parentheses; 0 where the form encloses it. Operators without a row are functions by name.
 */
#include "eqrl/base/error.h"
#include "notation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SUM = 1, PRODUCT, SIGN, POWER, ATOM };

struct written_form {
	const char *text;
	int precedence, left, right;
};

struct printer {
	struct str *out;
	const struct expr *e;
	const struct names *names;
	const struct style *style;
	enum notation notation;
	struct print_options options;
};

struct style {
	const struct written_form *forms; /* [OP_COUNT] */
	const char *prefix;		  /* before the name of a function */
	const char *open, *close;	  /* parentheses */
	const char *pi;
	const char *const *reserved; /* words that names must avoid; NULL: names are not identifiers */
	bool points;		     /* integers and whole constants need a decimal point */
};

/* ---- tables ---- */

static const struct written_form text_forms[OP_COUNT] = {
	[OP_ADD] = {"#1 + #2", SUM, SUM, PRODUCT},
	[OP_SUB] = {"#1 - #2", SUM, SUM, PRODUCT},
	[OP_MUL] = {"#1*#2", PRODUCT, PRODUCT, POWER},
	[OP_DIV] = {"#1/#2", PRODUCT, PRODUCT, POWER},
	[OP_NEG] = {"-#1", SIGN, POWER, 0},
	[OP_POW] = {"#1^#2", POWER, ATOM, POWER},
	[OP_SQUARE] = {"#1^2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1^3", POWER, ATOM, 0},
};

static const struct written_form latex_forms[OP_COUNT] = {
	[OP_ADD] = {"#1 + #2", SUM, SUM, SUM},
	[OP_SUB] = {"#1 - #2", SUM, SUM, PRODUCT},
	[OP_MUL] = {"#1 \\, #2", PRODUCT, PRODUCT, PRODUCT},
	[OP_DIV] = {"\\frac{#1}{#2}", POWER, 0, 0},
	[OP_NEG] = {"-#1", SIGN, PRODUCT, 0},
	[OP_POW] = {"#1^{#2}", POWER, ATOM, 0},
	[OP_INV] = {"\\frac{1}{#1}", POWER, 0, 0},
	[OP_SQUARE] = {"#1^{2}", POWER, ATOM, 0},
	[OP_CUBE] = {"#1^{3}", POWER, ATOM, 0},
	[OP_SQRT] = {"\\sqrt{#1}", ATOM, 0, 0},
	[OP_EXP] = {"e^{#1}", POWER, 0, 0},
	[OP_ASIN] = {"\\arcsin\\left(#1\\right)", ATOM, 0, 0},
	[OP_ACOS] = {"\\arccos\\left(#1\\right)", ATOM, 0, 0},
	[OP_ATAN] = {"\\arctan\\left(#1\\right)", ATOM, 0, 0},
	[OP_ABS] = {"\\left|#1\\right|", ATOM, 0, 0},
	[OP_MOD] = {"\\left(#1 \\bmod #2\\right)", ATOM, POWER, POWER},
	[OP_FLOOR] = {"\\left\\lfloor #1 \\right\\rfloor", ATOM, 0, 0},
	[OP_ROUND] = {"\\left\\lfloor #1 \\right\\rceil", ATOM, 0, 0},
	[OP_SIGN] = {"\\operatorname{sgn}\\left(#1\\right)", ATOM, 0, 0},
	[OP_STEP] = {"\\mathbf{1}_{#1 \\geq 0}", ATOM, SUM, 0},
	[OP_ERF] = {"\\operatorname{erf}\\left(#1\\right)", ATOM, 0, 0},
	[OP_LOG10] = {"\\log_{10}\\left(#1\\right)", ATOM, 0, 0},
	[OP_LOG2] = {"\\log_{2}\\left(#1\\right)", ATOM, 0, 0},
	[OP_CBRT] = {"\\sqrt[3]{#1}", ATOM, 0, 0},
};

static const struct written_form sympy_forms[OP_COUNT] = {
	[OP_ADD] = {"#1 + #2", SUM, SUM, PRODUCT},
	[OP_SUB] = {"#1 - #2", SUM, SUM, PRODUCT},
	[OP_MUL] = {"#1*#2", PRODUCT, PRODUCT, POWER},
	[OP_DIV] = {"#1/#2", PRODUCT, PRODUCT, POWER},
	[OP_NEG] = {"-#1", SIGN, POWER, 0},
	[OP_POW] = {"#1**#2", POWER, ATOM, POWER},
	[OP_INV] = {"1/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"#1**2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1**3", POWER, ATOM, 0},
	[OP_ABS] = {"Abs(#1)", ATOM, 0, 0},
	[OP_MIN] = {"Min(#1, #2)", ATOM, 0, 0},
	[OP_MAX] = {"Max(#1, #2)", ATOM, 0, 0},
	[OP_MOD] = {"Mod(#1, #2)", ATOM, 0, 0},
	/* ties to even, which SymPy has no function for */
	[OP_ROUND] = {"(floor(#1/2 + Rational(1, 4)) + ceiling(#1/2 - Rational(1, 4)))", ATOM, ATOM, 0},
	[OP_STEP] = {"Heaviside(#1, 1)", ATOM, 0, 0},
	[OP_LOG10] = {"log(#1, 10)", ATOM, 0, 0},
	[OP_LOG2] = {"log(#1, 2)", ATOM, 0, 0},
	[OP_CBRT] = {"(sign(#1)*Abs(#1)**Rational(1, 3))", ATOM, 0, 0}, /* cbrt is complex below 0 */
};

static const struct written_form python_forms[OP_COUNT] = {
	[OP_ADD] = {"#1 + #2", SUM, SUM, PRODUCT},
	[OP_SUB] = {"#1 - #2", SUM, SUM, PRODUCT},
	[OP_MUL] = {"#1*#2", PRODUCT, PRODUCT, POWER},
	[OP_DIV] = {"#1/#2", PRODUCT, PRODUCT, POWER},
	[OP_NEG] = {"-#1", SIGN, POWER, 0},
	/* not **: Python makes complex numbers of negative bases, and integers of integers */
	[OP_POW] = {"np.float_power(#1, #2)", ATOM, 0, 0},
	[OP_INV] = {"1/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"#1**2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1**3", POWER, ATOM, 0},
	[OP_ASIN] = {"np.arcsin(#1)", ATOM, 0, 0},
	[OP_ACOS] = {"np.arccos(#1)", ATOM, 0, 0},
	[OP_ATAN] = {"np.arctan(#1)", ATOM, 0, 0},
	[OP_MIN] = {"np.minimum(#1, #2)", ATOM, 0, 0},
	[OP_MAX] = {"np.maximum(#1, #2)", ATOM, 0, 0},
	[OP_STEP] = {"np.heaviside(#1, 1.0)", ATOM, 0, 0},
	[OP_ERF] = {"np.vectorize(math.erf, otypes=[float])(#1)", ATOM, 0, 0}, /* NumPy has none */
};

static const struct written_form c_forms[OP_COUNT] = {
	[OP_ADD] = {"#1 + #2", SUM, SUM, PRODUCT},
	[OP_SUB] = {"#1 - #2", SUM, SUM, PRODUCT},
	[OP_MUL] = {"#1*#2", PRODUCT, PRODUCT, POWER},
	[OP_DIV] = {"#1/#2", PRODUCT, PRODUCT, POWER},
	[OP_NEG] = {"-#1", SIGN, POWER, 0},
	[OP_INV] = {"1.0/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"pow(#1, 2.0)", ATOM, 0, 0},
	[OP_CUBE] = {"pow(#1, 3.0)", ATOM, 0, 0},
	[OP_ABS] = {"fabs(#1)", ATOM, 0, 0},
	/* fmin and fmax would hide a NaN */
	[OP_MIN] = {"(#1 < #2 || isnan(#1) ? #1 : #2)", ATOM, ATOM, ATOM},
	[OP_MAX] = {"(#1 > #2 || isnan(#1) ? #1 : #2)", ATOM, ATOM, ATOM},
	/* fmod has the sign of the first operand */
	[OP_MOD] = {"(fmod(#1, #2) != 0.0 && (fmod(#1, #2) < 0.0) != (#2 < 0.0) ? fmod(#1, #2) + #2 : fmod(#1, #2))",
		    ATOM, ATOM, ATOM},
	[OP_ROUND] = {"nearbyint(#1)", ATOM, 0, 0},
	[OP_SIGN] = {"(#1 > 0.0 ? 1.0 : #1 < 0.0 ? -1.0 : #1)", ATOM, ATOM, 0},
	[OP_STEP] = {"(#1 >= 0.0 ? 1.0 : #1 < 0.0 ? 0.0 : #1)", ATOM, ATOM, 0},
};

static const struct written_form variable_square = {"#1*#1", PRODUCT, ATOM, 0};
static const struct written_form variable_cube = {"#1*#1*#1", PRODUCT, ATOM, 0};
static const struct written_form text_pow = {"pow(#1, #2)", ATOM, 0, 0};
static const struct written_form latex_dot = {"#1 \\cdot #2", PRODUCT, PRODUCT, PRODUCT};

static const struct style styles[NOTATION_COUNT] = {
	[NOTATION_TEXT] = {text_forms, "", "(", ")", "pi", NULL, true},
	[NOTATION_LATEX] = {latex_forms, "\\", "\\left(", "\\right)", "\\pi", NULL, false},
	[NOTATION_SYMPY] = {sympy_forms, "", "(", ")", "pi", reserved_sympy, true},
	[NOTATION_PYTHON] = {python_forms, "np.", "(", ")", "np.pi", reserved_python, true},
	[NOTATION_C] = {c_forms, "", "(", ")", "3.141592653589793", reserved_c, true},
};

const char *const notation_name[NOTATION_COUNT] = {
	[NOTATION_TEXT] = "text",     [NOTATION_LATEX] = "latex", [NOTATION_SYMPY] = "sympy",
	[NOTATION_PYTHON] = "python", [NOTATION_C] = "c",	  [NOTATION_JSON] = "json",
};

int notation_find(const char *name)
{
	for (int i = 0; i < NOTATION_COUNT; i++)
		if (strcmp(notation_name[i], name) == 0)
			return i;
	return -1;
}

/* ---- leaves: each returns its precedence ---- */

static int print_integer(const struct printer *p, int k)
{
	str_addf(p->out, p->notation == NOTATION_C ? "%d.0" : "%d", k);
	return ATOM;
}

static int print_constant(const struct printer *p, double v)
{
	char text[40];

	if (p->options.digits > 0)
		snprintf(text, sizeof(text), "%.*g", p->options.digits < 17 ? p->options.digits : 17, v);
	else
		str_double(text, v);
	if (p->notation == NOTATION_LATEX) {
		bool power = latex_number(p->out, text);

		return signbit(v) ? SIGN : power ? PRODUCT : ATOM;
	}
	str_add(p->out, text);
	/* "3" would read back as an integer node, and is an int in C */
	if (strspn(text, "-0123456789") == strlen(text) &&
	    (p->notation == NOTATION_C || (p->style->points && v >= 1 && v <= 10)))
		str_add(p->out, ".0");
	return signbit(v) ? SIGN : ATOM;
}

static int print_column(const struct printer *p, int column)
{
	struct str name = {0};

	if (p->style->reserved) {
		names_identifier(p->out, p->names, column, p->style->reserved);
		return ATOM;
	}
	names_plain(&name, p->names, column);
	if (p->notation == NOTATION_LATEX)
		latex_name(p->out, name.data);
	else
		names_quote(p->out, str_text(&name));
	str_release(&name);
	return ATOM;
}

static int print_leaf(const struct printer *p, struct node a)
{
	switch (a.op) {
	case OP_INT:
		return print_integer(p, a.arg);
	case OP_PI:
		str_add(p->out, p->style->pi);
		if (p->notation == NOTATION_TEXT && p->names && names_find(p->names, "pi", 2) >= 0)
			str_add(p->out, "()"); /* the word alone is that column */
		return ATOM;
	case OP_VAR:
		return print_column(p, a.arg);
	case OP_CONST:
		if (p->options.placeholders) {
			str_addc(p->out, '?');
			return ATOM;
		}
		/* fall through */
	case OP_FIXED:
		return print_constant(p, p->e->c[a.arg]);
	default:
		BUG("'%s' is no leaf", op_info[a.op].name);
	}
}

/* ---- operators ---- */

static bool is_number(const struct printer *p, int i)
{
	switch (p->e->node[i].op) {
	case OP_INT:
	case OP_FIXED:
		return true;
	case OP_CONST:
		return !p->options.placeholders;
	default:
		return false;
	}
}

/* The node whose text comes first in the text of the subtree at i. */
static int first_printed(const struct printer *p, int i)
{
	while (p->e->node[i].op == OP_ADD || p->e->node[i].op == OP_SUB || p->e->node[i].op == OP_MUL ||
	       (p->e->node[i].op == OP_DIV && p->notation != NOTATION_LATEX))
		i++;
	return i;
}

static bool starts_with_minus(const struct printer *p, int i)
{
	struct node a = p->e->node[first_printed(p, i)];

	if (a.op == OP_NEG)
		return true;
	return is_number(p, first_printed(p, i)) && a.op != OP_INT && signbit(p->e->c[a.arg]);
}

static struct written_form form_of(const struct printer *p, int i)
{
	const struct expr *e = p->e;
	enum op op = e->node[i].op;
	int second = node_arity(e->node[i]) == 2 ? expr_end(e, i + 1) : i;

	/* x^2 reads back as SQUARE */
	if (p->notation == NOTATION_TEXT && op == OP_POW && e->node[second].op == OP_INT &&
	    (e->node[second].arg == 2 || e->node[second].arg == 3))
		return text_pow;
	if (p->notation == NOTATION_C && e->node[i + 1].op == OP_VAR) {
		if (op == OP_SQUARE)
			return variable_square;
		if (op == OP_CUBE)
			return variable_cube;
	}
	if (p->notation == NOTATION_LATEX && op == OP_MUL && is_number(p, first_printed(p, second)))
		return latex_dot;
	return p->style->forms[op];
}

static int print_node(const struct printer *p, int i);

/* Text of the subtree at i, in parentheses if its precedence is below least. */
static void print_operand(const struct printer *p, int i, int least, bool enclose)
{
	struct str inner = {0};
	struct printer q = *p;

	q.out = &inner;
	enclose |= print_node(&q, i) < least;
	str_add(p->out, enclose ? p->style->open : "");
	str_addn(p->out, str_text(&inner), inner.len);
	str_add(p->out, enclose ? p->style->close : "");
	str_release(&inner);
}

static int print_form(const struct printer *p, int i)
{
	struct written_form f = form_of(p, i);

	for (const char *t = f.text; *t; t++) {
		if (*t != '#') {
			str_addc(p->out, *t);
		} else if (*++t == '1') {
			/* -(2) is a sign before a literal, -2 a literal */
			bool sign = p->e->node[i].op == OP_NEG && is_number(p, i + 1);

			print_operand(p, i + 1, f.left, sign);
		} else {
			int second = expr_end(p->e, i + 1);

			print_operand(p, second, f.right, f.right > 0 && starts_with_minus(p, second));
		}
	}
	return f.precedence;
}

static int print_function(const struct printer *p, int i)
{
	struct node a = p->e->node[i++];
	const char *comma = "";

	str_add(p->out, p->style->prefix);
	str_add(p->out, op_info[a.op].name);
	str_add(p->out, p->style->open);
	for (int k = node_arity(a); k > 0; k--) {
		str_add(p->out, comma);
		print_operand(p, i, 0, false);
		i = expr_end(p->e, i);
		comma = ", ";
	}
	str_add(p->out, p->style->close);
	return ATOM;
}

/* Returns the precedence of what was printed. */
static int print_node(const struct printer *p, int i)
{
	struct node a = p->e->node[i];

	if (a.op >= OP_COUNT)
		return print_leaf(p, a);
	return form_of(p, i).text ? print_form(p, i) : print_function(p, i);
}

void print_expr_with(struct str *out, const struct expr *e, const struct names *names, enum notation notation,
		     const struct print_options *options)
{
	struct printer p = {.out = out, .names = names, .style = &styles[notation], .notation = notation};
	struct expr readable;

	if (notation == NOTATION_JSON) {
		print_json(out, e, names);
		return;
	}
	if (options)
		p.options = *options;
	readable = expr_readable(e, p.options.placeholders);
	p.e = &readable;
	if (e->n > 0)
		print_node(&p, 0);
}

void print_expr(struct str *out, const struct expr *e, const struct names *names, enum notation notation)
{
	print_expr_with(out, e, names, notation, NULL);
}

void print_legend(struct str *out, const struct expr *e, const struct names *names, enum notation notation)
{
	bool c = notation == NOTATION_C;

	for (int k = 0; names && styles[notation].reserved && k < expr_columns(e); k++) {
		struct str identifier = {0}, name = {0};

		names_identifier(&identifier, names, k, styles[notation].reserved);
		names_quote(&name, names->column[k]);
		if (expr_uses_column(e, k) && strcmp(identifier.data, names->column[k]) != 0) {
			str_addf(out, "%s%s is the column ", c ? "/* " : "# ", identifier.data);
			add_comment(out, name.data);
			str_add(out, c ? " */\n" : "\n");
		}
		str_release(&identifier);
		str_release(&name);
	}
}
