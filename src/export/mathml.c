/* mathml.c — see mathml.h; one row for each operator, and the walk is that of all notations (style.h). */
#include "eqrl/export/mathml.h"

#include "eqrl/base/markup.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/style.h"

#include <string.h>

#define MINUS		    "\xe2\x88\x92"
#define TIMES		    "<mo>\xe2\x81\xa2</mo><mspace width=\"0.17em\"/>" /* U+2062, invisible times, and LaTeX's \, */
#define DOT		    "<mo>\xe2\x8b\x85</mo>"
#define OF		    "<mo>\xe2\x81\xa1</mo>" /* U+2061, function application */
#define OPEN		    "<mrow><mo>(</mo>"
#define CLOSE		    "<mo>)</mo></mrow>"
#define CALL(f)		    "<mrow><mi>" f "</mi>" OF OPEN "#1" CLOSE "</mrow>"
#define CALL2(f)	    "<mrow><mi>" f "</mi>" OF OPEN "#1<mo>,</mo>#2" CLOSE "</mrow>"
#define WITHIN(left, right) "<mrow><mo>" left "</mo>#1<mo>" right "</mo></mrow>"

static const struct operator_form forms[OP_COUNT] = {
	[OP_ADD] = {"<mrow>#1<mo>+</mo>#2</mrow>", SUM, SUM, SUM},
	[OP_SUB] = {"<mrow>#1<mo>" MINUS "</mo>#2</mrow>", SUM, SUM, PRODUCT},
	[OP_MUL] = {"<mrow>#1" TIMES "#2</mrow>", PRODUCT, PRODUCT, PRODUCT},
	[OP_DIV] = {"<mfrac>#1#2</mfrac>", POWER, 0, 0},
	[OP_NEG] = {"<mrow><mo>" MINUS "</mo>#1</mrow>", SIGN, PRODUCT, 0},
	[OP_POW] = {"<msup>#1#2</msup>", POWER, ATOM, 0},
	[OP_INV] = {"<mfrac><mn>1</mn>#1</mfrac>", POWER, 0, 0},
	[OP_SQUARE] = {"<msup>#1<mn>2</mn></msup>", POWER, ATOM, 0},
	[OP_CUBE] = {"<msup>#1<mn>3</mn></msup>", POWER, ATOM, 0},
	[OP_SQRT] = {"<msqrt>#1</msqrt>", ATOM, 0, 0},
	[OP_EXP] = {"<msup><mi>e</mi>#1</msup>", POWER, 0, 0},
	[OP_LOG] = {CALL("ln"), ATOM, 0, 0},
	[OP_SIN] = {CALL("sin"), ATOM, 0, 0},
	[OP_COS] = {CALL("cos"), ATOM, 0, 0},
	[OP_TAN] = {CALL("tan"), ATOM, 0, 0},
	[OP_ASIN] = {CALL("arcsin"), ATOM, 0, 0},
	[OP_ACOS] = {CALL("arccos"), ATOM, 0, 0},
	[OP_ATAN] = {CALL("arctan"), ATOM, 0, 0},
	[OP_SINH] = {CALL("sinh"), ATOM, 0, 0},
	[OP_COSH] = {CALL("cosh"), ATOM, 0, 0},
	[OP_TANH] = {CALL("tanh"), ATOM, 0, 0},
	[OP_ABS] = {WITHIN("|", "|"), ATOM, 0, 0},
	[OP_MIN] = {CALL2("min"), ATOM, 0, 0},
	[OP_MAX] = {CALL2("max"), ATOM, 0, 0},
	[OP_MOD] = {OPEN "#1<mo lspace=\"0.22em\" rspace=\"0.22em\">mod</mo>#2" CLOSE, ATOM, POWER, POWER},
	[OP_FLOOR] = {WITHIN("\xe2\x8c\x8a", "\xe2\x8c\x8b"), ATOM, 0, 0},
	[OP_ROUND] = {WITHIN("\xe2\x8c\x8a", "\xe2\x8c\x89"), ATOM, 0, 0},
	[OP_SIGN] = {CALL("sgn"), ATOM, 0, 0},
	[OP_STEP] = {"<msub><mn>1</mn><mrow>#1<mo>\xe2\x89\xa5</mo><mn>0</mn></mrow></msub>", ATOM, SUM, 0},
	[OP_ERF] = {CALL("erf"), ATOM, 0, 0},
	[OP_LOG10] = {"<mrow><msub><mi>log</mi><mn>10</mn></msub>" OF OPEN "#1" CLOSE "</mrow>", ATOM, 0, 0},
	[OP_LOG2] = {"<mrow><msub><mi>log</mi><mn>2</mn></msub>" OF OPEN "#1" CLOSE "</mrow>", ATOM, 0, 0},
	[OP_CBRT] = {"<mroot>#1<mn>3</mn></mroot>", ATOM, 0, 0},
};

/* ---- numbers and names ---------------------------------------------------------------------------- */

