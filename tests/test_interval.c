/* test_interval.c — intervals hold what equations can be, and tell where they have no value. */
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/bench/problem_file.h"
#include "eqrl/eval/interval.h"
#include "eqrl/eval/powers.h"
#include "eqrl/eval/regularity.h"
#include "eqrl/expr/parse.h"
#include "test.h"

#include <stdlib.h>
#include <tgmath.h>

/* ---- enclosure, against the operator table in extended precision ---------------------------------------------- */

static long double precise_modulo(long double a, long double b)
{
	long double r = fmod(a, b);

	return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* The functions of ops.def are those of long double here, by tgmath.h. */
#define op_modulo precise_modulo
static long double precise_value(enum op op, long double a, long double b)
{
	switch (op) {
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, ...)                                     \
	case OP_##id:                                                                                                  \
		return VALUE;
#include "eqrl/expr/ops.def"
#undef OP
	default:
		return 0;
	}
}
#undef op_modulo

enum { COLUMNS = 2, EQUATIONS = 10000, POINTS = 40 };

static void grow(struct expr *e, struct rng *r, int room)
{
	enum op op = (enum op)rng_below(r, OP_COUNT);

	if (room > 1 && rng_bool(r, 0.75)) {
		expr_push(e, op, 0);
		for (int k = 0; k < op_info[op].arity; k++)
			grow(e, r, (room - 1) / op_info[op].arity);
	} else if (rng_bool(r, 0.6)) {
		expr_push(e, OP_VAR, (int)rng_below(r, COLUMNS));
	} else if (rng_bool(r, 0.3) || !expr_push_const(e, OP_CONST, rng_range(r, -3, 3))) {
		expr_push(e, rng_bool(r, 0.2) ? OP_PI : OP_INT, 1 + (int)rng_below(r, 4));
	}
}

static long double leaf_value(const struct expr *e, int i, const long double *x)
{
	struct node a = e->node[i];

	if (a.op == OP_VAR)
		return x[a.arg];
	return a.op == OP_INT ? a.arg : a.op == OP_PI ? 3.14159265358979323846L : (long double)e->c[a.arg];
}

/* Values of all nodes at a point against their images; returns how many are wrong. */
static int count_wrong(const struct expr *e, const struct image *image, const long double *x)
{
	long double v[EXPR_MAX_NODES];
	uint8_t end[EXPR_MAX_NODES];
	int wrong = 0;

	expr_ends(e, end);
	for (int i = e->n - 1; i >= 0; i--) {
		int arity = node_arity(e->node[i]);
		long double a = arity ? v[i + 1] : 0, b = arity == 2 ? v[end[i + 1]] : 0;

		v[i] = arity ? precise_value((enum op)e->node[i].op, a, b) : leaf_value(e, i, x);
		if (!isfinite(a) || !isfinite(b))
			v[i] = NAN; /* what follows from a pole is not spoken of */
		else if (isnan(v[i]))
			wrong += !image[i].undefined;
		else if (isinf(v[i]))
			wrong += !image[i].infinite;
		else
			wrong += !((long double)image[i].range.low <= v[i] && v[i] <= (long double)image[i].range.high);
	}
	return wrong;
}

static struct interval draw_side(struct rng *r)
{
	double a = nearbyint(rng_range(r, -4, 4)),
	       width = rng_bool(r, 0.5) ? rng_range(r, 0, 4) : pow(10, rng_range(r, -9, 0));

	return (struct interval){a, rng_bool(r, 0.05) ? a : a + width}; /* whole numbers: ends of domains */
}

TEST(no_value_of_any_node_lies_outside_its_interval)
{
	struct rng r = rng_stream(1, 2, 3);
	int wrong = 0, narrow = 0;

	for (int k = 0; k < EQUATIONS; k++) {
		struct interval side[COLUMNS] = {draw_side(&r), draw_side(&r)};
		struct image image[EXPR_MAX_NODES];
		struct expr e = {0};

		grow(&e, &r, 14);
		interval_of_nodes(&e, side, image);
		narrow += isfinite(image[0].range.high - image[0].range.low);
		for (int i = 0; i < POINTS && wrong < 5; i++) {
			long double x[COLUMNS];

			for (int c = 0; c < COLUMNS; c++) /* the corners first */
				x[c] = i < 4 ? (i >> c & 1 ? side[c].high : side[c].low)
					     : side[c].low +
						       (long double)rng_uniform(&r) * (side[c].high - side[c].low);
			if (count_wrong(&e, image, x) == 0)
				continue;
			test_failed(__FILE__, __LINE__, "equation %d, point %d", k, i);
			wrong++;
		}
	}
	CHECK(narrow > EQUATIONS / 2); /* they say something */
}

