/* test_cases.c — tests/cases/NAME.test: blocks of an operation, an input and the expected text.
 *
 * Blocks are separated by blank lines; '#' begins a comment line. The expected text may have
 * several lines. '%%FAIL' before a block says that the input is refused, with the message expected.
 * '%%NAMES a|b|…' alone sets the columns for the blocks that follow (without names: x1, x2, …). */
#include "eqrl/base/error.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/simplify.h"
#include "test.h"

#include <stdlib.h>

enum { MAX_NAMES = 16 };

struct cases {
	const char *path;
	char *text, *at; /* at: the next line */
	int line;
	char *column[MAX_NAMES];
	struct names names;
	bool named;
};

/* ---- operations: each appends its result ---- */

typedef enum status operation(const struct names *names, const char *input, struct str *out);

static const struct names *names_of(const struct cases *c)
{
	return c->named ? &c->names : NULL;
}

/* Prefix tokens: c0 is a free constant, =2.5 a fixed one. */
static void add_tokens(struct str *out, const struct expr *e)
{
	char number[32];

	for (int i = 0; i < e->n; i++) {
		struct node a = e->node[i];

		if (i > 0)
			str_addc(out, ' ');
		if (a.op == OP_CONST) {
			str_addf(out, "c%d", a.arg);
		} else if (a.op == OP_FIXED) {
			str_double(number, e->c[a.arg]);
			str_addf(out, "=%s", number);
		} else if (a.op == OP_INT) {
			str_addf(out, "%d", a.arg);
		} else if (a.op == OP_VAR) {
			str_addf(out, "x%d", a.arg + 1);
		} else {
			str_add(out, op_info[a.op].name);
		}
	}
}

static enum status parse_or_explain(const struct names *names, const char *input, struct parse_params *params,
				    struct expr *e, struct str *out)
{
	int column;
	enum status st = parse_expr_at(input, names, params, e, &column);

	if (st == ST_OK)
		return ST_OK;
	str_addf(out, "%s\n", error_message());
	parse_picture(out, input, column);
	out->data[--out->len] = '\0'; /* the newline */
	return st;
}

static enum status do_parse(const struct names *names, const char *input, struct str *out)
{
	struct expr e;

	TRY(parse_or_explain(names, input, NULL, &e, out));
	add_tokens(out, &e);
	return ST_OK;
}

static enum status do_params(const struct names *names, const char *input, struct str *out)
{
	struct parse_params params;
	struct expr e;

	TRY(parse_or_explain(names, input, &params, &e, out));
	add_tokens(out, &e);
	for (int i = 0; i < params.n; i++)
		str_addf(out, "%s%s=c%d", i ? " " : "\n", params.name[i], params.slot[i]);
	return ST_OK;
}

/* At x1 = 0.5, x2 = 2, x3 = -1.25. */
static enum status do_value(const struct names *names, const char *input, struct str *out)
{
	char number[32];
	struct expr e;

	TRY(parse_or_explain(names, input, NULL, &e, out));
	str_double(number, expr_value(&e, (double[]){0.5, 2, -1.25}));
	str_add(out, number);
	return ST_OK;
}

static enum status print_as(const struct names *names, const char *input, struct str *out, enum notation notation,
			    struct print_options options)
{
	struct expr e;

	TRY(parse_or_explain(names, input, NULL, &e, out));
	print_expr_with(out, &e, names, notation, &options);
	return ST_OK;
}

#define PRINT_AS(id, NOTATION, ...)                                                                                    \
	static enum status do_##id(const struct names *names, const char *input, struct str *out)                      \
	{                                                                                                              \
		return print_as(names, input, out, NOTATION, (struct print_options){__VA_ARGS__});                     \
	}
PRINT_AS(text, NOTATION_TEXT, 0)
PRINT_AS(latex, NOTATION_LATEX, 0)
PRINT_AS(sympy, NOTATION_SYMPY, 0)
PRINT_AS(python, NOTATION_PYTHON, 0)
PRINT_AS(c, NOTATION_C, 0)
PRINT_AS(json, NOTATION_JSON, 0)
PRINT_AS(digits3, NOTATION_TEXT, .digits = 3)
PRINT_AS(placeholders, NOTATION_TEXT, .placeholders = true)

