/* json_file.c — see json_file.h. */
#include "eqrl/base/json_file.h"

#include "eqrl/base/file.h"
#include "eqrl/base/str.h"

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
