/* textbook.c — see textbook.h. */
#include "eqrl/expr/textbook.h"

#include "eqrl/base/error.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#define SPELLING(name, text, rare, values) FORM(name, text, rare, values)

const char *const textbook_name[TEXTBOOK_FORMS] = {
#define FORM(name, text, rare, values) name,
#include "eqrl/expr/textbook.def"
#undef FORM
};

static const char *const texts[TEXTBOOK_FORMS] = {
#define FORM(name, text, rare, values) text,
#include "eqrl/expr/textbook.def"
#undef FORM
};

#undef SPELLING
#define SPELLING(name, text, rare, values) true,

static const bool is_spelling[TEXTBOOK_FORMS] = {
#define FORM(name, text, rare, values) false,
#include "eqrl/expr/textbook.def"
#undef FORM
};

#undef SPELLING
#define SPELLING(name, text, rare, values) FORM(name, text, rare, values)

static const bool is_rare[TEXTBOOK_FORMS] = {
#define COMMON			       false
#define RARE			       true
#define FORM(name, text, rare, values) rare,
#include "eqrl/expr/textbook.def"
#undef FORM
};

enum values { ANY, RISES, FALLS };

static const enum values values_of[TEXTBOOK_FORMS] = {
#define FORM(name, text, rare, values) values,
#include "eqrl/expr/textbook.def"
#undef FORM
};

static struct expr skeletons[TEXTBOOK_FORMS]; /* of column 0; never changed after read_forms */
static uint64_t hashes[TEXTBOOK_FORMS];
static int sizes[TEXTBOOK_FORMS], letters[TEXTBOOK_FORMS]; /* of what is written in textbook.def */
static bool is_tied[TEXTBOOK_FORMS];			   /* a letter stands in it twice */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int count_nodes(const struct expr *e, enum op op)
{
	int n = 0;

	for (int i = 0; i < e->n; i++)
		n += e->node[i].op == op;
	return n;
}

