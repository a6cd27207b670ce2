/* test_dataset.c — which columns and rows of a table are used for what. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/data/dataset.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>

/* Writes text to name in the test's directory; the path is the caller's to free. */
static char *write_table(const char *name, const char *text)
{
	char *path = path_join(test_dir(), name);

	CHECK_OK(file_write_atomic(path, text, strlen(text)));
	return path;
}

static enum status load(struct dataset *d, const char *text, const struct dataset_options *o)
{
	char *path = write_table("t.csv", text);
	enum status st = dataset_load(d, path, o);

	free(path);
	return st;
}

/* A message without the test's directory. */
static const char *message(void)
{
	static char out[1024];
	size_t n = strlen(test_dir()) + 1, len = 0;
	const char *p = error_message(), *at;

	while ((at = strstr(p, test_dir())) != NULL) {
		memcpy(out + len, p, (size_t)(at - p));
		len += (size_t)(at - p);
		p = at + n;
	}
	strcpy(out + len, p);
	return out;
}

/* n rows of x1 = row, x2 = row², y = 10 row: a row can be told from any of its values. */
struct table {
	double *x[2], *y, *w;
	const double *pointers[2];
	struct dataset_source source;
};

static struct table make_table(int n)
{
	struct table t;
	size_t bytes = ((size_t)n + ROWS_BLOCK) * sizeof(double);

	for (int c = 0; c < 2; c++)
		t.x[c] = xaligned(bytes);
	t.y = xaligned(bytes);
	t.w = xaligned(bytes);
	for (int i = 0; i < n; i++) {
		t.x[0][i] = i + 1;
		t.x[1][i] = (i + 1.0) * (i + 1);
		t.y[i] = 10 * (i + 1);
		t.w[i] = 1 + i % 3;
	}
	t.source = (struct dataset_source){.file = "made up", .rows = {.n = n, .n_columns = 2, .y = t.y}};
	return t;
}

static enum status from_table(struct dataset *d, struct table *t, const struct dataset_options *o)
{
	for (int c = 0; c < 2; c++)
		t->pointers[c] = t->x[c];
	t->source.rows.x = t->pointers;
	return dataset_from_columns(d, &t->source, o);
}

static void free_table(struct table *t)
{
	free(t->x[0]);
	free(t->x[1]);
	free(t->y);
	free(t->w);
}

/* ---- roles ---- */

TEST(roles_have_the_sizes_of_the_rule)
{
	static const struct {
		int n;
		double test, select;
		int fit, select_rows, report;
	} cases[] = {
		{30, -1, 0, 30, 0, 0},	      {39, -1, 0, 39, 0, 0},	     {40, -1, 0, 30, 10, 0},
		{60, -1, 0, 45, 15, 0},	      {99, -1, 0, 74, 25, 0},	     {100, -1, 0, 60, 20, 20},
		{1000, -1, 0, 600, 200, 200}, {60, 0.25, 0, 34, 11, 15},     {30, 0.2, 0, 24, 0, 6},
		{200, 0, 0.2, 160, 40, 0},    {1000, 0.5, 0, 375, 125, 500},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct role_sizes s = dataset_role_sizes(cases[i].n, cases[i].test, cases[i].select, false);

		CHECK_EQ(s.fit, cases[i].fit);
		CHECK_EQ(s.select, cases[i].select_rows);
		CHECK_EQ(s.report, cases[i].report);
	}
	CHECK_EQ(dataset_role_sizes(1000, -1, 0, true).fit, 1000);
}

/* Counts the rows of a role in seen[] and checks that a row's values belong together. */
static void count_rows(const struct dataset *d, const struct rows *role, const int32_t *line, int *seen)
{
	int wrong = 0;

	for (int i = 0; i < role->n; i++) {
		double v = role->x[0][i];

		wrong += role->x[1][i] != v * v || role->y[i] != 10 * v || line[i] != (int)v;
		seen[(int)v]++;
	}
	CHECK_EQ(wrong, 0);
	CHECK_EQ(role->n_columns, d->n_columns);
}

