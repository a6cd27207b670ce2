/* test_feedback.c — each certificate on an equation made for it, and what becomes of credit. */
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "eqrl/score/feedback.h"
#include "test.h"

#include <stdlib.h>

enum { ROWS = 60 };

struct bed {
	double x[3][ROWS + ROWS_BLOCK], y[ROWS + ROWS_BLOCK];
	const double *column[3];
	struct rows rows;
	struct expr e;
	struct parse_params params;
	struct feedback f;
};

/* Rows of x1, x2, x3 in [0.5, 3] with the formula's value as target; row 17 has x1 = −1. */
static void make_bed(struct bed *b, const char *law, double noise)
{
	struct rng r = rng_stream(8, 1, 2);
	struct expr e;

	memset(b, 0, sizeof(*b));
	CHECK_OK(parse_expr(law, NULL, NULL, &e));
	for (int i = 0; i < ROWS; i++) {
		double row[3];

		for (int j = 0; j < 3; j++)
			row[j] = b->x[j][i] = rng_range(&r, 0.5, 3);
		if (i == 17)
			row[0] = b->x[0][i] = -1;
		b->y[i] = expr_value(&e, row) + noise * rng_normal(&r);
	}
	for (int j = 0; j < 3; j++)
		b->column[j] = b->x[j];
	b->rows = (struct rows){.n = ROWS, .n_columns = 3, .x = b->column, .y = b->y};
}

/* Feedback on a formula whose free constants are named; fit: as the policy's are. */
static void look(struct bed *b, const char *formula, bool fit, const struct score *score)
{
	struct examiner *x = examiner_new();
	struct feedback_request q = {
		.written = &b->e, .rows = &b->rows, .score = score, .fit = fit, .scaling = SCALING_AUTO, .seed = 3};

	CHECK_OK(parse_expr(formula, NULL, &b->params, &b->e));
	feedback_make(x, &q, &b->f);
	examiner_free(x);
	CHECK_EQ(b->f.n, b->e.n);
}

static const struct finding *find(const struct bed *b, enum certificate c)
{
	for (int i = 0; i < b->f.n_findings; i++)
		if (b->f.finding[i].certificate == c)
			return &b->f.finding[i];
	return NULL;
}

static int count(const struct bed *b, enum certificate c)
{
	int n = 0;

	for (int i = 0; i < b->f.n_findings; i++)
		n += b->f.finding[i].certificate == c;
	return n;
}

/* Checks that there is one finding of the kind, on these nodes. */
static const struct finding *only(const struct bed *b, enum certificate c, int first, int last)
{
	static const struct finding none;
	const struct finding *f = find(b, c);

	CHECK_EQ(count(b, c), 1);
	if (!f)
		return &none;
	CHECK_EQ(f->first, first);
	CHECK_EQ(f->last, last);
	return f;
}

static bool faultless(const struct bed *b)
{
	for (int c = 0; c < CERTIFICATE_TERM; c++)
		if (find(b, (enum certificate)c))
			return false;
	return true;
}

TEST(a_domain_fault_names_the_innermost_node_and_the_row)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	const struct finding *f;

	make_bed(b, "x2", 0);
	look(b, "x2 + 2*sqrt(x1)", false, NULL); /* add x2 mul 2 sqrt x1 */
	f = only(b, CERTIFICATE_DOMAIN, 4, 5);
	CHECK_EQ(f->row, 17);
	CHECK(b->f.credit[4] == -1 && b->f.credit[5] == -1 && b->f.credit[0] == 0 && b->f.credit[1] == 0);
	look(b, "x2/(x1 + 1)", false, NULL); /* a pole is no overflow */
	CHECK_EQ(only(b, CERTIFICATE_DOMAIN, 0, 4)->row, 17);
	look(b, "log(x1 + 1)", false, NULL);
	only(b, CERTIFICATE_DOMAIN, 0, 3);
	CHECK(!find(b, CERTIFICATE_OVERFLOW) && !find(b, CERTIFICATE_TERM));
	look(b, "log(sqrt(x1)) + exp(1000*x3)", false, NULL); /* every part at fault, but none that only inherits it */
	only(b, CERTIFICATE_DOMAIN, 2, 3);
	only(b, CERTIFICATE_OVERFLOW, 4, 7);
	free(b);
}

