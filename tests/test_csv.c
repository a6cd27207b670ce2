/* test_csv.c — tables of every shape give the same numbers, and every mistake its message. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/str.h"
#include "eqrl/data/csv.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

static enum status parse(struct csv *t, const char *text, const struct csv_options *o)
{
	return csv_parse(t, "t.csv", text, strlen(text), o);
}

/* ---- numbers ---- */

/* Our number and strtod's must be the same bits and end at the same place. */
static bool same_as_strtod(const char *text)
{
	char *end;
	double want = strtod(text, &end), got;
	const char *got_end = csv_number(text, '.', &got);

	return got_end == end && memcmp(&got, &want, sizeof(got)) == 0;
}

static void random_number(struct rng *r, char *out, size_t size)
{
	int kind = rng_below(r, 6), digits = rng_between(r, 1, 21);
	char mantissa[32];
	double bits;
	uint64_t u;

	switch (kind) {
	case 0: /* any finite double, as printed to read back */
		do {
			u = rng_u64(r);
			memcpy(&bits, &u, sizeof(bits));
		} while (!isfinite(bits));
		snprintf(out, size, "%.17g", bits);
		return;
	case 1: /* as scientists write them */
		snprintf(out, size, "%.*f", rng_between(r, 0, 12), 1000 * rng_normal(r));
		return;
	case 2:
		snprintf(out, size, "%.*g", rng_between(r, 1, 17), rng_normal(r));
		return;
	case 3: /* half-way between doubles, or one digit off */
		snprintf(out, size, "%llu.5%s", (1ull << 52) + (unsigned long long)rng_below(r, 1 << 30),
			 rng_bool(r, 0.5)   ? ""
			 : rng_bool(r, 0.5) ? "0"
					    : "00000000001");
		return;
	default:
		for (int i = 0; i < digits; i++)
			mantissa[i] = (char)('0' + rng_below(r, 10));
		mantissa[digits] = '\0';
		snprintf(out, size, "%s%.*s.%se%d", rng_bool(r, 0.5) ? "-" : "", rng_below(r, 8), "90071992", mantissa,
			 rng_between(r, -40, 40));
	}
}

TEST(random_numbers_are_read_as_strtod_reads_them)
{
	struct rng r = rng_stream(1, 2, 3);
	char text[512];

	for (int i = 0, n = test_cases(1000000); i < n; i++) {
		random_number(&r, text, sizeof(text));
		if (!same_as_strtod(text)) {
			test_failed(__FILE__, __LINE__, "\"%s\" is not read as by strtod", text);
			return;
		}
	}
}

TEST(edges_of_the_number_format_are_read_as_strtod_reads_them)
{
	static const char *const texts[] = {"0",
					    "-0",
					    "+1",
					    "1.",
					    ".5",
					    "-.5e3",
					    "1e5",
					    "1E+05",
					    "1e-05",
					    "1e",
					    "1e+",
					    "00012",
					    "1e308",
					    "1.7976931348623157e308",
					    "1.7976931348623159e308",
					    "1e309",
					    "5e-324",
					    "2.4703282292062327e-324",
					    "2.4703282292062328e-324",
					    "2.2250738585072011e-308",
					    "9007199254740993",
					    "9007199254740992.5",
					    "9223372036854775808",
					    "18446744073709551615",
					    "99999999999999999999",
					    "1000000000000000000000000000000",
					    "0.00000000000000000000000001",
					    "123456789012345678901234567890e-20",
					    "1e22",
					    "1e23",
					    "8.5e27",
					    "9e-27",
					    "1e99999999999",
					    "1e-99999999999",
					    "0e999999999999",
					    "7.2057594037927933e16",
					    "1.5_",
					    "3 4",
					    "2,5",
					    "6;"};

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (!same_as_strtod(texts[i]))
			test_failed(__FILE__, __LINE__, "\"%s\" is not read as by strtod", texts[i]);
}

