/* run_log.c — log.jsonl of a run; see run_dir.h. */
#include "eqrl/run/run_dir.h"

#include "eqrl/base/file.h"
#include "eqrl/rl/trainer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum status run_dir_log(struct run_dir *r, const cJSON *line)
{
	char *text = cJSON_PrintUnformatted(line);
	size_t n = strlen(text);
	off_t before = lseek(r->log, 0, SEEK_END);
	ssize_t put;
	int why;

	text[n] = '\n'; /* in place of the NUL, so that the line goes out in one write */
	put = write(r->log, text, n + 1);
	why = put < 0 ? errno : ENOSPC; /* a write that stops half-way has found no more room */
	free(text);
	if (put == (ssize_t)n + 1)
		return ST_OK;
	if (put > 0 && ftruncate(r->log, before) != 0)
		why = errno; /* half a line stays; reading stops there */
	return fail(ST_RESOURCE, "%s/log.jsonl: cannot write: %s", r->path, strerror(why));
}

/* Bytes of the lines up to that step, all of them whole and valid. */
static size_t length_until(const char *text, size_t size, int64_t step)
{
	size_t keep = 0;

	while (keep < size) {
		const char *end = memchr(text + keep, '\n', size - keep);
		size_t n = end ? (size_t)(end - text) - keep + 1 : 0;
		cJSON *line = n ? cJSON_ParseWithLength(text + keep, n) : NULL;
		const cJSON *at = cJSON_GetObjectItem(line, "step");
		bool good = line && !(cJSON_IsNumber(at) && at->valuedouble > (double)step);

		cJSON_Delete(line);
		if (!good)
			break;
		keep += n;
	}
	return keep;
}

enum status run_dir_log_rewind(struct run_dir *r, int64_t step)
{
	char *path = run_dir_file(r, "log.jsonl");
	char *text;
	size_t size, keep;
	enum status st = file_read(path, ST_DATA, &text, &size);

	free(path);
	TRY(st);
	keep = length_until(text, size, step);
	free(text);
	if (ftruncate(r->log, (off_t)keep) != 0)
		return fail(ST_RESOURCE, "%s/log.jsonl: cannot cut: %s", r->path, strerror(errno));
	return ST_OK;
}

void run_dir_add_learning(cJSON *line, const struct learning_record *l)
{
	cJSON_AddNumberToObject(line, "updates", (double)l->updates);
	cJSON_AddNumberToObject(line, "not_finite", (double)l->not_finite);
	cJSON_AddNumberToObject(line, "torch_failures", (double)l->failures);
	cJSON_AddNumberToObject(line, "refreshed", (double)l->refreshed);
	cJSON_AddNumberToObject(line, "loss", l->last.loss);
	cJSON_AddNumberToObject(line, "kl", l->last.kl);
	cJSON_AddNumberToObject(line, "entropy", l->last.entropy);
	cJSON_AddNumberToObject(line, "clip_fraction", l->last.clip_fraction);
	cJSON_AddNumberToObject(line, "grad_norm", l->last.grad_norm);
}
