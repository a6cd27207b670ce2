/* The choice's view of structure: what is likely, and what odd forms pay. */
#include "test.h"

#include "../src/score/structure.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/pool.h"
#include "eqrl/base/str.h"
#include "eqrl/data/dataset.h"
#include "eqrl/eval/fit.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/textbook.h"
#include "eqrl/score/hof.h"
#include "eqrl/score/rounding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct expr read_formula(const char *text)
{
	struct expr e;

	CHECK(parse_expr(text, NULL, NULL, &e) == ST_OK);
	return e;
}

static void insert(struct hof *h, const char *text, double fvu)
{
	struct score s = {.verdict = VERDICT_OK, .fvu_fit = fvu, .fvu_select = fvu, .fitted = read_formula(text)};

	s.size = expr_size(&s.fitted);
	hof_insert(h, &s);
}

static bool is_formula(const struct score *s, const char *text)
{
	struct expr e = read_formula(text);

	return expr_same_skeleton(&s->fitted, &e);
}

TEST(of_one_size_the_likelier_form_is_kept_beside_the_one_of_less_error)
{
	struct hof *h = xcalloc(1, sizeof(*h));

	h->rows = 8;
	insert(h, "2.1*x1 + 0.9", 0.030);
	insert(h, "2.6*x1^0.9", 0.028); /* e^(8/2 ln 0.93) is less than what a fitted exponent pays */
	CHECK(is_formula(&h->best[5], "2.6*x1^0.9") && is_formula(&h->likely[5], "2.1*x1 + 0.9"));
	h->rows = 1000; /* where rows are many, the same difference says something */
	insert(h, "2.6*x1^0.9", 0.028);
	CHECK(is_formula(&h->likely[5], "2.6*x1^0.9"));
	free(h);
}

TEST(structure_pays_for_nodes_rare_functions_functions_in_functions_and_fitted_exponents)
{
	struct expr sum = read_formula("2.5*x1 + 1.5"), wave = read_formula("sin(2.5*x1)");
	struct expr inside = read_formula("exp(sqrt(x1))"), beside = read_formula("exp(x1)*sqrt(x1)");
	struct expr fitted = read_formula("x1^2.37"), half = read_formula("x1^2.5");

	CHECK_NEAR(structure_price(&sum, -1, 1.25), 5 * 1.25, 1e-12);
	CHECK(structure_price(&wave, -1, 0) > structure_price(&sum, -1, 0));
	CHECK_NEAR(structure_price(&inside, -1, 0) - structure_price(&beside, -1, 0), log(4), 1e-12);
	CHECK_NEAR(structure_price(&fitted, -1, 0) - structure_price(&half, -1, 0), log(100), 1e-12);
}

TEST(constants_pay_for_the_digits_before_and_behind_the_point)
{
	struct expr plain = read_formula("2.5*x1 + 1.5"), strange = read_formula("2.5e-150*x1 + 1.5");

	CHECK(magnitude_price(&plain) < 1);
	CHECK_NEAR(magnitude_price(&strange) - magnitude_price(&plain),
		   log(1 + fabs(log10(2.5e-150))) - log(1 + log10(2.5)), 1e-12);
}

TEST(a_wave_pays_by_the_periods_that_the_rows_see)
{
	double x[ROWS_BLOCK * 2] = {0}, y[ROWS_BLOCK * 2] = {0};
	const double *column[1] = {x};
	struct rows r = {.n = 11, .n_columns = 1, .x = column, .y = y};
	struct expr slow = read_formula("sin(0.5*x1)"), fast = read_formula("sin(57500*x1 + 4)"),
		    none = read_formula("x1*2.5");
	struct tape *t = tape_new();

	for (int i = 0; i < r.n; i++)
		x[i] = i;
	CHECK_NEAR(wave_price(t, &slow, &r), log(1 + 5 / (2 * M_PI)), 1e-9);
	CHECK_NEAR(wave_price(t, &fast, &r), log(1 + 575000 / (2 * M_PI)), 1e-9);
	CHECK(wave_price(t, &none, &r) == 0);
	CHECK(undersampled_price(t, &slow, &r) == 0);
	CHECK_NEAR(undersampled_price(t, &fast, &r), log(100), 1e-12);
	tape_free(t);
}

