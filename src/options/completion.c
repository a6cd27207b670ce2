/* completion.c — completion scripts; see manual.h. */
#include "eqrl/options/manual.h"

#include "eqrl/base/mem.h"
#include "option_table.h"

#include <string.h>

/* What eqrl help takes beside commands. */
static const char *const help_topics[] = {"config", "files", "completion", "man"};
static const char *const shells[] = {"bash", "zsh", "fish"};

static void add_commands(struct str *out)
{
	for (int i = 0; i < n_commands; i++)
		str_addf(out, "%s%s", i ? " " : "", command_table[i].name);
}

static void add_topics(struct str *out)
{
	add_commands(out);
	for (size_t i = 0; i < COUNT_OF(help_topics); i++)
		str_addf(out, " %s", help_topics[i]);
}

static bool takes_file(const struct option_info *info)
{
	const char *argument = option_argument(info);

	return argument && (strstr(argument, "FILE") || strstr(argument, "DIR"));
}

/* The words of a choice with blanks between; false if the option is none. */
static bool add_words(struct str *out, const struct option_info *info)
{
	char word[64];

	if (info->kind != KIND_CHOICE)
		return false;
	for (int i = 0; choice_word(option_argument(info), i, word); i++)
		str_addf(out, "%s%s", i ? " " : "", word);
	return true;
}

/* Help without what its shell reads as its own. */
static void add_plain(struct str *out, const char *text, const char *escaped)
{
	for (; *text; text++) {
		if (*text == '\'') {
			str_add(out, "'\\''");
			continue;
		}
		if (strchr(escaped, *text))
			str_addc(out, '\\');
		str_addc(out, *text);
	}
}

/* ---- bash --------------------------------------------------------------------------------------- */

static void add_bash_choices(struct str *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_info *info = &option_info[i];
		struct str words = {0};

		if (add_words(&words, info)) {
			str_addf(out, "\t--%s", info->flag);
			if (info->letter)
				str_addf(out, " | -%c", info->letter);
			str_addf(out, ") words=\"%s\" ;;\n", words.data);
		}
		str_release(&words);
	}
	/* of any other option that takes a value the shell's own completion of files is the best there is */
	str_add(out, "\t");
	for (int i = 0, n = 0; i < OPTION_COUNT; i++) {
		if (option_info[i].kind == KIND_FLAG || option_info[i].kind == KIND_CHOICE)
			continue;
		str_addf(out, "%s--%s", n++ ? " | " : "", option_info[i].flag);
		if (option_info[i].letter)
			str_addf(out, " | -%c", option_info[i].letter);
	}
	str_add(out, ") return ;;\n");
}

static void add_bash_options(struct str *out)
{
	for (int c = 0; c < n_commands; c++) {
		str_addf(out, "\t\t%s) words=\"", command_table[c].name);
		for (int i = 0; i < OPTION_COUNT; i++)
			if (option_info[i].commands & command_takes(&command_table[c]))
				str_addf(out, "--%s ", option_info[i].flag);
		str_add(out, "--help\" ;;\n");
	}
}

static void add_bash(struct str *out)
{
	str_add(out, "# Completion of eqrl for bash, made by: eqrl help completion bash\n"
		     "_eqrl() {\n"
		     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words=\n"
		     "\t# --flag=value comes as three words\n"
		     "\t[ \"$prev\" = = ] && prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
		     "\t[ \"$cur\" = = ] && cur=\n"
		     "\tif [ \"$COMP_CWORD\" = 1 ]; then\n"
		     "\t\tCOMPREPLY=($(compgen -W \"");
	add_commands(out);
	str_add(out, " --help --version\" -- \"$cur\"))\n\t\treturn\n\tfi\n\tcase $prev in\n");
	add_bash_choices(out);
	str_add(out, "\t*)\n\t\tcase ${COMP_WORDS[1]} in\n");
	add_bash_options(out);
	str_add(out, "\t\tesac\n"
		     "\t\t[ \"${COMP_WORDS[1]}\" = help ] && words+=\" ");
	add_topics(out);
	str_add(out, "\"\n"
		     "\t\t[ \"$prev\" = completion ] && words=\"bash zsh fish\"\n"
		     "\t\t;;\n"
		     "\tesac\n"
		     "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
		     "}\n"
		     "complete -o default -F _eqrl eqrl\n");
}

/* ---- zsh ---------------------------------------------------------------------------------------- */

