/* bench_csv.c — rows per second of the CSV reader: 200,000 rows of 10 columns with 17 digits, from a file that
 * the system has in memory, split into its roles. */
#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/str.h"
#include "eqrl/data/dataset.h"
#include "report.h"

#include <unistd.h>

enum { ROWS = 200000, COLUMNS = 10, RUNS = 7 };

int main(void)
{
	char path[] = "/tmp/eqrl-bench-XXXXXX";
	struct rng r = rng_stream(1, 1, 1);
	struct str text = {0};
	double rate[RUNS];
	int fd = mkstemp(path);

	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < COLUMNS; j++)
			str_addf(&text, "%.17g%c", rng_normal(&r), j < COLUMNS - 1 ? ',' : '\n');
	if (fd < 0 || close(fd) != 0 || file_write_atomic(path, text.data, text.len) != ST_OK)
		return 1;
	for (int run = 0; run < RUNS; run++) {
		struct dataset d;
		double start = clock_seconds();

		if (dataset_load(&d, path, NULL) != ST_OK)
			return 1;
		rate[run] = ROWS / (clock_seconds() - start);
		dataset_release(&d);
	}
	report_header("CSV reader, 10 columns");
	report_row("csv", "rows/s", rate, RUNS);
	unlink(path);
	str_release(&text);
	return 0;
}
