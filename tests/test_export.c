/* test_export.c — whole functions for other programs: what they say of themselves, and that they compute the same. */
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/export/export.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "test.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 8, EQUATIONS = 160 };

/* Words of several languages, no identifiers, and two that become the same one. */
static const char *const column[COLUMNS] = {"x", "Temp (°C)", "lambda", "a*/b", "a b", "double", "math", "50%"};

static void export_as(struct str *out, const char *format, const struct expr *e, const char *target)
{
	const struct names names = {.n = COLUMNS, .column = column, .target = target};
	static const char *const unit[COLUMNS] = {"m", "degC"};
	const struct export_source x = {.e = e, .names = &names, .unit = unit, .target_unit = "s", .version = "9.9"};

	for (int k = 0; k < export_rows; k++)
		if (strcmp(export_table[k].name, format) == 0) {
			export_table[k].write(out, &x);
			return;
		}
	test_failed(__FILE__, __LINE__, "no format %s", format);
}

/* ---- what they say ---- */

TEST(exports_begin_with_equation_columns_units_and_checksum)
{
	const struct names names = {.n = COLUMNS, .column = column, .target = "flow rate"};
	struct str text = {0};
	struct expr e;

	CHECK_OK(parse_expr("2.5*`Temp (°C)` - lambda^2 + `a*/b`*`a b`", &names, NULL, &e));
	export_as(&text, "c", &e, "flow rate");
	/* crc32 by zlib of Python: zlib.crc32('`flow rate` = …'.encode()) */
	CHECK(strstr(text.data, "/*\n * `flow rate` = 2.5*`Temp (°C)` - lambda^2 + `a* /b`*`a b`\n"
				" *   flow_rate: the value `flow rate`, in s\n"
				" *   Temp_C: the column `Temp (°C)`, in degC\n"
				" *   lambda: the column\n"
				" *   a_b_4: the column `a* /b`\n"
				" *   a_b_5: the column `a b`\n"
				" * Written by eqrl 9.9. CRC-32 of the equation in the first line: ") == text.data);
	CHECK(strstr(text.data, "double flow_rate(double Temp_C, double lambda, double a_b_4, double a_b_5)\n{\n"
				"\treturn 2.5*Temp_C - lambda*lambda + a_b_4*a_b_5;\n}\n") != NULL);
	str_clear(&text);
	export_as(&text, "python", &e, "flow rate");
	CHECK(strstr(text.data, "def flow_rate(Temp_C, lambda_3, a_b_4, a_b_5):\n") != NULL);
	str_release(&text);
}

TEST(the_checksum_is_that_of_zlib_over_the_printed_equation)
{
	const struct names names = {.n = COLUMNS, .column = column, .target = "y"};
	struct expr e;
	char sum[9];

	CHECK_OK(parse_expr("2.5*x + 1", &names, NULL, &e));
	export_checksum(sum, &(struct export_source){.e = &e, .names = &names});
	CHECK_STR(sum, "af0253e1"); /* python3 -c 'import zlib; print("%08x" % zlib.crc32(b"y = 2.5*x + 1"))' */
}

TEST(functions_that_a_language_has_already_are_not_defined_again)
{
	const struct names names = {.n = COLUMNS, .column = column, .target = "y1"};
	struct str text = {0};
	struct expr e;

	CHECK_OK(parse_expr("x", &names, NULL, &e));
	export_as(&text, "c", &e, "y1");
	CHECK(strstr(text.data, "double y1_(double x)") != NULL);
	str_clear(&text);
	export_as(&text, "c", &e, "exp");
	CHECK(strstr(text.data, "double exp(") == NULL);
	str_release(&text);
}

TEST(every_operator_is_exported_in_every_format)
{
	struct str text = {0}, other = {0};

	for (int op = 0; op < OP_COUNT; op++)
		for (int k = 0; k < export_rows; k++) {
			struct expr e = {0}, f;

			expr_push(&e, (enum op)op, 0);
			expr_push(&e, OP_VAR, 0);
			if (op_info[op].arity == 2)
				expr_push(&e, OP_VAR, 1);
			f = e;
			f.node[0].op = op_info[op].arity == 2 ? (op == OP_ADD ? OP_SUB : OP_ADD)
							      : (op == OP_SIN ? OP_COS : OP_SIN);
			str_clear(&text);
			str_clear(&other);
			export_as(&text, export_table[k].name, &e, "y");
			export_as(&other, export_table[k].name, &f, "y");
			CHECK(!strchr(text.data, '@'));
			CHECK(strcmp(text.data, other.data) != 0);
		}
	str_release(&text);
	str_release(&other);
}

