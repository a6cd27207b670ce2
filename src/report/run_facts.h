/* run_facts.h — private to report: what the files of a run directory say. */
#ifndef EQRL_REPORT_RUN_FACTS_H
#define EQRL_REPORT_RUN_FACTS_H

#include "eqrl/options/options_cli.h"
#include "eqrl/report/document.h"
#include "eqrl/report/report.h"
#include "eqrl/run/front.h"

struct run_facts {
	char *folder;		   /* of the run */
	char *part;		   /* the one data set asked for, NULL: all */
	cJSON *record;		   /* run.json; NULL: it has none */
	struct option_set options; /* config.json over the defaults */
	char *log;		   /* log.jsonl, "" if there is none */
};

/* dir: of the run, or of a data set within it. */
enum status run_facts_load(struct run_facts *r, const char *dir);
void run_facts_release(struct run_facts *r);

/* One data set of the run and its answer. */
struct set_facts {
	const char *name; /* of one of several, else NULL. Borrowed */
	struct front front;
	const struct pareto_entry *entry; /* NULL: the front is empty */
	const cJSON *input, *result;	  /* of run.json, NULL: not there */
	struct dataset data;
	char *no_data; /* why there is no data set; NULL: there is one */
};

enum status set_facts_load(struct set_facts *s, const struct run_facts *r, const char *name,
			   const struct report_wishes *w);
void set_facts_release(struct set_facts *s);

/* answer.c, of a set with an entry: equation, doubts and scores; standard errors, and the constants of each group; what the columns are; all equations. */
void add_answer(struct document *d, const struct set_facts *s);
void add_constants(struct document *d, const struct set_facts *s);
void add_groups(struct document *d, const struct set_facts *s);
void add_columns(struct document *d, const struct set_facts *s);
void add_front(struct document *d, const struct set_facts *s);

/* search_facts.c. The folds of --cv as a table; nothing without it. */
void add_folds(struct document *d, const struct run_facts *r);

/* search_facts.c: the folds of --cv, nothing without it; what was searched and left out, the notes, and how to make it again. */
void add_folds(struct document *d, const struct run_facts *r);
void add_search(struct document *d, const struct run_facts *r, const struct set_facts *s);
void add_notes(struct document *d, const struct set_facts *s);
void add_reproduction(struct document *d, const struct run_facts *r);

#endif
