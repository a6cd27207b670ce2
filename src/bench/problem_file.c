/* problem_file.c — reading problem_file.h's problems; problem_draw.c draws their rows. */
#include "eqrl/bench/problem_file.h"

#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/parse.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *copy_text(const cJSON *o, const char *key, const char *otherwise)
{
	return xstrdup(json_text(o, key, otherwise));
}

/* [1, -1, 0, 0, 0] is "m s^-1"; NULL where there is no such list. */
static char *read_powers(const cJSON *o)
{
	static const char *const symbols[] = {"m", "s", "kg", "K", "V"};
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(o, "units"), *item;
	struct str text = {0};
	size_t i = 0;

	if (cJSON_GetArraySize(list) != (int)COUNT_OF(symbols))
		return NULL;
	cJSON_ArrayForEach(item, list)
	{
		if (cJSON_IsNumber(item) && item->valuedouble != 0)
			str_addf(&text, "%s%s^%g", text.len ? " " : "", symbols[i], item->valuedouble);
		i++;
	}
	if (!text.len)
		str_add(&text, "1");
	return text.data;
}

static enum status read_variable(const cJSON *o, struct formula_variable *v)
{
	static const char *const words[] = {"uniform", "log_uniform", "grid"};
	const cJSON *sampling = cJSON_GetObjectItemCaseSensitive(o, "sampling");
	const cJSON *sign = cJSON_GetObjectItemCaseSensitive(o, "sign");

	v->name = copy_text(o, "name", "");
	v->unit = read_powers(o);
	v->low = json_number(o, "low", NAN);
	v->high = json_number(o, "high", NAN);
	v->points = (int)json_number(o, "points", 0);
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

static enum status read_law(struct formula_problem *p)
{
	struct names names = {.n = p->n_vars, .target = p->value_name};

	p->column = xcalloc((size_t)p->n_vars, sizeof(*p->column));
	for (int i = 0; i < p->n_vars; i++)
		p->column[i] = p->variable[i].name;
	names.column = p->column;
	p->target = p->value_name;
	p->turned = -1;
	TRY(parse_expr(p->expression, &names, NULL, &p->law));
	p->truth = p->law;
	return ST_OK;
}

/* Makes the named variable the target and puts the law's value into its place. */
static enum status turn_law(const cJSON *o, struct formula_problem *p)
{
	const char *target = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "target"));
	const char *answer = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "expression"));
	struct names names = {.n = p->n_vars, .column = p->column, .target = target};

	if (!target || !answer)
		return fail(ST_DATA,
			    "turned: expected {\"target\": a variable, \"expression\": the law solved for it}");
	for (int i = 0; i < p->n_vars && p->turned < 0; i++)
		if (strcmp(p->variable[i].name, target) == 0)
			p->turned = i;
	if (p->turned < 0)
		return fail(ST_DATA, "turned: target \"%s\" is no variable of the law", target);
	p->target = p->variable[p->turned].name;
	p->column[p->turned] = p->value_name;
	if (parse_expr(answer, &names, NULL, &p->truth) != ST_OK)
		return fail_prefix(ST_DATA, "turned: expression");
	return ST_OK;
}

static uint64_t hash_definition(const cJSON *o)
{
	char *text = cJSON_PrintUnformatted(o);
	uint64_t h = hash_bytes(text, strlen(text));

	free(text);
	return h;
}

static enum status read_problem(const cJSON *o, struct formula_problem *p)
{
	const cJSON *test = cJSON_GetObjectItemCaseSensitive(o, "test_variables");
	const cJSON *range = cJSON_GetObjectItemCaseSensitive(o, "y_abs_range");
	const cJSON *turned = cJSON_GetObjectItemCaseSensitive(o, "turned");

	p->suite = copy_text(o, "suite", "");
	p->name = copy_text(o, "name", "");
	p->expression = copy_text(o, "expression", "");
	p->value_name = copy_text(cJSON_GetObjectItemCaseSensitive(o, "target"), "name", "y");
	p->value_unit = read_powers(cJSON_GetObjectItemCaseSensitive(o, "target"));
	p->identity = hash_definition(o);
	p->train_samples = (int)json_number(o, "train_samples", 200);
	p->test_samples = (int)json_number(o, "test_samples", 1000);
	p->reject_nonfinite = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "reject_nonfinite"));
	p->y_limit = json_number(o, "y_limit", 0);
	if (cJSON_GetArraySize(range) == 2) {
		p->y_abs_low = cJSON_GetArrayItem(range, 0)->valuedouble;
		p->y_abs_high = cJSON_GetArrayItem(range, 1)->valuedouble;
	}
	TRY(read_variables(cJSON_GetObjectItemCaseSensitive(o, "variables"), &p->n_vars, &p->variable));
	if (test)
		TRY(read_variables(test, &p->n_vars, &p->test_variable));
	TRY(read_law(p));
	return turned ? turn_law(turned, p) : ST_OK;
}

enum status problem_file_load(struct problem_file *f, const char *path)
{
	enum status st = ST_OK;
	cJSON *json;
	const cJSON *o;

	*f = (struct problem_file){0};
	TRY(file_read_json(path, ST_DATA, &json));
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
	for (int i = 0; v && i < n; i++) {
		free(v[i].name);
		free(v[i].unit);
	}
	free(v);
}

void problem_file_release(struct problem_file *f)
{
	for (int i = 0; i < f->n; i++) {
		struct formula_problem *p = &f->problem[i];

		free(p->suite);
		free(p->name);
		free(p->expression);
		free(p->value_name);
		free(p->value_unit);
		free(p->column);
		release_variables(p->variable, p->n_vars);
		release_variables(p->test_variable, p->n_vars);
	}
	free(f->problem);
	*f = (struct problem_file){0};
}

/* Appends those of one file. */
static enum status add_truths(const char *path, struct expr **truth, int *n)
{
	struct problem_file f;

	TRY(problem_file_load(&f, path));
	*truth = xrealloc(*truth, (size_t)(*n + 2 * f.n) * sizeof(**truth));
	for (int i = 0; i < f.n; i++) {
		(*truth)[(*n)++] = f.problem[i].truth;
		if (f.problem[i].turned >= 0)
			(*truth)[(*n)++] = f.problem[i].law;
	}
	problem_file_release(&f);
	return ST_OK;
}

enum status problem_files_truths(const char *paths, struct expr **truth, int *n)
{
	char *list = xstrdup(paths ? paths : ""), *rest = list;
	enum status st = ST_OK;

	*truth = NULL;
	*n = 0;
	for (char *path; st == ST_OK && (path = strsep(&rest, "\n"));)
		if (*path)
			st = add_truths(path, truth, n);
	free(list);
	if (st == ST_OK)
		return ST_OK;
	free(*truth);
	*truth = NULL;
	return st;
}