static void read_forms(void)
{
	for (int i = 0; i < TEXTBOOK_FORMS; i++) {
		struct parse_params names;
		struct expr e;

		if (parse_expr(texts[i], NULL, &names, &e) != ST_OK || !expr_strip(&e, &skeletons[i]))
			BUG("textbook.def: %s", texts[i]);
		hashes[i] = expr_hash(&skeletons[i]);
		letters[i] = expr_free_consts(&e);
		is_tied[i] = count_nodes(&e, OP_CONST) > letters[i];
		simplify(&e, &(struct simplify_options){.keep_values = true});
		sizes[i] = expr_size(&e);
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

/* ---- values -------------------------------------------------------------------------------------------------- */

/* Signs of what has a sign for all positive x1 are those at one of them. */
#define ANYWHERE 1.2345

static double value_of_part(const struct expr *e, int i)
{
	struct expr part = {0};

	expr_append_subtree(&part, e, i);
	move_to_column(&part, 0);
	return expr_value(&part, (double[]){ANYWHERE});
}

static bool depends(const struct expr *e, int i)
{
	for (int end = expr_end(e, i); i < end; i++)
		if (e->node[i].op == OP_VAR)
			return true;
	return false;
}

/* Are two terms of a sum, and the sums within, of different sign? */
static bool may_cancel(const struct expr *e, int i)
{
	enum op op = (enum op)e->node[i].op;
	double a, b;

	if (op != OP_ADD && op != OP_SUB)
		return false;
	a = value_of_part(e, i + 1);
	b = value_of_part(e, expr_end(e, i + 1));
	return (op == OP_ADD ? a * b : -a * b) < 0;
}

/* below: node i stands in so many denominators. Exponentials have to fall, seen from the root. */
static bool falls_at(const struct expr *e, int i, int below)
{
	enum op op = (enum op)e->node[i].op;
	int next = i + 1;

	if (op == OP_EXP && depends(e, i))
		return (value_of_part(e, i + 1) < 0) == (below % 2 == 0);
	for (int k = 0; k < node_arity(e->node[i]); k++, next = expr_end(e, next))
		if (!falls_at(e, next, below + (op == OP_INV || (op == OP_DIV && k == 1))))
			return false;
	return true;
}

static bool has_its_values(int form, const struct expr *e)
{
	if (values_of[form] == FALLS)
		return falls_at(e, 0, 0);
	for (int i = 0; i < e->n && values_of[form] == RISES; i++) {
		int denominator = e->node[i].op == OP_INV ? i + 1 : e->node[i].op == OP_DIV ? expr_end(e, i + 1) : -1;

		if (denominator >= 0 && depends(e, denominator) && may_cancel(e, denominator))
			return false;
	}
	return true;
}

/* The letter that stands twice in a form is an exponent. */
static bool has_one_exponent(const struct expr *e)
{
	double first = NAN;

	for (int i = 0; i < e->n; i++) {
		double exponent;

		if (e->node[i].op != OP_POW)
			continue;
		exponent = value_of_part(e, expr_end(e, i + 1));
		if (!isnan(first) && exponent != first)
			return false;
		first = exponent;
	}
	return true;
}

static bool is_number(struct node a)
{
	return a.op == OP_CONST || a.op == OP_FIXED || a.op == OP_PI || (a.op == OP_INT && a.arg != 1);
}

/* Numbers in the subtree at i but exponents that are tokens; tied ones once. */
static int count_numbers(const struct expr *e, int i)
{
	uint32_t seen = 0;
	int n = 0;

	for (int end = expr_end(e, i); i < end; i++) {
		struct node a = e->node[i];

		if (a.op == OP_CONST || a.op == OP_FIXED)
			seen |= 1u << a.arg;
		else
			n += is_number(a);
		if (a.op == OP_POW && e->node[expr_end(e, i + 1)].op == OP_INT)
			n--;
	}
	return n + __builtin_popcount(seen);
}

/* Without an offset at the top. */
static int without_offset(const struct expr *e)
{
	int first = 1, second;

	if (e->node[0].op != OP_ADD && e->node[0].op != OP_SUB)
		return 0;
	second = expr_end(e, 1);
	return is_number(e->node[first]) ? second : is_number(e->node[second]) ? first : 0;
}

static int letters_of(int form)
{
	int least = EXPR_MAX_CONSTS;

	for (int i = 0; i < TEXTBOOK_FORMS; i++) /* some spellings have one that says nothing */
		if (i == form || (!is_spelling[i] && strcmp(textbook_name[i], textbook_name[form]) == 0)) {
			int n = is_tied[i] ? letters[i] : expr_free_consts(&skeletons[i]);

			least = n < least ? n : least;
		}
	return least;
}

static int size_with_coefficients(int form)
{
	uint8_t start[EXPR_MAX_NODES];
	int coefficients = expr_terms(&skeletons[form], start);

	if (letters[form] > letters_of(form))
		coefficients--; /* this spelling has its scale within */
	return sizes[form] + 2 * coefficients;
}

int textbook_spare_nodes(int form)
{
	int size, least;

	pthread_once(&once, read_forms);
	size = least = size_with_coefficients(form);
	for (int i = 0; i < TEXTBOOK_FORMS; i++)
		if (strcmp(textbook_name[i], textbook_name[form]) == 0 && size_with_coefficients(i) < least)
			least = size_with_coefficients(i);
	return size - least;
}

int textbook_missing(int form, const struct expr *e)
{
	uint8_t start[EXPR_MAX_NODES];
	int missing;

	if (!textbook_has_shape(form))
		return 0;
	pthread_once(&once, read_forms);
	missing = letters_of(form) + expr_terms(&skeletons[form], start) - count_numbers(e, without_offset(e));
	return missing > 0 ? missing : 0;
}

/* ---- forms --------------------------------------------------------------------------------------------------- */

int textbook_find_stripped(const struct expr *skeleton, const struct expr *given)
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
			return has_its_values(i, given) ? i : -1;
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
		form = textbook_find_stripped(&stripped, e);
	if (form < 0) {
		free_numbers(&now, OP_INT); /* 2 may have been a constant */
		form = expr_strip(&now, &stripped) ? textbook_find_stripped(&stripped, e) : -1;
	}
	return form >= 0 && is_tied[form] && !has_one_exponent(e) ? -1 : form;
}

bool textbook_has_shape(int form)
{
	return strchr(texts[form], 'a') != NULL;
}

bool textbook_is_rare(int form)
{
	return is_rare[form];
}
