/* vocab.c — tokens and equations; see vocab.h. */
#include "eqrl/expr/vocab.h"

#include <stddef.h>

static const char *const int_names[VOCAB_INTS] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
static const char *const var_names[VOCAB_VARS] = {"x1", "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",
						  "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16"};

const char *vocab_name(int token)
{
	if (token == TOK_PAD)
		return "<pad>";
	if (token == TOK_BOS)
		return "<bos>";
	if (token == TOK_EOS)
		return "<eos>";
	if (token < TOK_CONST)
		return op_info[token - TOK_OP].name;
	if (token == TOK_CONST)
		return "c";
	if (token == TOK_PI)
		return "pi";
	if (token < TOK_VAR)
		return int_names[token - TOK_INT];
	return token < VOCAB_SIZE ? var_names[token - TOK_VAR] : NULL;
}

int vocab_find(const char *name)
{
	return vocabulary_find(&equation_vocabulary, name);
}

int vocab_arity(int token)
{
	return token >= TOK_OP && token < TOK_CONST ? op_info[token - TOK_OP].arity : 0;
}

const struct vocabulary equation_vocabulary = {
	.language = "equations",
	.n = VOCAB_SIZE,
	.max_len = VOCAB_MAX_LEN,
	.needed = TOK_BIT(TOK_BOS) | TOK_BIT(TOK_EOS) | TOK_BIT(TOK_VAR),
	.name = vocab_name,
	.arity = vocab_arity,
};

/* The token of a node, or -1. */
static int node_token(struct node a, const int *slot_of_column, int n_columns)
{
	int slot;

	if (a.op < OP_COUNT)
		return TOK_OP + a.op;
	switch (a.op) {
	case OP_CONST:
		return TOK_CONST;
	case OP_PI:
		return TOK_PI;
	case OP_INT:
		return a.arg >= 1 && a.arg <= VOCAB_INTS ? TOK_INT + a.arg - 1 : -1;
	case OP_VAR:
		slot = !slot_of_column ? a.arg : a.arg < n_columns ? slot_of_column[a.arg] : -1;
		return slot >= 0 && slot < VOCAB_VARS ? TOK_VAR + slot : -1;
	default:
		return -1;
	}
}

int vocab_encode(const struct expr *e, const int *slot_of_column, int n_columns, uint8_t tokens[VOCAB_MAX_LEN + 1])
{
	if (e->n < 1 || e->n > VOCAB_MAX_LEN)
		return 0;
	for (int i = 0; i < e->n; i++) {
		int t = node_token(e->node[i], slot_of_column, n_columns);

		if (t < 0)
			return 0;
		tokens[i] = (uint8_t)t;
	}
	tokens[e->n] = TOK_EOS;
	return e->n + 1;
}

bool vocab_decode(const uint8_t *tokens, int n, const int *column_of_slot, struct expr *e)
{
	e->n = e->n_consts = 0;
	for (int i = 0; i < n; i++) {
		int t = tokens[i];
		bool ok;

		if (t < TOK_OP || t >= VOCAB_SIZE)
			return false;
		if (t < TOK_CONST)
			ok = expr_push(e, (enum op)(t - TOK_OP), 0);
		else if (t == TOK_CONST)
			ok = expr_push_const(e, OP_CONST, 1);
		else if (t == TOK_PI)
			ok = expr_push(e, OP_PI, 0);
		else if (t < TOK_VAR)
			ok = expr_push(e, OP_INT, t - TOK_INT + 1);
		else
			ok = expr_push(e, OP_VAR, column_of_slot ? column_of_slot[t - TOK_VAR] : t - TOK_VAR);
		if (!ok)
			return false;
	}
	return expr_valid(e);
}
