/* regularity.c — see regularity.h. Branch and bound over the box: a piece that intervals prove regular is dropped, any
 * other is probed at its centre and cut in two. */
#include "probe.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* 1,000 take a law of 20 nodes about 2 ms, and decide all but 7 of 229 laws (tests/test_interval.c). */
enum { PIECES = 1000 };

#define EDGE   1e-9 /* share of a column's range that counts as its edge */
#define NARROW 1e-9 /* pieces that narrow are not cut any more */

const char *const regularity_name[REGULARITY_KINDS] = {"unknown", "regular", "pole", "undefined", "row"};

void regularity_box(const struct rows *rows, struct interval *box)
{
	for (int c = 0; c < rows->n_columns; c++) {
		box[c] = (struct interval){INFINITY, -INFINITY};
		for (int i = 0; i < rows->n; i++) {
			box[c].low = fmin(box[c].low, rows->x[c][i]);
			box[c].high = fmax(box[c].high, rows->x[c][i]);
		}
	}
}

/* ---- without a value ------------------------------------------------------------------------------------------ */

static bool has_domain(int op)
{
	return op == OP_SQRT || op == OP_LOG || op == OP_LOG10 || op == OP_LOG2 || op == OP_ASIN || op == OP_ACOS ||
	       op == OP_POW;
}

/* At the point x some part has no value, beyond what rounding could make of the domain's end. */
static bool find_undefined(struct probe *s)
{
	struct image image[EXPR_MAX_NODES];

	if (!isnan(s->v[0]) || s->undefined_elsewhere)
		return false;
	for (int k = 0; k < s->n_columns; k++)
		s->side[s->column[k]] = (struct interval){s->x[s->column[k]], s->x[s->column[k]]};
	interval_of_nodes(s->e, s->side, image);
	for (int i = s->e->n - 1; i >= 0; i--)
		if (interval_is_empty(image[i].range) && has_domain(s->e->node[i].op)) {
			probe_report(s, REGULARITY_UNDEFINED, i);
			s->undefined_elsewhere = probe_rows_avoid_undefined(s);
			break;
		}
	if (s->undefined_elsewhere)
		s->out->kind = REGULARITY_UNKNOWN;
	return s->out->kind == REGULARITY_UNDEFINED;
}

/* ---- pieces --------------------------------------------------------------------------------------------------- */

/* The first node, from the leaves, that may be undefined or infinite; -1: none. */
static int find_suspect(const struct expr *e, const struct image *image)
{
	for (int i = e->n - 1; i >= 0; i--)
		if (image[i].undefined || image[i].infinite)
			return i;
	return -1;
}

/* The width that the suspect's operand is left with when column k of the piece shrinks to its middle. */
static double width_without(struct probe *s, const struct expr *operand, const struct interval *piece, int k)
{
	double middle = 0.5 * (piece[k].low + piece[k].high);
	struct interval range;

	s->side[s->column[k]] = (struct interval){middle, middle};
	range = interval_of_expr(operand, s->side).range;
	s->side[s->column[k]] = piece[k];
	return isfinite(range.high - range.low) ? range.high - range.low : INFINITY;
}

/* The used column along which a cut tells most about the suspect; -1: the piece is too narrow. */
static int choose_cut(struct probe *s, const struct interval *piece, int suspect)
{
	struct node a = s->e->node[suspect];
	int child = a.op == OP_DIV || a.op == OP_MOD ? s->end[suspect + 1] : suspect + 1, best = -1;
	struct expr operand = {0};
	double least = INFINITY, widest = 0;

	expr_append_subtree(&operand, s->e, child);
	for (int k = 0; k < s->n_columns; k++) {
		double share = (piece[k].high - piece[k].low) / fmax(s->width[k], 1e-300), left;

		if (!(share > NARROW) || !probe_part_uses(s, suspect, s->column[k]))
			continue;
		left = s->n_columns > 1 ? width_without(s, &operand, piece, k) : 0;
		if (best >= 0 && (left > least || (left == least && share <= widest)))
			continue;
		best = k;
		least = left;
		widest = share;
	}
	return best;
}