TEST(what_is_no_decimal_number_is_refused)
{
	static const char *const texts[] = {"", "x", ".", "-", "+", "-.", "e5", "inf", "nan", "--1", "+-1"};
	double v;

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		CHECK(csv_number(texts[i], '.', &v) == NULL);
	CHECK(*csv_number("0x10", '.', &v) == 'x');
}

TEST(a_decimal_comma_is_read_in_all_lengths)
{
	double v;

	CHECK(*csv_number("-1,5;", ',', &v) == ';' && v == -1.5);
	CHECK(*csv_number("0,1234567890123456789012345;", ',', &v) == ';' && v == 0.1234567890123456789012345);
	CHECK(*csv_number("1.5;", ',', &v) == '.' && v == 1);
}

/* ---- shapes ---- */

/* All of these say: a b target, rows 1 2.5 -3e-2 and 4 -0.125 6. */
static const char *const same_table[] = {
	"a,b,target\n1,2.5,-3e-2\n4,-0.125,6\n",
	"a,b,target\n1,2.5,-3e-2\n4,-0.125,6",
	"a\tb\ttarget\n1\t2.5\t-3e-2\n4\t-0.125\t6\n",
	"a;b;target\n1;2,5;-3e-2\n4;-0,125;6\n",
	"a;b;target\n1;2.5;-3e-2\n4;-0.125;6\n",
	"a\tb\ttarget\n1\t2,5\t-3e-2\n4\t-0,125\t6\n",
	"a b target\n1 2.5 -3e-2\n4 -0.125 6\n",
	"  a   b \t target  \n  1  2.5\t-3e-2  \n 4 -0.125   6\n",
	"a,b,target\r\n1,2.5,-3e-2\r\n4,-0.125,6\r\n",
	"a,b,target\r1,2.5,-3e-2\r4,-0.125,6\r",
	"\xef\xbb\xbf"
	"a,b,target\n1,2.5,-3e-2\n4,-0.125,6\n",
	"\"a\",\"b\",\"target\"\n\"1\",\"2.5\",-3e-2\n4,\"-0.125\",\"6\"\n",
	"a, b, target\n1 , 2.5, -3e-2\n 4,-0.125 ,6 \n",
	"\n\na,b,target\n\n1,2.5,-3e-2\n   \n4,-0.125,6\n\n\n",
	"# measured on a Monday\na,b,target\n1,2.5,-3e-2\n# a pause\n4,-0.125,6\n",
	"# a b target\n1 2.5 -3e-2\n4 -0.125 6\n",
	"#a,b,target\r\n1,2.5,-3e-2\r\n4,-0.125,6\r\n",
	"\"a\" \"b\" \"target\"\n1 \"2.5\" -3e-2\n4 -0.125 6\n",
};

static void check_same_table(const struct csv *t, const char *text)
{
	static const char *const names[] = {"a", "b", "target"};
	static const double want[3][2] = {{1, 4}, {2.5, -0.125}, {-3e-2, 6}};
	bool same = t->n == 2 && t->n_columns == 3;

	for (int c = 0; same && c < 3; c++) {
		const struct csv_column *col = &t->column[c];

		same = strcmp(col->name, names[c]) == 0 && col->value && col->value[0] == want[c][0] &&
		       col->value[1] == want[c][1] && col->n_missing == 0;
	}
	if (!same)
		test_failed(__FILE__, __LINE__, "read differently (%s): %s", error_message(), text);
}

TEST(every_shape_of_a_table_gives_the_same_numbers)
{
	for (size_t i = 0; i < COUNT_OF(same_table); i++) {
		struct csv t;

		CHECK_OK(parse(&t, same_table[i], NULL));
		check_same_table(&t, same_table[i]);
		csv_release(&t);
	}
}

TEST(a_gzipped_table_of_every_shape_gives_the_same_numbers)
{
	char *path = path_join(test_dir(), "same.csv.gz");

	for (size_t i = 0; i < COUNT_OF(same_table); i++) {
		gzFile f = gzopen(path, "wb");
		struct csv t;

		gzputs(f, same_table[i]);
		gzclose(f);
		CHECK_OK(csv_read(&t, path, NULL));
		check_same_table(&t, same_table[i]);
		csv_release(&t);
	}
	free(path);
}