/* ---- regular or not ---------------------------------------------------------------------------------------------- */

static const char *const column_names[] = {"x", "y"};
static const struct names names = {.n = 2, .column = column_names, .target = "z"};

static struct regularity judge(const char *text, struct interval x, struct interval y, const struct rows *rows)
{
	struct interval box[] = {x, y};
	struct regularity out;
	struct expr e;

	CHECK_OK(parse_expr(text, &names, NULL, &e));
	regularity_judge(&e, box, rows, 1, &out);
	return out;
}

static void check_kind(const char *text, struct interval x, struct interval y, enum regularity_kind want)
{
	struct regularity got = judge(text, x, y, NULL);

	if (got.kind != want)
		test_failed(__FILE__, __LINE__, "%s is %s, not %s", text, regularity_name[got.kind],
			    regularity_name[want]);
}

TEST(poles_and_ends_of_domains_within_the_box_are_found)
{
	const struct interval x = {1, 5}, y = {-1, 2};

	check_kind("1/(x - 3.2)", x, y, REGULARITY_POLE);
	check_kind("2 + 1e-3*x/(x^2 - 9.1)^2", x, y, REGULARITY_POLE);
	check_kind("atan(6/y)", x, y, REGULARITY_POLE); /* a jump made of a pole */
	check_kind("tan(x)", x, y, REGULARITY_POLE);
	check_kind("(x - 2.7)^(-3.5 + 0.5)", x, y, REGULARITY_POLE);
	check_kind("x/(y*exp(x))", x, y, REGULARITY_POLE);
	check_kind("log(abs(y + x - 3))", x, y, REGULARITY_POLE);
	check_kind("1/(x*y - 2)", x, y, REGULARITY_POLE);
	check_kind("x/sin(x)", x, y, REGULARITY_POLE); /* removable at 0, not at pi */
	check_kind("acos(0.3*x)", x, y, REGULARITY_UNDEFINED);
	check_kind("asin(x*y/9.9)", x, y, REGULARITY_UNDEFINED); /* in a corner */
	check_kind("sqrt(x - 1.01)", x, y, REGULARITY_UNDEFINED);
	check_kind("log(y)", x, y, REGULARITY_UNDEFINED);
	check_kind("(x - 2)^2.5", x, y, REGULARITY_UNDEFINED);
	check_kind("exp(sqrt(x^2 + y - 1))", x, y, REGULARITY_UNDEFINED);
}

TEST(what_is_finite_on_the_box_is_called_regular)
{
	const struct interval x = {1, 5}, y = {-1, 2}, edge = {0, 1};

	check_kind("1/x", x, y, REGULARITY_REGULAR);
	check_kind("log(x - 1)/x", x, y, REGULARITY_REGULAR); /* its domain ends at the edge */
	check_kind("1/x + log(x) + sqrt(1 - x^2) + asin(x)", edge, y, REGULARITY_REGULAR);
	check_kind("tan(x)", (struct interval){-1.5707, 1.5707}, y, REGULARITY_REGULAR);
	check_kind("1/(x^2 - x + 1)", x, y, REGULARITY_REGULAR); /* only bisection shows it */
	check_kind("sqrt(x*x - x*0.9)", x, y, REGULARITY_REGULAR);
	check_kind("1/(x^2 - 2*x*y + y^2 + 0.5)", x, y, REGULARITY_REGULAR);
	check_kind("4*(x^(-12) - x^(-6))", (struct interval){0.8, 4}, y, REGULARITY_REGULAR);
	check_kind("1/x^2", (struct interval){0.1, 100}, y, REGULARITY_REGULAR);
	check_kind("exp(-x/y^2)", x, (struct interval){0.1, 2}, REGULARITY_REGULAR);
	check_kind("x^3/(exp(x) - 1)", x, y, REGULARITY_REGULAR);
	check_kind("sin(x)*exp(-0.1*y) + atan(x*y)", x, y, REGULARITY_REGULAR);
	check_kind("y^3 - abs(y)^1.5", x, y, REGULARITY_REGULAR);
}

static void check_none(const char *text, struct interval x, struct interval y)
{
	struct regularity got = judge(text, x, y, NULL);

	if (regularity_is_singular(&got))
		test_failed(__FILE__, __LINE__, "%s is %s", text, regularity_name[got.kind]);
}