TEST(every_row_has_one_role_and_fit_and_select_make_all_but_report)
{
	static const int sizes[] = {30, 60, 100, 1000};

	for (size_t k = 0; k < COUNT_OF(sizes); k++) {
		struct table t = make_table(sizes[k]);
		struct dataset d;
		int n, seen[1001] = {0}, moved = 0;

		CHECK_OK(from_table(&d, &t, &(struct dataset_options){.seed = 3}));
		n = d.all_but_report.n;
		CHECK_EQ(d.fit.n + d.select.n, n);
		CHECK_EQ(n + d.report.n, sizes[k]);
		count_rows(&d, &d.fit, d.line, seen);
		count_rows(&d, &d.select, d.line + d.fit.n, seen);
		count_rows(&d, &d.report, d.line + n, seen);
		for (int i = 1; i <= sizes[k]; i++)
			CHECK_EQ(seen[i], 1);
		for (int c = 0; c < 2; c++) {
			CHECK(d.all_but_report.x[c] == d.fit.x[c]);
			CHECK(d.select.x[c] == d.fit.x[c] + d.fit.n);
		}
		CHECK(d.select.y == d.all_but_report.y + d.fit.n);
		for (int i = 0; i < n; i++)
			moved += d.line[i] != i + 1;
		CHECK(moved > n / 2);
		dataset_release(&d);
		free_table(&t);
	}
}

TEST(the_seed_alone_decides_the_split)
{
	struct table t = make_table(200);
	struct dataset a, b, c;
	char sha_a[65], sha_c[65];

	CHECK_OK(from_table(&a, &t, &(struct dataset_options){.seed = 5}));
	CHECK_OK(from_table(&b, &t, &(struct dataset_options){.seed = 5}));
	CHECK_OK(from_table(&c, &t, &(struct dataset_options){.seed = 6}));
	CHECK(memcmp(a.line, b.line, 200 * sizeof(*a.line)) == 0);
	CHECK(memcmp(a.line, c.line, 200 * sizeof(*a.line)) != 0);
	dataset_sha256(&a, sha_a);
	dataset_sha256(&c, sha_c);
	CHECK_STR(sha_a, sha_c); /* the data are the same */
	c.y[0]++;
	dataset_sha256(&c, sha_c);
	CHECK(strcmp(sha_a, sha_c) != 0);
	dataset_release(&a);
	dataset_release(&b);
	dataset_release(&c);
	free_table(&t);
}

/* Rows sorted by the target: among any neighbours that make one stratum of a role there is one of its rows. */
TEST(every_role_has_the_whole_range_of_the_target)
{
	for (int seed = 0; seed < 50; seed++) {
		struct table t = make_table(100);
		struct dataset d;
		int strata[2][20] = {{0}};

		CHECK_OK(from_table(&d, &t, &(struct dataset_options){.seed = (uint64_t)seed}));
		CHECK_EQ(d.report.n, 20);
		CHECK_EQ(d.select.n, 20);
		for (int i = 0; i < 20; i++) {
			strata[0][((int)d.report.y[i] / 10 - 1) / 5]++;
			strata[1][((int)d.select.y[i] / 10 - 1) / 5]++;
		}
		for (int k = 0; k < 20; k++) {
			CHECK_EQ(strata[0][k], 1);
			CHECK_EQ(strata[1][k], 1);
		}
		dataset_release(&d);
		free_table(&t);
	}
}

TEST(rows_of_a_series_are_held_out_from_its_end)
{
	struct table t = make_table(200);
	struct dataset d;

	CHECK_OK(from_table(&d, &t, &(struct dataset_options){.seed = 3, .in_order = true}));
	CHECK_EQ(d.fit.n, 120);
	for (int i = 0; i < d.fit.n; i++)
		CHECK(d.fit.x[0][i] <= 120);
	for (int i = 0; i < d.select.n; i++)
		CHECK(d.select.x[0][i] > 120 && d.select.x[0][i] <= 160);
	for (int i = 0; i < d.report.n; i++)
		CHECK(d.report.x[0][i] > 160);
	CHECK(d.fit.x[0][0] != 1 || d.fit.x[0][1] != 2); /* a prefix is a sample all the same */
	dataset_release(&d);
	free_table(&t);
}

TEST(rows_of_one_label_share_their_role)
{
	for (int seed = 0; seed < 20; seed++) {
		struct table t = make_table(200);
		int32_t unit[200];
		int roles[8] = {0}, fit = 0;
		struct dataset d;

		for (int i = 0; i < 200; i++)
			unit[i] = i % 8;
		t.source.unit = unit;
		t.source.n_units = 8;
		CHECK_OK(from_table(&d, &t, &(struct dataset_options){.seed = (uint64_t)seed}));
		CHECK_EQ(d.fit.n, 100);
		CHECK_EQ(d.select.n, 50);
		CHECK_EQ(d.report.n, 50);
		for (int i = 0; i < 200; i++) {
			roles[d.unit_of[i]] |= i < d.fit.n ? 1 : i < d.all_but_report.n ? 2 : 4;
			CHECK_EQ(d.unit_of[i], (d.line[i] - 1) % 8);
		}
		for (int u = 0; u < 8; u++) {
			CHECK(roles[u] == 1 || roles[u] == 2 || roles[u] == 4);
			fit += roles[u] == 1;
		}
		CHECK_EQ(fit, 4);
		dataset_release(&d);
		free_table(&t);
	}
}

