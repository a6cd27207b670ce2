/* readable_fit.c — the equivalent of an equation that reads best; see fit_readable in fit.h. */
#include "eqrl/base/mem.h"
#include "eqrl/eval/tape.h"
#include "eqrl/expr/equivalent.h"
#include "eqrl/expr/print.h"
#include "alias.h"
#include "fitter.h"
#include "reform.h"
#include "shorten.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FLAT                                                                                                           \
	1e-8 /* relative range of what counts as constant; the form without it has to pass the same bound as any other */
#define EXACT_LAW 1e-16 /* what is left where values were written with eight digits or more */
#define BRACKETS  0.001 /* digits a character of the text: of equals the one with fewer brackets */

struct readable {
	struct fitter *f;
	const struct rows *rows;
	struct fit_options o;
	struct target_moments target;
	uint64_t positive;
	const struct fit_result *given;
	int given_consts, given_size;
	struct expr best, tried[4 * (EQUIVALENT_COUNT + 2 + EXPR_MAX_NODES)];
	int n_tried;
	struct fit_result best_result;
	double best_length;
};

/* ---- length ------------------------------------------------------------------------------------------------- */

/* A literal that is a token, too, is written "4.0". */
static bool reads_as_integer(double v)
{
	return v >= 1 && v <= 10 && v == floor(v);
}

/* Error, digits and nodes in nats. What is written again is known by its first digit. */
static double length_of(const struct readable *s, const struct expr *e, double nmse)
{
	struct expr printed = expr_readable(e, false);
	double digits = 0;
	uint32_t written = 0;
	struct str text = {0};

	print_expr(&text, e, NULL, NOTATION_TEXT);
	digits = BRACKETS * (double)text.len;
	str_release(&text);
	for (int i = 0; i < printed.n; i++) {
		struct node a = printed.node[i];

		if (a.op == OP_CONST || a.op == OP_FIXED) {
			digits += written >> a.arg & 1 ? 1 : written_length(printed.c[a.arg]);
			digits += reads_as_integer(printed.c[a.arg]) ? 2 : 0;
			written |= 1u << a.arg;
		} else if (a.op == OP_INT) {
			digits += written_length(a.arg);
		} else if (a.op == OP_DIV) { /* a*exp(-b*x) rather than a/exp(b*x) */
			digits += 0.5;
		}
	}
	return 0.5 * s->rows->n * log(fmax(nmse, FIT_EXACT_NMSE)) + NATS_PER_DIGIT * digits +
	       NATS_PER_NODE * expr_size(&printed);
}

/* ---- what the rows say ---------------------------------------------------------------------------------------- */

/* The value of a part that has columns in it and is constant on the rows. */
static bool is_flat(struct readable *s, const struct expr *e, int i, double *values, double *value)
{
	struct expr part = {0};
	double low = INFINITY, high = -INFINITY;

	expr_append_subtree(&part, e, i);
	if (part.n < 2 || expr_columns(&part) == 0)
		return false;
	tape_bind(fitter_tape(s->f), &part, s->rows);
	if (!tape_eval(fitter_tape(s->f), NULL, values))
		return false;
	for (int k = 0; k < s->rows->n; k++) {
		low = fmin(low, values[k]);
		high = fmax(high, values[k]);
	}
	*value = fabs(low - nearbyint(low)) <= FLAT ? nearbyint(low) : (low + high) / 2;
	return high - low <= FLAT * fabs(high);
}

/* tanh(3863*N) is 1 where N is large. */
static void flatten(struct readable *s, struct expr *e)
{
	double *values = xaligned((size_t)(s->rows->n + ROWS_BLOCK) * sizeof(*values)), value;

	for (int i = 1; i < e->n; i++) {
		struct expr number = {0}, out;

		if (!is_flat(s, e, i, values, &value))
			continue;
		if (reads_as_integer(value))
			expr_push(&number, OP_INT, (int)value);
		else
			expr_push_const(&number, OP_FIXED, value);
		if (expr_replace_subtree(&out, e, i, &number) && expr_columns(&out) > 0)
			*e = out;
	}
	free(values);
}

