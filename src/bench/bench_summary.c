/* bench_summary.c — what a set of runs says: shares and medians by suite and arm, with 95 % bootstrap
 * intervals over problems (seeds of a problem are averaged first), and paired differences of arms. */
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/sort.h"
#include "eqrl/base/str.h"
#include "eqrl/bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 2000, MAX_ARMS = 64, ALL_PAIRS_UP_TO = 6, LATE_DECADES = 8 };

/* One problem in one arm: means over its seeds. */
struct cell {
	const char *suite, *problem, *arm; /* arm: name/noise/budget */
	double recovered, r2_999, r2_99, fvu_ok, r2, size, log_fvu;
	double log_tried; /* ln of the distinct candidates until an exact one; if none came, of all, repeated or not */
	double numbers, digits,
		too_long; /* fitted numbers of its runs; their digits; those with more than are determined */
	int runs, errors;
};

struct cells {
	int n;
	struct cell *cell;
	struct arena names;
};

static double or_else(double v, double otherwise)
{
	return isnan(v) ? otherwise : v;
}

static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

/* What tells one arm from another: name, label, weights, settings and budget. */
static void name_arm(const struct bench_result *r, struct str *arm)
{
	str_add(arm, text_or_empty(r->arm));
	if (r->label)
		str_addf(arm, " %s", r->label);
	if (r->weights)
		str_addf(arm, " %s", r->weights);
	if (r->algo)
		str_addf(arm, " %s", r->algo);
	if (r->lr == 0)
		str_add(arm, " lr 0");
	if (r->feedback > 0)
		str_addf(arm, " feedback %g", r->feedback);
	if (r->noise > 0)
		str_addf(arm, " noise %g", r->noise);
	if (r->rescale > 0)
		str_addf(arm, " rescale %g", r->rescale);
	if (r->budget_s > 0)
		str_addf(arm, " %gs", r->budget_s);
	if (r->budget_evals > 0)
		str_addf(arm, " %g evals", r->budget_evals);
}

static struct cell *find_cell(struct cells *all, const struct bench_result *r)
{
	const char *suite = text_or_empty(r->suite), *problem = text_or_empty(r->problem);
	struct str arm = {0};
	char *name;

	name_arm(r, &arm);
	for (int i = 0; i < all->n; i++) {
		struct cell *c = &all->cell[i];

		if (strcmp(c->problem, problem) == 0 && strcmp(c->suite, suite) == 0 &&
		    strcmp(c->arm, str_text(&arm)) == 0) {
			str_release(&arm);
			return c;
		}
	}
	name = arena_alloc(&all->names, arm.len + 1);
	memcpy(name, str_text(&arm), arm.len + 1);
	str_release(&arm);
	all->cell = xrealloc(all->cell, (size_t)(all->n + 1) * sizeof(*all->cell));
	all->cell[all->n] = (struct cell){.suite = suite, .problem = problem, .arm = name};
	return &all->cell[all->n++];
}

/* Reads "2/3 1/1", digits written/determined. */
static void add_digits(struct cell *c, const char *text)
{
	for (int n; text && *text; text += n) {
		int written, determined;

		n = 0;
		if (sscanf(text, "%d/%d%n", &written, &determined, &n) != 2 || n == 0)
			return;
		c->numbers++;
		c->digits += written;
		c->too_long += written > (determined > 1 ? determined : 1);
	}
}

static void add_result(struct cells *all, const struct bench_result *r)
{
	struct cell *c = find_cell(all, r);
	double r2 = or_else(r->r2, -INFINITY), k = 1.0 / ++c->runs;
	double tried = or_else(r->skeletons_to_exact, or_else(r->candidates, 1));

	c->recovered += k * (or_else(r->recovered, 0) - c->recovered);
	c->fvu_ok += k * (or_else(r->fvu_ok, 0) - c->fvu_ok);
	c->r2_999 += k * ((r2 > 0.999) - c->r2_999);
	c->r2_99 += k * ((r2 > 0.99) - c->r2_99);
	c->r2 = c->runs == 1 ? r2 : isfinite(c->r2) && isfinite(r2) ? c->r2 + k * (r2 - c->r2) : -INFINITY;
	c->size += k * (or_else(r->size, 0) - c->size);
	c->log_tried += k * (log(fmax(tried, 1)) - c->log_tried);
	c->log_fvu += k * (or_else(r->log_fvu_last, 0) - c->log_fvu);
	c->errors += r->error && *r->error;
	add_digits(c, r->digits);
}

