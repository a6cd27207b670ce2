/* options.c — the command line and the environment; see options_cli.h for the order of precedence.
 *
 * Flags are read first, since they say which files to read, but set last in effect: every value
 * remembers its source and a weaker one never replaces a stronger one. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/paths.h"
#include "eqrl/options/options_cli.h"
#include "option_table.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void options_default(struct option_set *s)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_info *info = &option_info[i];
		enum status st = ST_OK;

		s->source[i] = FROM_DEFAULT;
		if (info->kind == KIND_STRING || info->kind == KIND_LIST)
			option_set_string(s, i, info->text, FROM_DEFAULT);
		else if (info->kind == KIND_CHOICE)
			st = option_set_text(s, i, info->text, info->flag, FROM_DEFAULT);
		else
			st = option_set_number(s, i, info->number, info->flag, FROM_DEFAULT);
		if (st != ST_OK)
			BUG("default of %s: %s", info->flag, error_message());
	}
}

bool options_takes(const struct command *c, const char *flag, const char **near)
{
	int option = option_of(flag, c->bit);

	*near = option_nearest(flag, c->bit);
	return option >= 0 && option_info[option].commands & c->bit;
}

void options_release(struct option_set *s)
{
	arena_release(&s->memory);
	*s = (struct option_set){0};
}

/* A time that may be negative means "never" then, which is what --no-checkpoint says. */
static bool has_negation(const struct option_info *info)
{
	return info->kind == KIND_FLAG || (info->kind == KIND_SECONDS && info->low < 0);
}

/* word: as it was given, "--top" or "-k". */
static enum status option_of_others(const struct command *c, int option, const char *word)
{
	struct str where = {0};

	command_list(option_info[option].commands, &where);
	fail(ST_USAGE, "%s: no option of eqrl %s; it belongs to %s", word, c->name, where.data);
	str_release(&where);
	return ST_USAGE;
}

/* The flag without dashes. Of one that begins with no- what follows is looked for, too. */
static enum status unknown_flag(const struct command *c, const char *flag)
{
	const char *near = option_nearest(flag, command_takes(c));
	bool negated = !near && strncmp(flag, "no-", 3) == 0;

	if (negated)
		near = option_nearest(flag + 3, command_takes(c));
	if (near && negated && has_negation(&option_info[option_find(near)]))
		return fail(ST_USAGE, "--%s: unknown option; did you mean --no-%s?", flag, near);
	if (near && !negated)
		return fail(ST_USAGE, "--%s: unknown option; did you mean --%s?", flag, near);
	return fail(ST_USAGE, "--%s: unknown option; eqrl %s --help lists them", flag, c->name);
}

/* Whether text is written like a flag that exists: then it is no value that somebody meant. */
static bool looks_like_flag(const char *text)
{
	char name[64];
	size_t n;

	if (strncmp(text, "--", 2) != 0)
		return false;
	n = strcspn(text + 2, "=");
	if (n >= sizeof(name))
		return false;
	memcpy(name, text + 2, n);
	name[n] = '\0';
	return option_find(name) >= 0;
}

struct words {
	const struct command *command;
	int n, next;
	char **word;
};

/* Keeps an option for the runs that the command starts, unless it is the command's own. value NULL: flag says it all. */
static void pass_on(struct option_set *s, const struct command *c, int option, const char *flag, const char *value)
{
	struct str word = {0};

	if (option_info[option].commands & c->bit)
		return;
	str_addf(&word, value ? "--%s=%s" : "--%s", flag, value);
	s->passed[s->n_passed] = arena_alloc(&s->memory, word.len + 1);
	memcpy(s->passed[s->n_passed++], word.data, word.len + 1);
	str_release(&word);
}

/* The value of an option: given with it (value), or the next word. */
static enum status set_from_words(struct option_set *s, int option, const char *value, const char *where,
				  struct words *w)
{
	if (!value) {
		if (w->next == w->n || looks_like_flag(w->word[w->next]))
			return fail(ST_USAGE, "%s: needs a value: %s %s", where, where,
				    option_argument(&option_info[option]));
		value = w->word[w->next++];
	}
	pass_on(s, w->command, option, option_info[option].flag, value);
	return option_set_text(s, option, value, where, FROM_FLAG);
}

static enum status set_long_flag(struct option_set *s, const struct command *c, const char *word, struct words *w)
{
	size_t n = strcspn(word + 2, "=");
	const char *value = word[2 + n] ? word + 2 + n + 1 : NULL;
	char name[64], where[80];
	bool negated = false;
	int option;

