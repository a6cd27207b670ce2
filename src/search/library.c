/* library.c — see library.h. */
#include "library.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "links.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Variables x1 … x6 stand for columns, one character of `after` each: which of them (1 … 6) comes before it in the
 * library's order, since exchanging the two, or what they belong to, changes nothing; 0: any. uses: what an entry of that
 * formula serves. */
struct formula {
	const char *text, *after;
	int uses;
};

enum {
	IN_SUMS = 1,	  /* a term by itself */
	IN_PAIRS = 2,	  /* a part of products of two columns */
	IN_TRIPLES = 4,	  /* … of three */
	IN_QUADS = 8,	  /* … of four */
	IN_PRODUCTS = 16, /* a factor */
	ALGEBRAIC = 32	  /* of powers alone */
};

static const struct formula formulas[] = {
	{"x1", "0", ALGEBRAIC | IN_SUMS | IN_PAIRS | IN_TRIPLES | IN_QUADS},
	{"1/x1", "0", ALGEBRAIC | IN_SUMS | IN_PAIRS | IN_TRIPLES | IN_QUADS},
	{"x1^2", "0", ALGEBRAIC | IN_SUMS | IN_PAIRS | IN_TRIPLES},
	{"1/x1^2", "0", ALGEBRAIC | IN_SUMS | IN_PAIRS | IN_TRIPLES},
	{"sqrt(x1)", "0", ALGEBRAIC | IN_SUMS | IN_PAIRS},
	{"sin(x1)", "0", IN_SUMS | IN_PAIRS | IN_TRIPLES | IN_PRODUCTS},
	{"cos(x1)", "0", IN_SUMS | IN_PAIRS | IN_TRIPLES | IN_PRODUCTS},
	{"log(x1)", "0", IN_SUMS | IN_PAIRS | IN_PRODUCTS},
	{"exp(x1)", "0", IN_SUMS | IN_PAIRS | IN_PRODUCTS},
	{"exp(-x1)", "0", IN_SUMS | IN_PAIRS},
	{"x1^3", "0", ALGEBRAIC | IN_SUMS},
	{"x1^4", "0", ALGEBRAIC | IN_SUMS},
	{"1/x1^3", "0", ALGEBRAIC | IN_SUMS},
	{"1/sqrt(x1)", "0", ALGEBRAIC | IN_SUMS},
	{"x1*log(x1)", "0", IN_SUMS},
	{"x1*exp(-x1)", "0", IN_SUMS},
	{"x1*sin(x1)", "0", IN_SUMS},
	{"x1*cos(x1)", "0", IN_SUMS},
	{"cos(x1 - x2)", "01", IN_SUMS | IN_PRODUCTS},
	{"sin(x1 - x2)", "01", IN_SUMS | IN_PRODUCTS},
	{"sin(x1*x2)", "01", IN_SUMS | IN_PRODUCTS},
	{"cos(x1*x2)", "01", IN_SUMS | IN_PRODUCTS},
	{"exp(x1*x2)", "01", IN_SUMS | IN_PRODUCTS},
	{"exp(-x1*x2)", "01", IN_SUMS},
	{"exp(x1/x2)", "00", IN_SUMS | IN_PRODUCTS},
	{"exp(-x1/x2)", "00", IN_SUMS},
	{"log(x1/x2)", "01", IN_SUMS | IN_PRODUCTS},
	{"1/(x1 + x2)", "01", IN_SUMS},
	{"1/(x1 - x2)", "01", IN_SUMS},
	{"sqrt(x1^2 + x2^2)", "01", IN_SUMS},
	{"x1 + x2", "01", IN_PRODUCTS},
	{"x1 - x2", "01", IN_PRODUCTS},
	{"x1^2 + x2^2", "01", IN_PRODUCTS},
	{"x1^2 - x2^2", "01", IN_PRODUCTS},
	{"1 + x1", "0", IN_PRODUCTS},
	{"1 - x1", "0", IN_PRODUCTS},
	{"2 + x1", "0", IN_PRODUCTS},
	{"2 - x1", "0", IN_PRODUCTS},
	{"1 + x1^2", "0", IN_PRODUCTS},
	{"1 - x1^2", "0", IN_PRODUCTS},
	{"exp(x1) - 1", "0", IN_PRODUCTS},
	{"exp(x1) + 1", "0", IN_PRODUCTS},
	{"1 + cos(x1)", "0", IN_PRODUCTS},
	{"1 - cos(x1)", "0", IN_PRODUCTS},
	{"log(1 + x1)", "0", IN_PRODUCTS},
	{"1 + x1*x2", "01", IN_PRODUCTS},
	{"1 - x1*x2", "01", IN_PRODUCTS},
	{"log(1 + x1/x2)", "00", IN_PRODUCTS},
	{"x1 + x2^2", "00", IN_PRODUCTS},
	{"x1 - x2^2", "00", IN_PRODUCTS},
	{"1 + cos(x1*x2)", "01", IN_PRODUCTS},
	{"1 - cos(x1*x2)", "01", IN_PRODUCTS},
	{"1 + x1*cos(x2)", "00", IN_PRODUCTS},
	{"1 - x1*cos(x2)", "00", IN_PRODUCTS},
	{"(x1 - x2)^2 + (x3 - x4)^2", "0113", IN_PRODUCTS},
	{"(x1 - x2)^2 + (x3 - x4)^2 + (x5 - x6)^2", "011335", IN_PRODUCTS},
	{"x1 + x2*x3", "002", IN_PRODUCTS},
	{"x1 - x2*x3", "002", IN_PRODUCTS},
	{"x1 + x2 + x3", "012", IN_PRODUCTS},
	{"x1 + x2 - x3", "010", IN_PRODUCTS},
	{"x1^2 + x2^2 + x3^2", "012", IN_PRODUCTS},
	{"x1^2 + x2^2*x3^2", "002", IN_PRODUCTS},
	{"x1^2 - x2^2*x3^2", "002", IN_PRODUCTS},
	{"x1*x2 + x3*x4", "0113", IN_PRODUCTS},
	{"x1*x2 - x3*x4", "0113", IN_PRODUCTS},
};