TEST(standard_input_is_read_like_a_file)
{
	char *path = path_join(test_dir(), "stdin.csv");
	int saved = dup(STDIN_FILENO);
	struct csv t;

	CHECK_OK(file_write_atomic(path, same_table[0], strlen(same_table[0])));
	CHECK(freopen(path, "r", stdin) != NULL);
	CHECK_OK(csv_read(&t, "-", NULL));
	check_same_table(&t, same_table[0]);
	CHECK_STR(t.file, "standard input");
	csv_release(&t);
	dup2(saved, STDIN_FILENO);
	close(saved);
	free(path);
}

/* Larger than the reader's buffer, with records across its edges. */
TEST(rows_across_buffer_edges_are_whole)
{
	struct str text = {0};
	struct csv t;
	int n = 120000, wrong = 0;
	char *path = path_join(test_dir(), "long.csv");

	str_add(&text, "i,\"quoted, with\nline end\",half\n");
	for (int i = 0; i < n; i++)
		str_addf(&text, i % 1000 ? "%d,a longer text,%.1f\n" : "%d,\"b \"\"c\"\",\n\nd\",%.1f\n", i, i / 2.0);
	CHECK_OK(file_write_atomic(path, text.data, text.len));
	CHECK_OK(csv_read(&t, path, NULL));
	CHECK_EQ(t.n, n);
	CHECK_STR(t.column[1].name, "quoted, with line end");
	CHECK(t.column[1].value == NULL && t.column[1].text.line == 3);
	for (int i = 0; i < t.n; i++)
		wrong += t.column[0].value[i] != i || t.column[2].value[i] != i / 2.0;
	CHECK_EQ(wrong, 0);
	CHECK_EQ(t.line[0], 3);
	CHECK_EQ(t.line[1], 6); /* the row before spans three lines */
	csv_release(&t);
	str_release(&text);
	free(path);
}

TEST(without_a_header_columns_are_x1_x2_and_so_on)
{
	struct csv t;

	CHECK_OK(parse(&t, "1 2\n3 4\n", NULL));
	CHECK_EQ(t.n, 2);
	CHECK_EQ(t.header_line, 0);
	CHECK_STR(t.column[1].name, "x2");
	csv_release(&t);
}

TEST(header_and_delimiter_can_be_given)
{
	struct csv t;

	CHECK_OK(parse(&t, "1990,1991\n3,4\n", &(struct csv_options){.header = CSV_HEADER_YES}));
	CHECK_STR(t.column[1].name, "1991");
	CHECK_EQ(t.n, 1);
	csv_release(&t);
	CHECK_OK(parse(&t, "a,1\nb,2\n", &(struct csv_options){.header = CSV_HEADER_NO}));
	CHECK_EQ(t.n, 2);
	CHECK_STR(t.column[0].name, "x1");
	csv_release(&t);
	CHECK_OK(parse(&t, "a|b\n1,5|2\n", &(struct csv_options){.delimiter = "|", .decimal = ","}));
	CHECK_EQ(t.n_columns, 2);
	CHECK_NEAR(t.column[0].value[0], 1.5, 0);
	csv_release(&t);
}

TEST(equal_and_missing_names_become_different_ones)
{
	struct csv t;

	CHECK_OK(parse(&t, "a,a,,a#2,a,Temp (°C)\n1,2,3,4,5,6\n", NULL));
	CHECK_STR(t.column[0].name, "a");
	CHECK_STR(t.column[1].name, "a#2");
	CHECK_STR(t.column[2].name, "x3");
	CHECK_STR(t.column[3].name, "a#2#2");
	CHECK_STR(t.column[4].name, "a#3");
	CHECK_STR(t.column[5].name, "Temp (°C)");
	CHECK(t.column[2].unnamed);
	csv_release(&t);
}