	if (n >= sizeof(name))
		return fail(ST_USAGE, "%.60s…: unknown option; eqrl %s --help lists them", word, c->name);
	memcpy(name, word + 2, n);
	name[n] = '\0';
	option = option_of(name, command_takes(c));
	if (option < 0 && strncmp(name, "no-", 3) == 0) {
		option = option_find(name + 3);
		negated = option >= 0;
	}
	snprintf(where, sizeof(where), "--%s", name);
	if (option < 0)
		return unknown_flag(c, name);
	if (!(option_info[option].commands & command_takes(c)))
		return option_of_others(c, option, where);
	if (negated && (value || !has_negation(&option_info[option])))
		return fail(ST_USAGE, "%s: %s", where,
			    value ? "takes no value" : "only options without a value have a --no- form");
	if (!negated && option_info[option].kind != KIND_FLAG)
		return set_from_words(s, option, value, where, w);
	pass_on(s, c, option, name, value);
	if (negated && option_info[option].kind == KIND_SECONDS)
		return option_set_number(s, option, option_info[option].low, where, FROM_FLAG);
	return value ? option_set_text(s, option, value, where, FROM_FLAG)
		     : option_set_number(s, option, !negated, where, FROM_FLAG);
}

/* The option of that letter: the command's own, else of the command that it runs; -1: none. */
static int find_letter(const struct command *c, char letter)
{
	int own = option_find_letter(letter, c->bit);

	return own >= 0 ? own : option_find_letter(letter, command_takes(c));
}

static enum status letter_of_others(const struct command *c, int option)
{
	char word[80];

	snprintf(word, sizeof(word), "-%c (--%.64s)", option_info[option].letter, option_info[option].flag);
	return option_of_others(c, option, word);
}

static enum status set_letters(struct option_set *s, const struct command *c, const char *word, struct words *w)
{
	for (const char *p = word + 1; *p; p++) {
		const char where[3] = {'-', *p, '\0'};
		int option = find_letter(c, *p);

		if (*p == 'h') {
			s->help = true;
			continue;
		}
		if (option < 0 && option_find_letter(*p, CMD_ALL) >= 0)
			return letter_of_others(c, option_find_letter(*p, CMD_ALL));
		if (option < 0)
			return fail(ST_USAGE, "%s: unknown option; eqrl %s --help lists them%s", where, c->name,
				    c->max_args ? " (an argument that starts with '-' goes after --)" : "");
		if (option_info[option].kind != KIND_FLAG)
			return set_from_words(s, option, p[1] ? p + 1 : NULL, where, w);
		pass_on(s, c, option, option_info[option].flag, NULL);
		TRY(option_set_number(s, option, 1, where, FROM_FLAG));
	}
	return ST_OK;
}

/* Is "-depth" or "-2*x" the equation of a command that takes one? All words are that are no letters of options, the
 * last one perhaps with a value in the next word; so -dFILE in one word is not for these commands. */
static bool is_equation(const struct command *c, const char *word)
{
	if (!(c->bit & (CMD_EVAL | CMD_FIT | CMD_PREDICT | CMD_EXPORT)))
		return false;
	for (const char *p = word + 1; *p; p++) {
		int option = *p == 'h' ? -1 : find_letter(c, *p);

		if (*p != 'h' && option < 0)
			return true;
		if (option >= 0 && option_info[option].kind != KIND_FLAG && p[1])
			return true;
	}
	return false;
}

/* Arguments that are no options: a question comes with --domain alone, an equation without it. */
static void count_arguments(const struct option_set *s, const struct command *c, int *least, int *most)
{
	*least = c->bit == CMD_EVAL && !s->values.domain ? 1 : c->min_args;
	*most = (c->bit == CMD_INFER && !s->values.domain) || (c->bit == CMD_EVAL && s->values.domain) ? 0
												       : c->max_args;
}

static enum status check_arguments(const struct option_set *s, const struct command *c)
{
	int least, most;

	count_arguments(s, c, &least, &most);
	if (s->n_args < least)
		return fail(ST_USAGE, "usage: eqrl %s %s (an argument that starts with '-' goes after --)", c->name,
			    c->usage);
	if (s->n_args <= most)
		return ST_OK;
	if (option_info[OPTION_data].commands & c->bit && file_exists(s->args[most]))
		return fail(ST_USAGE, "%s: unexpected argument; did you mean --data %s?", s->args[most], s->args[most]);
	if (!*c->usage)
		return fail(ST_USAGE, "%s: unexpected argument; eqrl %s takes none", s->args[0], c->name);
	return fail(ST_USAGE, "%s: unexpected argument; usage: eqrl %s %s", s->args[most], c->name, c->usage);
}

