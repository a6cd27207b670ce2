/* units.c — whether an equation is consistent; see units.h.
 *
 * A walk over the equation makes of every part a dimension that is linear in unknowns, one for each number that may carry
 * a unit. Each sum, each function and the target demand that some such dimension is zero: linear equations, solved as they
 * come. One that the others contradict is the reason why the equation is not consistent. */
#include "eqrl/expr/units.h"

#include "eqrl/expr/print.h"
#include "unit_reach.h"

#include <math.h>

enum { UNKNOWNS = 32 };
#define SAME 1e-6 /* powers that differ by less are equal; those of laws have denominators up to twelve */

/* known + Σ of[k] · unit of number k */
struct sum_of_units {
	double of[UNKNOWNS];
	struct dimension known;
};

enum fault { FAULT_NONE, FAULT_SUM, FAULT_FUNCTION, FAULT_BASE, FAULT_EXPONENT, FAULT_TARGET };

struct judge {
	const struct units *u;
	const struct expr *e;
	bool written;				     /* symbols as they were written, not base units */
	bool form;				     /* coefficients are still to come */
	int hole, of_hole;			     /* a node that may have any unit, −1: none; its unknown */
	int n_unknown, of_constant[EXPR_MAX_CONSTS]; /* the unknown of c[k], −1: none yet */
	int n_rows, pivot[UNKNOWNS];
	struct sum_of_units row[UNKNOWNS]; /* = 0, each with of[pivot] = 1 */
	enum fault fault;		   /* the first one, with the node where it is, … */
	int node;
	struct dimension left, right; /* … and what does not go together */
};

/* ---- linear equations ---------------------------------------------------------------------------------------------- */

static void multiply(struct sum_of_units *s, double k)
{
	for (int i = 0; i < UNKNOWNS; i++)
		s->of[i] *= k;
	for (int i = 0; i < UNITS_BASES; i++)
		s->known.power[i] *= k;
}

static void add_multiple(struct sum_of_units *s, double k, const struct sum_of_units *t)
{
	for (int i = 0; i < UNKNOWNS; i++)
		s->of[i] += k * t->of[i];
	for (int i = 0; i < UNITS_BASES; i++)
		s->known.power[i] += k * t->known.power[i];
}

/* What is left of s where the equations so far hold. */
static struct sum_of_units reduced(const struct judge *j, struct sum_of_units s)
{
	for (int k = 0; k < j->n_rows; k++)
		if (s.of[j->pivot[k]] != 0)
			add_multiple(&s, -s.of[j->pivot[k]], &j->row[k]);
	return s;
}

/* One more equation: s = 0. False if it contradicts those before. */
static bool demand_none(struct judge *j, struct sum_of_units s)
{
	int at = -1;

	s = reduced(j, s);
	for (int i = 0; i < j->n_unknown; i++)
		if (fabs(s.of[i]) > SAME && (at < 0 || fabs(s.of[i]) > fabs(s.of[at])))
			at = i;
	if (at < 0)
		return dimension_is_none(&s.known);
	multiply(&s, 1 / s.of[at]);
	for (int k = 0; k < j->n_rows; k++)
		add_multiple(&j->row[k], -j->row[k].of[at], &s);
	j->pivot[j->n_rows] = at;
	j->row[j->n_rows++] = s;
	return true;
}

/* left = right, or there is the fault. */
static void demand_same(struct judge *j, enum fault fault, int node, const struct sum_of_units *left,
			const struct sum_of_units *right)
{
	struct sum_of_units difference = *left;

	if (right)
		add_multiple(&difference, -1, right);
	if (demand_none(j, difference) || j->fault != FAULT_NONE)
		return;
	j->fault = fault;
	j->node = node;
	j->left = left->known;
	j->right = right ? right->known : (struct dimension){0};
}

/* ---- parts ------------------------------------------------------------------------------------------------------------ */

static void walk(struct judge *j, int *i, bool reached, struct sum_of_units *out);

static const struct dimension *dimension_of(const struct judge *j, const struct unit_powers *u)
{
	return j->written ? &u->written : &u->of;
}

static void new_unknown(struct judge *j, struct sum_of_units *out)
{
	if (j->n_unknown < UNKNOWNS) /* what has so many numbers is judged as if the others carried none */
		out->of[j->n_unknown++] = 1;
}

/* reached: through sums, products and quotients alone. */
static void walk_number(struct judge *j, struct node a, bool reached, struct sum_of_units *out)
{
	enum unit_constants c = j->u->constants;
	bool carries = c == UNIT_CONSTANTS_ANY || (c == UNIT_CONSTANTS_SCALE && reached);

	if (!carries || a.op == OP_PI || (j->form && a.op != OP_CONST))
		return;
	if (a.op == OP_INT) {
		new_unknown(j, out);
		return;
	}
	if (j->of_constant[a.arg] < 0) {
		j->of_constant[a.arg] = j->n_unknown < UNKNOWNS ? j->n_unknown : -1;
		new_unknown(j, out);
	} else {
		out->of[j->of_constant[a.arg]] = 1;
	}
}

