/* problem_file.c — see problem_file.h. */
#include "eqrl/bench/problem_file.h"

#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/expr/parse.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RNG_TRAIN = 0x74726e, RNG_TEST = 0x747374 };

/* ---- reading ----------------------------------------------------------------------------------- */

static char *text_of(const cJSON *o, const char *key, const char *otherwise)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	return xstrdup(cJSON_IsString(v) ? v->valuestring : otherwise);
}

static double number_of(const cJSON *o, const char *key, double otherwise)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	return cJSON_IsNumber(v) ? v->valuedouble : otherwise;
}

static enum status read_variable(const cJSON *o, struct formula_variable *v)
{
	static const char *const words[] = {"uniform", "log_uniform", "grid"};
	const cJSON *sampling = cJSON_GetObjectItemCaseSensitive(o, "sampling");
	const cJSON *sign = cJSON_GetObjectItemCaseSensitive(o, "sign");

	v->name = text_of(o, "name", "");
	v->low = number_of(o, "low", NAN);
	v->high = number_of(o, "high", NAN);
	v->points = (int)number_of(o, "points", 0);
	v->integer = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "integer"));
	v->random_sign = cJSON_IsString(sign) && strcmp(sign->valuestring, "random") == 0;
	for (int i = 0; i < 3; i++) {
		if (cJSON_IsString(sampling) && strcmp(sampling->valuestring, words[i]) == 0) {
			v->sampling = (enum sampling)i;
			if (!*v->name || !(v->low <= v->high) || (i == SAMPLING_GRID && v->points < 1))
				return fail(ST_DATA, "variable \"%s\": needs a name, low <= high%s", v->name,
					    i == SAMPLING_GRID ? " and points" : "");
			return ST_OK;
		}
	}
	return fail(ST_DATA, "variable \"%s\": sampling must be uniform, log_uniform or grid", v->name);
}

static enum status read_variables(const cJSON *array, int *n, struct formula_variable **out)
{
	int count = cJSON_GetArraySize(array), i = 0;
	const cJSON *o;

	if (*n && count != *n)
		return fail(ST_DATA, "test_variables: %d entries, variables has %d", count, *n);
	if (count < 1)
		return fail(ST_DATA, "variables: expected an array of at least one object");
	*n = count;
	*out = xcalloc((size_t)count, sizeof(**out));
	cJSON_ArrayForEach(o, array) TRY(read_variable(o, &(*out)[i++]));
	return ST_OK;
}

static enum status read_problem(const cJSON *o, struct formula_problem *p)
{
	const cJSON *test = cJSON_GetObjectItemCaseSensitive(o, "test_variables");
	const cJSON *range = cJSON_GetObjectItemCaseSensitive(o, "y_abs_range");
	struct names names;

	p->suite = text_of(o, "suite", "");
	p->name = text_of(o, "name", "");
	p->expression = text_of(o, "expression", "");
	p->target = text_of(cJSON_GetObjectItemCaseSensitive(o, "target"), "name", "y");
	p->train_samples = (int)number_of(o, "train_samples", 200);
	p->test_samples = (int)number_of(o, "test_samples", 1000);
	p->reject_nonfinite = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "reject_nonfinite"));
	p->y_limit = number_of(o, "y_limit", 0);
	if (cJSON_GetArraySize(range) == 2) {
		p->y_abs_low = cJSON_GetArrayItem(range, 0)->valuedouble;
		p->y_abs_high = cJSON_GetArrayItem(range, 1)->valuedouble;
	}
	TRY(read_variables(cJSON_GetObjectItemCaseSensitive(o, "variables"), &p->n_vars, &p->variable));
	if (test)
		TRY(read_variables(test, &p->n_vars, &p->test_variable));
	p->column = xcalloc((size_t)p->n_vars, sizeof(*p->column));
	for (int i = 0; i < p->n_vars; i++)
		p->column[i] = p->variable[i].name;
	names = (struct names){.n = p->n_vars, .column = p->column, .target = p->target};
	return parse_expr(p->expression, &names, NULL, &p->truth);
}

enum status problem_file_load(struct problem_file *f, const char *path)
{
	enum status st = ST_OK;
	char *text;
	size_t size;
	cJSON *json;
	const cJSON *o;

	*f = (struct problem_file){0};
	TRY(file_read(path, ST_DATA, &text, &size));
	json = cJSON_ParseWithLength(text, size);
	free(text);
	if (!cJSON_IsArray(json)) {
		cJSON_Delete(json);
		return fail(ST_DATA, "%s: expected a JSON array of problems", path);
	}
	f->problem = xcalloc((size_t)cJSON_GetArraySize(json) + 1, sizeof(*f->problem));
	cJSON_ArrayForEach(o, json)
	{
		struct formula_problem *p = &f->problem[f->n++];

		st = read_problem(o, p);
		if (st != ST_OK) {
			fail_prefix(ST_DATA, "%s: problem %d (%s)", path, f->n, p->name ? p->name : "?");
			break;
		}
	}
	cJSON_Delete(json);
	if (st != ST_OK)
		problem_file_release(f);
	return st == ST_OK ? ST_OK : ST_DATA;
}

