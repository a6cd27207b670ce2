/* option_table.h — options.def as an array, for the files that parse, store and explain options. */
#ifndef EQRL_OPTION_TABLE_H
#define EQRL_OPTION_TABLE_H

#include "eqrl/options/options_cli.h"

enum option_kind { KIND_STRING, KIND_LIST, KIND_INT, KIND_REAL, KIND_SECONDS, KIND_FLAG, KIND_CHOICE };

struct option_info {
	const char *flag; /* without dashes; also the JSON key */
	char letter;	  /* 0: none */
	enum option_kind kind;
	size_t offset;	  /* of the member in struct options */
	const char *text; /* default of STRING, LIST and CHOICE */
	double number;	  /* default of the others */
	double low, high;
	int commands;		     /* bits of CMD_… */
	int traits;		     /* bits of OPT_… */
	const char *argument, *help; /* read the argument through option_argument */
};

/* Sections and options in the order of the file: section is NULL for an option. */
struct option_layout {
	const char *section;
	int option;
};

extern const struct option_info option_info[OPTION_COUNT];
extern const struct option_layout option_layout[];
extern const int n_option_layout;

/* Every setter checks kind and bounds, names the value by where ("--lr", "EQRL_LR", "x.json: lr") and
 * does nothing when a stronger source has set the option. */
enum status option_set_text(struct option_set *s, int option, const char *text, const char *where,
			    enum option_source source);
enum status option_set_number(struct option_set *s, int option, double v, const char *where, enum option_source source);
/* text NULL: not given. For STRING and LIST; a LIST set twice by one source grows. */
void option_set_string(struct option_set *s, int option, const char *text, enum option_source source);

/* Index of the option with that flag ('_' counts as '-'), or -1. */
int option_find(const char *flag);

/* Index of the option with that letter among those of the commands (bits), or -1. */
int option_find_letter(char letter, int commands);

/* The option that those commands (bits) have under that flag, else the first with the flag, or -1: commands without an
 * option in common may have different ones under one flag. */
int option_of(const char *flag, int commands);

/* The flag nearest to word among those of the commands (bits), or NULL. */
const char *option_nearest(const char *word, int commands);

static inline void *option_member(struct options *o, int option)
{
	return (char *)o + option_info[option].offset;
}

static inline const void *option_value(const struct options *o, int option)
{
	return (const char *)o + option_info[option].offset;
}

/* What stands for the value in help and messages, or NULL; of a CHOICE its words, "a|b|c", whether options.def lists them
 * or another table has them. */
const char *option_argument(const struct option_info *info);

/* The i-th word of "a|b|c" into out (64 bytes); false past the last. */
bool choice_word(const char *words, int i, char out[64]);

/* What a preset (row of presets.def) sets for that command: "--flag value" and so on, blanks between; "" for nothing. */
const char *preset_words(int preset, int command);

/* What train --domain sets in the same way. */
extern const char tasks_words[];

/* What the option does for a command, and its default in brackets. */
void option_explain(struct str *out, const struct option_info *info, int command);

/* "train, infer or bench" for those bits. */
void command_list(int commands, struct str *out);

#endif