static double price_of_origin(const char *text)
{
	double x[40 + ROWS_BLOCK] = {0}, y[40 + ROWS_BLOCK] = {0}, origin = 56210;
	const double *column = x;
	struct rows rows = {.n = 40, .n_columns = 1, .x = &column, .y = y};
	struct expr e = read_formula(text);

	for (int i = 0; i < rows.n; i++)
		x[i] = 0.25 * i;
	return origin_price(&e, &origin, &rows, 1.5);
}

TEST(an_origin_that_constants_take_up_is_free_and_one_that_a_law_hangs_on_pays)
{
	double price = 2 * 1.5 + log(1 + log10(56210));

	CHECK(price_of_origin("5*exp(-0.19*x1)") == 0);
	CHECK(price_of_origin("2.7*x1") == 0);
	CHECK(price_of_origin("3.1/(x1 + 4.6)") == 0);
	CHECK(price_of_origin("26.5/(1.3 + exp(3.3 - 0.26*x1))") == 0);
	CHECK_NEAR(price_of_origin("1.84/(x1^1.2 + 6.5)"), price, 1e-12);
	CHECK_NEAR(price_of_origin("2.5*sqrt(x1)"), price, 1e-12);
	CHECK_NEAR(price_of_origin("0.2*atan(0.22*x1) + 0.1"), price, 1e-12);
	CHECK(price_of_origin("2.5") == 0);
}

TEST(an_equation_without_room_for_an_origin_of_its_own_pays_nothing_for_one)
{
	struct str text = {0};

	for (int i = 0; i < EXPR_MAX_CONSTS; i++)
		str_addf(&text, "%s%d.5*x1", i ? " + " : "", i + 1);
	CHECK(price_of_origin(str_text(&text)) == 0);
	str_release(&text);
}

TEST(rounding_to_significant_digits_is_seen_where_the_values_span_decades)
{
	double y[ROWS_BLOCK * 2] = {0};
	struct rows r = {.n = 40, .y = y};

	for (int i = 0; i < r.n; i++) {
		char text[32];

		snprintf(text, sizeof(text), "%.6g", 1.234567891e-20 * pow(10, 0.5 * i) * (1 + 0.01 * i * i));
		y[i] = strtod(text, NULL);
	}
	CHECK(rounding_level(&r) > 1e-15 && rounding_level(&r) < 1e-10);
}

TEST(on_few_rows_the_first_fit_of_a_decay_does_not_hang_on_where_it_starts)
{
	double t[ROWS_BLOCK * 2] = {0, 2, 5, 10, 15, 30, 60},
			      y[ROWS_BLOCK * 2] = {0.98, 0.57, 0.40, 0.33, 0.26, 0.28, 0.31};
	const double *column[1] = {t};
	struct dataset_source source = {
		.file = "decay", .target = "y", .rows = {.n = 7, .n_columns = 1, .x = column, .y = y}};
	struct scorer_config c = scorer_default();
	struct pool *pool = pool_new(1);
	struct parse_params parameters;
	struct expr e;
	struct score *s = xcalloc(1, sizeof(*s));
	struct scorer *scorer;
	struct dataset d;

	CHECK(parse_expr("exp(c*x1)", NULL, &parameters, &e) == ST_OK);
	CHECK(dataset_from_columns(&d, &source, NULL) == ST_OK);
	c.promising = 0; /* no second look */
	scorer = scorer_new(&c, &d, pool);
	CHECK(scorer_run(scorer, &e, 1, s, NULL));
	CHECK(s->fvu_fit < 0.009);
	scorer_free(scorer);
	pool_free(pool);
	dataset_release(&d);
	free(s);
}

