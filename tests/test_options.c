/* test_options.c — flags, environment and JSON files end in one struct, with one set of rules. */
#include "eqrl/base/file.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/rl/advantage.h"
#include "eqrl/run/progress.h"
#include "eqrl/score/hof.h"
#include "eqrl/score/reward.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

enum { MAX_WORDS = 32 };

/* Parses "a b c" for a command; words are separated by single blanks. */
static enum status parse(struct option_set *s, const char *command, const char *line)
{
	static char copy[512];
	char *argv[MAX_WORDS], *rest = copy, *word;
	int n = 0;

	options_release(s);
	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&rest, " ")))
		if (*word && n < MAX_WORDS)
			argv[n++] = word;
	return options_parse(s, command_find(command), n, argv);
}

static void check_error(const char *command, const char *line, const char *want)
{
	struct option_set s = {0};

	CHECK_EQ(parse(&s, command, line), ST_USAGE);
	CHECK_STR(error_message(), want);
	options_release(&s);
}

TEST(flags_in_every_spelling_set_the_same_options)
{
	struct option_set s = {0};

	CHECK_OK(parse(&s, "train", "--data a.csv --batch 64 --lr=1e-3 -q --time 5m --algo reinforce"));
	CHECK_STR(s.values.data, "a.csv");
	CHECK_EQ(s.values.batch, 64);
	CHECK_NEAR(s.values.lr, 1e-3, 0);
	CHECK_NEAR(s.values.time, 300, 0);
	CHECK_EQ(s.values.quiet, 1);
	CHECK_STR(advantage_table[s.values.algo].name, "reinforce");
	CHECK_OK(parse(&s, "train", "-d b.csv -b64 --quiet --no-quiet --time=90 --seed 7"));
	CHECK_STR(s.values.data, "b.csv");
	CHECK_EQ(s.values.batch, 64);
	CHECK_EQ(s.values.quiet, 0);
	CHECK_NEAR(s.values.time, 90, 0);
	CHECK_EQ(s.values.seed, 7);
	CHECK_OK(parse(&s, "train", "-qd c.csv -d - --max_size 12 --features -a"));
	CHECK_STR(s.values.data, "c.csv\n-");
	CHECK_EQ(s.values.quiet, 1);
	CHECK_EQ(s.values.max_size, 12);
	CHECK_STR(s.values.features, "-a");
	options_release(&s);
}

TEST(arguments_that_are_no_options_are_kept_in_order)
{
	struct option_set s = {0};

	CHECK_OK(parse(&s, "eval", "x+1 --data a.csv"));
	CHECK_EQ(s.n_args, 1);
	CHECK_STR(s.args[0], "x+1");
	CHECK_OK(parse(&s, "eval", "-d a.csv -- -x+1"));
	CHECK_STR(s.args[0], "-x+1");
	options_release(&s);
	check_error("eval", "--data a.csv",
		    "usage: eqrl eval 'EQUATION' --data FILE | --domain NAME --weights FILE [options] (an argument "
		    "that starts with '-' goes after --)");
	check_error("train", "a b",
		    "a: unexpected argument; usage: eqrl train --data FILE|DIR | --domain NAME [options]");
	check_error("train", "LICENSE", "LICENSE: unexpected argument; did you mean --data LICENSE?");
}

TEST(seconds_are_read_with_units)
{
	static const struct {
		const char *text;
		double seconds;
	} good[] = {{"20s", 20},       {"5m", 300},   {"2h", 7200},   {"1.5", 1.5},  {"250ms", 0.25},
		    {"1d", 86400},     {"1e3", 1000}, {"0.5h", 1800}, {"1m30s", 90}, {"1d2h3min4s5ms", 93784.005},
		    {"1.5h0.5m", 5430}};
	static const char *const bad[] = {"",	 "s",	 "5x", "30s1m", "1m1m", "1m30", "five", "inf",
					  "nan", "0x10", "1e", "-5s",	"1e3s", "5 s",	"1h.s"};
	double v;

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		CHECK(parse_seconds(good[i].text, &v));
		CHECK_NEAR(v, good[i].seconds, 1e-12);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CHECK(!parse_seconds(bad[i], &v));
}

