/* results_file.c — results in memory and in the file of --out; see results.h. */
#include "eqrl/bench/results.h"

#include "eqrl/base/file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct bench_result *find_result(const struct bench_results *b, const char *key)
{
	for (int i = 0; i < b->n; i++)
		if (b->result[i].key && strcmp(b->result[i].key, key) == 0)
			return &b->result[i];
	return NULL;
}

static void keep_result(struct bench_results *b, struct bench_result *r)
{
	struct bench_result *before = r->key ? find_result(b, r->key) : NULL;

	if (before) {
		bench_result_release(before);
		*before = *r;
		return;
	}
	b->result = xrealloc(b->result, (size_t)(b->n + 1) * sizeof(*b->result));
	b->result[b->n++] = *r;
}

static enum status read_line(struct bench_results *b, const char *text, int number)
{
	struct bench_result r;

	if (!*text)
		return ST_OK;
	if (!bench_result_parse(&r, text))
		return fail(ST_DATA, "%s: line %d is no result of bench; give --out another name or mend the line",
			    b->path, number);
	keep_result(b, &r);
	return ST_OK;
}

/* Reads the complete lines; gives the end of the last one. Cuts the text up. */
static enum status read_lines(struct bench_results *b, char *text, size_t *end)
{
	char *line = text, *stop;

	for (int number = 1; (stop = strchr(line, '\n')); number++, line = stop + 1) {
		*stop = '\0';
		TRY(read_line(b, line, number));
	}
	*end = (size_t)(line - text);
	return ST_OK;
}

/* The rest of the file after its last newline: a line whose end was not written, or the beginning of one. */
static enum status mend_last_line(struct bench_results *b, const char *rest, size_t end)
{
	struct bench_result r;

	if (!*rest)
		return ST_OK;
	if (bench_result_parse(&r, rest)) {
		keep_result(b, &r);
		if (write(b->fd, "\n", 1) == 1)
			return ST_OK;
	} else if (*rest != '{') {
		return fail(ST_DATA, "%s: its last line is no result of bench; give --out another name", b->path);
	} else {
		warn("%s: its last line is cut off and is dropped", b->path);
		if (ftruncate(b->fd, (off_t)end) == 0)
			return ST_OK;
	}
	return fail(ST_RESOURCE, "%s: cannot write: %s", b->path, strerror(errno));
}

enum status bench_results_open(struct bench_results *b, const char *path)
{
	char *text = NULL;
	size_t size, end = 0;
	enum status st = ST_OK;

	*b = (struct bench_results){.path = path, .fd = -1};
	if (!path)
		return ST_OK;
	if (file_exists(path)) {
		TRY(file_read(path, ST_DATA, &text, &size));
		st = read_lines(b, text, &end);
	}
	if (st == ST_OK) {
		b->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
		if (b->fd < 0)
			st = fail(ST_RESOURCE, "%s: cannot write: %s", path, strerror(errno));
	}
	if (st == ST_OK && text)
		st = mend_last_line(b, text + end, end);
	free(text);
	return st;
}

void bench_results_close(struct bench_results *b)
{
	for (int i = 0; i < b->n; i++)
		bench_result_release(&b->result[i]);
	free(b->result);
	if (b->fd >= 0)
		close(b->fd);
	*b = (struct bench_results){.fd = -1};
}

bool bench_results_has(const struct bench_results *b, const char *key)
{
	const struct bench_result *r = find_result(b, key);

	return r && !r->error;
}

enum status bench_results_add(struct bench_results *b, struct bench_result *r)
{
	struct str line = {0};
	ssize_t put;
	int error;

	bench_result_print(r, &line);
	str_addc(&line, '\n');
	keep_result(b, r);
	put = b->fd >= 0 ? write(b->fd, line.data, line.len) : (ssize_t)line.len;
	error = put < 0 ? errno : ENOSPC; /* a part was written: there was room for no more */
	if (put == (ssize_t)line.len)
		error = 0;
	str_release(&line);
	return error ? fail(ST_RESOURCE, "%s: cannot write: %s", b->path, strerror(error)) : ST_OK;
}
