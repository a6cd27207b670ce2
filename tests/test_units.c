/* test_units.c — units as people write them, the units of equations and of their constants, and that nothing inconsistent
 * is written, bred, completed or printed. The judge here is written apart from units.c. */
#include "eqrl/base/mem.h"
#include "eqrl/bench/problem_file.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/strip.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/search_front.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/run/unit_setup.h"
#include "search_case.h"
#include "test.h"
#include "../src/rl/task.h"

#include <stdlib.h>
#include <string.h>

/* ---- units as they are written -------------------------------------------------------------------------------------- */

TEST(units_are_read_as_people_write_them)
{
	static const struct {
		const char *text, *base, *written; /* as they are printed */
	} cases[] = {
		{"m", "m", "m"},
		{"kg/m^3", "kg/m^3", "kg/m^3"},
		{"kg m-3", "kg/m^3", "kg/m^3"},
		{"kg*m**-3", "kg/m^3", "kg/m^3"},
		{"[kg/m3]", "kg/m^3", "kg/m^3"},
		{"(m/s)", "m/s", "m/s"},
		{"\302\265g\302\267m\342\201\273\302\263", "kg/m^3", "\302\265g/m^3"},
		{"km/h", "m/s", "km/h"},
		{"m s^-2", "m/s^2", "m/s^2"},
		{"N", "m*kg/s^2", "N"},
		{"J/(kg K)", "m^2/(s^2*K)", "J/(kg*K)"},
		{"J/kg/K", "m^2/(s^2*K)", "J/(kg*K)"},
		{"W/m2", "kg/s^3", "W/m^2"},
		{"V", "m^2*kg/(s^3*A)", "V"},
		{"kV A", "m^2*kg/s^3", "kV*A"},
		{"ohm", "m^2*kg/(s^3*A^2)", "ohm"},
		{"\316\251", "m^2*kg/(s^3*A^2)", "\316\251"},
		{"Pa", "kg/(m*s^2)", "Pa"},
		{"hPa", "kg/(m*s^2)", "hPa"},
		{"mbar", "kg/(m*s^2)", "mbar"},
		{"eV", "m^2*kg/s^2", "eV"},
		{"\302\260C", "K", "\302\260C"},
		{"degC", "K", "degC"},
		{"mmol/L", "mol/m^3", "mmol/L"},
		{"M", "mol/m^3", "M"},
		{"min", "s", "min"},
		{"h", "s", "h"},
		{"d", "s", "d"},
		{"yr", "s", "yr"},
		{"Myr", "s", "Myr"},
		{"AU", "m", "AU"},
		{"Mpc", "m", "Mpc"},
		{"d/AU^1.5", "s/m^1.5", "d/AU^1.5"},
		{"m^(1/3)", "m^(1/3)", "m^(1/3)"},
		{"Seconds", "s", "Seconds"},
		{"kilograms", "kg", "kilograms"},
		{"in", "m", "in"},
		{"ft", "m", "ft"},
		{"T", "kg/(s^2*A)", "T"},
		{"mT", "kg/(s^2*A)", "mT"},
		{"1/s", "1/s", "1/s"},
		{"10^6 m", "m", "m"},
		{"rad", "1", "1"},
		{"rad/s", "1/s", "1/s"},
		{"%", "1", "1"},
		{"", "1", "1"},
		{"-", "1", "1"},
		{"1", "1", "1"},
		{"m/m", "1", "1"},
		{"apples", "apples", "apples"},
		{"USD/kg", "USD/kg", "USD/kg"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str base = {0}, written = {0};
		struct unit_powers p;
		struct units u;

		units_init(&u, 0);
		CHECK_OK(units_read(&u, cases[i].text, &p));
		dimension_print(&u.base, &p.of, &base);
		dimension_print(&u.written, &p.written, &written);
		if (strcmp(base.data, cases[i].base) != 0 || strcmp(written.data, cases[i].written) != 0)
			test_failed(__FILE__, __LINE__, "\"%s\": %s, written %s", cases[i].text, base.data,
				    written.data);
		str_release(&base);
		str_release(&written);
		units_release(&u);
	}
}

TEST(units_that_leave_something_open_are_refused_with_the_reason)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{"J/kg K", "below the line"}, {"m^", "a power is a number"}, {"m^x", "a power is a number"},
		{"(m", "not closed"},	      {"m)", "not opened"},	     {"m//s", "expected a symbol"},
		{"m^99", "beyond 24"},	      {"m^(1/0)", "a power"},	     {"m/", "expected a symbol"},
		{"m ()", "empty bracket"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct unit_powers p;
		struct units u;

		units_init(&u, 0);
		CHECK_EQ(units_read(&u, cases[i].text, &p), ST_USAGE);
		if (!strstr(error_message(), cases[i].reason))
			test_failed(__FILE__, __LINE__, "\"%s\": %s", cases[i].text, error_message());
		units_release(&u);
	}
}

