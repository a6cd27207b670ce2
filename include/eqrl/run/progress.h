/* progress.h — what a long command says while it works, on stderr.
 *
 * On a terminal: one live line, redrawn at most ten times a second and cut to the width. Elsewhere
 * plain lines, thinned: steps 1, 2, 4, 8 …, and the last one. NO_COLOR and TERM=dumb are honoured.
 * Threads: one. Quiet: nothing is ever written. */
#ifndef EQRL_PROGRESS_H
#define EQRL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress;

/* header: column titles, printed once above the first line; NULL: none. */
struct progress *progress_new(bool quiet, const char *header);

/* Shows the state after a step (counted from 1). text is copied. */
void progress_line(struct progress *p, int64_t step, const char *text);

/* A line that stays, above the live line. */
void progress_note(struct progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Leaves the last state on the screen and frees; NULL is fine. */
void progress_end(struct progress *p);

/* The line of a search. NaN: not known yet. */
struct progress_row {
	double seconds; /* since the start */
	int64_t step;
	int64_t equations;    /* scored so far */
	double valid, unique; /* shares of the last step */
	double r2_select;     /* of the best equation so far */
	int size;
	double left; /* seconds that the budget leaves; NaN: no limit in time */
	const char *equation;
};

extern const char progress_search_header[];
void progress_search(struct progress *p, const struct progress_row *row);

/* "0:42", "1:05:00"; "-" for NaN. */
void format_duration(char out[32], double seconds);

/* 12345678 → "12 345 678". */
void format_count(char out[32], int64_t n);

#endif