/* One element, whatever the sign, since the operands of fractions and powers are counted. */
static bool add_number(struct str *out, const char *decimal)
{
	bool minus = decimal[0] == '-';
	const char *digits = decimal + minus, *power;
	size_t mantissa = strcspn(digits, "e");
	bool has_power = digits[mantissa] != '\0', unit = mantissa == 1 && digits[0] == '1';

	str_add(out, minus || has_power ? "<mrow>" : "");
	str_add(out, minus ? "<mo>" MINUS "</mo>" : "");
	if (!has_power || !unit) {
		str_add(out, "<mn>");
		str_addn(out, digits, mantissa);
		str_add(out, "</mn>");
	}
	if (has_power) {
		power = digits + mantissa + 1;
		str_addf(out, "%s<msup><mn>10</mn><mrow>%s", unit ? "" : "<mo>\xc3\x97</mo>",
			 *power == '-' ? "<mo>" MINUS "</mo>" : "");
		power += *power == '-' || *power == '+';
		power += strspn(power, "0");
		str_addf(out, "<mn>%s</mn></mrow></msup>", power);
	}
	str_add(out, minus || has_power ? "</mrow>" : "");
	return has_power;
}

static const struct {
	const char *name, *letter;
} greek[] = {
	{"alpha", "α"}, {"beta", "β"},	 {"gamma", "γ"}, {"delta", "δ"}, {"epsilon", "ε"}, {"zeta", "ζ"},
	{"eta", "η"},	{"theta", "θ"},	 {"iota", "ι"},	 {"kappa", "κ"}, {"lambda", "λ"},  {"mu", "μ"},
	{"nu", "ν"},	{"xi", "ξ"},	 {"pi", "π"},	 {"rho", "ρ"},	 {"sigma", "σ"},   {"tau", "τ"},
	{"phi", "φ"},	{"chi", "χ"},	 {"psi", "ψ"},	 {"omega", "ω"}, {"Gamma", "Γ"},   {"Delta", "Δ"},
	{"Theta", "Θ"}, {"Lambda", "Λ"}, {"Sigma", "Σ"}, {"Phi", "Φ"},	 {"Psi", "Ψ"},	   {"Omega", "Ω"},
};

/* The letter that stands for the first n bytes of a name, NULL if they are more than a letter. */
static const char *letter_of(const char *name, size_t n, char single[2])
{
	for (size_t i = 0; i < COUNT_OF(greek); i++)
		if (strlen(greek[i].name) == n && memcmp(greek[i].name, name, n) == 0)
			return greek[i].letter;
	single[0] = name[0];
	single[1] = '\0';
	return n == 1 && strchr("_0123456789", name[0]) == NULL ? single : NULL;
}

/* x1 and T_max are letters with a subscript; words stay words, as the table has them. */
static void add_name(struct str *out, const char *name)
{
	size_t n = name_is_identifier(name) ? strcspn(name, "_0123456789") : 0;
	char single[2];
	const char *letter = n ? letter_of(name, n, single) : NULL;
	const char *below = name + n + (name[n] == '_');

	if (!letter || (name[n] && !*below)) {
		str_add(out, "<mi mathvariant=\"normal\">");
		markup_text(out, name);
		str_add(out, "</mi>");
	} else if (!name[n]) {
		str_addf(out, "<mi>%s</mi>", letter);
	} else {
		str_addf(out, "<msub><mi>%s</mi><mtext>", letter);
		markup_text(out, below);
		str_add(out, "</mtext></msub>");
	}
}

static const struct style style = {
	.forms = forms,
	.prefix = "",
	.open = OPEN,
	.close = CLOSE,
	.pi = "<mi>π</mi>",
	.fractions = true,
	.dotted = {"<mrow>#1" DOT "#2</mrow>", PRODUCT, PRODUCT, PRODUCT},
	.number = add_number,
	.name = add_name,
};

/* ---- equations ------------------------------------------------------------------------------------- */

void mathml_expr(struct str *out, const struct expr *e, const struct names *names)
{
	print_styled(out, e, names, &style);
}

struct term_writer {
	struct str *out;
	const struct expr *e;
	const struct names *names;
	int terms; /* so far */
};

/* A term of its own element, with the sign before it; the first belongs to the element that is open. */
static void add_term(struct term_writer *w, int i, bool minus)
{
	struct expr term = {0};
	bool enclose = minus && (w->e->node[i].op == OP_ADD || w->e->node[i].op == OP_SUB);

	expr_append_subtree(&term, w->e, i);
	str_add(w->out, w->terms == 0 ? "" : " <math>");
	if (w->terms > 0)
		str_addf(w->out, "<mo form=\"infix\">%s</mo>", minus ? MINUS : "+");
	str_add(w->out, enclose ? OPEN : "");
	mathml_expr(w->out, &term, w->names);
	str_add(w->out, enclose ? CLOSE : "");
	str_add(w->out, "</math>");
	w->terms++;
}

static void add_terms(struct term_writer *w, int i, bool minus)
{
	enum op op = w->e->node[i].op;

	if (minus || (op != OP_ADD && op != OP_SUB)) {
		add_term(w, i, minus);
		return;
	}
	add_terms(w, i + 1, false);
	add_terms(w, expr_end(w->e, i + 1), op == OP_SUB);
}

void mathml_equation(struct str *out, const struct expr *e, const struct names *names)
{
	struct expr readable = expr_readable(e, false);
	struct term_writer w = {.out = out, .e = &readable, .names = names};

	str_add(out, "<math>");
	add_name(out, names->target);
	str_add(out, "<mo>=</mo>");
	if (readable.n > 0)
		add_terms(&w, 0, false);
	else
		str_add(out, "</math>");
}
