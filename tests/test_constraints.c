/* test_constraints.c — what the user binds holds in all that is written, bred and completed, and in what is printed; what
 * contradicts itself is refused. The judges here are written apart from bounds.c. */
#include "eqrl/base/mem.h"
#include "eqrl/options/options_cli.h"
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

	return text ? atoi(text) : WRITTEN;
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

static bool judge_all_written(const struct expr *e)
{
	return judge_depth(e) && judge_nestings(e);
}

static bool judge_all(const struct expr *e)
{
	return judge_depth(e) && judge_nestings(e) && judge_required(e);
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
	{"--forbid sin,/", judge_forbidden, judge_nothing},
	{"--require exp,x2", judge_required, judge_nothing},
	{"--max-depth 5 --require x2,exp --nest sin(sin)=0,mul(add)=0,add(mul)=1", judge_all, judge_all_written},
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
		{"--nest sin=1", "OPERATOR(OPERATOR)=N"},
		{"--nest sin(cos)=-1", "OPERATOR(OPERATOR)=N"},
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
