/* test_parse.c — every formula of the benchmarks, and texts that are no formulas. */
#include "eqrl/base/error.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/vocab.h"
#include "test.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

/* ---- the benchmarks' formulas ---- */

enum { MAX_VARS = 32, SAMPLES = 50 };

struct problem_text {
	const char *name, *expression;
	struct names names;
	const char *column[MAX_VARS];
	double low[MAX_VARS], high[MAX_VARS];
	double y_min, y_max; /* over the box, by the program that collected the formulas; NaN: unknown */
};

static double number_of(const cJSON *o, const char *key)
{
	const cJSON *v = cJSON_GetObjectItem(o, key);

	return cJSON_IsNumber(v) ? v->valuedouble : NAN;
}

static void read_problem(const cJSON *o, struct problem_text *p)
{
	const cJSON *v, *check = cJSON_GetObjectItem(o, "check");

	memset(p, 0, sizeof(*p));
	p->name = cJSON_GetStringValue(cJSON_GetObjectItem(o, "name"));
	p->expression = cJSON_GetStringValue(cJSON_GetObjectItem(o, "expression"));
	cJSON_ArrayForEach(v, cJSON_GetObjectItem(o, "variables"))
	{
		p->column[p->names.n] = cJSON_GetStringValue(cJSON_GetObjectItem(v, "name"));
		p->low[p->names.n] = number_of(v, "low");
		p->high[p->names.n++] = number_of(v, "high");
	}
	p->names.column = p->column;
	p->y_min = number_of(check, "y_min");
	p->y_max = number_of(check, "y_max");
}

static cJSON *read_formulas(void)
{
	cJSON *list = NULL;
	char *text = NULL;
	size_t size;

	CHECK_OK(file_read("data/benchmarks/formulas.json", ST_DATA, &text, &size));
	if (text)
		list = cJSON_Parse(text);
	free(text);
	CHECK_EQ(cJSON_GetArraySize(list), 410);
	return list;
}

static void draw_row(const struct problem_text *p, struct rng *r, double *x)
{
	for (int k = 0; k < p->names.n; k++)
		x[k] = rng_range(r, p->low[k], p->high[k]);
}

static bool same_bits(double a, double b)
{
	return memcmp(&a, &b, sizeof(a)) == 0 || (isnan(a) && isnan(b));
}

TEST(every_benchmark_formula_reads_and_its_text_reads_back_to_the_same_values)
{
	cJSON *list = read_formulas(), *o;
	struct rng r = rng_stream(1, 0, 0);

	cJSON_ArrayForEach(o, list)
	{
		struct str text = {0};
		struct problem_text p;
		struct expr e, again;
		double x[MAX_VARS];

		read_problem(o, &p);
		CHECK_OK(parse_expr(p.expression, &p.names, NULL, &e));
		CHECK(expr_valid(&e));
		print_expr(&text, &e, &p.names, NOTATION_TEXT);
		CHECK_OK(parse_expr(text.data, &p.names, NULL, &again));
		for (int i = 0; i < SAMPLES && e.n && again.n; i++) {
			draw_row(&p, &r, x);
			if (!same_bits(expr_value(&e, x), expr_value(&again, x)))
				test_failed(__FILE__, __LINE__, "%s: %s", p.name, text.data);
		}
		str_release(&text);
	}
	cJSON_Delete(list);
}

/* The file has the range of each target, found by other code. A wrong reading (say, of a power of a
 * power) leaves it; a box drawn from otherwise (log-uniform, redrawn) stays near it. */
TEST(benchmark_formulas_give_values_in_the_range_that_the_file_states)
{
	cJSON *list = read_formulas(), *o;
	struct rng r = rng_stream(2, 0, 0);
	int inside = 0, all = 0;

	cJSON_ArrayForEach(o, list)
	{
		struct problem_text p;
		struct expr e;
		double x[MAX_VARS], margin;

		read_problem(o, &p);
		CHECK_OK(parse_expr(p.expression, &p.names, NULL, &e));
		margin = 0.25 * (p.y_max - p.y_min);
		for (int i = 0; i < SAMPLES && e.n; i++) {
			double y;

			draw_row(&p, &r, x);
			y = expr_value(&e, x);
			if (!isfinite(y))
				continue;
			all++;
			inside += y >= p.y_min - margin && y <= p.y_max + margin;
		}
	}
	cJSON_Delete(list);
	CHECK(all > 18000); /* some boxes are partly undefined */
	CHECK(inside > 0.995 * all);
}

