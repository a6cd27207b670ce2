/* test_run_dir.c — what a run leaves behind: complete, readable, the same bytes for the same front. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/run_dir.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static const char *const columns[] = {"Temp (°C)", "a`b", "pi"};

static void add(struct front *f, const char *equation, double fvu_fit, double fvu_select)
{
	struct pareto_entry *e = &f->pareto.entry[f->pareto.n++];
	struct parse_params params;

	CHECK_OK(parse_expr(equation, &f->names, &params, &e->expr));
	for (int i = 0; i < params.n; i++)
		e->expr.c[params.slot[i]] = 0.1 * (i + 1);
	e->size = e->expr.n;
	e->n_consts = params.n;
	e->fvu_fit = fvu_fit;
	e->fvu_select = fvu_select;
	e->fvu_report = NAN;
	e->fvu_all = fvu_fit;
	e->fvu_cv = NAN;
	e->criterion = -12.5 * f->pareto.n;
}

static void make_front(struct front *f)
{
	*f = (struct front){.pareto = {.chosen = 1, .by = SELECTION_BIC, .significant = true, .has_select = true}};
	front_set_names(f, 3, columns, "y");
	add(f, "p", 0.5, 0.25);
	add(f, "p*`Temp (°C)` + q*sin(`a``b`)", 1.0 / 3, 1e-20);
	add(f, "p*`Temp (°C)` + q*sin(`a``b`) - exp(p*`pi`)/0.3", 1e-30, INFINITY);
	f->pareto.entry[1].fvu_report = 0.125;
	f->pareto.entry[1].chosen = true;
	f->pareto.entry[0].regularity.kind = REGULARITY_REGULAR;
	f->pareto.entry[1].regularity = (struct regularity){REGULARITY_POLE, 2, {0, 1}, {0.1, -3e8}};
}

TEST(a_front_comes_back_from_json_bit_for_bit)
{
	struct front f, back;
	struct notes notes = {0};
	cJSON *json;
	char *text;

	make_front(&f);
	notes_add(&notes, NOTE_INFO, "read as UTF-16");
	notes_add(&notes, NOTE_WARNING, "column \"Länge\" left out: text");
	f.notes = &notes;
	front_check(&f, NULL);
	json = front_to_json(&f);
	text = cJSON_Print(json); /* through text, since that is what a file does */
	cJSON_Delete(json);
	json = cJSON_Parse(text);
	CHECK_OK(front_from_json(&back, json, "x"));
	CHECK_EQ(back.pareto.n, 3);
	CHECK_EQ(back.pareto.chosen, 1);
	CHECK_STR(back.names.target, "y");
	CHECK_EQ(back.names.n, 3);
	for (int i = 0; i < 3; i++) {
		const struct pareto_entry *a = &f.pareto.entry[i], *b = &back.pareto.entry[i];

		CHECK_STR(back.names.column[i], columns[i]);
		CHECK_EQ(b->expr.n, a->expr.n);
		CHECK_EQ(b->expr.n_consts, a->expr.n_consts);
		CHECK(memcmp(b->expr.node, a->expr.node, (size_t)a->expr.n * sizeof(a->expr.node[0])) == 0);
		CHECK(memcmp(b->expr.c, a->expr.c, (size_t)a->expr.n_consts * sizeof(double)) == 0);
		CHECK(b->fvu_fit == a->fvu_fit && b->criterion == a->criterion && b->size == a->size);
		CHECK_EQ(b->chosen, i == 1);
	}
	CHECK_EQ(back.pareto.entry[0].regularity.kind, REGULARITY_REGULAR);
	CHECK_EQ(back.pareto.entry[1].regularity.kind, REGULARITY_POLE);
	CHECK(back.pareto.entry[1].regularity.n == 2 && back.pareto.entry[1].regularity.at[0] == 0.1 &&
	      back.pareto.entry[1].regularity.column[1] == 1);
	CHECK_EQ(back.pareto.entry[2].regularity.kind, REGULARITY_UNKNOWN);
	CHECK(back.pareto.entry[1].fvu_select == 1e-20);
	CHECK(isinf(back.pareto.entry[2].fvu_select));
	CHECK(back.pareto.entry[1].fvu_report == 0.125);
	CHECK(isnan(back.pareto.entry[0].fvu_report));
	CHECK(back.notes && back.notes->n == 2 && back.notes->item[1].level == NOTE_WARNING);
	CHECK_STR(back.notes->item[0].text, "read as UTF-16");
	CHECK_STR(back.notes->item[1].text, "column \"Länge\" left out: text");
	cJSON_Delete(json);
	notes_release(&notes);
	free(text);
	front_release(&f);
	front_release(&back);
}

