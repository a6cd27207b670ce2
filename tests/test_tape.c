/* test_tape.c — the vectorised evaluator against the recursive one, on every instruction set. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "eqrl/eval/tape.h"
#include "ref_eval.h"
#include "test.h"

#include <float.h>
#include <malloc.h>
#include <stdlib.h>

enum { COLUMNS = 4, ROWS = 250, PADDED = ROWS + ROWS_BLOCK };

static const char *const sets[] = {"v2", "v3", "v4"};

#define EACH_SET(k)                                                                                                    \
	for (size_t set_ = 0; set_ < COUNT_OF(sets); set_++)                                                           \
		for (const struct kernels *k = kernels_find(sets[set_]); k; k = NULL)

static const double special[] = {
	0.0,
	-0.0,
	1.0,
	-1.0,
	0.5,
	-0.5,
	2.0,
	-2.0,
	3.0,
	-3.0,
	1.5,
	1e10,
	-1e10,
	1e300,
	-1e300,
	1e-300,
	-1e-300,
	DBL_MAX,
	-DBL_MAX,
	DBL_MIN,
	-DBL_MIN,
	5e-324,
	-5e-324,
	1e-310,
	-1e-310,
	INFINITY,
	-INFINITY,
	NAN,
	700.0,
	-700.0,
	-740.0,
	800.0,
	-800.0,
	1e5,
	-1e5,
	0.1,
	1 + DBL_EPSILON,
	1 - DBL_EPSILON / 2,
	-1 - DBL_EPSILON,
	1.5707963267948966,
	3.1415926535897931,
	0.3333333333333333,
	1e-8,
	-1e-8,
};

struct table {
	double *memory, *x[COLUMNS], *y, *w;
	struct rows rows;
};

/* Ordinary numbers over several decades, and a share of special ones. */
static double any_number(struct rng *r, double special_share)
{
	if (rng_uniform(r) < special_share)
		return special[rng_below(r, (int)COUNT_OF(special))];
	return rng_normal(r) * pow(10, rng_range(r, -2, 2));
}

static void table_make(struct table *t, int n, uint64_t seed, double special_share)
{
	struct rng r = rng_stream(seed, 1, 0);
	int padded = n + ROWS_BLOCK;

	t->memory = xmalloc((COLUMNS + 2) * (size_t)padded * sizeof(double));
	for (int c = 0; c < COLUMNS + 2; c++)
		for (int i = 0; i < padded; i++)
			t->memory[c * padded + i] = i < n ? any_number(&r, special_share) : NAN;
	for (int c = 0; c < COLUMNS; c++)
		t->x[c] = t->memory + c * padded;
	t->y = t->memory + COLUMNS * padded;
	t->w = t->y + padded;
	for (int i = 0; i < n; i++)
		t->w[i] = fabs(t->w[i]);
	t->rows = (struct rows){n, COLUMNS, (const double *const *)t->x, t->y, NULL, NULL, NULL};
}

static void row_of(const struct table *t, int row, double x[COLUMNS])
{
	for (int c = 0; c < COLUMNS; c++)
		x[c] = t->x[c][row];
}

TEST(tape_equals_the_recursive_reference_on_random_equations)
{
	int equations = test_cases(1400); /* × 250 rows × 3 sets: more than a million pairs of all */
	struct table t;
	double out[ROWS];
	int compared = 0, unsure = 0;

	table_make(&t, ROWS, 11, 0.1);
	EACH_SET(k)
	{
		struct tape *tape = tape_new_for(k);
		int bad = 0;

		for (int n = 0; n < equations && bad < 5; n++) {
			struct rng r = rng_stream(5, 2, (uint64_t)n);
			struct expr e;
			double x[COLUMNS];

			ref_random_expr(&r, rng_between(&r, 1, 40), COLUMNS, 6, &e);
			tape_bind(tape, &e, &t.rows);
			tape_eval(tape, NULL, out);
			for (int row = 0; row < ROWS; row++) {
				struct ref_value want;

				row_of(&t, row, x);
				want = ref_eval(&e, x);
				unsure += want.unsure;
				compared += !want.unsure;
				if (ref_agrees(want, out[row]) || bad++ >= 5)
					continue;
				test_failed(__FILE__, __LINE__,
					    "%s equation %d row %d: %.17g, want "
					    "%.17g within %g",
					    k->name, n, row, out[row], want.v, want.error);
			}
		}
		tape_free(tape);
	}
	CHECK(compared > equations * ROWS / 7 * 6);
	CHECK(unsure < compared / 5);
	free(t.memory);
}

