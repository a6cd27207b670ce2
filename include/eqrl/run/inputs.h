/* inputs.h — what a run starts from: its data, its threads. */
#ifndef EQRL_INPUTS_H
#define EQRL_INPUTS_H

#include "eqrl/data/dataset.h"
#include "eqrl/eval/loss.h"
#include "eqrl/options/options.h"

#include <cjson/cJSON.h>

/* The data options as dataset_load takes them; o must outlive the result. */
struct dataset_options data_options(const struct options *o);

/* How files are read, for commands that take a table without roles. */
struct csv_options read_options(const struct options *o);

/* Notes to stderr, each behind "name: " unless name is NULL. --quiet hides those that do not change what the answer
 * means. */
void show_notes(const struct notes *notes, const char *name, const struct options *o);

/* [{"level": "warning", "text": …}, …], the caller's to add or delete. */
cJSON *notes_record(const struct notes *notes);

/* Loads the one file of --data, or fails and says how to give it, and shows its notes (columns left out, rows
 * dropped). Unsplit: every row is a fit row, but those of --test. */
enum status data_load(struct dataset *d, const struct options *o);
enum status data_load_unsplit(struct dataset *d, const struct options *o);

/* Gives the rows of d the loss of --loss, or fails: names a row whose target it cannot have, or a column whose squares
 * leave the range of numbers. */
enum status data_set_loss(struct dataset *d, const struct options *o);

/* The same, for searches: auto is log where the rows' errors are relative (relative.h), and a note says so. */
enum { LOSS_AUTO = LOSS_KINDS }; /* the word of --loss behind those of loss_table */
enum status data_find_loss(struct dataset *d, const struct options *o);
enum loss_kind data_loss(const struct dataset *d);
enum status data_share_loss(struct dataset *d, const struct dataset *whole); /* of a fold of it */

/* What a search sees of d: counted from origins (dataset_centre), as far as the data set's loss and constraints on numbers
 * and form allow; or by group (dataset_open_groups), where d has to stay where it is from here on. */
void data_set_origins(struct dataset *d, const struct options *o);

/* --threads, or what this process may use (affinity). */
int threads_wanted(const struct options *o);

#endif
