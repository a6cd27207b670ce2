/* equation.c — see equation.h. */
#include "equation.h"

enum status equation_parse(const char *text, const struct names *names, struct parse_params *params, struct expr *out)
{
	struct str picture = {0};
	int column;
	enum status st = parse_expr_at(text, names, params, out, &column);

	if (st == ST_OK)
		return ST_OK;
	parse_picture(&picture, text, column);
	while (picture.len && picture.data[picture.len - 1] == '\n')
		picture.data[--picture.len] = '\0';
	fail(st, "equation: %s\n%s", error_message(), str_text(&picture));
	str_release(&picture);
	return st;
}