/* ---- equations ------------------------------------------------------------------------------------------------------- */

static const char *const letters[] = {"x", "y", "t", "v", "k"};

static void given_units(struct units *u, const char *target, enum unit_constants constants)
{
	static const char *const unit[] = {"m", "m", "s", "m/s", "1"};

	units_init(u, 5);
	for (int c = 0; c < 5; c++)
		CHECK_OK(units_read(u, unit[c], &u->column[c]));
	CHECK_OK(units_read(u, target, &u->target));
	u->constants = constants;
	u->scaled = true;
	units_ready(u);
}

TEST(equations_are_consistent_where_their_units_and_those_of_constants_allow)
{
	enum { NONE = 1, SCALE = 2, ANY = 4 }; /* where it is */
	static const struct {
		const char *target, *equation;
		int where;
		const char *why; /* not, with constants that have no unit */
	} cases[] = {
		{"m", "x", 7, NULL},
		{"m", "x + y", 7, NULL},
		{"m", "x - 2.5*y", 7, NULL},
		{"m", "x + t", 0, "x (m) and t (s) stand on both sides of +"},
		{"m", "x + 2.5*t", SCALE | ANY, "x (m) and 2.5*t (s) stand on both sides of +"},
		{"m", "v*t", 7, NULL},
		{"m", "v/t", 0, "v/t (m/s^2) is not in the unit of z (m)"},
		{"m", "2.5*v/t", SCALE | ANY, "2.5*v/t (m/s^2) is not in the unit of z (m)"},
		{"m", "sqrt(x*y)", 7, NULL},
		{"m", "sqrt(x^2 + y^2)", 7, NULL},
		{"m", "sqrt(x^2 + y)", 0, "x^2 (m^2) and y (m) stand on both sides of +"},
		{"m", "sqrt(x^2 + 2.5*y)", ANY, "x^2 (m^2) and 2.5*y (m) stand on both sides of +"},
		{"m", "x^1.5/sqrt(y)", 7, NULL},
		{"m", "x + 3", SCALE | ANY, "x (m) and 3 (1) stand on both sides of +"},
		{"m", "x*exp(x/y)", 7, NULL},
		{"m", "x*exp(t)", 0, "t (s) is the argument of exp, which takes numbers without a unit"},
		{"m", "x*exp(2.5*t)", ANY, "2.5*t (s) is the argument of exp, which takes numbers without a unit"},
		{"m", "x*sin(v*t/y)", 7, NULL},
		{"m", "abs(x)", 7, NULL},
		{"m", "min(x, y)", 7, NULL},
		{"m", "max(x, t)", 0, "x (m) and t (s) are compared by max"},
		{"m", "x*k", 7, NULL},
		{"m", "x*2^k", 7, NULL},
		{"m", "x*2^t", 0, "t (s) is an exponent"},
		{"m", "x^k", 0, "x (m) has an exponent that varies"},
		{"m", "x*sign(t)", 7, NULL},
		{"m", "x*floor(t)", 0, "t (s) is the argument of floor, which takes numbers without a unit"},
		{"m", "x*log(x/y)", 7, NULL},
		{"m", "x*(log(x) - log(y))", 0, "x (m) is the argument of log, which takes numbers without a unit"},
		{"1", "1/(1 + x/y)", 7, NULL},
		{"1", "x/(x + y)", 7, NULL},
		{"1", "x/(x + 2.5)", SCALE | ANY, "x (m) and 2.5 (1) stand on both sides of +"},
		{"1", "tanh(x/(y + 2.5))", ANY, "y (m) and 2.5 (1) stand on both sides of +"},
		{"m^2", "x^2.0", 7, NULL},
		{"m", "pi*x", 7, NULL},
		{"s", "pi*x", 0, "pi*x (m) is not in the unit of z (s)"},
	};
	static const struct names names = {.n = 5, .column = letters, .target = "z"};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		for (int mode = 0; mode < 3; mode++) {
			struct str why = {0};
			struct units u;
			struct expr e;

			given_units(&u, cases[i].target, (enum unit_constants)mode);
			CHECK_OK(parse_expr(cases[i].equation, &names, NULL, &e));
			if (units_allow(&u, &e) != (cases[i].where >> mode & 1))
				test_failed(__FILE__, __LINE__, "%s = %s with %d", cases[i].target, cases[i].equation,
					    mode);
			CHECK_EQ(units_explain(&u, &e, &names, &why), !(cases[i].where >> mode & 1));
			if (mode == 0 && cases[i].why)
				CHECK_STR(str_text(&why), cases[i].why);
			str_release(&why);
			units_release(&u);
		}
	}
}