/* What an exponent is worth; NAN where columns are in it. *free: a constant is, whose value the fit is to find. */
static double exponent_value(const struct expr *e, int i, bool *free)
{
	struct expr part = {0};

	*free = false;
	for (int k = i; k < expr_end(e, i); k++) {
		if (e->node[k].op == OP_VAR)
			return NAN;
		*free |= e->node[k].op == OP_CONST;
	}
	expr_append_subtree(&part, e, i);
	return expr_value(&part, NULL);
}

/* Or may have one: c in c - tan(x) may not, as its equation says. */
static bool has_unit(const struct judge *j, const struct sum_of_units *s)
{
	struct sum_of_units rest = reduced(j, *s);

	for (int k = 0; k < UNKNOWNS; k++)
		if (fabs(rest.of[k]) > SAME)
			return true;
	return !dimension_is_none(&rest.known);
}

static void walk_power(struct judge *j, int *i, struct sum_of_units *out)
{
	int node = *i - 1, at = expr_end(j->e, *i);
	struct sum_of_units base = {0}, exponent = {0};
	bool is_free;
	double k = exponent_value(j->e, at, &is_free);

	walk(j, i, false, &base);
	if (!isfinite(k)) {
		walk(j, i, false, &exponent);
		demand_same(j, FAULT_EXPONENT, node, &exponent, NULL);
		demand_same(j, FAULT_BASE, node, &base, NULL);
		return;
	}
	*i = expr_end(j->e, at);
	if (!j->form || !is_free) {
		add_multiple(out, k, &base);
	} else if (j->u->constants == UNIT_CONSTANTS_NONE) {
		demand_same(j, FAULT_BASE, node, &base, NULL);
	} else if (has_unit(j, &base)) {
		new_unknown(j, out); /* which, the constant will tell */
	}
}

static void walk_operator(struct judge *j, struct node a, int *i, bool reached, struct sum_of_units *out)
{
	const struct op_info *op = &op_info[a.op];
	bool product = a.op == OP_MUL || a.op == OP_DIV || a.op == OP_INV, same = op->flags & OPF_SAME_UNIT;
	int node = *i - 1;
	struct sum_of_units b = {0};

	reached &= product || op->flags & OPF_SUM;
	walk(j, i, reached, out);
	if (op->arity == 2)
		walk(j, i, reached, &b);
	if (same && op->arity == 2)
		demand_same(j, FAULT_SUM, node, out, &b);
	else if (a.op == OP_MUL || a.op == OP_DIV)
		add_multiple(out, a.op == OP_MUL ? 1 : -1, &b);
	else if (op->power != 0)
		multiply(out, op->power);
	else if (op->flags & OPF_ANY_UNIT)
		*out = (struct sum_of_units){0};
	else if (!same)
		demand_same(j, FAULT_FUNCTION, node, out, NULL);
}

/* out: the dimension of the part at *i, which then is the next one's place. It comes as zeros. */
static void walk(struct judge *j, int *i, bool reached, struct sum_of_units *out)
{
	struct node a = j->e->node[(*i)++];

	if (*i - 1 == j->hole) {
		j->of_hole = j->n_unknown;
		new_unknown(j, out);
		*i = expr_end(j->e, *i - 1);
	} else if (a.op == OP_VAR && a.arg < j->u->n_columns) {
		out->known = *dimension_of(j, &j->u->column[a.arg]);
	} else if (a.op == OP_POW) {
		walk_power(j, i, out);
	} else if (node_arity(a) > 0) {
		walk_operator(j, a, i, reached, out);
	} else if (a.op != OP_VAR) {
		walk_number(j, a, reached, out);
	}
}

/* ---- the whole --------------------------------------------------------------------------------------------------------- */

/* Each term gets a coefficient of its own, which carries what the term lacks. */
static void walk_terms(struct judge *j, int *i)
{
	struct node a = j->e->node[*i];
	struct sum_of_units term = {0};

	if (!(op_info[a.op].flags & OPF_SUM)) {
		walk(j, i, true, &term);
		return;
	}
	++*i;
	for (int k = node_arity(a); k > 0; k--)
		walk_terms(j, i);
}

static void judge_equation(struct judge *j)
{
	struct sum_of_units whole = {0}, target = {.known = *dimension_of(j, &j->u->target)};
	int i = 0;

	for (int k = 0; k < EXPR_MAX_CONSTS; k++)
		j->of_constant[k] = -1;
	if (j->form && j->u->scaled && j->u->constants != UNIT_CONSTANTS_NONE) {
		walk_terms(j, &i);
		return;
	}
	walk(j, &i, true, &whole);
	demand_same(j, FAULT_TARGET, 0, &whole, &target);
}

