/* figures_of_run.c — the diagrams that need no data: front and convergence; see figures.h. */
#include "eqrl/report/figures.h"

#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An error of exactly 0 is drawn at the square of a double's precision: a logarithm has no place for it. */
#define LEAST_SHARE 1e-32

struct plot *figure_front(const struct front *front, const struct pareto_entry *entry)
{
	struct plot *p = plot_new("Front: error against size", "size (nodes)", "unexplained share, 1 − R²");
	const struct pareto *all = &front->pareto;
	double size[PARETO_MAX], share[PARETO_MAX], cv[PARETO_MAX], chosen_size = entry->size,
								    chosen = fmax(entry->fvu_all, LEAST_SHARE);

	p->y.logarithmic = true;
	for (int i = 0; i < all->n; i++) {
		size[i] = all->entry[i].size;
		share[i] = fmax(all->entry[i].fvu_all, LEAST_SHARE);
		cv[i] = isnan(all->entry[i].fvu_cv) ? NAN : fmax(all->entry[i].fvu_cv, LEAST_SHARE);
	}
	plot_add(p, MARK_STEPS, "all rows", all->n, size, share);
	plot_add(p, MARK_POINTS, "cross-validated", all->n, size, cv);
	plot_add(p, MARK_CHOICE, "this one", 1, &chosen_size, &chosen);
	return p;
}

struct progress_points {
	int n;
	double *seconds, *share;
};

/* A resumed run counts seconds from its own start: then those of the process before are added. */
static void read_progress(struct progress_points *p, const char *log, const char *data)
{
	double before = 0, last = 0;
	size_t lines = 1;

	for (const char *c = log; *c; c++)
		lines += *c == '\n';
	p->seconds = xcalloc(2 * lines, sizeof(*p->seconds));
	p->share = p->seconds + lines;
	while (*log) {
		size_t n = strcspn(log, "\n");
		cJSON *line = cJSON_ParseWithLength(log, n);
		double seconds = json_number(line, "seconds", NAN), r2 = json_number(line, "best_r2", NAN);

		if (line && isfinite(seconds)) {
			before += seconds < last ? last : 0;
			last = seconds;
		}
		if (isfinite(seconds + r2) && (!data || strcmp(json_text(line, "data", data), data) == 0)) {
			p->seconds[p->n] = before + seconds;
			p->share[p->n++] = fmax(1 - r2, LEAST_SHARE);
		}
		cJSON_Delete(line);
		log += n + (log[n] == '\n');
	}
}

struct plot *figure_convergence(const char *log, const char *data)
{
	struct plot *p = plot_new("Convergence", "seconds", "unexplained share, 1 − R²");
	struct progress_points at = {0};

	read_progress(&at, log, data);
	p->y.logarithmic = true;
	plot_add(p, at.n > 1 ? MARK_STEPS : MARK_POINTS, NULL, at.n, at.seconds, at.share);
	free(at.seconds);
	return p;
}
