/* export.c — whole functions for programs; see print.h. */
#include "notation.h"

#include <string.h>

void add_comment(struct str *out, const char *text)
{
	for (; *text; text++) {
		if (text[0] == '*' && text[1] == '/') {
			str_add(out, "* ");
			continue;
		}
		str_addc(out, (unsigned char)*text < ' ' ? ' ' : *text);
	}
}

static void add_equation(struct str *out, const struct expr *e, const struct names *names)
{
	struct str text = {0};

	names_quote(&text, names && names->target ? names->target : "y");
	str_add(&text, " = ");
	print_expr(&text, e, names, NOTATION_TEXT);
	add_comment(out, text.data);
	str_release(&text);
}

static void add_name(struct str *out, const char *name, const char *const *reserved)
{
	names_identifier(out, &(struct names){.n = 1, .column = &name}, 0, reserved);
}

/* " before", the column's name and "after" where the program's name for it is another. */
static void add_original(struct str *out, const struct names *names, int column, const char *identifier,
			 const char *before, const char *after)
{
	struct str name = {0};

	names_plain(&name, names, column);
	if (strcmp(name.data, identifier) != 0) {
		str_add(out, before);
		add_comment(out, str_text(&name));
		str_add(out, after);
	}
	str_release(&name);
}

void print_c_function(struct str *out, const struct expr *e, const struct names *names, const char *name)
{
	struct str identifier = {0};

	str_add(out, "#include <math.h>\n\n/* ");
	add_equation(out, e, names);
	str_add(out, " */\ndouble ");
	add_name(out, name, reserved_c);
	str_add(out, "(const double *row)\n{\n");
	for (int k = 0; k < expr_columns(e); k++) {
		if (!expr_uses_column(e, k))
			continue;
		str_clear(&identifier);
		names_identifier(&identifier, names, k, reserved_c);
		str_addf(out, "\tconst double %s = row[%d];", identifier.data, k);
		add_original(out, names, k, identifier.data, " /* ", " */");
		str_addc(out, '\n');
	}
	str_add(out, "\n\treturn ");
	print_expr(out, e, names, NOTATION_C);
	str_add(out, ";\n}\n");
	str_release(&identifier);
}

void print_python_function(struct str *out, const struct expr *e, const struct names *names, const char *name)
{
	struct str arguments = {0}, lines = {0}, identifier = {0};

	for (int k = 0; k < expr_columns(e); k++) {
		if (!expr_uses_column(e, k))
			continue;
		str_clear(&identifier);
		names_identifier(&identifier, names, k, reserved_python);
		str_addf(&arguments, "%s%s", arguments.len ? ", " : "", identifier.data);
		str_addf(&lines, "    %s = np.asarray(%s, dtype=float)", identifier.data, identifier.data);
		add_original(&lines, names, k, identifier.data, "  # ", "");
		str_addc(&lines, '\n');
	}
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_ERF) {
			str_add(out, "import math\n\n");
			break;
		}
	str_add(out, "import numpy as np\n\n\ndef ");
	add_name(out, name, reserved_python);
	str_addf(out, "(%s):\n    # ", str_text(&arguments));
	add_equation(out, e, names);
	str_addf(out, "\n%s    return ", str_text(&lines));
	print_expr(out, e, names, NOTATION_PYTHON);
	str_addc(out, '\n');
	str_release(&arguments);
	str_release(&lines);
	str_release(&identifier);
}