TEST(a_form_is_consistent_where_its_constants_can_make_it_so)
{
	enum { NONE = 1, SCALE = 2, ANY = 4 }; /* where it is; '?' is for the fit to find */
	static const struct {
		const char *form;
		int where;
	} cases[] = {
		{"exp(x/y)^?", NONE | SCALE | ANY},
		{"exp((x/y)^?)", NONE | SCALE | ANY},
		{"exp((x/y)^?/x)", 0},
		{"exp(x^?)", SCALE | ANY},
		{"exp(x^?/t)", SCALE | ANY},
		{"exp((x - ?)^?/t)", ANY},
		{"exp((?*t - ?)^?/x)", ANY},
		{"exp((? - k)^?)", NONE | SCALE | ANY},
		{"exp((? - k)^?/x)", 0}, /* what is added to a number is one */
		{"exp((?*k - tan(?*x))^?/x)", 0},
		{"exp((((? - tan(k)^2)^?)^3/x - ?)/x)", 0},
		{"exp((((? - y)^?)^3/x - ?)/x)", ANY},
	};
	static const struct names names = {.n = 5, .column = letters, .target = "z"};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (int mode = 0; mode < 3; mode++) {
			struct units u;
			struct expr e;

			given_units(&u, "1", (enum unit_constants)mode);
			CHECK_OK(parse_expr(cases[i].form, &names, NULL, &e));
			if (units_allow_form(&u, &e) != (cases[i].where >> mode & 1))
				test_failed(__FILE__, __LINE__, "%s with %d", cases[i].form, mode);
			units_release(&u);
		}
}

