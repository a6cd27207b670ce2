/* textbook.c — see textbook.h. */
#include "eqrl/expr/textbook.h"

#include "eqrl/base/error.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"

#include <pthread.h>
#include <string.h>

#define SPELLING(name, text, rare) FORM(name, text, rare)

const char *const textbook_name[TEXTBOOK_FORMS] = {
#define FORM(name, text, rare) name,
#include "eqrl/expr/textbook.def"
#undef FORM
};

static const char *const texts[TEXTBOOK_FORMS] = {
#define FORM(name, text, rare) text,
#include "eqrl/expr/textbook.def"
#undef FORM
};

#undef SPELLING
#define SPELLING(name, text, rare) true,

static const bool is_spelling[TEXTBOOK_FORMS] = {
#define FORM(name, text, rare) false,
#include "eqrl/expr/textbook.def"
#undef FORM
};

#undef SPELLING
#define SPELLING(name, text, rare) FORM(name, text, rare)

static const bool is_rare[TEXTBOOK_FORMS] = {
#define COMMON		       false
#define RARE		       true
#define FORM(name, text, rare) rare,
#include "eqrl/expr/textbook.def"
#undef FORM
};

static struct expr skeletons[TEXTBOOK_FORMS]; /* of column 0; never changed after read_forms */
static uint64_t hashes[TEXTBOOK_FORMS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_forms(void)
{
	for (int i = 0; i < TEXTBOOK_FORMS; i++) {
		struct parse_params letters;
		struct expr e;

		if (parse_expr(texts[i], NULL, &letters, &e) != ST_OK || !expr_strip(&e, &skeletons[i]))
			BUG("textbook.def: %s", texts[i]);
		hashes[i] = expr_hash(&skeletons[i]);
	}
}

static void move_to_column(struct expr *e, int column)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_VAR)
			e->node[i].arg = (uint16_t)column;
}

bool textbook_skeleton(int form, int column, struct expr *out)
{
	pthread_once(&once, read_forms);
	*out = skeletons[form];
	move_to_column(out, column);
	return !is_spelling[form];
}

static bool has_one_column(const struct expr *e)
{
	int column = -1;

	for (int i = 0; i < e->n; i++) {
		if (e->node[i].op != OP_VAR)
			continue;
		if (column >= 0 && e->node[i].arg != column)
			return false;
		column = e->node[i].arg;
	}
	return column >= 0;
}

int textbook_find_stripped(const struct expr *skeleton)
{
	struct expr e;
	uint64_t hash;

	if (!has_one_column(skeleton))
		return -1;
	pthread_once(&once, read_forms);
	e = *skeleton;
	move_to_column(&e, 0);
	hash = expr_hash(&e);
	for (int i = 0; i < TEXTBOOK_FORMS; i++)
		if (hashes[i] == hash)
			return i;
	return -1;
}

/* With numbers that were fitted, and then made plain, free again: those of kind op, but not exponents. */
static void free_numbers(struct expr *e, enum op kind)
{
	for (int i = 0; i < e->n; i++) {
		struct node a = e->node[i];

		if (a.op == OP_POW && kind == OP_INT) {
			i = expr_end(e, i + 1); /* past its base, to the exponent */
			continue;
		}
		if (a.op != kind)
			continue;
		if (kind == OP_INT && e->n_consts < EXPR_MAX_CONSTS)
			e->node[i] = (struct node){OP_CONST, (uint16_t)e->n_consts++};
		else if (kind == OP_FIXED)
			e->node[i].op = OP_CONST;
	}
}

int textbook_find(const struct expr *e)
{
	struct expr now = *e, stripped;
	int form = -1;

	if (!has_one_column(e))
		return -1;
	free_numbers(&now, OP_FIXED);
	if (expr_strip(&now, &stripped))
		form = textbook_find_stripped(&stripped);
	if (form >= 0)
		return form;
	free_numbers(&now, OP_INT); /* 2 may have been a constant */
	return expr_strip(&now, &stripped) ? textbook_find_stripped(&stripped) : -1;
}

bool textbook_has_shape(int form)
{
	return strchr(texts[form], 'a') != NULL;
}

bool textbook_is_rare(int form)
{
	return is_rare[form];
}