TEST(removable_singularities_are_no_fault)
{
	const struct interval x = {-3, 7}, y = {-1, 2};

	check_none("sin(3*x)/x", x, y);
	check_none("(1 - cos(y))/y^2", x, y);
	check_none("(exp(y) - 1)/y", x, y);
	check_none("exp(-1/y^2)", x, y);
	check_none("1/(4 + 1/y^2)", x, y);
	check_none("sqrt(x^2 - 2*x*y + y^2)", x, y);
}

TEST(the_place_of_a_pole_is_told_in_the_columns_it_depends_on)
{
	struct regularity r = judge("y + 1/(x - 3.2)", (struct interval){1, 5}, (struct interval){0, 1}, NULL);

	CHECK_EQ(r.n, 1);
	CHECK_EQ(r.column[0], 0);
	CHECK_NEAR(r.at[0], 3.2, 1e-9);
}

TEST(a_row_that_makes_a_part_infinite_is_found)
{
	double dose[3 + ROWS_BLOCK] = {0, 1, 2}, other[3 + ROWS_BLOCK] = {1, 2, 3};
	const double *column[] = {dose, other};
	struct rows rows = {.n = 3, .n_columns = 2, .x = column};
	struct interval box[2];
	struct regularity r;

	regularity_box(&rows, box);
	CHECK(box[0].low == 0 && box[0].high == 2);
	r = judge("(atan(6/x) - 22/7)^4", box[0], box[1], &rows);
	CHECK_EQ(r.kind, REGULARITY_ROW);
	CHECK_EQ(r.column[0], 0);
	CHECK(r.at[0] == 0);
	r = judge("(atan(6/y) - 22/7)^4", box[0], box[1], &rows);
	CHECK_EQ(r.kind, REGULARITY_REGULAR);
	r = judge("x^2/(x^2 + 3)", box[0], box[1], &rows);
	CHECK_EQ(r.kind, REGULARITY_REGULAR);
}

static double hash_unit(int i, int salt)
{
	struct rng r = rng_stream(9, (uint64_t)salt, (uint64_t)i);

	return rng_uniform(&r);
}

TEST(a_singularity_that_rows_avoid_is_not_among_them)
{
	enum { N = 100 };
	double speed[N + ROWS_BLOCK], limit[N + ROWS_BLOCK];
	const double *column[] = {speed, limit};
	struct rows rows = {.n = N, .n_columns = 2, .x = column};
	struct interval box[2];

	for (int i = 0; i < N; i++) { /* a speed and one that it never exceeds */
		limit[i] = 1 + 9 * hash_unit(i, 1);
		speed[i] = limit[i] * hash_unit(i, 2);
	}
	regularity_box(&rows, box);
	CHECK_EQ(judge("sqrt(1 - x^2/y^2)", box[0], box[1], NULL).kind, REGULARITY_UNDEFINED);
	CHECK_EQ(judge("sqrt(1 - x^2/y^2)", box[0], box[1], &rows).kind, REGULARITY_UNKNOWN);
	CHECK_EQ(judge("1/(y - x)", box[0], box[1], &rows).kind, REGULARITY_UNKNOWN);
	CHECK_EQ(judge("1/(y - 5)", box[0], box[1], &rows).kind, REGULARITY_POLE);
	for (int i = 0; i < N; i++) /* charges of both signs, none of them small */
		speed[i] = (i % 2 ? 1 : -1) * (1 + hash_unit(i, 3));
	regularity_box(&rows, box);
	CHECK_EQ(judge("1/x", box[0], box[1], &rows).kind, REGULARITY_UNKNOWN);
	CHECK_EQ(judge("1/(x - 1.5)", box[0], box[1], &rows).kind, REGULARITY_POLE);
}

TEST(an_edge_that_rows_happen_not_to_meet_is_among_them)
{
	enum { N = 4000 };
	double *x = xcalloc(2 * (N + ROWS_BLOCK), sizeof(*x)), *y = x + N + ROWS_BLOCK;
	const double *column[] = {x, y};
	struct rows rows = {.n = N, .n_columns = 2, .x = column};
	struct interval box[2];

	for (int i = 0, k = 0; i < N; k++) { /* one in 4,000 lies beyond */
		x[i] = hash_unit(k, 4);
		y[i] = hash_unit(k, 5);
		i += x[i] * y[i] <= 0.977;
	}
	regularity_box(&rows, box);
	CHECK_EQ(judge("acos(x*y/0.977)", box[0], box[1], &rows).kind, REGULARITY_UNDEFINED);
	free(x);
}