TEST(a_part_that_hardly_changes_on_the_rows_is_written_as_its_value)
{
	double x[ROWS_BLOCK * 2] = {0}, y[ROWS_BLOCK * 2] = {0};
	const double *column[1] = {x};
	struct rows r = {.n = 50, .n_columns = 1, .x = column, .y = y};
	struct expr e = read_formula("-3.8e-10*(x1 - 4473684210.65)*sin(7.5*x1 + 0.6)*exp(1.5e-10*(x1 + 0.2)^2) + 0.3");
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct fit_result result;

	for (int i = 0; i < r.n; i++) {
		x[i] = i / 50.0;
		y[i] = 1.7 * sin(7.5 * x[i] + 0.6) + 0.3;
	}
	fit_constants(f, &e, &r, &o, &result);
	fit_readable(f, &e, &r, &o, &result);
	CHECK_EQ(expr_size(&e), 10); /* 1.7*sin(7.5*x1 + 0.6) + 0.3 */
	fitter_free(f);
}

TEST(a_function_that_hardly_bends_on_the_rows_is_written_as_a_straight_line)
{
	static const struct {
		const char *text, *plain;
	} cases[] = {
		{"-49999992.7*(x2*log(-2e-08*x1 + 0.9999999599999903))", "x2*(x1 + 2)"},
		{"4e9*sin(2.5e-10*x1) + 3", "x1 + 3"},
		{"1e8*sqrt(1 + 4e-8*x1) - 1e8", "2*x1"},
		{"1e8*sqrt(1 + 4e-8*x1) - 1e8 + 4e9*sin(2.5e-10*x2)", "2*x1 + x2"},
	};
	double a[ROWS_BLOCK * 2] = {0}, b[ROWS_BLOCK * 2] = {0}, y[ROWS_BLOCK * 2] = {0};
	const double *column[] = {a, b};
	struct rows r = {.n = 50, .n_columns = 2, .x = column, .y = y};

	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct expr e = read_formula(cases[k].text), plain = read_formula(cases[k].plain);
		struct fitter *f = fitter_new();
		struct fit_options o = fit_defaults();
		struct fit_result result;

		for (int i = 0; i < e.n; i++)
			if (e.node[i].op == OP_FIXED)
				e.node[i].op = OP_CONST;
		for (int i = 0; i < r.n; i++) {
			a[i] = 1 + i / 6.0;
			b[i] = 5 + 3 * cos(i);
			y[i] = expr_value(&plain, (double[]){a[i], b[i]});
		}
		fit_constants(f, &e, &r, &o, &result);
		fit_readable(f, &e, &r, &o, &result);
		CHECK(expr_size(&e) <= expr_size(&plain) && result.nmse < 1e-20);
		fitter_free(f);
	}
}

TEST(a_curve_of_the_textbooks_is_known_by_its_form_whatever_its_constants_and_column_and_pays_less)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{"5.5*x2/(x2 + 4.2)", "Michaelis-Menten"},	   {"1/(1.7/x1 + 0.44)", "Michaelis-Menten"},
		{"5.5*x1/(x1 + 2)", "Michaelis-Menten"},	   {"120/(81.45*exp(-0.4*x3) + 1)", "logistic"},
		{"0.7*exp(-0.4*x1) + 0.3", "exponential"},	   {"2.5e13*exp(-12629/x1)", "Arrhenius"},
		{"3*sin(1.6*x1 + 0.7) + 0.5", "sinusoid"},	   {"2*x1 + 1", "straight line"},
		{"2441*exp(-22*(log(x1) - 4.28)^2)", "lognormal"},
	};
	struct expr two = read_formula("5.5*x1/(x2 + 4.2)"), odd = read_formula("sin(sqrt(x1))");

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct expr e = read_formula(cases[i].text);
		int form = textbook_find(&e);

		CHECK(form >= 0);
		if (form >= 0) {
			CHECK_STR(textbook_name[form], cases[i].name);
			CHECK(structure_price(&e, form, UNCHECKED_NODE_PRICE) <
			      structure_price(&e, -1, UNCHECKED_NODE_PRICE));
		}
	}
	CHECK_EQ(textbook_find(&two), -1);
	CHECK_EQ(textbook_find(&odd), -1);
}

