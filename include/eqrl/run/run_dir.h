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
 * Files appear under their names only when complete; log.jsonl grows by whole lines. A folder is a run from the moment
 * when it has a config.json. One process at a time works in it (run_lock.h); others may read.
 *
 * Order: run_dir_create or run_dir_resume, which change nothing that is there already; then whatever else can fail
 * because of data, weights or a checkpoint; then run_dir_begin, from which on the folder is this process's run. So a
 * --resume that is refused leaves the run as it was. */
#ifndef EQRL_RUN_DIR_H
#define EQRL_RUN_DIR_H

#include "eqrl/options/command.h"
#include "eqrl/options/options.h"
#include "eqrl/run/front.h"
#include "eqrl/run/progress.h"

#include <cjson/cJSON.h>
#include <stdint.h>

struct learning_record;

/* What a run writes while it goes on. */
enum run_output { OUTPUT_FRONT, OUTPUT_CHECKPOINT, OUTPUT_LOG, RUN_OUTPUTS };

struct run_dir {
	char *path;
	cJSON *record;	/* run.json; commands add to it (data, weights, results) with cJSON_Add… */
	cJSON *earlier; /* run.json as the process before left it; NULL for a new run, or if that one left none */
	int log;	/* file descriptor of log.jsonl, -1 */
	int lock;	/* of the lock, -1 */
	bool made;	/* the folder is this process's: a failed start removes it again */
	char *complaint[RUN_OUTPUTS]; /* why the last writing of each failed; NULL: it did not */
};

/* Makes and locks the folder. wanted: --out; a folder that exists and is not empty is refused. NULL:
 * runs/NAME-TIME from the data file's name, with -2, -3 … if taken. On failure *r is closed. */
enum status run_dir_create(struct run_dir *r, const struct invocation *inv, const char *wanted, const char *data_path);

/* Locks the folder of an earlier run to go on; refused, with the first option that differs, if options that its results
 * depend on have other values now. The record keeps the earlier ones under "resumed". On failure *r is closed. */
enum status run_dir_resume(struct run_dir *r, const struct invocation *inv, const char *path);

/* Writes config.json and run.json and opens log.jsonl. */
enum status run_dir_begin(struct run_dir *r, const struct invocation *inv);

/* Writes run.json as it stands. */
enum status run_dir_save(struct run_dir *r);

/* Takes note of how the writing of something ended: a search does not stop because a disk is full. True if that is
 * news: it failed, and for another reason than the time before or for the first time; error_message() says why. */
bool run_dir_note(struct run_dir *r, enum run_output what, enum status st);

/* The same for what r writes while `what` goes on, which a failure does not end: tells a failure that is news on progress (NULL:
 * as a warning). */
void run_dir_note_told(struct run_dir *r, enum run_output output, enum status st, struct progress *progress,
		       const char *what);

/* NULL if all is on disk as it should be; else why something is not. */
const char *run_dir_trouble(const struct run_dir *r);

/* "wells" of "some/where/wells.csv.gz", which names a run. */
void run_name(const char *data_path, struct str *out);

/* A file's path in the folder, in a new string. */
char *run_dir_file(const struct run_dir *r, const char *name);

/* The checkpoint's path in a new string; NULL, with a warning that the run starts again, if there is none: it was killed before
 * its first one, and the same seed gives the same steps. */
char *run_dir_checkpoint(const struct run_dir *r);

/* End time and exit status into run.json, and closes. Does nothing to a {0} r. */
enum status run_dir_finish(struct run_dir *r, enum status st);

/* Finishes, and returns what the process ends with: st, whose message stays, or why there are answers that are not all on
 * disk. */
enum status run_dir_end(struct run_dir *r, enum status st);

/* Closes without a word in run.json, for a start that failed: the folder goes again if this process made it and nothing
 * else is in it. */
void run_dir_abandon(struct run_dir *r);

/* ---- run_log.c ---- */

/* Appends one line to log.jsonl: all of it or nothing. The object stays the caller's. */
enum status run_dir_log(struct run_dir *r, const cJSON *line);

/* What a line says of learning. */
void run_dir_add_learning(cJSON *line, const struct learning_record *l);

/* Cuts log.jsonl after the line whose "step" is the last ≤ step: what a resumed run repeats vanishes. */
enum status run_dir_log_rewind(struct run_dir *r, int64_t step);

/* ---- run_front.c ---- */

/* How far a front has come. */
struct front_state {
	int64_t step;	/* all that is in the front was found up to this step of the search */
	int64_t scored; /* equations scored for it */
};

/* Writes equations.json and front.csv, after front_check(f, rows). folder: one that is there already, of the data set
 * that the front belongs to; NULL: the run's own. */
enum status run_dir_front(struct run_dir *r, const char *folder, const struct front *f, const struct front_state *s,
			  const struct rows *rows);

/* The front of a run, finished or not, from equations.json of that folder (or that file). s may be NULL. ST_NOTHING if
 * the run has written none yet; ST_USAGE if it has one for each of several data sets, with their names. */
enum status run_front_load(struct front *f, const char *dir, struct front_state *s);

/* The names of the folders in dir that hold a front, sorted, one a line, in a new string; NULL: none. */
char *run_parts(const char *dir);

#endif