TEST(errors_name_the_flag_the_value_and_what_is_allowed)
{
	check_error("train", "--batch 4", "--batch 4: must be a whole number from 8 to 65536");
	check_error("train", "--batch 9.5", "--batch 9.5: must be a whole number from 8 to 65536");
	check_error("train", "--batch ten", "--batch ten: not a number; must be a whole number from 8 to 65536");
	check_error("train", "--lr nan", "--lr nan: not a number; must be a number from 0 to 1");
	check_error("train", "--lr 7", "--lr 7: must be a number from 0 to 1");
	check_error("train", "--time 5x", "--time 5x: not a time; write 90, 20s, 1m30s, 2h or 500ms");
	check_error("train", "--algo grop",
		    "--algo grop: unknown word, did you mean grpo? (one of grpo, reinforce, rloo, dr_grpo, risk, "
		    "entropic)");
	check_error("train", "--algo xyzzyx",
		    "--algo xyzzyx: unknown word (one of grpo, reinforce, rloo, dr_grpo, risk, entropic)");
	check_error("train", "--data", "--data: needs a value: --data FILE");
	check_error("train", "--data --lr 1", "--data: needs a value: --data FILE");
	check_error("train", "--target=", "--target: the value is empty; expected COL");
	check_error("train", "--bach 64", "--bach: unknown option; did you mean --batch?");
	check_error("train", "--frobnicate", "--frobnicate: unknown option; eqrl train --help lists them");
	check_error("train", "--pairs 5", "--pairs: no option of eqrl train; it belongs to pretrain");
	check_error("ops", "--top 5", "--top: no option of eqrl ops; it belongs to infer");
	check_error("train", "-k 5", "-k (--top): no option of eqrl train; it belongs to infer");
	check_error("train", "-Z", "-Z: unknown option; eqrl train --help lists them");
	check_error("train", "--no-lr 1", "--no-lr: only options without a value have a --no- form");
	check_error("train", "--resume /no/such", "--resume /no/such: not a run directory (no config.json in it)");
	CHECK_EQ(command_unknown("trian"), ST_USAGE);
	CHECK_STR(error_message(), "trian: unknown command; did you mean train?");
}

static char *write_config(const char *name, const char *text)
{
	char *path = path_join(test_dir(), name);

	CHECK_OK(file_write_atomic(path, text, strlen(text)));
	return path;
}

TEST(a_flag_wins_over_the_environment_over_a_file_over_the_default)
{
	char *path = write_config("c.json", "{\"batch\": 100, \"lr\": 0.5, \"kl\": 3, \"max-size\": 9,"
					    " \"data\": [\"a.csv\", \"b.csv\"], \"time\": \"2m\"}");
	struct option_set s = {0};
	char line[256];

	setenv("EQRL_BATCH", "200", 1);
	setenv("EQRL_LR", "0.25", 1);
	snprintf(line, sizeof(line), "--config %s --batch 300", path);
	CHECK_OK(parse(&s, "train", line));
	CHECK_EQ(s.values.batch, 300);
	CHECK_EQ(s.source[OPTION_batch], FROM_FLAG);
	CHECK_NEAR(s.values.lr, 0.25, 0);
	CHECK_EQ(s.source[OPTION_lr], FROM_ENVIRONMENT);
	CHECK_NEAR(s.values.kl, 3, 0);
	CHECK_EQ(s.source[OPTION_kl], FROM_CONFIG);
	CHECK_STR(s.values.data, "a.csv\nb.csv");
	CHECK_NEAR(s.values.time, 120, 0);
	CHECK_NEAR(s.values.clip, 0.2, 0);
	CHECK_EQ(s.source[OPTION_clip], FROM_DEFAULT);
	setenv("EQRL_BATCH", "lots", 1);
	CHECK_EQ(parse(&s, "train", "-q"), ST_USAGE);
	CHECK_STR(error_message(), "EQRL_BATCH lots: not a number; must be a whole number from 8 to 65536");
	unsetenv("EQRL_BATCH");
	unsetenv("EQRL_LR");
	snprintf(line, sizeof(line), "--config %s --data c.csv", path);
	CHECK_OK(parse(&s, "train", line));
	CHECK_STR(s.values.data, "c.csv"); /* replaced, not joined */
	options_release(&s);
	free(path);
}

TEST(a_preset_fills_in_what_nothing_else_sets)
{
	char *path = write_config("p.json", "{\"max-size\": 9, \"preset\": \"thorough\"}");
	struct option_set s = {0};
	char line[256];

	CHECK_OK(parse(&s, "train", "--preset quick"));
	CHECK_NEAR(s.values.time, 10, 0);
	CHECK_EQ(s.values.max_size, 25);
	CHECK_EQ(s.source[OPTION_max_size], FROM_PRESET);
	CHECK_OK(parse(&s, "infer", "--preset quick"));
	CHECK_NEAR(s.values.time, 0.5, 0);
	CHECK_OK(parse(&s, "train", "--max-size 30 --preset quick --time 1m30s"));
	CHECK_NEAR(s.values.time, 90, 0);
	CHECK_EQ(s.values.max_size, 30);
	CHECK_OK(parse(&s, "train", "--preset quick --evals 100"));
	CHECK_NEAR(s.values.time, 0, 0); /* a clock beside a counted budget would make it unrepeatable */
	snprintf(line, sizeof(line), "--config %s", path);
	CHECK_OK(parse(&s, "train", line));
	CHECK_NEAR(s.values.time, 600, 0);
	CHECK_EQ(s.values.max_size, 9);
	setenv("EQRL_PRESET", "quick", 1);
	CHECK_OK(parse(&s, "train", line));
	unsetenv("EQRL_PRESET");
	CHECK_NEAR(s.values.time, 10, 0);
	CHECK_OK(parse(&s, "train", "--preset normal"));
	CHECK_EQ(s.source[OPTION_max_size], FROM_DEFAULT);
	options_release(&s);
	free(path);
}