/* How often each row is held out in the folds of d, whose every row has been looked at. */
static void count_folds(const struct dataset *d, int folds, const struct dataset_options *o, int *held)
{
	for (int k = 0; k < folds; k++) {
		struct dataset fold;
		int seen[201] = {0};

		CHECK_OK(dataset_fold(&fold, d, k, folds, o));
		for (int i = 0; i < fold.report.n; i++) {
			held[(int)fold.report.x[0][i]]++;
			seen[(int)fold.report.x[0][i]]++;
		}
		for (int i = 0; i < fold.all_but_report.n; i++) {
			CHECK(!o->in_order || fold.all_but_report.x[0][i] < fold.report.x[0][i % fold.report.n]);
			CHECK_EQ(fold.all_but_report.y[i], 10 * fold.all_but_report.x[0][i]);
			seen[(int)fold.all_but_report.x[0][i]]++;
		}
		for (int v = 1; v <= 200; v++)
			CHECK(seen[v] <= 1 && (o->in_order || seen[v] == 1));
		dataset_release(&fold);
	}
}

TEST(every_row_is_held_out_in_one_fold_and_those_of_a_series_after_what_came_before)
{
	struct dataset_options o = {.seed = 4, .folded = true};
	struct table t = make_table(200);
	int held[201] = {0}, later[201] = {0};
	struct dataset d;

	CHECK_OK(from_table(&d, &t, &(struct dataset_options){.seed = 4, .test = "0"}));
	count_folds(&d, 5, &o, held);
	o.in_order = true;
	count_folds(&d, 4, &o, later);
	for (int v = 1; v <= 200; v++) {
		CHECK_EQ(held[v], 1);
		CHECK_EQ(later[v], v > 40);
	}
	dataset_release(&d);
	free_table(&t);
}

TEST(poisoned_report_rows_change_nothing_that_others_see)
{
	struct table t = make_table(100);
	struct dataset d;
	int nan_seen = 0;

	CHECK_OK(from_table(&d, &t, NULL));
	for (int i = 0; i < d.report.n; i++) {
		((double *)d.report.y)[i] = NAN;
		for (int c = 0; c < 2; c++)
			((double *)d.report.x[c])[i] = NAN;
	}
	for (int i = 0; i < d.all_but_report.n + ROWS_BLOCK; i++)
		nan_seen += isnan(d.all_but_report.x[0][i]) || isnan(d.all_but_report.x[1][i]) ||
			    isnan(d.all_but_report.y[i]);
	CHECK_EQ(nan_seen, 0); /* not even in a block that reads beyond the end */
	dataset_release(&d);
	free_table(&t);
}

static double mean(const double *v, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += v[i] / n;
	return sum;
}

TEST(weights_have_mean_1_in_every_role_and_keep_their_ratios)
{
	struct table t = make_table(100);
	struct dataset d;

	t.source.rows.w = t.w;
	CHECK_OK(from_table(&d, &t, NULL));
	const struct rows *roles[] = {&d.fit, &d.select, &d.all_but_report, &d.report};
	int first = 0;

	for (int r = 0; r < 4; r++) {
		CHECK_NEAR(mean(roles[r]->w, roles[r]->n), 1, 1e-12);
		for (int i = 1; i < roles[r]->n; i++) {
			double ratio = (1 + ((int)roles[r]->x[0][i] - 1) % 3) /
				       (double)(1 + ((int)roles[r]->x[0][first] - 1) % 3);

			CHECK_NEAR(roles[r]->w[i] / roles[r]->w[first], ratio, 1e-12);
		}
	}
	dataset_release(&d);
	free_table(&t);
}

TEST(given_report_rows_are_kept_apart_and_all_others_are_fit_or_select)
{
	struct table t = make_table(50), u = make_table(7);
	struct dataset d;

	for (int c = 0; c < 2; c++)
		u.pointers[c] = u.x[c];
	t.source.report = u.source.rows;
	t.source.report.x = u.pointers;
	CHECK_OK(from_table(&d, &t, &(struct dataset_options){.select = 0.2}));
	CHECK_EQ(d.fit.n, 40);
	CHECK_EQ(d.select.n, 10);
	CHECK_EQ(d.report.n, 7);
	for (int i = 0; i < 7; i++)
		CHECK(d.report.x[0][i] == i + 1 && d.report.y[i] == 10 * (i + 1));
	dataset_release(&d);
	free_table(&t);
	free_table(&u);
}

