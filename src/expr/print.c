/* print.c — one walk for all notations, steered by the tables of print_style.c. */
#include "eqrl/base/error.h"
#include "notation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct printer {
	struct str *out;
	const struct expr *e;
	const struct names *names;
	const struct style *style;
	enum notation notation;
	struct print_options options;
	bool careful; /* an infinity in here could become a number again */
};

static const struct operator_form variable_square = {"#1*#1", PRODUCT, ATOM, 0};
static const struct operator_form variable_cube = {"#1*#1*#1", PRODUCT, ATOM, 0};
static const struct operator_form text_pow = {"pow(#1, #2)", ATOM, 0, 0};

/* ---- leaves: each returns its precedence ---- */

static int print_integer(const struct printer *p, int k)
{
	char text[16];

	snprintf(text, sizeof(text), "%d%s", k, p->style->whole ? p->style->whole : "");
	if (p->style->number)
		p->style->number(p->out, text);
	else
		str_add(p->out, text);
	return ATOM;
}

static int print_constant(const struct printer *p, double v)
{
	char text[40];

	if (p->options.digits > 0)
		snprintf(text, sizeof(text), "%.*g", p->options.digits < 17 ? p->options.digits : 17, v);
	else
		str_double(text, v);
	if (p->style->number) {
		bool power = p->style->number(p->out, text);

		return signbit(v) ? SIGN : power ? PRODUCT : ATOM;
	}
	str_add(p->out, text);
	/* "3" would read back as an integer node, and is an int in C */
	if (strspn(text, "-0123456789") == strlen(text)) {
		if (p->style->whole)
			str_add(p->out, p->style->whole);
		else if (p->style->points && v >= 1 && v <= 10)
			str_add(p->out, ".0");
	}
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
	if (p->style->as_named)
		str_add(p->out, str_text(&name));
	else if (p->style->name)
		p->style->name(p->out, str_text(&name));
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
	       (p->e->node[i].op == OP_DIV && !p->style->fractions))
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

static struct operator_form form_of(const struct printer *p, int i)
{
	const struct expr *e = p->e;
	enum op op = e->node[i].op;
	int second = node_arity(e->node[i]) == 2 ? expr_end(e, i + 1) : i;

	/* x^2 reads back as SQUARE */
	if (p->notation == NOTATION_TEXT && op == OP_POW && e->node[second].op == OP_INT &&
	    (e->node[second].arg == 2 || e->node[second].arg == 3))
		return text_pow;
	if (p->style->multiply && e->node[i + 1].op == OP_VAR) {
		if (op == OP_SQUARE)
			return variable_square;
		if (op == OP_CUBE)
			return variable_cube;
	}
	if (p->style->dotted.text && op == OP_MUL && is_number(p, first_printed(p, second)))
		return p->style->dotted;
	if (p->careful && p->style->careful && p->style->careful[op].text &&
	    !(op == OP_DIV && is_number(p, second))) /* no column makes that infinite */
		return p->style->careful[op];
	return p->style->forms[op];
}

/* Can the operator be finite where that operand is infinite? */
static bool hides_infinity(enum op op, int operand)
{
	static const double others[] = {-1, 1};

	for (int k = 0; k < 4; k++) {
		double huge = k < 2 ? INFINITY : -INFINITY, other = others[k % 2];

		if (isfinite(operand == 0 ? op_value(op, huge, other) : op_value(op, other, huge)))
			return true;
	}
	return false;
}

static int print_node(const struct printer *p, int i);

/* Text of operand k of the operator at i, in parentheses if its precedence is below least. */
static void print_operand(const struct printer *p, int i, int k, int least, bool enclose)
{
	struct str inner = {0};
	struct printer q = *p;

	q.out = &inner;
	q.careful |= p->style->careful && hides_infinity(p->e->node[i].op, k);
	enclose |= print_node(&q, k == 0 ? i + 1 : expr_end(p->e, i + 1)) < least;
	str_add(p->out, enclose ? p->style->open : "");
	str_addn(p->out, str_text(&inner), inner.len);
	str_add(p->out, enclose ? p->style->close : "");
	str_release(&inner);
}

static int print_form(const struct printer *p, int i)
{
	struct operator_form f = form_of(p, i);

	for (const char *t = f.text; *t; t++) {
		if (*t == '$') {
			str_add(p->out, p->style->prefix);
		} else if (*t != '#') {
			str_addc(p->out, *t);
		} else if (*++t == '1') {
			/* -(2) is a sign before a literal, -2 a literal */
			bool sign = p->e->node[i].op == OP_NEG && is_number(p, i + 1);

			print_operand(p, i, 0, f.left, sign);
		} else {
			int second = expr_end(p->e, i + 1);

			print_operand(p, i, 1, f.right, f.right > 0 && starts_with_minus(p, second));
		}
	}
	return f.precedence;
}

static int print_function(const struct printer *p, int i)
{
	struct node a = p->e->node[i];

	str_add(p->out, p->style->prefix);
	str_add(p->out, op_info[a.op].name);
	str_add(p->out, p->style->open);
	for (int k = 0; k < node_arity(a); k++) {
		str_add(p->out, k ? ", " : "");
		print_operand(p, i, k, 0, false);
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
	struct printer p = {.out = out, .names = names, .style = &print_style[notation], .notation = notation};
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

void print_styled(struct str *out, const struct expr *e, const struct names *names, const struct style *style)
{
	struct expr readable = expr_readable(e, false);
	struct printer p = {.out = out, .e = &readable, .names = names, .style = style, .notation = NOTATION_COUNT};

	if (e->n > 0)
		print_node(&p, 0);
}

void print_expr(struct str *out, const struct expr *e, const struct names *names, enum notation notation)
{
	print_expr_with(out, e, names, notation, NULL);
}

void add_comment(struct str *out, const char *text)
{
	for (; *text; text++) {
		if (text[0] == '*' && text[1] == '/') {
			str_add(out, "* ");
			continue;
		}
		str_addc(out, (unsigned char)*text < ' ' ? ' ' : *text);
	}
}

void print_legend(struct str *out, const struct expr *e, const struct names *names, enum notation notation)
{
	bool c = notation == NOTATION_C;

	for (int k = 0; names && print_style[notation].reserved && k < expr_columns(e); k++) {
		struct str identifier = {0}, name = {0};

		names_identifier(&identifier, names, k, print_style[notation].reserved);
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
