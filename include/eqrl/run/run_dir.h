/* run_dir.h — the folder in which a run leaves everything.
 *
 *   run.json         schema, command line, seed, versions, host, hashes, times, exit
 *   config.json      every resolved option; --config takes it back
 *   front.csv        the Pareto front, bit-stable: no times
 *   equations.json   the front without loss, with names: read by infer --run and predict --run
 *   log.jsonl        one object a step
 *   checkpoint.safetensors  the trainer's
 *
 * With several data sets front.csv and equations.json lie in a folder for each, and summary.csv has a line for
 * each.
 *
 * Files appear under their names only when complete; log.jsonl grows by whole lines. */
#ifndef EQRL_RUN_DIR_H
#define EQRL_RUN_DIR_H

#include "eqrl/options/command.h"
#include "eqrl/options/options.h"
#include "eqrl/run/front.h"

#include <cjson/cJSON.h>
#include <stdint.h>

struct run_dir {
	char *path;
	cJSON *record; /* run.json; commands add to it (data, weights, results) with cJSON_Add… */
	int log;       /* file descriptor of log.jsonl, -1 */
};

/* Makes the folder and writes run.json and config.json. wanted: --out; a folder that exists and is not
 * empty is refused. NULL: runs/NAME-TIME from the data file's name, with -2, -3 … if taken. */
enum status run_dir_create(struct run_dir *r, const struct invocation *inv, const char *wanted, const char *data_path);

/* Opens the folder of an earlier run to go on; the record keeps the earlier ones under "resumed". */
enum status run_dir_resume(struct run_dir *r, const struct invocation *inv, const char *path);

/* Writes run.json as it stands. */
enum status run_dir_save(struct run_dir *r);

/* Appends one line to log.jsonl. The object stays the caller's. */
enum status run_dir_log(struct run_dir *r, const cJSON *line);

/* Cuts log.jsonl after the line whose "step" is the last ≤ step: what a resumed run repeats vanishes. */
enum status run_dir_log_rewind(struct run_dir *r, int64_t step);

/* Writes front.csv and equations.json, after front_check(f, rows). folder: one that is there already, of the data
 * set that the front belongs to; NULL: the run's own. */
enum status run_dir_front(struct run_dir *r, const char *folder, const struct front *f, const struct rows *rows);

/* A file's path in the folder, in a new string. */
char *run_dir_file(const struct run_dir *r, const char *name);

/* End time and exit status into run.json, and closes. Does nothing to a {0} r. */
enum status run_dir_finish(struct run_dir *r, enum status st);

/* The front of a run, finished or not, from equations.json of that folder (or that file). */
enum status run_front_load(struct front *f, const char *dir);

#endif
