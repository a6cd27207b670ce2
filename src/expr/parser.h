/* parser.h — where reading a formula stands, and what its parts share; private to expr. */
#ifndef EQRL_EXPR_PARSER_H
#define EQRL_EXPR_PARSER_H

#include "eqrl/expr/parse.h"
#include "eqrl/expr/outline.h"

struct parser {
	const char *text, *at; /* at: the next byte that was not read */
	const struct names *names;
	struct parse_params *params;
	struct expr *out;
	struct outline *form; /* where unknown functions are free, NULL: they are errors */
	int depth;
	const char *wrong; /* where the error is */
};

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of UTF-8 beyond ASCII count as letters: θ may be a column. */
static inline bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static inline bool is_continuation(char c)
{
	return (c & 0xC0) == 0x80;
}

/* The next byte that is no blank, where p->at stands afterwards. */
char parser_peek(struct parser *p);
bool parser_at_power(struct parser *p); /* at ^ or ** */

/* Fails with the column of `where`, which is counted in characters. */
enum status parser_fail(struct parser *p, const char *where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int parser_column(const char *text, const char *at);

/* Append a node, or put an operator in front of the subtree that starts at node i. Equal literals share an entry of
 * the constants. They fail where there is no room. */
enum status parser_push(struct parser *p, enum op op, int arg);
enum status parser_insert(struct parser *p, int i, enum op op);
enum status parser_push_fixed(struct parser *p, const char *where, double v);
enum status parser_push_free(struct parser *p, const char *where);

/* Each reads one sum, or one atom, and appends its subtree. */
enum status parser_sum(struct parser *p);
enum status parser_atom(struct parser *p);

/* The whole text. */
enum status parser_whole(struct parser *p);

/* A call of a function that is not known, in a template (outline_parse.c). */
enum status parser_free_function(struct parser *p, const char *name, size_t n);

/* digits [. digits] [e digits]; *whole: only digits were written. */
bool parser_at_number(struct parser *p);
enum status parser_literal(struct parser *p, double *v, bool *whole);

/* Names that are no columns (parse_names.c). A parameter is a free constant, the same where its name comes again. */
bool parser_is_target(const struct parser *p, const char *word, size_t n);
enum status parser_parameter(struct parser *p, const char *word, size_t n);
enum status parser_unknown_name(struct parser *p, const char *where, const char *word, size_t n);
enum status parser_unknown_function(struct parser *p, const char *word, size_t n);

#endif
