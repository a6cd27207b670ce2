/* data_sets.h — the data sets that --data names, for commands that take more than one. */
#ifndef EQRL_DATA_SETS_H
#define EQRL_DATA_SETS_H

#include "eqrl/data/dataset.h"
#include "eqrl/options/options.h"

struct data_sets {
	int n;
	bool several; /* --data was repeated or named a folder: results go by data set, even if it is one */
	char *origin; /* what --data named first, without slashes at its end */
	char **path;
	int n_targets; /* of --target a,b,c: the one file is a data set for each, called like its target; else 0 */
	char **target;
	char **name; /* of the files, without folder and endings; all different */
	struct dataset *d;
};

/* Every file of --data; of a folder its *.csv, *.tsv and *.txt (also .gz), by name. Notes go to stderr as with
 * data_load. Of several, one that cannot be used is told on stderr and left out, or refused with --strict after all
 * faults have been told. Errors name the file. On failure *s is to be released, too. */
enum status data_sets_load(struct data_sets *s, const struct options *o);
void data_sets_release(struct data_sets *s);

#endif
