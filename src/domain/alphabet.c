/* alphabet.c — see alphabet.h. */
#include "eqrl/domain/alphabet.h"

#include <stddef.h>

static const char *name_token(int token)
{
	static const char *const name[TASK_TOKENS] = {
		"<pad>", "<bos>", "<eos>", "+",	 "-",	 "*",	  "/",	"A",  "B",  "C",  "D",
		"E",	 "F",	  "G",	   "H",	 "true", "false", "a1", "a2", "a3", "a4", "b1",
		"b2",	 "b3",	  "b4",	   "c1", "c2",	 "c3",	  "c4", "d1", "d2", "d3", "d4"};

	return token >= 0 && token < TASK_TOKENS ? name[token] : NULL;
}

static int count_operands(int token)
{
	return task_is_operator(token) ? 2 : 0;
}

const struct vocabulary task_vocabulary = {
	.language = "tasks",
	.n = TASK_TOKENS,
	.max_len = SYNTAX_MAX_LEN,
	.needed = TOK_BIT(TOK_BOS) | TOK_BIT(TOK_EOS) | TOK_BIT(TASK_POINTER),
	.name = name_token,
	.arity = count_operands,
};
