/* graphviz.c — the tree for Graphviz: operators as circles, columns and numbers as boxes. */
#include "parts.h"

static void add_label(struct str *out, const struct expr *e, const struct names *names, int i)
{
	struct node a = e->node[i];
	struct expr leaf = {0};
	struct str text = {0};

	if (a.op == OP_VAR) {
		add_quoted(out, names->column[a.arg]);
		return;
	}
	if (a.op >= OP_COUNT) {
		expr_append_subtree(&leaf, e, i);
		print_expr(&text, &leaf, names, NOTATION_TEXT);
	}
	add_quoted(out, a.op >= OP_COUNT	 ? text.data
			: op_info[a.op].notation ? op_info[a.op].notation
						 : op_info[a.op].name);
	str_release(&text);
}

void write_graphviz(struct str *out, const struct export_source *x)
{
	struct expr e = expr_readable(x->e, false);

	add_heading(out, x, NULL, "// ");
	str_add(out, "digraph ");
	add_quoted(out, x->names->target);
	str_add(out, " {\n\tordering=out;\n");
	for (int i = 0; i < e.n; i++) {
		int child = i + 1;

		str_addf(out, "\tn%d [label=", i);
		add_label(out, &e, x->names, i);
		str_add(out, e.node[i].op < OP_COUNT ? "];\n" : ", shape=box];\n");
		for (int k = node_arity(e.node[i]); k > 0; k--) {
			str_addf(out, "\tn%d -> n%d;\n", i, child);
			child = expr_end(&e, child);
		}
	}
	str_add(out, "}\n");
}
