/* dates.c — see dates.h. */
#include "dates.h"

#include "eqrl/base/mem.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *const unit_name[] = {"", "days", "hours", "minutes", "seconds", "year"};

const char *date_unit_name(enum date_unit unit)
{
	return unit_name[unit];
}

static double pack_date(int year, int a, int b, double seconds)
{
	return (((double)year * FIELD + a) * FIELD + b) * DAY_SECONDS + seconds;
}

struct scan {
	const char *p, *end;
};

static void skip_blanks(struct scan *s)
{
	while (s->p < s->end && *s->p == ' ')
		s->p++;
}

/* A run of digits: its value, *digits how many (0: none; above 4 is no field of a date). */
static int scan_int(struct scan *s, int *digits)
{
	int v = 0;

	for (*digits = 0; s->p < s->end && isdigit((unsigned char)*s->p) && *digits < 6; s->p++, ++*digits)
		v = v * 10 + (*s->p - '0');
	return v;
}

static bool take_char(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static int scan_month(struct scan *s)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	const char *p = s->p;

	while (s->p < s->end && isalpha((unsigned char)*s->p))
		s->p++;
	if (s->p - p < 3)
		return 0;
	for (int m = 0; m < 12; m++)
		if (strncasecmp(p, months + 3 * m, 3) == 0)
			return m + 1;
	return 0;
}

/* hh:mm[:ss[.s]][ am|pm][Z|+hh[:mm]]; *seconds since midnight, less the offset. Alone (no zone) it may be a duration of
 * more than a day. */
static bool scan_clock(struct scan *s, double *seconds, bool zone)
{
	int digits, hour = scan_int(s, &digits), minute, sign;
	double second = 0, unit = 1;

	if (digits < 1 || digits > (zone ? 2 : 3) || (zone && hour > 24) || !take_char(s, ':'))
		return false;
	minute = scan_int(s, &digits);
	if (digits != 2 || minute > 59)
		return false;
	if (take_char(s, ':')) {
		second = scan_int(s, &digits);
		if (digits != 2 || second > 60)
			return false;
		if (s->p < s->end && (*s->p == '.' || *s->p == ','))
			for (s->p++; s->p < s->end && isdigit((unsigned char)*s->p); s->p++)
				second += (unit /= 10) * (*s->p - '0');
	}
	skip_blanks(s);
	if (s->end - s->p >= 2 && (s->p[1] | 32) == 'm' && ((s->p[0] | 32) == 'a' || (s->p[0] | 32) == 'p')) {
		if (hour < 1 || hour > 12)
			return false;
		hour = hour % 12 + ((s->p[0] | 32) == 'p' ? 12 : 0);
		s->p += 2;
	}
	*seconds = hour * 3600.0 + minute * 60.0 + second;
	if (!zone || take_char(s, 'Z') || s->p == s->end)
		return true;
	sign = take_char(s, '+') ? 1 : take_char(s, '-') ? -1 : 0;
	hour = scan_int(s, &digits);
	minute = digits == 4 ? hour % 100 : 0;
	hour = digits == 4 ? hour / 100 : hour;
	if (take_char(s, ':'))
		minute = scan_int(s, &digits);
	*seconds -= sign * (hour * 3600.0 + minute * 60.0);
	return sign != 0;
}

static int expand_year(int y, int digits)
{
	return digits == 2 ? y + (y < 70 ? 2000 : 1900) : y; /* as POSIX has it, near enough */
}

static bool finish_date(struct date *out, int year, int a, int b)
{
	if (year < 1 || a < 1 || b < 1 || a > 31 || b > 31 || (a > 12 && b > 12))
		return false;
	out->packed = pack_date(year, a, b, 0);
	return true;
}

/* 2021-03-04, 2021/3/4, 2021-03 (its first day) */
static bool scan_iso(struct scan *s, struct date *out, int year)
{
	int digits, month, day = 1;

	out->separator = *s->p++;
	month = scan_int(s, &digits);
	if (digits < 1 || digits > 2 || month > 12)
		return false;
	if (take_char(s, out->separator)) {
		day = scan_int(s, &digits);
		if (digits < 1 || digits > 2)
			return false;
	}
	out->order = ORDER_FIXED;
	return finish_date(out, year, month, day);
}