static double median_of(const double *v, int n)
{
	double *copy = xmalloc((size_t)(n + 1) * sizeof(*copy)), m;

	memcpy(copy, v, (size_t)n * sizeof(*copy));
	sort_doubles(copy, n);
	m = n == 0			     ? NAN
	    : n % 2			     ? copy[n / 2]
	    : copy[n / 2 - 1] == copy[n / 2] ? copy[n / 2]
					     : (copy[n / 2 - 1] + copy[n / 2]) / 2;
	free(copy);
	return m;
}

/* Mean of v with its percentile interval; deterministic. */
static void bootstrap_interval(const double *v, int n, double *mean, double *low, double *high)
{
	struct rng r = rng_stream(1, 0x626f6f74, (uint64_t)n);
	double *means = xmalloc(RESAMPLES * sizeof(*means)), sum = 0;

	for (int i = 0; i < n; i++)
		sum += v[i];
	*mean = sum / n;
	for (int k = 0; k < RESAMPLES; k++) {
		sum = 0;
		for (int i = 0; i < n; i++)
			sum += v[rng_below(&r, n)];
		means[k] = sum / n;
	}
	sort_doubles(means, RESAMPLES);
	*low = means[(int)(0.025 * RESAMPLES)];
	*high = means[(int)(0.975 * RESAMPLES) - 1];
	free(means);
}

static int select_cells(const struct cells *all, const char *suite, const char *arm, const struct cell **out)
{
	int n = 0;

	for (int i = 0; i < all->n; i++)
		if ((!suite || strcmp(all->cell[i].suite, suite) == 0) && strcmp(all->cell[i].arm, arm) == 0)
			out[n++] = &all->cell[i];
	return n;
}

static void print_row(const struct cells *all, const char *suite, const char *arm, struct str *out)
{
	const struct cell **c = xmalloc((size_t)(all->n + 1) * sizeof(*c));
	int n = select_cells(all, suite, arm, c), errors = 0, k = 0;
	double *v = xmalloc((size_t)(n + 1) * sizeof(*v)), share[3][3], r2, size, tried;
	double numbers = 0, digits = 0, too_long = 0;

	if (n > 0) {
		for (int m = 0; m < 3; m++) {
			for (int i = 0; i < n; i++)
				v[i] = m == 0 ? c[i]->recovered : m == 1 ? c[i]->r2_999 : c[i]->r2_99;
			bootstrap_interval(v, n, &share[m][0], &share[m][1], &share[m][2]);
		}
		for (int i = 0; i < n; i++)
			v[i] = c[i]->r2;
		r2 = median_of(v, n);
		for (int i = 0; i < n; i++)
			v[i] = exp(c[i]->log_tried);
		tried = median_of(v, n);
		for (int i = 0; i < n; i++) {
			if (c[i]->size > 0)
				v[k++] = c[i]->size;
			errors += c[i]->errors;
			numbers += c[i]->numbers;
			digits += c[i]->digits;
			too_long += c[i]->too_long;
		}
		size = median_of(v, k);
		str_addf(out,
			 "%-14s %-22s %4d  %5.1f [%5.1f, %5.1f]  %5.1f [%5.1f, %5.1f]  %5.1f  %9.6f  %5.1f  %6.2f  "
			 "%4.0f  "
			 "%7.0f  %4d\n",
			 suite ? suite : "all", arm, n, 100 * share[0][0], 100 * share[0][1], 100 * share[0][2],
			 100 * share[1][0], 100 * share[1][1], 100 * share[1][2], 100 * share[2][0], r2, size,
			 numbers > 0 ? digits / numbers : NAN, numbers > 0 ? 100 * too_long / numbers : NAN, tried,
			 errors);
	}
	free(v);
	free(c);
}

