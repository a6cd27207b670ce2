/* test_constraints.c — what the user binds holds in all that is written, bred and completed, and in what is printed; what
 * contradicts itself is refused. The judges here are written apart from bounds.c. */
#include "eqrl/base/mem.h"
#include "eqrl/eval/shape.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/search_front.h"
#include "eqrl/run/search_setup.h"
#include "search_case.h"
#include "test.h"
#include "../src/rl/task.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* So many are written under the masks for each kind; EQRL_CONSTRAINT_CASES: others. One in BRED_SHARE is bred. */
enum { WRITTEN = 100000, BRED_SHARE = 20, STEPS = 12 };

static int cases(void)
{
	const char *text = getenv("EQRL_CONSTRAINT_CASES");

	return text ? atoi(text) : test_cases(WRITTEN);
}

/* ---- judges ------------------------------------------------------------------------------------------------------ */

struct way {
	const struct expr *e;
	int n, at[EXPR_MAX_NODES]; /* from the root to the node in question */
};

/* Calls judge with the way to every node. */
static bool holds_on_ways(struct way *w, int *i, bool (*judge)(const struct way *w))
{
	struct node a = w->e->node[*i];
	bool ok;

	w->at[w->n++] = (*i)++;
	ok = judge(w);
	for (int k = node_arity(a); k > 0; k--)
		ok &= holds_on_ways(w, i, judge);
	w->n--;
	return ok;
}

static bool judge_ways(const struct expr *e, bool (*judge)(const struct way *w))
{
	struct way w = {.e = e};
	int i = 0;

	return holds_on_ways(&w, &i, judge);
}

static int count_on_way(const struct way *w, int from, int op)
{
	int n = 0;

	for (int k = from; k < w->n; k++)
		n += w->e->node[w->at[k]].op == op;
	return n;
}

static bool is_shallow(const struct way *w)
{
	return w->n <= 5;
}

static bool nests_as_allowed(const struct way *w)
{
	for (int k = 0; k < w->n; k++) {
		int op = w->e->node[w->at[k]].op;

		if ((op == OP_SIN && count_on_way(w, k + 1, OP_SIN) > 0) ||
		    (op == OP_MUL && count_on_way(w, k + 1, OP_ADD) > 0) ||
		    (op == OP_ADD && count_on_way(w, k + 1, OP_MUL) > 1))
			return false;
	}
	return true;
}

static bool judge_depth(const struct expr *e)
{
	return judge_ways(e, is_shallow);
}

static bool judge_nestings(const struct expr *e)
{
	return judge_ways(e, nests_as_allowed);
}

static bool uses(const struct expr *e, int op)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == op)
			return true;
	return false;
}

static bool judge_forbidden(const struct expr *e)
{
	return !uses(e, OP_SIN) && !uses(e, OP_DIV) && !uses(e, OP_INV);
}

static bool judge_required(const struct expr *e)
{
	return uses(e, OP_EXP) && expr_uses_column(e, 1);
}

static bool judge_exponents(const struct expr *e)
{
	for (int i = 0; i < e->n; i++) {
		int k = e->node[i].op == OP_POW ? expr_end(e, i + 1) : -1;
		double v = k < 0 ? 1 : e->node[k].op == OP_INT ? e->node[k].arg : 0.5;

		if (k >= 0 && e->node[k].op == OP_FIXED)
			v = e->c[e->node[k].arg];
		if (fabs(v) > 5 || v != floor(v))
			return false;
	}
	return !uses(e, OP_SQRT) && !uses(e, OP_CBRT);
}

static bool judge_weights(const struct expr *e)
{
	int size = e->n;

	for (int i = 0; i < e->n; i++)
		size += e->node[i].op == OP_SIN ? 4 : e->node[i].op == OP_MUL ? 1 : 0;
	return size <= 18;
}

/* On a grid over the box of search_case_data, and from each point to the next. */
static double on_grid(const struct expr *e, int i, int j)
{
	const double x[2] = {0.21 + 1.77 * i / 40, 0.21 + 1.77 * j / 40};

	return expr_value(e, x);
}

static bool judge_shape(const struct expr *e)
{
	for (int i = 0; i < 40; i++)
		for (int j = 0; j < 40; j++) {
			double v = on_grid(e, i, j);

			if (!(v >= 0.1 && v <= 3) || on_grid(e, i + 1, j) < v - 1e-12 ||
			    on_grid(e, i, j + 1) > v + 1e-12)
				return false;
		}
	return true;
}

static bool judge_positive(const struct expr *e)
{
	for (int i = 0; i < 40; i++)
		for (int j = 0; j < 40; j++)
			if (!(on_grid(e, i, j) >= 0))
				return false;
	return true;
}

