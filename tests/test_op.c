/* test_op.c — the columns of ops.def agree with each other. */
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/expr/op.h"
#include "test.h"

#include <math.h>

enum { DRAWS = 300 };

static void draw(struct rng *r, double *a, double *b)
{
	*a = rng_range(r, -2, 2);
	*b = rng_range(r, 0.2, 2);
}

TEST(the_inverse_of_an_operator_gives_its_value_back_or_nothing)
{
	struct rng r = rng_stream(1, 1, 1);

	for (int op = 0; op < OP_COUNT; op++) {
		int found = 0;

		for (int i = 0; i < DRAWS; i++) {
			double a, b, t, back;

			draw(&r, &a, &b);
			t = op_value((enum op)op, a, b);
			for (int operand = 0; operand < op_info[op].arity && isfinite(t); operand++) {
				back = op_inverse((enum op)op, operand, t, operand ? a : b);
				if (!isfinite(back))
					continue;
				back = operand ? op_value((enum op)op, a, back) : op_value((enum op)op, back, b);
				found++;
				if (!(fabs(back - t) <= 1e-9 * (1 + fabs(t))))
					test_failed(__FILE__, __LINE__, "%s: operand %d", op_info[op].name, operand);
			}
		}
		if (!(op_info[op].flags & OPF_EXTRA) && found < DRAWS / 4)
			test_failed(__FILE__, __LINE__, "%s is hardly ever inverted", op_info[op].name);
	}
}

TEST(partial_derivatives_are_those_of_the_value)
{
	struct rng r = rng_stream(1, 1, 2);
	const double h = 1e-6;

	for (int op = 0; op < OP_COUNT; op++) {
		int off = 0;

		for (int i = 0; i < DRAWS; i++) {
			double a, b, v, da, db, na, nb;

			draw(&r, &a, &b);
			v = op_value((enum op)op, a, b);
			op_partials((enum op)op, a, b, v, &da, &db);
			na = (op_value((enum op)op, a + h, b) - op_value((enum op)op, a - h, b)) / (2 * h);
			nb = (op_value((enum op)op, a, b + h) - op_value((enum op)op, a, b - h)) / (2 * h);
			if (!isfinite(v) || !isfinite(na) || !isfinite(nb))
				continue;
			off += !(fabs(da - na) <= 1e-4 * (1 + fabs(da)));
			off += op_info[op].arity == 2 && !(fabs(db - nb) <= 1e-4 * (1 + fabs(db)));
		}
		if (off > DRAWS / 50) /* at corners and jumps there is none */
			test_failed(__FILE__, __LINE__, "%s: %d of %d", op_info[op].name, off, DRAWS);
	}
}

TEST(a_power_is_its_operand_to_that_power)
{
	for (int op = 0; op < OP_COUNT; op++)
		if (op_info[op].power != 0)
			CHECK_NEAR(fabs(op_value((enum op)op, 1.7, 0)), pow(1.7, op_info[op].power), 1e-12);
}

TEST(extra_operators_come_last_and_are_in_no_default_grammar)
{
	struct grammar g = grammar_default(3);

	for (int op = 0; op < OP_COUNT; op++) {
		bool extra = op_info[op].flags & OPF_EXTRA;

		CHECK((g.allowed >> (TOK_OP + op) & 1) == !extra);
		CHECK(op == 0 || extra || !(op_info[op - 1].flags & OPF_EXTRA));
	}
}
