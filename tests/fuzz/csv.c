/* csv.c — libFuzzer entry: any bytes give a table or an error, never a crash; what comes out is UTF-8 without
 * control characters. Seeds: EQRL_WRITE_SEEDS=FOLDER makes eqrl-test write the inputs of tests/cases/reader.test. */
#include "eqrl/data/csv.h"

#include <stdlib.h>
#include <string.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* the size chooses options, so that seeds stay what they are */
	const struct csv_options o = {
		.dates = size & 1 ? "days" : NULL,
		.categories = size & 2 ? 5 : 0,
		.index = (size & 4) != 0,
		.na = size & 8 ? "-999,x" : NULL,
	};
	struct csv t;
	double sum = 0;

	if (csv_parse(&t, "input", (const char *)data, size, &o) != ST_OK)
		return 0;
	for (int c = 0; c < t.n_columns && t.n_columns < 100; c++)
		if (o.categories && t.column[c].kind == CSV_TEXT && t.column[c].n_levels <= 5)
			csv_add_levels(&t, c);
	for (int c = 0; c < t.n_columns; c++)
		for (int i = 0; t.column[c].value && i < t.n; i++)
			sum += t.column[c].value[i]; /* every value is there to be read */
	for (int c = 0; c < t.n_columns; c++) {
		check_clean(t.column[c].name);
		if (csv_find(&t, t.column[c].name, "--target") != c)
			abort(); /* names are different */
	}
	for (int i = 0; i < t.notes.n; i++)
		check_clean(t.notes.item[i].text);
	csv_release(&t);
	return sum == 0.12345;
}