static enum status simplify_as(const struct names *names, const char *input, struct str *out,
			       struct simplify_options options)
{
	struct parse_params params;
	struct expr e;

	TRY(parse_or_explain(names, input, &params, &e, out));
	simplify(&e, &options);
	print_expr_with(out, &e, names, NOTATION_TEXT, &(struct print_options){.placeholders = true});
	return ST_OK;
}

static enum status do_simplify(const struct names *names, const char *input, struct str *out)
{
	return simplify_as(names, input, out, (struct simplify_options){.keep_values = true});
}

static enum status do_skeleton(const struct names *names, const char *input, struct str *out)
{
	return simplify_as(names, input, out, (struct simplify_options){.keep_values = false});
}

static const struct {
	const char *name;
	operation *run;
} operations[] = {
	{"parse", do_parse},
	{"params", do_params},
	{"value", do_value},
	{"text", do_text},
	{"latex", do_latex},
	{"sympy", do_sympy},
	{"python", do_python},
	{"c", do_c},
	{"json", do_json},
	{"digits3", do_digits3},
	{"placeholders", do_placeholders},
	{"simplify", do_simplify},
	{"skeleton", do_skeleton},
};

/* ---- the files ---- */

/* The next line without its newline, NULL at the end. */
static char *next_line(struct cases *c)
{
	char *line = c->at, *end;

	if (!*line)
		return NULL;
	end = line + strcspn(line, "\n");
	c->at = *end ? end + 1 : end;
	*end = '\0';
	c->line++;
	return line;
}

static void set_names(struct cases *c, char *list)
{
	c->names.n = 0;
	c->named = *list != '\0';
	for (char *name = strtok(list, "|"); name && c->names.n < MAX_NAMES; name = strtok(NULL, "|"))
		c->column[c->names.n++] = name;
	c->names.column = (const char *const *)c->column;
}

static void run_case(struct cases *c, const char *name, const char *input, const char *want, bool fails, int line)
{
	struct str got = {0};
	enum status st;
	size_t k = 0;

	while (k < COUNT_OF(operations) && strcmp(operations[k].name, name) != 0)
		k++;
	if (k == COUNT_OF(operations)) {
		test_failed(c->path, line, "no operation '%s'", name);
		return;
	}
	st = operations[k].run(names_of(c), input, &got);
	if ((st != ST_OK) != fails || strcmp(str_text(&got), want) != 0)
		test_failed(c->path, line, "%s of \"%s\" %s\n%s\n  and should %s\n%s", name, input,
			    st == ST_OK ? "gives" : "fails with", str_text(&got), fails ? "fail with" : "give", want);
	str_release(&got);
}

/* Runs the block whose first line was read; false at the end of the file. */
static bool run_block(struct cases *c, char *line)
{
	bool fails = strcmp(line, "%%FAIL") == 0;
	char *name = fails ? next_line(c) : line, *input = next_line(c);
	struct str want = {0};
	int first = c->line;

	if (!name || !input) {
		test_failed(c->path, c->line, "incomplete block");
		return false;
	}
	while ((line = next_line(c)) != NULL && *line)
		str_addf(&want, "%s%s", want.len ? "\n" : "", line);
	run_case(c, name, input, str_text(&want), fails, first);
	str_release(&want);
	return line != NULL;
}

static int run_file(const char *path)
{
	struct cases c = {.path = path};
	size_t size;
	char *line;
	int n = 0;

	CHECK_OK(file_read(path, ST_DATA, &c.text, &size));
	if (!c.text)
		return 0;
	c.at = c.text;
	while ((line = next_line(&c)) != NULL) {
		if (*line == '\0' || *line == '#')
			continue;
		if (strncmp(line, "%%NAMES", 7) == 0) {
			set_names(&c, line + 7 + strspn(line + 7, " "));
			continue;
		}
		n++;
		if (!run_block(&c, line))
			break;
	}
	free(c.text);
	return n;
}

TEST(cases_of_parsing_hold)
{
	CHECK(run_file("tests/cases/parse.test") >= 60);
}

TEST(cases_of_printing_hold)
{
	CHECK(run_file("tests/cases/print.test") >= 40);
}

TEST(cases_of_simplifying_hold)
{
	CHECK(run_file("tests/cases/simplify.test") >= 20);
}