/* One operator over all pairs of special values, with each kind of operands. */
static void check_specials(struct tape *tape, enum op op, enum operands kind)
{
	enum { N = COUNT_OF(special) };
	double a[N + ROWS_BLOCK] = {0}, out[N];
	const double *x[1] = {a};
	struct rows rows = {N, 1, x, NULL, NULL, NULL, NULL};

	memcpy(a, special, sizeof(special));
	for (int j = 0; j < (op_info[op].arity == 2 ? N : 1); j++) {
		struct expr e = {0};

		expr_push(&e, op, 0);
		if (op_info[op].arity == 1 || kind == OPERANDS_BB)
			expr_push(&e, OP_VAR, 0);
		if (op_info[op].arity == 2) {
			expr_push_const(&e, OP_FIXED, special[j]);
			if (kind != OPERANDS_BB)
				expr_push(&e, OP_VAR, 0);
		}
		tape_bind(tape, &e, &rows);
		tape_eval(tape, NULL, out);
		for (int i = 0; i < N; i++) {
			struct ref_value want = ref_eval(&e, &a[i]);

			want.unsure = false; /* the operands are exact */
			if (!ref_agrees(want, out[i]))
				test_failed(__FILE__, __LINE__, "%s %s(%g, %g) operands %d is %.17g, want %.17g",
					    tape_kernels(tape)->name, op_info[op].name, a[i], special[j], kind, out[i],
					    want.v);
		}
	}
}

TEST(special_values_are_as_the_scalar_library_gives_them)
{
	EACH_SET(k)
	{
		struct tape *tape = tape_new_for(k);

		for (int op = 0; op < OP_COUNT; op++)
			for (int kind = OPERANDS_BB; kind <= OPERANDS_BS; kind++)
				check_specials(tape, (enum op)op, (enum operands)kind);
		tape_free(tape);
	}
}

/* c1 op (c2 x) and its likes: every operator with constants below and beside it. */
static void operator_forms(enum op op, int form, struct expr *e)
{
	*e = (struct expr){0};
	expr_push(e, op, 0);
	if (op_info[op].arity == 2 && form == 1)
		expr_push_const(e, OP_CONST, 1.3);
	expr_push(e, OP_MUL, 0);
	expr_push_const(e, OP_CONST, 0.7);
	expr_push(e, OP_VAR, 0);
	if (op_info[op].arity == 2 && form == 0)
		expr_push_const(e, OP_CONST, 1.7);
	if (op_info[op].arity == 2 && form == 2) {
		expr_push(e, OP_ADD, 0);
		expr_push(e, OP_VAR, 1);
		expr_push_const(e, OP_CONST, 0.4);
	}
}

static void check_derivatives(struct tape *tape, const struct expr *e, const struct table *t, double tolerance,
			      const char *what)
{
	enum { MANY = 64 };
	static double memory[EXPR_MAX_CONSTS + 3][MANY];
	double *j[EXPR_MAX_CONSTS], *up = memory[EXPR_MAX_CONSTS], *down = up + MANY, *at = down + MANY;
	struct expr moved = *e;

	for (int p = 0; p < EXPR_MAX_CONSTS; p++)
		j[p] = memory[p];
	tape_bind(tape, e, &t->rows);
	CHECK_EQ(tape_plan(tape, (1u << e->n_consts) - 1), e->n_consts);
	tape_jacobian(tape, NULL, at, j);
	for (int p = 0; p < e->n_consts; p++) {
		double h = 1e-6 * fmax(1, fabs(e->c[p]));

		moved.c[p] = e->c[p] + h;
		tape_eval(tape, moved.c, up);
		moved.c[p] = e->c[p] - h;
		tape_eval(tape, moved.c, down);
		moved.c[p] = e->c[p];
		for (int i = 0; i < t->rows.n; i++) {
			double want = (up[i] - down[i]) / (2 * h);

			if (isfinite(want) && fabs(j[p][i] - want) > tolerance * (1 + fabs(want)))
				test_failed(__FILE__, __LINE__, "%s %s: d/dc%d at row %d is %g, want %g",
					    tape_kernels(tape)->name, what, p, i, j[p][i], want);
		}
	}
}

