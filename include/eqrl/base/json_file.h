/* json_file.h — whole files of JSON. */
#ifndef EQRL_JSON_FILE_H
#define EQRL_JSON_FILE_H

#include "eqrl/base/error.h"

#include <cjson/cJSON.h>

/* *json is the caller's. Error kind st_kind if the file cannot be read or is no JSON; the message names it. */
enum status file_read_json(const char *path, enum status st_kind, cJSON **json);

/* Indented, as file_write_atomic (file.h) writes. */
enum status file_write_json(const char *path, const cJSON *json);

#endif
