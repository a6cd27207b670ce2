/* test_reader.c — tests/cases/reader.test: what the reader makes of small tables, one block each.
 *
 * A block is a line of an operation with options (KEY=VALUE), a line with the file's bytes (\n, \t, \r, \\, \xNN
 * and \0 as in C), and what is expected, up to a blank line; '#' begins a comment line.
 *   table   the columns of the file:  name [unit]: values
 *   data    the data set: inputs, then "target name: values", in the order of the file
 * Then come the notes, "note: " or "warning: " before them, or the error: "error: ". EQRL_WRITE_CASES=1 writes what
 * is found into the file, to be looked at. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/data/dataset.h"
#include "eqrl/expr/parse.h"
#include "test.h"

#include <stdlib.h>

/* ---- options and bytes ---- */

static void set_option(struct dataset_options *o, const char *key, const char *value)
{
	struct csv_options *r = &o->read;

	if (strcmp(key, "sep") == 0)
		r->delimiter = value;
	else if (strcmp(key, "decimal") == 0)
		r->decimal = value;
	else if (strcmp(key, "comment") == 0)
		r->comment = value;
	else if (strcmp(key, "skip") == 0)
		r->skip = atoi(value);
	else if (strcmp(key, "header") == 0)
		r->header = *value == 'y' ? CSV_HEADER_YES : CSV_HEADER_NO;
	else if (strcmp(key, "na") == 0)
		r->na = value;
	else if (strcmp(key, "dates") == 0)
		r->dates = value;
	else if (strcmp(key, "categories") == 0)
		r->categories = atoi(value);
	else if (strcmp(key, "index") == 0)
		r->index = true;
	else if (strcmp(key, "lag") == 0)
		r->lags = value;
	else if (strcmp(key, "target") == 0)
		o->target = value;
	else if (strcmp(key, "features") == 0)
		o->features = value;
	else
		test_failed(__FILE__, __LINE__, "no option %s", key);
}

static void add_bytes(struct str *out, const char *p)
{
	for (; *p; p++) {
		char hex[3] = {0};

		if (*p != '\\') {
			str_addc(out, *p);
			continue;
		}
		switch (*++p) {
		case 'n':
			str_addc(out, '\n');
			break;
		case 't':
			str_addc(out, '\t');
			break;
		case 'r':
			str_addc(out, '\r');
			break;
		case '0':
			str_addc(out, '\0');
			break;
		case 'x':
			memcpy(hex, p + 1, 2);
			str_addc(out, (char)strtol(hex, NULL, 16));
			p += 2;
			break;
		default:
			str_addc(out, *p);
		}
	}
}

/* ---- what was read ---- */

static void add_values(struct str *out, const double *v, const int *order, int n)
{
	for (int i = 0; i < n; i++) {
		char number[32];

		str_double(number, v[order ? order[i] : i]);
		str_addf(out, " %s", number);
	}
	str_addc(out, '\n');
}

static void add_notes(struct str *out, const struct notes *notes)
{
	for (int i = 0; i < notes->n; i++)
		str_addf(out, "%s: %s\n", notes->item[i].level == NOTE_WARNING ? "warning" : "note",
			 notes->item[i].text);
}

static void add_error(struct str *out)
{
	const char *message = error_message(), *dir = strstr(message, test_dir());

	if (dir)
		message = dir + strlen(test_dir()) + 1;
	str_addf(out, "error: %s\n", message);
}

static void run_table(const struct str *bytes, const struct dataset_options *o, struct str *out)
{
	struct csv t;

	if (csv_parse(&t, "t.csv", str_text(bytes), bytes->len, &o->read) != ST_OK) {
		add_error(out);
		return;
	}
	for (int c = 0; c < t.n_columns; c++) {
		const struct csv_column *col = &t.column[c];

		str_add(out, col->name);
		if (col->unit)
			str_addf(out, " [%s]", col->unit);
		str_add(out, col->value ? ":" : ": text\n");
		if (col->value)
			add_values(out, col->value, NULL, t.n);
	}
	add_notes(out, &t.notes);
	csv_release(&t);
}

