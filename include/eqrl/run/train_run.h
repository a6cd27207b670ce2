/* train_run.h — the state of eqrl train, and what it reads, writes and shows. The command in src/cli tells the story;
 * the chapters are train_open.c (what a run starts from), train_files.c (what it leaves on disk), train_report.c (its
 * record and progress), train_log.c (its log) and sets_table.c (the answers). */
#ifndef EQRL_TRAIN_RUN_H
#define EQRL_TRAIN_RUN_H

#include "eqrl/base/event_file.h"
#include "eqrl/rl/trainer.h"
#include "eqrl/options/command.h"
#include "eqrl/run/checkpoint_schedule.h"
#include "eqrl/run/data_sets.h"
#include "eqrl/run/front.h"
#include "eqrl/run/progress.h"
#include "eqrl/run/run_dir.h"

/* What the run keeps of one data set. */
struct run_set {
	struct front front; /* with its names; as it was written last */
	bool written;
	/* Resumed: what the folder held. A killed process may have written more than its last checkpoint knows; until the
	 * search has come by that step again, these equations stay in the front. */
	struct front earlier;
	int64_t earlier_step;
};

struct run {
	struct invocation *inv;
	const struct options *o; /* the invocation's, or those of its share of the budget: */
	struct options share;
	struct data_sets data;
	struct policy policy;
	struct pool *pool;
	struct learner_loading *loading;
	struct trainer *trainer; /* task i is data set i */
	struct run_set *set;	 /* one for each data set */
	struct run_dir dir;
	struct progress *progress;
	struct event_file events; /* of --log tensorboard */
	double started;
	double since;	/* when the search on all rows began, folds being searched before it */
	bool cut_short; /* the search ended within a step: fronts may hold equations of a step that does not count */
	struct checkpoint_schedule checkpoints;
	double next_front; /* seconds on the clock before which no live front is written */
};

/* Data, policy, learner, directory, trainer; with --resume the checkpoint. Until all of it is known to be good nothing
 * is written. On failure *r is to be closed, too. */
enum status run_open(struct run *r);
void run_close(struct run *r);

/* ---- train_files.c: none of these ends the run. What cannot be written is told once, and run_dir_trouble() has it ---- */

/* Takes note of how some writing ended; tells a failure once, and again when it is another one. */
void run_note_writing(struct run *r, enum run_output what, enum status st);

/* After a step: the front of its data set, if it is better than the one on disk. */
void run_write_live_front(struct run *r);

/* The fronts that changed, then the checkpoint, if one is due. */
void run_write_checkpoint_if_due(struct run *r);

/* At the end: polished fronts, summary.csv of several data sets. Later the last checkpoint. */
void run_write_results(struct run *r);
void run_write_checkpoint(struct run *r);

/* The adapted policy to --save-weights; its recipe says from which weights and on what. */
enum status run_save_weights(const struct run *r);

/* ---- cross_validation.c ---- */

/* With --cv r->o gets the share of the budget that each of the searches has. Once the data are there: refuses --cv where
 * it does not fit them. */
enum status run_share_budget(struct run *r);
enum status run_check_folds(const struct run *r);

/* With --cv: searches without each fold in turn, and leaves what came of them in the record, fold by fold: a resumed run
 * takes them from there. Ends early, with ST_OK, when somebody interrupts. */
enum status run_cross_validate(struct run *r);

/* True without --cv. */
bool run_folds_are_done(const struct run *r);

/* Beside the final answer: how many folds found its form. */
void run_compare_forms(struct run *r);

/* The folds as a table; nothing without --cv. */
void run_folds_text(const struct run *r, struct str *out);

/* ---- train_report.c ---- */

/* run.json: what went in; what came out. */
void run_record_inputs(struct run *r);
void run_record_result(struct run *r);

/* Of a resumed run: that data and weights are those of its record. */
enum status run_check_inputs(const struct run *r);

/* "drawn" and "improved" by proposer. */
void proposers_to_json(cJSON *o, const struct task_stats *s);

/* After a step: one line of progress. */
void run_show_step(struct run *r);

/* What is worked on, to stderr. */
void run_show_data(const struct run *r);

/* ---- train_log.c ---- */

/* After a step: one line of log.jsonl; its numbers also as an event for TensorBoard if --log asks for that. */
void run_log_step(struct run *r);

/* ---- sets_table.c ---- */

/* The answers on several data sets: a table, a JSON list, or "name<TAB>equation" for each. */
void run_sets_text(const struct run *r, struct str *out);

/* A line for each data set: answer and errors in full precision, no times; see README. */
void run_summary_csv(const struct run *r, struct str *out);

#endif
