/* gradient.c — the derivatives of an equation as C statements, in reverse mode.
 *
 * node[k] is the value of the k-th operator in prefix order, slope[k] the derivative of the equation with respect to it.
 * Values are computed from the last operator to the first, slopes from the first to the last: a parent stands before its
 * operands. The statements are the rows of ops.def themselves, with operands put in for a, b and v. */
#include "parts.h"

#include <stdio.h>
#include <string.h>

/* The C texts of ops.def: value, and derivatives with respect to both operands. */
static const struct {
	const char *value, *partial[2];
} texts[OP_COUNT] = {
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, ...)                             \
	[OP_##id] = {#VALUE, {#DA, #DB}},
#include "eqrl/expr/ops.def"
#undef OP
};

struct gradient_writer {
	const struct expr *e;
	const struct arguments *a;
	int number[EXPR_MAX_NODES];  /* k of an operator; of a column its argument's number */
	bool stored[EXPR_MAX_NODES]; /* gradient[i] has a value */
	struct str operand[EXPR_MAX_NODES];
};

/* What stands for node i in statements. */
static void name_operand(struct gradient_writer *w, int i)
{
	struct node node = w->e->node[i];
	struct expr leaf = {0};
	struct str text = {0};

	if (node.op < OP_COUNT) {
		str_addf(&w->operand[i], "node[%d]", w->number[i]);
		return;
	}
	expr_append_subtree(&leaf, w->e, i);
	print_styled(&text, &leaf, &w->a->names, language_c.style);
	/* a fraction or a negative number binds less than a name */
	str_addf(&w->operand[i], node.op == OP_VAR || strspn(text.data, "0123456789.") == text.len ? "%s" : "(%s)",
		 text.data);
	str_release(&text);
}

static void number_nodes(struct gradient_writer *w)
{
	int operators = 0;

	for (int i = 0; i < w->e->n; i++) {
		if (w->e->node[i].op < OP_COUNT)
			w->number[i] = operators++;
		for (int k = 0; w->e->node[i].op == OP_VAR && k < w->a->n; k++)
			if (w->a->column[k] == w->e->node[i].arg)
				w->number[i] = k;
		name_operand(w, i);
	}
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* A text of ops.def with node i's own operands and value in it. */
static void add_filled(struct str *out, const struct gradient_writer *w, const char *text, int i)
{
	const char *a = w->operand[i + 1].data;
	const char *b = node_arity(w->e->node[i]) == 2 ? w->operand[expr_end(w->e, i + 1)].data : a;

	while (*text) {
		size_t n = 0;

		while (is_word(text[n]))
			n++;
		if (n == 1 && strchr("abv", *text))
			str_add(out, *text == 'a' ? a : *text == 'b' ? b : w->operand[i].data);
		else if (n == strlen("op_modulo") && strncmp(text, "op_modulo", n) == 0)
			str_add(out, "@mod");
		else
			str_addn(out, text, n ? n : 1);
		text += n ? n : 1;
	}
}

static bool depends_on_columns(const struct expr *e, int i)
{
	for (int end = expr_end(e, i); i < end; i++)
		if (e->node[i].op == OP_VAR)
			return true;
	return false;
}

/* slope of node i times its derivative with respect to operand k */
static void add_product(struct str *out, const struct gradient_writer *w, int i, int k)
{
	const char *partial = texts[w->e->node[i].op].partial[k];
	struct str slope = {0};

	str_addf(&slope, i ? "slope[%d]" : "1.0", w->number[i]);
	if (strcmp(partial, "1.0") == 0) {
		str_add(out, slope.data);
	} else if (strcmp(partial, "-1.0") == 0) {
		str_addf(out, "-%s", slope.data);
	} else if (i == 0) {
		add_filled(out, w, partial, i);
	} else {
		str_addf(out, "%s * (", slope.data);
		add_filled(out, w, partial, i);
		str_addc(out, ')');
	}
	str_release(&slope);
}

static void add_slope(struct str *out, struct gradient_writer *w, int i, int k)
{
	int child = k == 0 ? i + 1 : expr_end(w->e, i + 1);
	int number = w->number[child];

	if (!depends_on_columns(w->e, child))
		return;
	if (w->e->node[child].op == OP_VAR) {
		str_addf(out, "\tgradient[%d] %s ", number, w->stored[number] ? "+=" : "=");
		w->stored[number] = true;
	} else {
		str_addf(out, "\tslope[%d] = ", number);
	}
	add_product(out, w, i, k);
	str_add(out, ";\n");
}

static int count_operators(const struct expr *e)
{
	int n = 0;

	for (int i = 0; i < e->n; i++)
		n += e->node[i].op < OP_COUNT;
	return n;
}

void add_c_gradient(struct str *out, const struct export_source *x, const struct arguments *a)
{
	struct expr e = expr_readable(x->e, false);
	struct gradient_writer w = {.e = &e, .a = a};
	struct str slopes = {0};
	int operators = count_operators(&e);

	number_nodes(&w);
	for (int i = 0; i < e.n; i++)
		for (int k = 0; k < node_arity(e.node[i]); k++)
			add_slope(&slopes, &w, i, k);
	if (operators)
		str_addf(out, "\tdouble node[%d]", operators);
	if (strstr(str_text(&slopes), "slope["))
		str_addf(out, ", slope[%d]", operators);
	str_add(out, operators ? ";\n\n" : "\tgradient[0] = 1.0;\n");
	for (int i = e.n - 1; i >= 0; i--)
		if (e.node[i].op < OP_COUNT) {
			str_addf(out, "\t%s = ", w.operand[i].data);
			add_filled(out, &w, texts[e.node[i].op].value, i);
			str_add(out, ";\n");
		}
	str_addf(out, "%s\treturn %s;\n", str_text(&slopes), w.operand[0].data);
	str_release(&slopes);
	for (int i = 0; i < e.n; i++)
		str_release(&w.operand[i]);
}
