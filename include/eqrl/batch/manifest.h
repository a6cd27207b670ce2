/* manifest.h — a table of runs: the first line names columns, each further line is a run of train.
 *
 * Columns are options of train by their long names, and name; they stand between tabs. An empty cell gives nothing. Blank
 * lines and those that begin with '#' are passed over. An option that the command line gives (passed) holds for every
 * line; one that may be repeated grows by what the line adds. */
#ifndef EQRL_MANIFEST_H
#define EQRL_MANIFEST_H

#include "eqrl/base/error.h"

struct manifest_run {
	int number;   /* of its line in the file, from 1 */
	char *name;   /* its cell under name, else the data file's name without endings */
	char *key;    /* 16 hex digits: a hash of all that its result depends on, contents of files included */
	char *folder; /* OUT/NAME-KEY8: where it writes */
	int n_words;
	char **word;   /* its options, as a command line of train has them */
	char *threads; /* --threads of a run that is resumed, as a word */
};

struct manifest {
	const char *path; /* borrowed */
	int n;
	struct manifest_run *run;
};

/* Reads and checks all of it: every value, that files are there, that no run is there twice. Each fault is told on stderr
 * with its line; then the status is ST_USAGE, and the message says how many there were. out: the folder of the runs. On
 * failure *m is to be released, too. */
enum status manifest_read(struct manifest *m, const char *path, const char *out, int n_passed, char **passed);
void manifest_release(struct manifest *m);

#endif