TEST(an_overflow_names_the_node_that_left_the_number_range)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	make_bed(b, "x2", 0);
	look(b, "x2 + exp(1000*x3)", false, NULL); /* add x2 exp mul 1000 x3 */
	CHECK(only(b, CERTIFICATE_OVERFLOW, 2, 5)->row >= 0);
	CHECK(!find(b, CERTIFICATE_DOMAIN));
	look(b, "x2 + x2*exp(200*x3)", false, NULL); /* add x2 mul x2 exp …: finite, but no square of it */
	CHECK_EQ(only(b, CERTIFICATE_OVERFLOW, 4, 7)->row, -1);
	free(b);
}

TEST(an_invalid_score_is_located_even_if_only_later_rows_show_the_fault)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	struct score score = {.verdict = VERDICT_NONFINITE, .fvu_fit = INFINITY, .hash = 1};
	struct examiner *x = examiner_new();
	struct rows some;
	struct feedback_request q = {.written = &b->e, .rows = &some, .all = &b->rows, .score = &score, .fit = true};

	make_bed(b, "x2", 0);
	some = b->rows;
	some.n = 10;
	CHECK_OK(parse_expr("sqrt(x1) + x2", NULL, NULL, &b->e));
	feedback_make(x, &q, &b->f);
	CHECK_EQ(only(b, CERTIFICATE_DOMAIN, 1, 2)->row, 17);
	CHECK(b->f.credit[b->e.n] == -1);
	examiner_free(x);
	free(b);
}

TEST(what_simplifies_away_is_found_where_it_stands)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	make_bed(b, "x2 + sin(x3)", 0);
	look(b, "x2 + sin(exp(log(x3)))", false, NULL); /* add x2 sin exp log x3 */
	only(b, CERTIFICATE_CANCELS, 3, 5);
	CHECK(b->f.credit[3] == -1 && b->f.credit[4] == -1 && b->f.credit[5] >= 0 && b->f.credit[2] >= 0);
	look(b, "x2*(x3 + x1 - x3)", false, NULL); /* mul x2 sub add x3 x1 x3 */
	only(b, CERTIFICATE_CANCELS, 2, 6);
	CHECK(b->f.credit[4] == -1 && b->f.credit[6] == -1 && b->f.credit[5] >= 0);
	look(b, "x2 - -(-x3)", false, NULL);
	CHECK_EQ(count(b, CERTIFICATE_CANCELS), 1);
	look(b, "abs(abs(x1)) + x2/(x3*x2)", false, NULL);
	CHECK_EQ(count(b, CERTIFICATE_CANCELS), 2);
	/* other spellings of equal content are not redundant */
	look(b, "x2*x2 + sqrt(2*pi)*sqrt(x2)/sqrt(x3) - -x1 + 1/(1/(x1 + 2) + x3^3*x2^4)", false, NULL);
	CHECK_EQ(count(b, CERTIFICATE_CANCELS), 0);
	free(b);
}

TEST(a_part_that_is_the_same_in_all_rows_is_a_constant)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	make_bed(b, "x2", 0);
	look(b, "x2*tanh(x3*1000)", false, NULL); /* mul x2 tanh mul x3 1000 */
	CHECK_NEAR(only(b, CERTIFICATE_CONSTANT, 2, 5)->value, 1, 0);
	CHECK(b->f.credit[2] == -1 && b->f.credit[5] == -1 && b->f.credit[1] >= 0);
	look(b, "x2*exp(p)", true, NULL);
	only(b, CERTIFICATE_CONSTANT, 2, 3);
	look(b, "x2*sin(2*pi*x3)", false, NULL);
	CHECK(!find(b, CERTIFICATE_CONSTANT));
	free(b);
}