static int *file_order(const struct dataset *d)
{
	int n = d->fit.n, *order = xcalloc((size_t)n + 1, sizeof(*order));

	for (int i = 0; i < n; i++) {
		int at = 0;

		for (int k = 0; k < n; k++)
			at += d->line[k] < d->line[i];
		order[at] = i;
	}
	return order;
}

static void run_data(const struct str *bytes, struct dataset_options *o, struct str *out)
{
	char *path = path_join(test_dir(), "t.csv");
	struct dataset d;

	CHECK_OK(file_write_atomic(path, str_text(bytes), bytes->len));
	o->no_split = true;
	if (dataset_load(&d, path, o) != ST_OK) {
		add_error(out);
	} else {
		int *order = file_order(&d);

		for (int c = 0; c < d.n_columns; c++) {
			str_addf(out, "%s:", d.name[c]);
			add_values(out, d.fit.x[c], order, d.fit.n);
		}
		str_addf(out, "target %s:", d.target);
		add_values(out, d.fit.y, order, d.fit.n);
		add_notes(out, &d.notes);
		free(order);
		dataset_release(&d);
	}
	free(path);
}

/* ---- the file ---- */

struct case_file {
	const char *path;
	char *text, *at;
	struct str written;
	int line, n;
	bool write;
};

static char *next_line(struct case_file *f)
{
	char *line = f->at, *end;

	if (!*line)
		return NULL;
	end = line + strcspn(line, "\n");
	f->at = *end ? end + 1 : end;
	*end = '\0';
	f->line++;
	return line;
}

/* A file of a fuzzer's corpus. */
static void write_seed(const struct str *bytes)
{
	const char *folder = getenv("EQRL_WRITE_SEEDS");
	static int n;
	char name[32], *path;

	if (!folder)
		return;
	snprintf(name, sizeof(name), "case-%03d", ++n);
	path = path_join(folder, name);
	CHECK_OK(file_write_atomic(path, str_text(bytes), bytes->len));
	free(path);
}

/* Cuts words at blanks, and each at its '='; options point into words. */
static void set_options(struct dataset_options *o, char *words)
{
	char *save = NULL;

	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *equals = strchr(word, '=');

		if (equals)
			*equals = '\0';
		set_option(o, word, equals ? equals + 1 : "");
	}
}

static void run_case(const char *operation, const char *input, struct str *got)
{
	struct dataset_options o = {0};
	char *words = xstrdup(operation), *name = words, *options = words + strcspn(words, " ");
	struct str bytes = {0};

	if (*options)
		*options++ = '\0';
	set_options(&o, options);
	add_bytes(&bytes, input);
	write_seed(&bytes);
	if (strcmp(name, "table") == 0)
		run_table(&bytes, &o, got);
	else if (strcmp(name, "data") == 0)
		run_data(&bytes, &o, got);
	else
		test_failed(__FILE__, __LINE__, "no operation %s", name);
	str_release(&bytes);
	free(words);
}

static void run_block(struct case_file *f, const char *operation)
{
	const char *input = next_line(f), *line;
	struct str want = {0}, got = {0};
	int first = f->line;

	while ((line = next_line(f)) != NULL && *line)
		str_addf(&want, "%s\n", line);
	run_case(operation, input ? input : "", &got);
	if (f->write)
		str_addf(&f->written, "%s\n%s\n%s\n", operation, input, str_text(&got));
	else if (strcmp(str_text(&got), str_text(&want)) != 0)
		test_failed(f->path, first, "%s of %s is read as\n%s  and should be\n%s", operation, input,
			    str_text(&got), str_text(&want));
	f->n++;
	str_release(&want);
	str_release(&got);
}