TEST(a_curve_has_its_name_where_its_constants_have_their_signs_and_pays_for_a_scale_of_one)
{
	static const struct {
		const char *text, *name; /* NULL: none */
		int missing;
	} cases[] = {
		{"0.4/(exp(-0.18*x1) + 1.4)", "logistic", 0},
		{"-0.4/(exp(-0.18*x1) - 1.4)", NULL, 0},
		{"0.4/(1.4 - exp(-0.18*x1))", NULL, 0},
		{"3*exp(-0.2*(x1 - 4)^2)", "Gaussian", 0},
		{"3/exp(0.2*(x1 - 4)^2)", "Gaussian", 0},
		{"3*exp(0.2*(x1 - 4)^2)", NULL, 0},
		{"5.5*x1/(x1 + 4.2)", "Michaelis-Menten", 0},
		{"5.5*x1/(x1 - 4.2)", NULL, 0},
		{"2*x1/(x1 + 7) + 0.3", "Michaelis-Menten", 0},
		{"90*x1^1.4/(x1^1.4 + 33) + 5", "Hill", 0},
		{"0.5*x1^4.2/(x1^4 + 0.6) + 0.6", NULL, 0},
		{"7*x1^1.2/(x1^0.7 + 2)", NULL, 0},
		{"1/(x1 + 1.4) + 0.25", "hyperbola", 1},
		{"2.5/(x1 - 1.4) + 0.25", "hyperbola", 0},
		{"exp(-0.3*x1)", "exponential", 1},
		{"2*sin(1.3*x1)", "sinusoid", 0},
		{"x1 + 3.5", "straight line", 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct expr e = read_formula(cases[i].text);
		int form = textbook_find(&e);

		if ((form >= 0) != (cases[i].name != NULL) ||
		    (form >= 0 && strcmp(textbook_name[form], cases[i].name) != 0) ||
		    (form >= 0 && textbook_missing(form, &e) != cases[i].missing))
			test_failed(__FILE__, __LINE__, "%s: %s, %d missing", cases[i].text,
				    form >= 0 ? textbook_name[form] : "no form",
				    form >= 0 ? textbook_missing(form, &e) : 0);
	}
}

static struct pareto_entry make_entry(const char *text, double error, double criterion)
{
	struct pareto_entry e = {
		.expr = read_formula(text), .fvu_fit = error, .fvu_all = error, .criterion = criterion};

	e.size = expr_size(&e.expr);
	return e;
}

TEST(the_answer_outlives_what_hides_it_but_for_the_least_error_of_the_front)
{
	struct pareto *p = xcalloc(1, sizeof(*p));

	p->n = 3;
	p->entry[0] = make_entry("2.6*x1^0.9", 0.028, 5);
	p->entry[1] = make_entry("2.1*x1 + 0.9", 0.030, 1);
	p->entry[2] = make_entry("2.1*x1 + sin(x1) + 0.9", 0.020, 9);
	p->chosen = 1;
	p->entry[1].chosen = true;
	pareto_sift(p); /* a longer one has the least error: the power goes */
	CHECK_EQ(p->n, 2);
	CHECK(p->chosen == 0 && p->entry[0].fvu_all == 0.030);

	p->n = 2;
	p->entry[0] = make_entry("2.6*x1^0.9", 0.028, 5);
	p->entry[1] = make_entry("2.1*x1 + 0.9", 0.030, 1);
	p->chosen = 1;
	p->entry[1].chosen = true;
	pareto_sift(p); /* and here it is the power that has it */
	CHECK_EQ(p->n, 1);
	CHECK(p->chosen == 0 && p->entry[0].chosen && p->entry[0].fvu_all == 0.028);
	free(p);
}
