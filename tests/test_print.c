/* test_print.c — what is printed reads back; names, JSON and other programs' notations. */
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/style.h"
#include "test.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const odd_column[] = {
	"x1", "Temp (°C)", "pi", "exp", "c", "e", "I", "lambda", "a`b", "`", "x 1", "3", "θ", "x3", "A_vec", "",
};
static const struct names odd_names = {.n = COUNT_OF(odd_column), .column = odd_column, .target = "y"};

/* ---- random equations ---- */

static double draw_value(struct rng *r)
{
	static const double special[] = {0, -0.0, 1, 2, 3, 10, 11, -1, -3, 0.5, 1e-300, 5e-324, 1e300, 0.1, 2e22};

	if (rng_bool(r, 0.4))
		return special[rng_below(r, COUNT_OF(special))];
	return rng_normal(r) * pow(10, rng_between(r, -8, 8));
}

static void draw_leaf(struct expr *e, struct rng *r)
{
	switch (rng_below(r, 6)) {
	case 0:
		expr_push(e, OP_INT, rng_between(r, 1, 10));
		return;
	case 1:
		expr_push(e, OP_PI, 0);
		return;
	case 2:
		if (e->n_consts > 0 && rng_bool(r, 0.3)) { /* tied */
			expr_push(e, rng_bool(r, 0.5) ? OP_CONST : OP_FIXED, rng_below(r, e->n_consts));
			return;
		}
		if (expr_push_const(e, rng_bool(r, 0.5) ? OP_CONST : OP_FIXED, draw_value(r)))
			return;
		/* fall through */
	default:
		expr_push(e, OP_VAR, rng_below(r, (int)COUNT_OF(odd_column)));
	}
}

/* Appends a subtree of at most room nodes; returns how many it has. */
static int draw_tree(struct expr *e, struct rng *r, int room)
{
	enum op op = (enum op)rng_below(r, OP_COUNT);
	int n;

	if (rng_bool(r, 0.5)) /* mostly signs and arithmetic, where printing is difficult */
		op = (enum op)rng_below(r, OP_CUBE + 1);
	if (room <= op_info[op].arity || rng_bool(r, 0.15)) {
		draw_leaf(e, r);
		return 1;
	}
	expr_push(e, op, 0);
	if (op_info[op].arity == 1)
		return 1 + draw_tree(e, r, room - 1);
	n = draw_tree(e, r, room - 2);
	return 1 + n + draw_tree(e, r, room - 1 - n);
}

static struct expr draw_expr(int i)
{
	struct rng r = rng_stream(4, 0, (uint64_t)i);
	struct expr e = {0};

	draw_tree(&e, &r, i % 5 ? rng_between(&r, 1, 30) : EXPR_MAX_NODES);
	return e;
}

static bool same_bits(double a, double b)
{
	return memcmp(&a, &b, sizeof(a)) == 0 || (isnan(a) && isnan(b));
}

/* The same nodes and numbers, free constants of a being fixed in b. */
static bool reads_as(const struct expr *a, const struct expr *b, bool placeholders)
{
	if (a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++) {
		struct node p = a->node[i], q = b->node[i];

		if (p.op == OP_CONST && !placeholders)
			p.op = OP_FIXED;
		if (p.op != q.op)
			return false;
		if (p.op == OP_FIXED ? !same_bits(a->c[p.arg], b->c[q.arg]) : p.op != OP_CONST && p.arg != q.arg)
			return false;
	}
	return true;
}

static void draw_row(struct rng *r, double *x)
{
	for (size_t k = 0; k < COUNT_OF(odd_column); k++)
		x[k] = rng_bool(r, 0.1) ? 0 : rng_range(r, -3, 3);
}

/* ---- text ---- */