TEST(noise_changes_the_target_of_fit_and_select_rows_only)
{
	struct table t = make_table(1000);
	struct dataset d;
	double squares = 0, sd;
	int unchanged = 0;

	CHECK_OK(from_table(&d, &t, NULL));
	sd = d.y_stats.sd;
	dataset_add_noise(&d, 0.1, 1);
	for (int i = 0; i < d.all_but_report.n; i++) {
		double e = d.all_but_report.y[i] - 10 * d.all_but_report.x[0][i];

		unchanged += e == 0;
		squares += e * e;
	}
	CHECK_EQ(unchanged, 0);
	CHECK_NEAR(sqrt(squares / d.all_but_report.n) / sd, 0.1, 0.01);
	for (int i = 0; i < d.report.n; i++)
		CHECK(d.report.y[i] == 10 * d.report.x[0][i]);
	dataset_release(&d);
	free_table(&t);
}

TEST(other_units_scale_a_column_alike_in_all_roles_and_leave_the_target)
{
	struct table t = make_table(1000);
	struct dataset d;
	double factor;

	CHECK_OK(from_table(&d, &t, NULL));
	dataset_rescale_columns(&d, 3, 7);
	factor = 10 * d.all_but_report.x[0][0] / d.all_but_report.y[0];
	CHECK(factor >= 1e-3 && factor <= 1e3 && factor != 1);
	for (int i = 0; i < d.all_but_report.n; i++)
		CHECK_NEAR(10 * d.all_but_report.x[0][i] / d.all_but_report.y[i], factor, 1e-12 * factor);
	for (int i = 0; i < d.report.n; i++)
		CHECK_NEAR(10 * d.report.x[0][i] / d.report.y[i], factor, 1e-12 * factor);
	CHECK_NEAR(d.stats[0].max, factor * d.y_stats.max / 10, 1e-9 * factor);
	dataset_release(&d);
	free_table(&t);
}

TEST(column_statistics_are_those_of_fit_and_select_rows)
{
	struct table t = make_table(20);
	struct dataset d;

	CHECK_OK(from_table(&d, &t, NULL));
	CHECK_NEAR(d.stats[0].min, 1, 0);
	CHECK_NEAR(d.stats[0].max, 20, 0);
	CHECK_NEAR(d.stats[0].mean, 10.5, 1e-12);
	CHECK_NEAR(d.stats[0].sd, sqrt((20.0 * 20 - 1) / 12), 1e-12);
	CHECK_NEAR(d.y_stats.mean, 105, 1e-12);
	dataset_release(&d);
	free_table(&t);
}

/* ---- columns ---- */

#define FIVE(a, b, c, d, e) a "\n" b "\n" c "\n" d "\n" e "\n"

TEST(the_target_is_the_column_of_that_name_else_the_last_else_as_asked)
{
	static const char named[] = "a,target,b\n" FIVE("1,2,3", "2,4,1", "3,9,2", "4,1,7", "5,3,8");
	static const char other[] = "a,b,c\n" FIVE("1,2,3", "2,4,1", "3,9,2", "4,1,7", "5,3,8");
	struct dataset d;

	CHECK_OK(load(&d, named, NULL));
	CHECK_STR(d.target, "target");
	CHECK_STR(d.name[1], "b");
	dataset_release(&d);
	CHECK_OK(load(&d, other, NULL));
	CHECK_STR(d.target, "c");
	dataset_release(&d);
	CHECK_OK(load(&d, other, &(struct dataset_options){.target = "a"}));
	CHECK_STR(d.target, "a");
	CHECK_STR(d.name[0], "b");
	dataset_release(&d);
	CHECK_OK(load(&d, other, &(struct dataset_options){.target = "2"}));
	CHECK_STR(d.target, "b");
	dataset_release(&d);
	CHECK_OK(load(&d, other, &(struct dataset_options){.sigma = "c"}));
	CHECK_STR(d.target, "b"); /* the last that has no other task */
	CHECK_EQ(d.n_columns, 1);
	dataset_release(&d);
}

TEST(features_are_picked_in_order_or_dropped)
{
	static const char text[] =
		"a,\"b, c\",d,-e,y\n" FIVE("1,2,3,1,2", "2,4,1,4,2", "3,9,2,6,3", "4,1,7,5,5", "5,3,8,8,0");
	struct dataset d;

	CHECK_OK(load(&d, text, &(struct dataset_options){.features = "d, `b, c`,1"}));
	CHECK_EQ(d.n_columns, 3);
	CHECK_STR(d.name[0], "d");
	CHECK_STR(d.name[1], "b, c");
	CHECK_STR(d.name[2], "a");
	dataset_release(&d);
	CHECK_OK(load(&d, text, &(struct dataset_options){.features = "-a,-3"}));
	CHECK_EQ(d.n_columns, 2);
	CHECK_STR(d.name[0], "b, c");
	CHECK_STR(d.name[1], "-e");
	dataset_release(&d);
	CHECK_OK(load(&d, text, &(struct dataset_options){.features = "-e,a"}));
	CHECK_EQ(d.n_columns, 2); /* a column of that very name is meant */
	dataset_release(&d);
}