TEST(cases_of_reading_hold)
{
	struct case_file f = {.path = "tests/cases/reader.test", .write = getenv("EQRL_WRITE_CASES") != NULL};
	size_t size;
	char *line;

	CHECK_OK(file_read(f.path, ST_DATA, &f.text, &size));
	if (!f.text)
		return;
	f.at = f.text;
	while ((line = next_line(&f)) != NULL) {
		if (*line != '\0' && *line != '#')
			run_block(&f, line);
		else if (f.write && (*line || f.written.len == 0 || f.written.data[f.written.len - 2] != '\n'))
			str_addf(&f.written, "%s\n", line);
	}
	CHECK(f.n >= 300);
	if (f.write)
		CHECK_OK(file_write_atomic(f.path, str_text(&f.written), f.written.len));
	str_release(&f.written);
	free(f.text);
}

/* ---- whole tables with a known law ---- */

/* Largest difference of the law's values from the target, as a share of the target's largest. */
static double law_error(const struct dataset *d, const struct expr *law)
{
	double worst = 0, largest = 0;

	for (int i = 0; i < d->fit.n; i++) {
		double x[16];

		for (int c = 0; c < d->n_columns && c < 16; c++)
			x[c] = d->fit.x[c][i];
		worst = fmax(worst, fabs(expr_value(law, x) - d->fit.y[i]));
		largest = fmax(largest, fabs(d->fit.y[i]));
	}
	return worst / largest;
}

static void check_law(const char *path, const struct dataset_options *o, int rows, const char *text, double tolerance)
{
	struct dataset d;
	struct expr law;

	if (dataset_load(&d, path, o) != ST_OK) {
		test_failed(__FILE__, __LINE__, "%s", error_message());
		return;
	}
	if (parse_expr(text, &(struct names){.n = d.n_columns, .column = (const char *const *)d.name}, NULL, &law) !=
	    ST_OK)
		test_failed(__FILE__, __LINE__, "%s: %s: %s", path, text, error_message());
	else if (d.fit.n != rows || !(law_error(&d, &law) <= tolerance))
		test_failed(__FILE__, __LINE__, "%s: %d rows, want %d; error of %s %g, at most %g is right", path,
			    d.fit.n, rows, text, law_error(&d, &law), tolerance);
	dataset_release(&d);
}

static void check_refusal(const char *path, const struct dataset_options *o, const char *message)
{
	struct dataset d;

	if (dataset_load(&d, path, o) == ST_OK) {
		test_failed(__FILE__, __LINE__, "%s: is read, expected: %s", path, message);
		dataset_release(&d);
	} else if (!strstr(error_message(), message)) {
		test_failed(__FILE__, __LINE__, "%s: expected %s", error_message(), message);
	}
}

/* FILE | options | rows | law | tolerance, or FILE | options | error | message */
static void check_table(char *line)
{
	char *field[5] = {0}, *save = NULL, *path;
	struct dataset_options o = {.no_split = true};
	int n = 0;

	for (char *p = strtok_r(line, "|", &save); p && n < 5; p = strtok_r(NULL, "|", &save)) {
		field[n] = p + strspn(p, " ");
		for (size_t k = strlen(field[n]); k > 0 && field[n][k - 1] == ' '; k--)
			field[n][k - 1] = '\0';
		n++;
	}
	CHECK(n >= 4);
	path = path_join("tests/cases/tables", field[0]);
	set_options(&o, field[1]);
	if (strcmp(field[2], "error") == 0)
		check_refusal(path, &o, field[3]);
	else if (n == 5)
		check_law(path, &o, atoi(field[2]), field[3], strtod(field[4], NULL));
	else
		test_failed(__FILE__, __LINE__, "%s: a law has five fields", path);
	free(path);
}

TEST(tables_of_many_makers_follow_their_laws_or_are_refused)
{
	char *text, *save = NULL;
	size_t size;
	int n = 0;

	CHECK_OK(file_read("tests/cases/tables/laws.txt", ST_DATA, &text, &size));
	for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
		if (*line == '#')
			continue;
		check_table(line);
		n++;
	}
	CHECK(n >= 120);
	free(text);
}