/* '(-d --data)'{-d,--data}'[help]:FILE:_files', as _arguments reads it. */
static void add_zsh_option(struct str *out, const struct option_info *info, int command)
{
	bool letter = info->letter && info == &option_info[option_find_letter(info->letter, command)];
	struct str words = {0};

	str_add(out, "\t\t\t");
	if (info->kind == KIND_LIST)
		str_add(out, "'*'");
	else if (letter)
		str_addf(out, "'(-%c --%s)'", info->letter, info->flag);
	if (letter)
		str_addf(out, "{-%c,--%s}'[", info->letter, info->flag);
	else
		str_addf(out, "'--%s[", info->flag);
	add_plain(out, info->help, "[]:\\");
	str_add(out, "]");
	if (info->kind != KIND_FLAG) {
		str_add(out, ":");
		add_plain(out, info->kind == KIND_CHOICE ? "word" : option_argument(info), "[]:\\");
		if (add_words(&words, info))
			str_addf(out, ":(%s)", words.data);
		else
			str_add(out, takes_file(info) ? ":_files" : ": ");
	}
	str_add(out, "' \\\n");
	str_release(&words);
}

static void add_zsh(struct str *out)
{
	str_add(out, "#compdef eqrl\n"
		     "# Completion of eqrl for zsh, made by: eqrl help completion zsh\n"
		     "_eqrl() {\n"
		     "\tlocal -a commands=(\n");
	for (int i = 0; i < n_commands; i++) {
		str_addf(out, "\t\t'%s:", command_table[i].name);
		add_plain(out, command_table[i].summary, ":\\");
		str_add(out, "'\n");
	}
	str_add(out, "\t)\n"
		     "\tif ((CURRENT == 2)); then\n"
		     "\t\t_describe command commands\n"
		     "\t\treturn\n"
		     "\tfi\n"
		     "\tlocal command=$words[2]\n"
		     "\tshift words\n"
		     "\t((CURRENT--))\n"
		     "\tcase $command in\n");
	for (int c = 0; c < n_commands; c++) {
		int takes = command_takes(&command_table[c]);

		str_addf(out, "\t%s)\n\t\t_arguments \\\n", command_table[c].name);
		for (int i = 0; i < OPTION_COUNT; i++)
			if (option_info[i].commands & takes)
				add_zsh_option(out, &option_info[i], takes);
		str_add(out, "\t\t\t'(-h --help)'{-h,--help}'[help]'");
		if (command_table[c].bit == CMD_HELP) {
			str_add(out, " \\\n\t\t\t'1:topic:(");
			add_topics(out);
			str_add(out, ")' '2:shell or command:(bash zsh fish ");
			add_commands(out);
			str_add(out, ")'");
		} else if (command_table[c].max_args > 0) {
			str_add(out, " \\\n\t\t\t'*:argument:_files'");
		}
		str_add(out, "\n\t\t;;\n");
	}
	str_add(out, "\tesac\n}\n_eqrl \"$@\"\n");
}

/* ---- fish --------------------------------------------------------------------------------------- */

static void add_fish_option(struct str *out, const struct option_info *info)
{
	struct str words = {0};

	str_add(out, "complete -c eqrl -n '__fish_seen_subcommand_from");
	for (int c = 0; c < n_commands; c++)
		if (info->commands & command_takes(&command_table[c]))
			str_addf(out, " %s", command_table[c].name);
	str_addf(out, "' -l %s", info->flag);
	if (info->letter)
		str_addf(out, " -s %c", info->letter);
	if (add_words(&words, info))
		str_addf(out, " -x -a '%s'", words.data);
	else if (info->kind != KIND_FLAG)
		str_add(out, takes_file(info) ? " -r -F" : " -x");
	str_add(out, " -d '");
	add_plain(out, info->help, "\\");
	str_add(out, "'\n");
	str_release(&words);
}

static void add_fish(struct str *out)
{
	str_add(out, "# Completion of eqrl for fish, made by: eqrl help completion fish\n");
	for (int i = 0; i < n_commands; i++) {
		str_addf(out, "complete -c eqrl -n __fish_use_subcommand -f -a %s -d '", command_table[i].name);
		add_plain(out, command_table[i].summary, "\\");
		str_add(out, "'\n");
	}
	str_add(out, "complete -c eqrl -n '__fish_seen_subcommand_from help' -f -a '");
	add_topics(out);
	str_add(out, "'\n");
	for (int i = 0; i < OPTION_COUNT; i++)
		add_fish_option(out, &option_info[i]);
}

/* ------------------------------------------------------------------------------------------------- */

enum status completion_script(const char *shell, struct str *out)
{
	static void (*const write[])(struct str *) = {add_bash, add_zsh, add_fish};

	for (size_t i = 0; i < COUNT_OF(shells); i++) {
		if (strcmp(shell, shells[i]) == 0) {
			write[i](out);
			return ST_OK;
		}
	}
	return fail(ST_USAGE, "help completion %s: unknown shell (one of bash, zsh, fish)", shell);
}
