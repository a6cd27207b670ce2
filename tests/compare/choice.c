/* choice.c — how good the choice from the front is, by every rule of --select.
 *
 *   choice EVALS SEED calibrate              ten textbook laws and pure noise, few rows and many, four levels of noise
 *   choice EVALS SEED noise                  pure noise alone, 40 tables of each size
 *   choice EVALS SEED tables FILE.csv …      tables whose last column is the target
 *
 * One counted search (full, without learning) a table; every rule then chooses from the same front. One JSON line a
 * table and rule: error on report rows of the choice and of the best equation of the front, its size; for laws, whether
 * the choice has the law's form (its constants, fitted to 120 clean rows, leave less than 1e-6 of the variance), and whether
 * it is called significant. choice.awk makes the tables of data/results/choice.md from these lines. */
#include "eqrl/base/mem.h"
#include "eqrl/base/pool.h"
#include "eqrl/base/rng.h"
#include "eqrl/data/dataset.h"
#include "eqrl/eval/fit.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/search_front.h"
#include "eqrl/run/search_setup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLEAN_ROWS = 120, MOST_ROWS = 300 };

static double line(double x)
{
	return 2.3 * x + 1.7;
}

static double power(double x)
{
	return 1.4 * pow(x, 1.5);
}

static double decay(double x)
{
	return 3.1 + 8 * exp(-0.45 * x);
}

static double michaelis(double x)
{
	return 5.2 * x / (x + 2.1);
}

static double hill(double x)
{
	return 4 * x * x * x / (x * x * x + 15);
}

static double logistic(double x)
{
	return 10 / (1 + exp(-1.1 * (x - 5)));
}

static double gaussian(double x)
{
	return 3 * exp(-(x - 4) * (x - 4) / 5);
}

static double arrhenius(double x)
{
	return 5e5 * exp(-4000 / x);
}

static double sinusoid(double x)
{
	return 2 * sin(1.3 * x + 0.5) + 0.7;
}

static double hyperbola(double x)
{
	return 7 / (x + 1.5);
}

static const struct law {
	const char *name;
	double (*value)(double x); /* NULL: no law at all */
	double low, high;
} laws[] = {
	{"line", line, 0, 10},	       {"power", power, 0.5, 9},
	{"decay", decay, 0, 10},       {"michaelis", michaelis, 0.2, 15},
	{"hill", hill, 0.3, 8},	       {"logistic", logistic, 0, 10},
	{"gaussian", gaussian, 0, 9},  {"arrhenius", arrhenius, 280, 420},
	{"sinusoid", sinusoid, 0, 10}, {"hyperbola", hyperbola, 0, 12},
	{"nothing", NULL, 0, 10},
};

struct columns {
	double x[MOST_ROWS + ROWS_BLOCK], y[MOST_ROWS + ROWS_BLOCK];
	const double *column[1];
	struct rows rows;
};

static void fill_columns(struct columns *c, const struct law *law, int n, double noise, struct rng *r)
{
	double sum = 0, squares = 0, deviation;

	for (int i = 0; i < n; i++) {
		c->x[i] = law->low + (law->high - law->low) * (n <= 30 || !r ? (i + 0.0) / (n - 1) : rng_uniform(r));
		c->y[i] = law->value ? law->value(c->x[i]) : 0;
		sum += c->y[i];
		squares += c->y[i] * c->y[i];
	}
	deviation = law->value ? sqrt(squares / n - sum / n * (sum / n)) : 1;
	for (int i = 0; i < n && r; i++)
		c->y[i] += noise * deviation * rng_normal(r);
	c->column[0] = c->x;
	c->rows = (struct rows){.n = n, .n_columns = 1, .x = c->column, .y = c->y};
}

struct study {
	struct option_set options;
	struct policy policy;
	struct train_config config;
	struct pool *pool;
};

static bool has_form(const struct expr *e, const struct rows *clean)
{
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct expr free_form = *e;
	struct fit_result r;

	for (int i = 0; i < free_form.n; i++) /* plain numbers are free again */
		if (free_form.node[i].op == OP_FIXED)
			free_form.node[i].op = OP_CONST;
	o.restarts = 4;
	fit_constants(f, &free_form, clean, &o, &r);
	fitter_free(f);
	return r.verdict == VERDICT_OK && r.nmse < 1e-6;
}

/* R² of an entry on report rows, 0 where it is worse than their mean. */
static double clipped_r2(const struct pareto_entry *e)
{
	return e->fvu_report < 1 ? 1 - e->fvu_report : 0;
}

static void print_choice(const char *name, const struct dataset *d, const struct pareto *p, const struct rows *clean)
{
	const struct pareto_entry *e = &p->entry[p->chosen];
	double best = 0;
	bool known = false;

	for (int i = 0; i < p->n; i++)
		best = fmax(best, clipped_r2(&p->entry[i]));
	for (int i = 0; i < p->n && clean && !known; i++)
		known = has_form(&p->entry[i].expr, clean);
	printf("{\"table\":\"%s\",\"rows\":%d,\"rule\":\"%s\",\"size\":%d,\"r2\":%.6f,\"best\":%.6f,\"significant\":%d,"
	       "\"form\":%d,\"on_front\":%d}\n",
	       name, d->all_but_report.n, selection_table[p->by].name, e->size, d->report.n ? clipped_r2(e) : -1,
	       d->report.n ? best : -1, p->significant, clean ? has_form(&e->expr, clean) : -1, known);
}

