/* results.h — what runs of a benchmark gave: one struct a run, one JSON line of fields.def in a file, which grows. */
#ifndef EQRL_BENCH_RESULTS_H
#define EQRL_BENCH_RESULTS_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"

#include <stdbool.h>

/* The version of a line; it rises when a field goes or means something else. Lines from before have none. */
enum { RESULT_SCHEMA = 1 };

#define FIELD_TYPE_TEXT	  char *
#define FIELD_TYPE_NUMBER double
#define FIELD_TYPE_TRUTH  double

/* The answer's R² on one more file of report rows; in the line under "r2 FILE". */
struct extra_r2 {
	char *file;
	double r2;
};

/* Owns its texts. */
struct bench_result {
#define FIELD(member, key, KIND, WHEN) FIELD_TYPE_##KIND member;
#include "eqrl/bench/fields.def"
#undef FIELD
	struct extra_r2 *extra;
	int n_extra;
};

void bench_result_init(struct bench_result *r); /* no field has a value */
void bench_result_release(struct bench_result *r);
void bench_result_add_extra(struct bench_result *r, const char *file, double r2);

/* One line of JSON, without the newline; and back: false if the text is no JSON object. */
void bench_result_print(const struct bench_result *r, struct str *out);
bool bench_result_parse(struct bench_result *r, const char *text);

struct bench_results {
	int n;
	struct bench_result *result;
	const char *path; /* borrowed; NULL: they are kept in memory alone */
	int fd;		  /* appends to path; -1 */
};

/* Reads the results that path has (NULL: none) and opens it for more. Of two with one key the later counts. A last
 * line without its end, as a killed run leaves it, is cut off with a warning. Any other line that is no result is
 * an error, so that no other file is appended to. Always to be closed. */
enum status bench_results_open(struct bench_results *b, const char *path);
void bench_results_close(struct bench_results *b);

/* Whether a run with that key has ended without an error. */
bool bench_results_has(const struct bench_results *b, const char *key);

/* Takes r over, in place of one with its key, and appends its line to the file. */
enum status bench_results_add(struct bench_results *b, struct bench_result *r);

#endif
