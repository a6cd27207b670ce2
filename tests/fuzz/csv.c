/* csv.c — libFuzzer entry: any bytes give a table or an error, never a crash.
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Iinclude tests/fuzz/csv.c \
 *     src/data/{csv,records,sniff,number}.c src/base/{error,mem,str,rng}.c -lz -lm -o fuzz-csv */
#include "eqrl/data/csv.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv t;
	double sum = 0;

	if (csv_parse(&t, "input", (const char *)data, size, NULL) != ST_OK)
		return 0;
	for (int c = 0; c < t.n_columns; c++)
		for (int i = 0; t.column[c].value && i < t.n; i++)
			sum += t.column[c].value[i]; /* every value is there to be read */
	for (int c = 0; c < t.n_columns; c++)
		if (csv_find(&t, t.column[c].name, "--target") != c)
			abort(); /* names are different */
	csv_release(&t);
	return sum == 0.12345;
}
