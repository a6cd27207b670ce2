/* test_domain.c — the domains' problem files: what is held out must be new. */
#include "eqrl/expr/parse.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "eqrl/bench/problem_file.h"
#include "test.h"

#include <stdlib.h>

enum { MAX_HASHES = 64 };

static bool is_heldout(const struct formula_problem *p)
{
	return strstr(p->suite, "-heldout") != NULL;
}

/* Numbers, but exponents, become free constants; variables are renamed. */
static uint64_t form(const struct formula_problem *p, const int *column)
{
	struct expr e = p->truth, stripped;

	for (int i = e.n - 1; i >= 0; i--) {
		bool exponent = false;

		for (int k = 0; k < i && !exponent; k++)
			exponent = e.node[k].op == OP_POW && expr_end(&e, k + 1) == i;
		if (e.node[i].op == OP_VAR)
			e.node[i].arg = (uint16_t)column[e.node[i].arg];
		if (!exponent && (e.node[i].op == OP_FIXED || e.node[i].op == OP_INT)) {
			e.node[i] = (struct node){.op = OP_CONST, .arg = (uint16_t)e.n_consts};
			e.c[e.n_consts++] = 1;
		} else if (e.node[i].op == OP_FIXED) {
			e.node[i].op = OP_CONST;
		}
	}
	CHECK(expr_valid(&e));
	CHECK(expr_strip(&e, &stripped));
	return expr_canonical_hash(&stripped);
}

/* Calls itself for every order of the columns from `at` on; true if one gives a form of the set. */
static bool some_order_is_known(const struct formula_problem *p, int *column, int at, const uint64_t *known, int n)
{
	bool found = false;

	if (at == p->n_vars) {
		uint64_t h = form(p, column);

		for (int i = 0; i < n; i++)
			found |= known[i] == h;
		return found;
	}
	for (int i = at; i < p->n_vars && !found; i++) {
		int swap = column[at];

		column[at] = column[i];
		column[i] = swap;
		found = some_order_is_known(p, column, at + 1, known, n);
		column[i] = column[at];
		column[at] = swap;
	}
	return found;
}

static void check_file(const char *path, int n_train, int n_heldout)
{
	struct problem_file f;
	uint64_t known[MAX_HASHES];
	int n = 0, heldout = 0, column[16];

	CHECK_OK(problem_file_load(&f, path));
	for (int i = 0; i < f.n; i++) {
		for (int k = 0; k < 16; k++)
			column[k] = k;
		if (!is_heldout(&f.problem[i]))
			known[n++] = form(&f.problem[i], column);
	}
	for (int i = 0; i < f.n; i++) {
		struct dataset d;

		for (int k = 0; k < 16; k++)
			column[k] = k;
		CHECK_OK(problem_dataset(&f.problem[i], 1, &d));
		CHECK_EQ(d.all_but_report.n, 150); /* nowhere undefined */
		dataset_release(&d);
		if (!is_heldout(&f.problem[i]))
			continue;
		heldout++;
		if (some_order_is_known(&f.problem[i], column, 0, known, n))
			test_failed(__FILE__, __LINE__, "%s is in the training part", f.problem[i].name);
	}
	CHECK_EQ(n, n_train);
	CHECK_EQ(heldout, n_heldout);
	problem_file_release(&f);
}

TEST(no_held_out_equation_of_a_domain_is_in_its_training_part_up_to_constants_and_names)
{
	check_file("data/benchmarks/domain-saturation.json", 24, 18);
	check_file("data/benchmarks/domain-physics.json", 30, 22);
}

TEST(the_comparison_of_forms_sees_through_constants_names_and_coefficients)
{
	const char *const column[] = {"a", "b"};
	struct names names = {.n = 2, .column = column, .target = "y"};
	struct formula_problem p = {.n_vars = 2}, q = {.n_vars = 2};
	int as_is[] = {0, 1};
	uint64_t known;

	CHECK_OK(parse_expr("3*a/(2.5 + b)", &names, NULL, &p.truth));
	known = form(&p, as_is);
	CHECK_OK(parse_expr("0.7*b/(a + 9.25) + 4", &names, NULL, &q.truth));
	CHECK(some_order_is_known(&q, as_is, 0, &known, 1));
	CHECK_OK(parse_expr("b^2/(a + 9.25)", &names, NULL, &q.truth));
	CHECK(!some_order_is_known(&q, as_is, 0, &known, 1));
}
