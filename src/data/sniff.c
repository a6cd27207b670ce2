/* sniff.c — what separates the fields of a text and what its decimal sign is. */
#include "eqrl/base/mem.h"
#include "records.h"

#include <string.h>
#include <strings.h>

enum { SAMPLE_RECORDS = 100 };

struct sample {
	const char *begin[SAMPLE_RECORDS], *end[SAMPLE_RECORDS];
	int n;
};

static bool matches(const char *p, size_t n, const char *const *words, size_t n_words)
{
	for (size_t i = 0; i < n_words; i++)
		if (strlen(words[i]) == n && strncasecmp(p, words[i], n) == 0)
			return true;
	return false;
}

bool is_missing(const char *p, size_t n)
{
	static const char *const words[] = {"NA",   "N/A", "#N/A", "NaN", "-NaN", "+NaN", "NULL",
					    "none", "nil", "?",	   "-",	  "--",	  "."};

	return n == 0 || matches(p, n, words, COUNT_OF(words));
}

bool is_infinite(const char *p, size_t n)
{
	static const char *const words[] = {"inf", "infinity"};

	if (n > 0 && (*p == '+' || *p == '-')) {
		p++;
		n--;
	}
	return matches(p, n, words, COUNT_OF(words));
}

/* The last record is left out where the sample may cut it. */
static void take_sample(struct sample *s, const char *p, const char *end, bool whole, char eol)
{
	bool open;

	while (p < end && s->n < SAMPLE_RECORDS) {
		const char *stop = record_end(p, end, eol, 0, &open), *last = stop;

		if (stop == end && !whole && s->n > 0)
			return;
		if (last > p && last[-1] == '\r')
			last--;
		if (last > p && !is_comment(p, last) && strspn(p, " \t") < (size_t)(last - p)) {
			s->begin[s->n] = p;
			s->end[s->n++] = last;
		}
		p = stop + 1;
	}
}

/* How many records have the number of fields that most records have; 0 if that is one field. */
static int agreement(const struct sample *s, char delimiter)
{
	int count[SAMPLE_RECORDS], best = 0;

	for (int i = 0; i < s->n; i++)
		count[i] = field_count(s->begin[i], s->end[i], delimiter);
	for (int i = 0; i < s->n; i++) {
		int same = 0;

		for (int k = 0; k < s->n; k++)
			same += count[k] == count[i];
		if (count[i] > 1 && same > best)
			best = same;
	}
	return best;
}

/* Ties go to the earlier: a ',' may be a decimal sign and a blank may stand in a name. */
static char find_delimiter(const struct sample *s)
{
	static const char candidates[] = {'\t', ';', ',', ' '};
	int best = 0, at = 2;

	for (int i = 0; i < (int)COUNT_OF(candidates); i++) {
		int a = agreement(s, candidates[i]);

		if (a > best) {
			best = a;
			at = i;
		}
	}
	return candidates[at];
}

/* ',' if more fields are numbers with a comma than with a point. */
static char find_decimal(const struct sample *s, char delimiter)
{
	int commas = 0, points = 0;

	if (delimiter == ',')
		return '.';
	for (int i = 0; i < s->n; i++) {
		const char *p = s->begin[i];

		while (p) {
			struct field f;
			double v;

			p = field_next(p, s->end[i], delimiter, &f);
			size_t n = (size_t)(f.end - f.begin);

			if (memchr(f.begin, ',', n) && csv_number(f.begin, ',', &v) == f.end)
				commas++;
			else if (memchr(f.begin, '.', n) && csv_number(f.begin, '.', &v) == f.end)
				points++;
		}
	}
	return commas > points ? ',' : '.';
}

void sniff(const char *text, size_t size, bool whole, char eol, char *delimiter, char *decimal)
{
	struct sample s = {.n = 0};

	take_sample(&s, text, text + size, whole, eol);
	if (*delimiter == 0)
		*delimiter = find_delimiter(&s);
	if (*decimal == 0)
		*decimal = find_decimal(&s, *delimiter);
}
