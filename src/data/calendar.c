/* calendar.c — dates as days and years; after H. Hinnant, "chrono-compatible low-level date algorithms" (2013), in
 * the proleptic Gregorian calendar. */
#include "dates.h"

#include <math.h>
#include <stdio.h>

static long days_from_civil(long y, int m, int d)
{
	y -= m <= 2;
	long era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	long of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static long year_of(long day, int *m, int *d)
{
	day += 719468;
	long era = (day >= 0 ? day : day - 146096) / 146097, of_era = day - era * 146097;
	long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	long of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;

	*d = (int)(of_year - (153 * month + 2) / 5 + 1);
	*m = (int)(month < 10 ? month + 3 : month - 9);
	return year + era * 400 + (*m <= 2);
}

/* Fields a and b are month and day, as dates of fixed order are packed, or day and month. */
double date_seconds(double packed, bool day_first)
{
	double day = floor(packed / DAY_SECONDS), seconds = packed - day * DAY_SECONDS;
	long n = (long)day;
	int b = (int)(n % FIELD), a = (int)(n / FIELD % FIELD);
	long year = n / FIELD / FIELD;

	if (n < FIELD * FIELD) /* before the year 1: a time of day, or a duration */
		return packed;
	return (double)days_from_civil(year, day_first ? b : a, day_first ? a : b) * DAY_SECONDS + seconds;
}

double date_year(double seconds)
{
	int m, d;
	long year = year_of((long)floor(seconds / DAY_SECONDS), &m, &d), start = days_from_civil(year, 1, 1);
	long days = days_from_civil(year + 1, 1, 1) - start;

	return (double)year + (seconds / DAY_SECONDS - (double)start) / (double)days;
}

void date_print(double seconds, bool clock, char *out, size_t size)
{
	double day = floor(seconds / DAY_SECONDS), rest = seconds - day * DAY_SECONDS;
	int whole = (int)rest, n = 0, m, d, hours = whole / 3600 + (clock ? 24 * (int)day : 0);
	long year = year_of((long)day, &m, &d);

	if (!clock)
		n = snprintf(out, size, "%04ld-%02d-%02d", year, m, d);
	if (clock || rest > 0)
		n += snprintf(out + n, size - (size_t)n, "%s%02d:%02d:%02d", clock ? "" : "T", hours, whole / 60 % 60,
			      whole % 60);
	if (rest > whole && (size_t)n < size)
		snprintf(out + n, size - (size_t)n, "%s", "");
}