/* What a policy could write: literals that are no tokens count as free constants. */
static int policy_length(const struct expr *e, int n_columns)
{
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	struct expr skeleton = *e;

	for (int i = 0; i < skeleton.n; i++)
		if (skeleton.node[i].op == OP_FIXED)
			skeleton.node[i].op = OP_CONST;
	return vocab_encode(&skeleton, NULL, n_columns, tokens);
}

/* Problems that the vocabulary cannot write. srb22_featureselection has columns x17 and x19, which
 * become writable once the 16 variable slots are mapped to the columns that matter. */
static const char *const not_writable[] = {"srb22_featureselection"};

TEST(the_vocabulary_writes_every_benchmark_formula_but_those_listed)
{
	cJSON *list = read_formulas(), *o;
	int n = 0, longest = 0;

	cJSON_ArrayForEach(o, list)
	{
		struct problem_text p;
		struct expr e;
		bool listed = false;
		int length;

		read_problem(o, &p);
		CHECK_OK(parse_expr(p.expression, &p.names, NULL, &e));
		length = policy_length(&e, p.names.n);
		n += length > 0;
		longest = length > longest ? length : longest;
		for (size_t k = 0; k < COUNT_OF(not_writable); k++)
			listed |= strcmp(p.name, not_writable[k]) == 0;
		if (listed == (length > 0))
			test_failed(__FILE__, __LINE__, "%s: %s", p.name, p.expression);
	}
	cJSON_Delete(list);
	CHECK_EQ(n, 410 - (int)COUNT_OF(not_writable));
	CHECK(longest <= VOCAB_MAX_LEN);
}

/* ---- names ---- */

TEST(columns_shadow_built_in_names_but_not_functions)
{
	const char *column[] = {"pi", "exp", "e", "I", "lambda", "x1"};
	const struct names names = {.n = 6, .column = column, .target = "y"};
	struct parse_params params;
	struct expr e;

	CHECK_OK(parse_expr("pi", &names, NULL, &e));
	CHECK_EQ(e.node[0].op, OP_VAR);
	CHECK_OK(parse_expr("exp(exp) + x1", &names, NULL, &e));
	CHECK_EQ(e.node[1].op, OP_EXP);
	CHECK_EQ(e.node[2].arg, 1);
	CHECK_EQ(e.node[3].arg, 5);
	CHECK_OK(parse_expr("e*I*lambda*gamma", &names, &params, &e));
	CHECK_EQ(params.n, 1);
	CHECK_STR(params.name[0], "gamma");
	CHECK_OK(parse_expr("pi", NULL, NULL, &e));
	CHECK_EQ(e.node[0].op, OP_PI);
}

TEST(a_repeated_parameter_is_one_tied_constant_and_a_question_mark_always_a_new_one)
{
	struct parse_params params;
	struct expr e;

	CHECK_OK(parse_expr("a*exp(-b*x1) + a + ? + ?", NULL, &params, &e));
	CHECK_EQ(params.n, 2);
	CHECK_STR(params.name[1], "b");
	CHECK_EQ(params.slot[1], 1);
	CHECK_EQ(expr_free_consts(&e), 4);
	CHECK_OK(parse_expr("x1 + 2", NULL, &params, &e));
	CHECK_EQ(params.n, 0);
}

/* ---- limits ---- */

static enum status parse_repeated(const char *before, const char *part, int n, const char *after)
{
	struct str text = {0};
	struct expr e;
	enum status st;

	str_add(&text, before);
	for (int i = 0; i < n; i++)
		str_add(&text, part);
	str_add(&text, after);
	st = parse_expr(text.data, NULL, NULL, &e);
	CHECK_EQ(e.n > 0, st == ST_OK);
	str_release(&text);
	return st;
}

static void check_names(const char *text, bool fit, const char *want)
{
	static const char *const columns[] = {"porosity", "depth", "k1", "t"};
	const struct names names = {.n = 4, .column = columns, .target = "rate"};
	struct parse_params params;
	struct expr e;

	if (parse_expr(text, &names, fit ? &params : NULL, &e) == ST_OK)
		CHECK(!want);
	else
		CHECK_STR(error_message(), want ? want : "");
}