static void check_config_error(const char *text, const char *want)
{
	char *path = write_config("bad.json", text);
	struct option_set s = {0};
	char line[256];

	snprintf(line, sizeof(line), "--config %s", path);
	CHECK_EQ(parse(&s, "train", line), ST_USAGE);
	CHECK(strncmp(error_message(), path, strlen(path)) == 0);
	CHECK_STR(error_message() + strlen(path), want);
	options_release(&s);
	free(path);
}

TEST(a_config_file_is_checked_as_strictly_as_flags)
{
	check_config_error("{\"bach\": 1}", ": \"bach\": no such option; did you mean \"batch\"?");
	check_config_error("{\"lr\": \"1\"}", ": \"lr\": must be a number, not a text");
	check_config_error("{\"lr\": 2}", ": \"lr\" 2: must be a number from 0 to 1");
	check_config_error(
		"{\"algo\": 1}",
		": \"algo\": must be one of the words grpo|reinforce|rloo|dr_grpo|risk|entropic, not a number");
	check_config_error("{\"quiet\": 1}", ": \"quiet\": must be true or false, not a number");
	check_config_error("{\"data\": [1]}", ": \"data\": must be a text or a list of texts, not a number");
	check_config_error("{\"config\": \"x\"}", ": \"config\": belongs on the command line, not in a file");
	check_config_error("{\"lr\": 0.1,\n}", ": line 2: not valid JSON (no comments, no comma after the last "
					       "entry)");
	check_config_error("{\"schema\": 9}", ": written by a newer eqrl (schema 9, this one reads 1)");
	check_config_error("[1]", ": expected a JSON object of options");
}

/* Every option of train away from its default, so that a lost one shows. */
TEST(resolved_options_written_as_json_come_back_as_the_same_struct)
{
	struct option_set a = {0}, b = {0};
	cJSON *json, *again;
	char *text, *text2;

	CHECK_OK(parse(&a, "train",
		       "-d a.csv -d b.csv -t y --lr 0.1234567890123456 --seed 9007199254740991 -q --time 1.5h "
		       "--algo reinforce --select elbow --stop-r2 0.999"));
	json = options_to_json(&a.values, CMD_TRAIN);
	options_default(&b);
	CHECK_OK(options_from_json(&b, json, "x", FROM_CONFIG));
	again = options_to_json(&b.values, CMD_TRAIN);
	text = cJSON_Print(json);
	text2 = cJSON_Print(again);
	CHECK_STR(text2, text);
	CHECK_STR(b.values.data, "a.csv\nb.csv");
	CHECK(b.values.lr == a.values.lr);
	CHECK(b.values.seed == a.values.seed);
	CHECK_EQ(b.values.select, SELECTION_ELBOW);
	CHECK(b.values.features == NULL);
	CHECK(cJSON_GetObjectItem(json, "pairs") == NULL);
	CHECK(cJSON_GetObjectItem(json, "out") == NULL);
	free(text);
	free(text2);
	cJSON_Delete(json);
	cJSON_Delete(again);
	options_release(&a);
	options_release(&b);
}

