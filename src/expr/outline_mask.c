/* outline_mask.c — which tokens may follow within a template; see outline.h.
 *
 * Tokens are read beside the template. Where a function is called for the first time, its body is free; where it comes
 * again, every token follows from the body. What is not written yet counts as short as it can be. */
#include "eqrl/expr/outline.h"

#include "eqrl/expr/vocab.h"

#include <string.h>

struct walk {
	const struct outline *t;
	const uint8_t *token;
	int n, at; /* tokens, and how many were read */
	struct outline_place *out;
	bool found;
	int start[OUTLINE_FUNCTIONS], end[OUTLINE_FUNCTIONS]; /* of the bodies, in token[] */
	int outer;
};

static int token_of(struct node a)
{
	switch (a.op) {
	case OP_CONST:
	case OP_FIXED:
		return TOK_CONST;
	case OP_PI:
		return TOK_PI;
	case OP_INT:
		return TOK_INT + a.arg - 1;
	case OP_VAR:
		return TOK_VAR + a.arg;
	default:
		return TOK_OP + a.op;
	}
}

/* One token that is known. */
static void follow(struct walk *w, int token)
{
	if (w->found)
		return;
	if (w->at == w->n) {
		w->out->forced = token;
		w->found = true;
		return;
	}
	w->at++;
}

static int node_end(const struct node *node, int i)
{
	for (int open = 1; open > 0; i++)
		open += node_arity(node[i]) - 1;
	return i;
}

static void follow_nodes(struct walk *w, int from, int end)
{
	for (; from < end; from++)
		follow(w, token_of(w->t->node[from]));
}

/* Which argument of the function's first call a token is, −1: none. */
static int argument_of(const struct outline *t, int f, int token)
{
	const struct outline_call *c = &t->call[t->function[f].first];

	for (int k = 0; k < t->function[f].arity; k++)
		if (token_of(t->node[c->at[k]]) == token && t->node[c->at[k]].op == OP_VAR)
			return k;
	return -1;
}

/* A body, up to its end or to where the tokens end within it. */
static void read_body(struct walk *w, int f)
{
	struct outline_place *out = w->out;
	int open = 1;

	if (w->found)
		return;
	w->start[f] = w->at;
	for (; open > 0 && w->at < w->n; w->at++)
		open += vocab_arity(w->token[w->at]) - 1;
	w->end[f] = w->at;
	if (open == 0)
		return;
	w->found = true;
	out->forced = -1;
	out->function = f;
	out->at_root = w->at == w->start[f];
	out->outer = w->outer;
}

static void repeat_body(struct walk *w, const struct outline_call *c)
{
	int f = c->function;

	for (int i = w->start[f]; i < w->end[f] && !w->found; i++) {
		int k = argument_of(w->t, f, w->token[i]);

		if (k < 0)
			follow(w, w->token[i]);
		else
			follow_nodes(w, c->at[k], node_end(w->t->node, c->at[k]));
	}
}

/* The template's subtree at *i. */
static void read_part(struct walk *w, int *i)
{
	struct node a = w->t->node[(*i)++];

	if (a.op == OP_VAR && a.arg >= OUTLINE_CALL) {
		int call = a.arg - OUTLINE_CALL, f = w->t->call[call].function;

		if (w->t->function[f].first == call)
			read_body(w, f);
		else
			repeat_body(w, &w->t->call[call]);
		return;
	}
	follow(w, token_of(a));
	w->outer += !w->found;
	for (int k = node_arity(a); k > 0; k--)
		read_part(w, i);
	w->outer -= !w->found;
}

static int dearest_leaf(const struct outline *t, int f)
{
	int most = outline_weight(t, f, -1);

	for (int k = 0; k < t->function[f].arity; k++)
		if (outline_weight(t, f, k) > most)
			most = outline_weight(t, f, k);
	return most;
}

/* Tokens of all calls of f, and constants, as far as its body is written. */
static void count_body(const struct walk *w, int f, struct outline_place *out)
{
	int open = 1, weight = outline_weight(w->t, f, -1), leaf = dearest_leaf(w->t, f);

	for (int i = w->start[f]; i < w->end[f]; i++) {
		int k = argument_of(w->t, f, w->token[i]);

		out->least += k < 0 ? weight : outline_weight(w->t, f, k);
		out->consts += w->token[i] == TOK_CONST ? weight : 0;
		open += vocab_arity(w->token[i]) - 1;
	}
	out->least += open * leaf;
}

int outline_encode(const struct expr *e, uint8_t *tokens)
{
	struct expr written = *e;

	for (int i = 0; i < written.n; i++)
		if (written.node[i].op == OP_FIXED)
			written.node[i].op = OP_CONST;
	return vocab_encode(&written, NULL, 0, tokens);
}

void outline_place_of(const struct outline *t, const uint8_t *tokens, int n, struct outline_place *out)
{
	struct walk w = {.t = t, .token = tokens, .n = n, .out = out};
	int i = t->whole;

	*out = (struct outline_place){.forced = TOK_EOS};
	read_part(&w, &i);
	for (i = t->whole; i < t->n_nodes; i++) {
		bool call = t->node[i].op == OP_VAR && t->node[i].arg >= OUTLINE_CALL;

		out->least += !call;
		out->consts += token_of(t->node[i]) == TOK_CONST && !call;
	}
	for (int f = 0; f < t->n_functions; f++)
		count_body(&w, f, out);
	if (out->forced >= 0)
		return;
	out->weight = outline_weight(t, out->function, -1);
	out->leaf = dearest_leaf(t, out->function);
	for (int k = 0; k < t->function[out->function].arity; k++) {
		struct node a = t->node[t->call[t->function[out->function].first].at[k]];

		if (a.op == OP_VAR && a.arg < VOCAB_VARS)
			out->vars |= TOK_BIT(TOK_VAR + a.arg);
	}
}