TEST(constants_have_the_units_that_make_the_equation_consistent)
{
	static const struct {
		const char *target, *equation,
			*units; /* of its numbers in their order, separated by blanks; "1": none */
	} cases[] = {
		{"m", "2.5*v/t", "s^2"},
		{"m", "2.5*x + 3.5*t", "1 m/s"},
		{"m", "2.5*x + 3.5", "1 m"},
		{"km", "2.5*x", "km/m"},
		{"m", "2.5*exp(3.5*t)", "m 1/s"},
		{"N", "2.5*x^1.5", "N/m^1.5 1"},
		{"m", "x*(v*t + 2.5)/(y + 3.5)", "m m"},
		{"1", "tanh(x/(y + 2.5))", "m"},
	};
	static const struct names names = {.n = 5, .column = letters, .target = "z"};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str unit[EXPR_MAX_CONSTS] = {{0}}, got = {0};
		struct units u;
		struct expr e;

		given_units(&u, cases[i].target, UNIT_CONSTANTS_ANY);
		CHECK_OK(parse_expr(cases[i].equation, &names, NULL, &e));
		CHECK(units_of_constants(&u, &e, unit));
		for (int k = 0; k < e.n_consts; k++)
			str_addf(&got, "%s%s", k ? " " : "", unit[k].len ? unit[k].data : "1");
		for (int k = 0; k < EXPR_MAX_CONSTS; k++)
			str_release(&unit[k]);
		CHECK_STR(str_text(&got), cases[i].units);
		str_release(&got);
		units_release(&u);
	}
}

/* ---- a judge of its own ------------------------------------------------------------------------------------------------ */

/* Of parts, from the last node to the first; wild: whatever is wanted. */
struct tag {
	bool wild, wrong, variable;
	double power[5]; /* of m, s, kg, K, V */
};

static bool has_power(const struct tag *a)
{
	bool any = false;

	for (int i = 0; i < 5; i++)
		any |= fabs(a->power[i]) > 1e-5;
	return any && !a->wild;
}

static bool differ(const struct tag *a, const struct tag *b)
{
	bool any = false;

	for (int i = 0; i < 5; i++)
		any |= fabs(a->power[i] - b->power[i]) > 1e-5;
	return any && !a->wild && !b->wild;
}

static struct tag raised(struct tag a, double k)
{
	for (int i = 0; i < 5; i++)
		a.power[i] *= k;
	return a;
}

static struct tag judge_binary(enum op op, struct tag a, struct tag b, double exponent)
{
	struct tag out = {.wrong = a.wrong || b.wrong, .variable = a.variable || b.variable};

	if (op == OP_MUL || op == OP_DIV) {
		out.wild = a.wild || b.wild;
		for (int i = 0; i < 5; i++)
			out.power[i] = a.power[i] + (op == OP_MUL ? 1 : -1) * b.power[i];
	} else if (op == OP_POW) {
		out.wrong |= has_power(&b) || (b.variable && has_power(&a));
		if (isnan(exponent)) {
			out.wild = has_power(&a) || a.wild;
		} else if (!b.variable) {
			struct tag p = raised(a, exponent);

			memcpy(out.power, p.power, sizeof(out.power));
			out.wild = a.wild;
		}
	} else {
		out.wrong |= differ(&a, &b);
		out.wild = a.wild && b.wild;
		memcpy(out.power, a.wild ? b.power : a.power, sizeof(out.power));
	}
	return out;
}

static struct tag judge_unary(enum op op, struct tag a)
{
	static const struct {
		enum op op;
		double power;
	} powers[] = {{OP_NEG, 1},  {OP_ABS, 1},    {OP_INV, -1},      {OP_SQUARE, 2},
		      {OP_CUBE, 3}, {OP_SQRT, 0.5}, {OP_CBRT, 1.0 / 3}};

	for (size_t i = 0; i < COUNT_OF(powers); i++)
		if (powers[i].op == op)
			return raised(a, powers[i].power);
	if (op != OP_SIGN && op != OP_STEP)
		a.wrong |= has_power(&a);
	return (struct tag){.wrong = a.wrong, .variable = a.variable};
}

/* NAN: a constant is in it whose value the fit is to find. */
static double exponent_at(const struct expr *e, int i, bool to_be_fitted)
{
	double x[64] = {0};
	struct expr part = {0};

	expr_append_subtree(&part, e, i);
	return to_be_fitted && expr_free_consts(&part) > 0 ? NAN : expr_value(&part, x);
}

