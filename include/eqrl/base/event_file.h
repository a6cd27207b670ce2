/* event_file.h — TensorBoard's event files: numbers by tag and step.
 *
 * A file is a sequence of TFRecords, each a length, its checksum, a protocol buffer (Event of tensorboard/compat/proto) and its
 * checksum: uint64 length, uint32 masked_crc(length), data, uint32 masked_crc(data), all little-endian. The checksum
 * is CRC-32C (Castagnoli), masked as LevelDB masks it, since a checksum of data that has checksums in it is weak:
 * rotated right by 15 bits plus 0xa282ead8. */
#ifndef EQRL_EVENT_FILE_H
#define EQRL_EVENT_FILE_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"

#include <stdint.h>

uint32_t crc32c(const void *data, size_t n);

/* Appends the record that holds these bytes. */
void event_record(struct str *out, const void *data, size_t n);

/* One step's numbers, collected and then written at once. Starts as {0}. */
struct event_summary {
	struct str values; /* encoded */
};

void event_summary_add(struct event_summary *s, const char *tag, double value); /* not finite: left out */
void event_summary_release(struct event_summary *s);

/* Starts as {.fd = -1}. */
struct event_file {
	int fd;
	char *path;
};

/* Makes a new file in dir, which is made where it is missing. steps: that many are done already; a reader then drops
 * what earlier files in dir say of later ones. */
enum status event_file_open(struct event_file *f, const char *dir, int64_t steps);
enum status event_file_write(struct event_file *f, int64_t step, const struct event_summary *s);
void event_file_close(struct event_file *f);

#endif
