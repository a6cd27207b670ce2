/* textbook.c — see textbook.h. */
#include "eqrl/expr/textbook.h"

#include "eqrl/base/error.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"

#include <pthread.h>

#define SPELLING(name, text) FORM(name, text)

const char *const textbook_name[TEXTBOOK_FORMS] = {
#define FORM(name, text) name,
#include "eqrl/expr/textbook.def"
#undef FORM
};

static const char *const texts[TEXTBOOK_FORMS] = {
#define FORM(name, text) text,
#include "eqrl/expr/textbook.def"
#undef FORM
};

#undef SPELLING
#define SPELLING(name, text) true,

static const bool is_spelling[TEXTBOOK_FORMS] = {
#define FORM(name, text) false,
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

int textbook_find(const struct expr *e)
{
	struct expr stripped;

	if (!has_one_column(e) || !expr_strip(e, &stripped))
		return -1;
	return textbook_find_stripped(&stripped);
}