static void positive_table(struct table *t)
{
	table_make(t, 50, 3, 0);
	for (int c = 0; c < COLUMNS; c++)
		for (int i = 0; i < 50; i++) /* inside every operator's domain */
			t->x[c][i] = 0.05 + 0.9 * (i + 1) / 52 * (c + 1) / COLUMNS;
}

TEST(derivatives_of_every_operator_are_central_differences)
{
	struct table t;
	struct expr e;

	positive_table(&t);
	EACH_SET(k)
	{
		struct tape *tape = tape_new_for(k);

		for (int op = 0; op < OP_COUNT; op++)
			for (int form = 0; form < (op_info[op].arity == 2 ? 3 : 1); form++) {
				operator_forms((enum op)op, form, &e);
				check_derivatives(tape, &e, &t, 1e-7, op_info[op].name);
			}
		tape_free(tape);
	}
	free(t.memory);
}

TEST(derivatives_of_tied_and_nested_constants_add_up)
{
	struct tape *tape = tape_new();
	struct table t;
	struct expr e = {0};

	positive_table(&t);
	/* c0 + sin(c0 * exp(c1)) * (x - c0 * c1) */
	expr_push_const(&e, OP_CONST, 0.8);
	e = (struct expr){.n_consts = 2, .c = {0.8, 0.3}};
	expr_push(&e, OP_ADD, 0);
	expr_push(&e, OP_CONST, 0);
	expr_push(&e, OP_MUL, 0);
	expr_push(&e, OP_SIN, 0);
	expr_push(&e, OP_MUL, 0);
	expr_push(&e, OP_CONST, 0);
	expr_push(&e, OP_EXP, 0);
	expr_push(&e, OP_CONST, 1);
	expr_push(&e, OP_SUB, 0);
	expr_push(&e, OP_VAR, 0);
	expr_push(&e, OP_MUL, 0);
	expr_push(&e, OP_CONST, 0);
	expr_push(&e, OP_CONST, 1);
	check_derivatives(tape, &e, &t, 1e-7, "tied");
	tape_free(tape);
	free(t.memory);
}

TEST(an_equation_may_be_a_single_leaf)
{
	struct tape *tape = tape_new();
	struct table t;
	struct expr c = {0}, x = {0};
	struct moments m;
	double out[50];

	positive_table(&t);
	expr_push_const(&c, OP_CONST, 2.5);
	tape_bind(tape, &c, &t.rows);
	CHECK(tape_eval(tape, NULL, out));
	CHECK_NEAR(out[49], 2.5, 0);
	CHECK_EQ(tape_plan(tape, 1), 1);
	CHECK(tape_moments(tape, NULL, &m));
	CHECK_NEAR(m.a[0][0], 50, 0);
	expr_push(&x, OP_VAR, 1);
	tape_bind(tape, &x, &t.rows);
	CHECK(tape_eval(tape, NULL, out));
	CHECK_NEAR(out[49], t.x[1][49], 0);
	tape_free(tape);
	free(t.memory);
}

/* Sums that the moments should hold, row by row. */
static void slow_moments(const struct table *t, const double *f, double *const *j, int k, const double *w,
			 struct moments *m)
{
	memset(m, 0, sizeof(*m));
	for (int i = 0; i < t->rows.n; i++) {
		double r = f[i] - t->y[i], wi = w ? w[i] : 1;

		if (wi == 0)
			continue;
		m->sse += wi * r * r;
		for (int p = 0; p < k; p++) {
			m->g[p] += wi * j[p][i] * r;
			for (int q = 0; q < k; q++)
				m->a[p][q] += wi * j[p][i] * j[q][i];
		}
	}
}

