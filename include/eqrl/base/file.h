/* file.h — whole files, read plain or gzipped, written so that nothing half-done is ever seen.
 *
 * A written file appears under its name only when complete: temporary name in the same folder, fsync,
 * rename. Errors name the file and what the system said. */
#ifndef EQRL_FILE_H
#define EQRL_FILE_H

#include "eqrl/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads path ("-": standard input), unpacking gzip by its magic bytes. *data is NUL-terminated and
 * the caller's to free. Error kind st_kind (ST_DATA, ST_WEIGHTS …) so that exit codes fit. */
enum status file_read(const char *path, enum status st_kind, char **data, size_t *size);

enum status file_write_atomic(const char *path, const void *data, size_t size);

/* Fails where file_write_atomic(path, …) would for want of a folder or a permission, so that a long computation can
 * ask before it starts. Creates the folder of path; leaves path as it is. */
enum status file_check_writable(const char *path);

bool file_exists(const char *path);
bool file_is_dir(const char *path);
enum status dir_create(const char *path); /* with parents; fine if it exists */

/* "dir/name" in a new string. */
char *path_join(const char *dir, const char *name);

/* SHA-256 as 64 lower-case hex digits and a NUL. */
void sha256_hex(const void *data, size_t size, char out[65]);
enum status sha256_file(const char *path, char out[65]);

#endif