TEST(text_of_random_equations_reads_back_to_the_same_nodes_and_bits)
{
	struct str text = {0};

	for (int i = 0, n = test_cases(100000); i < n; i++) {
		struct rng r = rng_stream(5, 0, (uint64_t)i);
		const struct names *names = i % 3 ? &odd_names : NULL;
		struct expr e = draw_expr(i), readable = expr_readable(&e, false), again;
		double x[COUNT_OF(odd_column)];

		str_clear(&text);
		print_expr(&text, &e, names, NOTATION_TEXT);
		CHECK_OK(parse_expr(text.data, names, NULL, &again));
		if (!reads_as(&readable, &again, false))
			test_failed(__FILE__, __LINE__, "equation %d: %s", i, text.data);
		for (int k = 0; k < 3; k++) {
			draw_row(&r, x);
			if (!same_bits(expr_value(&e, x), expr_value(&again, x)))
				test_failed(__FILE__, __LINE__, "value of %d: %s", i, text.data);
		}
	}
	str_release(&text);
}

TEST(literals_that_are_fractions_or_multiples_of_pi_are_written_as_such)
{
	const double pi = 3.14159265358979323846;
	struct str text = {0};

	for (int q = 1; q <= 12; q++)
		for (int p = -100; p <= 100; p++)
			for (int k = 0; k < 4 && p; k++) {
				struct expr e = {0}, again;
				double v = k % 2 ? p * pi / q : (double)p / q, x[] = {1.7, -0.3};

				/* v*x1 - x2^v, or v*x1 - v */
				expr_push(&e, OP_SUB, 0);
				expr_push(&e, OP_MUL, 0);
				expr_push_const(&e, OP_FIXED, v);
				expr_push(&e, OP_VAR, 0);
				if (k < 2) {
					expr_push(&e, OP_POW, 0);
					expr_push(&e, OP_VAR, 1);
				}
				expr_push(&e, OP_FIXED, 0);
				str_clear(&text);
				print_expr(&text, &e, NULL, NOTATION_TEXT);
				CHECK_OK(parse_expr(text.data, NULL, NULL, &again));
				CHECK(same_bits(expr_value(&e, x), expr_value(&again, x)));
				CHECK(text.len < 60);
				if (k % 2 == 0 || abs(p) <= 12)
					CHECK(text.len < 34); /* no digit in vain */
			}
	str_release(&text);
}

TEST(text_with_placeholders_reads_back_with_free_constants)
{
	struct str text = {0};

	for (int i = 0, n = test_cases(20000); i < n; i++) {
		struct expr e = draw_expr(i), readable = expr_readable(&e, true), again;

		str_clear(&text);
		print_expr_with(&text, &e, &odd_names, NOTATION_TEXT, &(struct print_options){.placeholders = true});
		if (parse_expr(text.data, &odd_names, NULL, &again) != ST_OK) {
			CHECK(strstr(error_message(), "16 different constants")); /* tied ones came apart */
			continue;
		}
		if (!reads_as(&readable, &again, true))
			test_failed(__FILE__, __LINE__, "equation %d: %s", i, text.data);
	}
	str_release(&text);
}

TEST(the_readable_form_is_never_longer_but_for_the_one_of_an_inverse)
{
	for (int i = 0, n = test_cases(20000); i < n; i++) {
		struct expr e = draw_expr(i), readable = expr_readable(&e, false);
		int inverses = 0;

		for (int k = 0; k < e.n; k++)
			inverses += e.node[k].op == OP_INV;
		CHECK(expr_valid(&readable));
		CHECK(readable.n <= e.n + inverses + expr_free_consts(&e));
	}
}

/* ---- JSON ---- */

