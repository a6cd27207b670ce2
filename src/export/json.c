/* json.c — the equation as a tree, as tokens without loss, and what is known of its columns. */
#include "parts.h"

#include <cjson/cJSON.h>

#include <stdio.h>

static cJSON *tree_to_json(const struct export_source *x, int *i)
{
	struct node a = x->e->node[(*i)++];
	cJSON *o = cJSON_CreateObject();
	char text[32];

	switch (a.op) {
	case OP_VAR:
		cJSON_AddStringToObject(o, "column", x->names->column[a.arg]);
		return o;
	case OP_INT:
		cJSON_AddNumberToObject(o, "value", a.arg);
		return o;
	case OP_CONST:
	case OP_FIXED:
		str_double(text, x->e->c[a.arg]); /* cJSON itself may print fewer digits */
		cJSON_AddRawToObject(o, "value", text);
		return o;
	default:
		cJSON_AddStringToObject(o, "operator", op_info[a.op].name);
	}
	if (node_arity(a)) {
		cJSON *operands = cJSON_AddArrayToObject(o, "operands");

		for (int k = node_arity(a); k > 0; k--)
			cJSON_AddItemToArray(operands, tree_to_json(x, i));
	}
	return o;
}

static cJSON *column_to_json(const char *name, const char *unit)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "name", name);
	if (unit && *unit)
		cJSON_AddStringToObject(o, "unit", unit);
	return o;
}

/* {"column": …, "parameters": […], "values": {"run1": {"a": 2.5, …}, …}} */
static cJSON *groups_to_json(const struct export_source *x)
{
	const struct export_groups *g = x->groups;
	cJSON *o = cJSON_CreateObject(), *values;

	cJSON_AddStringToObject(o, "column", g->column);
	cJSON_AddItemToObject(o, "parameters", cJSON_CreateStringArray(x->names->column + g->first, g->n_parameters));
	values = cJSON_AddObjectToObject(o, "values");
	for (int k = 0; k < g->n; k++) {
		cJSON *of = cJSON_AddObjectToObject(values, g->name[k]);

		for (int p = 0; p < g->n_parameters; p++) {
			char text[32];

			str_double(text, g->value[k * g->n_parameters + p]);
			cJSON_AddRawToObject(of, x->names->column[g->first + p], text);
		}
	}
	return o;
}

void write_json(struct str *out, const struct export_source *x)
{
	cJSON *o = cJSON_CreateObject(), *columns, *expr, *names;
	struct str text = {0};
	char sum[9], key[16], *printed;
	int start = 0;

	export_equation(&text, x);
	export_checksum(sum, x);
	cJSON_AddNumberToObject(o, "schema", 1);
	cJSON_AddStringToObject(o, "version", x->version);
	cJSON_AddStringToObject(o, "equation", text.data);
	cJSON_AddStringToObject(o, "crc32", sum);
	cJSON_AddItemToObject(o, "target", column_to_json(x->names->target, x->target_unit));
	columns = cJSON_AddArrayToObject(o, "columns");
	expr = expr_to_json(x->e);
	names = cJSON_AddObjectToObject(expr, "names");
	for (int k = 0; k < x->names->n; k++) {
		if (!expr_uses_column(x->e, k))
			continue;
		cJSON_AddItemToArray(columns, column_to_json(x->names->column[k], x->unit ? x->unit[k] : NULL));
		snprintf(key, sizeof(key), "x%d", k + 1);
		cJSON_AddStringToObject(names, key, x->names->column[k]);
	}
	if (x->groups)
		cJSON_AddItemToObject(o, "groups", groups_to_json(x));
	cJSON_AddItemToObject(o, "tree", tree_to_json(x, &start));
	cJSON_AddItemToObject(o, "tokens", expr);
	printed = cJSON_Print(o);
	str_addf(out, "%s\n", printed);
	cJSON_free(printed);
	cJSON_Delete(o);
	str_release(&text);
}