static double number_at(const struct expr *e, int i)
{
	struct node a = e->node[i];

	return a.op == OP_INT ? a.arg : a.op == OP_PI ? M_PI : a.op == OP_FIXED ? fabs(e->c[a.arg]) : 0;
}

static bool judge_set_written(const struct expr *e)
{
	for (int i = 0; i < e->n; i++) {
		double v = number_at(e, i);

		if (v != 0 && v != 1 && v != 2 && v != 0.5 && v != M_PI)
			return false;
	}
	return true;
}

static bool judge_whole_written(const struct expr *e)
{
	for (int i = 0; i < e->n; i++)
		if (number_at(e, i) != floor(number_at(e, i)))
			return false;
	return true;
}

/* A printed equation has settled numbers alone. */
static bool judge_set(const struct expr *e)
{
	return judge_set_written(e) && !uses(e, OP_CONST);
}

static bool judge_whole(const struct expr *e)
{
	return judge_whole_written(e) && !uses(e, OP_CONST);
}

static bool uses_only(const struct expr *e, int from, int column)
{
	for (int i = from, end = expr_end(e, from); i < end; i++)
		if (e->node[i].op == OP_VAR && e->node[i].arg != column)
			return false;
	return true;
}

/* sin(f(x1, x2)) + 2*g(x2) */
static bool judge_sine_form(const struct expr *e)
{
	int right = e->n > 2 ? expr_end(e, 1) : 0;

	return right && e->node[0].op == OP_ADD && e->node[1].op == OP_SIN && e->node[right].op == OP_MUL &&
	       e->node[right + 1].op == OP_INT && e->node[right + 1].arg == 2 && uses_only(e, right + 2, 1);
}

/* f(x1) + f(x2): the same nodes and numbers on both sides, but for the column. */
static bool judge_twin_form(const struct expr *e)
{
	int n = (e->n - 1) / 2;

	if (e->n != 2 * n + 1 || n < 1 || e->node[0].op != OP_ADD || expr_end(e, 1) != n + 1 || !uses_only(e, 1, 0) ||
	    !uses_only(e, n + 1, 1))
		return false;
	for (int i = 1; i <= n; i++) {
		struct node a = e->node[i], b = e->node[i + n];
		bool number = a.op == OP_CONST || a.op == OP_FIXED;

		if (a.op != b.op || (a.op == OP_INT && a.arg != b.arg) || (number && e->c[a.arg] != e->c[b.arg]))
			return false;
	}
	return true;
}

/* p*exp(f(x1)) + g(x2), with a number for p. */
static bool judge_scaled_form(const struct expr *e)
{
	int factor = 2, power = e->n > 4 ? expr_end(e, factor) : 0;

	if (!power || e->node[0].op != OP_ADD || e->node[1].op != OP_MUL || e->node[power].op != OP_EXP)
		return false;
	for (int i = factor; i < power; i++)
		if (e->node[i].op == OP_VAR)
			return false;
	return uses_only(e, power, 0) && uses_only(e, expr_end(e, 1), 1);
}

static bool judge_forms_together_written(const struct expr *e)
{
	return judge_scaled_form(e) && judge_whole_written(e) && judge_ways(e, nests_as_allowed);
}

static bool judge_forms_together(const struct expr *e)
{
	return judge_forms_together_written(e) && !uses(e, OP_CONST) && !uses(e, OP_DIV) && !uses(e, OP_INV);
}

static bool judge_all_written(const struct expr *e)
{
	return judge_depth(e) && judge_nestings(e) && judge_exponents(e);
}

static bool judge_all(const struct expr *e)
{
	return judge_all_written(e) && judge_required(e);
}

static bool judge_nothing(const struct expr *e)
{
	return true;
}

/* written: what masks see to, in equations that have no coefficients yet. */
static const struct kind {
	const char *options;
	bool (*printed)(const struct expr *e);
	bool (*written)(const struct expr *e);
} kinds[] = {
	{"--max-depth 5", judge_depth, judge_depth},
	{"--nest sin(sin)=0,mul(add)=0,add(mul)=1", judge_nestings, judge_nestings},
	{"--exponents 5", judge_exponents, judge_exponents},
	{"--complexity sin=5,*=2 --max-size 18", judge_weights, judge_nothing},
	{"--bounds 0.1:3 --monotone x1+,x2-", judge_shape, judge_nothing},
	{"--positive", judge_positive, judge_nothing},
	{"--forbid sin,/", judge_forbidden, judge_nothing},
	{"--require exp,x2", judge_required, judge_nothing},
	{"--constants 1,2,pi,1/2", judge_set, judge_set_written},
	{"--integer-constants", judge_whole, judge_whole_written},
	{"--template sin(f(x1,x2))+2*g(x2)", judge_sine_form, judge_sine_form},
	{"--template f(x1)+f(x2)", judge_twin_form, judge_twin_form},
	{"--template p*exp(f(x1))+g(x2)", judge_scaled_form, judge_scaled_form},
	{"--template p*exp(f(x1))+g(x2) --integer-constants --forbid / --nest sin(sin)=0,mul(add)=0,add(mul)=1",
	 judge_forms_together, judge_forms_together_written},
	{"--max-depth 5 --exponents 5 --require x2,exp --nest sin(sin)=0,mul(add)=0,add(mul)=1", judge_all,
	 judge_all_written},
};

