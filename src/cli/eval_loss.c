/* eval_loss.c — see eval_loss.h. */
#include "eval_loss.h"

#include "eqrl/base/json_file.h"
#include "eqrl/eval/loss.h"
#include "eqrl/eval/tape.h"
#include "eqrl/run/residual_report.h"

#include <stdio.h>

void loss_report_measure(struct loss_report *r, const struct dataset *d, const struct expr *e)
{
	const struct rows *rows = &d->all_but_report;
	struct tape *tape = tape_new();
	struct target_moments t;

	*r = (struct loss_report){.loss = rows->loss};
	rows_measure_target(rows, &t);
	tape_bind(tape, e, rows);
	r->error = tape_sse(tape, NULL);
	r->null_error = t.sst;
	tape_free(tape);
	residuals_measure(e, rows, d->line, &r->residuals);
}

void loss_report_print(const struct loss_report *r)
{
	struct str out = {0};

	if (r->loss)
		printf("\nloss      %s: %.6g, of the best constant %.6g; explained %.6f\n",
		       loss_table[r->loss->kind].name, r->error, r->null_error, 1 - fvu_of(r->error, r->null_error));
	residuals_table(&r->residuals, &out);
	if (out.len)
		printf("\n%.*s", (int)out.len - 1, out.data); /* but for the blank line behind it */
	str_release(&out);
}

void loss_report_to_json(const struct loss_report *r, cJSON *out)
{
	if (r->loss) {
		cJSON *o = cJSON_AddObjectToObject(out, "loss");

		cJSON_AddStringToObject(o, "name", loss_table[r->loss->kind].name);
		json_add_number(o, "error", r->error);
		json_add_number(o, "null_error", r->null_error);
		json_add_number(o, "explained", 1 - fvu_of(r->error, r->null_error));
		if (loss_table[r->loss->kind].spread == SPREAD_ROBUST)
			json_add_number(o, "scale", r->loss->scale);
	}
	residuals_to_json(&r->residuals, out);
}
