/* braille.c — a diagram with the characters of a terminal; see plot.h.
 *
 * A Braille pattern (Unicode 2800 to 28FF) has two by four dots, so that a character holds eight points of the plane. Few
 * points beside a line are drawn as characters of their own, which a line of dots would swallow. */
#include "eqrl/report/plot.h"

#include "eqrl/base/markup.h"
#include "eqrl/base/mem.h"
#include "eqrl/report/ticks.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct canvas {
	int columns, rows;
	uint8_t *dots;	   /* a Braille pattern for each character … */
	const char **mark; /* … or what stands in its place */
	struct ticks x, y;
	const struct plot *p;
};

/* Bits of the dots by row and column: ISO 11548-1. */
static const uint8_t dot_bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

/* ---- dots ----------------------------------------------------------------------------------------- */

static double dot_column(const struct canvas *c, double v)
{
	return ticks_place(&c->x, v, c->p->x.logarithmic) * (2 * c->columns - 1);
}

static double dot_row(const struct canvas *c, double v)
{
	return (1 - ticks_place(&c->y, v, c->p->y.logarithmic)) * (4 * c->rows - 1);
}

static void set_dot(struct canvas *c, double column, double row)
{
	int i = (int)lround(column), k = (int)lround(row);

	if (i >= 0 && i < 2 * c->columns && k >= 0 && k < 4 * c->rows)
		c->dots[(k / 4) * c->columns + i / 2] |= dot_bit[k % 4][i % 2];
}

static void draw_stroke(struct canvas *c, double x0, double y0, double x1, double y1)
{
	int n = (int)ceil(fmax(fabs(x1 - x0), fabs(y1 - y0))) + 1;

	for (int i = 0; i <= n; i++)
		set_dot(c, x0 + (x1 - x0) * i / n, y0 + (y1 - y0) * i / n);
}

static void draw_line(struct canvas *c, const struct plot_series *s)
{
	for (int i = 1; i < s->n; i++) {
		double x0 = dot_column(c, s->x[i - 1]), y0 = dot_row(c, s->y[i - 1]);
		double x1 = dot_column(c, s->x[i]), y1 = dot_row(c, s->y[i]);

		if (isnan(y0) || isnan(y1))
			continue;
		if (s->mark == MARK_STEPS) {
			draw_stroke(c, x0, y0, x1, y0);
			draw_stroke(c, x1, y0, x1, y1);
		} else {
			draw_stroke(c, x0, y0, x1, y1);
		}
	}
}

static void put_mark(struct canvas *c, double x, double y, const char *mark)
{
	int i = (int)lround(dot_column(c, x)) / 2, k = (int)lround(dot_row(c, y)) / 4;

	if (i >= 0 && i < c->columns && k >= 0 && k < c->rows)
		c->mark[k * c->columns + i] = mark;
}

/* ---- series --------------------------------------------------------------------------------------- */

static bool has_line(const struct plot *p)
{
	for (int i = 0; i < p->n_series; i++)
		if (p->series[i].mark == MARK_LINE || p->series[i].mark == MARK_STEPS)
			return true;
	return false;
}

/* NULL: as dots. */
static const char *mark_of(const struct plot *p, int series)
{
	static const char *const point[PLOT_SERIES] = {"o", "x", "+", "o"};
	const struct plot_series *s = &p->series[series];

	if (s->mark == MARK_CHOICE)
		return "*";
	return s->mark == MARK_POINTS && (has_line(p) || plot_points(p) <= PLOT_FEW_POINTS) ? point[series] : NULL;
}

/* What says where it would be right is drawn below everything else. */
static void draw_guides(struct canvas *c)
{
	for (int i = 0; i < c->columns && c->p->equal; i++) {
		double row = (1 - (i + 0.5) / c->columns) * (4 * c->rows - 1);

		c->mark[(int)lround(row) / 4 * c->columns + i] = "·";
	}
	for (int i = 0; i < c->columns && c->p->zero; i++)
		c->mark[(int)lround(dot_row(c, 0)) / 4 * c->columns + i] = "·";
}

static void draw_series(struct canvas *c)
{
	for (int k = 0; k < c->p->n_series; k++) {
		const struct plot_series *s = &c->p->series[k];
		const char *mark = mark_of(c->p, k);

		if (s->mark == MARK_LINE || s->mark == MARK_STEPS)
			draw_line(c, s);
		for (int i = 0; i < s->n && s->mark == MARK_POINTS && !mark; i++)
			set_dot(c, dot_column(c, s->x[i]), dot_row(c, s->y[i]));
	}
	for (int i = 0; i < c->columns * c->rows; i++)
		if (c->dots[i])
			c->mark[i] = NULL;
	for (int k = 0; k < c->p->n_series; k++)
		for (int i = 0; i < c->p->series[k].n && mark_of(c->p, k); i++)
			put_mark(c, c->p->series[k].x[i], c->p->series[k].y[i], mark_of(c->p, k));
}