TEST(json_brings_back_every_bit)
{
	for (int i = 0, n = test_cases(20000); i < n; i++) {
		struct expr e = draw_expr(i), again;
		cJSON *o = expr_to_json(&e), *read;
		char *text = cJSON_PrintUnformatted(o);

		read = cJSON_Parse(text);
		CHECK_OK(expr_from_json(read, &again));
		CHECK(e.n == again.n && e.n_consts == again.n_consts);
		CHECK(memcmp(e.node, again.node, (size_t)e.n * sizeof(e.node[0])) == 0);
		CHECK(memcmp(e.c, again.c, (size_t)e.n_consts * sizeof(e.c[0])) == 0);
		cJSON_DeleteItemFromObject(read, "hex"); /* decimals alone lose nothing either */
		CHECK_OK(expr_from_json(read, &again));
		for (int k = 0; k < e.n_consts; k++)
			CHECK(e.c[k] == again.c[k]);
		cJSON_free(text);
		cJSON_Delete(o);
		cJSON_Delete(read);
	}
}

TEST(wrong_json_is_refused_with_what_is_wrong)
{
	static const char *const texts[][2] = {
		{"null", "\"prefix\" must be"},
		{"{}", "\"prefix\" must be"},
		{"{\"prefix\": []}", "not one complete"},
		{"{\"prefix\": [\"add\", \"x1\"]}", "not one complete"},
		{"{\"prefix\": [\"x1\", \"x1\"]}", "not one complete"},
		{"{\"prefix\": [\"c0\"]}", "token 1 (c0)"},
		{"{\"prefix\": [\"x0\"]}", "token 1 (x0)"},
		{"{\"prefix\": [\"x65536\"]}", "token 1"},
		{"{\"prefix\": [\"x99999999999999999999\"]}", "token 1"},
		{"{\"prefix\": [\"const\"]}", "token 1"},
		{"{\"prefix\": [0]}", "token 1"},
		{"{\"prefix\": [1.5]}", "token 1"},
		{"{\"prefix\": [1e99]}", "token 1"},
		{"{\"prefix\": [null]}", "token 1"},
		{"{\"prefix\": [\"c0\"], \"constants\": [\"0x1p\"]}", "constant 1"},
		{"{\"prefix\": [\"c0\"], \"constants\": [1, null]}", "constant 2"},
		{"{\"prefix\": [\"c0\"], \"hex\": 3}", "\"hex\" must be"},
		{"{\"prefix\": [1], \"constants\": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}", "more than 16"},
	};
	struct expr e;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		cJSON *o = cJSON_Parse(texts[i][0]);

		CHECK_EQ(expr_from_json(o, &e), ST_DATA);
		if (!strstr(error_message(), texts[i][1]))
			test_failed(__FILE__, __LINE__, "%s: %s", texts[i][0], error_message());
		CHECK_EQ(e.n, 0);
		cJSON_Delete(o);
	}
}

/* ---- names ---- */

TEST(identifiers_of_different_columns_are_different_and_never_reserved)
{
	const char *column[] = {"a b", "a_b", "a-b", "a_b_3", "lambda", "lambda_", "lambda_5", "",
				" ",   "1x",  "_1x", "µ",     "$",	"for",	   "for_14"};
	const struct names names = {.n = COUNT_OF(column), .column = column, .target = NULL};
	static const char *const reserved[] = {"lambda", "for", NULL};
	struct str word[COUNT_OF(column)] = {{0}};

	for (int k = 0; k < names.n; k++) {
		names_identifier(&word[k], &names, k, reserved);
		CHECK(name_is_identifier(word[k].data));
		CHECK(strcmp(word[k].data, "lambda") != 0 && strcmp(word[k].data, "for") != 0);
		for (int j = 0; j < k; j++)
			CHECK(strcmp(word[j].data, word[k].data) != 0);
	}
	CHECK_STR(word[1].data, "a_b");
	CHECK_STR(word[5].data, "lambda_");
	for (int k = 0; k < names.n; k++)
		str_release(&word[k]);
}