/* ---- options to a search ------------------------------------------------------------------------------------------- */

static enum status read_options(struct option_set *s, const char *words)
{
	char copy[256], *argv[32], *save = NULL;
	const struct command *c = command_find("infer");
	int n = 0;

	snprintf(copy, sizeof(copy), "-d made.csv %s", words);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	*s = (struct option_set){0};
	return options_parse(s, c, n, argv);
}

/* Every proposer but the learned policy's weights, which no constraint depends on. */
struct searching {
	struct option_set options;
	struct dataset d;
	struct policy policy;
	struct bounds bounds;
	struct train_config c;
	struct pool *pool;
	struct trainer *t;
};

static void open_search(struct searching *s, const char *words)
{
	struct train_config given;

	CHECK_OK(read_options(&s->options, words));
	search_case_data(&s->d, 60, search_case_law);
	search_case_policy(&s->policy);
	CHECK_OK(search_bounds_on(&s->options.values, &s->d, &s->bounds));
	CHECK_OK(search_config(&s->options.values, ARM_FULL, &given));
	s->c = search_case_config();
	s->c.allowed = given.allowed;
	s->c.prior.operators = given.prior.operators;
	s->c.textbook = s->c.sparse = true;
	s->c.offspring = 64;
	s->c.complete = 0.25;
	s->pool = pool_new(1);
	s->c.bounds = &s->bounds;
	CHECK_OK(
		trainer_open(&s->t, &s->c,
			     &(struct trainer_inputs){.d = &s->d, .n_data = 1, .policy = &s->policy, .pool = s->pool}));
}

static void close_search(struct searching *s)
{
	trainer_close(s->t);
	pool_free(s->pool);
	policy_release(&s->policy);
	dataset_release(&s->d);
	options_release(&s->options);
}

/* ---- what is written and bred --------------------------------------------------------------------------------------- */

/* Any legal token is as likely as any other: the masks alone decide. */
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

static int count_violations(const struct searching *s, const struct kind *k, int n)
{
	const struct task *task = trainer_task(s->t, 0);
	struct task_view view = task_view(task);
	struct evolve_config evolve = {.grammar = task_grammar(task, &s->c), .n_columns = 2};
	struct rng r = rng_stream(8, 1, 1);
	int wrong = 0, bred = 0;

	for (int i = 0; i < n; i++) {
		struct expr e;

		if (i % BRED_SHARE == 0 && !population_empty(view.population)) {
			int island = i / BRED_SHARE % ISLANDS;

			if (view.population->island[island].n == 0)
				continue;
			evolve_offspring(&evolve, view.population, island, &r, &e);
			if (bounds_have_form(&s->bounds)) {
				struct expr carrier = e;

				CHECK(outline_expand_carrier(&s->bounds.form, &carrier, &e));
			}
			bred++;
		} else {
			write_at_random(&evolve.grammar, &r, &e);
		}
		wrong += !k->written(&e);
	}
	CHECK(bred >= n / BRED_SHARE / ISLANDS);
	return wrong;
}

/* A search with every proposer, and its front as it is printed. */
static int count_front(struct searching *s, const struct kind *k, int *n)
{
	struct front *f = xcalloc(1, sizeof(*f));
	int wrong = 0;

	search_front(&s->options.values, trainer_task(s->t, 0), f);
	for (int i = 0; i < f->pareto.n; i++)
		wrong += !k->printed(&f->pareto.entry[i].expr) ||
			 f->pareto.entry[i].size > (int)s->options.values.max_size;
	*n = f->pareto.n;
	front_release(f);
	free(f);
	return wrong;
}

