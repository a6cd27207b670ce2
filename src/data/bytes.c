/* bytes.c — see bytes.h. */
#include "bytes.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BLOCK = 1 << 17,
	WAIT_MS = 200, /* a signal that arrives between looking at the flag and waiting is seen after this time */
};

static enum status cannot_read(const struct bytes *b)
{
	return fail(ST_DATA, "%s: cannot read: %s", b->file, strerror(errno));
}

static enum status check_interrupt(const struct bytes *b)
{
	enum status st = signals_status();

	return st == ST_OK ? ST_OK : fail(st, "%s: interrupted while reading; nothing was done", b->file);
}

/* read(2) that a signal ends also while nothing comes. */
static enum status read_block(struct bytes *b, void *out, size_t room, size_t *got)
{
	struct pollfd wait = {.fd = b->fd, .events = POLLIN};
	ssize_t n;

	for (;;) {
		TRY(check_interrupt(b));
		if (poll(&wait, 1, WAIT_MS) == 0)
			continue;
		n = read(b->fd, out, room);
		if (n >= 0)
			break;
		if (errno != EINTR && errno != EAGAIN)
			return cannot_read(b);
	}
	*got = (size_t)n;
	b->at_end = n == 0;
	return ST_OK;
}

/* Fills in[] up to its end, or to the end of the file: a pipe may give a few bytes at a time. */
static enum status read_beginning(struct bytes *b)
{
	size_t got;

	b->in = xmalloc(BLOCK);
	while (!b->at_end && b->end < BLOCK) {
		TRY(read_block(b, b->in + b->end, BLOCK - b->end, &got));
		b->end += got;
		if (memchr(b->in, '\n', b->end))
			break; /* a line is enough to know what this is */
	}
	b->packed = b->end >= 2 && b->in[0] == 0x1f && b->in[1] == 0x8b;
	if (!b->packed)
		return refuse_format(b->file, b->in, b->end);
	if (inflateInit2(&b->z, 15 + 16) != Z_OK)
		return fail(ST_RESOURCE, "%s: out of memory for unpacking", b->file);
	b->member_open = true;
	return ST_OK;
}

enum status bytes_open(struct bytes *b, const char *path, const char *file)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct stat info;

	*b = (struct bytes){.file = file, .fd = -1};
	b->fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (b->fd < 0)
		return fail(ST_DATA, "%s: %s", file, strerror(errno));
	if (fstat(b->fd, &info) != 0)
		return cannot_read(b);
	if (S_ISDIR(info.st_mode))
		return fail(ST_DATA, "%s: is a directory, expected a table", file);
	if (S_ISBLK(info.st_mode) || (S_ISCHR(info.st_mode) && !is_stdin && !isatty(b->fd)))
		return fail(ST_DATA, "%s: is a device, expected a file or a pipe", file);
	return read_beginning(b);
}

enum status bytes_open_text(struct bytes *b, const char *file, const char *text, size_t size)
{
	*b = (struct bytes){.file = file, .fd = -1, .at_end = true, .end = size};
	b->in = xmalloc(size + 1);
	memcpy(b->in, text, size);
	return refuse_format(file, b->in, size);
}

static enum status refuse_stream(const struct bytes *b)
{
	return fail(ST_DATA, "%s: the gzip stream is damaged (%s); copy the file again", b->file,
		    b->z.msg ? b->z.msg : "bad data");
}

/* Unpacks what is in in[]; members may follow each other. */
static enum status unpack(struct bytes *b, char *out, size_t room, size_t *got)
{
	int code;

	b->z.next_out = (unsigned char *)out;
	b->z.avail_out = (unsigned)room;
	while (b->z.avail_out == room) {
		if (b->begin == b->end && !b->at_end) {
			b->begin = 0;
			TRY(read_block(b, b->in, BLOCK, &b->end));
		}
		if (b->begin == b->end && b->member_open)
			return fail(ST_DATA, "%s: the gzip stream ends early; the file is cut off, copy it again",
				    b->file);
		if (b->begin == b->end)
			break;
		if (!b->member_open && b->in[b->begin] != 0x1f) {
			b->begin = b->end; /* bytes behind the last member are padding, as gzip has it */
			continue;
		}
		if (!b->member_open && inflateReset(&b->z) != Z_OK)
			return refuse_stream(b);
		b->z.next_in = b->in + b->begin;
		b->z.avail_in = (unsigned)(b->end - b->begin);
		code = inflate(&b->z, Z_NO_FLUSH);
		b->begin = b->end - b->z.avail_in;
		b->member_open = code != Z_STREAM_END;
		if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
			return refuse_stream(b);
	}
	*got = room - b->z.avail_out;
	return ST_OK;
}

enum status bytes_read(struct bytes *b, char *out, size_t room, size_t *got)
{
	if (room > 1u << 30)
		room = 1u << 30;
	if (b->packed)
		return unpack(b, out, room, got);
	*got = b->end - b->begin;
	if (*got > 0) {
		*got = *got < room ? *got : room;
		memcpy(out, b->in + b->begin, *got);
		b->begin += *got;
		return ST_OK;
	}
	if (b->at_end)
		return ST_OK;
	return read_block(b, out, room, got);
}

void bytes_close(struct bytes *b)
{
	if (b->packed)
		inflateEnd(&b->z);
	if (b->fd >= 0)
		close(b->fd);
	free(b->in);
	*b = (struct bytes){.fd = -1};
}