TEST(a_constant_that_the_jacobian_cannot_tell_from_others_is_unidentified)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	make_bed(b, "2*exp(0.5*x2) + 1", 0.01);
	look(b, "p*exp(q + s*x2) + t", true, NULL); /* add mul p exp add q mul s x2 t */
	CHECK_EQ(only(b, CERTIFICATE_UNIDENTIFIED, 5, 5)->other, 2);
	CHECK(b->f.credit[5] == -1 && b->f.credit[4] == -1 && b->f.credit[7] >= 0);
	look(b, "exp(q + s*x2)", true, NULL); /* the coefficient comes for free */
	only(b, CERTIFICATE_UNIDENTIFIED, 2, 2);
	look(b, "exp(s*x2)", true, NULL);
	CHECK(faultless(b));
	free(b);
}

TEST(a_term_that_explains_no_more_than_chance_is_idle)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	make_bed(b, "3*x1*x2", 0.3);
	look(b, "x1*x2 + sin(5*x3)", true, NULL); /* add mul x1 x2 sin mul 5 x3 */
	CHECK(only(b, CERTIFICATE_IDLE_TERM, 4, 7)->value < 0.01);
	CHECK(b->f.credit[0] == -1 && b->f.credit[4] == -1 && b->f.credit[7] == -1 && b->f.credit[1] > 0.1);
	look(b, "x1*x2 + x1", true, NULL);
	CHECK(count(b, CERTIFICATE_IDLE_TERM) == 1);
	make_bed(b, "3*x1*x2 + 0.2*sin(5*x3)", 0.01); /* small, but not nothing */
	look(b, "x1*x2 + sin(5*x3)", true, NULL);
	CHECK(faultless(b));
	free(b);
}

TEST(a_part_that_does_not_move_the_result_is_insensitive)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	make_bed(b, "x1*x2", 0.1);
	look(b, "x1*(x2 + x3/1000000)", false, NULL); /* mul x1 add x2 div x3 1e6 */
	only(b, CERTIFICATE_INSENSITIVE, 4, 6);
	CHECK(b->f.credit[4] == -1 && b->f.credit[6] == -1 && b->f.credit[3] >= 0);
	look(b, "x1*(x2 + x3/10)", false, NULL);
	CHECK(!find(b, CERTIFICATE_INSENSITIVE));
	free(b);
}

TEST(terms_are_credited_with_the_decades_of_error_that_they_take_off)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	double fvu, rise[2];
	const struct finding *f;

	make_bed(b, "3*x2 + x3", 0.1);
	look(b, "x2 + x3", true, NULL); /* add x2 x3 */
	CHECK_EQ(count(b, CERTIFICATE_TERM), 2);
	f = find(b, CERTIFICATE_TERM);
	rise[0] = f[0].value;
	rise[1] = f[1].value;
	CHECK_NEAR(rise[0] + rise[1], 1, 0.1); /* independent columns: shares of variance add up */
	CHECK(rise[0] > 5 * rise[1] && rise[1] > 0.02);
	for (int k = 0; k < 2; k++) { /* credit = log10((FVU + rise)/FVU)/8 gives one FVU for both */
		fvu = rise[k] / (pow(10, 8 * b->f.credit[1 + k]) - 1);
		CHECK(fvu > 0.01 / 15 && fvu < 0.01 / 4);
	}
	CHECK(b->f.credit[0] == b->f.credit[2]); /* the sum: its weaker side */
	make_bed(b, "3*x2 + x3", 0);
	look(b, "x2 + x3", true, NULL);
	CHECK(b->f.credit[1] > 0.9 && b->f.credit[2] > 0.8);
	free(b);
}

TEST(the_last_element_is_the_verdict_on_the_whole)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	make_bed(b, "x1*x2", 0);
	look(b, "x1*x2", false, NULL);
	CHECK(b->f.credit[3] == 1);
	look(b, "100*x3", false, NULL);
	CHECK(b->f.credit[3] == 0);
	look(b, "sqrt(x1)", false, NULL);
	CHECK(b->f.credit[2] == -1);
	CHECK_EQ(b->f.finding[b->f.n_findings - 1].certificate, CERTIFICATE_VERDICT);
	free(b);
}

