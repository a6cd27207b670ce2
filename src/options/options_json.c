/* options_json.c — options to and from flat JSON objects: config.json and the files in configs/. */
#include "eqrl/base/file.h"
#include "eqrl/base/rng.h"
#include "option_table.h"

#include <stdlib.h>
#include <string.h>

/* What belongs to one invocation, not to a configuration. */
static bool is_transient(int option)
{
	return option == OPTION_config || option == OPTION_resume;
}

static const char *kind_word(const cJSON *v)
{
	return cJSON_IsString(v)   ? "a text"
	       : cJSON_IsNumber(v) ? "a number"
	       : cJSON_IsBool(v)   ? "true or false"
	       : cJSON_IsArray(v)  ? "a list"
	       : cJSON_IsNull(v)   ? "null"
				   : "an object";
}

static enum status wrong_kind(int option, const cJSON *v, const char *where)
{
	static const char *const expected[] = {
		[KIND_STRING] = "a text",
		[KIND_LIST] = "a text or a list of texts",
		[KIND_INT] = "a whole number",
		[KIND_REAL] = "a number",
		[KIND_SECONDS] = "a number of seconds or a text like \"5m\"",
		[KIND_FLAG] = "true or false",
		[KIND_CHOICE] = "one of the words ",
	};
	enum option_kind kind = option_info[option].kind;

	return fail(ST_USAGE, "%s: must be %s%s, not %s", where, expected[kind],
		    kind == KIND_CHOICE ? option_argument(&option_info[option]) : "", kind_word(v));
}

static enum status set_list(struct option_set *s, int option, const cJSON *v, const char *where,
			    enum option_source source)
{
	struct str joined = {0};
	const cJSON *item;

	cJSON_ArrayForEach(item, v)
	{
		if (!cJSON_IsString(item)) {
			str_release(&joined);
			return wrong_kind(option, item, where);
		}
		str_addf(&joined, "%s%s", joined.len ? "\n" : "", item->valuestring);
	}
	option_set_string(s, option, joined.data, source);
	str_release(&joined);
	return ST_OK;
}

static enum status set_from_json(struct option_set *s, int option, const cJSON *v, const char *where,
				 enum option_source source)
{
	enum option_kind kind = option_info[option].kind;
	bool textual = kind == KIND_STRING || kind == KIND_LIST;

	/* null says "not given", so that a file written by options_to_json is complete and exact */
	if (cJSON_IsNull(v) && textual) {
		if (s->source[option] < source)
			option_set_string(s, option, NULL, source);
		return ST_OK;
	}
	if (cJSON_IsString(v) && (textual || kind == KIND_CHOICE || kind == KIND_SECONDS))
		return option_set_text(s, option, v->valuestring, where, source);
	if (cJSON_IsArray(v) && kind == KIND_LIST)
		return set_list(s, option, v, where, source);
	if (cJSON_IsBool(v) && kind == KIND_FLAG)
		return option_set_number(s, option, cJSON_IsTrue(v), where, source);
	if (cJSON_IsNumber(v) && !textual && kind != KIND_CHOICE && kind != KIND_FLAG)
		return option_set_number(s, option, v->valuedouble, where, source);
	return wrong_kind(option, v, where);
}

/* A file of a later version may mean something else by what it says. */
static enum status check_schema(const cJSON *v, const char *path)
{
	if (!cJSON_IsNumber(v))
		return fail(ST_USAGE, "%s: \"schema\": must be a number, not %s", path, kind_word(v));
	if (v->valuedouble > CONFIG_SCHEMA)
		return fail(ST_USAGE, "%s: written by a newer eqrl (schema %g, this one reads %d)", path,
			    v->valuedouble, CONFIG_SCHEMA);
	return ST_OK;
}

enum status options_from_json(struct option_set *s, const cJSON *object, const char *path, enum option_source source)
{
	const cJSON *v;

	if (!cJSON_IsObject(object))
		return fail(ST_USAGE, "%s: expected a JSON object of options", path);
	cJSON_ArrayForEach(v, object)
	{
		int option = option_find(v->string);
		struct str where = {0};
		enum status st;

		if (strcmp(v->string, "schema") == 0) {
			TRY(check_schema(v, path));
			continue;
		}
		if (option < 0) {
			const char *near = option_nearest(v->string, CMD_ALL);

			return near ? fail(ST_USAGE, "%s: \"%s\": no such option; did you mean \"%s\"?", path,
					   v->string, near)
				    : fail(ST_USAGE, "%s: \"%s\": no such option", path, v->string);
		}
		if (is_transient(option))
			return fail(ST_USAGE, "%s: \"%s\": belongs on the command line, not in a file", path,
				    v->string);
		str_addf(&where, "%s: \"%s\"", path, v->string);
		st = set_from_json(s, option, v, where.data, source);
		str_release(&where);
		TRY(st);
	}
	return ST_OK;
}