/* literals: integers and literals may carry units, too, where constants may. */
static struct tag judge_part(const struct expr *e, const struct tag *column, bool wild, bool literals)
{
	struct tag stack[EXPR_MAX_NODES];
	int n = 0;

	for (int i = e->n - 1; i >= 0; i--) {
		struct node a = e->node[i];
		struct tag leaf = {.wild = wild && (a.op == OP_CONST || (literals && a.op != OP_PI))};

		if (a.op == OP_VAR) {
			leaf = column[a.arg];
			leaf.variable = true;
		}
		if (node_arity(a) == 0) {
			stack[n++] = leaf;
		} else if (node_arity(a) == 1) {
			stack[n - 1] = judge_unary((enum op)a.op, stack[n - 1]);
		} else {
			int b = expr_end(e, i + 1);

			stack[n - 2] = judge_binary((enum op)a.op, stack[n - 1], stack[n - 2],
						    a.op == OP_POW ? exponent_at(e, b, wild && !literals) : 1);
			n--;
		}
	}
	return stack[0];
}

static bool is_consistent(const struct expr *e, const struct tag *column, const struct tag *target, bool wild)
{
	struct tag whole = judge_part(e, column, wild, true);

	return !whole.wrong && !differ(&whole, target);
}

/* Each term of a skeleton gets its coefficient from the fit. */
static bool is_consistent_form(const struct expr *e, const struct tag *column, const struct tag *target, bool wild)
{
	uint8_t start[EXPR_MAX_NODES];
	int n = expr_terms(e, start);

	for (int k = 0; k < n; k++) {
		struct expr term = {0};
		struct tag t;

		expr_append_subtree(&term, e, start[k]);
		t = judge_part(&term, column, wild, false);
		if (t.wrong || (!wild && differ(&t, target)))
			return false;
	}
	return true;
}

/* ---- searches ------------------------------------------------------------------------------------------------------------ */

static enum status read_options(struct option_set *s, const char *words)
{
	char copy[256], *argv[32], *save = NULL;
	int n = 0;

	snprintf(copy, sizeof(copy), "-d made.csv %s", words);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	*s = (struct option_set){0};
	return options_parse(s, command_find("infer"), n, argv);
}

struct unit_search {
	struct option_set options;
	struct dataset d;
	struct policy policy;
	struct bounds bounds;
	struct train_config c;
	struct pool *pool;
	struct trainer *t;
};

/* s->d is there. */
static void open_unit_search(struct unit_search *s, const char *words)
{
	struct train_config given;

	CHECK_OK(read_options(&s->options, words));
	CHECK_OK(data_set_units(&s->d, &s->options.values));
	search_case_policy(&s->policy);
	CHECK_OK(search_bounds_on(&s->options.values, &s->d, &s->bounds));
	CHECK_OK(search_config(&s->options.values, ARM_FULL, &given));
	s->c = search_case_config();
	s->c.allowed = given.allowed;
	s->c.prior.operators = given.prior.operators;
	s->c.scorer.bounds = given.scorer.bounds;
	s->c.textbook = s->c.sparse = true;
	s->c.offspring = 64;
	s->c.complete = 0.25;
	s->c.max_size = 20;
	s->pool = pool_new(1);
	s->c.bounds = &s->bounds;
	CHECK_OK(
		trainer_open(&s->t, &s->c,
			     &(struct trainer_inputs){.d = &s->d, .n_data = 1, .policy = &s->policy, .pool = s->pool}));
}

static void close_unit_search(struct unit_search *s)
{
	trainer_close(s->t);
	pool_free(s->pool);
	policy_release(&s->policy);
	dataset_release(&s->d);
	options_release(&s->options);
}

