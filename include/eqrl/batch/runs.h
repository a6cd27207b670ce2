/* runs.h — many runs of train, several at a time, each in a process and a directory of its own.
 *
 * What is done is what the directories say, so nothing else has to be kept: a run whose run.json ends with exit status 0
 * is done; one whose directory has a configuration is gone on with; any other starts. Several processes may share a
 * folder (shards): the runs' own locks keep two of them from working on one. */
#ifndef EQRL_RUNS_H
#define EQRL_RUNS_H

#include "eqrl/base/str.h"
#include "eqrl/batch/manifest.h"
#include "eqrl/options/options.h"

#include <stdbool.h>

enum run_state { RUN_WAITING, RUN_DONE, RUN_INTERRUPTED, RUN_FAILED, RUN_STATES };

/* What is known of a run; its numbers are read from its directory. */
struct runs_item {
	const struct manifest_run *plan;
	enum run_state state;
	char *message; /* of a failure in this process; NULL */
};

struct runs {
	const struct options *o;
	const char *out, *manifest; /* folder of the runs; the table's name for messages */
	int n;
	struct runs_item *run; /* of this shard, in the order of the table */
	int failed;
	enum status first_failure;
};

/* Runs a command line of eqrl in a child; 0 or the exit status, with error_message() where it failed. */
typedef enum status runs_program(int argc, char **argv);

/* Whether --shard is I/N or NULL. */
enum status runs_check_shard(const char *shard);

/* Takes the runs of the shard (--shard I/N, or NULL for all) and looks at what their directories say. */
enum status runs_open(struct runs *b, const struct options *o, const struct manifest *m, const char *out);
void runs_release(struct runs *b);

/* Runs what is not done, --jobs at a time. A failure is told on stderr in one line and does not end the others; the status
 * of the first one is returned in the end. After a signal the runs are asked to stop, write what they have and are waited
 * for; after a second one they are killed with this process. No way out leaves a child behind. */
enum status runs_work(struct runs *b, runs_program *program);

/* The table for eyes, and summary.csv (summary-I-of-N.csv of a shard) in full precision. */
void runs_table(const struct runs *b, struct str *out);
enum status runs_write_summary(const struct runs *b);

/* What the directory of a run says about how it ended. */
enum run_state run_state_of(const char *folder);

#endif