TEST(the_json_export_reads_back_to_the_same_equation_and_tree)
{
	const struct names names = {.n = COLUMNS, .column = column, .target = "y"};
	struct str text = {0};
	struct expr e, again;
	cJSON *o, *tree;

	CHECK_OK(parse_expr("0.1*sin(`50%`) - max(x, 3)", &names, NULL, &e));
	export_as(&text, "json", &e, "y");
	o = cJSON_Parse(text.data);
	CHECK_OK(expr_from_json(cJSON_GetObjectItem(o, "tokens"), &again));
	CHECK(e.n == again.n && memcmp(e.node, again.node, sizeof(e.node)) == 0 &&
	      memcmp(e.c, again.c, sizeof(e.c)) == 0);
	tree = cJSON_GetArrayItem(cJSON_GetObjectItem(cJSON_GetObjectItem(o, "tree"), "operands"), 1);
	CHECK_STR(cJSON_GetStringValue(cJSON_GetObjectItem(tree, "operator")), "max");
	CHECK_STR(cJSON_GetStringValue(
			  cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(tree, "operands"), 0), "column")),
		  "x");
	CHECK_EQ(cJSON_GetArraySize(cJSON_GetObjectItem(o, "columns")), 2);
	cJSON_Delete(o);
	str_release(&text);
}

/* ---- what they compute ---- */

static int draw_tree(struct expr *e, struct rng *r, int room)
{
	enum op op = (enum op)rng_below(r, OP_COUNT);
	int n;

	if (room <= op_info[op].arity || rng_bool(r, 0.1)) {
		if (rng_bool(r, 0.3) && expr_push_const(e, OP_FIXED, rng_range(r, -3, 3)))
			return 1;
		expr_push(e, OP_VAR, rng_below(r, COLUMNS));
		return 1;
	}
	expr_push(e, op, 0);
	if (op_info[op].arity == 1)
		return 1 + draw_tree(e, r, room - 1);
	n = draw_tree(e, r, room - 2);
	return 1 + n + draw_tree(e, r, room - 1 - n);
}

/* Equation i and a row for it, with zeros and large numbers now and then, for infinities on the way. */
static struct expr draw_case(int i, double *x)
{
	struct rng r = rng_stream(7, 0, (uint64_t)i);
	struct expr e = {0};

	draw_tree(&e, &r, rng_between(&r, 2, 18));
	for (int k = 0; k < COLUMNS; k++)
		x[k] = rng_bool(&r, 0.15) ? 0 : rng_bool(&r, 0.1) ? 1000 : rng_range(&r, -2.5, 2.5);
	return e;
}

/* Value and derivative with respect to a column of the subtree at *i, by the chain rule. */
static double differentiate(const struct expr *e, int *i, const double *x, int by, double *slope)
{
	struct node node = e->node[(*i)++];
	double a, b = 0, da, db = 0, v, pa, pb;

	if (node_arity(node) == 0) {
		struct expr leaf = {.n = 1, .n_consts = e->n_consts, .node = {node}};

		memcpy(leaf.c, e->c, sizeof(leaf.c));
		*slope = node.op == OP_VAR && node.arg == by;
		return expr_value(&leaf, x);
	}
	a = differentiate(e, i, x, by, &da);
	if (node_arity(node) == 2)
		b = differentiate(e, i, x, by, &db);
	v = op_value((enum op)node.op, a, b);
	op_partials((enum op)node.op, a, b, v, &pa, &pb);
	*slope = (da != 0 ? pa * da : 0) + (db != 0 ? pb * db : 0);
	return v;
}

static void write_text(const char *path, const struct str *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fwrite(text->data, 1, text->len, f) == text->len);
	if (f)
		fclose(f);
}

static bool agrees(double got, double want, double tolerance)
{
	if (!isfinite(want))
		return !isfinite(got);
	return fabs(got - want) <= tolerance * fmax(fabs(want), 1e-300);
}

/* Is a part undefined? pow(NaN, 0) is 1 in IEEE arithmetic, so that the whole may have a value; languages that stop at
 * what is undefined return NaN. */
static bool has_undefined_part(const struct expr *e, const double *x)
{
	for (int i = 0; i < e->n; i++) {
		struct expr part = {0};

		expr_append_subtree(&part, e, i);
		if (isnan(expr_value(&part, x)))
			return true;
	}
	return false;
}

/* Every line of the command's output is a value and, with gradient, the derivatives. */
static void compare_output(const char *command, bool gradient)
{
	FILE *pipe = popen(command, "r");
	int finite = 0;

	for (int i = 0; pipe && i < EQUATIONS; i++) {
		double x[COLUMNS], got, want;
		struct expr e = draw_case(i, x);

		want = expr_value(&e, x);
		if (fscanf(pipe, "%lf", &got) != 1) {
			test_failed(__FILE__, __LINE__, "%s: no value %d", command, i);
			break;
		}
		finite += isfinite(want);
		if (!agrees(got, want, 1e-12) && !(isnan(got) && has_undefined_part(&e, x)))
			test_failed(__FILE__, __LINE__, "equation %d: %.17g, want %.17g", i, got, want);
		for (int k = 0; gradient && k < COLUMNS; k++) {
			int start = 0;

			if (!expr_uses_column(&e, k))
				continue;
			CHECK(fscanf(pipe, "%lf", &got) == 1);
			differentiate(&e, &start, x, k, &want);
			/* a slope that is not finite where the value is not either may vanish on one of the two ways */
			if (isfinite(expr_value(&e, x)) && isfinite(want) && isfinite(got) &&
			    !agrees(got, want, 1e-9) && fabs(got - want) > 1e-12)
				test_failed(__FILE__, __LINE__, "equation %d by %s: %.17g, want %.17g", i, column[k],
					    got, want);
		}
	}
	CHECK(finite >= EQUATIONS / 3);
	while (pipe && fgetc(pipe) != EOF) /* to the end, or it may write to nobody */
		;
	CHECK(pipe && pclose(pipe) == 0);
}

