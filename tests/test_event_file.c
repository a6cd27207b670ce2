/* test_event_file.c — TensorBoard's event files, byte by byte; tests/cli/tensorboard.sh has them read by TensorBoard. */
#include "eqrl/base/event_file.h"
#include "eqrl/base/file.h"
#include "test.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>

/* RFC 3720, B.4, and the check value of the catalogue of CRCs. */
TEST(crc32c_gives_the_published_values)
{
	unsigned char zeros[32] = {0}, ones[32], up[32], down[32];

	for (int i = 0; i < 32; i++) {
		ones[i] = 0xFF;
		up[i] = (unsigned char)i;
		down[i] = (unsigned char)(31 - i);
	}
	CHECK_EQ(crc32c("123456789", 9), 0xE3069283);
	CHECK_EQ(crc32c(zeros, 32), 0x8A9136AA);
	CHECK_EQ(crc32c(ones, 32), 0x62A8AB43);
	CHECK_EQ(crc32c(up, 32), 0x46DD794E);
	CHECK_EQ(crc32c(down, 32), 0x113FDB5C);
	CHECK_EQ(crc32c("", 0), 0);
}

static uint64_t read_little_endian(const char *p, int bytes)
{
	uint64_t v = 0;

	for (int i = bytes - 1; i >= 0; i--)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* The inverse of the mask, from LevelDB's util/crc32c.h. */
static uint32_t unmask(uint32_t masked)
{
	uint32_t rotated = masked - 0xA282EAD8;

	return rotated >> 17 | rotated << 15;
}

/* Checks the record at text and gives its length; 0: it is none. */
static size_t check_record(const char *text, size_t left)
{
	uint64_t n = left >= 16 ? read_little_endian(text, 8) : 0;

	if (left < 16 || n > left - 16)
		return 0;
	CHECK_EQ(unmask((uint32_t)read_little_endian(text + 8, 4)), crc32c(text, 8));
	CHECK_EQ(unmask((uint32_t)read_little_endian(text + 12 + n, 4)), crc32c(text + 12, n));
	return (size_t)n + 16;
}

TEST(a_record_is_its_length_its_bytes_and_their_checksums)
{
	struct str out = {0};

	event_record(&out, "123456789", 9);
	event_record(&out, "", 0);
	CHECK_EQ(out.len, 25 + 16);
	CHECK_EQ(read_little_endian(out.data, 8), 9);
	CHECK(memcmp(out.data + 12, "123456789", 9) == 0);
	CHECK_EQ(read_little_endian(out.data + 21, 4), 0xC78AB0E5); /* the check value, masked by hand */
	CHECK_EQ(check_record(out.data, out.len), 25);
	CHECK_EQ(check_record(out.data + 25, out.len - 25), 16);
	str_release(&out);
}

static char *only_file(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	char *path = NULL;

	while (d && (e = readdir(d)))
		if (strncmp(e->d_name, "events.out.tfevents.", 20) == 0)
			path = path_join(dir, e->d_name);
	if (d)
		closedir(d);
	return path;
}

TEST(an_event_file_holds_its_version_a_restart_and_the_finite_numbers_of_each_step)
{
	/* Summary {value {tag: "a/b" simple_value: 0.5}} with its key in Event */
	static const char summary[] = "\x2A\x0C\x0A\x0A\x0A\x03"
				      "a/b"
				      "\x15\x00\x00\x00\x3F";
	char *dir = path_join(test_dir(), "tb"), *path, *text;
	struct event_file f = {.fd = -1};
	struct event_summary s = {0};
	size_t size, at = 0, n;
	int records = 0;

	CHECK_OK(event_file_open(&f, dir, 7));
	event_summary_add(&s, "a/b", 0.5);
	event_summary_add(&s, "lost", NAN);
	CHECK_OK(event_file_write(&f, 300, &s));
	event_file_close(&f);
	path = only_file(dir);
	CHECK_OK(file_read(path, ST_DATA, &text, &size));
	for (; at < size && (n = check_record(text + at, size - at)) > 0; at += n, records++) {
		const char *body = text + at + 12 + 9; /* behind the wall-clock time */

		if (records == 0)
			CHECK(memcmp(body,
				     "\x10\x00\x1A\x0D"
				     "brain.Event:2",
				     17) == 0);
		if (records == 1) /* step 8, SessionLog {status: START} */
			CHECK(memcmp(body, "\x10\x08\x3A\x02\x08\x01", 6) == 0);
		if (records == 2) /* step 300 as a varint */
			CHECK(memcmp(body, "\x10\xAC\x02", 3) == 0 &&
			      memcmp(body + 3, summary, sizeof(summary) - 1) == 0);
	}
	CHECK_EQ(at, size);
	CHECK_EQ(records, 3);
	event_summary_release(&s);
	free(text);
	free(path);
	free(dir);
}
