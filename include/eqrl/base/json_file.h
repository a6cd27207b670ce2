/* json_file.h — whole files of JSON, and members of objects. */
#ifndef EQRL_JSON_FILE_H
#define EQRL_JSON_FILE_H

#include "eqrl/base/error.h"

#include <cjson/cJSON.h>

/* *json is the caller's. Error kind st_kind if the file cannot be read or is no JSON; the message names it. */
enum status file_read_json(const char *path, enum status st_kind, cJSON **json);

/* Indented, as file_write_atomic (file.h) writes. */
enum status file_write_json(const char *path, const cJSON *json);

/* The member's value, or otherwise where it is absent or of another kind. The text is the object's. */
double json_number(const cJSON *object, const char *key, double otherwise);
const char *json_text(const cJSON *object, const char *key, const char *otherwise);

/* null where v is not finite: JSON has no other word for that. */
void json_add_number(cJSON *object, const char *key, double v);

#endif
