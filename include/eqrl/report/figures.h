/* figures.h — the diagrams of an equation and its data. */
#ifndef EQRL_FIGURES_H
#define EQRL_FIGURES_H

#include "eqrl/data/dataset.h"
#include "eqrl/report/plot.h"
#include "eqrl/run/front.h"

/* Rows of a role, at most PLOT_POINTS of them (a random sample: roles are shuffled), in the user's numbers. */
struct figure_rows {
	struct rows rows;
	int of;		   /* how many the role has */
	double *predicted; /* what the equation says of the target: loss_mean of its value */
	double *values;
	const double **column;
};

/* Front and data set are borrowed; what is made of them is given back by figures_release. */
struct figures {
	const struct front *front;
	const struct pareto_entry *entry;
	struct figure_rows used, report; /* all but the report rows; those. n 0: there are none */
	double *median, *low, *high;	 /* of each column over all but the report rows */
};

void figures_open(struct figures *f, const struct front *front, const struct pareto_entry *entry,
		  const struct dataset *d);
void figures_release(struct figures *f);

/* Each is the caller's to free. NULL, or without values, where there is nothing to draw. */
struct plot *figure_front(const struct front *front, const struct pareto_entry *entry);
struct plot *figure_predicted(const struct figures *f);
struct plot *figure_residuals(const struct figures *f, int column);

/* The equation along one column with the others at their medians; the points are residuals put on that curve (partial
 * residuals): with one column the measured values themselves. */
struct plot *figure_response(const struct figures *f, int column);

/* What says most in one diagram: the curve through the data of an equation of one column, else predicted against
 * measured. */
struct plot *figure_answer(const struct figures *f);

/* Error of the answer against time from the lines of log.jsonl. data: the set whose turns count, NULL: all. */
struct plot *figure_convergence(const char *log, const char *data);

/* "name (unit)" of a column, −1: the target; in a new string. */
char *figure_label(const struct front *front, int column);

#endif
