/* json_file.c — see json_file.h. */
#include "eqrl/base/json_file.h"

#include "eqrl/base/file.h"
#include "eqrl/base/str.h"

#include <math.h>
#include <stdlib.h>

enum status file_read_json(const char *path, enum status st_kind, cJSON **json)
{
	char *text;
	size_t size;

	TRY(file_read(path, st_kind, &text, &size));
	*json = cJSON_ParseWithLength(text, size);
	free(text);
	return *json ? ST_OK : fail(st_kind, "%s: not valid JSON", path);
}

enum status file_write_json(const char *path, const cJSON *json)
{
	char *text = cJSON_Print(json);
	struct str out = {0};
	enum status st;

	str_addf(&out, "%s\n", text);
	st = file_write_atomic(path, out.data, out.len);
	str_release(&out);
	free(text);
	return st;
}

double json_number(const cJSON *object, const char *key, double otherwise)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(v) ? v->valuedouble : otherwise;
}

const char *json_text(const cJSON *object, const char *key, const char *otherwise)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return text ? text : otherwise;
}

void json_add_number(cJSON *object, const char *key, double v)
{
	if (isfinite(v))
		cJSON_AddNumberToObject(object, key, v);
	else
		cJSON_AddNullToObject(object, key);
}