TEST(every_way_to_write_a_missing_value_is_NaN)
{
	static const char *const words[] = {"",	    "NA",   "N/A", "#N/A", "NaN", "nan", "-nan", "NULL",     "null",
					    "None", "none", "?",   "-",	   "--",  ".",	 "\"\"", "\" NA \"", " "};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct str text = {0};
		struct csv t;

		str_addf(&text, "a,b\n1,2\n%s,4\n", words[i]);
		CHECK_OK(parse(&t, text.data, NULL));
		if (!t.column[0].value || !isnan(t.column[0].value[1]) || t.column[0].n_missing != 1)
			test_failed(__FILE__, __LINE__, "\"%s\" is not missing", words[i]);
		csv_release(&t);
		str_release(&text);
	}
}

TEST(a_quote_inside_a_field_is_a_character)
{
	struct csv t;

	CHECK_OK(parse(&t, "size,v\n12\" pipe,1\n5 \"wide,2\n\"say \"\"no\"\"\",3\n", NULL));
	CHECK_EQ(t.n, 3);
	CHECK_STR(t.column[0].text.text, "12\" pipe");
	csv_release(&t);
}

static enum status want_second(struct csv *t, void *context)
{
	*(int *)context = t->n_columns;
	if (t->n_columns < 2)
		return ST_OK;
	t->column[0].wanted = false;
	t->column[1].required = "the target";
	return ST_OK;
}

TEST(only_wanted_columns_are_kept)
{
	struct csv t;
	int seen = 0;
	struct csv_options o = {.select = want_second, .context = &seen};

	CHECK_OK(parse(&t, "a,b,c\nx,2,\"y,\"\nz,4,5\n", &o));
	CHECK_EQ(seen, 3);
	CHECK(t.column[0].value == NULL && t.column[2].value == NULL);
	CHECK_NEAR(t.column[1].value[1], 4, 0);
	csv_release(&t);
}

TEST(columns_are_found_by_name_back_quotes_or_number_in_this_order)
{
	struct csv t;

	CHECK_OK(parse(&t, "b c,1,d\n1,2,3\n", &(struct csv_options){.header = CSV_HEADER_YES}));
	CHECK_EQ(csv_find(&t, "`b c`", "--target"), 0);
	CHECK_EQ(csv_find(&t, "1", "--target"), 1);
	CHECK_EQ(csv_find(&t, "3", "--target"), 2);
	CHECK_EQ(csv_find(&t, "4", "--target"), -1);
	CHECK_STR(error_message(), "t.csv: no column \"4\" (--target); did you mean \"1\"?");
	csv_release(&t);
}

/* ---- mistakes ---- */

static const struct {
	const char *text, *message;
} mistakes[] = {
	{"", "t.csv: empty file; expected rows of numbers"},
	{"\n \n# note\n", "t.csv: only blank lines and comments; expected rows of numbers"},
	{"a,b\n", "t.csv:1: a header without rows below it; add rows of numbers"},
	{"a,b\n1,2\n3\n", "t.csv:3: 1 field, expected 2 as in the header; complete the row, or quote fields "
			  "that hold the delimiter (comma)"},
	{"1;2\n3;4;5\n", "t.csv:2: 3 fields, expected 2 as in the first row; complete the row, or quote "
			 "fields that hold the delimiter (semicolon)"},
	{"a,b\n1,red\n", "t.csv:2: column 2 \"b\" (the target): \"red\" is not a number; correct the cell or "
			 "use another column"},
	{"a,b\n1,a text that is much longer than a message may be\xc3\xa9\n",
	 "t.csv:2: column 2 \"b\" (the target): \"a text that is much longer than a me...\" is not "
	 "a number; "
	 "correct the cell or use another column"},
	{"a,b\n1,2\n\n3,-inf\n", "t.csv:4: column 2 \"b\" (the target): \"-inf\" is not finite; correct the "
				 "cell or leave it empty"},
	{"a,b\n1,1e999\n", "t.csv:2: column 2 \"b\" (the target): \"1e999\" is not finite; correct the cell "
			   "or leave it empty"},
	{"a,b\n1,\"2\n3,4\n", "t.csv:2: a quote opens in this row and never closes; close it, or double "
			      "quotes that belong to the text"},
	{"PK\3\4 and so on", "t.csv: is a zip archive; make a CSV file of it, for instance: unzip 't.csv'"},
};