/* Whether nothing is left to show about the piece: it is regular, or was cut, or the verdict is there. */
static bool settle_piece(struct probe *s, const struct interval *piece)
{
	struct image image[EXPR_MAX_NODES];
	double centre[EXPR_MAX_NODES];
	struct interval *half;
	int suspect, k;

	for (k = 0; k < s->n_columns; k++) {
		s->side[s->column[k]] = piece[k];
		centre[k] = 0.5 * piece[k].low + 0.5 * piece[k].high;
	}
	interval_of_nodes(s->e, s->side, image);
	suspect = find_suspect(s->e, image);
	if (suspect < 0)
		return true;
	k = choose_cut(s, piece, suspect);
	probe_go_between(s, centre, centre, 0);
	if (find_undefined(s))
		return true;
	for (int i = 0; i < s->n_divisors; i++)
		if (probe_find_pole(s, &s->divisor[i], centre))
			return true;
	if (k < 0 || s->last + 2 > PIECES)
		return false;
	for (int side = 0; side < 2; side++) {
		half = s->piece + (size_t)s->last++ * (size_t)s->n_columns;
		memcpy(half, piece, (size_t)s->n_columns * sizeof(*half));
		*(side ? &half[k].low : &half[k].high) = centre[k];
	}
	return true;
}

static void search_box(struct probe *s, const struct interval *box)
{
	double centre[EXPR_MAX_NODES];
	bool settled = true;

	s->piece = xmalloc((size_t)PIECES * (size_t)s->n_columns * sizeof(*s->piece));
	for (int k = 0; k < s->n_columns; k++) {
		const struct interval *b = &box[s->column[k]];

		s->width[k] = b->high - b->low;
		settled &= isfinite(s->width[k]);
		s->piece[k] = (struct interval){b->low + EDGE * s->width[k], b->high - EDGE * s->width[k]};
		centre[k] = 0.5 * b->low + 0.5 * b->high;
	}
	probe_go_between(s, centre, centre, 0);
	probe_find_divisors(s);
	s->last = settled; /* a width beyond the range of numbers has no halves */
	while (s->first < s->last && s->out->kind == REGULARITY_UNKNOWN)
		settled &= settle_piece(s, s->piece + (size_t)s->first++ * (size_t)s->n_columns);
	if (s->out->kind == REGULARITY_UNKNOWN && settled)
		s->out->kind = REGULARITY_REGULAR;
	for (int i = 0; i < s->n_divisors; i++)
		free(s->divisor[i].seen_at);
	free(s->piece);
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

/* Is node i infinite by what stands below it, not by its size? */
static bool divides_by_zero(const struct probe *s, int i)
{
	int op = s->e->node[i].op, b = op == OP_DIV ? s->end[i + 1] : i + 1;

	return (op == OP_DIV || op == OP_INV || op == OP_POW || op == OP_LOG || op == OP_LOG10 || op == OP_LOG2) &&
	       isinf(s->v[i]) && s->v[b] == 0;
}

static void search_rows(struct probe *s, const struct interval *box, const struct rows *rows)
{
	struct image image[EXPR_MAX_NODES];

	interval_of_nodes(s->e, box, image);
	for (int row = 0; image[0].infinite && row < rows->n && row < PROBE_ROWS; row++) {
		for (int k = 0; k < s->n_columns; k++)
			s->x[s->column[k]] = rows->x[s->column[k]][row];
		probe_evaluate(s);
		for (int i = 0; i < s->e->n; i++)
			if (divides_by_zero(s, i)) {
				probe_report(s, REGULARITY_ROW, i);
				return;
			}
	}
}

void regularity_judge(const struct expr *e, const struct interval *box, const struct rows *rows, double scale,
		      struct regularity *out)
{
	struct probe s = {.e = e, .rows = rows, .scale = scale, .out = out, .size = expr_columns(e)};

	*out = (struct regularity){.kind = REGULARITY_UNKNOWN};
	expr_ends(e, s.end);
	for (int c = 0; c < s.size; c++)
		if (expr_uses_column(e, c))
			s.column[s.n_columns++] = c;
	if (s.n_columns == 0)
		return;
	s.side = xcalloc((size_t)s.size, sizeof(*s.side));
	s.x = xcalloc((size_t)s.size, sizeof(*s.x));
	if (rows)
		search_rows(&s, box, rows);
	if (out->kind == REGULARITY_UNKNOWN)
		search_box(&s, box);
	free(s.side);
	free(s.x);
}