TEST(columns_of_no_use_are_left_out_and_named)
{
	static const char text[] = ",when,kind,one,none,gap,x,y\n" FIVE(
		"0,2021-01-05,red,7,NA,1,1,2", "1,2021-01-06,blue,7,,1,2,4", "2,2021-01-07,red,7,?,1,3,6",
		"3,2021-01-08,red,7,-,,4,8", "4,2021-01-09,red,7,NaN,1,5,11");
	static const char *const notes[] = {
		"column \"x1\" left out: it has no name and counts the rows; --index brings such a column in",
		"column \"when\" left out: dates or times (\"2021-01-05\" at line 2); --dates days brings it in",
		"column \"kind\" left out: text (\"red\" at line 2); --categories 2 brings it in",
		"column \"one\" left out: constant",
		"column \"none\" left out: no values",
		"column \"gap\" left out: constant",
		"no report rows (fewer than 100 rows): error on new data is not measured; hold "
		"rows back with "
		"--test SHARE or --test FILE",
		"no select rows (fewer than 40 rows): the choice among equations rests on the fit rows alone"};
	struct dataset d;

	CHECK_OK(load(&d, text, NULL));
	CHECK_EQ(d.n_columns, 1);
	CHECK_STR(d.name[0], "x");
	CHECK_EQ(d.n_missing, 0);
	CHECK_EQ(d.notes.n, (int)COUNT_OF(notes));
	for (int i = 0; i < d.notes.n && i < (int)COUNT_OF(notes); i++)
		CHECK_STR(d.notes.item[i].text, notes[i]);
	dataset_release(&d);
}

TEST(rows_with_missing_values_are_dropped_and_counted_or_refused)
{
	static const char text[] = "a,b,y\n1,2,3\n2,,1\n3,9,2\n4,1,NA\n5,3,8\n6,1,4\n7,2,5\n";
	struct dataset d;
	int seen[8] = {0};

	CHECK_OK(load(&d, text, NULL));
	CHECK_EQ(d.fit.n, 5);
	CHECK_EQ(d.n_missing, 2);
	CHECK_STR(d.notes.item[0].text, "2 of 7 rows left out: missing values (most in column \"y\": 1)");
	for (int i = 0; i < d.fit.n; i++) {
		seen[(int)d.fit.x[0][i]]++;
		CHECK_EQ(d.line[i], (int)d.fit.x[0][i] + 1);
	}
	CHECK(!seen[2] && !seen[4] && seen[1] && seen[3] && seen[5] && seen[6] && seen[7]);
	dataset_release(&d);
	CHECK_EQ(load(&d, text, &(struct dataset_options){.refuse_missing = true}), ST_DATA);
	CHECK_STR(message(), "t.csv:5: column 3 \"y\": missing value; fill it in, or leave such rows out with "
			     "--missing drop");
	CHECK_OK(load(&d, text, &(struct dataset_options){.features = "-b"}));
	CHECK_EQ(d.n_missing, 1);
	dataset_release(&d);
}

TEST(sigma_gives_weights_of_its_inverse_square)
{
	static const char text[] = "x,y,s\n" FIVE("1,2,1", "2,3,2", "3,5,1", "4,4,2", "5,9,4");
	struct dataset d;
	double sum = 1 + 0.25 + 1 + 0.25 + 0.0625;

	CHECK_OK(load(&d, text, &(struct dataset_options){.target = "y", .sigma = "s"}));
	CHECK_EQ(d.n_columns, 1);
	for (int i = 0; i < d.fit.n; i++) {
		double s = d.fit.x[0][i] == 5 ? 4 : (int)d.fit.x[0][i] % 2 ? 1 : 2;

		CHECK_NEAR(d.fit.w[i], 5 / sum / (s * s), 1e-12);
	}
	dataset_release(&d);
}