enum status options_from_file(struct option_set *s, const char *path, enum option_source source)
{
	const char *stop = NULL;
	cJSON *json;
	char *text;
	size_t size;
	enum status st;

	TRY(file_read(path, ST_USAGE, &text, &size));
	json = cJSON_ParseWithLengthOpts(text, size + 1, &stop, 1);
	if (json) {
		st = options_from_json(s, json, path, source);
	} else {
		int line = 1;

		for (const char *p = text; stop && p < stop; p++)
			line += *p == '\n';
		st = fail(ST_USAGE, "%s: line %d: not valid JSON (no comments, no comma after the last entry)", path,
			  line);
	}
	cJSON_Delete(json);
	free(text);
	return st;
}

static cJSON *list_to_json(const char *list)
{
	cJSON *array = cJSON_CreateArray();
	char *copy = xstrdup(list), *rest = copy;

	for (char *item; (item = strsep(&rest, "\n"));)
		cJSON_AddItemToArray(array, cJSON_CreateString(item));
	free(copy);
	return array;
}

static cJSON *value_to_json(const struct options *o, int option)
{
	const struct option_info *info = &option_info[option];
	const void *v = option_value(o, option);
	const char *text;
	char word[64];

	switch (info->kind) {
	case KIND_STRING:
	case KIND_LIST:
		text = *(const char *const *)v;
		if (!text)
			return cJSON_CreateNull();
		return info->kind == KIND_LIST ? list_to_json(text) : cJSON_CreateString(text);
	case KIND_INT:
		return cJSON_CreateNumber((double)*(const OPT_TYPE_INT *)v);
	case KIND_REAL:
	case KIND_SECONDS:
		return cJSON_CreateNumber(*(const OPT_TYPE_REAL *)v);
	case KIND_FLAG:
		return cJSON_CreateBool(*(const OPT_TYPE_FLAG *)v);
	case KIND_CHOICE:
		if (!choice_word(option_argument(info), *(const int *)v, word))
			BUG("option %s holds word %d", info->flag, *(const int *)v);
		return cJSON_CreateString(word);
	}
	BUG("option %s has kind %d", info->flag, (int)info->kind);
}

cJSON *options_to_json(const struct options *o, int commands)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddNumberToObject(object, "schema", CONFIG_SCHEMA);
	/* --out names the folder of one run: in its config.json it would only make the next run collide */
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_info[i].commands & commands && !is_transient(i) && i != OPTION_out)
			cJSON_AddItemToObject(object, option_info[i].flag, value_to_json(o, i));
	return object;
}

static bool is_part(int option, int commands, enum option_part part)
{
	const struct option_info *info = &option_info[option];
	int without = part == OPTIONS_FIXED ? OPT_ON_RESUME : OPT_NO_EFFECT;

	return info->commands & commands && !(info->traits & without) && !is_transient(option) && option != OPTION_out;
}

static char *value_text(const struct options *o, int option)
{
	cJSON *value = value_to_json(o, option);
	char *text = cJSON_PrintUnformatted(value);

	cJSON_Delete(value);
	return text;
}

uint64_t options_hash(const struct options *o, int commands, enum option_part part)
{
	uint64_t h = 0;

	for (int i = 0; i < OPTION_COUNT; i++) {
		char *text;

		if (!is_part(i, commands, part))
			continue;
		text = value_text(o, i);
		h = mix64(h, hash_bytes(option_info[i].flag, strlen(option_info[i].flag)));
		h = mix64(h, hash_bytes(text, strlen(text)));
		free(text);
	}
	return h;
}

const char *options_difference(const struct options *a, const struct options *b, int commands, enum option_part part)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		char *text[2];
		bool differ;

		if (!is_part(i, commands, part))
			continue;
		text[0] = value_text(a, i);
		text[1] = value_text(b, i);
		differ = strcmp(text[0], text[1]) != 0;
		free(text[0]);
		free(text[1]);
		if (differ)
			return option_info[i].flag;
	}
	return NULL;
}