TEST(a_fit_far_from_the_score_is_no_evidence)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	struct score score = {.verdict = VERDICT_OK, .fvu_fit = 1e-9, .fvu_select = 1e-9, .hash = 1};

	make_bed(b, "3*x1*x2", 0.3);
	look(b, "x1*x2 + sin(5*x3)", true, &score);
	CHECK(!find(b, CERTIFICATE_IDLE_TERM) && !find(b, CERTIFICATE_TERM) && find(b, CERTIFICATE_VERDICT));
	free(b);
}

TEST(a_silent_certificate_is_reported_but_gives_no_credit)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	struct examiner *x = examiner_new();
	struct feedback_request q = {.written = &b->e, .rows = &b->rows, .scaling = SCALING_AUTO, .seed = 3};
	float loud = 0, quiet = 0;

	make_bed(b, "x2", 0);
	CHECK_OK(parse_expr("log(x1) + x2", NULL, NULL, &b->e));
	for (int silent = 0; silent < 2; silent++) {
		q.silent = silent ? 1u << CERTIFICATE_DOMAIN : 0;
		feedback_make(x, &q, &b->f);
		CHECK(find(b, CERTIFICATE_DOMAIN) != NULL);
		for (int i = 0; i < b->f.n; i++)
			*(silent ? &quiet : &loud) += b->f.credit[i];
	}
	CHECK(loud < 0);
	CHECK_EQ(quiet, 0);
	examiner_free(x);
	free(b);
}

TEST(credit_stays_within_its_bounds_and_repeats_itself)
{
	static const char *const formulas[] = {
		"sqrt(x1) - sqrt(x1) + x2",
		"x1/x1 + x2/x2 + exp(log(x3)) + p",
		"p*x1 + q*x1 + x3*tanh(1000*x2)",
		"exp(exp(exp(x3))) + x2",
		"x2",
		"5",
		"p",
		"x1*x2 + x2*x3 + x1*x3 + sin(p*x1 + q)/(x3 + s)",
	};
	struct bed *b = xcalloc(2, sizeof(*b));

	for (int k = 0; k < (int)COUNT_OF(formulas); k++) {
		make_bed(b, "x1*x2 + x3", 0.1);
		make_bed(b + 1, "x1*x2 + x3", 0.1);
		look(b, formulas[k], true, NULL);
		look(b + 1, "sin(x1) + x2^2", true, NULL); /* what came before leaves no trace */
		look(b + 1, formulas[k], true, NULL);
		for (int i = 0; i <= b->f.n; i++)
			CHECK(b->f.credit[i] >= -1 && b->f.credit[i] <= 1);
		CHECK(memcmp(b->f.credit, b[1].f.credit, sizeof(b->f.credit)) == 0);
		CHECK_EQ(b->f.n_findings, b[1].f.n_findings);
	}
	free(b);
}

TEST(spread_credit_keeps_the_mean_advantage_where_the_policy_had_a_choice)
{
	struct feedback f = {.n = 4, .credit = {-1, 0, 0.5f, 1, -1}};
	uint64_t legal[5] = {7, 3, 4, 6, 1}; /* no choice at tokens 2 and 4 */
	float out[5];

	feedback_spread(&f, legal, 0.5, out);
	CHECK_NEAR(out[0], -0.5, 1e-7);
	CHECK_NEAR(out[1], 0, 1e-7);
	CHECK(out[2] == 0 && out[4] == 0);
	CHECK_NEAR(out[3], 0.5, 1e-7);
	f.credit[3] = 0.25f; /* mean of −1, 0, ¼ is −¼ */
	feedback_spread(&f, legal, 2, out);
	CHECK_NEAR(out[0], -1.5, 1e-6);
	CHECK_NEAR(out[1], 0.5, 1e-6);
	CHECK_NEAR(out[3], 1, 1e-6);
}
