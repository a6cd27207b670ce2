/* csv.c — libFuzzer entry: any bytes give a table or an error, and a data set or an error, never a crash; what comes out
 * is UTF-8 without control characters, and what a search sees is finite. Seeds: tests/cases/tables, and
 * EQRL_WRITE_SEEDS=FOLDER makes eqrl-test write the inputs of tests/cases/reader.test. */
#include "eqrl/data/dataset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_clean(const char *text)
{
	struct str clean = {0};

	text_clean(&clean, text, strlen(text));
	if (strcmp(str_text(&clean), text) != 0)
		abort();
	str_release(&clean);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p >= 0xf5 || (*p >= 0x80 && p[1] == '\0' && *p >= 0xc0))
			abort(); /* half a character, or none of UTF-8 */
}

static void check_notes(const struct notes *notes)
{
	for (int i = 0; i < notes->n; i++)
		check_clean(notes->item[i].text);
}

static double check_table(const uint8_t *data, size_t size, const struct csv_options *o)
{
	struct csv t;
	double sum = 0;

	if (csv_parse(&t, "input", (const char *)data, size, o) != ST_OK) {
		check_clean(error_message());
		return 0;
	}
	for (int c = 0; c < t.n_columns && t.n_columns < 100; c++)
		if (o->categories && t.column[c].kind == CSV_TEXT && t.column[c].n_levels <= 5)
			csv_add_levels(&t, c);
	for (int c = 0; c < t.n_columns; c++)
		for (int i = 0; t.column[c].value && i < t.n; i++)
			sum += t.column[c].value[i]; /* every value is there to be read */
	for (int c = 0; c < t.n_columns; c++) {
		check_clean(t.column[c].name);
		if (csv_find(&t, t.column[c].name, "--target") != c)
			abort(); /* names are different */
	}
	check_notes(&t.notes);
	csv_release(&t);
	return sum;
}

static void check_finite(const struct rows *rows)
{
	for (int i = 0; i < rows->n; i++) {
		if (!isfinite(rows->y[i]))
			abort();
		for (int c = 0; c < rows->n_columns; c++)
			if (!isfinite(rows->x[c][i]))
				abort();
	}
}

/* The same bytes as a file, in memory. */
static void check_dataset(const uint8_t *data, size_t size, const struct csv_options *o)
{
	const struct dataset_options options = {.read = *o};
	int fd = memfd_create("input", 0);
	struct dataset d;
	char path[32], hash[65];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	if (dataset_load(&d, path, &options) == ST_OK) {
		if (d.n_columns < 1 || d.all_but_report.n + d.report.n < DATASET_MIN_ROWS)
			abort();
		check_finite(&d.all_but_report);
		check_finite(&d.report);
		check_notes(&d.notes);
		dataset_sha256(&d, hash);
		dataset_release(&d);
	} else {
		check_clean(error_message());
	}
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* the size chooses options, so that seeds stay what they are */
	const struct csv_options o = {
		.dates = size & 1 ? "days" : NULL,
		.categories = size & 2 ? 5 : 0,
		.index = (size & 4) != 0,
		.na = size & 8 ? "-999,x" : NULL,
		.header = size % 48 >= 32 ? (enum csv_header)(1 + size % 2) : CSV_HEADER_AUTO,
		.lags = size & 64 ? "1:1\n2:2" : NULL,
	};
	double sum = check_table(data, size, &o);

	check_dataset(data, size, &o);
	return sum == 0.12345;
}