TEST(every_mistake_in_a_table_has_its_message)
{
	int seen;
	struct csv_options o = {.select = want_second, .context = &seen};

	for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
		struct csv t;

		CHECK_EQ(parse(&t, mistakes[i].text, &o), ST_DATA);
		CHECK_STR(error_message(), mistakes[i].message);
		CHECK(t.column == NULL && t.file == NULL);
	}
}

TEST(binary_garbage_and_too_many_columns_have_their_message)
{
	static const char garbage[] = "a,b\n1,2\n\0\1\2,3\n";
	struct str text = {0};
	struct csv t;

	CHECK_EQ(csv_parse(&t, "t.csv", garbage, sizeof(garbage) - 1, NULL), ST_DATA);
	CHECK_STR(error_message(), "t.csv:3: NUL byte: this is no text table; export the data as CSV");
	for (int i = 0; i <= CSV_MAX_COLUMNS; i++)
		str_add(&text, i ? ",1" : "1");
	CHECK_EQ(parse(&t, text.data, NULL), ST_DATA);
	CHECK_STR(error_message(), "t.csv:1: 65535 columns, at most 65534 can be read; cut the table");
	text.data[text.len - 2] = '\0';
	CHECK_OK(parse(&t, text.data, NULL));
	CHECK_EQ(t.n_columns, CSV_MAX_COLUMNS);
	csv_release(&t);
	str_release(&text);
}

TEST(a_file_that_cannot_be_read_has_its_message)
{
	char *path = path_join(test_dir(), "cut.csv.gz");
	gzFile f = gzopen(path, "wb");
	struct csv t;

	CHECK_EQ(csv_read(&t, "/nowhere/x.csv", NULL), ST_DATA);
	CHECK_STR(error_message(), "/nowhere/x.csv: No such file or directory");
	CHECK_EQ(csv_read(&t, "/tmp", NULL), ST_DATA);
	CHECK_STR(error_message(), "/tmp: is a directory, expected a table");
	for (int i = 0; i < 1000; i++)
		gzprintf(f, "%d,%d\n", i, i * i % 997);
	gzclose(f);
	FILE *raw = fopen(path, "r+");

	CHECK(raw && ftruncate(fileno(raw), 2000) == 0);
	fclose(raw);
	CHECK_EQ(csv_read(&t, path, NULL), ST_DATA);
	CHECK(strstr(error_message(), "the gzip stream ends early") != NULL);
	free(path);
}

/* What a fuzzer does, small and repeatable: damaged tables give an error or a table, nothing else.
 */
TEST(damaged_tables_are_read_or_refused)
{
	static const char signs[] = ",;\t \"\n\r#.-+eE019a\xef\0";
	struct rng r = rng_stream(5, 0, 0);
	int read = 0, refused = 0;

	for (int i = 0; i < 20000; i++) {
		const char *from = same_table[i % (int)COUNT_OF(same_table)];
		size_t n = strlen(from);
		char *text = xstrndup(from, n);
		struct csv t;

		for (int k = rng_between(&r, 1, 6); k > 0; k--)
			text[rng_below(&r, (int)n)] = signs[rng_below(&r, (int)sizeof(signs) - 1)];
		if (csv_parse(&t, "t.csv", text, (size_t)rng_between(&r, 0, (int)n), NULL) == ST_OK)
			read++;
		else
			refused++;
		csv_release(&t);
		free(text);
	}
	CHECK(read > 1000 && refused > 1000);
}