TEST(a_hash_of_the_options_changes_with_those_that_count_and_with_no_other)
{
	static const struct {
		const char *line;
		bool fixed, effective;
	} rows[] = {
		{"-d a.csv --seed 1 --time 60s", false, false},	 {"-d a.csv --seed 1 --threads 3 -q", false, false},
		{"-d a.csv --seed 1 --steps 9", false, true},	 {"-d a.csv --seed 2", true, false},
		{"-d a.csv --seed 1 --reward rank", true, true}, {"-d b.csv --seed 1", true, true},
		{"-d a.csv --seed 1 --max-size 5", true, true},	 {"-d a.csv --seed 1 --out x", false, false},
	};
	struct option_set a = {0}, b = {0};

	CHECK_OK(parse(&a, "train", "-d a.csv --seed 1 --time 1m"));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		for (int part = OPTIONS_FIXED; part <= OPTIONS_EFFECTIVE; part++) {
			bool want = part == OPTIONS_FIXED ? rows[i].fixed : rows[i].effective;

			CHECK_OK(parse(&b, "train", rows[i].line));
			b.values.time = 60;
			CHECK_EQ(options_hash(&a.values, CMD_TRAIN, part) != options_hash(&b.values, CMD_TRAIN, part),
				 want);
			CHECK_EQ(options_difference(&a.values, &b.values, CMD_TRAIN, part) != NULL, want);
		}
	}
	CHECK_OK(parse(&b, "train", "-d a.csv --seed 1 --reward rank"));
	CHECK_STR(options_difference(&a.values, &b.values, CMD_TRAIN, OPTIONS_FIXED), "reward");
	options_release(&a);
	options_release(&b);
}

TEST(every_shipped_configuration_loads)
{
	static const char *const names[] = {"configs/default.json", "configs/grpo.json", "configs/reinforce.json"};
	struct option_set s = {0}, plain = {0};

	options_default(&plain);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		options_release(&s);
		options_default(&s);
		CHECK_OK(options_from_file(&s, names[i], FROM_CONFIG));
		CHECK_STR(advantage_table[s.values.algo].name, i == 2 ? "reinforce" : i == 1 ? "grpo" : "risk");
		if (i == 0) { /* it documents the defaults, so it must be them */
			cJSON *want = options_to_json(&plain.values, CMD_TRAIN);
			cJSON *got = options_to_json(&s.values, CMD_TRAIN);

			CHECK(cJSON_Compare(got, want, 1));
			cJSON_Delete(want);
			cJSON_Delete(got);
		}
	}
	options_release(&s);
	options_release(&plain);
}

TEST(help_of_every_command_fits_100_columns_and_names_all_its_options)
{
	for (int i = 0; i < n_commands; i++) {
		struct str text = {0};
		const char *p;

		CHECK_EQ(options_help(&text, command_table[i].bit, true), 0);
		for (p = str_text(&text); *p;) {
			size_t n = strcspn(p, "\n");

			if (n > 100)
				test_failed(__FILE__, __LINE__, "%s: %.*s", command_table[i].name, (int)n, p);
			p += n + (p[n] == '\n');
		}
		CHECK(strstr(str_text(&text), "--quiet") != NULL);
		CHECK((strstr(str_text(&text), "--algo grpo|reinforce") != NULL) ==
		      ((command_table[i].bit & (CMD_TRAIN | CMD_BENCH | CMD_PRETRAIN)) != 0));
		str_release(&text);
	}
}

TEST(choices_are_the_rows_of_their_tables)
{
	struct option_set s = {0};
	char line[64];

	for (int i = 0; i < reward_rows; i++) {
		snprintf(line, sizeof(line), "--reward %s", reward_table[i].name);
		CHECK_OK(parse(&s, "train", line));
		CHECK_EQ(s.values.reward, i);
	}
	for (int i = 0; i < advantage_rows; i++) {
		snprintf(line, sizeof(line), "--algo %s", advantage_table[i].name);
		CHECK_OK(parse(&s, "train", line));
		CHECK_EQ(s.values.algo, i);
	}
	for (int i = 0; i < selection_rows; i++) {
		snprintf(line, sizeof(line), "--select %s", selection_table[i].name);
		CHECK_OK(parse(&s, "train", line));
		CHECK_EQ(s.values.select, i);
	}
	options_release(&s);
}

/* Some forty of the hundred lines of train's help are what a user needs, and those fit on a screen. */
TEST(help_shows_the_common_options_and_says_how_many_others_there_are)
{
	struct str text = {0};
	int lines = 0, left_out = options_help(&text, CMD_TRAIN, false);

	CHECK(left_out > 20);
	CHECK(strstr(str_text(&text), "--time") != NULL);
	CHECK(strstr(str_text(&text), "--entropy") == NULL);
	for (const char *p = str_text(&text); *p; p++)
		lines += *p == '\n';
	CHECK(lines <= 40);
	str_release(&text);
}

TEST(durations_and_counts_read_well)
{
	char out[32];

	format_duration(out, 5.4);
	CHECK_STR(out, "0:05");
	format_duration(out, 3905);
	CHECK_STR(out, "1:05:05");
	format_duration(out, NAN);
	CHECK_STR(out, "-");
	format_count(out, 0);
	CHECK_STR(out, "0");
	format_count(out, 999);
	CHECK_STR(out, "999");
	format_count(out, 28672);
	CHECK_STR(out, "28 672");
	format_count(out, -1234567);
	CHECK_STR(out, "-1 234 567");
}
