/* singularity.c — see singularity.h. */
#include "singularity.h"

#include "eqrl/base/json_file.h"

#include <string.h>

const char *singularity_csv(const struct regularity *r)
{
	return r->kind == REGULARITY_UNKNOWN ? "" : regularity_is_singular(r) ? "0" : "1";
}

void singularity_words(struct str *out, const struct regularity *r, const struct names *names)
{
	static const char *const what[REGULARITY_KINDS] = {[REGULARITY_POLE] = "a pole",
							   [REGULARITY_UNDEFINED] = "no value",
							   [REGULARITY_ROW] = "a division by zero"};

	if (!regularity_is_singular(r))
		return;
	str_add(out, what[r->kind]);
	for (int i = 0; i < r->n; i++) {
		str_add(out, i ? ", " : " at ");
		names_quote(out, names->column[r->column[i]]);
		str_addf(out, " = %.6g", r->at[i]);
	}
	str_add(out, r->kind == REGULARITY_ROW ? " in a row" : " between the rows");
}

void singularity_to_json(cJSON *o, const struct regularity *r, const struct names *names)
{
	cJSON *singular, *at;
	struct str words = {0};

	if (!regularity_is_singular(r)) {
		if (r->kind == REGULARITY_REGULAR)
			cJSON_AddTrueToObject(o, "regular");
		else
			cJSON_AddNullToObject(o, "regular");
		return;
	}
	cJSON_AddFalseToObject(o, "regular");
	singular = cJSON_AddObjectToObject(o, "singular");
	cJSON_AddStringToObject(singular, "kind", regularity_name[r->kind]);
	at = cJSON_AddObjectToObject(singular, "at");
	for (int i = 0; i < r->n; i++)
		json_add_number(at, names->column[r->column[i]], r->at[i]);
	singularity_words(&words, r, names);
	cJSON_AddStringToObject(singular, "text", words.data);
	str_release(&words);
}

void singularity_from_json(struct regularity *r, const cJSON *o, const struct names *names)
{
	const cJSON *singular = cJSON_GetObjectItem(o, "singular"), *item;
	const char *kind = json_text(singular, "kind", "");

	*r = (struct regularity){.kind = cJSON_IsTrue(cJSON_GetObjectItem(o, "regular")) ? REGULARITY_REGULAR
											 : REGULARITY_UNKNOWN};
	for (int i = REGULARITY_POLE; i < REGULARITY_KINDS; i++)
		if (strcmp(kind, regularity_name[i]) == 0)
			r->kind = (enum regularity_kind)i;
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(singular, "at"))
	{
		int column = names_find(names, item->string, strlen(item->string));

		if (column < 0 || r->n == REGULARITY_COLUMNS || !cJSON_IsNumber(item))
			continue;
		r->column[r->n] = column;
		r->at[r->n++] = item->valuedouble;
	}
}
