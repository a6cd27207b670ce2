/* arithmetic_solve.c — exhaustive search over what can be computed with some numbers; see arithmetic.h.
 *
 * A step takes two live values and puts their result in their place. Searched by iterative deepening, so the first
 * solution has the fewest steps, and each of its steps is used. */
#include "arithmetic.h"

enum { NODES_MAX = 2 * NUMBERS_MAX };

struct tree_node {
	char op;
	int left, right;
	struct rational value;
};

struct number_search {
	int target, n_nodes;
	bool all, positive; /* nothing may be left; no negative values */
	struct tree_node node[NODES_MAX];
};

static bool search_steps(struct number_search *s, const int *live, int n, int steps);

/* Tries left op right for the pair i < j of the live values, then the steps that follow. */
static bool try_step(struct number_search *s, const int *live, int n, const int pair[2], struct tree_node step,
		     int steps)
{
	int next[NUMBERS_MAX], m = 0;

	if (steps == 1 && !rational_gives(step.op, s->node[step.left].value, s->node[step.right].value, s->target))
		return false;
	if (rational_apply(step.op, s->node[step.left].value, s->node[step.right].value, &step.value) != RATIONAL_OK ||
	    (s->positive && step.value.num < 0))
		return false;
	for (int k = 0; k < n; k++)
		if (k != pair[0] && k != pair[1])
			next[m++] = live[k];
	next[m++] = s->n_nodes;
	s->node[s->n_nodes++] = step;
	if (search_steps(s, next, m, steps - 1))
		return true;
	s->n_nodes--;
	return false;
}

static bool search_pair(struct number_search *s, const int *live, int n, const int pair[2], int steps)
{
	static const struct {
		char op;
		bool turned;
	} kinds[] = {{'+', false}, {'-', false}, {'-', true}, {'*', false}, {'/', false}, {'/', true}};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct tree_node step = {
			.op = kinds[k].op, .left = live[pair[kinds[k].turned]], .right = live[pair[!kinds[k].turned]]};

		if (try_step(s, live, n, pair, step, steps))
			return true;
	}
	return false;
}

/* Exactly so many steps, the last of which gives the target. Without any, a value is the target already. */
static bool search_steps(struct number_search *s, const int *live, int n, int steps)
{
	if (steps == 0)
		return rational_is(s->node[live[n - 1]].value, s->target) && (!s->all || n == 1);
	if (s->all && n > steps + 1) /* something would be left over */
		return false;
	for (int i = 0; i < n; i++)
		for (int j = i + 1; j < n; j++)
			if (search_pair(s, live, n, (const int[2]){i, j}, steps))
				return true;
	return false;
}

/* The node that is the target, or -1. */
static int search_all(struct number_search *s)
{
	int live[NUMBERS_MAX], n = s->n_nodes;

	for (int i = 0; i < n; i++) {
		live[i] = i;
		if (rational_is(s->node[i].value, s->target) && (!s->all || n == 1))
			return i;
	}
	for (int steps = s->all ? n - 1 : 1; steps < n; steps++)
		if (steps > 0 && search_steps(s, live, n, steps))
			return s->n_nodes - 1;
	return -1;
}

bool pool_reaches(const struct number_pool *p)
{
	struct number_search s = {.target = p->target, .all = p->all, .n_nodes = p->n};

	for (int i = 0; i < p->n; i++)
		s.node[i].value = p->value[i];
	return search_all(&s) >= 0;
}

static int write_node(const struct number_search *s, int n_numbers, int node, uint8_t *tokens)
{
	const struct tree_node *t = &s->node[node];
	int n = 1;

	if (node < n_numbers) {
		tokens[0] = (uint8_t)(TASK_POINTER + node);
		return 1;
	}
	tokens[0] = (uint8_t)(t->op == '+' ? TASK_ADD : t->op == '-' ? TASK_SUB : t->op == '*' ? TASK_MUL : TASK_DIV);
	n += write_node(s, n_numbers, t->left, tokens + n);
	return n + write_node(s, n_numbers, t->right, tokens + n);
}

int numbers_solve(const struct numbers *q, uint8_t *tokens)
{
	struct number_search s = {.target = q->target, .all = q->all, .positive = true, .n_nodes = q->n};
	int root, n;

	for (int i = 0; i < q->n; i++)
		s.node[i].value = (struct rational){q->number[i], 1};
	root = search_all(&s);
	if (root < 0)
		return 0;
	n = write_node(&s, q->n, root, tokens);
	tokens[n] = TOK_EOS;
	return n + 1;
}