TEST(damaged_equations_are_refused_with_the_file_and_the_place)
{
	static const char *const bad[][2] = {
		{"[]", "x: no \"target\" and \"columns\"; not equations of a run"},
		{"{\"schema\": 3}", "x: written by a newer eqrl (schema 3, this one reads 2)"},
		{"{\"target\": \"y\", \"columns\": [], \"chosen\": 0, \"equations\": []}",
		 "x: \"chosen\" is 0 of 0 equations"},
		{"{\"target\": \"y\", \"columns\": [\"a\"], \"equations\": [{\"expr\": {\"prefix\": [\"x3\"], "
		 "\"constants\": []}}]}",
		 "x: equation 1 uses column 3 of 1"},
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		cJSON *json = cJSON_Parse(bad[i][0]);
		struct front f;

		CHECK_EQ(front_from_json(&f, json, "x"), ST_DATA);
		CHECK_STR(error_message(), bad[i][1]);
		cJSON_Delete(json);
	}
}

TEST(front_csv_has_full_precision_and_quotes_what_needs_it)
{
	struct front f;
	struct str csv = {0}, again = {0};

	make_front(&f);
	f.pareto.n = 2;
	front_to_csv(&f, &csv);
	front_to_csv(&f, &again);
	CHECK_STR(again.data, csv.data);
	CHECK_STR(csv.data, "chosen,size,complexity,depth,r2_fit,r2_select,fvu_fit,fvu_select,fvu_all,fvu_cv,"
			    "criterion,constants,regular,equation\n"
			    "0,1,1,1,0.5,0.75,0.5,0.25,0.5,,-12.5,1,1,0.1\n"
			    "1,8,8,4,0.6666666666666667,1,0.3333333333333333,1e-20,0.3333333333333333,,-25,2,0,"
			    "0.1*`Temp (°C)` + 0.2*sin(`a``b`)\n");
	str_clear(&csv);
	f.pareto.has_select = false;
	f.pareto.n = 1;
	front_to_csv(&f, &csv);
	CHECK(strstr(csv.data, "\n0,1,1,1,0.5,,0.5,,0.5,,-12.5,1,1,0.1\n") != NULL);
	str_release(&csv);
	str_release(&again);
	front_release(&f);
}

TEST(where_the_answer_is_singular_is_said_in_words)
{
	struct front f;
	struct str out = {0};

	make_front(&f);
	front_doubt(&f, "# ", &out);
	CHECK_STR(out.data, "# not regular: a pole at `Temp (°C)` = 0.1, `a``b` = -3e+08 between the rows\n");
	str_clear(&out);
	f.pareto.entry[1].regularity = (struct regularity){REGULARITY_UNDEFINED, 0, {0}, {0}};
	front_doubt(&f, "", &out);
	CHECK_STR(out.data, "not regular: no value between the rows\n");
	str_clear(&out);
	f.pareto.entry[1].regularity.kind = REGULARITY_REGULAR;
	front_doubt(&f, "", &out);
	CHECK_EQ(out.len, 0);
	str_release(&out);
	front_release(&f);
}

TEST(the_table_marks_the_choice_and_shows_it_whatever_top_says)
{
	struct front f;
	struct str out = {0};

	make_front(&f);
	front_table(&f, 1, 0, &out);
	CHECK_STR(out.data,
		  "  size      R2 all       R2 CV   R2 select        BIC  equation\n"
		  "*    8    0.666667           -   1-1.0e-20      -25.0  0.1*`Temp (°C)` + 0.2*sin(`a``b`)\n"
		  "    15   1-1.0e-30           -        -inf      -37.5  0.1*`Temp (°C)` + 0.2*sin(`a``b`) - "
		  "exp(0.1*pi)/0.3\n");
	str_clear(&out);
	front_table(&f, 1, 72, &out);
	CHECK(strstr(out.data, "0.1*`Temp (°C)...\n") != NULL);
	str_release(&out);
	front_release(&f);
}

/* ---- the folder ---------------------------------------------------------------------------------- */

static char word[4][16] = {"eqrl", "train", "-d", "wells.csv.gz"};
static char *argv_words[] = {word[0], word[1], word[2], word[3], NULL};

static struct invocation invocation(const struct options *o)
{
	return (struct invocation){.command = "train", .options = o, .argc = 4, .argv = argv_words};
}

