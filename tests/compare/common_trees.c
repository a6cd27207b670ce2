/* common_trees.c — our half of a comparison with another evaluator: equations of operators that both
 * have, their rows, and our speed on them, for a script that measures the other half.
 *
 *   common_trees DIR
 *
 * writes DIR/rows.f64 (columns x1 … x5 and y one after the other, native doubles) and DIR/common.json
 * with the numbers of rows and columns, "trees" (5–60 nodes, to evaluate) and "forms" (15 nodes, 3 free
 * constants, to fit) as expr_to_json writes them, "sse" after our fit of each form, and "eqrl", our
 * rates on one thread. The trees are those of bench_eval, with sqrt for inv, abs for neg and square for
 * cube: Operon has no such nodes. Integers and pi are literals. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/print.h"
#include "eqrl/eval/fit.h"
#include "eqrl/eval/tape.h"
#include "../bench/random_tree.h"
#include "../bench/report.h"

#include <cjson/cJSON.h>
#include <math.h>

enum { COLUMNS = 5, ROWS = 100000, PADDED = ROWS + ROWS_BLOCK, TREES = 200, FORMS = 400, FORM_ROWS = 200, RUNS = 7 };

struct common {
	struct tape *tape;
	struct fitter *fitter;
	struct expr trees[TREES], forms[FORMS];
	struct rows rows;
	double *x[COLUMNS], *y, *out;
	cJSON *json;
};

static void make_common(struct expr *e)
{
	for (int i = 0; i < e->n; i++) {
		int op = e->node[i].op;
		double value = op == OP_PI ? 3.14159265358979323846 : e->node[i].arg;

		if (op == OP_INV)
			e->node[i].op = OP_SQRT;
		else if (op == OP_NEG)
			e->node[i].op = OP_ABS;
		else if (op == OP_CUBE)
			e->node[i].op = OP_SQUARE;
		else if ((op == OP_INT || op == OP_PI) && e->n_consts < EXPR_MAX_CONSTS) {
			e->node[i] = (struct node){OP_FIXED, (uint16_t)e->n_consts};
			e->c[e->n_consts++] = value;
		}
	}
}

static bool all_finite(struct common *c, const struct expr *e, int n)
{
	struct rows rows = c->rows;

	rows.n = n;
	tape_bind(c->tape, e, &rows);
	return isfinite(tape_sse(c->tape, NULL));
}

static void draw(struct common *c)
{
	struct rng r = rng_stream(1, 1, ROWS);
	int found = 0;

	for (int k = 0; k < COLUMNS; k++)
		for (int i = 0; i < PADDED; i++)
			c->x[k][i] = rng_range(&r, 0.5, 3);
	for (int i = 0; i < PADDED; i++)
		c->y[i] = c->x[0][i] * exp(-0.3 * c->x[1][i]) + sin(c->x[2][i]) * sqrt(c->x[3][i]);
	for (int k = 0; k < TREES; k++) {
		struct rng size = rng_stream(2, 2, (uint64_t)k);

		random_tree(4, (uint64_t)k, rng_between(&size, 5, 60), -1, COLUMNS, &c->trees[k]);
		make_common(&c->trees[k]);
	}
	for (uint64_t n = 0; found < FORMS; n++) {
		random_tree(3, n, 15, 3, COLUMNS, &c->forms[found]);
		make_common(&c->forms[found]);
		found += all_finite(c, &c->forms[found], FORM_ROWS);
	}
}

static double median(double *rate)
{
	qsort(rate, RUNS, sizeof(*rate), report_by_value);
	return rate[RUNS / 2];
}

/* Node-rows per second; every tenth tree where there are many rows. */
static double measure_values(struct common *c, int n)
{
	struct rows rows = c->rows;
	int step = n > 10000 ? 10 : 1, repeat = 1 + 20000 / n;
	double rate[RUNS];

	rows.n = n;
	for (int run = 0; run < RUNS; run++) {
		double nodes = 0, start = clock_thread_seconds();

		for (int k = 0; k < TREES; k += step) {
			tape_bind(c->tape, &c->trees[k], &rows);
			for (int i = 0; i < repeat; i++)
				tape_eval(c->tape, NULL, c->out);
			nodes += (double)c->trees[k].n * n * repeat;
		}
		rate[run] = nodes / (clock_thread_seconds() - start);
	}
	return median(rate);
}