/* Over the problems that both arms have: differences in recovery and in R² above 0.999; the ratio (geometric mean)
 * of distinct candidates tried until an exact one came; and whether the policy learned: the difference of the mean
 * log error of the candidates written in the last quarter of the run, and on how many problems it is lower.
 * Solved problems have few candidates left that miss: an error below 10^−LATE_DECADES counts as that. */
static void print_pair(const struct cells *all, const char *a, const char *b, struct str *out)
{
	enum { RECOVERED, R2, TRIED, LATE, QUANTITIES };
	double *difference[QUANTITIES], m[QUANTITIES], low[QUANTITIES], high[QUANTITIES];
	int n = 0, better = 0;

	for (int q = 0; q < QUANTITIES; q++)
		difference[q] = xmalloc((size_t)(all->n + 1) * sizeof(double));
	for (int i = 0; i < all->n; i++) {
		for (int j = 0; j < all->n; j++) {
			const struct cell *x = &all->cell[i], *y = &all->cell[j];

			if (strcmp(x->arm, a) != 0 || strcmp(y->arm, b) != 0 || strcmp(x->problem, y->problem) != 0 ||
			    strcmp(x->suite, y->suite) != 0)
				continue;
			difference[RECOVERED][n] = x->recovered - y->recovered;
			difference[R2][n] = x->r2_999 - y->r2_999;
			difference[TRIED][n] = x->log_tried - y->log_tried;
			difference[LATE][n++] = fmax(x->log_fvu, -LATE_DECADES) - fmax(y->log_fvu, -LATE_DECADES);
			better += x->log_fvu < y->log_fvu;
		}
	}
	for (int q = 0; q < QUANTITIES; q++) {
		if (n > 0)
			bootstrap_interval(difference[q], n, &m[q], &low[q], &high[q]);
		free(difference[q]);
	}
	if (n == 0)
		return;
	str_addf(out, "%-26s - %-26s %4d  recovery %+5.1f [%+5.1f, %+5.1f]  R2>.999 %+5.1f [%+5.1f, %+5.1f]  ", a, b, n,
		 100 * m[RECOVERED], 100 * low[RECOVERED], 100 * high[RECOVERED], 100 * m[R2], 100 * low[R2],
		 100 * high[R2]);
	str_addf(out, "tried x%.2f [%.2f, %.2f]  late log10 FVU %+.2f [%+.2f, %+.2f], lower on %3.0f %%\n",
		 exp(m[TRIED]), exp(low[TRIED]), exp(high[TRIED]), m[LATE], low[LATE], high[LATE], 100.0 * better / n);
}

static int list_distinct(const struct cells *all, bool arms, const char **out, int most)
{
	int n = 0;

	for (int i = 0; i < all->n; i++) {
		const char *name = arms ? all->cell[i].arm : all->cell[i].suite;
		int j = 0;

		while (j < n && strcmp(out[j], name) != 0)
			j++;
		if (j == n && n < most)
			out[n++] = name;
	}
	return n;
}

void bench_summary(const struct bench_results *results, struct str *out)
{
	struct cells all = {0};
	const char *suite[64], *arm[MAX_ARMS];
	int n_suites, n_arms;

	for (int i = 0; i < results->n; i++)
		add_result(&all, &results->result[i]);
	n_suites = list_distinct(&all, false, suite, 64);
	n_arms = list_distinct(&all, true, arm, MAX_ARMS);
	str_addf(out, "%-14s %-22s %4s  %-21s  %-21s  %5s  %9s  %5s  %6s  %4s  %7s  %4s\n", "suite", "arm", "n",
		 "recovered % [95 %]", "R2>0.999 % [95 %]", ">0.99", "median R2", "size", "digits", "over", "tried",
		 "err");
	for (int s = 0; s < n_suites; s++)
		for (int a = 0; a < n_arms; a++)
			print_row(&all, suite[s], arm[a], out);
	for (int a = 0; a < n_arms && n_suites > 1; a++)
		print_row(&all, NULL, arm[a], out);
	for (int a = 0; a < n_arms; a++)
		for (int b = 0; b < a && (b == 0 || n_arms <= ALL_PAIRS_UP_TO); b++) /* many: against the first alone */
			print_pair(&all, arm[a], arm[b], out);
	free(all.cell);
	arena_release(&all.names);
}
