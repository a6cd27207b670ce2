/* test_manifest.c — a table of runs: what a line says, and what makes two runs the same. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/batch/manifest.h"
#include "eqrl/batch/runs.h"
#include "test.h"

#include <stdlib.h>

static char *write_file(const char *name, const char *text)
{
	char *path = path_join(test_dir(), name);

	CHECK_OK(file_write_atomic(path, text, strlen(text)));
	return path;
}

/* Weights of any kind do: they are hashed, not loaded. */
static void make_inputs(void)
{
	free(write_file("m1.csv", "a,y\n1,2\n2,4\n"));
	free(write_file("m2.csv", "a,y\n1,3\n2,6\n"));
	free(write_file("m.safetensors", "weights"));
}

/* Reads a table whose cells speak of DIR as the test's directory. */
static enum status read_table(struct manifest *m, const char *text, int n_passed, char **passed)
{
	struct str full = {0};
	char *path;
	enum status st;

	for (const char *p = text; *p; p++) {
		if (strncmp(p, "DIR", 3) == 0) {
			str_add(&full, test_dir());
			p += 2;
		} else {
			str_addc(&full, *p);
		}
	}
	path = write_file("m.tsv", full.data);
	st = manifest_read(m, path, "out", n_passed, passed);
	m->path = "m.tsv";
	free(path);
	str_release(&full);
	return st;
}

static bool has_word(const struct manifest_run *run, const char *word)
{
	for (int i = 0; i < run->n_words; i++)
		if (strcmp(run->word[i], word) == 0)
			return true;
	return false;
}

TEST(a_line_of_a_table_becomes_a_command_line_named_by_its_data)
{
	char time[] = "--time=2s";
	char *passed[] = {time};
	struct manifest m;

	make_inputs();
	CHECK_OK(read_table(&m,
			    "\xEF\xBB\xBF# runs\r\n\r\nname\tdata\t--weights\tmax-size\tquiet\r\n"
			    "\tDIR/m1.csv\tDIR/m.safetensors\t 9 \ttrue\r\n"
			    "two\tDIR/m2.csv\tDIR/m.safetensors\r\n",
			    1, passed));
	CHECK_EQ(m.n, 2);
	CHECK_EQ(m.run[0].number, 4);
	CHECK_STR(m.run[0].name, "m1");
	CHECK_STR(m.run[1].name, "two");
	CHECK(has_word(&m.run[0], "--time=2s") && has_word(&m.run[0], "--max-size=9"));
	CHECK(has_word(&m.run[0], "--quiet=true") && !has_word(&m.run[1], "--quiet=true"));
	CHECK(has_word(&m.run[0], "--seed=1") && has_word(&m.run[0], "--threads=1"));
	CHECK_STR(m.run[0].threads, "--threads=1");
	CHECK(strncmp(m.run[1].folder, "out/two-", 8) == 0 && strncmp(m.run[1].folder + 8, m.run[1].key, 8) == 0);
	CHECK_EQ(run_state_of(m.run[0].folder), RUN_WAITING);
	manifest_release(&m);
}

/* The key of a run with these further columns and cells. */
static char *key_of(const char *columns, const char *cells)
{
	struct manifest m;
	struct str table = {0};
	char *key;

	str_addf(&table, "data\tweights%s\nDIR/m1.csv\tDIR/m.safetensors%s\n", columns, cells);
	CHECK_OK(read_table(&m, table.data, 0, NULL));
	key = xstrdup(m.n ? m.run[0].key : "");
	manifest_release(&m);
	str_release(&table);
	return key;
}

TEST(the_key_of_a_run_follows_what_its_result_depends_on_and_nothing_else)
{
	static const struct {
		const char *columns, *cells;
		bool same;
	} rows[] = {
		{"\tname", "\tother", true},	{"\tthreads", "\t2", true},   {"\tquiet", "\ttrue", true},
		{"\tseed", "\t1", true},	{"\tseed", "\t2", false},     {"\tsave-weights", "\tx", true},
		{"\tmax-size", "\t40", true},	{"\tmax-size", "\t9", false}, {"\tpreset", "\tnormal", true},
		{"\tpreset", "\tquick", false}, {"\ttarget", "\ty", false},   {"\tevals", "\t100", false},
	};
	char *plain, *key;

	make_inputs();
	plain = key_of("", "");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		key = key_of(rows[i].columns, rows[i].cells);
		if ((strcmp(key, plain) == 0) != rows[i].same)
			test_failed(__FILE__, __LINE__, "%s%s", rows[i].columns, rows[i].cells);
		free(key);
	}
	free(write_file("m1.csv", "a,y\n1,2\n2,5\n"));
	key = key_of("", "");
	CHECK(strcmp(key, plain) != 0); /* other values in the same file */
	free(key);
	make_inputs();
	free(write_file("m.safetensors", "others"));
	key = key_of("", "");
	CHECK(strcmp(key, plain) != 0);
	free(key);
	free(plain);
}

TEST(a_directory_says_how_far_a_run_has_come)
{
	static const struct {
		const char *record;
		enum run_state state;
	} rows[] = {{"{\"exit\": 0}", RUN_DONE},	  {"{\"exit\": null}", RUN_INTERRUPTED},
		    {"{\"exit\": 130}", RUN_INTERRUPTED}, {"{\"exit\": 143}", RUN_INTERRUPTED},
		    {"{\"exit\": 6}", RUN_FAILED},	  {"torn", RUN_INTERRUPTED}};
	char *dir = path_join(test_dir(), "state"), *record = path_join(dir, "run.json");

	CHECK_OK(dir_create(dir));
	CHECK_OK(file_write_atomic(record, "{\"exit\": 0}", 11));
	CHECK_EQ(run_state_of(dir), RUN_WAITING); /* without a configuration it is no run yet */
	free(write_file("state/config.json", "{}"));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CHECK_OK(file_write_atomic(record, rows[i].record, strlen(rows[i].record)));
		CHECK_EQ(run_state_of(dir), rows[i].state);
	}
	free(dir);
	free(record);
}