static cJSON *read_json(const struct run_dir *r, const char *name)
{
	char *path = run_dir_file(r, name), *text = NULL;
	size_t size = 0;
	cJSON *json;

	CHECK_OK(file_read(path, ST_DATA, &text, &size));
	json = cJSON_ParseWithLength(text, size);
	CHECK(json != NULL);
	free(text);
	free(path);
	return json;
}

TEST(a_run_directory_records_command_configuration_and_end)
{
	struct option_set s = {0}, back = {0};
	struct invocation inv = invocation(&s.values);
	char *dir = path_join(test_dir(), "run-a");
	struct run_dir r, other;
	struct front_state state;
	struct front f, loaded;
	cJSON *json;
	char *path;

	options_default(&s);
	s.values.seed = 41;
	s.values.lr = 0.125;
	CHECK_OK(run_dir_create(&r, &inv, dir, "wells.csv.gz"));
	make_front(&f);
	CHECK_OK(run_dir_begin(&r, &inv));
	CHECK_OK(run_dir_front(&r, NULL, &f, &(struct front_state){.step = 3, .scored = 9}, NULL));
	CHECK_EQ(run_dir_create(&other, &inv, dir, NULL), ST_RESOURCE); /* this process works in it */
	json = read_json(&r, "run.json");
	CHECK_STR(cJSON_GetObjectItem(json, "command")->valuestring, "train");
	CHECK_EQ(cJSON_GetArraySize(cJSON_GetObjectItem(json, "argv")), 4);
	CHECK_EQ(cJSON_GetObjectItem(json, "seed")->valueint, 41);
	CHECK(cJSON_IsNull(cJSON_GetObjectItem(json, "exit")));
	CHECK(cJSON_IsString(cJSON_GetObjectItem(cJSON_GetObjectItem(json, "host"), "blas_kernel")));
	cJSON_Delete(json);
	path = run_dir_file(&r, "config.json");
	options_default(&back);
	CHECK_OK(options_from_file(&back, path, FROM_CONFIG));
	CHECK(back.values.lr == 0.125 && back.values.seed == 41);
	free(path);
	CHECK_OK(run_front_load(&loaded, dir, &state));
	CHECK(state.step == 3 && state.scored == 9);
	CHECK_EQ(loaded.pareto.n, 3);
	front_release(&loaded);
	CHECK_OK(run_dir_finish(&r, ST_INTERRUPTED));
	CHECK_EQ(run_dir_create(&other, &inv, dir, NULL), ST_USAGE); /* not empty any more */
	CHECK_OK(run_dir_resume(&r, &inv, dir));
	CHECK_OK(run_dir_begin(&r, &inv));
	json = read_json(&r, "run.json");
	CHECK_EQ(cJSON_GetArraySize(cJSON_GetObjectItem(json, "resumed")), 1);
	CHECK_EQ(cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(json, "resumed"), 0), "exit")->valueint,
		 ST_INTERRUPTED);
	cJSON_Delete(json);
	CHECK_OK(run_dir_finish(&r, ST_OK));
	CHECK_OK(run_dir_finish(&r, ST_OK)); /* twice is fine */
	CHECK_EQ(run_dir_resume(&r, &inv, "/no/such/run"), ST_USAGE);
	CHECK_EQ(run_front_load(&loaded, "/no/such/run", NULL), ST_DATA);
	front_release(&f);
	options_release(&s);
	options_release(&back);
	free(dir);
}

TEST(runs_of_the_same_second_get_folders_of_their_own_named_after_the_data)
{
	struct option_set s = {0};
	struct invocation inv = invocation(&s.values);
	char *here = getcwd(NULL, 0);
	struct run_dir a, b;

	options_default(&s);
	CHECK(chdir(test_dir()) == 0);
	CHECK_OK(run_dir_create(&a, &inv, NULL, "some/where/wells.csv.gz"));
	CHECK_OK(run_dir_create(&b, &inv, NULL, "some/where/wells.csv.gz"));
	CHECK(strncmp(a.path, "runs/wells-2", 12) == 0);
	CHECK(strcmp(a.path, b.path) != 0);
	CHECK_OK(run_dir_finish(&a, ST_OK));
	CHECK_OK(run_dir_finish(&b, ST_OK));
	CHECK(chdir(here) == 0);
	free(here);
	options_release(&s);
}