TEST(test_rows_may_come_from_a_file_in_any_column_order)
{
	struct str text = {0};
	char *path;
	struct dataset d;

	str_add(&text, "a,b,y\n");
	for (int i = 0; i < 120; i++)
		str_addf(&text, "%d,%d,%d\n", i, i * i % 7, 3 * i);
	path = write_table("more.csv", "y;note;b;a\n1,5;x;3;4\nNA;x;1;2\n7;x;8;9,5\n");
	CHECK_OK(load(&d, text.data, &(struct dataset_options){.test = path}));
	CHECK_EQ(d.fit.n, 90);
	CHECK_EQ(d.select.n, 30);
	CHECK_EQ(d.report.n, 2);
	CHECK_STR(d.report_file, path);
	CHECK(d.report.y[0] == 1.5 && d.report.x[0][1] == 9.5 && d.report.x[1][1] == 8);
	CHECK_EQ(d.line[121], 4);
	dataset_release(&d);
	free(path);
	path = write_table("more.csv", "y,a\n1,2\n");
	CHECK_EQ(load(&d, text.data, &(struct dataset_options){.test = path}), ST_DATA);
	CHECK_STR(message(), "more.csv: no column \"b\" (needed by --test); did you mean \"y\"?");
	free(path);
	str_release(&text);
}

TEST(columns_of_further_files_are_those_of_the_training_rows_whatever_they_hold)
{
	static const char train[] = "a,k,y\n" FIVE("1,x,3", "2,z,1", "3,x,2", "4,z,5", "5,x,8");
	static const char more[] = "y,k,a\n" FIVE("1,x,7", "2,z,7", "3,x,7", "4,z,7", "5,x,7");
	static const char lacking[] = "y,k\n" FIVE("1,x", "2,z", "3,x", "4,z", "5,x");
	struct dataset d, e;

	CHECK_OK(load(&d, train, &(struct dataset_options){.read.categories = 2}));
	CHECK_EQ(d.n_columns, 2);
	CHECK_OK(load(&e, more, &(struct dataset_options){.like = &d, .no_split = true}));
	CHECK_EQ(e.n_columns, 2);
	CHECK_STR(e.target, "y");
	CHECK_STR(e.name[0], "a");
	CHECK_STR(e.name[1], "k=z");
	for (int i = 0; i < e.fit.n; i++)
		CHECK(e.fit.x[0][i] == 7 && e.fit.x[1][i] == ((int)e.fit.y[i] + 1) % 2);
	dataset_release(&e);
	CHECK_EQ(load(&e, lacking, &(struct dataset_options){.like = &d}), ST_DATA);
	CHECK_STR(message(), "t.csv: no column \"a\" (an input); did you mean \"y\"?");
	dataset_release(&d);
}

TEST(names_that_are_no_identifiers_stay_as_they_are)
{
	static const char text[] =
		"Temp (°C),lambda,lambda,y\n" FIVE("1,2,3,1", "2,4,1,4", "3,9,2,6", "4,1,7,5", "5,3,8,8");
	struct dataset d;

	CHECK_OK(load(&d, text, NULL));
	CHECK_STR(d.name[0], "Temp (°C)");
	CHECK_STR(d.name[1], "lambda");
	CHECK_STR(d.name[2], "lambda#2");
	dataset_release(&d);
}

/* ---- mistakes ---- */

