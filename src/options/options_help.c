/* options_help.c — the option part of a command's help, laid out from the table: at most 100 columns. */
#include "option_table.h"

#include <string.h>

enum { INDENT = 30, WIDTH = 100 };

static void format_default(struct str *out, const struct option_info *info)
{
	size_t n = strlen(info->help);

	if (n && info->help[n - 1] == ']') /* the help line says it in words */
		return;
	if (info->kind == KIND_FLAG)
		return;
	if (info->text) {
		str_addf(out, " [%s]", info->text);
	} else if (info->kind == KIND_SECONDS) {
		bool minutes = info->number >= 120 && info->number == 60 * (double)(int)(info->number / 60);

		str_addf(out, " [%g%s]", minutes ? info->number / 60 : info->number, minutes ? "m" : "s");
	} else if (info->kind == KIND_INT) {
		str_addf(out, " [%.0f]", info->number);
	} else if (info->kind == KIND_REAL) {
		str_addf(out, " [%g]", info->number);
	}
}

/* Adds text from column `at` on, with line breaks at blanks and INDENT blanks after each. */
static void add_wrapped(struct str *out, const char *text, size_t at)
{
	while (*text) {
		size_t word = strcspn(text, " ");

		if (at > INDENT && at + 1 + word > WIDTH) {
			str_addf(out, "\n%*s", INDENT, "");
			at = INDENT;
		} else if (at > INDENT) {
			str_addc(out, ' ');
			at++;
		}
		str_addn(out, text, word);
		at += word;
		text += word;
		text += strspn(text, " ");
	}
	str_addc(out, '\n');
}

/* What each preset sets for the command; the one that sets nothing is the defaults. */
static void add_presets(struct str *out, const struct option_info *info, int command)
{
	char name[64];

	for (int i = 0; choice_word(option_argument(info), i, name); i++) {
		const char *words = preset_words(i, command);

		if (*words)
			str_addf(out, "; %s: %s", name, words);
	}
}

void help_entry(struct str *out, int indent, const char *left, const char *right)
{
	size_t width = (size_t)indent + strlen(left);

	str_addf(out, "%*s%s", indent, "", left);
	if (width + 2 > INDENT)
		str_addf(out, "\n%*s", INDENT, "");
	else
		str_addf(out, "%*s", (int)(INDENT - width), "");
	add_wrapped(out, right, INDENT);
}

void option_explain(struct str *out, const struct option_info *info, int command)
{
	str_add(out, info->help);
	if (info == &option_info[OPTION_preset])
		add_presets(out, info, command);
	format_default(out, info);
}

static void add_option_line(struct str *out, const struct option_info *info, int command)
{
	struct str left = {0}, right = {0};

	/* two options may share a letter where each command has one of them; the first has it where a command has both */
	if (info->letter && info == &option_info[option_find_letter(info->letter, command)])
		str_addf(&left, "  -%c, --%s", info->letter, info->flag);
	else
		str_addf(&left, "      --%s", info->flag);
	if (option_argument(info))
		str_addf(&left, " %s", option_argument(info));
	option_explain(&right, info, command);
	help_entry(out, 0, left.data, right.data);
	str_release(&left);
	str_release(&right);
}

int options_help(struct str *out, int command, bool all)
{
	const char *section = NULL;
	int left_out = 0;

	for (int i = 0; i < n_option_layout; i++) {
		const struct option_layout *row = &option_layout[i];

		if (row->section) {
			section = row->section;
			continue;
		}
		if (!(option_info[row->option].commands & command))
			continue;
		if (!all && !(option_info[row->option].traits & OPT_COMMON)) {
			left_out++;
			continue;
		}
		if (section) {
			str_addf(out, "\n%s\n", section);
			section = NULL;
		}
		add_option_line(out, &option_info[row->option], command);
	}
	return left_out;
}
