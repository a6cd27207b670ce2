/* report.h — one row of a speed table, on the screen and for build/bench.json.
 *
 * A row is median, lowest and highest of some runs. Where $EQRL_BENCH_JSON names a file, the row is
 * appended to it as one JSON object; make bench joins the lines to an array. */
#ifndef EQRL_BENCH_REPORT_H
#define EQRL_BENCH_REPORT_H

#include <stdio.h>
#include <stdlib.h>

static int report_by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline void report_header(const char *about)
{
	printf("%s\n%-18s %-14s %11s %11s %11s\n", about, "name", "unit", "median", "low", "high");
}

/* Sorts rate[runs]. */
static inline void report_row(const char *name, const char *unit, double *rate, int runs)
{
	const char *path = getenv("EQRL_BENCH_JSON");
	FILE *f = path ? fopen(path, "a") : NULL;

	qsort(rate, (size_t)runs, sizeof(*rate), report_by_value);
	printf("%-18s %-14s %11.4g %11.4g %11.4g\n", name, unit, rate[runs / 2], rate[0], rate[runs - 1]);
	if (!f)
		return;
	fprintf(f, "{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%.6g,\"low\":%.6g,\"high\":%.6g,\"runs\":%d}\n", name,
		unit, rate[runs / 2], rate[0], rate[runs - 1], runs);
	fclose(f);
}

#endif
