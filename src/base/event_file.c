/* event_file.c — see event_file.h. */
#include "eqrl/base/event_file.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- records ------------------------------------------------------------------------------------- */

/* Bit by bit: a step writes a few hundred bytes. */
uint32_t crc32c(const void *data, size_t n)
{
	const uint32_t polynomial = 0x82F63B78; /* Castagnoli's 0x1EDC6F41, bits reversed (RFC 3720) */
	const unsigned char *p = data;
	uint32_t crc = 0xFFFFFFFF;

	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
	}
	return crc ^ 0xFFFFFFFF;
}

static uint32_t mask_crc(uint32_t crc)
{
	return (crc >> 15 | crc << 17) + 0xA282EAD8;
}

/* The lowest bytes of v, the least first. */
static void add_little_endian(struct str *out, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		str_addc(out, (char)(v >> 8 * i & 0xFF));
}

void event_record(struct str *out, const void *data, size_t n)
{
	size_t start = out->len;

	add_little_endian(out, n, 8);
	add_little_endian(out, mask_crc(crc32c(out->data + start, 8)), 4);
	str_addn(out, data, n);
	add_little_endian(out, mask_crc(crc32c(data, n)), 4);
}

/* ---- protocol buffers: a field is its number and wire type, then its value ------------------------------ */

enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

/* Fields of Event, SessionLog, Summary and Summary.Value. */
enum {
	EVENT_WALL_TIME = 1,
	EVENT_STEP = 2,
	EVENT_FILE_VERSION = 3,
	EVENT_SUMMARY = 5,
	EVENT_SESSION_LOG = 7,
	SESSION_STATUS = 1,
	SESSION_START = 1, /* the value of status */
	SUMMARY_VALUE = 1,
	VALUE_TAG = 1,
	VALUE_SIMPLE = 2,
};

static void add_varint(struct str *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		str_addc(out, (char)((v & 0x7F) | 0x80));
	str_addc(out, (char)v);
}

static void add_key(struct str *out, int field, enum wire_type type)
{
	add_varint(out, (uint64_t)field << 3 | type);
}

static void add_bytes(struct str *out, int field, const char *data, size_t n)
{
	add_key(out, field, WIRE_BYTES);
	add_varint(out, n);
	str_addn(out, data, n);
}

static void add_double(struct str *out, int field, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	add_key(out, field, WIRE_64);
	add_little_endian(out, bits, 8);
}

static void add_float(struct str *out, int field, float v)
{
	uint32_t bits;

	memcpy(&bits, &v, sizeof(bits));
	add_key(out, field, WIRE_32);
	add_little_endian(out, bits, 4);
}

void event_summary_add(struct event_summary *s, const char *tag, double value)
{
	struct str one = {0};

	if (!isfinite(value))
		return;
	add_bytes(&one, VALUE_TAG, tag, strlen(tag));
	add_float(&one, VALUE_SIMPLE, (float)value);
	add_bytes(&s->values, SUMMARY_VALUE, one.data, one.len);
	str_release(&one);
}

void event_summary_release(struct event_summary *s)
{
	str_release(&s->values);
}

/* ---- files --------------------------------------------------------------------------------------- */

/* Appends an event with one field of bytes, in one write so that a killed process leaves whole records. */
static enum status write_event(struct event_file *f, int64_t step, int field, const char *data, size_t n)
{
	struct str event = {0}, record = {0};
	ssize_t put;
	int why;

	add_double(&event, EVENT_WALL_TIME, clock_wall());
	add_key(&event, EVENT_STEP, WIRE_VARINT);
	add_varint(&event, (uint64_t)step);
	add_bytes(&event, field, data, n);
	event_record(&record, event.data, event.len);
	put = write(f->fd, record.data, record.len);
	why = put < 0 ? errno : put < (ssize_t)record.len ? ENOSPC : 0;
	str_release(&event);
	str_release(&record);
	return why ? fail(ST_RESOURCE, "%s: cannot write: %s", f->path, strerror(why)) : ST_OK;
}

/* The first event of a file says its version; one that says START makes a reader drop what it knows of this step and
 * later ones. */
static enum status write_beginning(struct event_file *f, int64_t steps)
{
	static const char version[] = "brain.Event:2";
	struct str start = {0};
	enum status st = write_event(f, 0, EVENT_FILE_VERSION, version, strlen(version));

	add_key(&start, SESSION_STATUS, WIRE_VARINT);
	add_varint(&start, SESSION_START);
	if (st == ST_OK && steps > 0)
		st = write_event(f, steps + 1, EVENT_SESSION_LOG, start.data, start.len);
	str_release(&start);
	return st;
}

enum status event_file_open(struct event_file *f, const char *dir, int64_t steps)
{
	char host[256] = "";
	struct str name = {0};

	TRY(dir_create(dir));
	gethostname(host, sizeof(host) - 1);
	/* readers take the files of a folder by name, so the time with all its digits stands in front */
	str_addf(&name, "events.out.tfevents.%010.0f.%s.%ld", floor(clock_wall()), *host ? host : "host",
		 (long)getpid());
	f->path = path_join(dir, name.data);
	str_release(&name);
	f->fd = open(f->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (f->fd < 0)
		return fail(ST_RESOURCE, "%s: cannot write: %s", f->path, strerror(errno));
	return write_beginning(f, steps);
}

enum status event_file_write(struct event_file *f, int64_t step, const struct event_summary *s)
{
	return write_event(f, step, EVENT_SUMMARY, str_text(&s->values), s->values.len);
}

void event_file_close(struct event_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->path);
	*f = (struct event_file){.fd = -1};
}
