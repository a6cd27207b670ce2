/* test_problems.c — files of formula problems: what they promise about the rows that are drawn. */
#include "eqrl/base/error.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/bench/problem_file.h"
#include "eqrl/expr/vocab.h"
#include "test.h"

/* Σ (truth − y)² / Σ (y − mean)² of the rows, over the data set's own columns. */
static double fvu_of_truth(const struct formula_problem *p, const struct rows *rows)
{
	double x[64], mean = 0, squares = 0, errors = 0;

	for (int i = 0; i < rows->n; i++)
		mean += rows->y[i] / rows->n;
	for (int i = 0; i < rows->n; i++) {
		double d;

		for (int j = 0; j < rows->n_columns; j++)
			x[j] = rows->x[j][i];
		d = expr_value(&p->truth, x) - rows->y[i];
		errors += d * d;
		squares += (rows->y[i] - mean) * (rows->y[i] - mean);
	}
	return errors / squares;
}

/* Whether the policy can write the truth when its literals are free constants. */
static bool is_writable(const struct formula_problem *p)
{
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	struct expr e = p->truth;

	for (int i = 0; i < e.n; i++)
		if (e.node[i].op == OP_FIXED)
			e.node[i].op = OP_CONST;
	return vocab_encode(&e, NULL, 0, tokens) > 0;
}

/* Laws with two answers on their box (a square, a cosine over more than half a turn): rows hold both, the
 * stated answer is one of them, and no function of the columns gives the target. */
static const char *const two_answers[] = {
	"feynman_I_8_14_for_y2",     "feynman_I_8_14_for_x2",	    "feynman_I_15_3t_for_u",
	"feynman_I_26_2_for_theta2", "feynman_I_29_16_for_x2",	    "feynman_I_29_16_for_theta1",
	"feynman_II_15_4_for_theta", "feynman_III_17_37_for_theta",
};

static bool has_two_answers(const struct formula_problem *p)
{
	for (size_t k = 0; k < COUNT_OF(two_answers); k++)
		if (strcmp(p->name, two_answers[k]) == 0)
			return true;
	return false;
}

/* The largest relative difference between the law's value and what the law gives with the stated answer, signs
 * aside: solving may have squared the law. */
static double error_of_answer(const struct formula_problem *p, const struct rows *rows)
{
	double x[64], worst = 0;

	for (int i = 0; i < rows->n; i++) {
		double value = rows->x[p->turned][i];

		for (int j = 0; j < rows->n_columns; j++)
			x[j] = rows->x[j][i];
		x[p->turned] = expr_value(&p->truth, x);
		worst = fmax(worst, fabs(fabs(expr_value(&p->law, x)) - fabs(value)) / fabs(value));
	}
	return worst;
}

static void check_problem(const struct formula_problem *p)
{
	struct dataset d;

	CHECK_OK(problem_dataset(p, 1, &d));
	if (d.n_columns != p->n_vars || strcmp(d.target, p->target) != 0)
		test_failed(__FILE__, __LINE__, "%s: %d columns, target %s", p->name, d.n_columns, d.target);
	if (p->turned >= 0 && !(error_of_answer(p, &d.report) < 1e-6))
		test_failed(__FILE__, __LINE__, "%s: its answer changes the law's value by %g", p->name,
			    error_of_answer(p, &d.report));
	if (has_two_answers(p) != (fvu_of_truth(p, &d.report) > 1e-3))
		test_failed(__FILE__, __LINE__, "%s: %s", p->name,
			    has_two_answers(p) ? "has one answer" : "has several");
	if (!has_two_answers(p) && !(fvu_of_truth(p, &d.fit) < 1e-18 && fvu_of_truth(p, &d.report) < 1e-18))
		test_failed(__FILE__, __LINE__, "%s: its truth leaves %g and %g of the variance", p->name,
			    fvu_of_truth(p, &d.fit), fvu_of_truth(p, &d.report));
	if (!is_writable(p))
		test_failed(__FILE__, __LINE__, "%s: has no tokens", p->name);
	dataset_release(&d);
}

static void check_file(const char *path, int n)
{
	struct problem_file f;

	CHECK_OK(problem_file_load(&f, path));
	CHECK_EQ(f.n, n);
	for (int i = 0; i < f.n; i++)
		check_problem(&f.problem[i]);
	problem_file_release(&f);
}

TEST(truths_of_turned_laws_give_the_target_on_the_drawn_rows)
{
	check_file("data/benchmarks/turned.json", 117);
}

TEST(truths_of_fastsrb_give_the_target_on_the_drawn_rows)
{
	check_file("data/benchmarks/fastsrb.json", 120);
}

static const char *write_problems(const char *text)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/problems.json", test_dir());
	CHECK_OK(file_write_atomic(path, text, strlen(text)));
	return path;
}

#define LAW(turned)                                                                                                    \
	"[{\"suite\": \"S\", \"name\": \"n\", \"expression\": \"a*b\", \"target\": {\"name\": \"z\"}, \"variables\": " \
	"["                                                                                                            \
	"{\"name\": \"a\", \"low\": 1, \"high\": 2, \"sampling\": \"uniform\"}, "                                      \
	"{\"name\": \"b\", \"low\": 3, \"high\": 4, \"sampling\": \"uniform\"}], "                                     \
	"\"train_samples\": 50, \"test_samples\": 50" turned "}]"

/* Same seed and name, so the same draws: only target and input change places. */
TEST(a_turned_law_has_the_rows_of_the_law_with_target_and_input_exchanged)
{
	struct problem_file plain, turned;
	struct dataset a, b;

	CHECK_OK(problem_file_load(&plain, write_problems(LAW(""))));
	CHECK_OK(problem_file_load(&turned,
				   write_problems(LAW(", \"turned\": {\"target\": \"b\", \"expression\": \"z/a\"}"))));
	CHECK(plain.problem[0].identity != turned.problem[0].identity);
	CHECK_OK(problem_dataset(&plain.problem[0], 3, &a));
	CHECK_OK(problem_dataset(&turned.problem[0], 3, &b));
	CHECK_STR(b.target, "b");
	CHECK_STR(b.name[0], "a");
	CHECK_STR(b.name[1], "z");
	CHECK_EQ(a.report.n, b.report.n);
	for (int i = 0; i < a.report.n; i++) {
		CHECK(a.report.x[0][i] == b.report.x[0][i]);
		CHECK(a.report.x[1][i] == b.report.y[i]);
		CHECK(a.report.y[i] == b.report.x[1][i]);
	}
	dataset_release(&a);
	dataset_release(&b);
	problem_file_release(&plain);
	problem_file_release(&turned);
}

TEST(a_turned_key_that_fits_no_law_is_refused_with_its_place)
{
	struct problem_file f;

	CHECK_EQ(problem_file_load(&f, write_problems(LAW(", \"turned\": {\"target\": \"c\", \"expression\": \"z\"}"))),
		 ST_DATA);
	CHECK(strstr(error_message(), "problem 1 (n)") && strstr(error_message(), "\"c\" is no variable"));
	CHECK_EQ(problem_file_load(&f, write_problems(LAW(", \"turned\": {\"target\": \"b\"}"))), ST_DATA);
	CHECK(strstr(error_message(), "solved for it"));
	CHECK_EQ(problem_file_load(&f,
				   write_problems(LAW(", \"turned\": {\"target\": \"b\", \"expression\": \"z/b\"}"))),
		 ST_DATA);
	CHECK(strstr(error_message(), "turned: expression"));
}