/* ---- laws --------------------------------------------------------------------------------------------------------- */

/* The suites of laws; the others are made-up expressions, drawn until all rows had a value. */
static bool is_law(const char *suite)
{
	return strcmp(suite, "Feynman") == 0 || strcmp(suite, "FeynmanBonus") == 0 || strcmp(suite, "SRSD") == 0 ||
	       strcmp(suite, "ODEBench") == 0;
}

TEST(laws_of_science_are_not_called_singular_on_their_own_rows)
{
	struct problem_file f;
	int n = 0, kinds[REGULARITY_KINDS] = {0};

	CHECK_OK(problem_file_load(&f, "data/benchmarks/formulas.json"));
	for (int i = 0; i < f.n; i++) {
		struct interval box[64];
		struct regularity r;
		struct dataset d;

		if (!is_law(f.problem[i].suite))
			continue;
		f.problem[i].train_samples = 200;
		f.problem[i].test_samples = 10;
		CHECK_OK(problem_dataset(&f.problem[i], 1, &d));
		regularity_box(&d.all_but_report, box);
		regularity_judge(&f.problem[i].truth, box, &d.all_but_report, d.y_stats.sd, &r);
		kinds[r.kind]++;
		n++;
		dataset_release(&d);
	}
	problem_file_release(&f);
	CHECK(n >= 200);
	CHECK(kinds[REGULARITY_REGULAR] + kinds[REGULARITY_UNKNOWN] >= 0.97 * n);
	CHECK(kinds[REGULARITY_REGULAR] >= 0.9 * n);
}

/* ---- exponents ---------------------------------------------------------------------------------------------------- */

static bool may_stand(const char *text, struct interval x)
{
	struct interval box[] = {x, {-1, 2}};
	struct expr e;

	CHECK_OK(parse_expr(text, &names, NULL, &e));
	return powers_are_plausible(&e, box);
}

TEST(exponents_of_laws_may_stand_and_those_that_imitate_exponentials_may_not)
{
	const struct interval wide = {0.8, 4}, kelvin = {300, 360}, decay = {0, 50};

	CHECK(may_stand("4*(x^(-12) - x^(-6))", wide));
	CHECK(may_stand("4*(1/x^12 - 1/square(cube(x)))", wide));
	CHECK(may_stand("5.67e-8*x^4", kelvin));
	CHECK(may_stand("101325*(1 - 2.25577e-5*x)^5.25588", (struct interval){0, 11000})); /* air pressure by height */
	CHECK(may_stand("x^1.5*exp(-y) + 1.06^(20*y)", kelvin));
	CHECK(may_stand("(x - 3)^10", wide));
	CHECK(may_stand("(2^30)^y*x", wide)); /* no column under it */
	CHECK(!may_stand("2.83e-150*x^54.4*cos(y)", kelvin));
	CHECK(!may_stand("4e161*x^(-49)", kelvin));
	CHECK(!may_stand("1/x^700000", wide));
	CHECK(!may_stand("3.9e94*(x + 210)^(-41)", decay));
	CHECK(!may_stand("(x + 210)^(-9)", decay)); /* an exponential, to 1.3 % of its logarithm's range */
	CHECK(may_stand("(x + 21)^(-9)", decay));
	CHECK(!may_stand("cube(cube(cube(x)))", wide));
	CHECK(!may_stand("sqrt((y*x^5)^6)", kelvin));
	CHECK(!may_stand("y + sin(1 + x^(-2*8))", wide));
	CHECK(!may_stand("(x + (y + 2*(x - 99)^5)^2)^2", kelvin));
	CHECK(may_stand("(1 + (x/2)^3.5)^(-2)", wide));
}

TEST(no_law_has_a_larger_exponent_on_its_own_rows)
{
	struct problem_file f;

	CHECK_OK(problem_file_load(&f, "data/benchmarks/formulas.json"));
	for (int i = 0; i < f.n; i++) {
		struct interval box[64];
		struct dataset d;

		f.problem[i].train_samples = 200;
		f.problem[i].test_samples = 10;
		CHECK_OK(problem_dataset(&f.problem[i], 1, &d));
		regularity_box(&d.all_but_report, box);
		if (!powers_are_plausible(&f.problem[i].truth, box))
			test_failed(__FILE__, __LINE__, "%s", f.problem[i].expression);
		dataset_release(&d);
	}
	problem_file_release(&f);
}
