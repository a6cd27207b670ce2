/* alphabet.h — the tokens of all domains' answers. Weights map them by name, so the list may grow at its end: weights that do
 * not know some tokens serve the domains that need none of them. */
#ifndef EQRL_ALPHABET_H
#define EQRL_ALPHABET_H

#include "eqrl/expr/syntax.h"

#include <stdbool.h>

enum { TASK_POINTERS = 8 };

/* Grids of houses. */
enum { HOUSES_MAX = 4, ATTRIBUTES_MAX = 4 };

enum task_token {
	TASK_ADD = TOK_FIRST,
	TASK_SUB,
	TASK_MUL,
	TASK_DIV,
	TASK_POINTER, /* TASK_POINTER + i: the question's i-th number or person, "A" … "H" */
	TASK_TRUE = TASK_POINTER + TASK_POINTERS,
	TASK_FALSE,
	TASK_CELL, /* TASK_CELL + 4 · attribute + house: "a1" … "d4" */
	TASK_TOKENS = TASK_CELL + 16,
};

extern const struct vocabulary task_vocabulary;

/* The tokens of pointers to n things. */
static inline uint64_t task_pointers(int n)
{
	return (TOK_BIT(n) - 1) << TASK_POINTER;
}

/* Those of the cells of a grid. */
static inline int task_cell(int attribute, int house)
{
	return TASK_CELL + HOUSES_MAX * attribute + house;
}

static inline bool task_is_operator(int token)
{
	return token >= TASK_ADD && token <= TASK_DIV;
}

/* A pointer to one of n things. */
static inline bool task_is_pointer(int token, int n)
{
	return token >= TASK_POINTER && token < TASK_POINTER + n;
}

#endif
