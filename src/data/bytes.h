/* bytes.h — a file, standard input or memory as a stream of bytes, unpacked where it is gzipped.
 *
 * Files of other programs (workbooks, Parquet, JSON …) are recognised by their first bytes, whatever their
 * name, and refused with the command that makes a table of them; so are devices that never end. Waiting for
 * a pipe ends with the first SIGINT or SIGTERM. */
#ifndef EQRL_DATA_BYTES_H
#define EQRL_DATA_BYTES_H

#include "eqrl/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

struct bytes {
	const char *file; /* for messages; borrowed */
	int fd;		  /* -1: memory */
	bool packed;	  /* gzip: in is unpacked by z */
	z_stream z;
	unsigned char *in; /* read and not yet handed out */
	size_t begin, end;
	bool at_end;	  /* nothing more comes after in */
	bool member_open; /* within a gzip member */
};

/* bytes_close also after a failure. */
enum status bytes_open(struct bytes *b, const char *path, const char *file);
enum status bytes_open_text(struct bytes *b, const char *file, const char *text, size_t size);

/* Between 1 and room bytes, as soon as there are some; *got is 0 at the end. */
enum status bytes_read(struct bytes *b, char *out, size_t room, size_t *got);
void bytes_close(struct bytes *b);

/* formats.c: refuses what begins like a file of another program. */
enum status refuse_format(const char *file, const unsigned char *p, size_t n);

#endif
