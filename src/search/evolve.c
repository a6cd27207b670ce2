/* evolve.c — offspring: a variation (variation.c) of a parent, made canonical and legal. See evolve.h. */
#include "eqrl/search/evolve.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/bounds.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "eqrl/expr/textbook.h"
#include "breeding.h"

#include <string.h>

/* ---- legality ------------------------------------------------------------------------------------ */

/* Legal under the masks, and free of operators that may not occur or can be spelt without them, when its columns are taken as variables in order of appearance. */
static bool is_legal(const struct grammar *g, const struct expr *e)
{
	const struct bounds bounds = {
		.operators = g->allowed >> TOK_OP, .max_size = EXPR_MAX_NODES, .max_consts = EXPR_MAX_CONSTS};
	struct grammar any = *g;
	struct expr named = *e, spelled;
	uint16_t column[EXPR_MAX_NODES];
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	uint64_t legal[VOCAB_MAX_LEN + 1];
	int n = 0, len;

	if (!bounds_spell(&bounds, e, &spelled) || (g->bounds && !bounds_allow_form(g->bounds, &spelled)))
		return false;
	any.units = NULL;				  /* those of columns under other names; the bounds know them */
	any.allowed |= (TOK_BIT(OP_COUNT) - 1) << TOK_OP; /* the canonical form may write x*x as square(x) */
	for (int i = 0; i < named.n; i++) {
		int k = 0;

		if (named.node[i].op != OP_VAR)
			continue;
		while (k < n && column[k] != named.node[i].arg)
			k++;
		if (k == n)
			column[n++] = named.node[i].arg;
		named.node[i].arg = (uint16_t)k;
	}
	len = vocab_encode(&named, NULL, 0, tokens);
	return len > 0 && named.n <= g->max_len && grammar_masks(&any, tokens, len, legal) == len;
}

/* ---- bodies of a template's functions ---- */

/* Function f's body alone, over its arguments. */
static struct evolve_config config_of_body(const struct evolve_config *c, const struct bounds *b, int f)
{
	struct evolve_config of_body = *c;
	uint64_t slots = ((TOK_BIT(VOCAB_VARS) - 1) << TOK_VAR);
	int n = b->form.function[f].arity;

	of_body.n_columns = n;
	of_body.column_weight = NULL;
	of_body.grammar.allowed = (c->grammar.allowed & ~slots) | ((TOK_BIT(n) - 1) << TOK_VAR);
	of_body.grammar.bounds = NULL; /* they are of the whole */
	return of_body;
}

/* Stripped; a body may be a constant. */
static bool accept_body(const struct evolve_config *of_body, const struct expr *raw, struct expr *out)
{
	if (!expr_strip(raw, out))
		return false;
	if (out->n == 0)
		return expr_push_const(out, OP_CONST, 1);
	return is_legal(&of_body->grammar, out);
}

/* The carrier of these bodies, if the whole obeys the bounds; raw ones are stripped. */
static bool accept_bodies(const struct evolve_config *c, const struct expr *raw, const struct expr *parent,
			  struct expr *out)
{
	const struct bounds *b = c->grammar.bounds;
	struct expr body[OUTLINE_FUNCTIONS], carrier, spelled, whole;

	for (int f = 0; f < b->form.n_functions; f++) {
		struct evolve_config of_body = config_of_body(c, b, f);

		if (!accept_body(&of_body, &raw[f], &body[f]))
			return false;
	}
	if (!outline_join(&b->form, body, &carrier) || expr_columns(&carrier) == 0 ||
	    (parent && expr_same_skeleton(&carrier, parent)) || !bounds_spell(b, &carrier, &spelled) ||
	    !outline_expand_carrier(&b->form, &spelled, &whole) || !bounds_allow_form(b, &whole))
		return false;
	*out = carrier;
	return true;
}

static void draw_body(const struct evolve_config *of_body, struct rng *r, struct expr *out)
{
	if (of_body->n_columns == 1 && rng_bool(r, 0.3)) {
		textbook_skeleton(rng_below(r, TEXTBOOK_FORMS), 0, out);
		return;
	}
	if (!breed_tree(&(struct breeding){.c = of_body, .r = r}, rng_between(r, 0, 3), out))
		*out = (struct expr){.n = 1, .node = {{.op = OP_VAR}}};
}