/* The values of the columns that the equation uses. */
static void add_values(struct str *out, const struct expr *e, const double *x)
{
	const char *comma = "";

	for (int k = 0; k < COLUMNS; k++)
		if (expr_uses_column(e, k)) {
			str_addf(out, "%s%.17g", comma, x[k]);
			comma = ", ";
		}
}

TEST(exported_c_gives_the_same_values_and_gradients)
{
	struct str code = {0}, calls = {0}, path = {0}, command = {0};

	if (system("cc --version >/dev/null 2>&1") != 0) {
		test_skip("no C compiler");
		return;
	}
	str_add(&calls, "#include <stdio.h>\nint main(void)\n{\n\tdouble g[16];\n\t(void)g;\n");
	for (int i = 0; i < EQUATIONS; i++) {
		double x[COLUMNS];
		struct expr e = draw_case(i, x);
		bool constant = expr_columns(&e) == 0;
		char name[16];
		int n = 0;

		snprintf(name, sizeof(name), "f%d", i);
		export_as(&code, "c", &e, name);
		str_addf(&calls, "\tprintf(\"%%.17g\\n\", %s(", name);
		add_values(&calls, &e, x);
		str_add(&calls, "));\n");
		if (constant)
			continue;
		str_addf(&calls, "\t%s_gradient(", name);
		add_values(&calls, &e, x);
		str_add(&calls, ", g);\n");
		for (int k = 0; k < COLUMNS; k++)
			if (expr_uses_column(&e, k))
				str_addf(&calls, "\tprintf(\"%%.17g\\n\", g[%d]);\n", n++);
	}
	str_addf(&code, "%s\treturn 0;\n}\n", calls.data);
	str_addf(&path, "%s/exported.c", test_dir());
	write_text(path.data, &code);
	str_addf(&command, "cc -std=c99 -Wall -Wextra -Werror -Wno-unused-value -o %s.out %s -lm && %s.out", path.data,
		 path.data, path.data);
	compare_output(command.data, true);
	str_release(&code);
	str_release(&calls);
	str_release(&path);
	str_release(&command);
}

/* A script of all exports, each followed by the printing of one value. */
static void run_script(const char *format, const char *head, const char *show, const char *program)
{
	struct str code = {0}, path = {0}, command = {0};

	str_add(&code, head);
	for (int i = 0; i < EQUATIONS; i++) {
		double x[COLUMNS];
		struct expr e = draw_case(i, x);
		struct str call = {0};
		char name[16];

		snprintf(name, sizeof(name), "f%d", i);
		export_as(&code, format, &e, name);
		str_addf(&call, "%s(", name);
		add_values(&call, &e, x);
		str_addc(&call, ')');
		str_addf(&code, show, call.data);
		str_release(&call);
	}
	str_addf(&path, "%s/exported.%s", test_dir(), format);
	write_text(path.data, &code);
	str_addf(&command, "%s %s", program, path.data);
	compare_output(command.data, false);
	str_release(&code);
	str_release(&path);
	str_release(&command);
}

TEST(exported_python_gives_the_same_values_with_the_standard_library)
{
	if (system("python3 -c '' >/dev/null 2>&1") != 0)
		test_skip("no python3");
	else
		run_script("python", "", "print('%%.17g' %% %s)\n", "python3 -S");
}

TEST(exported_numpy_gives_the_same_values)
{
	if (system("python3 -c 'import numpy' >/dev/null 2>&1") != 0)
		test_skip("no python3 with numpy");
	else
		run_script("numpy", "", "print('%%.17g' %% %s)\n", "python3");
}

TEST(exported_r_gives_the_same_values)
{
	if (system("Rscript --version >/dev/null 2>&1") != 0)
		test_skip("no Rscript");
	else
		run_script("r", "options(warn = -1)\n", "cat(sprintf('%%.17g\\n', %s))\n", "Rscript --vanilla");
}

TEST(exported_octave_gives_the_same_values)
{
	if (system("octave-cli --version >/dev/null 2>&1") != 0)
		test_skip("no octave-cli");
	else
		run_script("matlab", "1;\n", "printf('%%.17g\\n', %s)\n", "octave-cli --norc");
}

TEST(exported_julia_gives_the_same_values)
{
	if (system("julia --version >/dev/null 2>&1") != 0)
		test_skip("no julia");
	else
		run_script("julia", "", "println(%s)\n", "julia --startup-file=no");
}
