/* json.c — equations as JSON, without loss; the format is described at expr_to_json in print.h. */
#include "eqrl/expr/parse.h"
#include "notation.h"

#include <cjson/cJSON.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static cJSON *token_to_json(struct node a)
{
	char text[16];

	switch (a.op) {
	case OP_INT:
		return cJSON_CreateNumber(a.arg);
	case OP_CONST:
		snprintf(text, sizeof(text), "c%d", a.arg);
		break;
	case OP_FIXED:
		snprintf(text, sizeof(text), "k%d", a.arg);
		break;
	case OP_VAR:
		snprintf(text, sizeof(text), "x%d", a.arg + 1);
		break;
	default:
		snprintf(text, sizeof(text), "%s", op_info[a.op].name);
	}
	return cJSON_CreateString(text);
}

/* cJSON itself prints 15 digits where they come close. */
static cJSON *exact_number(double v)
{
	char text[32];

	if (!isfinite(v))
		return cJSON_CreateNull();
	str_double(text, v);
	return cJSON_CreateRaw(text);
}

cJSON *expr_to_json(const struct expr *e)
{
	cJSON *o = cJSON_CreateObject();
	cJSON *prefix = cJSON_AddArrayToObject(o, "prefix");
	cJSON *constants = cJSON_AddArrayToObject(o, "constants");
	cJSON *hex = cJSON_AddArrayToObject(o, "hex");

	for (int i = 0; i < e->n; i++)
		cJSON_AddItemToArray(prefix, token_to_json(e->node[i]));
	for (int i = 0; i < e->n_consts; i++) {
		char text[32];

		snprintf(text, sizeof(text), "%a", e->c[i]);
		cJSON_AddItemToArray(constants, exact_number(e->c[i]));
		cJSON_AddItemToArray(hex, cJSON_CreateString(text));
	}
	return o;
}

void print_json(struct str *out, const struct expr *e, const struct names *names)
{
	cJSON *o = expr_to_json(e);
	char *text;

	if (names) {
		cJSON *used = cJSON_AddObjectToObject(o, "names");

		for (int k = 0; k < names->n; k++) {
			char key[16];

			snprintf(key, sizeof(key), "x%d", k + 1);
			if (expr_uses_column(e, k))
				cJSON_AddStringToObject(used, key, names->column[k]);
		}
	}
	text = cJSON_PrintUnformatted(o);
	str_add(out, text);
	cJSON_free(text);
	cJSON_Delete(o);
}

/* ---- reading ---- */

/* The number after the first letter of "x12", or -1. */
static int index_of(const char *token, int limit)
{
	long v;
	char *end;

	if (token[1] < '0' || token[1] > '9' || (token[1] == '0' && token[2]))
		return -1;
	v = strtol(token + 1, &end, 10);
	return *end == '\0' && v < limit ? (int)v : -1;
}

static bool word_to_node(const struct expr *e, const char *token, struct node *out)
{
	int op = op_find(token), k;

	if (op >= 0 && (op < OP_COUNT || op == OP_PI)) {
		*out = (struct node){(uint16_t)op, 0};
		return true;
	}
	switch (token[0]) {
	case 'x':
		k = index_of(token, NAMES_MAX_COLUMNS + 1) - 1;
		*out = (struct node){OP_VAR, (uint16_t)k};
		return k >= 0;
	case 'c':
	case 'k':
		k = index_of(token, e->n_consts);
		*out = (struct node){token[0] == 'c' ? OP_CONST : OP_FIXED, (uint16_t)k};
		return k >= 0;
	default:
		return false;
	}
}

static bool token_to_node(const struct expr *e, const cJSON *token, struct node *out)
{
	double v = token->valuedouble;

	if (cJSON_IsString(token))
		return word_to_node(e, token->valuestring, out);
	if (!cJSON_IsNumber(token) || !(v >= 1 && v <= UINT16_MAX) || v != floor(v))
		return false;
	*out = (struct node){OP_INT, (uint16_t)v};
	return true;
}

static enum status read_constants(const cJSON *json, struct expr *e)
{
	const cJSON *constants = cJSON_GetObjectItem(json, "constants"), *item;
	const cJSON *hex = cJSON_GetObjectItem(json, "hex");
	const cJSON *list = hex ? hex : constants;

	if (list && !cJSON_IsArray(list))
		return fail(ST_DATA, "equation: \"%s\" must be an array", hex ? "hex" : "constants");
	if (cJSON_GetArraySize(list) > EXPR_MAX_CONSTS)
		return fail(ST_DATA, "equation: more than %d constants", EXPR_MAX_CONSTS);
	cJSON_ArrayForEach(item, list)
	{
		char *end = NULL;

		if (cJSON_IsString(item))
			e->c[e->n_consts++] = strtod(item->valuestring, &end);
		else if (cJSON_IsNumber(item))
			e->c[e->n_consts++] = item->valuedouble;
		if (end ? end == item->valuestring || *end : !cJSON_IsNumber(item))
			return fail(ST_DATA, "equation: constant %d is not a number", e->n_consts + !end);
	}
	return ST_OK;
}

static enum status read_prefix(const cJSON *json, struct expr *e)
{
	const cJSON *prefix = cJSON_GetObjectItem(json, "prefix"), *item;

	if (!cJSON_IsArray(prefix))
		return fail(ST_DATA, "equation: \"prefix\" must be an array of tokens");
	cJSON_ArrayForEach(item, prefix)
	{
		struct node a;

		if (!token_to_node(e, item, &a))
			return fail(ST_DATA, "equation: token %d (%.40s) is no operator, leaf or constant", e->n + 1,
				    cJSON_IsString(item) ? item->valuestring : "no string");
		if (!expr_push(e, a.op, a.arg))
			return fail(ST_DATA, "equation: more than %d tokens", EXPR_MAX_NODES);
	}
	if (!expr_valid(e))
		return fail(ST_DATA, "equation: the %d tokens are not one complete equation", e->n);
	return ST_OK;
}

enum status expr_from_json(const cJSON *json, struct expr *out)
{
	enum status st;

	memset(out, 0, sizeof(*out));
	st = read_constants(json, out);
	if (st == ST_OK)
		st = read_prefix(json, out);
	if (st != ST_OK)
		memset(out, 0, sizeof(*out));
	return st;
}