static void log_steps(struct run_dir *r, int first, int last)
{
	for (int i = first; i <= last; i++) {
		cJSON *line = cJSON_CreateObject();

		cJSON_AddNumberToObject(line, "step", i);
		CHECK_OK(run_dir_log(r, line));
		cJSON_Delete(line);
	}
}

TEST(a_resumed_run_cuts_the_log_at_its_step_and_drops_half_a_line)
{
	struct option_set s = {0};
	struct invocation inv = invocation(&s.values);
	char *dir = path_join(test_dir(), "run-log"), *path, *text;
	struct run_dir r;
	size_t size;

	options_default(&s);
	CHECK_OK(run_dir_create(&r, &inv, dir, NULL));
	CHECK_OK(run_dir_begin(&r, &inv));
	log_steps(&r, 1, 5);
	CHECK(write(r.log, "{\"step\": 6, \"lo", 15) == 15); /* killed while writing */
	CHECK_OK(run_dir_log_rewind(&r, 3));
	log_steps(&r, 4, 4);
	path = run_dir_file(&r, "log.jsonl");
	CHECK_OK(file_read(path, ST_DATA, &text, &size));
	CHECK_STR(text, "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"step\":4}\n");
	CHECK_OK(run_dir_finish(&r, ST_OK));
	free(text);
	free(path);
	free(dir);
	options_release(&s);
}

TEST(a_second_process_in_a_run_directory_is_told_who_works_there)
{
	struct option_set s = {0};
	struct invocation inv = invocation(&s.values);
	char *dir = path_join(test_dir(), "run-lock"), process[32];
	struct run_dir first, second;

	options_default(&s);
	CHECK_OK(run_dir_create(&first, &inv, dir, NULL));
	CHECK_OK(run_dir_begin(&first, &inv));
	CHECK_EQ(run_dir_resume(&second, &inv, dir), ST_RESOURCE);
	snprintf(process, sizeof(process), "process %ld on ", (long)getpid());
	CHECK(strstr(error_message(), process) != NULL);
	CHECK_OK(run_dir_finish(&first, ST_OK));
	CHECK_OK(run_dir_resume(&second, &inv, dir)); /* the lock went with the run, its file stayed */
	run_dir_abandon(&second);
	free(dir);
	options_release(&s);
}

TEST(a_resume_that_is_refused_names_the_option_and_writes_nothing)
{
	static const char *const names[] = {"config.json", "run.json"};
	struct option_set s = {0};
	struct invocation inv = invocation(&s.values);
	char *dir = path_join(test_dir(), "run-refused"), *before[2], *after[2], *path[2];
	struct run_dir r;
	size_t size;

	options_default(&s);
	s.values.seed = 7;
	CHECK_OK(run_dir_create(&r, &inv, dir, NULL));
	CHECK_OK(run_dir_begin(&r, &inv));
	CHECK_OK(run_dir_finish(&r, ST_OK));
	for (int i = 0; i < 2; i++) {
		path[i] = path_join(dir, names[i]);
		CHECK_OK(file_read(path[i], ST_DATA, &before[i], &size));
	}
	s.values.seed = 8;
	s.values.lr = 0.5;
	s.values.time = 99;
	CHECK_EQ(run_dir_resume(&r, &inv, dir), ST_USAGE);
	CHECK(strstr(error_message(), "the run has --lr 0.0001, not 0.5") != NULL);
	for (int i = 0; i < 2; i++) {
		CHECK_OK(file_read(path[i], ST_DATA, &after[i], &size));
		CHECK_STR(after[i], before[i]);
		free(before[i]);
		free(after[i]);
		free(path[i]);
	}
	s.values.seed = 7;
	s.values.lr = 1e-4;
	CHECK_OK(run_dir_resume(&r, &inv, dir)); /* more time is no other run */
	run_dir_abandon(&r);
	free(dir);
	options_release(&s);
}

TEST(a_start_that_fails_leaves_no_folder_behind)
{
	struct option_set s = {0};
	struct invocation inv = invocation(&s.values);
	char *dir = path_join(test_dir(), "run-abandoned");
	struct run_dir r;

	options_default(&s);
	CHECK_OK(run_dir_create(&r, &inv, dir, NULL));
	CHECK(file_is_dir(dir));
	run_dir_abandon(&r);
	CHECK(!file_exists(dir));
	free(dir);
	options_release(&s);
}