/* ---- lines of text -------------------------------------------------------------------------------- */

static void add_cell(const struct canvas *c, int i, struct str *out)
{
	unsigned char code[4] = {0xe2, (unsigned char)(0xa0 + (c->dots[i] >> 6)),
				 (unsigned char)(0x80 + (c->dots[i] & 0x3f)), 0};

	str_add(out, c->mark[i] ? c->mark[i] : c->dots[i] ? (const char *)code : " ");
}

static void trim_blanks(struct str *out, size_t from)
{
	while (out->len > from && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

static void add_diagram(const struct canvas *c, int margin, const char *before, struct str *out)
{
	for (int k = 0; k < c->rows; k++) {
		const char *label = "";

		for (int i = 0; i < c->y.n; i++) {
			double at = (1 - (c->y.at[i] - c->y.low) / (c->y.high - c->y.low)) * (4 * c->rows - 1);

			if ((int)lround(at) / 4 == k)
				label = c->y.text[i];
		}
		str_addf(out, "%s%*s %s", before, margin, label, *label ? "┤" : "│");
		for (int i = 0; i < c->columns; i++)
			add_cell(c, k * c->columns + i, out);
		trim_blanks(out, 0);
		str_addc(out, '\n');
	}
}

/* Where mark i of the x axis stands, as a column. */
static int tick_column(const struct canvas *c, int i)
{
	return (int)lround((c->x.at[i] - c->x.low) / (c->x.high - c->x.low) * (2 * c->columns - 1)) / 2;
}

static void add_x_axis(const struct canvas *c, int margin, const char *before, struct str *out)
{
	char *labels = xmalloc((size_t)c->columns + 32);
	int end = 0;

	str_addf(out, "%s%*s └", before, margin, "");
	for (int i = 0; i < c->columns; i++) {
		bool tick = false;

		for (int k = 0; k < c->x.n; k++)
			tick |= tick_column(c, k) == i;
		str_add(out, tick ? "┬" : "─");
	}
	memset(labels, ' ', (size_t)c->columns + 31);
	for (int k = 0; k < c->x.n; k++) {
		int n = (int)strlen(c->x.text[k]), at = tick_column(c, k) - n / 2;

		if (at < (end ? end + 1 : 0) || at + n > c->columns + 8)
			continue; /* would touch its neighbour, or leave the frame */
		memcpy(labels + at, c->x.text[k], (size_t)n);
		end = at + n;
	}
	labels[end] = '\0';
	str_addf(out, "\n%s%*s  %s\n", before, margin, "", labels);
	free(labels);
}

static void add_legend(const struct plot *p, const char *before, struct str *out)
{
	bool any = false;

	for (int i = 0; i < p->n_series; i++) {
		const char *mark = mark_of(p, i);

		if (!p->series[i].label)
			continue;
		str_addf(out, "%s%s %s", any ? "   " : before, mark ? mark : "⠶", p->series[i].label);
		any = true;
	}
	str_add(out, any ? "\n" : "");
}

void plot_text(const struct plot *p, int columns, int rows, const char *before, struct str *out)
{
	struct canvas c = {.columns = columns, .rows = rows, .p = p};
	double x[2], y[2];
	int margin = 0;

	if (!plot_range(p, x, y))
		return;
	ticks_choose(&c.x, x[0], x[1], columns / 10, p->x.logarithmic);
	ticks_choose(&c.y, y[0], y[1], rows / 3, p->y.logarithmic);
	for (int i = 0; i < c.y.n; i++)
		margin = (int)strlen(c.y.text[i]) > margin ? (int)strlen(c.y.text[i]) : margin;
	c.dots = xcalloc((size_t)(columns * rows), sizeof(*c.dots));
	c.mark = xcalloc((size_t)(columns * rows), sizeof(*c.mark));
	draw_guides(&c);
	draw_series(&c);
	str_addf(out, "%s%s\n", before, p->y.label);
	add_diagram(&c, margin, before, out);
	add_x_axis(&c, margin, before, out);
	str_addf(out, "%s%*s  %s\n", before, margin, "", p->x.label);
	add_legend(p, before, out);
	free(c.dots);
	free(c.mark);
}
