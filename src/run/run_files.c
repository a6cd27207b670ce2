/* run_files.c — see run_files.h. */
#include "eqrl/run/run_files.h"

#include "eqrl/base/mem.h"
#include "eqrl/options/options_cli.h"

#include <string.h>

struct file_row {
	const char *name, *what;
	int schema; /* of a file; -1: the row is a field */
};

static const struct file_row file_rows[] = {
#define RUN_FILE(name, schema, what) {name, what, schema},
#define RUN_FIELD(path, what)	     {path, what, -1},
#include "eqrl/run/files.def"
#undef RUN_FIELD
#undef RUN_FILE
};

void run_files_help(struct str *out)
{
	str_add(out,
		"The files of a run directory. Files appear under their names only when complete; log.jsonl grows\n"
		"by whole lines. The rows of CSV files have names in their first line. A new field leaves a schema\n"
		"as it is; a schema rises when a field goes or means something else.\n");
	for (size_t i = 0; i < COUNT_OF(file_rows); i++) {
		const struct file_row *row = &file_rows[i];
		struct str text = {0};

		str_add(&text, row->what);
		if (row->schema > 0)
			str_addf(&text, " (schema %d)", row->schema);
		if (row->schema >= 0)
			str_addc(out, '\n');
		help_entry(out, row->schema < 0 ? 2 : 0, row->name, text.data);
		str_release(&text);
	}
}
