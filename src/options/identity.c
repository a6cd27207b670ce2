/* identity.c — see identity.h. */
#include "eqrl/options/identity.h"

#include "eqrl/base/file.h"
#include "option_table.h"

#include <stdlib.h>
#include <string.h>

/* These say how long a run goes on, how fast, what is shown of it, or where something lies. */
static const enum option changeable[] = {
	OPTION_time,   OPTION_evals, OPTION_steps,  OPTION_stop_r2, OPTION_threads, OPTION_checkpoint,	 OPTION_quiet,
	OPTION_format, OPTION_top,   OPTION_strict, OPTION_data,    OPTION_weights, OPTION_save_weights,
};

static bool is_changeable(int option)
{
	for (size_t i = 0; i < COUNT_OF(changeable); i++)
		if ((int)changeable[i] == option)
			return true;
	return false;
}

cJSON *options_identity(const struct options *o, int commands)
{
	cJSON *object = options_to_json(o, commands);

	for (size_t i = 0; i < COUNT_OF(changeable); i++)
		cJSON_DeleteItemFromObject(object, option_info[changeable[i]].flag);
	return object;
}

void options_identity_sha256(const struct options *o, int commands, char out[65])
{
	cJSON *object = options_identity(o, commands);
	char *text = cJSON_PrintUnformatted(object);

	sha256_hex(text, strlen(text), out);
	free(text);
	cJSON_Delete(object);
}

const char *identity_difference(const cJSON *now, const cJSON *then)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, now)
	{
		if (!cJSON_Compare(item, cJSON_GetObjectItemCaseSensitive(then, item->string), true))
			return item->string;
	}
	return NULL;
}

char *options_changeable(int commands)
{
	struct str list = {0};

	for (int i = 0; i < OPTION_COUNT; i++)
		if (is_changeable(i) && option_info[i].commands & commands)
			str_addf(&list, "%s--%s", list.len ? ", " : "", option_info[i].flag);
	return list.data;
}