static void check_print(const struct names *names, int column, enum notation notation, const char *want)
{
	struct expr e = {0};
	struct str text = {0};

	expr_push(&e, OP_VAR, column);
	print_expr(&text, &e, names, notation);
	CHECK_STR(text.data, want);
	if (notation == NOTATION_TEXT) {
		struct expr back;

		CHECK_OK(parse_expr(text.data, names, NULL, &back));
		CHECK(back.n == 1 && back.node[0].arg == column);
	}
	str_release(&text);
}

TEST(no_name_speaks_to_the_terminal_and_what_is_written_reads_back)
{
	static const char *const columns[] = {"a\033[31mb", "a\\x1bb", "x\ny",
					      "\xC2\x9B"
					      "0m",
					      "back\\slash"};
	const struct names names = {.n = 5, .column = columns};

	check_print(&names, 0, NOTATION_TEXT, "`a\\x1b[31mb`");
	check_print(&names, 1, NOTATION_TEXT, "`a\\x5cx1bb`");
	check_print(&names, 2, NOTATION_TEXT, "`x\\x0ay`");
	check_print(&names, 3, NOTATION_TEXT, "`\\xc2\\x9b0m`");
	check_print(&names, 4, NOTATION_TEXT, "`back\\slash`");
}

TEST(names_that_start_with_an_underscore_are_one_word_in_latex)
{
	static const char *const columns[] = {"_50", "_", "v_50", "T2"};
	const struct names names = {.n = 4, .column = columns};

	check_print(&names, 0, NOTATION_LATEX, "\\mathrm{\\_50}");
	check_print(&names, 1, NOTATION_LATEX, "\\mathrm{\\_}");
	check_print(&names, 2, NOTATION_LATEX, "v_{50}");
	check_print(&names, 3, NOTATION_LATEX, "T_{2}");
}

TEST(the_legend_names_every_column_that_an_export_calls_otherwise)
{
	static const char *const columns[] = {"lambda", "depth", "Temp (C)"};
	const struct names names = {.n = 3, .column = columns};
	struct str text = {0};
	struct expr e;

	CHECK_OK(parse_expr("lambda*depth + `Temp (C)`", &names, NULL, &e));
	print_legend(&text, &e, &names, NOTATION_SYMPY);
	CHECK_STR(text.data, "# lambda_1 is the column lambda\n# Temp_C is the column `Temp (C)`\n");
	str_clear(&text);
	print_legend(&text, &e, &names, NOTATION_C);
	CHECK_STR(text.data, "/* Temp_C is the column `Temp (C)` */\n");
	str_clear(&text);
	print_legend(&text, &e, &names, NOTATION_TEXT);
	CHECK_STR(str_text(&text), "");
	str_release(&text);
}

TEST(every_operator_is_printed_in_every_notation)
{
	struct str text = {0}, other = {0};

	for (int op = 0; op < OP_COUNT; op++) {
		for (int k = 0; k < NOTATION_COUNT; k++) {
			struct expr e = {0}, f;

			expr_push(&e, (enum op)op, 0);
			expr_push(&e, OP_VAR, 0);
			if (op_info[op].arity == 2)
				expr_push(&e, OP_VAR, 1);
			f = e;
			f.node[0].op = (uint16_t)(op == 0 ? 1 : 0);
			if (op_info[op].arity == 1)
				f.node[0].op = op == OP_SIN ? OP_COS : OP_SIN;
			str_clear(&text);
			str_clear(&other);
			print_expr(&text, &e, NULL, (enum notation)k);
			print_expr(&other, &f, NULL, (enum notation)k);
			CHECK(text.len > 2 && !strchr(text.data, '#'));
			CHECK(strcmp(text.data, other.data) != 0);
		}
	}
	str_release(&text);
	str_release(&other);
}

/* ---- SymPy: run, where it is there ---- */

enum { EXPORTED = 80 };

static bool exported_expr(int i, struct expr *e)
{
	*e = draw_expr(1000000 + i);
	return e->n > 2 && e->n < 20;
}