/* ---- candidates ------------------------------------------------------------------------------------------------ */

static bool is_known(struct readable *s, const struct expr *e)
{
	if (s->n_tried == COUNT_OF(s->tried))
		return true;
	for (int i = 0; i < s->n_tried; i++)
		if (expr_same_skeleton(&s->tried[i], e) &&
		    memcmp(s->tried[i].c, e->c, (size_t)e->n_consts * sizeof(*e->c)) == 0)
			return true;
	s->tried[s->n_tried++] = *e;
	return false;
}

/* The largest error that a candidate may have before it is rounded: the given one's, more for each constant less. */
static double bound_of(const struct readable *s, const struct expr *e)
{
	int fewer = s->given_consts - expr_free_consts(e);
	double price = fit_price(s->rows->n, s->given_consts);

	return fmax(s->given->sse * pow(1 + price, fewer > 0 ? fewer : 0) * (1 + 1e-6), FIT_EXACT_NMSE * s->target.sst);
}

static void keep_if_shorter(struct readable *s, const struct expr *e, const struct fit_result *r)
{
	double length = length_of(s, e, r->nmse);
	bool larger = expr_free_consts(e) > s->given_consts || expr_size(e) > s->given_size;

	/* A front is of size against error: what grows, or fits more, is for exact laws alone. */
	if (larger && !(r->nmse <= EXACT_LAW))
		return;
	/* 1/x is one of two, or of three: of equals the one with fewer nodes. */
	if (!(length < s->best_length || (length == s->best_length && expr_size(e) < expr_size(&s->best))) ||
	    (s->o.bounds && !bounds_allow(s->o.bounds, e)))
		return;
	s->best = *e;
	s->best_result = *r;
	s->best_length = length;
}

static void try_form(struct readable *s, struct expr e)
{
	struct fit_result r, again_r;
	struct expr simple, again;

	expr_pack_consts(&e);
	if (is_known(s, &e) || expr_columns(&e) == 0 || (s->o.bounds && !bounds_allow(s->o.bounds, &e)) ||
	    expr_free_consts(&e) > (s->rows->n > s->given_consts + 2 ? s->rows->n - 2 : s->given_consts))
		return;
	fit_constants(s->f, &e, s->rows, &s->o, &r);
	if (r.verdict != VERDICT_OK || !(r.sse <= bound_of(s, &e)))
		return;
	if (s->o.scaling == SCALING_AUTO)
		fit_drop_neutral(s->f, &e, s->rows, &s->o, &r);
	fit_round_constants(s->f, &e, s->rows, &s->o, FIT_BIC, &r);
	fit_limit_digits(s->f, &e, s->rows, &s->o, true, &r);
	simple = e;
	shorten(&simple, s->o.bounds, s->positive);
	if (expr_free_consts(&simple) == 0 && expr_equivalent(&simple, EQUIVALENT_EXPANDED, &again)) {
		fit_constants(s->f, &again, s->rows, &s->o, &again_r); /* only measures: x^3/3 instead of 1/3*x^3 */
		if (again_r.verdict == VERDICT_OK)
			keep_if_shorter(s, &again, &again_r);
	}
	keep_if_shorter(s, &e, &r);
	if (has_long_number(&simple)) /* a product of two that were short */
		fit_limit_digits(s->f, &simple, s->rows, &s->o, true, &r);
	keep_if_shorter(s, &simple, &r);
}

static void try_spelling(struct readable *s, struct expr e)
{
	struct expr tied;

	try_form(s, e);
	if (tie_exponents(&e, &tied))
		try_form(s, tied);
}

static void try_equivalents(struct readable *s, const struct expr *e)
{
	for (int kind = 0; kind < EQUIVALENT_COUNT; kind++) {
		struct expr other;

		if (expr_equivalent(e, (enum equivalent)kind, &other))
			try_spelling(s, other);
	}
}

