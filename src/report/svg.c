/* svg.c — a diagram as SVG; see plot.h. Colours are classes of the page, so that they follow its light or dark scheme. */
#include "eqrl/report/plot.h"

#include "eqrl/base/markup.h"
#include "eqrl/report/ticks.h"

#include <math.h>
#include <string.h>

/* Lengths in pixels. A digit of an 11-pixel sans-serif font is 6.1 wide, other characters up to 6.6. */
#define LETTER 6.4

enum { TOP = 10, LEGEND = 18, BOTTOM = 42, RIGHT = 14, AXIS_TITLE = 22, TICK = 5 };

struct svg_frame {
	struct str *out;
	const struct plot *p;
	struct ticks x, y;
	double left, top, width, height;
};

static double place_x(const struct svg_frame *f, double v)
{
	return f->left + f->width * ticks_place(&f->x, v, f->p->x.logarithmic);
}

static double place_y(const struct svg_frame *f, double v)
{
	return f->top + f->height * (1 - ticks_place(&f->y, v, f->p->y.logarithmic));
}

static double widest_label(const struct ticks *t)
{
	size_t most = 0;

	for (int i = 0; i < t->n; i++)
		most = strlen(t->text[i]) > most ? strlen(t->text[i]) : most;
	return (double)most * LETTER;
}

static bool has_legend(const struct plot *p)
{
	for (int i = 0; i < p->n_series; i++)
		if (p->series[i].label)
			return true;
	return false;
}

/* Fewer marks where their labels would touch. */
static void choose_frame(struct svg_frame *f, const double x[2], const double y[2])
{
	f->top = TOP + (has_legend(f->p) ? LEGEND : 0);
	f->height = PLOT_HEIGHT - BOTTOM - f->top;
	ticks_choose(&f->y, y[0], y[1], 5, f->p->y.logarithmic);
	f->left = AXIS_TITLE + widest_label(&f->y) + TICK + 4;
	f->width = PLOT_WIDTH - RIGHT - f->left;
	for (int wanted = 6; wanted >= 2; wanted--) {
		ticks_choose(&f->x, x[0], x[1], wanted, f->p->x.logarithmic);
		if ((widest_label(&f->x) + 2 * LETTER) * f->x.n <= f->width)
			break;
	}
}

/* ---- axes ----------------------------------------------------------------------------------------- */