TEST(moments_are_the_weighted_sums_over_counted_rows)
{
	static double memory[3][PADDED];
	double *j[3] = {memory[0], memory[1], memory[2]}, f[ROWS];
	struct tape *tape = tape_new();
	struct table t;
	struct expr e = {0};

	table_make(&t, ROWS, 17, 0);
	t.w[3] = 0;
	t.x[0][3] = NAN; /* a row of weight 0 may hold anything */
	expr_push(&e, OP_ADD, 0);
	expr_push_const(&e, OP_CONST, 0.5);
	expr_push(&e, OP_MUL, 0);
	expr_push_const(&e, OP_CONST, 1.5);
	expr_push(&e, OP_TANH, 0);
	expr_push(&e, OP_MUL, 0);
	expr_push_const(&e, OP_CONST, 0.1);
	expr_push(&e, OP_VAR, 0);
	for (int weighted = 0; weighted < 2; weighted++) {
		struct moments got, want;

		if (!weighted)
			t.x[0][3] = 1;
		else
			t.x[0][3] = NAN;
		tape_bind(tape, &e, &t.rows);
		tape_weigh(tape, weighted ? t.w : NULL);
		tape_plan(tape, 7);
		CHECK(tape_jacobian(tape, NULL, f, j));
		CHECK(tape_moments(tape, NULL, &got));
		slow_moments(&t, f, j, 3, weighted ? t.w : NULL, &want);
		CHECK_NEAR(got.sse / want.sse, 1, 1e-13);
		CHECK_NEAR(tape_sse(tape, NULL), got.sse, 0);
		for (int p = 0; p < 3; p++) {
			CHECK_NEAR(got.g[p], want.g[p], 1e-11 * sqrt(want.a[p][p] * want.sse));
			for (int q = 0; q < 3; q++)
				CHECK_NEAR(got.a[p][q], want.a[p][q], 1e-13 * sqrt(want.a[p][p] * want.a[q][q]));
		}
	}
	tape_free(tape);
	free(t.memory);
}

TEST(values_do_not_depend_on_place_or_number_of_rows)
{
	struct table t;
	double all[ROWS], part[ROWS];

	table_make(&t, ROWS, 23, 0.02);
	EACH_SET(k)
	{
		struct tape *tape = tape_new_for(k);

		for (int n = 0; n < 100; n++) {
			struct rng r = rng_stream(9, 2, (uint64_t)n);
			const double *x[COLUMNS];
			struct rows shifted;
			struct expr e;
			int skip = rng_between(&r, 1, 100), count = rng_between(&r, 1, 120);

			ref_random_expr(&r, 15, COLUMNS, 4, &e);
			tape_bind(tape, &e, &t.rows);
			tape_eval(tape, NULL, all);
			for (int c = 0; c < COLUMNS; c++)
				x[c] = t.x[c] + skip;
			shifted = (struct rows){count, COLUMNS, x, NULL, NULL, NULL, NULL};
			tape_bind(tape, &e, &shifted);
			tape_eval(tape, NULL, part);
			for (int i = 0; i < count; i++)
				if (memcmp(&part[i], &all[skip + i], sizeof(double)) != 0 &&
				    !(isnan(part[i]) && isnan(all[skip + i])))
					test_failed(__FILE__, __LINE__, "%s equation %d row %d differs", k->name, n, i);
		}
		tape_free(tape);
	}
	free(t.memory);
}

TEST(culprit_is_the_first_node_that_makes_a_number_into_none)
{
	struct tape *tape = tape_new();
	struct table t;
	struct expr e = {0};
	int node = -1, row = -1;

	positive_table(&t);
	/* x0 + 2 * log(x1 - c) */
	expr_push(&e, OP_ADD, 0);
	expr_push(&e, OP_VAR, 0);
	expr_push(&e, OP_MUL, 0);
	expr_push(&e, OP_INT, 2);
	expr_push(&e, OP_LOG, 0);
	expr_push(&e, OP_SUB, 0);
	expr_push(&e, OP_VAR, 1);
	expr_push_const(&e, OP_CONST, 0);
	tape_bind(tape, &e, &t.rows);
	CHECK(!tape_culprit(tape, NULL, &node, &row));
	t.x[1][41] = t.x[1][47] = -1;
	CHECK(tape_culprit(tape, NULL, &node, &row));
	CHECK_EQ(node, 4);
	CHECK_EQ(row, 41);
	t.x[1][13] = NAN;
	CHECK(tape_culprit(tape, NULL, &node, &row));
	CHECK_EQ(node, 6);
	CHECK_EQ(row, 13);
	tape_free(tape);
	free(t.memory);
}

