/* results.c — one result and its line of JSON; fields.def is the table of both. */
#include "eqrl/bench/results.h"

#include "eqrl/base/mem.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_TRUTH };
enum field_when { FIELD_ALWAYS, FIELD_GIVEN };

static const struct result_field {
	const char *key;
	enum field_kind kind;
	enum field_when when;
	size_t offset;
} result_fields[] = {
#define FIELD(member, key, KIND, WHEN) {key, FIELD_##KIND, FIELD_##WHEN, offsetof(struct bench_result, member)},
#include "eqrl/bench/fields.def"
#undef FIELD
};

static const char extra_prefix[] = "r2 ";

static char **text_of(const struct bench_result *r, const struct result_field *f)
{
	return (char **)((char *)r + f->offset);
}

static double *number_of(const struct bench_result *r, const struct result_field *f)
{
	return (double *)((char *)r + f->offset);
}

void bench_result_init(struct bench_result *r)
{
	*r = (struct bench_result){0};
	for (size_t i = 0; i < COUNT_OF(result_fields); i++)
		if (result_fields[i].kind != FIELD_TEXT)
			*number_of(r, &result_fields[i]) = NAN;
}

void bench_result_release(struct bench_result *r)
{
	for (size_t i = 0; i < COUNT_OF(result_fields); i++)
		if (result_fields[i].kind == FIELD_TEXT)
			free(*text_of(r, &result_fields[i]));
	for (int i = 0; i < r->n_extra; i++)
		free(r->extra[i].file);
	free(r->extra);
	bench_result_init(r);
}

void bench_result_add_extra(struct bench_result *r, const char *file, double r2)
{
	r->extra = xrealloc(r->extra, (size_t)(r->n_extra + 1) * sizeof(*r->extra));
	r->extra[r->n_extra++] = (struct extra_r2){xstrdup(file), r2};
}

/* NULL: the field has no value that JSON could hold. */
static cJSON *field_to_json(const struct bench_result *r, const struct result_field *f)
{
	if (f->kind == FIELD_TEXT)
		return *text_of(r, f) ? cJSON_CreateString(*text_of(r, f)) : NULL;
	if (!isfinite(*number_of(r, f)))
		return NULL;
	return f->kind == FIELD_TRUTH ? cJSON_CreateBool(*number_of(r, f) != 0) : cJSON_CreateNumber(*number_of(r, f));
}

void bench_result_print(const struct bench_result *r, struct str *out)
{
	cJSON *line = cJSON_CreateObject();
	char *text;

	for (size_t i = 0; i < COUNT_OF(result_fields); i++) {
		cJSON *value = field_to_json(r, &result_fields[i]);

		if (!value && result_fields[i].when == FIELD_GIVEN)
			continue;
		cJSON_AddItemToObject(line, result_fields[i].key, value ? value : cJSON_CreateNull());
	}
	for (int i = 0; i < r->n_extra; i++) {
		struct str key = {0};

		str_addf(&key, "%s%s", extra_prefix, r->extra[i].file);
		cJSON_AddItemToObject(line, key.data,
				      isfinite(r->extra[i].r2) ? cJSON_CreateNumber(r->extra[i].r2)
							       : cJSON_CreateNull());
		str_release(&key);
	}
	text = cJSON_PrintUnformatted(line);
	str_add(out, text);
	free(text);
	cJSON_Delete(line);
}

static void field_from_json(struct bench_result *r, const struct result_field *f, const cJSON *v)
{
	if (f->kind == FIELD_TEXT && cJSON_IsString(v))
		*text_of(r, f) = xstrdup(v->valuestring);
	if (f->kind != FIELD_TEXT && (cJSON_IsNumber(v) || cJSON_IsBool(v)))
		*number_of(r, f) = cJSON_IsNumber(v) ? v->valuedouble : cJSON_IsTrue(v);
}

bool bench_result_parse(struct bench_result *r, const char *text)
{
	cJSON *line = cJSON_Parse(text);
	const cJSON *v;

	bench_result_init(r);
	if (!cJSON_IsObject(line)) {
		cJSON_Delete(line);
		return false;
	}
	for (size_t i = 0; i < COUNT_OF(result_fields); i++)
		field_from_json(r, &result_fields[i], cJSON_GetObjectItemCaseSensitive(line, result_fields[i].key));
	cJSON_ArrayForEach(v, line)
	{
		size_t n = strlen(extra_prefix);

		if (strncmp(v->string, extra_prefix, n) == 0)
			bench_result_add_extra(r, v->string + n, cJSON_IsNumber(v) ? v->valuedouble : NAN);
	}
	cJSON_Delete(line);
	return true;
}