enum { N_FORMULAS = COUNT_OF(formulas) };

void library_init(struct library *l, const struct rows *rows, const int *column, int n_columns, int most)
{
	*l = (struct library){.rows = rows, .n_columns = n_columns, .most = most, .capacity = 64};
	memcpy(l->column, column, (size_t)n_columns * sizeof(*column));
	l->entry = xmalloc((size_t)l->capacity * sizeof(*l->entry));
	l->value = xmalloc((size_t)l->capacity * (size_t)rows->n * sizeof(*l->value));
}

void library_release(struct library *l)
{
	free(l->entry);
	free(l->value);
	*l = (struct library){0};
}

static double *next_value(struct library *l)
{
	if (l->n == l->capacity) {
		l->capacity *= 2;
		l->entry = xrealloc(l->entry, (size_t)l->capacity * sizeof(*l->entry));
		l->value = xrealloc(l->value, (size_t)l->capacity * (size_t)l->rows->n * sizeof(*l->value));
	}
	return l->value + (size_t)l->n * (size_t)l->rows->n;
}

static int n_columns_of(const struct formula *f)
{
	return (int)strlen(f->after);
}

static void read_formula(int which, struct expr *out)
{
	if (parse_expr(formulas[which].text, NULL, NULL, out) != ST_OK)
		BUG("a formula of the library is no equation");
}

/* out[row] for a formula of the given columns of the data set. */
static void evaluate_part(const struct rows *rows, const struct expr *formula, const int *column, double *out)
{
	double x[PART_COLUMNS] = {0};

	for (int i = 0; i < rows->n; i++) {
		for (int k = 0; k < PART_COLUMNS && column[k] >= 0; k++)
			x[k] = rows->x[column[k]][i];
		out[i] = expr_value(formula, x);
	}
}

static bool is_telling(const double *v, int n)
{
	double low = INFINITY, high = -INFINITY;

	for (int i = 0; i < n; i++) {
		if (!isfinite(v[i]))
			return false;
		low = fmin(low, v[i]);
		high = fmax(high, v[i]);
	}
	return high > low;
}

