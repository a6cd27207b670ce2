/* option_table.c — the table itself, and what is found in it: options by their flags, words of choices. */
#include "option_table.h"
#include "eqrl/domain/task_reward.h"
#include "eqrl/export/export.h"
#include "eqrl/rl/advantage.h"
#include "eqrl/score/hof.h"
#include "eqrl/score/reward.h"

#include <stddef.h>
#include <string.h>

#define DEFAULT_STRING(x)  .text = (x)
#define DEFAULT_LIST(x)	   .text = (x)
#define DEFAULT_CHOICE(x)  .text = (x)
#define DEFAULT_INT(x)	   .number = (double)(x)
#define DEFAULT_REAL(x)	   .number = (x)
#define DEFAULT_SECONDS(x) .number = (x)
#define DEFAULT_FLAG(x)	   .number = (x)

const struct option_info option_info[OPTION_COUNT] = {
#define SECTION(title)
#define OPT(member, flag_, letter_, KIND, default_, low_, high_, commands_, argument_, help_)                          \
	{.flag = flag_,                                                                                                \
	 .letter = letter_,                                                                                            \
	 .kind = KIND_##KIND,                                                                                          \
	 .offset = offsetof(struct options, member),                                                                   \
	 DEFAULT_##KIND(default_),                                                                                     \
	 .low = low_,                                                                                                  \
	 .high = (double)(high_),                                                                                      \
	 .commands = (commands_) & ~OPT_TRAITS,                                                                        \
	 .traits = (commands_)&OPT_TRAITS,                                                                             \
	 .argument = argument_,                                                                                        \
	 .help = help_},
#include "eqrl/options/options.def"
#undef OPT
#undef SECTION
};

const struct option_layout option_layout[] = {
#define SECTION(title)	 {title, -1},
#define OPT(member, ...) {NULL, OPTION_##member},
#include "eqrl/options/options.def"
#undef OPT
#undef SECTION
};
const int n_option_layout = (int)COUNT_OF(option_layout);

static bool same_flag(const char *a, const char *b)
{
	while (*a && (*a == *b || (*a == '-' && *b == '_')))
		a++, b++;
	return *a == *b;
}

int option_find(const char *flag)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (same_flag(option_info[i].flag, flag))
			return i;
	return -1;
}

int option_find_letter(char letter, int commands)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_info[i].letter == letter && option_info[i].commands & commands)
			return i;
	return -1;
}

int option_of(const char *flag, int commands)
{
	for (int i = option_find(flag); i >= 0 && i < OPTION_COUNT; i++)
		if (option_info[i].commands & commands && same_flag(option_info[i].flag, flag))
			return i;
	return option_find(flag);
}

const char *option_nearest(const char *word, int commands)
{
	const char *name[OPTION_COUNT];
	int n = 0;

	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_info[i].commands & commands)
			name[n++] = option_info[i].flag;
	return str_nearest(word, name, n);
}

static const char *reward_word(int i)
{
	return i < reward_rows ? reward_table[i].name : NULL;
}

static const char *algorithm_word(int i)
{
	return i < advantage_rows ? advantage_table[i].name : NULL;
}

static const char *export_word(int i)
{
	return i < export_rows ? export_table[i].name : NULL;
}

static const char *selection_word(int i)
{
	return i < selection_rows ? selection_table[i].name : NULL;
}

static const char *task_reward_word(int i)
{
	return i < task_reward_rows ? task_reward_table[i].name : NULL;
}

static const struct preset {
	const char *name, *train, *infer;
} preset_table[] = {
#define PRESET(name, train, infer) {#name, train, infer},
#include "eqrl/options/presets.def"
#undef PRESET
};

static const char *preset_word(int i)
{
	return i < (int)COUNT_OF(preset_table) ? preset_table[i].name : NULL;
}

/* A right answer is there or it is not, so groups are small and many; and the encoder, which has to find what matters in a
 * question, learns, too. */
const char tasks_words[] =
	"--batch 512 --group-size 16 --train-size 512 --algo grpo --tune all --lr 0.0001 --entropy 0";

const char *preset_words(int preset, int command)
{
	const struct preset *p = &preset_table[preset];

	return command == CMD_TRAIN ? p->train : command == CMD_INFER ? p->infer : "";
}

/* Choices whose words are the rows of another table: their argument in options.def is its name. */
static struct word_table {
	const char *argument;
	const char *(*word)(int i); /* NULL past the last row */
	struct str words;	    /* "a|b|c", made when it is first asked for, and kept */
} word_tables[] = {
	{"reward_table", reward_word, {0}},	  {"advantage_table", algorithm_word, {0}},
	{"selection_table", selection_word, {0}}, {"preset_table", preset_word, {0}},
	{"export_table", export_word, {0}},	  {"task_reward_table", task_reward_word, {0}},
};

const char *option_argument(const struct option_info *info)
{
	for (size_t k = 0; info->argument && k < COUNT_OF(word_tables); k++) {
		struct word_table *t = &word_tables[k];
		bool done = t->words.len > 0;

		if (strcmp(t->argument, info->argument) != 0)
			continue;
		for (int i = 0; !done && t->word(i); i++)
			str_addf(&t->words, "%s%s", i ? "|" : "", t->word(i));
		return str_text(&t->words);
	}
	return info->argument;
}

bool choice_word(const char *words, int i, char out[64])
{
	const char *p = words;

	while (i-- > 0) {
		p = strchr(p, '|');
		if (!p)
			return false;
		p++;
	}
	size_t n = strcspn(p, "|");

	if (n > 63)
		BUG("a choice of more than 63 bytes in %s", words);
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

void command_list(int bits, struct str *out)
{
	int total = 0, seen = 0;

	for (int i = 0; i < n_commands; i++)
		total += (command_table[i].bit & bits) != 0;
	for (int i = 0; i < n_commands; i++) {
		if (!(command_table[i].bit & bits))
			continue;
		if (seen)
			str_add(out, seen == total - 1 ? " or " : ", ");
		str_add(out, command_table[i].name);
		seen++;
	}
}
