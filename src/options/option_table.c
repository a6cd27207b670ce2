/* option_table.c — the table itself, and the one place where a value is checked and stored.
 *
 * Everything that sets an option, whatever its source, ends in option_set_number or
 * option_set_string, so bounds and precedence cannot differ between flags, environment and files. */
#include "option_table.h"
#include "eqrl/rl/advantage.h"
#include "eqrl/score/hof.h"
#include "eqrl/score/reward.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
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

static char *arena_text(struct arena *a, const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(arena_alloc(a, n), text, n);
}

int option_find(const char *flag)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const char *a = option_info[i].flag, *b = flag;

		while (*a && (*a == *b || (*a == '-' && *b == '_')))
			a++, b++;
		if (*a == *b)
			return i;
	}
	return -1;
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

static const char *selection_word(int i)
{
	return i < selection_rows ? selection_table[i].name : NULL;
}

/* Choices whose words are the rows of another table: their argument in options.def is its name. */
static struct word_table {
	const char *argument;
	const char *(*word)(int i); /* NULL past the last row */
	struct str words;	    /* "a|b|c", made when it is first asked for, and kept */
} word_tables[] = {
	{"reward_table", reward_word, {0}},
	{"advantage_table", algorithm_word, {0}},
	{"selection_table", selection_word, {0}},
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

void option_set_string(struct option_set *s, int option, const char *text, enum option_source source)
{
	const struct option_info *info = &option_info[option];
	const char **member = option_member(&s->values, option);

	if (s->source[option] > source)
		return;
	if (info->kind == KIND_LIST && s->source[option] == source && *member && text) {
		struct str joined = {0};

		str_addf(&joined, "%s\n%s", *member, text);
		*member = arena_text(&s->memory, joined.data);
		str_release(&joined);
	} else {
		*member = text ? arena_text(&s->memory, text) : NULL;
	}
	s->source[option] = (uint8_t)source;
}

/* "a whole number from 8 to 65536": what a numeric option takes. */
static void expected(const struct option_info *info, char out[128])
{
	const char *what = info->kind == KIND_INT ? "a whole number" : "a number";

	if (info->kind == KIND_FLAG)
		strcpy(out, "true or false");
	else if (info->kind == KIND_SECONDS)
		snprintf(out, 128, "a time from %.16g to %.16g seconds", info->low, info->high);
	else
		snprintf(out, 128, "%s from %.16g to %.16g", what, info->low, info->high);
}

static enum status out_of_bounds(const struct option_info *info, const char *where, double v)
{
	char allowed[128];

	expected(info, allowed);
	return fail(ST_USAGE, "%s %.16g: must be %s", where, v, allowed);
}

enum status option_set_number(struct option_set *s, int option, double v, const char *where, enum option_source source)
{
	const struct option_info *info = &option_info[option];
	void *member = option_member(&s->values, option);
	bool whole = info->kind == KIND_INT || info->kind == KIND_FLAG;

	if (!(v >= info->low && v <= info->high) || (whole && v != floor(v)))
		return out_of_bounds(info, where, v);
	if (s->source[option] > source)
		return ST_OK;
	s->source[option] = (uint8_t)source;
	switch (info->kind) {
	case KIND_INT:
		*(OPT_TYPE_INT *)member = (OPT_TYPE_INT)v;
		break;
	case KIND_FLAG:
		*(OPT_TYPE_FLAG *)member = (OPT_TYPE_FLAG)v;
		break;
	case KIND_REAL:
	case KIND_SECONDS:
		*(OPT_TYPE_REAL *)member = v;
		break;
	default:
		BUG("option %s takes no number", info->flag);
	}
	return ST_OK;
}

/* The word is none of the choice's: says which there are, and the nearest. */
static enum status unknown_word(const struct option_info *info, const char *text, const char *where)
{
	char store[16][64];
	const char *name[16], *near;
	struct str list = {0};
	int n = 0;

	for (; n < (int)COUNT_OF(store) && choice_word(option_argument(info), n, store[n]); n++) {
		name[n] = store[n];
		str_addf(&list, "%s%s", n ? ", " : "", name[n]);
	}
	near = str_nearest(text, name, n);
	if (near)
		fail(ST_USAGE, "%s %s: unknown word, did you mean %s? (one of %s)", where, text, near, list.data);
	else
		fail(ST_USAGE, "%s %s: unknown word (one of %s)", where, text, list.data);
	str_release(&list);
	return ST_USAGE;
}

static enum status set_choice(struct option_set *s, int option, const char *text, const char *where,
			      enum option_source source)
{
	const struct option_info *info = &option_info[option];
	char word[64];
	int n = 0;

	while (choice_word(option_argument(info), n, word) && strcmp(word, text) != 0)
		n++;
	if (!choice_word(option_argument(info), n, word))
		return unknown_word(info, text, where);
	if (s->source[option] <= source) {
		*(int *)option_member(&s->values, option) = n;
		s->source[option] = (uint8_t)source;
	}
	return ST_OK;
}

static bool parse_number(const char *text, double *v)
{
	char *end;

	/* strtod alone would also take inf, nan and hexadecimal */
	if (!*text || strspn(text, "0123456789+-.eE") != strlen(text))
		return false;
	*v = strtod(text, &end);
	return end != text && !*end;
}

bool parse_seconds(const char *text, double *seconds)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"ms", 1e-3}};
	size_t n = strspn(text, "0123456789+-.");
	char digits[64];

	if (n == 0 || n >= sizeof(digits))
		return false;
	memcpy(digits, text, n);
	digits[n] = '\0';
	if (!parse_number(digits, seconds))
		return parse_number(text, seconds);
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		if (strcmp(text + n, units[i].unit) == 0) {
			*seconds *= units[i].factor;
			return true;
		}
	}
	return parse_number(text, seconds); /* 1e3 */
}

static enum status not_a_number(const struct option_info *info, const char *text, const char *where)
{
	char allowed[128];

	expected(info, allowed);
	return fail(ST_USAGE, "%s %s: not a number; must be %s", where, text, allowed);
}

enum status option_set_text(struct option_set *s, int option, const char *text, const char *where,
			    enum option_source source)
{
	const struct option_info *info = &option_info[option];
	double v;

	switch (info->kind) {
	case KIND_STRING:
	case KIND_LIST:
		if (!*text)
			return fail(ST_USAGE, "%s: the value is empty; expected %s", where, info->argument);
		option_set_string(s, option, text, source);
		return ST_OK;
	case KIND_CHOICE:
		return set_choice(s, option, text, where, source);
	case KIND_SECONDS:
		if (!parse_seconds(text, &v))
			return fail(ST_USAGE, "%s %s: not a time; write 90, 20s, 5m or 2h", where, text);
		return option_set_number(s, option, v, where, source);
	case KIND_FLAG:
		if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
			return option_set_number(s, option, *text == 't', where, source);
		if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
			return fail(ST_USAGE, "%s %s: must be true or false", where, text);
		return option_set_number(s, option, *text - '0', where, source);
	case KIND_INT:
	case KIND_REAL:
		if (!parse_number(text, &v))
			return not_a_number(info, text, where);
		return option_set_number(s, option, v, where, source);
	}
	BUG("option %s has kind %d", info->flag, (int)info->kind);
}