/* Any legal token is as likely as any other. */
static void write_at_random(const struct grammar *g, struct rng *r, struct expr *out)
{
	struct grammar_state s;
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	int n = 0;

	grammar_start(&s);
	while (s.open > 0) {
		uint64_t legal = grammar_legal(g, &s);
		int token, skip = rng_below(r, __builtin_popcountll(legal));

		for (; skip > 0; skip--)
			legal &= legal - 1;
		token = __builtin_ctzll(legal);
		tokens[n++] = (uint8_t)token;
		grammar_push(&s, token);
	}
	CHECK(vocab_decode(tokens, n, NULL, out));
}

/* ---- laws ------------------------------------------------------------------------------------------------------------------ */

static int count_from(const char *variable, int usual)
{
	const char *text = getenv(variable);

	return text ? atoi(text) : usual;
}

static struct tag tag_of(const char *unit)
{
	static const char *const symbols[] = {"m", "s", "kg", "K", "V"};
	struct tag t = {0};

	for (int i = 0; i < 5; i++)
		for (const char *p = unit; p && *p; p += strcspn(p, " "), p += strspn(p, " ")) {
			size_t n = strcspn(p, "^");

			if (n == strlen(symbols[i]) && strncmp(p, symbols[i], n) == 0)
				t.power[i] = atof(p + n + 1);
		}
	return t;
}

struct law {
	struct unit_search search;
	struct tag column[VOCAB_VARS], target;
	bool wild; /* constants carry units */
};

static void open_law(struct law *l, struct formula_problem *p, const char *constants)
{
	char words[64];

	p->train_samples = p->test_samples = 200;
	CHECK_OK(problem_dataset(p, 1, &l->search.d));
	for (int c = 0; c < p->n_vars; c++)
		l->column[c] = tag_of(p->variable[c].unit);
	l->target = tag_of(p->value_unit);
	l->wild = strcmp(constants, "none") != 0;
	snprintf(words, sizeof(words), "--units row --unit-constants %s", constants);
	open_unit_search(&l->search, words);
}

/* What the masks let through and what is bred of it; what ends where nothing fits is dropped, as proposers do. */
static int count_wrong_forms(const struct law *l, int n, int *kept)
{
	const struct task *task = trainer_task(l->search.t, 0);
	struct task_view view = task_view(task);
	struct evolve_config evolve = {.grammar = task_grammar(task, &l->search.c), .n_columns = l->search.d.n_columns};
	struct rng r = rng_stream(8, 1, 2);
	struct str text = {0};
	int wrong = 0;

	for (int i = 0; i < n; i++) {
		struct expr e;

		if (i % 4 == 0 && view.population->island[i / 4 % ISLANDS].n > 0)
			evolve_offspring(&evolve, view.population, i / 4 % ISLANDS, &r, &e);
		else
			write_at_random(&evolve.grammar, &r, &e);
		if (!bounds_allow_form(&l->search.bounds, &e))
			continue;
		++*kept;
		if (is_consistent_form(&e, l->column, &l->target, l->wild))
			continue;
		wrong++;
		print_expr(&text, &e, NULL, NOTATION_TEXT);
		test_failed(__FILE__, __LINE__, "%s", str_text(&text));
		str_release(&text);
	}
	return wrong;
}

static int count_wrong_on_front(const struct law *l, int *n)
{
	struct front *f = xcalloc(1, sizeof(*f));
	int wrong = 0;

	search_front(&l->search.options.values, trainer_task(l->search.t, 0), f);
	for (int i = 0; i < f->pareto.n; i++)
		wrong += !is_consistent(&f->pareto.entry[i].expr, l->column, &l->target, l->wild);
	*n += f->pareto.n;
	front_release(f);
	free(f);
	return wrong;
}

