/* test_nist.c — the certified nonlinear regressions of NIST's Statistical Reference Datasets. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "eqrl/eval/fit.h"
#include "eqrl/eval/uncertainty.h"
#include "test.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>

enum { MAX_ROWS = 256 };

/* Forms that the index spells too long for an equation, with fewer nodes. */
static const struct {
	const char *name, *form;
} shorter[] = {
	/* 2 pi x / 12 as pi x / 6: as it stands, the form has 67 nodes of 64 */
	{"nist_ENSO", "b1 + b2*cos(pi*x/6) + b3*sin(pi*x/6) + b5*cos(2*pi*x/b4) "
		      "+ b6*sin(2*pi*x/b4) + b8*cos(2*pi*x/b7) + b9*sin(2*pi*x/b7)"},
};

static const char *text_of(const cJSON *set, const char *key)
{
	return cJSON_GetObjectItem(set, key)->valuestring;
}

static const char *form_of(const cJSON *set)
{
	for (size_t i = 0; i < COUNT_OF(shorter); i++)
		if (strcmp(shorter[i].name, text_of(set, "name")) == 0)
			return shorter[i].form;
	return text_of(set, "model_form");
}

/* The model with its start values. */
static struct expr model_of(const cJSON *set, const char *start)
{
	static const char *const column[] = {"x"};
	const struct names names = {.n = 1, .column = column};
	const cJSON *values = cJSON_GetObjectItem(set, start);
	struct parse_params params;
	struct expr e;

	CHECK_OK(parse_expr(form_of(set), &names, &params, &e));
	CHECK_EQ(params.n, cJSON_GetArraySize(values));
	for (int i = 0; i < params.n; i++) { /* parameter b7 has the seventh value */
		const cJSON *value = cJSON_GetArrayItem(values, atoi(params.name[i] + 1) - 1);

		e.c[params.slot[i]] = cJSON_GetNumberValue(value);
	}
	return e;
}

static int read_rows(const char *file, double *x, double *y)
{
	char path[256], *text;
	size_t size;
	int n = 0, used;

	snprintf(path, sizeof(path), "data/nist/%s", file);
	CHECK_OK(file_read(path, ST_DATA, &text, &size));
	for (char *p = strchr(text, '\n'); p && n < MAX_ROWS; p += used, n++)
		if (sscanf(p, " %lf,%lf%n", &x[n], &y[n], &used) != 2)
			break;
	free(text);
	return n;
}

static double number(const cJSON *set, const char *key)
{
	return cJSON_GetNumberValue(cJSON_GetObjectItem(set, key));
}

/* RSS where the fit from the start values under that key ends. */
static double rss_from(struct fitter *f, const cJSON *set, const char *start)
{
	static double x[MAX_ROWS + ROWS_BLOCK], y[MAX_ROWS + ROWS_BLOCK];
	const double *columns[] = {x};
	struct rows rows = {0, 1, columns, y, NULL, NULL, NULL};
	struct expr e = model_of(set, start);
	struct fit_options o = fit_defaults();
	struct fit_result r;

	rows.n = read_rows(text_of(set, "file"), x, y);
	CHECK_EQ(rows.n, number(set, "rows"));
	o.max_iterations = 500;
	fit_constants(f, &e, &rows, &o, &r);
	if (getenv("EQRL_TEST_VERBOSE"))
		printf("    %-14s %s: RSS %.13g, certified %.13g, %d iterations, rank %d\n", text_of(set, "name"),
		       start, r.sse, number(set, "certified_rss"), r.iterations, r.rank);
	return r.sse;
}

static void check_all(const char *start)
{
	struct fitter *f = fitter_new();
	char *text;
	size_t size;
	cJSON *index;
	const cJSON *set;

	CHECK_OK(file_read("data/nist/INDEX.json", ST_DATA, &text, &size));
	index = cJSON_Parse(text);
	CHECK(cJSON_GetArraySize(index) >= 13);
	cJSON_ArrayForEach(set, index)
	{
		double rss, certified = number(set, "certified_rss");

		rss = rss_from(f, set, start);
		/* Lanczos1: 24 residuals of 1e-12 are below what its decimals tell. */
		if (!(rss <= certified * (1 + 1e-6) + 24 * 1e-24))
			test_failed(__FILE__, __LINE__, "%s from %s: RSS %.12g, certified %.12g", text_of(set, "name"),
				    start, rss, certified);
	}
	cJSON_Delete(index);
	free(text);
	fitter_free(f);
}

TEST(certified_minima_are_reached_from_the_near_start)
{
	check_all("start2");
}

TEST(certified_minima_are_reached_from_the_far_start)
{
	check_all("start1");
}

static void check_errors_of(struct fitter *f, const cJSON *set)
{
	static double x[MAX_ROWS + ROWS_BLOCK], y[MAX_ROWS + ROWS_BLOCK];
	const double *columns[] = {x};
	struct rows rows = {0, 1, columns, y, NULL, NULL, NULL};
	struct expr e = model_of(set, "certified");
	struct fit_options o = fit_defaults();
	struct fit_result r;
	struct uncertainty u;
	const cJSON *sd = cJSON_GetObjectItem(set, "certified_sd");
	const struct names names = {.n = 1, .column = (const char *const[]){"x"}};
	struct parse_params params;

	rows.n = read_rows(text_of(set, "file"), x, y);
	o.max_iterations = 100;
	fit_constants(f, &e, &rows, &o, &r);
	CHECK(uncertainty_measure(&e, uncertain_constants(&e, false), &rows, &u));
	CHECK_EQ(u.rank, cJSON_GetArraySize(sd));
	CHECK_OK(parse_expr(form_of(set), &names, &params, &e));
	for (int p = 0; p < u.k; p++)
		for (int i = 0; i < params.n; i++) {
			double certified, off;

			if (params.slot[i] != u.at[p])
				continue;
			certified = cJSON_GetNumberValue(cJSON_GetArrayItem(sd, atoi(params.name[i] + 1) - 1));
			off = fabs(u.error[p] / certified - 1);
			if (!(off < 1e-5))
				test_failed(__FILE__, __LINE__, "%s %s: standard error %.11g, certified %.11g",
					    text_of(set, "name"), params.name[i], u.error[p], certified);
		}
}

TEST(standard_errors_are_the_certified_ones)
{
	struct fitter *f = fitter_new();
	char *text;
	size_t size;
	cJSON *index;
	const cJSON *set;

	CHECK_OK(file_read("data/nist/INDEX.json", ST_DATA, &text, &size));
	index = cJSON_Parse(text);
	cJSON_ArrayForEach(set, index)
	{
		/* residuals of Lanczos1 are 1e-12: below what its decimals tell */
		if (strcmp(text_of(set, "name"), "nist_Lanczos1") != 0)
			check_errors_of(f, set);
	}
	cJSON_Delete(index);
	free(text);
	fitter_free(f);
}
