/* definitions.c — see definitions.h. */
#include "eqrl/expr/definitions.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "functions.h"

#include <stdlib.h>
#include <string.h>

const struct definition *definition_find(const struct definitions *d, const char *name, size_t n)
{
	for (int i = 0; d && i < d->n; i++)
		if (strncmp(d->of[i].name, name, n) == 0 && d->of[i].name[n] == '\0')
			return &d->of[i];
	return NULL;
}

/* ---- in place of a call ------------------------------------------------------------------------------------------ */

static int subtree_end(const struct node *node, int i)
{
	for (int open = 1; open > 0; i++)
		open += node_arity(node[i]) - 1;
	return i;
}

bool expr_append_body(struct expr *out, const struct expr *body, const struct node *from, const int *argument)
{
	int first = out->n_consts;

	if (first + body->n_consts > EXPR_MAX_CONSTS)
		return false;
	memcpy(out->c + first, body->c, (size_t)body->n_consts * sizeof(*body->c));
	out->n_consts += body->n_consts;
	for (int i = 0; i < body->n; i++) {
		struct node a = body->node[i];

		if (a.op == OP_VAR) {
			for (int k = argument[a.arg], end = subtree_end(from, k); k < end; k++)
				if (!expr_push(out, from[k].op, from[k].arg))
					return false;
			continue;
		}
		if (a.op == OP_CONST || a.op == OP_FIXED)
			a.arg = (uint16_t)(a.arg + first);
		if (!expr_push(out, a.op, a.arg))
			return false;
	}
	return true;
}