/* 4.3.2021, 3/4/21, 4-Mar-2021, 4 Mar 2021: a was read. */
static bool scan_short_first(struct scan *s, struct date *out, int a)
{
	int digits, b, year;
	bool named;

	if (s->p == s->end || !strchr("./- ", *s->p))
		return false;
	out->separator = *s->p++;
	skip_blanks(s);
	named = s->p < s->end && isalpha((unsigned char)*s->p);
	b = named ? scan_month(s) : scan_int(s, &digits);
	if (!b || (!named && out->separator == ' ') || !(take_char(s, out->separator) || (named && take_char(s, ' '))))
		return false;
	year = scan_int(s, &digits);
	if (digits != 2 && digits != 4)
		return false;
	out->order = named ? ORDER_FIXED : a > 12 ? ORDER_DAY_FIRST : b > 12 ? ORDER_MONTH_FIRST : ORDER_UNKNOWN;
	if (named)
		return finish_date(out, expand_year(year, digits), b, a);
	return finish_date(out, expand_year(year, digits), a, b);
}

/* Mar 4, 2021; Mar 2021 and Mar-21 (their first day) */
static bool scan_named_first(struct scan *s, struct date *out)
{
	int digits, month = scan_month(s), day, year;

	if (!month || !(take_char(s, ' ') || take_char(s, '-')))
		return false;
	out->order = ORDER_FIXED;
	day = scan_int(s, &digits);
	if (s->p == s->end && (digits == 4 || (digits == 2 && s->p[-3] == '-')))
		return finish_date(out, expand_year(day, digits), month, 1);
	if (digits > 2)
		return false;
	take_char(s, ',');
	if (!take_char(s, ' ') && !take_char(s, '-'))
		return false;
	year = scan_int(s, &digits);
	return digits == 4 && finish_date(out, year, month, day);
}

bool date_read(const char *text, size_t n, struct date *out)
{
	struct scan s = {text, text + n}, clock = s;
	int digits, v;
	double seconds;

	*out = (struct date){0};
	if (scan_clock(&clock, &seconds, false) && clock.p == clock.end) {
		*out = (struct date){.packed = seconds, .clock = true};
		return true;
	}
	if (n > 0 && isalpha((unsigned char)*text)) {
		if (!scan_named_first(&s, out))
			return false;
	} else {
		v = scan_int(&s, &digits);
		if (digits == 4 && s.p < s.end && strchr("-/.", *s.p)) {
			if (!scan_iso(&s, out, v))
				return false;
		} else if (digits < 1 || digits > 2 || !scan_short_first(&s, out, v)) {
			return false;
		}
	}
	if (s.p == s.end)
		return true;
	if (!take_char(&s, 'T') && !take_char(&s, ' ') && !take_char(&s, ','))
		return false;
	skip_blanks(&s);
	if (!scan_clock(&s, &seconds, true) || s.p != s.end)
		return false;
	out->packed += seconds;
	return true;
}

enum status date_options_parse(struct date_options *o, const char *text)
{
	const char *colon;
	struct date epoch;
	size_t n;

	*o = (struct date_options){0};
	if (!text)
		return ST_OK;
	colon = strchr(text, ':');
	n = colon ? (size_t)(colon - text) : strlen(text);
	for (int u = DATE_DAYS; u <= DATE_YEAR; u++)
		if (strncmp(text, unit_name[u], n) == 0 && n + 1 >= strlen(unit_name[u]))
			o->unit = (enum date_unit)u;
	if (o->unit == DATE_NONE || (colon && o->unit == DATE_YEAR))
		return fail(ST_USAGE,
			    "--dates %s: expected days, hours, minutes or seconds (also with an epoch, as in "
			    "days:2000-01-01), or year",
			    text);
	if (!colon)
		return ST_OK;
	if (!date_read(colon + 1, strlen(colon + 1), &epoch) || epoch.order > ORDER_FIXED)
		return fail(ST_USAGE, "--dates %s: the epoch is no date like 2000-01-01 or 2000-01-01T12:00:00", text);
	o->has_epoch = true;
	o->epoch_is_clock = epoch.clock;
	o->epoch = date_seconds(epoch.packed, false);
	return ST_OK;
}
