/* plot.h — a diagram: what is drawn, and the two ways to draw it, as SVG and with the characters of a terminal.
 *
 * Values are copied, those that are not finite (on a logarithmic axis not above 0) are passed over, in a line as a gap, and of points beyond
 * PLOT_POINTS every second, third … is drawn, which plot_thinned tells. */
#ifndef EQRL_PLOT_H
#define EQRL_PLOT_H

#include "eqrl/base/str.h"

#include <stdbool.h>

/* A point is nine bytes of SVG: so many of them are 18 kB, and closer than a plot's pixels. */
enum { PLOT_POINTS = 2000, PLOT_SERIES = 4 };

enum plot_mark {
	MARK_POINTS,
	MARK_LINE,
	MARK_STEPS,  /* a line that keeps its value until the next point */
	MARK_CHOICE, /* one point that stands out */
};

struct plot_series {
	enum plot_mark mark;
	char *label; /* for the legend; NULL: none */
	int n, given;
	double *x, *y;
};

struct plot_axis {
	char *label;
	bool logarithmic;
};

struct plot {
	char *title;
	struct plot_axis x, y;
	bool equal; /* both axes have one range, and the line y = x is drawn */
	bool zero;  /* the line y = 0 is drawn */
	int n_series;
	struct plot_series series[PLOT_SERIES];
};

/* Texts are copied. */
struct plot *plot_new(const char *title, const char *x, const char *y);
void plot_add(struct plot *p, enum plot_mark mark, const char *label, int n, const double *x, const double *y);
void plot_free(struct plot *p);

/* Points of all series; no more than this many can be told apart one by one, and are drawn larger. */
enum { PLOT_FEW_POINTS = 60 };
int plot_points(const struct plot *p);

/* Whether there is anything to draw; how many of how many points are shown, where some are not. */
bool plot_has_values(const struct plot *p);
bool plot_thinned(const struct plot *p, int *drawn, int *given);

/* One <svg>, PLOT_WIDTH wide, whose colours are those of the classes s0 … s3, c (choice), grid and frame of the page. */
enum { PLOT_WIDTH = 360, PLOT_HEIGHT = 260 };
void plot_svg(const struct plot *p, struct str *out);

/* The same in lines of `columns` characters and `rows` rows of diagram, in Braille patterns, with title and legend. Each
 * line begins with `before`. */
void plot_text(const struct plot *p, int columns, int rows, const char *before, struct str *out);

/* Shared by both: the range of the values. False without any. */
bool plot_range(const struct plot *p, double x[2], double y[2]);

#endif