static void release_variables(struct formula_variable *v, int n)
{
	for (int i = 0; v && i < n; i++)
		free(v[i].name);
	free(v);
}

void problem_file_release(struct problem_file *f)
{
	for (int i = 0; i < f->n; i++) {
		struct formula_problem *p = &f->problem[i];

		free(p->suite);
		free(p->name);
		free(p->expression);
		free(p->target);
		free(p->column);
		release_variables(p->variable, p->n_vars);
		release_variables(p->test_variable, p->n_vars);
	}
	free(f->problem);
	*f = (struct problem_file){0};
}

/* ---- drawing ----------------------------------------------------------------------------------- */

static double draw_value(const struct formula_variable *v, struct rng *r)
{
	double x;

	if (v->sampling == SAMPLING_LOG_UNIFORM) {
		double a = fabs(v->low), b = fabs(v->high);

		x = exp(rng_range(r, log(fmin(a, b)), log(fmax(a, b))));
		if (v->low < 0 && v->high < 0)
			x = -x;
		if (v->integer)
			x = nearbyint(x);
	} else if (v->integer) {
		x = floor(rng_range(r, v->low, v->high + 1));
		x = fmin(x, v->high);
	} else {
		x = rng_range(r, v->low, v->high);
	}
	if (v->random_sign && rng_bool(r, 0.5))
		x = -x;
	return x;
}

static double grid_value(const struct formula_variable *v, int index)
{
	return v->points > 1 ? v->low + (v->high - v->low) * index / (v->points - 1) : v->low;
}

static bool acceptable(const struct formula_problem *p, double y)
{
	if (!isfinite(y))
		return false;
	if (p->y_limit > 0 && fabs(y) >= p->y_limit)
		return false;
	return p->y_abs_high == 0 || (fabs(y) >= p->y_abs_low && fabs(y) <= p->y_abs_high);
}

/* Rows of one domain: the grid's points, or n draws. Returns how many, 0 if the domain gives none. */
static int draw_rows(const struct formula_problem *p, const struct formula_variable *v, int n, struct rng *r,
		     double **x, double *y)
{
	bool grid = v[0].sampling == SAMPLING_GRID;
	int64_t product = 1;
	double *row = xmalloc((size_t)p->n_vars * sizeof(*row));
	int got = 0;

	for (int j = 0; j < p->n_vars && grid; j++)
		product *= v[j].points;
	for (int64_t attempt = 0; got < n && attempt < (grid && product <= n ? product : 10000ll * n); attempt++) {
		/* the whole grid, or random points of one with more points than rows are asked for */
		int64_t index = product <= n ? attempt : (int64_t)(rng_u64(r) % (uint64_t)product);

		for (int j = p->n_vars - 1; j >= 0; j--) {
			row[j] = v[j].sampling == SAMPLING_GRID ? grid_value(&v[j], (int)(index % v[j].points))
								: draw_value(&v[j], r);
			if (v[j].sampling == SAMPLING_GRID)
				index /= v[j].points;
		}
		y[got] = expr_value(&p->truth, row);
		if (!acceptable(p, y[got]))
			continue;
		for (int j = 0; j < p->n_vars; j++)
			x[j][got] = row[j];
		got++;
	}
	free(row);
	return got;
}

static double **columns_new(int n, int rows)
{
	double **x = xcalloc((size_t)n, sizeof(*x));

	for (int j = 0; j < n; j++)
		x[j] = xcalloc((size_t)rows + ROWS_BLOCK, sizeof(**x));
	return x;
}

static void columns_free(double **x, int n)
{
	for (int j = 0; j < n; j++)
		free(x[j]);
	free(x);
}

enum status problem_dataset(const struct formula_problem *p, uint64_t seed, struct dataset *d)
{
	struct rng train = rng_stream(seed, RNG_TRAIN, hash_bytes(p->name, strlen(p->name)));
	struct rng test = rng_stream(seed, RNG_TEST, hash_bytes(p->name, strlen(p->name)));
	double **x = columns_new(p->n_vars, p->train_samples), **x_test = columns_new(p->n_vars, p->test_samples);
	double *y = xcalloc((size_t)p->train_samples + ROWS_BLOCK, sizeof(*y));
	double *y_test = xcalloc((size_t)p->test_samples + ROWS_BLOCK, sizeof(*y_test));
	struct dataset_options options = {.seed = seed, .select = 0.2};
	struct dataset_source source = {.file = p->name, .target = p->target, .name = p->column};
	enum status st;

	source.rows = (struct rows){.n_columns = p->n_vars, .x = (const double *const *)x, .y = y};
	source.rows.n = draw_rows(p, p->variable, p->train_samples, &train, x, y);
	source.report = (struct rows){.n_columns = p->n_vars, .x = (const double *const *)x_test, .y = y_test};
	source.report.n =
		draw_rows(p, p->test_variable ? p->test_variable : p->variable, p->test_samples, &test, x_test, y_test);
	st = dataset_from_columns(d, &source, &options);
	columns_free(x, p->n_vars);
	columns_free(x_test, p->n_vars);
	free(y);
	free(y_test);
	return st;
}