static void take_entry(struct library *l, const struct entry *e)
{
	if (l->n < l->most && is_telling(next_value(l), l->rows->n))
		l->entry[l->n++] = *e;
}

/* Every choice of columns for one formula, each as an entry of its own; place: columns chosen so far. */
static void add_choices(struct library *l, int which, const struct expr *formula, int *chosen, int place,
			bool log_value)
{
	const struct formula *f = &formulas[which];
	int column[PART_COLUMNS] = {-1, -1, -1, -1, -1, -1};
	struct entry e = {.n_parts = 1, .part[0].formula = (uint8_t)which};
	double *v;

	if (place < n_columns_of(f)) {
		int after = f->after[place] - '0', first = after > 0 ? chosen[after - 1] + 1 : 0;

		for (int c = first; c < l->n_columns; c++) {
			bool taken = false;

			for (int k = 0; k < place; k++)
				taken |= chosen[k] == c;
			chosen[place] = c;
			if (!taken)
				add_choices(l, which, formula, chosen, place + 1, log_value);
		}
		return;
	}
	for (int k = 0; k < n_columns_of(f); k++) {
		column[k] = l->column[chosen[k]];
		e.part[0].column[k] = (uint8_t)chosen[k];
	}
	v = next_value(l);
	evaluate_part(l->rows, formula, column, v);
	for (int i = 0; i < l->rows->n && log_value; i++)
		v[i] = log(fabs(v[i]));
	take_entry(l, &e);
}

static void add_constant(struct library *l)
{
	double *v = next_value(l);

	for (int i = 0; i < l->rows->n; i++)
		v[i] = 1;
	l->entry[l->n++] = (struct entry){0};
}

static void add_single_formulas(struct library *l, int use, bool log_value)
{
	int chosen[PART_COLUMNS];
	struct expr formula;

	for (int f = 0; f < N_FORMULAS; f++)
		if ((formulas[f].uses & use) == use) {
			read_formula(f, &formula);
			add_choices(l, f, &formula, chosen, 0, log_value);
		}
}

int library_add_factors(struct library *l)
{
	int n_base;

	add_constant(l);
	for (int c = 0; c < l->n_columns; c++) {
		struct entry e = {.n_parts = 1, .part[0] = {.formula = 0, .column = {(uint8_t)c}}};
		double *v = next_value(l);

		for (int i = 0; i < l->rows->n; i++)
			v[i] = log(fabs(l->rows->x[l->column[c]][i]));
		take_entry(l, &e);
	}
	n_base = l->n;
	add_single_formulas(l, IN_PRODUCTS, true);
	return n_base;
}

/* ---- products of parts, for sums ------------------------------------------------------------------------- */

/* Values of the parts that products are made of: (formula, column of the library, row). */
struct parts {
	int formula[N_FORMULAS], n;
	double *value;
};

/* The first `most` formulas of that use. */
static void parts_init(struct parts *p, const struct library *l, int use, int most)
{
	struct expr formula;

	*p = (struct parts){0};
	p->value = xmalloc((size_t)N_FORMULAS * (size_t)l->n_columns * (size_t)l->rows->n * sizeof(double));
	for (int f = 0; f < N_FORMULAS && p->n < most; f++) {
		if (!((formulas[f].uses & use) == use))
			continue;
		read_formula(f, &formula);
		for (int c = 0; c < l->n_columns; c++) {
			int column[PART_COLUMNS] = {l->column[c], -1};

			evaluate_part(l->rows, &formula, column,
				      p->value + (size_t)(p->n * l->n_columns + c) * (size_t)l->rows->n);
		}
		p->formula[p->n++] = f;
	}
}

/* All products of one part of each of the chosen columns. keep: share of them that enters. */
static void add_products(struct library *l, const struct parts *p, const int *chosen, int order, double keep,
			 struct rng *r)
{
	int digit[ENTRY_PARTS] = {0}, at;