static void choose_by_every_rule(struct study *s, const char *name, const struct dataset *d, const struct rows *clean)
{
	struct trainer_inputs in = {.d = d, .n_data = 1, .policy = &s->policy, .pool = s->pool};
	struct pareto *p = xmalloc(sizeof(*p));
	struct trainer *t;

	if (trainer_open(&t, &s->config, &in) != ST_OK) {
		fprintf(stderr, "%s: %s\n", name, error_message());
		free(p);
		return;
	}
	while (!search_done(&s->options.values, t))
		trainer_step(t, NULL);
	for (int by = 0; by < selection_rows; by++) {
		task_front(trainer_task(t, 0), (enum selection)by, p);
		search_polish(&s->options.values, d, p);
		if (p->chosen >= 0)
			print_choice(name, d, p, clean);
	}
	fflush(stdout);
	trainer_close(t);
	free(p);
}

static const int sizes[] = {5, 7, 9, 12, 20, 30, 60, 100, 300};

static void choose_for_law(struct study *s, const struct law *law, int n, double noise, uint64_t stream)
{
	struct columns *noisy = xcalloc(1, sizeof(*noisy)), *clean = xcalloc(1, sizeof(*clean));
	struct rng r = rng_stream(s->config.seed, (uint64_t)(law - laws), stream);
	struct dataset_source source = {.file = "law", .target = "y"};
	struct dataset_options o = {.seed = s->config.seed};
	struct dataset d;
	char name[64];

	fill_columns(noisy, law, n, law->value ? noise : 1, &r);
	fill_columns(clean, law, CLEAN_ROWS, 0, NULL);
	source.rows = noisy->rows;
	snprintf(name, sizeof(name), "%s/%d/%g", law->name, n, noise);
	if (dataset_from_columns(&d, &source, &o) == ST_OK) {
		choose_by_every_rule(s, name, &d, law->value ? &clean->rows : NULL);
		dataset_release(&d);
	} else {
		fprintf(stderr, "%s: %s\n", name, error_message());
	}
	free(noisy);
	free(clean);
}

static void calibrate(struct study *s)
{
	static const double noises[] = {0, 0.01, 0.05, 0.2};

	for (size_t l = 0; l < COUNT_OF(laws); l++)
		for (size_t i = 0; i < COUNT_OF(sizes); i++)
			for (size_t k = 0; k < COUNT_OF(noises); k++)
				choose_for_law(s, &laws[l], sizes[i], noises[k], i * COUNT_OF(noises) + k);
}

/* The last law is none. */
static void count_false_findings(struct study *s)
{
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		for (uint64_t k = 0; k < 40; k++)
			choose_for_law(s, &laws[COUNT_OF(laws) - 1], sizes[i], 1, 1000 * i + k);
}

static void choose_for_tables(struct study *s, int n, char **file)
{
	for (int i = 0; i < n; i++) {
		struct dataset_options o = {.seed = s->config.seed, .test = "0.2"};
		const char *slash = strrchr(file[i], '/');
		struct dataset d;

		if (dataset_load(&d, file[i], &o) != ST_OK) {
			fprintf(stderr, "%s\n", error_message());
			continue;
		}
		choose_by_every_rule(s, slash ? slash + 1 : file[i], &d, NULL);
		dataset_release(&d);
	}
}

int main(int argc, char **argv)
{
	struct study s = {0};
	char flag[][10] = {"--evals", "--seed", "--threads", "1"};
	char *options[] = {flag[0], argv[1], flag[1], argv[2], flag[2], flag[3], NULL};

	if (argc < 4 ||
	    (strcmp(argv[3], "calibrate") != 0 && strcmp(argv[3], "noise") != 0 && strcmp(argv[3], "tables") != 0)) {
		fprintf(stderr, "usage: choice EVALS SEED calibrate | noise | choice EVALS SEED tables FILE.csv …\n");
		return 2;
	}
	if (options_parse(&s.options, command_find("train"), 6, options) != ST_OK ||
	    search_config(&s.options.values, ARM_FULL, &s.config) != ST_OK ||
	    search_policy(&s.options.values, &s.policy) != ST_OK) {
		fprintf(stderr, "%s\n", error_message());
		return 2;
	}
	s.pool = pool_new(1);
	if (strcmp(argv[3], "calibrate") == 0)
		calibrate(&s);
	else if (strcmp(argv[3], "noise") == 0)
		count_false_findings(&s);
	else
		choose_for_tables(&s, argc - 4, argv + 4);
	pool_free(s.pool);
	policy_release(&s.policy);
	options_release(&s.options);
	return 0;
}