TEST(neither_a_mistyped_column_nor_the_target_is_a_parameter)
{
	check_names("porsity*a + b", true, "column 1: unknown name 'porsity'; did you mean porosity?");
	check_names("a*Depth", true, "column 3: unknown name 'Depth'; did you mean depth?");
	check_names("a*rate", true, "column 3: 'rate' is the target; an equation is made of the other columns");
	check_names("2*rate", false, "column 3: 'rate' is the target; an equation is made of the other columns");
	check_names("k2*exp(-s*t) + T", true, NULL); /* a letter apart by nature */
	check_names("depth0*t", true, NULL);
}

TEST(an_equation_reads_with_the_target_before_it_and_with_no_other_name)
{
	check_names("rate = depth", false, NULL);
	check_names("`rate`=depth", false, NULL);
	check_names("t = depth", false, "column 3: '=': give the right-hand side, or the target's name before it");
	check_names("rate == depth", false, "column 1: 'rate' is the target; an equation is made of the other columns");
}

TEST(equations_beyond_the_limits_are_refused_with_the_limit)
{
	CHECK_OK(parse_repeated("x1", "+x1", 31, ""));
	CHECK_EQ(parse_repeated("x1", "+x1", 32, ""), ST_USAGE);
	CHECK(strstr(error_message(), "64 nodes"));
	CHECK_OK(parse_repeated("-", "+x1", 31, ""));
	CHECK_OK(parse_repeated("?", "+?", 15, ""));
	CHECK_EQ(parse_repeated("?", "+?", 16, ""), ST_USAGE);
	CHECK(strstr(error_message(), "16 different constants"));
	CHECK_OK(parse_repeated("0.5", "+0.5", 31, ""));
	CHECK_EQ(parse_repeated("", "(", 100000, ""), ST_USAGE);
	CHECK(strstr(error_message(), "200 deep"));
	CHECK_EQ(parse_repeated("", "-", 100000, "x1"), ST_USAGE);
	CHECK_OK(parse_repeated("", "+", 100000, "x1"));
	CHECK_EQ(parse_repeated("", "sin(", 100000, "x1"), ST_USAGE);
	CHECK_EQ(parse_repeated("x1", "^x1", 100000, ""), ST_USAGE);
	CHECK_EQ(parse_repeated("", "9", 100000, ""), ST_USAGE);
	CHECK_EQ(parse_repeated("", "v", 100000, ""), ST_USAGE);
	CHECK_EQ(parse_repeated("`", "`", 100000, ""), ST_USAGE);
	CHECK_OK(parse_repeated("", "0", 300, "2"));
}

TEST(damaged_formulas_give_an_equation_or_one_line_with_a_column_within_the_text)
{
	static const char *const seeds[] = {
		"-2.5*x1^2 + 3*`Temp (°C)`/theta - pi*inv(x1)",
		"exp(-(theta^2)/2)/sqrt(2*pi)",
		"a*exp(-b*x1) + log10(x1)**-1.5e-7 - ?",
		"pow(x1, 2)*square(sin(theta) + 3.0)",
		"((((x1))))^((2)) - - + -3",
	};
	static const char alphabet[] = "0123456789.eE+-*/^()`?, xpithsq\xC3\xA9\n\t=_";
	const char *column[] = {"x1", "Temp (°C)", "theta"};
	const struct names names = {.n = 3, .column = column, .target = "y"};
	int read = 0;

	for (int i = 0; i < 50000; i++) {
		struct rng r = rng_stream(3, 0, (uint64_t)i);
		char *text = xstrdup(seeds[rng_below(&r, COUNT_OF(seeds))]);
		size_t n = strlen(text);
		struct parse_params params;
		struct expr e;
		int at;

		for (int k = rng_between(&r, 1, 4); k > 0; k--)
			text[rng_below(&r, (int)n)] = alphabet[rng_below(&r, (int)sizeof(alphabet) - 1)];
		if (parse_expr_at(text, &names, i % 2 ? &params : NULL, &e, &at) == ST_OK) {
			CHECK(expr_valid(&e) && at == 0);
			read++;
		} else {
			CHECK(e.n == 0 && at >= 1 && at <= (int)n + 1);
			CHECK(strncmp(error_message(), "column ", 7) == 0);
			CHECK(!strchr(error_message(), '\n'));
		}
		free(text);
	}
	CHECK(read > 2000 && read < 40000);
}
