/* cmd_batch.c — eqrl batch: the runs of a table, then one table of what they gave. */
#include "eqrl/base/str.h"
#include "eqrl/batch/runs.h"
#include "eqrl/run/run_dir.h"
#include "eqrl/cli/cli.h"

#include <stdio.h>
#include <string.h>

/* runs/NAME of NAME.tsv: the same folder whenever the same table is run, or nothing could be taken up again. */
static void choose_folder(const struct invocation *inv, struct str *out)
{
	size_t n;

	if (inv->options->out) {
		str_add(out, inv->options->out);
		for (n = out->len; n > 1 && out->data[n - 1] == '/'; n--)
			out->data[--out->len] = '\0';
	} else {
		str_add(out, "runs/");
		run_name(inv->args[0], out);
	}
}

/* What the runs cannot be given. */
static enum status check_passed(const struct invocation *inv)
{
	for (int i = 0; i < inv->n_passed; i++)
		if (strncmp(inv->passed[i], "--resume", 8) == 0)
			return fail(ST_USAGE, "--resume: batch goes on with interrupted runs by itself; leave it out");
	return ST_OK;
}

/* Also after a failure or a signal: the table says what is done. */
static enum status work_and_tell(struct runs *b)
{
	struct str table = {0};
	enum status st = runs_work(b, run_command_line), saved;
	char why[512];

	snprintf(why, sizeof(why), "%s", error_message());
	runs_table(b, &table);
	fputs(str_text(&table), stdout);
	str_release(&table);
	saved = runs_write_summary(b);
	if (st == ST_OK)
		return saved;
	return fail(st, "%s", why);
}

int cmd_batch(struct invocation *inv)
{
	struct manifest m = {0};
	struct runs b = {0};
	struct str out = {0};
	enum status st;

	TRY(check_passed(inv));
	TRY(runs_check_shard(inv->options->shard));
	choose_folder(inv, &out);
	st = manifest_read(&m, inv->args[0], out.data, inv->n_passed, inv->passed);
	if (st == ST_OK)
		st = runs_open(&b, inv->options, &m, out.data);
	if (st == ST_OK)
		st = work_and_tell(&b);
	runs_release(&b);
	manifest_release(&m);
	str_release(&out);
	return st;
}
