/* man.c — manual pages; see manual.h. */
#include "eqrl/options/manual.h"

#include "option_table.h"

#include <ctype.h>
#include <string.h>

/* Text for troff: its escape character, its two kinds of control line and its hyphens are no longer those. */
static void add_troff(struct str *out, const char *text)
{
	bool at_start = true;

	for (; *text; text++) {
		if (at_start && (*text == '.' || *text == '\''))
			str_add(out, "\\&");
		if (*text == '\\')
			str_add(out, "\\e");
		else if (*text == '-')
			str_add(out, "\\-");
		else if (*text == '\'')
			str_add(out, "\\(aq");
		else if (*text == '^')
			str_add(out, "\\(ha");
		else if (*text == '~')
			str_add(out, "\\(ti");
		else
			str_addc(out, *text);
		at_start = *text == '\n';
	}
}

static void add_title(struct str *out, const char *command)
{
	str_add(out, ".\\\" made by eqrl help man\n.TH EQRL");
	if (command)
		str_addc(out, '-');
	for (const char *p = command; p && *p; p++)
		str_addc(out, (char)toupper((unsigned char)*p));
	str_addf(out, " 1 %s \"eqrl %s\" \"User Commands\"\n", EQRL_DATE, EQRL_VERSION);
}

static void add_option(struct str *out, const struct option_info *info, int command)
{
	bool letter = info->letter && info == &option_info[option_find_letter(info->letter, command)];
	struct str help = {0};

	str_add(out, ".TP\n");
	if (letter)
		str_addf(out, "\\fB\\-%c\\fR, ", info->letter);
	str_add(out, "\\fB\\-\\-");
	add_troff(out, info->flag);
	str_add(out, "\\fR");
	if (option_argument(info)) {
		str_add(out, " \\fI");
		add_troff(out, option_argument(info));
		str_add(out, "\\fR");
	}
	str_addc(out, '\n');
	option_explain(&help, info, command);
	add_troff(out, help.data);
	str_release(&help);
	str_addc(out, '\n');
}

static void add_options(struct str *out, int command)
{
	const char *section = NULL;

	str_add(out, ".SH OPTIONS\n");
	for (int i = 0; i < n_option_layout; i++) {
		const struct option_layout *row = &option_layout[i];

		if (row->section) {
			section = row->section;
			continue;
		}
		if (!(option_info[row->option].commands & command))
			continue;
		if (section)
			str_addf(out, ".SS %s\n", section);
		section = NULL;
		add_option(out, &option_info[row->option], command);
	}
}

static void add_command_page(struct str *out, const struct command *c)
{
	add_title(out, c->name);
	str_addf(out, ".SH NAME\neqrl\\-%s \\- ", c->name);
	add_troff(out, c->summary);
	str_addf(out, "\n.SH SYNOPSIS\n\\fBeqrl %s\\fR ", c->name);
	add_troff(out, c->usage);
	str_add(out, "\n.SH DESCRIPTION\n");
	str_addc(out, (char)toupper((unsigned char)c->summary[0]));
	add_troff(out, c->summary + 1);
	str_add(out, ".\n");
	if (c->details) {
		str_add(out, ".PP\n");
		add_troff(out, c->details);
		str_addc(out, '\n');
	}
	add_options(out, c->bit);
	str_add(out, ".SH SEE ALSO\n.BR eqrl (1)\n");
}

static const char statuses[] =
	".SH EXIT STATUS\n"
	".TP\n0\ndone\n.TP\n1\na library failed unexpectedly\n.TP\n2\ncommand line or configuration\n"
	".TP\n3\ndata cannot be read or used\n.TP\n4\nweights, checkpoint or learner missing or unfit\n"
	".TP\n5\nfinished without a valid equation\n.TP\n6\ndisk full or not writable, no memory\n"
	".TP\n130, 143\ninterrupted or terminated; results are saved\n"
	".SH ENVIRONMENT\n"
	".TP\n.I EQRL_NAME\nthe option \\-\\-name, of every option: EQRL_MAX_SIZE is \\-\\-max\\-size\n"
	".TP\n.I EQRL_HOME\na folder of the program\\(aqs own files: learner, weights, configurations\n"
	".TP\n.I NO_COLOR\nif set, nothing is coloured on a terminal\n"
	".SH FILES\n"
	"A run directory holds the front, its record and a checkpoint; \\fBeqrl help files\\fR explains every "
	"file\nand field.\n";

static void add_program_page(struct str *out)
{
	add_title(out, NULL);
	str_add(out,
		".SH NAME\neqrl \\- find the equation behind a table of numbers\n"
		".SH SYNOPSIS\n\\fBeqrl\\fR \\fICOMMAND\\fR [\\fIoptions\\fR]\n"
		".SH DESCRIPTION\n"
		"Reads a table of numbers and prints a formula for one of its columns. Results go to standard\n"
		"output, everything else to standard error. An option is taken from the command line, else from the\n"
		"environment, else from the file of \\-\\-config, else from \\-\\-preset, else it has its default.\n"
		".SH COMMANDS\n");
	for (int i = 0; i < n_commands; i++) {
		str_addf(out, ".TP\n.BR eqrl\\-%s (1)\n", command_table[i].name);
		add_troff(out, command_table[i].summary);
		str_addc(out, '\n');
	}
	str_add(out, statuses);
	str_add(out, ".SH SEE ALSO\n");
	for (int i = 0; i < n_commands; i++)
		str_addf(out, ".BR eqrl\\-%s (1)%s\n", command_table[i].name, i + 1 < n_commands ? "," : "");
}

void man_page(const struct command *c, struct str *out)
{
	if (c)
		add_command_page(out, c);
	else
		add_program_page(out);
}