bool definition_apply(const struct definition *d, const struct expr *const *argument, struct expr *out)
{
	struct expr all = {0};
	int at[DEFINITION_ARGUMENTS];
	bool ok = true;

	out->n = out->n_consts = 0;
	for (int k = 0; k < d->arity && ok; k++) {
		at[k] = all.n;
		ok = expr_append_subtree(&all, argument[k], 0);
	}
	if (!ok)
		return false;
	memcpy(out->c, all.c, sizeof(all.c));
	out->n_consts = all.n_consts;
	if (!expr_append_body(out, &d->body, all.node, at))
		return false;
	expr_pack_consts(out);
	return true;
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* A word of letters and digits at *at, which moves behind it; NULL if there is none. */
static char *read_word(const char **at)
{
	const char *begin = skip_blanks(*at), *end = begin;
	char *word;

	while ((*end >= 'a' && *end <= 'z') || (*end >= 'A' && *end <= 'Z') || *end == '_' ||
	       (end > begin && *end >= '0' && *end <= '9'))
		end++;
	word = end > begin ? xstrndup(begin, (size_t)(end - begin)) : NULL;
	*at = skip_blanks(end);
	return word;
}

struct header {
	char *name, *argument[DEFINITION_ARGUMENTS];
	int arity;
};

static void free_header(struct header *h)
{
	free(h->name);
	for (int k = 0; k < DEFINITION_ARGUMENTS; k++)
		free(h->argument[k]);
}

/* "name(a, b) =" up to the body, or NULL. */
static const char *read_header(const char *at, struct header *h)
{
	h->name = read_word(&at);
	if (!h->name || *at != '(')
		return NULL;
	do {
		char *word;

		at++;
		word = read_word(&at);
		if (!word || h->arity == DEFINITION_ARGUMENTS) {
			free(word);
			return NULL;
		}
		h->argument[h->arity++] = word;
	} while (*at == ',');
	if (*at != ')')
		return NULL;
	at = skip_blanks(at + 1);
	return *at == '=' ? at + 1 : NULL;
}

static enum status check_header(const struct definitions *d, const struct header *h, const char *text)
{
	struct function f;
	size_t n = strlen(h->name);

	if (n > DEFINITION_NAME)
		return fail(ST_USAGE, "--def: the name %s has more than %d letters", h->name, DEFINITION_NAME);
	if (function_find(h->name, n, &f) || strcmp(h->name, "pi") == 0)
		return fail(ST_USAGE, "--def: %s is built in (eqrl ops lists what is); take another name", h->name);
	if (definition_find(d, h->name, n))
		return fail(ST_USAGE, "--def: %s is defined twice", h->name);
	if (h->arity == 2 && strcmp(h->argument[0], h->argument[1]) == 0)
		return fail(ST_USAGE, "--def: both arguments are called %s in '%s'", h->argument[0], text);
	if (d->n == DEFINITIONS_MAX)
		return fail(ST_USAGE, "--def: more than %d definitions", DEFINITIONS_MAX);
	return ST_OK;
}

static enum status read_body(struct definitions *d, const struct header *h, const char *body, const char *text)
{
	struct definition *own = &d->of[d->n++]; /* known by name, so that a call of itself is told from a typo */
	const struct names names = {
		.n = h->arity, .column = (const char *const *)h->argument, .target = "", .defined = d};
	struct expr e;

	*own = (struct definition){.arity = h->arity};
	memcpy(own->name, h->name, strlen(h->name) + 1);
	if (parse_expr(skip_blanks(body), &names, NULL, &e) != ST_OK)
		return fail_prefix(ST_USAGE, "--def: the body of '%s'", text);
	for (int k = 0; k < h->arity; k++)
		if (!expr_uses_column(&e, k))
			return fail(ST_USAGE, "--def: the body of '%s' does not use %s", text, h->argument[k]);
	own->body = e;
	return ST_OK;
}

static enum status read_one(const char *text, struct definitions *d)
{
	struct header h = {0};
	const char *body = read_header(text, &h);
	int before = d->n;
	enum status st;

	if (!body)
		st = fail(ST_USAGE, "--def: '%s' is not of the form 'name(x) = body' or 'name(a, b) = body'", text);
	else
		st = check_header(d, &h, text);
	if (st == ST_OK)
		st = read_body(d, &h, body, text);
	if (st != ST_OK)
		d->n = before;
	free_header(&h);
	return st;
}

enum status definitions_read(const char *lines, struct definitions *d)
{
	enum status st = ST_OK;

	while (lines && *lines && st == ST_OK) {
		size_t n = strcspn(lines, "\n");
		char *text = xstrndup(lines, n);

		if (*skip_blanks(text))
			st = read_one(text, d);
		free(text);
		lines += n + (lines[n] == '\n');
	}
	return st;
}

/* PySR's and Operon's. */
static const char *const foreign[] = {
	"plus(a, b) = a + b",
	"mult(a, b) = a * b",
	"log1p(x) = log(1 + x)",
	"expm1(x) = exp(x) - 1",
	"relu(x) = max(x, 0)",
	"safe_log(x) = log(x)",
	"safe_sqrt(x) = sqrt(x)",
	"safe_pow(a, b) = a^b",
	"logabs(x) = log(abs(x))",
	"sqrtabs(x) = sqrt(abs(x))",
	"powabs(a, b) = abs(a)^b",
	"aq(a, b) = a/sqrt(1 + b^2)",
	"fmin(a, b) = min(a, b)",
	"fmax(a, b) = max(a, b)",
	"sec(x) = 1/cos(x)",
	"csc(x) = 1/sin(x)",
	"cot(x) = 1/tan(x)",
	"Heaviside(x) = step(x)",
	"atanh(x) = log((1 + x)/(1 - x))/2",
	"asinh(x) = log(x + sqrt(x^2 + 1))",
};

void definitions_add_foreign(struct definitions *d)
{
	for (size_t i = 0; i < COUNT_OF(foreign); i++) {
		const char *name = foreign[i];
		struct function f;
		size_t n = strcspn(name, "(");

		if (d->n < DEFINITIONS_MAX && !definition_find(d, name, n) && !function_find(name, n, &f) &&
		    read_one(name, d) != ST_OK)
			BUG("foreign functions: %s", error_message());
	}
}
