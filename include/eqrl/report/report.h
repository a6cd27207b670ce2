/* report.h — a run as a document: answer, constants, front, diagrams, what was searched, how to make it again.
 *
 * The run directory has the equations; its data file is read again for the diagrams, and when that is gone or no longer what the
 * run read (by the hash in run.json) the report says so and leaves them out. Of several data sets each has a part of
 * the document, and DIR/NAME is the report of one. */
#ifndef EQRL_REPORT_H
#define EQRL_REPORT_H

#include "eqrl/report/document.h"
#include "eqrl/base/error.h"

struct report_wishes {
	const char *dir;  /* a run, finished or not, or the folder of one of its data sets */
	const char *data; /* where the data file lies now; NULL: where it was */
	int size;	  /* the equation of that size; 0: the choice */
	int diagrams; /* of each kind: of residuals and responses, those of the columns that the equation uses first */
};

/* Title of the page in a new string. ST_NOTHING if the run has written no equations yet; *d is released on failure. */
enum status report_build(struct document *d, const struct report_wishes *w, char **title);

#endif