/* Every proposer takes its turns; then the masks write and evolution breeds. */
static void check_law(struct formula_problem *p, const char *constants, int *kept, int *shown)
{
	struct law *l = xcalloc(1, sizeof(*l));
	int wrong, n = 0;

	open_law(l, p, constants);
	for (int k = 0; k < 8; k++)
		CHECK_OK(trainer_step(l->search.t, NULL));
	wrong = count_wrong_forms(l, count_from("EQRL_UNIT_CASES", test_cases(2000)), kept);
	if (wrong > 0)
		test_failed(__FILE__, __LINE__, "%s, %s: %d written or bred", p->name, constants, wrong);
	wrong = count_wrong_on_front(l, &n);
	if (wrong > 0)
		test_failed(__FILE__, __LINE__, "%s, %s: %d of a front of %d", p->name, constants, wrong, n);
	*shown += n;
	close_unit_search(&l->search);
	free(l);
}

/* EQRL_UNIT_LAWS: how many of the 65 laws, evenly among them. */
TEST(with_units_nothing_inconsistent_is_written_bred_completed_or_printed)
{
	static const char *const constants[] = {"none", "scale", "any"};
	int laws = count_from("EQRL_UNIT_LAWS", 6), kept = 0, shown = 0, n = 0;
	struct problem_file f;

	CHECK_OK(problem_file_load(&f, "data/benchmarks/formulas.json"));
	for (int i = 0; i < f.n && strcmp(f.problem[i].suite, "Feynman") == 0; i++, n++) {
		if (n * laws / 65 == (n + 1) * laws / 65)
			continue;
		check_law(&f.problem[i], "none", &kept, &shown);
		check_law(&f.problem[i], constants[1 + n % 2], &kept, &shown);
	}
	CHECK_EQ(n, 65);
	CHECK(kept > 0 && shown > 2 * laws);
	problem_file_release(&f);
}

TEST(every_law_of_the_feynman_problems_is_consistent_with_its_units)
{
	struct problem_file f;
	int n = 0;

	CHECK_OK(problem_file_load(&f, "data/benchmarks/formulas.json"));
	for (int i = 0; i < f.n; i++) {
		const struct formula_problem *p = &f.problem[i];
		struct units u;

		if (!p->value_unit)
			continue;
		units_init(&u, p->n_vars);
		for (int c = 0; c < p->n_vars; c++)
			CHECK_OK(units_read(&u, p->variable[c].unit, &u.column[c]));
		CHECK_OK(units_read(&u, p->value_unit, &u.target));
		units_ready(&u);
		if (!units_allow(&u, &p->law) || !units_reach_target(&u))
			test_failed(__FILE__, __LINE__, "%s", p->name);
		units_release(&u);
		n++;
	}
	CHECK_EQ(n, 78);
	problem_file_release(&f);
}

/* ---- what is refused ----------------------------------------------------------------------------------------------------- */

TEST(units_that_contradict_the_columns_are_refused_before_the_search)
{
	static const struct {
		const char *options, *reason;
	} refused[] = {
		{"--units m,s", "2 entries for 3 columns"},
		{"--units m,s,kg --unit-constants none", "has the unit of y (kg)"},
		{"--units m,s,1 --unit-constants none", "has the unit of y (1)"},
		{"--units m,s,kg --max-consts 0", "has the unit of y (kg)"},
		{"--units x1=m,s", "COLUMN=UNIT"},
		{"--units x9=m", "no column \"x9\""},
		{"--units m,J/(kg,1", "not closed"},
		{"--units row", "no row of units"},
		{"--units m,s,m --unit-constants none --require x2", "goes with no other"},
	};
	struct dataset d;

	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct option_set s;
		struct bounds b;
		enum status st;

		search_case_data(&d, 60, search_case_law);
		CHECK_OK(read_options(&s, refused[i].options));
		st = data_set_units(&d, &s.values);
		if (st == ST_OK)
			st = search_bounds_on(&s.values, &d, &b);
		CHECK_EQ(st, ST_USAGE);
		if (!strstr(error_message(), refused[i].reason))
			test_failed(__FILE__, __LINE__, "%s: %s", refused[i].options, error_message());
		options_release(&s);
		dataset_release(&d);
	}
}
