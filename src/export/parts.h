/* parts.h — private to export: what the writers of functions share. */
#ifndef EQRL_EXPORT_PARTS_H
#define EQRL_EXPORT_PARTS_H

#include "eqrl/export/export.h"
#include "eqrl/expr/style.h"

/* A function that the language lacks. In its text and in forms '@' stands for the exported function's name and '_', so
 * that two exports in one program do not collide. */
struct helper {
	const char *name, *text;
};

struct language {
	const char *comment; /* before each line of the heading */
	const char *const *reserved;
	bool letter_first; /* no identifier begins with '_' */
	const struct style *style;
	const struct helper *helpers; /* until one without a name; NULL: none */
	const char *const *
		declared; /* functions that cannot be defined once more, though arguments may be called so; NULL: none */
};

/* The columns that an equation uses, in their order, as arguments of a function. */
struct arguments {
	int n;
	int column[EXPR_MAX_NODES];
	const char **called; /* of all columns: identifiers of the arguments */
	char *function;	     /* identifier of the target */
	struct names names;  /* with those identifiers, to print with */
};

void arguments_choose(struct arguments *a, const struct export_source *x, const struct language *l);
void arguments_release(struct arguments *a);

/* "a, b, c", each behind `before` */
void add_arguments(struct str *out, const struct arguments *a, const char *before);

/* The comment: equation, target, columns, version, checksum. a NULL: names are not replaced. */
void add_heading(struct str *out, const struct export_source *x, const struct arguments *a, const char *comment);

/* Appends the helpers that the body mentions. */
void add_helpers(struct str *out, const struct helper *h, const char *body, const char *function);

/* Appends text with '@' replaced. */
void add_named(struct str *out, const char *text, const char *function);

/* Text in double quotes for a string of C's kind (Python, JSON, DOT): quotes and backslashes escaped, control characters
 * blank. */
void add_quoted(struct str *out, const char *text);

/* The writers: export.c has the table of them. */
void write_python(struct str *out, const struct export_source *x);
void write_numpy(struct str *out, const struct export_source *x);
void write_c(struct str *out, const struct export_source *x);
void write_julia(struct str *out, const struct export_source *x);
void write_r(struct str *out, const struct export_source *x);
void write_matlab(struct str *out, const struct export_source *x);
void write_sympy(struct str *out, const struct export_source *x);
void write_latex(struct str *out, const struct export_source *x);
void write_latex_table(struct str *out, const struct export_source *x);
void write_excel(struct str *out, const struct export_source *x);
void write_json(struct str *out, const struct export_source *x);
void write_graphviz(struct str *out, const struct export_source *x);

/* c.c and gradient.c. The body of a C function that stores derivatives in gradient[]. */
void add_c_gradient(struct str *out, const struct export_source *x, const struct arguments *a);
extern const struct language language_c;

#endif
