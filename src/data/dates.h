/* dates.h — dates and times of day in cells, as numbers.
 *
 * A date is packed with its two short fields as they stand, since only the whole column can tell whether
 * 03/04/2021 is in March or in April: one with a field above 12 decides, otherwise the day comes first but
 * for a '/' (month first, as in the United States). */
#ifndef EQRL_DATA_DATES_H
#define EQRL_DATA_DATES_H

#include "eqrl/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A packed date is (year * FIELD + a) * FIELD + b days, in seconds, and the time of day. */
enum { DAY_SECONDS = 86400, FIELD = 32 };

enum date_unit { DATE_NONE, DATE_DAYS, DATE_HOURS, DATE_MINUTES, DATE_SECONDS, DATE_YEAR };

struct date_options {
	enum date_unit unit;
	bool has_epoch, epoch_is_clock;
	double epoch; /* seconds since 1970-01-01, or since midnight */
};

enum date_order { ORDER_FIXED, ORDER_UNKNOWN, ORDER_DAY_FIRST, ORDER_MONTH_FIRST };

struct date {
	double packed;	/* exact to some microseconds */
	bool clock;	/* a time of day alone */
	char separator; /* between the fields of the date */
	enum date_order order;
};

/* "days", "seconds:2020-01-01" … (ST_USAGE). */
enum status date_options_parse(struct date_options *o, const char *text);
const char *date_unit_name(enum date_unit unit);

/* ISO 8601 (2021-03-04T05:06:07.8+01:00, basic dates not), 4.3.2021, 3/4/21, 4-Mar-2021, Mar 4, 2021; each
 * perhaps with hh:mm[:ss[.s]][ am|pm]; 2021-03, Mar 2021, Mar-21 (the first day); hh:mm[:ss] alone, also of more than 24
 * hours. */
bool date_read(const char *text, size_t n, struct date *out);

/* Seconds since 1970-01-01 (since midnight for a clock). day_first: of two short fields, in that order. */
double date_seconds(double packed, bool day_first);
double date_year(double seconds); /* 2021.5: the middle of 2021 */

/* ISO text of it. */
void date_print(double seconds, bool clock, char *out, size_t size);

#endif