/* An upper bound of the options that words of letters ("-qv") give. */
static int letters_in(const struct words *w)
{
	int n = 0;

	for (int i = 0; i < w->n; i++)
		n += w->word[i][0] == '-' && w->word[i][1] != '-' ? (int)strlen(w->word[i]) : 0;
	return n;
}

static enum status read_flags(struct option_set *s, const struct command *c, struct words *w)
{
	bool only_arguments = false;

	s->args = arena_alloc(&s->memory, (size_t)(w->n + 1) * sizeof(*s->args));
	s->passed = arena_alloc(&s->memory, (size_t)(letters_in(w) + w->n + 1) * sizeof(*s->passed));
	for (int i = 0; i < w->n && strcmp(w->word[i], "--") != 0; i++)
		if (strcmp(w->word[i], "--help") == 0)
			s->help = true;
		else if (strcmp(w->word[i], "--all") == 0)
			s->help_all = true;
	while (!s->help && w->next < w->n) {
		char *word = w->word[w->next++];

		if (only_arguments || word[0] != '-' || !word[1] || (word[1] != '-' && is_equation(c, word)))
			s->args[s->n_args++] = word;
		else if (strcmp(word, "--") == 0)
			only_arguments = true;
		else if (word[1] == '-')
			TRY(set_long_flag(s, c, word, w));
		else
			TRY(set_letters(s, c, word, w));
	}
	return s->help ? ST_OK : check_arguments(s, c);
}

static enum status read_environment(struct option_set *s, const struct command *c)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		char name[80] = "EQRL_";
		const char *value;
		size_t n = 5;

		if (!(option_info[i].commands & c->bit))
			continue;
		for (const char *p = option_info[i].flag; *p; p++)
			name[n++] = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
		name[n] = '\0';
		value = getenv(name);
		if (value && *value && s->source[i] <= FROM_ENVIRONMENT)
			TRY(option_set_text(s, i, value, name, FROM_ENVIRONMENT));
	}
	return ST_OK;
}

static enum status read_files(struct option_set *s, const struct command *c)
{
	char *path;
	enum status st;

	if (option_info[OPTION_config].commands & c->bit && s->values.config) {
		TRY(path_find(PATH_CONFIG, s->values.config, &path));
		st = options_from_file(s, path, FROM_CONFIG);
		free(path);
		TRY(st);
	}
	if (c->bit == CMD_TRAIN && s->values.resume) {
		path = path_join(s->values.resume, "config.json");
		st = file_exists(path) ? options_from_file(s, path, FROM_RUN)
				       : fail(ST_USAGE, "--resume %s: not a run directory (no config.json in it)",
					      s->values.resume);
		free(path);
		TRY(st);
	}
	return ST_OK;
}

/* Sets one "--flag value" of a preset's words. A preset's budget of time is for those who
 * gave no other budget: a counted one makes a run repeatable, which a clock beside it would undo. */
static void set_from_preset(struct option_set *s, const char *flag, const char *value)
{
	int option = option_find(flag + 2);

	if (option < 0)
		BUG("preset: %s is no option", flag);
	if (option == OPTION_time && (s->values.evals > 0 || s->values.steps > 0))
		return;
	if (option_set_text(s, option, value, flag, FROM_PRESET) != ST_OK)
		BUG("preset: %s", error_message());
}

static void apply_words(struct option_set *s, const char *words)
{
	char *copy = xstrdup(words), *rest = copy, *flag, *value;

	while ((flag = strsep(&rest, " ")) && (value = strsep(&rest, " ")))
		set_from_preset(s, flag, value);
	free(copy);
}

enum status options_add_word(struct option_set *s, const struct command *c, char *word)
{
	return set_long_flag(s, c, word, &(struct words){.command = c});
}

enum status options_complete(struct option_set *s, const struct command *c)
{
	TRY(read_environment(s, c));
	TRY(read_files(s, c));
	if (option_info[OPTION_preset].commands & c->bit)
		apply_words(s, preset_words(s->values.preset, c->bit));
	if (c->bit == CMD_TRAIN && s->values.domain)
		apply_words(s, tasks_words);
	return ST_OK;
}

enum status options_parse(struct option_set *s, const struct command *c, int argc, char **argv)
{
	struct words w = {.command = c, .n = argc, .word = argv};

	options_default(s);
	TRY(read_flags(s, c, &w));
	return s->help ? ST_OK : options_complete(s, c);
}
