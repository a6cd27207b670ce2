/* file.c — see file.h. zlib reads plain files too, so there is one reader. */
#include "eqrl/base/file.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum status file_read(const char *path, enum status st_kind, char **data, size_t *size)
{
	bool is_stdin = strcmp(path, "-") == 0;
	size_t capacity = 1 << 16, len = 0;
	struct stat info;
	gzFile f;
	int got;

	if (!is_stdin && stat(path, &info) == 0) {
		if (S_ISDIR(info.st_mode))
			return fail(st_kind, "%s: is a directory, expected a file", path);
		capacity = (size_t)info.st_size + 2; /* exact for plain files: read once, no growth */
	}
	errno = 0;
	f = is_stdin ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rb");
	if (!f)
		return fail(st_kind, "%s: %s", path, errno ? strerror(errno) : "cannot open");
	gzbuffer(f, 1 << 18);
	*data = xmalloc(capacity);
	for (;;) {
		if (capacity - len < 2) {
			capacity *= 2;
			*data = xrealloc(*data, capacity);
		}
		size_t room = capacity - len - 1;

		got = gzread(f, *data + len, room > (1u << 30) ? 1u << 30 : (unsigned)room);
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	if (got < 0) {
		int code;
		const char *why = gzerror(f, &code);

		fail(st_kind, "%s: %s", path, code == Z_ERRNO ? strerror(errno) : why);
	}
	if (gzclose(f) == Z_BUF_ERROR && got >= 0) {
		fail(st_kind, "%s: the gzip stream ends early; the file is cut off", path);
		got = -1;
	}
	if (got < 0) {
		free(*data);
		*data = NULL;
		return st_kind;
	}
	(*data)[len] = '\0';
	*size = len;
	return ST_OK;
}

static enum status write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put == 0)
			errno = ENOSPC; /* the system takes nothing and says nothing */
		if (put <= 0)
			return ST_RESOURCE;
		p += put;
		n -= (size_t)put;
	}
	return ST_OK;
}

enum status file_write_atomic(const char *path, const void *data, size_t size)
{
	struct str temp = {0};
	enum status st = ST_OK;
	int fd;

	str_addf(&temp, "%s.tmp%ld", path, (long)getpid());
	fd = open(temp.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write_all(fd, data, size) != ST_OK || fsync(fd) != 0)
		st = fail(ST_RESOURCE, "%s: cannot write: %s", path, strerror(errno));
	if (fd >= 0 && close(fd) != 0 && st == ST_OK)
		st = fail(ST_RESOURCE, "%s: cannot write: %s", path, strerror(errno));
	if (st == ST_OK && rename(temp.data, path) != 0)
		st = fail(ST_RESOURCE, "%s: cannot rename into place: %s", path, strerror(errno));
	if (st != ST_OK)
		unlink(temp.data);
	str_release(&temp);
	return st;
}

enum status file_check_writable(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash && slash > path ? xstrndup(path, (size_t)(slash - path)) : NULL;
	enum status st = dir ? dir_create(dir) : ST_OK;
	struct str temp = {0};
	int fd;

	free(dir);
	TRY(st);
	if (file_is_dir(path))
		return fail(ST_RESOURCE, "%s: cannot write: is a directory", path);
	str_addf(&temp, "%s.tmp%ld", path, (long)getpid());
	fd = open(temp.data, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		st = fail(ST_RESOURCE, "%s: cannot write: %s", path, strerror(errno));
	else
		close(fd);
	unlink(temp.data);
	str_release(&temp);
	return st;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool file_is_dir(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

enum status dir_create(const char *path)
{
	char *copy = xstrdup(path);
	enum status st = ST_OK;

	for (char *p = copy + 1; st == ST_OK; p++) {
		char saved = *p;

		if (saved != '/' && saved != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) != 0) {
			int why = errno; /* looking whether it is there already would replace it */

			if (!file_is_dir(copy))
				st = fail(ST_RESOURCE, "%s: cannot create the directory: %s", copy, strerror(why));
		}
		*p = saved;
		if (saved == '\0')
			break;
	}
	free(copy);
	return st;
}

char *path_join(const char *dir, const char *name)
{
	struct str s = {0};
	size_t n = strlen(dir);

	str_addf(&s, "%s%s%s", dir, n && dir[n - 1] == '/' ? "" : "/", name);
	return s.data;
}

void sha256_hex(const void *data, size_t size, char out[65])
{
	SHA256Data(data, size, out);
}

enum status sha256_file(const char *path, char out[65])
{
	if (!SHA256File(path, out))
		return fail(ST_DATA, "%s: %s", path, strerror(errno));
	return ST_OK;
}
