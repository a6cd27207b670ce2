/* plot.c — see plot.h: what is drawn. svg.c and braille.c draw it. */
#include "eqrl/report/plot.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>

struct plot *plot_new(const char *title, const char *x, const char *y)
{
	struct plot *p = xcalloc(1, sizeof(*p));

	p->title = xstrdup(title);
	p->x.label = xstrdup(x);
	p->y.label = xstrdup(y);
	return p;
}

void plot_free(struct plot *p)
{
	if (!p)
		return;
	for (int i = 0; i < p->n_series; i++) {
		free(p->series[i].label);
		free(p->series[i].x);
		free(p->series[i].y);
	}
	free(p->title);
	free(p->x.label);
	free(p->y.label);
	free(p);
}

static bool can_be_drawn(const struct plot *p, double x, double y)
{
	return isfinite(x) && isfinite(y) && (!p->x.logarithmic || x > 0) && (!p->y.logarithmic || y > 0);
}

void plot_add(struct plot *p, enum plot_mark mark, const char *label, int n, const double *x, const double *y)
{
	struct plot_series *s = &p->series[p->n_series];
	int every = mark == MARK_POINTS ? (n + PLOT_POINTS - 1) / PLOT_POINTS : 1;

	if (n < 1 || p->n_series == PLOT_SERIES)
		return;
	*s = (struct plot_series){.mark = mark, .label = label ? xstrdup(label) : NULL, .given = n};
	s->x = xcalloc((size_t)n, sizeof(*s->x));
	s->y = xcalloc((size_t)n, sizeof(*s->y));
	for (int i = 0; i < n; i += every) {
		bool drawn = can_be_drawn(p, x[i], y[i]);

		if (!drawn && mark != MARK_LINE)
			continue;
		s->x[s->n] = x[i];
		s->y[s->n++] = drawn ? y[i] : NAN; /* a gap in a line */
	}
	p->n_series++;
}

bool plot_thinned(const struct plot *p, int *drawn, int *given)
{
	*drawn = *given = 0;
	for (int i = 0; i < p->n_series; i++) {
		if (p->series[i].mark != MARK_POINTS)
			continue;
		*drawn += p->series[i].n;
		*given += p->series[i].given;
	}
	return *drawn < *given;
}

int plot_points(const struct plot *p)
{
	int n = 0;

	for (int i = 0; i < p->n_series; i++)
		n += p->series[i].mark == MARK_POINTS ? p->series[i].n : 0;
	return n;
}

bool plot_has_values(const struct plot *p)
{
	double x[2], y[2];

	return plot_range(p, x, y);
}

bool plot_range(const struct plot *p, double x[2], double y[2])
{
	x[0] = y[0] = INFINITY;
	x[1] = y[1] = -INFINITY;
	for (int k = 0; k < p->n_series; k++) {
		const struct plot_series *s = &p->series[k];

		for (int i = 0; i < s->n; i++) {
			if (isnan(s->y[i]))
				continue;
			x[0] = fmin(x[0], s->x[i]);
			x[1] = fmax(x[1], s->x[i]);
			y[0] = fmin(y[0], s->y[i]);
			y[1] = fmax(y[1], s->y[i]);
		}
	}
	if (x[0] > x[1])
		return false;
	if (p->equal) {
		x[0] = y[0] = fmin(x[0], y[0]);
		x[1] = y[1] = fmax(x[1], y[1]);
	}
	if (p->zero) {
		y[0] = fmin(y[0], 0);
		y[1] = fmax(y[1], 0);
	}
	return true;
}