static const struct {
	const char *text;
	struct dataset_options o;
	enum status st;
	const char *message;
} mistakes[] = {
	{"a,b\n" FIVE("1,2", "2,3", "3,1", "4,5", "5,2"),
	 {.target = "c"},
	 ST_DATA,
	 "t.csv: no column \"c\" (--target); did you mean \"a\"?"},
	{"alpha,beta\n" FIVE("1,2", "2,3", "3,1", "4,5", "5,2"),
	 {.target = "bata"},
	 ST_DATA,
	 "t.csv: no column \"bata\" (--target); did you mean \"beta\"?"},
	{"alpha,beta\n" FIVE("1,2", "2,3", "3,1", "4,5", "5,2"),
	 {.features = "-temperature"},
	 ST_DATA,
	 "t.csv: no column \"temperature\" (--features); the 2 columns are alpha, beta"},
	{"a,b\n" FIVE("1,2", "2,2", "3,2", "4,2", "5,2"),
	 {0},
	 ST_DATA,
	 "t.csv: column 2 \"b\" (the target) is constant (2); there is nothing to explain, choose "
	 "another one "
	 "with --target"},
	{"a,b\n1,2\n2,3\n", {0}, ST_DATA, "t.csv: 2 usable rows, at least 3 are needed; add rows"},
	{"a,b,c\n" FIVE("1,2,3", "2,,2", "3,,1", "4,5,2", "5,,6"),
	 {.features = "b"},
	 ST_DATA,
	 "t.csv: 2 of 5 rows are usable, at least 3 are needed; column \"b\" has 3 missing values: "
	 "drop it "
	 "with --features -NAME"},
	{"a,b\n1,2\n2,3\n3,1\n4,x\n5,2\n",
	 {0},
	 ST_DATA,
	 "t.csv:5: column 2 \"b\" (the target): \"x\" is not a number; correct the cell or use "
	 "another column"},
	{"a,k,b\n" FIVE("1,r,2", "2,g,3", "3,b,1", "4,r,5", "5,r,2"),
	 {.features = "a,k"},
	 ST_DATA,
	 "t.csv:2: column 2 \"k\" (asked for by --features): \"r\" is not a number; correct the "
	 "cell or use "
	 "another column"},
	{"a,k,b\n" FIVE("1,7,2", "2,7,3", "3,7,1", "4,7,5", "5,7,2"),
	 {.features = "a,k"},
	 ST_DATA,
	 "t.csv: column 2 \"k\" (asked for by --features): constant; leave it out of --features"},
	{"a,k,b\n" FIVE("1,r,2", "1,g,3", "1,b,1", "1,r,5", "1,r,2"),
	 {0},
	 ST_DATA,
	 "t.csv: no usable input column; column \"k\" left out: text (\"r\" at line 2); --categories 3 brings it in"},
	{"a,b\n" FIVE("1,2", "2,3", "inf,1", "4,5", "5,2"),
	 {0},
	 ST_DATA,
	 "t.csv:4: column 1 \"a\" (an input): \"inf\" is not finite; correct the cell or leave it "
	 "empty"},
	{"a\n" FIVE("1", "2", "3", "4", "5"),
	 {0},
	 ST_DATA,
	 "t.csv: only one column; a target and at least one input are needed (--sep if the delimiter was missed; "
	 "--index for the row number as input)"},
	{"a,b\n" FIVE("1,2", "2,3", "3,1", "4,5", "5,2"),
	 {.features = "a,b"},
	 ST_USAGE,
	 "t.csv: column \"b\" is the target; it cannot be an input too (--features)"},
	{"a,b,s\n" FIVE("1,2,1", "2,3,1", "3,1,0", "4,5,1", "5,2,1"),
	 {.sigma = "s"},
	 ST_DATA,
	 "t.csv:4: column 3 \"s\" (--sigma): 0; standard errors must be above 0"},
	{"a,b,s\n" FIVE("1,2,1", "2,3,1", "3,1,-1", "4,5,1", "5,2,1"),
	 {.row_weights = "s"},
	 ST_DATA,
	 "t.csv:4: column 3 \"s\" (--row-weights): -1; weights must not be below 0"},
	{"a,b,s\n" FIVE("1,2,0", "2,3,0", "3,1,0", "4,5,0", "5,2,0"),
	 {.row_weights = "s"},
	 ST_DATA,
	 "t.csv: all 5 fit rows have weight 0; give some of them a weight or use another --seed"},
	{"a,b,s\n1,2,1\n",
	 {.row_weights = "s", .sigma = "s"},
	 ST_USAGE,
	 "--row-weights and --sigma both set weights; give one of them"},
	{"a,b,s\n1,2,1\n",
	 {.sigma = "b", .target = "b"},
	 ST_USAGE,
	 "t.csv: column \"b\" is the target; it cannot be --sigma too"},
	{"a,b\n1,2\n",
	 {.test = "1.5"},
	 ST_USAGE,
	 "--test 1.5: expected a share of the rows from 0 to below 1, or a file"},
	{"a,b\n" FIVE("1,2", "2,3", "3,1", "4,5", "5,2"),
	 {.test = "0.6"},
	 ST_DATA,
	 "t.csv: --test 0.6 leaves 2 rows to fit, at least 3 are needed; ask for a smaller share"},
	{"a,b\n" FIVE("1,2", "2,3", "3,1", "4,5", "5,2"),
	 {.test = "/nowhere.csv"},
	 ST_DATA,
	 "/nowhere.csv: No such file or directory"},
};

TEST(every_mistake_about_a_data_set_has_its_message)
{
	for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
		struct dataset d;

		CHECK_EQ(load(&d, mistakes[i].text, &mistakes[i].o), mistakes[i].st);
		CHECK_STR(message(), mistakes[i].message);
		CHECK(d.column == NULL && d.file == NULL);
	}
}

TEST(a_header_of_numbers_is_pointed_out)
{
	struct dataset d;

	CHECK_OK(load(&d, "3,x\n" FIVE("1,2", "2,3", "3,1", "4,5", "5,2"), NULL));
	CHECK_STR(d.notes.item[0].text, "line 1 is taken as the header although it holds numbers; if it is "
					"data, say --header no");
	dataset_release(&d);
}

/* ---- subsets and relevance ---- */