TEST(a_derivative_that_does_not_exist_is_told_from_a_value_that_does_not)
{
	struct tape *tape = tape_new();
	struct table t;
	struct expr e = {0};
	struct moments m;

	positive_table(&t);
	/* sqrt(c * x): at c = 0 a value, but no derivative */
	expr_push(&e, OP_SQRT, 0);
	expr_push(&e, OP_MUL, 0);
	expr_push_const(&e, OP_CONST, 0);
	expr_push(&e, OP_VAR, 0);
	tape_bind(tape, &e, &t.rows);
	tape_plan(tape, 1);
	CHECK(!tape_moments(tape, NULL, &m));
	CHECK(isfinite(m.sse));
	CHECK(tape_moments_lenient(tape, NULL, &m));
	CHECK_NEAR(m.a[0][0], 0, 0);
	CHECK(!tape_moments(tape, (double[]){-1}, &m));
	CHECK(!isfinite(m.sse));
	tape_free(tape);
	free(t.memory);
}

TEST(statistics_of_nodes_are_those_of_their_values)
{
	struct tape *tape = tape_new();
	struct table t;
	struct expr e = {0};
	struct node_stats s[4];

	positive_table(&t);
	for (int i = 0; i < 50; i++)
		t.x[0][i] = i - 10;
	expr_push(&e, OP_LOG, 0);
	expr_push(&e, OP_ADD, 0);
	expr_push(&e, OP_VAR, 0);
	expr_push(&e, OP_INT, 10);
	tape_bind(tape, &e, &t.rows);
	tape_stats(tape, NULL, s);
	CHECK_EQ(s[0].n, 49); /* log(0) is not counted */
	CHECK_NEAR(s[0].low, 0, 0);
	CHECK_NEAR(s[0].high, log(49), 1e-15);
	CHECK_NEAR(s[1].mean, 24.5, 1e-12);
	CHECK_NEAR(s[2].mean_abs, (55 + 780) / 50.0, 1e-12);
	CHECK_NEAR(s[2].sd, sqrt((2500 - 1) / 12.0), 1e-12);
	CHECK_EQ(s[3].n, 50);
	tape_free(tape);
	free(t.memory);
}

TEST(nothing_allocates_after_tape_new)
{
	struct tape *tape = tape_new();
	struct table t;
	struct moments m;
	double out[ROWS];
	struct mallinfo2 before, after;

	table_make(&t, ROWS, 29, 0);
	before = mallinfo2();
	for (int n = 0; n < 50; n++) {
		struct rng r = rng_stream(31, 2, (uint64_t)n);
		struct expr e;
		int node, row;

		ref_random_expr(&r, 40, COLUMNS, 8, &e);
		tape_bind(tape, &e, &t.rows);
		tape_plan(tape, (1u << e.n_consts) - 1);
		tape_eval(tape, NULL, out);
		tape_moments(tape, NULL, &m);
		tape_culprit(tape, NULL, &node, &row);
	}
	after = mallinfo2();
	CHECK_EQ(after.uordblks, before.uordblks);
	CHECK_EQ(after.arena, before.arena);
	tape_free(tape);
	free(t.memory);
}

TEST(the_instruction_set_can_be_asked_for)
{
	setenv("EQRL_ISA", "v2", 1);
	CHECK_STR(kernels_choose()->name, "v2");
	setenv("EQRL_ISA", "v9", 1); /* no such set: the widest that runs */
	CHECK(kernels_choose() == kernels_find(kernels_choose()->name));
	unsetenv("EQRL_ISA");
	CHECK(kernels_find("nonsense") == NULL);
}

TEST(leverage_tells_which_rows_pull_at_the_constants)
{
	enum { N = 128 };
	static double x[N + ROWS_BLOCK], y[N + ROWS_BLOCK], leverage[N], again[N];
	const double *columns[] = {x};
	struct rows rows = {N, 1, columns, y, NULL, NULL, NULL};
	struct tape *t = tape_new();
	struct expr e;
	int n = 0;

	for (int i = 0; i < N; i++)
		x[i] = 1 + i;
	CHECK_OK(parse_expr("?/(x1 - 50.001)", NULL, NULL, &e));
	tape_bind(t, &e, &rows);
	tape_plan(t, 1);
	tape_leverage(t, e.c, leverage);
	for (int i = 0; i < N; i++)
		CHECK(leverage[i] >= 0 && leverage[i] <= leverage[49]); /* the row beside the pole */
	e.c[0] = 1e6; /* neither the constant's size nor its unit matters */
	tape_leverage(t, e.c, again);
	CHECK_NEAR(again[7], leverage[7], 1e-12);
	tape_sample(t, ROWS_BLOCK);
	for (int i = 0; i < N; i = tape_next_row(t, i))
		n++;
	CHECK_EQ(n, ROWS_BLOCK);
	tape_free(t);
}