bool units_allow(const struct units *u, const struct expr *e)
{
	struct judge j = {.u = u, .e = e, .hole = -1};

	if (e->n > 0)
		judge_equation(&j);
	return j.fault == FAULT_NONE;
}

bool units_allow_form(const struct units *u, const struct expr *e)
{
	struct judge j = {.u = u, .e = e, .hole = -1, .form = true};

	if (e->n > 0)
		judge_equation(&j);
	return j.fault == FAULT_NONE;
}

bool units_of_hole(const struct units *u, const struct expr *e, int node, struct dimension *d)
{
	struct judge j = {.u = u, .e = e, .hole = node, .of_hole = -1};

	judge_equation(&j);
	for (int r = 0; r < j.n_rows && j.fault == FAULT_NONE; r++) {
		bool alone = j.pivot[r] == j.of_hole;

		for (int k = 0; k < j.n_unknown; k++)
			alone &= k == j.of_hole || fabs(j.row[r].of[k]) <= SAME;
		if (!alone)
			continue;
		for (int i = 0; i < UNITS_BASES; i++)
			d->power[i] = -j.row[r].known.power[i];
		return true;
	}
	return false;
}

/* ---- in words -------------------------------------------------------------------------------------------------------- */

static void add_part(struct str *out, const struct judge *j, int i, const struct dimension *d,
		     const struct names *names)
{
	struct expr part = {0};

	expr_append_subtree(&part, j->e, i);
	print_expr(out, &part, names, NOTATION_TEXT);
	str_add(out, " (");
	dimension_print(&j->u->base, d, out);
	str_addc(out, ')');
}

static void explain_fault(const struct judge *j, const struct names *names, struct str *why)
{
	int op = j->e->node[j->node].op, a = j->node + 1, b = j->fault == FAULT_TARGET ? 0 : expr_end(j->e, a);
	bool compared = !(op_info[op].flags & OPF_SUM);

	switch (j->fault) {
	case FAULT_SUM:
		add_part(why, j, a, &j->left, names);
		str_addf(why, " and ");
		add_part(why, j, b, &j->right, names);
		str_addf(why, compared ? " are compared by %s" : " stand on both sides of %s",
			 compared ? op_info[op].name : op_info[op].notation);
		break;
	case FAULT_FUNCTION:
		add_part(why, j, a, &j->left, names);
		str_addf(why, " is the argument of %s, which takes numbers without a unit", op_info[op].name);
		break;
	case FAULT_BASE:
		add_part(why, j, a, &j->left, names);
		str_add(why, " has an exponent that varies");
		break;
	case FAULT_EXPONENT:
		add_part(why, j, b, &j->left, names);
		str_add(why, " is an exponent");
		break;
	case FAULT_TARGET:
		add_part(why, j, 0, &j->left, names);
		str_addf(why, " is not in the unit of %s (", names && names->target ? names->target : "the target");
		dimension_print(&j->u->base, &j->u->target.of, why);
		str_addc(why, ')');
		break;
	default:
		BUG("no fault to explain");
	}
}

bool units_explain(const struct units *u, const struct expr *e, const struct names *names, struct str *why)
{
	struct judge j = {.u = u, .e = e, .hole = -1};

	if (e->n > 0)
		judge_equation(&j);
	if (j.fault == FAULT_NONE)
		return false;
	explain_fault(&j, names, why);
	return true;
}

/* The unit of number k is known where it is the pivot of an equation; where nothing binds it, it has none. */
static const struct dimension *solved(const struct judge *j, int k)
{
	for (int r = 0; r < j->n_rows; r++)
		if (j->pivot[r] == k)
			return &j->row[r].known;
	return NULL;
}

bool units_of_constants(const struct units *u, const struct expr *e, struct str out[EXPR_MAX_CONSTS])
{
	struct judge j = {.u = u, .e = e, .hole = -1, .written = true};

	judge_equation(&j);
	if (j.fault != FAULT_NONE) { /* N for kg*m/s^2, say: then in base units */
		j = (struct judge){.u = u, .e = e, .hole = -1};
		judge_equation(&j);
	}
	for (int k = 0; k < EXPR_MAX_CONSTS && j.fault == FAULT_NONE; k++) {
		const struct dimension *d = j.of_constant[k] < 0 ? NULL : solved(&j, j.of_constant[k]);
		struct dimension negative = {0};

		for (int i = 0; d && i < UNITS_BASES; i++)
			negative.power[i] = -d->power[i];
		if (d && !dimension_is_none(d))
			dimension_print(j.written ? &u->written : &u->base, &negative, &out[k]);
	}
	return j.fault == FAULT_NONE;
}