static double measure_fits(struct common *c, cJSON *sse)
{
	struct rows rows = c->rows;
	struct fit_options o = fit_defaults();
	double rate[RUNS];

	rows.n = FORM_ROWS;
	for (int run = 0; run < RUNS; run++) {
		double start = clock_thread_seconds();

		for (int k = 0; k < FORMS; k++) {
			struct expr e = c->forms[k];
			struct fit_result r;

			fit_constants(c->fitter, &e, &rows, &o, &r);
			if (run == 0)
				cJSON_AddItemToArray(sse, cJSON_CreateNumber(r.sse));
		}
		rate[run] = FORMS / (clock_thread_seconds() - start);
	}
	return median(rate);
}

static cJSON *equations(const struct expr *e, int n)
{
	cJSON *array = cJSON_CreateArray();

	for (int k = 0; k < n; k++)
		cJSON_AddItemToArray(array, expr_to_json(&e[k]));
	return array;
}

static bool write_all(const struct common *c, const char *folder)
{
	char path[4096], *text = cJSON_PrintUnformatted(c->json);
	size_t written = 0;
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), "%s/rows.f64", folder);
	f = fopen(path, "wb");
	if (!f)
		return false;
	for (int k = 0; k < COLUMNS; k++)
		written += fwrite(c->x[k], sizeof(double), ROWS, f);
	written += fwrite(c->y, sizeof(double), ROWS, f);
	ok = fclose(f) == 0 && written == (size_t)ROWS * (COLUMNS + 1);
	snprintf(path, sizeof(path), "%s/common.json", folder);
	f = fopen(path, "w");
	if (!f)
		return false;
	ok &= fputs(text, f) >= 0;
	ok &= fclose(f) == 0;
	free(text);
	return ok;
}

int main(int argc, char **argv)
{
	static struct common c;
	cJSON *rates = cJSON_CreateObject(), *sse = cJSON_CreateArray();

	if (argc != 2)
		return 2;
	c.tape = tape_new();
	c.fitter = fitter_new();
	for (int k = 0; k < COLUMNS; k++)
		c.x[k] = xaligned(PADDED * sizeof(double));
	c.y = xaligned(PADDED * sizeof(double));
	c.out = xaligned(PADDED * sizeof(double));
	c.rows = (struct rows){ROWS, COLUMNS, (const double *const *)c.x, c.y, NULL};
	draw(&c);
	cJSON_AddNumberToObject(rates, "eval_100", measure_values(&c, 100));
	cJSON_AddNumberToObject(rates, "eval_1000", measure_values(&c, 1000));
	cJSON_AddNumberToObject(rates, "eval_100000", measure_values(&c, ROWS));
	cJSON_AddNumberToObject(rates, "fit", measure_fits(&c, sse));
	c.json = cJSON_CreateObject();
	cJSON_AddNumberToObject(c.json, "rows", ROWS);
	cJSON_AddNumberToObject(c.json, "columns", COLUMNS);
	cJSON_AddNumberToObject(c.json, "form_rows", FORM_ROWS);
	cJSON_AddStringToObject(c.json, "kernels", tape_kernels(c.tape)->name);
	cJSON_AddItemToObject(c.json, "trees", equations(c.trees, TREES));
	cJSON_AddItemToObject(c.json, "forms", equations(c.forms, FORMS));
	cJSON_AddItemToObject(c.json, "sse", sse);
	cJSON_AddItemToObject(c.json, "eqrl", rates);
	return write_all(&c, argv[1]) ? 0 : 1;
}
