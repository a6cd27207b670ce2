/* option_set.c — the one place where a value is checked and stored.
 *
 * Everything that sets an option, whatever its source, ends in option_set_number or
 * option_set_string, so bounds and precedence cannot differ between flags, environment and files. */
#include "option_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *arena_text(struct arena *a, const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(arena_alloc(a, n), text, n);
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
static void describe_range(const struct option_info *info, char out[128])
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

	describe_range(info, allowed);
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

/* The factor of the unit that text begins with, and its length; 0 where it begins with none. */
static double unit_of_time(const char *text, size_t *length)
{
	/* "ms" and "min" stand before "m", so that the longest unit is found first */
	static const struct {
		const char *unit;
		double seconds;
	} units[] = {{"ms", 1e-3}, {"min", 60}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};

	for (size_t i = 0; i < COUNT_OF(units); i++) {
		*length = strlen(units[i].unit);
		if (strncmp(text, units[i].unit, *length) == 0)
			return units[i].seconds;
	}
	return 0;
}

/* Numbers with units one after the other, each unit smaller than the one before: "1m30s" is a time, "30s1m" a slip. */
static bool parse_units_of_time(const char *text, double *seconds)
{
	double before = INFINITY, unit, v;
	char digits[64];

	for (*seconds = 0; *text; before = unit) {
		size_t n = strspn(text, "0123456789."), length;

		if (n == 0 || n >= sizeof(digits))
			return false;
		memcpy(digits, text, n);
		digits[n] = '\0';
		unit = unit_of_time(text + n, &length);
		if (!parse_number(digits, &v) || unit == 0 || unit >= before)
			return false;
		*seconds += v * unit;
		text += n + length;
	}
	return true;
}

bool parse_seconds(const char *text, double *seconds)
{
	return *text && (parse_number(text, seconds) || parse_units_of_time(text, seconds));
}

static enum status not_a_number(const struct option_info *info, const char *text, const char *where)
{
	char allowed[128];

	describe_range(info, allowed);
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
			return fail(ST_USAGE, "%s %s: not a time; write 90, 20s, 1m30s, 2h or 500ms", where, text);
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
