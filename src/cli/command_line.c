/* command_line.c — finds the command, resolves its options, runs it, reports what went wrong. */
#include "eqrl/base/mem.h"
#include "eqrl/base/ranks.h"
#include "eqrl/base/signals.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/cli/cli.h"
#include "results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static int (*const run_command[])(struct invocation *) = {
#define COMMAND(name, ...) cmd_##name,
#include "eqrl/options/commands.def"
#undef COMMAND
};

/* Commands that poll the flag; the others die of the first signal. */
static const int stoppable = CMD_TRAIN | CMD_INFER | CMD_BENCH | CMD_PRETRAIN | CMD_BATCH;

/* Commands that several ranks share; the others are for one of them. */
static const int spanning = CMD_TRAIN | CMD_PRETRAIN;

/* Commands whose results hang on the seed; bench runs through seeds of its own. */
static const int seeded = CMD_TRAIN | CMD_INFER | CMD_PRETRAIN;

/* Six digits are enough to be different and few enough to type again. */
static int64_t draw_seed(void)
{
	uint32_t v;

	if (getrandom(&v, sizeof(v), 0) != sizeof(v))
		v = 1;
	ranks_broadcast(&v, sizeof(v), 0);
	return v % 1000000;
}

static void print_error(enum status st)
{
	fflush(stdout);
	if (st != ST_OK && st != ST_INTERRUPTED && st != ST_TERMINATED && *error_message())
		warn("%s", error_message());
}

/* A budget that nobody gave: enough for the command's purpose. Counted budgets need none. */
static void default_time(const struct command *c, struct options *o)
{
	if (o->time == 0 && o->evals == 0 && o->steps == 0)
		o->time = c->bit == CMD_INFER ? 1.2 : c->bit == CMD_BENCH ? 10 : c->bit == CMD_PRETRAIN ? 0 : 60;
}

static enum status run_with_options(const struct command *c, int argc, char **argv)
{
	struct option_set set = {0};
	enum status st = options_parse(&set, c, argc - 2, argv + 2);

	if (st == ST_OK && set.help) {
		print_command_help(c, set.help_all);
	} else if (st == ST_OK) {
		struct invocation inv = {.command = c->name,
					 .options = &set.values,
					 .n_args = set.n_args,
					 .args = set.args,
					 .n_passed = set.n_passed,
					 .passed = set.passed,
					 .argc = argc,
					 .argv = argv};

		if (set.values.seed < 0) {
			set.values.seed = draw_seed();
			inv.seed_drawn = true;
			if (c->bit & seeded && !set.values.quiet && !set.values.run)
				warn("seed %lld, drawn (--seed %lld repeats this)", (long long)set.values.seed,
				     (long long)set.values.seed);
		}
		default_time(c, &set.values);
		if (c->bit & stoppable)
			signals_install();
		st = (enum status)run_command[c - command_table](&inv);
	}
	print_error(st);
	options_release(&set);
	return st;
}

static enum status dispatch(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "--help";
	const struct command *c = command_find(word);

	if (!(c && c->bit & spanning) && !ranks_stay())
		return ST_OK;
	if (c)
		return run_with_options(c, argc, argv);
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		print_overview();
		return ST_OK;
	}
	if (strcmp(word, "--version") == 0) {
		printf("eqrl %s\n", EQRL_VERSION);
		return ST_OK;
	}
	if (word[0] == '-')
		fail(ST_USAGE, "%s: expected a command first: eqrl COMMAND [options]; eqrl help lists them", word);
	else
		command_unknown(word);
	print_error(ST_USAGE);
	return ST_USAGE;
}

enum status run_command_line(int argc, char **argv)
{
	enum status st = dispatch(argc, argv);

	if (results_close() != ST_OK) {
		print_error(ST_RESOURCE);
		st = st == ST_OK ? ST_RESOURCE : st;
	}
	return st;
}