static void add_text(struct svg_frame *f, double x, double y, const char *anchor, const char *text)
{
	str_addf(f->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
	markup_text(f->out, text);
	str_add(f->out, "</text>");
}

static void add_axis_titles(struct svg_frame *f)
{
	struct str label = {0};
	double middle = f->top + f->height / 2;

	utf8_cut(&label, f->p->x.label, (int)(f->width / LETTER));
	add_text(f, f->left + f->width / 2, PLOT_HEIGHT - 6, "middle", str_text(&label));
	str_clear(&label);
	utf8_cut(&label, f->p->y.label, (int)((f->height + f->top) / LETTER));
	str_addf(f->out, "<text transform=\"translate(12 %.1f) rotate(-90)\" text-anchor=\"middle\">", middle);
	markup_text(f->out, str_text(&label));
	str_add(f->out, "</text>");
	str_release(&label);
}

static void add_axes(struct svg_frame *f)
{
	double bottom = f->top + f->height;

	for (int i = 0; i < f->x.n; i++) {
		double x = f->left + f->width * (f->x.at[i] - f->x.low) / (f->x.high - f->x.low);

		str_addf(f->out, "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>", x, f->top, bottom);
		add_text(f, x, bottom + 16, "middle", f->x.text[i]);
	}
	for (int i = 0; i < f->y.n; i++) {
		double y = bottom - f->height * (f->y.at[i] - f->y.low) / (f->y.high - f->y.low);

		str_addf(f->out, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", f->left, y, f->left + f->width);
		add_text(f, f->left - TICK, y + 4, "end", f->y.text[i]);
	}
	str_addf(f->out, "<path class=\"frame\" d=\"M%.1f %.1fV%.1fH%.1f\"/>", f->left, f->top, bottom,
		 f->left + f->width);
	add_axis_titles(f);
}

/* ---- what is in them ------------------------------------------------------------------------------ */

static void add_guides(struct svg_frame *f)
{
	if (f->p->equal)
		str_addf(f->out, "<path class=\"guide\" d=\"M%.1f %.1fL%.1f %.1f\"/>", f->left, f->top + f->height,
			 f->left + f->width, f->top);
	if (f->p->zero)
		str_addf(f->out, "<path class=\"guide\" d=\"M%.1f %.1fH%.1f\"/>", f->left, place_y(f, 0),
			 f->left + f->width);
}

static const char *size_of(const struct plot *p)
{
	return plot_points(p) <= PLOT_FEW_POINTS ? " big" : "";
}

/* All points are one path of strokes without length, whose round caps are the points. */
static void add_points(struct svg_frame *f, const struct plot_series *s, int number)
{
	str_addf(f->out, "<path class=\"p s%d%s\" d=\"", number, size_of(f->p));
	for (int i = 0; i < s->n; i++)
		str_addf(f->out, "M%.1f %.1fh0", place_x(f, s->x[i]), place_y(f, s->y[i]));
	str_add(f->out, "\"/>");
}

static void add_line(struct svg_frame *f, const struct plot_series *s, int number)
{
	str_addf(f->out, "<path class=\"l s%d\" d=\"", number);
	for (int i = 0; i < s->n; i++) {
		double x = place_x(f, s->x[i]), y = place_y(f, s->y[i]);

		if (isnan(y))
			continue;
		if (i > 0 && s->mark == MARK_STEPS)
			str_addf(f->out, "H%.1fV%.1f", x, y);
		else
			str_addf(f->out, "%c%.1f %.1f", i && !isnan(s->y[i - 1]) ? 'L' : 'M', x, y);
	}
	str_add(f->out, "\"/>");
}

static void add_choice(struct svg_frame *f, const struct plot_series *s)
{
	for (int i = 0; i < s->n; i++)
		str_addf(f->out, "<circle class=\"c\" cx=\"%.1f\" cy=\"%.1f\" r=\"5.5\"/>", place_x(f, s->x[i]),
			 place_y(f, s->y[i]));
}

static void add_legend(struct svg_frame *f)
{
	double x = f->left + 4, y = TOP + 4;

	for (int i = 0; i < f->p->n_series; i++) {
		const struct plot_series *s = &f->p->series[i];

		if (!s->label)
			continue;
		if (s->mark == MARK_CHOICE)
			str_addf(f->out, "<circle class=\"c\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>", x, y - 4);
		else if (s->mark == MARK_POINTS)
			str_addf(f->out, "<path class=\"p s%d%s\" d=\"M%.1f %.1fh0\"/>", i, size_of(f->p), x, y - 4);
		else
			str_addf(f->out, "<path class=\"l s%d\" d=\"M%.1f %.1fh10\"/>", i, x - 4, y - 4);
		add_text(f, x + 10, y, "start", s->label);
		x += 10 + utf8_count(s->label) * LETTER + 18;
	}
}

void plot_svg(const struct plot *p, struct str *out)
{
	struct svg_frame f = {.out = out, .p = p};
	double x[2], y[2];

	if (!plot_range(p, x, y))
		return;
	choose_frame(&f, x, y);
	str_addf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", PLOT_WIDTH, PLOT_HEIGHT);
	markup_text(out, p->title);
	str_add(out, ": ");
	markup_text(out, p->y.label);
	str_add(out, " against ");
	markup_text(out, p->x.label);
	str_add(out, "\">");
	add_axes(&f);
	add_guides(&f);
	for (int i = 0; i < p->n_series; i++)
		if (p->series[i].mark == MARK_POINTS)
			add_points(&f, &p->series[i], i);
	for (int i = 0; i < p->n_series; i++) {
		if (p->series[i].mark == MARK_LINE || p->series[i].mark == MARK_STEPS)
			add_line(&f, &p->series[i], i);
		else if (p->series[i].mark == MARK_CHOICE)
			add_choice(&f, &p->series[i]);
	}
	if (has_legend(p))
		add_legend(&f);
	str_add(out, "</svg>");
}
