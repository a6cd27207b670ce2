/* front.h — the result of a search as it is written, read back and shown: a Pareto front with the names
 * of its columns. */
#ifndef EQRL_FRONT_H
#define EQRL_FRONT_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"
#include "eqrl/data/notes.h"
#include "eqrl/expr/names.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/rows.h"
#include "eqrl/eval/loss.h"
#include "eqrl/score/hof.h"

#include <cjson/cJSON.h>

struct front {
	struct pareto pareto;
	enum loss_kind loss;	   /* what errors are of: loss.h */
	struct names names;	   /* copied by front_set_names or front_from_json, given back by front_release */
	char **unit;		   /* of each column, NULL where none is known; owned like the names, NULL: of none */
	char *target_unit;	   /* or NULL */
	char *form;		   /* the template that equations have (pareto.bounds.form is of it), or NULL; owned */
	const struct notes *notes; /* what the reader said about the data, for JSON; may be NULL. Borrowed, but for: */
	struct notes *own_notes;   /* those that front_from_json read; given back by front_release */
};

void front_release(struct front *f);
void front_set_names(struct front *f, int n, const char *const *column, const char *target);

/* Units that the data gave; unit NULL: none. After the names. */
void front_set_units(struct front *f, const char *const *unit, const char *target_unit);

/* The template's text; NULL: none. After the names. */
void front_set_form(struct front *f, const char *text);

/* front.csv: chosen,size,complexity,depth,r2_fit,r2_select,fvu_fit,fvu_select,fvu_all,fvu_cv,criterion,constants,regular,equation;
 * the columns are those of struct pareto_entry; regular is 1, 0, or empty where that is not known.
 * Without select rows their columns are empty. Numbers in full precision, no times: equal fronts give
 * equal bytes. */
void front_to_csv(const struct front *f, struct str *out);

/* equations.json, without loss. Report scores only where they were measured. */
cJSON *front_to_json(const struct front *f);
enum status front_from_json(struct front *f, const cJSON *json, const char *path);

/* Every equation reads back from its text and from its JSON as one that gives the same value, bit for
 * bit, on the rows (at most 256 of them; NULL: on made-up ones). The first that does not is a BUG. */
void front_check(const struct front *f, const struct rows *rows);

/* A field of a CSV file: the text, quoted where that is needed. */
void csv_text(struct str *out, const char *text);

/* The text in double quotes, those inside doubled (RFC 4180). */
void csv_quote(struct str *out, const char *text);

/* R² = 1 − fvu to six places, or "1-3.1e-12" where these would all be nines; "-" for NaN. */
void format_r2(char out[32], double fvu);

/* A table, one equation a line, the chosen one marked '*'. top: only that many, by error on fit rows;
 * 0: all. width: equations are cut to it; 0: never. */
void front_table(const struct front *f, int top, int width, struct str *out);

/* A line each that says so where chance explains the answer, and where it is singular, behind `before` (the start of a comment); otherwise nothing. */
void front_doubt(const struct front *f, const char *before, struct str *out);

/* The results on stdout. text: the table and "target = equation"; json: one object; other notations: one
 * equation a line, the chosen one first. top as above. */
void front_print(const struct front *f, enum notation format, int top);

#endif