/* Other forms of the bodies of a template's functions. */
static void try_bodies(struct readable *s, const struct expr *e)
{
	const struct outline *t = &s->o.bounds->form;
	struct expr body[OUTLINE_FUNCTIONS], plain = *e;

	shorten(&plain, s->o.bounds, s->positive);
	for (int kind = 0; kind < EQUIVALENT_COUNT; kind++) {
		struct expr other;
		bool any = false;

		if (!outline_match(t, &plain, false, body))
			return;
		for (int f = 0; f < t->n_functions; f++)
			if (expr_equivalent(&body[f], (enum equivalent)kind, &other)) {
				body[f] = other;
				any = true;
			}
		if (any && outline_rewrite(t, &plain, body, &other))
			try_spelling(s, other);
	}
	try_spelling(s, plain);
}

/* Forms of e without one of its functions or powers. */
static void try_straight_forms(struct readable *s, const struct expr *e)
{
	for (int i = 0; i < e->n; i++)
		for (int logarithm = 0; logarithm < 2; logarithm++) {
			struct expr straight, spelled;

			if (straight_form(e, i, logarithm, &straight) &&
			    expr_equivalent(&straight, EQUIVALENT_DROPPED, &spelled) &&
			    expr_free_consts(&spelled) <= s->given_consts && expr_size(&spelled) <= s->given_size)
				try_form(s, spelled);
		}
}

/* 963*x^0.0033 - 962 is a logarithm, 130*exp(1.6e-5*(t - 4)^2) - 116 a parabola, 4e9*sin(2.5e-10*x) a line: a function or power
 * goes where the constants around it do not tell it from its argument; the fit judges that, however straight it is. Then
 * another one goes. */
static void try_arguments(struct readable *s, struct expr e)
{
	for (;;) {
		double before = s->best_length;

		try_straight_forms(s, &e);
		if (!(s->best_length < before))
			return;
		e = s->best;
		try_equivalents(s, &e);
	}
}

/* The slowest waves that the rows allow, if they fit as well. */
static void slow_down(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		      struct fit_result *r)
{
	struct fit_options options = *o;
	struct expr slow = *e;
	struct fit_result now;

	expr_slow_waves(&slow, rows);
	if (expr_same_skeleton(&slow, e) && memcmp(slow.c, e->c, (size_t)e->n_consts * sizeof(*e->c)) == 0)
		return;
	options.restarts = 1;
	options.warm = true;
	fit_constants(f, &slow, rows, &options, &now);
	if (now.verdict == VERDICT_OK && now.nmse <= r->nmse * (1 + 1e-6) + FIT_EXACT_NMSE &&
	    (!o->bounds || bounds_allow(o->bounds, &slow))) {
		*e = slow;
		*r = now;
	}
}

void fit_readable(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		  struct fit_result *r)
{
	struct readable s = {.f = f, .rows = rows, .o = *o, .given = r};
	struct fit_result now_r;
	struct expr plain;

	if (r->verdict != VERDICT_OK)
		return;
	slow_down(f, e, rows, o, r);
	s.best = plain = *e;
	s.best_result = *r;
	rows_measure_target(rows, &s.target);
	s.o.target = &s.target;
	s.o.restarts = 1;
	s.o.warm = true;
	s.o.give_up_after = 0;
	s.given_consts = expr_free_consts(e);
	s.given_size = expr_size(e);
	s.positive = positive_columns(rows);
	s.best_length = INFINITY;
	now_r = *r;
	fit_limit_digits(f, &plain, rows, &s.o, true, &now_r);
	keep_if_shorter(&s, &plain, &now_r);
	if (bounds_have_form(o->bounds)) {
		try_bodies(&s, e);
		try_spelling(&s, *e);
		*e = s.best;
		*r = s.best_result;
		return;
	}
	plain = *e;
	flatten(&s, &plain);
	shorten(&plain, s.o.bounds, s.positive);
	try_equivalents(&s, &plain); /* first, so that of equals the powers fall */
	try_spelling(&s, plain);
	try_spelling(&s, *e);
	try_arguments(&s, plain);
	*e = s.best;
	*r = s.best_result;
}
