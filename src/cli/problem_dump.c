/* problem_dump.c — see problem_dump.h. */
#include "problem_dump.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/expr/print.h"

#include <stdio.h>
#include <stdlib.h>

static void print_problem(const struct problem *p)
{
	struct str skeleton = {0}, truth = {0};

	print_expr_with(&skeleton, &p->skeleton, NULL, NOTATION_TEXT, &(struct print_options){.placeholders = true});
	print_expr_with(&truth, &p->truth, NULL, NOTATION_TEXT, &(struct print_options){.digits = 4});
	printf("%-44s  y = %s  [%d columns, x1 %.3g … %.3g, noise %.3g]\n", str_text(&skeleton),
	       p->truth.n ? str_text(&truth) : "(too long)", p->n_columns, p->x[0][0], p->x[0][1], p->noise);
	str_release(&skeleton);
	str_release(&truth);
}

enum status dump_problems(const struct options *o, const struct pretrain_config *c)
{
	struct problem *p = xcalloc(1, sizeof(*p));
	int64_t verdicts[PROBLEM_VERDICTS] = {0};
	const volatile int *stop = signals_flag();

	for (int64_t i = 0; i < o->dump && !*stop && !ferror(stdout); i++) {
		struct rng r = rng_stream(c->seed, 1, (uint64_t)i);

		problem_draw(&c->problem, 64, &r, verdicts, p);
		print_problem(p);
	}
	for (int v = 0; v < PROBLEM_VERDICTS; v++)
		fprintf(stderr, "%-14s %lld\n", problem_verdict_name[v], (long long)verdicts[v]);
	free(p);
	return signals_status();
}