TEST(a_subset_has_different_rows_and_a_bootstrap_repeats_some)
{
	struct table t = make_table(300);
	struct dataset d;
	struct rows_copy s;
	struct rng r = rng_stream(1, 1, 1);
	int seen[301] = {0}, hits[301] = {0}, repeats = 0;

	t.source.rows.w = t.w;
	CHECK_OK(from_table(&d, &t, &(struct dataset_options){.no_split = true}));
	for (int k = 0; k < 2000; k++) {
		dataset_subset(&d.fit, 30, &r, false, &s);
		memset(seen, 0, sizeof(seen));
		for (int i = 0; i < s.rows.n; i++) {
			int row = (int)s.rows.x[0][i];

			CHECK(++seen[row] == 1 && s.rows.y[i] == 10 * row);
			hits[row]++;
		}
		CHECK_NEAR(mean(s.rows.w, s.rows.n), 1, 1e-12);
		rows_copy_release(&s);
	}
	for (int i = 1; i <= 300; i++)
		CHECK_NEAR(hits[i], 200, 80); /* binomial, sd 13.4 */
	memset(seen, 0, sizeof(seen));
	dataset_subset(&d.fit, 300, &r, true, &s);
	for (int i = 0; i < 300; i++)
		repeats += ++seen[(int)s.rows.x[0][i]] == 2;
	CHECK(repeats > 50);
	rows_copy_release(&s);
	dataset_subset(&d.fit, 1000, &r, false, &s);
	CHECK_EQ(s.rows.n, 300);
	rows_copy_release(&s);
	dataset_release(&d);
	free_table(&t);
}

TEST(relevance_sees_linear_monotone_and_hump_shaped_columns_and_no_noise)
{
	enum { N = 800, C = 5 };
	static double x[C][N + ROWS_BLOCK], y[N + ROWS_BLOCK];
	const double *pointers[C] = {x[0], x[1], x[2], x[3], x[4]};
	struct rows rows = {.n = N, .n_columns = C, .x = pointers, .y = y};
	struct rng r = rng_stream(9, 9, 9);
	double score[C];

	for (int i = 0; i < N; i++) {
		y[i] = rng_normal(&r);
		x[0][i] = 1e200 * (3 * y[i] + 0.1 * rng_normal(&r));
		x[1][i] = exp(5 * y[i]);
		x[2][i] = sqrt(fabs(y[i]) + 0.01) * (rng_bool(&r, 0.5) ? 1 : -1);
		x[3][i] = rng_normal(&r);
		x[4][i] = 7;
	}
	dataset_relevance(&rows, score);
	CHECK(score[0] > 0.99);
	CHECK_NEAR(score[1], 1, 1e-9);
	CHECK(score[2] < 0.25); /* it tells |y| only */
	CHECK(score[3] < 0.2);
	CHECK_NEAR(score[4], 0, 0);
	for (int i = 0; i < N; i++)
		y[i] = y[i] * y[i]; /* now it is a hump */
	dataset_relevance(&rows, score);
	CHECK(score[2] > 0.8);
	CHECK(score[3] < 0.2);
}

TEST(choosing_columns_keeps_the_best_and_explores_the_rest)
{
	double score[50];
	struct rng r = rng_stream(2, 2, 2);
	int out[16], hits[50] = {0};

	for (int c = 0; c < 50; c++)
		score[c] = c % 5 == 0 ? 0.9 : 0.1;
	for (int k = 0; k < 1000; k++) {
		CHECK_EQ(dataset_choose_columns(score, 50, 16, 0.375, &r, out), 16);
		for (int i = 0; i < 16; i++) {
			hits[out[i]]++;
			CHECK(i == 0 || out[i] > out[i - 1]);
		}
	}
	for (int c = 0; c < 50; c++)
		CHECK(c % 5 == 0 ? hits[c] == 1000 : hits[c] > 100 && hits[c] < 200);
	CHECK_EQ(dataset_choose_columns(score, 3, 16, 0.5, &r, out), 3);
	CHECK(out[0] == 0 && out[2] == 2);
}

/* ---- shipped data ---- */

TEST(shipped_data_sets_load)
{
	static const struct {
		const char *file;
		int rows, columns;
	} sets[] = {{"data/kepler.csv", 9, 1},
		    {"data/hubble.csv", 32, 1},
		    {"data/ideal_gas.csv", 30, 3},
		    {"data/rydberg.csv", 50, 2},
		    {"data/nist/nist_Hahn1.csv", 236, 1}};

	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		struct dataset d;

		if (!file_exists(sets[i].file)) {
			test_skip("run from the top of the repository");
			return;
		}
		CHECK_OK(dataset_load(&d, sets[i].file, &(struct dataset_options){.no_split = true}));
		CHECK_EQ(d.fit.n, sets[i].rows);
		CHECK_EQ(d.n_columns, sets[i].columns);
		dataset_release(&d);
	}
}
