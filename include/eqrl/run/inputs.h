/* inputs.h — what a run starts from: its data, its threads. */
#ifndef EQRL_INPUTS_H
#define EQRL_INPUTS_H

#include "eqrl/data/dataset.h"
#include "eqrl/options/options.h"

/* The data options as dataset_load takes them; o must outlive the result. */
struct dataset_options data_options(const struct options *o);

/* Loads the one file of --data, or fails and says how to give it. Unless --quiet, its notes (columns
 * left out, rows dropped) go to stderr. Unsplit: every row is a fit row, but those of --test. */
enum status data_load(struct dataset *d, const struct options *o);
enum status data_load_unsplit(struct dataset *d, const struct options *o);

/* --threads, or what this process may use (affinity). */
int threads_wanted(const struct options *o);

#endif