TEST(no_constraint_is_violated_by_what_is_written_bred_completed_or_printed)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct searching *s = xcalloc(1, sizeof(*s));
		int n, wrong;

		open_search(s, kinds[i].options);
		for (int k = 0; k < STEPS; k++)
			CHECK_OK(trainer_step(s->t, NULL));
		wrong = count_violations(s, &kinds[i], cases());
		if (wrong > 0)
			test_failed(__FILE__, __LINE__, "%s: %d of %d written", kinds[i].options, wrong, cases());
		wrong = count_front(s, &kinds[i], &n);
		if (wrong > 0 || n == 0)
			test_failed(__FILE__, __LINE__, "%s: %d of a front of %d", kinds[i].options, wrong, n);
		close_search(s);
		free(s);
	}
}

/* ---- slopes ------------------------------------------------------------------------------------------------------------ */

TEST(the_slope_of_every_operator_lies_in_its_interval_and_is_tight_at_a_point)
{
	for (int op = 0; op < OP_COUNT; op++) {
		const bool steps = op == OP_FLOOR || op == OP_ROUND || op == OP_SIGN || op == OP_STEP || op == OP_MOD;
		const double a = 0.4375, b = 0.8125;
		struct interval side[2] = {{a, a}, {b, b}};
		struct image value[EXPR_MAX_NODES];
		struct expr e = {0};
		double d[2], v = op_value((enum op)op, a, b);

		expr_push(&e, (enum op)op, 0);
		expr_push(&e, OP_VAR, 0);
		if (op_info[op].arity == 2)
			expr_push(&e, OP_VAR, 1);
		op_partials((enum op)op, a, b, v, &d[0], &d[1]);
		interval_of_nodes(&e, side, value);
		for (int k = 0; k < op_info[op].arity; k++) {
			struct interval s = shape_slope(&e, value, k).range;

			if (!(s.low <= d[k] + 1e-12 && s.high >= d[k] - 1e-12) ||
			    (!steps && op != OP_MIN && op != OP_MAX && !(s.high - s.low < 1e-9)))
				test_failed(__FILE__, __LINE__, "%s: %g is not within %g to %g", op_info[op].name, d[k],
					    s.low, s.high);
		}
	}
}

/* ---- what is refused --------------------------------------------------------------------------------------------------- */

TEST(constraints_that_contradict_each_other_or_mean_nothing_are_refused_before_the_search)
{
	static const struct {
		const char *options, *reason;
	} refused[] = {
		{"--require x1 --forbid x1", "one of both"},
		{"--require sin --ops add,mul", "may not occur"},
		{"--require sin,cos,exp,x1,x2 --max-size 5", "needs 6 nodes"},
		{"--require mul,add,sub --max-depth 2", "needs 3 levels"},
		{"--require x7", "no input column \"x7\""},
		{"--nest sin(sun)=1", "did you mean sub"},
		{"--exponents 2.5", "neither integer nor"},
		{"--exponents 3 --require sqrt", "may not occur"},
		{"--complexity sin=0", "OPERATOR=N"},
		{"--complexity sin=40 --require sin", "needs 41 nodes"},
		{"--bounds 1:0", "nothing lies between"},
		{"--bounds 1", "LOW:HIGH"},
		{"--positive --bounds :-1", "nothing lies between"},
		{"--monotone x1", "+ or -"},
		{"--monotone x1+,x1-", "twice"},
		{"--monotone x9+", "no input column"},
		{"--nest sin=1", "OPERATOR(OPERATOR)=N"},
		{"--nest sin(cos)=-1", "OPERATOR(OPERATOR)=N"},
		{"--constants 1,two", "is no number"},
		{"--constants 0", "no number in"},
		{"--template x1+x2", "no free function"},
		{"--template f(x1)+f(x1,x2)", "2 arguments here and 1 before"},
		{"--template f(x7)", "no column"},
		{"--template f(g(x1))", "side by side"},
		{"--template f(2)", "no column in it"},
		{"--template x1(x2)", "is a column"},
		{"--template sin(f(x1))+g(x2) --ops add,mul", "it has sin"},
		{"--template sin(f(x1))+g(x2) --max-size 3", "has 4 nodes"},
		{"--template sin(sin(f(x1))) --nest sin(sin)=0", "even its shortest"},
		{"--template 3*f(x1)+g(x2) --constants 1,2", "3 stands in it"},
		{"--template p*f(x1)+q*g(x2) --max-consts 1", "has 2 constants already"},
		{"--template f(x1) --require x2", "has not that column"},
	};
	struct dataset d;

	search_case_data(&d, 60, search_case_law);
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct option_set s;
		struct bounds b;

		CHECK_OK(read_options(&s, refused[i].options));
		CHECK_EQ(search_bounds_on(&s.values, &d, &b), ST_USAGE);
		if (!strstr(error_message(), refused[i].reason))
			test_failed(__FILE__, __LINE__, "%s: %s", refused[i].options, error_message());
		options_release(&s);
	}
	dataset_release(&d);
}