bool evolve_seed(const struct evolve_config *c, struct rng *r, struct expr *out)
{
	const struct bounds *b = c->grammar.bounds;

	for (int attempt = 0; attempt < 50; attempt++) {
		struct expr raw[OUTLINE_FUNCTIONS];

		for (int f = 0; f < b->form.n_functions; f++) {
			struct evolve_config of_body = config_of_body(c, b, f);

			draw_body(&of_body, r, &raw[f]);
		}
		if (accept_bodies(c, raw, NULL, out))
			return true;
	}
	return false;
}

/* One body of the parent varied, seldom two, or another's in its place. */
static bool vary_bodies(const struct breeding *b, const struct expr *parent, struct expr *out)
{
	const struct bounds *bounds = b->c->grammar.bounds;
	struct expr body[OUTLINE_FUNCTIONS], other[OUTLINE_FUNCTIONS], varied;
	int rounds = rng_bool(b->r, 0.25) ? 2 : 1;

	if (!outline_split(&bounds->form, parent, body) ||
	    !outline_split(&bounds->form, breed_parent(b->population, b->island, b->r), other))
		return false;
	for (int k = 0; k < rounds; k++) {
		int f = rng_below(b->r, bounds->form.n_functions);
		struct evolve_config of_body = config_of_body(b->c, bounds, f);
		struct breeding of = {&of_body, b->population, b->island, b->r};
		enum variation v = breed_draw(&of);

		if (v == VARY_CROSSOVER)
			varied = other[f];
		else if (!breed_once(&of, v, &body[f], &varied))
			return false;
		body[f] = varied;
	}
	return accept_bodies(b->c, body, parent, out);
}

static enum variation offspring_of_form(const struct breeding *b, struct expr *out)
{
	for (int attempt = 0; attempt < 50; attempt++)
		if (vary_bodies(b, breed_parent(b->population, b->island, b->r), out))
			return VARY_SUBTREE;
	*out = *breed_parent(b->population, b->island, b->r);
	return VARY_POINT;
}

/* ---- offspring ---------------------------------------------------------------------------------- */

bool evolve_accept(const struct evolve_config *c, const struct expr *raw, const struct expr *parent, struct expr *out)
{
	struct expr stripped, body[OUTLINE_FUNCTIONS];

	if (bounds_have_form(c->grammar.bounds))
		return outline_match(&c->grammar.bounds->form, raw, true, body) && accept_bodies(c, body, parent, out);
	if (!expr_strip(raw, &stripped) || stripped.n == 0 || expr_columns(&stripped) == 0 ||
	    (parent && expr_same_skeleton(&stripped, parent)) || !is_legal(&c->grammar, &stripped))
		return false;
	*out = stripped;
	return true;
}

/* Most variations break units, which is seen at once, before the canonical form is made. */
static bool breaks_units(const struct evolve_config *c, const struct expr *raw)
{
	const struct bounds *b = c->grammar.bounds;

	return b && b->units && !units_allow_form(b->units, raw);
}

enum { ATTEMPTS = 50, QUICK_ATTEMPTS = 800 }; /* of one offspring; those that fail by their units count as quick */

enum variation evolve_offspring(const struct evolve_config *c, const struct population *p, int island, struct rng *r,
				struct expr *out)
{
	struct breeding b = {c, p, island, r};
	const struct expr *parent;

	if (bounds_have_form(c->grammar.bounds))
		return offspring_of_form(&b, out);
	for (int attempt = 0, quick = 0; attempt < ATTEMPTS && quick < QUICK_ATTEMPTS; attempt++) {
		enum variation v = breed_draw(&b);
		struct expr raw;

		parent = breed_parent(p, island, r);
		if (!breed_once(&b, v, parent, &raw))
			continue;
		if (rng_bool(r, 0.25)) { /* sometimes two steps at once, to leave a peak */
			enum variation w = breed_draw(&b);
			struct expr again;

			if (breed_once(&b, w, &raw, &again))
				raw = again;
		}
		if (breaks_units(c, &raw)) {
			attempt--;
			quick++;
			continue;
		}
		if (evolve_accept(c, &raw, parent, out))
			return v;
	}
	*out = *breed_parent(p, island, r);
	return VARY_POINT;
}
