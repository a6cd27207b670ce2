/* bench_feedback.c — what certificates and token credit cost, on one thread of this machine.
 *
 * Equations of the generator on 200 rows of 3 columns (120 fit rows): scored, then looked at as the trainer
 * does. The share of a training step is 96 of these against the step's time (log.jsonl of a run).
 *
 *   bench_feedback [print]   print: the findings on the first equations too, for a reader */
#include "eqrl/base/clock.h"
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/prior.h"
#include "eqrl/score/feedback.h"
#include "report.h"

#include <math.h>

enum { EQUATIONS = 2000, RUNS = 7, ROWS = 200, PRINTED = 60 };

static struct expr equation[EQUATIONS];
static struct score score[EQUATIONS];
static struct feedback feedback[EQUATIONS];

static void make_data(struct dataset *d)
{
	struct rng r = rng_stream(8, 1, 2);
	static double x[3][ROWS + ROWS_BLOCK], y[ROWS + ROWS_BLOCK];
	const double *column[3] = {x[0], x[1], x[2]};
	struct dataset_source s = {.file = "made up", .target = "y"};

	for (int i = 0; i < ROWS; i++) {
		for (int j = 0; j < 3; j++)
			x[j][i] = rng_range(&r, 0.5, 3);
		y[i] = 2.5 * x[0][i] * x[1][i] / (x[2][i] + 0.7) + sin(3 * x[0][i]) + 0.01 * rng_normal(&r);
	}
	s.rows = (struct rows){.n = ROWS, .n_columns = 3, .x = column, .y = y};
	if (dataset_from_columns(d, &s, &(struct dataset_options){.seed = 1}) != ST_OK)
		BUG("%s", error_message());
}

static void draw(void)
{
	struct prior_config c = prior_default();

	for (int i = 0; i < EQUATIONS; i++) {
		struct rng r = rng_stream(9, 2, (uint64_t)i);

		while (!prior_draw(&c, 3, &r, &equation[i]) || equation[i].n > 30 || expr_free_consts(&equation[i]) > 8)
			;
	}
}

static void print_findings(int i)
{
	struct str text = {0};

	print_expr_with(&text, &equation[i], NULL, NOTATION_TEXT, &(struct print_options){.placeholders = true});
	printf("%s  (%s, FVU %.3g)\n", text.data, verdict_name[score[i].verdict], score[i].fvu_fit);
	for (int k = 0; k < feedback[i].n_findings; k++) {
		const struct finding *f = &feedback[i].finding[k];
		struct expr part = {0};

		expr_append_subtree(&part, &equation[i], f->first);
		str_clear(&text);
		print_expr_with(&text, &part, NULL, NOTATION_TEXT, &(struct print_options){.placeholders = true});
		printf("    %-13s %-10.3g row %3d  %s\n", certificate_table[f->certificate].name, f->value, f->row,
		       text.data);
	}
	str_release(&text);
}

int main(int argc, char **argv)
{
	struct examiner *x = examiner_new();
	struct scorer_config c = scorer_default();
	struct pool *pool = pool_new(1);
	struct scorer *s;
	struct dataset d;
	struct rows rows;
	int count[CERTIFICATE_COUNT] = {0};
	double rate[RUNS];

	make_data(&d);
	draw();
	s = scorer_new(&c, &d, pool);
	scorer_run(s, equation, EQUATIONS, score, NULL);
	rows = d.fit;
	rows.n = rows.n < 128 ? rows.n : 128;
	for (int run = 0; run < RUNS; run++) {
		double start = clock_thread_seconds();

		for (int i = 0; i < EQUATIONS; i++) {
			struct feedback_request q = {.written = &equation[i],
						     .rows = &rows,
						     .all = &d.fit,
						     .score = &score[i],
						     .fit = true,
						     .scaling = SCALING_AUTO};

			feedback_make(x, &q, &feedback[i]);
		}
		rate[run] = EQUATIONS / (clock_thread_seconds() - start);
	}
	report_header("certificates and token credit, 120 rows, one thread");
	report_row("feedback", "equations/s", rate, RUNS);
	for (int i = 0; i < EQUATIONS; i++)
		for (int k = 0; k < feedback[i].n_findings; k++)
			count[feedback[i].finding[k].certificate]++;
	printf("%.0f us an equation; findings for each:", 1e6 / rate[RUNS / 2]);
	for (int k = 0; k < CERTIFICATE_COUNT; k++)
		printf(" %s %.2f", certificate_table[k].name, (double)count[k] / EQUATIONS);
	putchar('\n');
	for (int i = 0; argc > 1 && i < PRINTED; i++)
		print_findings(i);
	scorer_free(s);
	pool_free(pool);
	examiner_free(x);
	dataset_release(&d);
	return 0;
}