TEST(what_cannot_be_written_is_news_once_and_again_when_the_reason_changes)
{
	struct run_dir r = {.log = -1, .lock = -1};

	CHECK(run_dir_note(&r, OUTPUT_CHECKPOINT, fail(ST_RESOURCE, "disk full")));
	CHECK(!run_dir_note(&r, OUTPUT_CHECKPOINT, fail(ST_RESOURCE, "disk full")));
	CHECK(run_dir_note(&r, OUTPUT_CHECKPOINT, fail(ST_RESOURCE, "read-only")));
	CHECK_STR(run_dir_trouble(&r), "read-only");
	CHECK(!run_dir_note(&r, OUTPUT_CHECKPOINT, ST_OK));
	CHECK(run_dir_trouble(&r) == NULL); /* the last checkpoint is there: nothing is missing */
	CHECK(run_dir_note(&r, OUTPUT_LOG, fail(ST_RESOURCE, "disk full")));
	CHECK(!run_dir_note(&r, OUTPUT_LOG, ST_OK));
	CHECK_STR(run_dir_trouble(&r), "disk full"); /* the lines between are lost */
	for (int i = 0; i < RUN_OUTPUTS; i++)
		free(r.complaint[i]);
}

TEST(a_run_of_several_data_sets_names_them_where_one_front_is_wanted)
{
	static const char *const names[] = {"line", "noise"};
	struct option_set s = {0};
	struct invocation inv = invocation(&s.values);
	char *dir = path_join(test_dir(), "run-several"), *part, *parts;
	struct run_dir r;
	struct front f, loaded;

	options_default(&s);
	make_front(&f);
	CHECK_OK(run_dir_create(&r, &inv, dir, NULL));
	CHECK_EQ(run_front_load(&loaded, dir, NULL), ST_DATA); /* no run yet */
	CHECK_OK(run_dir_begin(&r, &inv));
	CHECK_EQ(run_front_load(&loaded, dir, NULL), ST_NOTHING); /* a run without results */
	CHECK(run_parts(dir) == NULL);
	for (int i = 0; i < 2; i++) {
		part = path_join(dir, names[i]);
		CHECK_OK(dir_create(part));
		CHECK_EQ(run_front_load(&loaded, part, NULL), ST_NOTHING);
		CHECK_OK(run_dir_front(&r, names[i], &f, &(struct front_state){0}, NULL));
		CHECK_OK(run_front_load(&loaded, part, NULL));
		front_release(&loaded);
		free(part);
	}
	CHECK_EQ(run_front_load(&loaded, dir, NULL), ST_USAGE);
	CHECK(strstr(error_message(), "has 2 data sets: line, noise; choose one, as in ") != NULL);
	CHECK(strstr(error_message(), "run-several/line") != NULL);
	parts = run_parts(dir);
	CHECK_STR(parts, "line\nnoise");
	free(parts);
	CHECK_OK(run_dir_finish(&r, ST_OK));
	front_release(&f);
	free(dir);
	options_release(&s);
}

TEST(a_directory_that_cannot_be_made_is_refused_for_the_first_reason)
{
	char *path = path_join(test_dir(), "nowhere");

	CHECK(symlink("/no/such/place", path) == 0);
	CHECK_EQ(dir_create(path), ST_RESOURCE);
	CHECK(strstr(error_message(), "File exists") !=
	      NULL); /* mkdir's; that of the look whether it is one is ENOENT */
	free(path);
}

TEST(what_a_killed_process_had_begun_to_write_goes_when_the_run_goes_on)
{
	static const char *const names[] = {"checkpoint.safetensors.tmp4711", "notes.tmp", "a.tmp12b"};
	struct option_set s = {0};
	struct invocation inv = invocation(&s.values);
	char *dir = path_join(test_dir(), "run-leftovers"), *path[3];
	struct run_dir r;

	options_default(&s);
	CHECK_OK(run_dir_create(&r, &inv, dir, NULL));
	CHECK_OK(run_dir_begin(&r, &inv));
	CHECK_OK(run_dir_finish(&r, ST_OK));
	for (int i = 0; i < 3; i++) {
		path[i] = path_join(dir, names[i]);
		CHECK_OK(file_write_atomic(path[i], "x", 1));
	}
	CHECK_OK(run_dir_resume(&r, &inv, dir));
	CHECK(file_exists(path[0])); /* nothing is touched before everything was checked */
	CHECK_OK(run_dir_begin(&r, &inv));
	CHECK(!file_exists(path[0]) && file_exists(path[1]) && file_exists(path[2]));
	CHECK_OK(run_dir_finish(&r, ST_OK));
	for (int i = 0; i < 3; i++)
		free(path[i]);
	free(dir);
	options_release(&s);
}