static void row_of(int i, double *x)
{
	struct rng r = rng_stream(6, 0, (uint64_t)i);

	for (size_t k = 0; k < COUNT_OF(odd_column); k++)
		x[k] = rng_range(&r, 0.2, 2.5);
}

static void write_text(const char *path, const struct str *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fwrite(text->data, 1, text->len, f) == text->len);
	if (f)
		fclose(f);
}

/* Every line of the command's output is one value. SymPy goes through complex numbers, and gives up at times (nan). */
static void compare_output(const char *command)
{
	FILE *pipe = popen(command, "r");
	int agreed = 0;

	for (int i = 0; i < EXPORTED; i++) {
		double got, want, x[COUNT_OF(odd_column)];
		struct expr e;

		if (!exported_expr(i, &e))
			continue;
		row_of(i, x);
		want = expr_value(&e, x);
		if (!pipe || fscanf(pipe, "%lf", &got) != 1) {
			test_failed(__FILE__, __LINE__, "%s: no value %d", command, i);
			break;
		}
		if (isfinite(want) && fabs(got - want) <= 1e-9 * fabs(want))
			agreed++;
		else if (isfinite(want) && isfinite(got))
			test_failed(__FILE__, __LINE__, "equation %d: %.17g, want %.17g", i, got, want);
	}
	CHECK(agreed >= EXPORTED / 5);
	CHECK(pipe && pclose(pipe) == 0);
}

TEST(sympy_reads_its_text_to_the_same_values)
{
	struct str code = {0}, path = {0}, command = {0};

	if (system("python3 -c 'import sympy' >/dev/null 2>&1") != 0) {
		test_skip("no python3 with sympy");
		return;
	}
	str_add(&code, "import sympy\n\ndef show(text, values):\n"
		       "    v = complex(sympy.sympify(text, evaluate=False).subs(values).evalf(30))\n"
		       "    print('nan' if v.imag else '%.17g' % v.real)\n\n");
	for (int i = 0; i < EXPORTED; i++) {
		double x[COUNT_OF(odd_column)];
		struct expr e;

		if (!exported_expr(i, &e))
			continue;
		row_of(i, x);
		str_add(&code, "try:\n    show('");
		print_expr(&code, &e, &odd_names, NOTATION_SYMPY);
		str_add(&code, "', {");
		for (int k = 0; k < odd_names.n; k++) {
			str_add(&code, "'");
			names_identifier(&code, &odd_names, k, reserved_sympy);
			str_addf(&code, "': sympy.Float(%.17g, 30), ", x[k]);
		}
		str_add(&code, "})\nexcept Exception:\n    print('nan')\n");
	}
	str_addf(&path, "%s/exported-sympy.py", test_dir());
	write_text(path.data, &code);
	str_addf(&command, "timeout 20 python3 %s", path.data);
	compare_output(command.data);
	str_release(&code);
	str_release(&path);
	str_release(&command);
}

TEST(a_factor_or_divisor_of_one_is_not_written_but_for_one_that_is_fitted)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"1*x1 + x2*1.0", "x1 + x2"},
		{"x1 + (-1.0)*x2", "x1 - x2"},
		{"x1 - (-1.0)*(-3.0*x2)", "x1 - 3.0*x2"},
		{"x1/(-1.0) + 1/x2", "-x1 + 1/x2"},
	};
	struct expr fitted = {0};
	struct str text = {0};

	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct expr e;

		CHECK_OK(parse_expr(cases[k].text, NULL, NULL, &e));
		str_clear(&text);
		print_expr(&text, &e, NULL, NOTATION_TEXT);
		CHECK_STR(text.data, cases[k].want);
	}
	expr_push(&fitted, OP_MUL, 0);
	expr_push_const(&fitted, OP_CONST, 1);
	expr_push(&fitted, OP_VAR, 0);
	str_clear(&text);
	print_expr(&text, &fitted, NULL, NOTATION_TEXT);
	CHECK_STR(text.data, "1.0*x1");
	str_release(&text);
}