	do {
		struct entry e = {.n_parts = order};
		double *v;

		if (keep >= 1 || rng_bool(r, keep)) {
			v = next_value(l);
			for (int i = 0; i < l->rows->n; i++)
				v[i] = 1;
			for (int k = 0; k < order; k++) {
				const double *part =
					p->value + (size_t)(digit[k] * l->n_columns + chosen[k]) * (size_t)l->rows->n;

				e.part[k] = (struct part){(uint8_t)p->formula[digit[k]], {(uint8_t)chosen[k]}};
				for (int i = 0; i < l->rows->n; i++)
					v[i] *= part[i];
			}
			take_entry(l, &e);
		}
		for (at = 0; at < order && ++digit[at] == p->n; at++)
			digit[at] = 0;
	} while (at < order);
}

/* The next choice of `order` ascending numbers below n; false after the last. */
static bool next_choice(int *chosen, int order, int n)
{
	int at = order - 1;

	while (at >= 0 && chosen[at] == n - order + at)
		at--;
	if (at < 0)
		return false;
	chosen[at]++;
	for (int k = at + 1; k < order; k++)
		chosen[k] = chosen[k - 1] + 1;
	return true;
}

static double choices(int n, int k)
{
	double c = 1;

	for (int i = 0; i < k; i++)
		c = c * (n - i) / (i + 1);
	return c;
}

/* Products of `order` columns, of the first most_parts formulas of that use. */
static void add_order(struct library *l, int use, int order, int most_parts, struct rng *r)
{
	int chosen[ENTRY_PARTS] = {0, 1, 2, 3};
	struct parts p;
	double keep;

	if (order > l->n_columns || l->n >= l->most)
		return;
	parts_init(&p, l, use, most_parts);
	keep = (l->most - l->n) / (choices(l->n_columns, order) * pow(p.n, order));
	do {
		add_products(l, &p, chosen, order, keep, r);
	} while (next_choice(chosen, order, l->n_columns));
	free(p.value);
}

void library_add_terms(struct library *l, bool algebraic, struct rng *r)
{
	int of = algebraic ? ALGEBRAIC : 0;

	add_constant(l);
	add_single_formulas(l, of | IN_SUMS, false);
	add_order(l, of | IN_PAIRS, 2, N_FORMULAS, r);
	add_order(l, of | IN_TRIPLES, 3, N_FORMULAS, r);
	add_order(l, of | IN_QUADS, 4, N_FORMULAS, r);
}

void library_add_monomials(struct library *l, struct rng *r)
{
	int last = l->n_columns < ENTRY_PARTS ? l->n_columns : ENTRY_PARTS;

	add_constant(l);
	add_single_formulas(l, ALGEBRAIC | IN_SUMS, false);
	for (int order = 2; order <= last; order++) {
		double room = (l->most - l->n) / (order < last ? 2.0 : 1.0);
		int powers = (int)floor(pow(room / choices(l->n_columns, order), 1.0 / order) + 1e-9);

		add_order(l, ALGEBRAIC | IN_SUMS, order, powers > 1 ? powers : 1, r);
	}
}

/* ---- back to equations ------------------------------------------------------------------------------------ */

static bool write_part(const struct library *l, const struct part *p, struct expr *out)
{
	struct expr formula, variable[PART_COLUMNS] = {{0}};
	const struct expr *argument[PART_COLUMNS];

	read_formula(p->formula, &formula);
	for (int k = 0; k < n_columns_of(&formulas[p->formula]); k++) {
		expr_push(&variable[k], OP_VAR, l->column[p->column[k]]);
		argument[k] = &variable[k];
	}
	return substitute_variables(&formula, argument, out);
}

bool library_write(const struct library *l, int entry, struct expr *out)
{
	const struct entry *e = &l->entry[entry];
	struct expr part;

	*out = (struct expr){0};
	if (e->n_parts == 0)
		return expr_push(out, OP_INT, 1);
	for (int k = 0; k < e->n_parts; k++) {
		if (k + 1 < e->n_parts && !expr_push(out, OP_MUL, 0))
			return false;
		if (!write_part(l, &e->part[k], &part) || !expr_append_subtree(out, &part, 0))
			return false;
	}
	return true;
}
