/* bench_csv.c — rows per second of the CSV reader, from a file that the system has in memory to a data set that is split
 * into its roles: 200,000 rows of 10 columns with 17 digits, and 1,000,000 rows of 10 plain decimals (about 100 MB). */
#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/str.h"
#include "eqrl/data/dataset.h"
#include "report.h"

#include <unistd.h>

enum { COLUMNS = 10, RUNS = 5 };

static void write_full(struct str *text, double v)
{
	str_addf(text, "%.17g", v);
}

static void write_decimal(struct str *text, double v)
{
	str_addf(text, "%.6f", 50 * v);
}

static const struct table {
	const char *name;
	int rows;
	void (*write)(struct str *text, double v);
} tables[] = {{"csv", 200000, write_full}, {"csv decimals", 1000000, write_decimal}};

static int write_table(const struct table *t, const char *path)
{
	struct rng r = rng_stream(1, 1, 1);
	struct str text = {0};
	enum status st;

	for (int i = 0; i < t->rows; i++)
		for (int j = 0; j < COLUMNS; j++) {
			t->write(&text, rng_normal(&r));
			str_addc(&text, j < COLUMNS - 1 ? ',' : '\n');
		}
	st = file_write_atomic(path, text.data, text.len);
	str_release(&text);
	return st == ST_OK;
}

static int measure(const struct table *t, const char *path)
{
	double rate[RUNS];

	if (!write_table(t, path))
		return 0;
	for (int run = 0; run < RUNS; run++) {
		struct dataset d;
		double start = clock_seconds();

		if (dataset_load(&d, path, NULL) != ST_OK)
			return 0;
		rate[run] = t->rows / (clock_seconds() - start);
		dataset_release(&d);
	}
	report_row(t->name, "rows/s", rate, RUNS);
	return 1;
}

int main(void)
{
	char path[] = "/tmp/eqrl-bench-XXXXXX";
	int fd = mkstemp(path), done = fd >= 0 && close(fd) == 0;

	report_header("CSV reader, 10 columns");
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && done; i++)
		done = measure(&tables[i], path);
	unlink(path);
	return !done;
}
