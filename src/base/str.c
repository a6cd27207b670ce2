/* str.c — see str.h. */
#include "eqrl/base/str.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void reserve(struct str *s, size_t extra)
{
	size_t need = s->len + extra + 1;

	if (need <= s->capacity)
		return;
	s->capacity = need < 64 ? 64 : need * 2;
	s->data = xrealloc(s->data, s->capacity);
}

void str_addn(struct str *s, const char *text, size_t n)
{
	reserve(s, n);
	memcpy(s->data + s->len, text, n);
	s->len += n;
	s->data[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
	str_addn(s, text, strlen(text));
}

void str_addc(struct str *s, char c)
{
	str_addn(s, &c, 1);
}

void str_addf(struct str *s, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		reserve(s, (size_t)n);
		vsnprintf(s->data + s->len, (size_t)n + 1, fmt, again);
		s->len += (size_t)n;
	}
	va_end(again);
}

void str_clear(struct str *s)
{
	s->len = 0;
	if (s->data)
		s->data[0] = '\0';
}

void str_release(struct str *s)
{
	free(s->data);
	*s = (struct str){0};
}

const char *str_text(const struct str *s)
{
	return s->data ? s->data : "";
}

int str_distance(const char *a, const char *b)
{
	enum { MAX = 128 };
	int row[MAX + 1];
	int na = (int)strnlen(a, MAX), nb = (int)strnlen(b, MAX);

	for (int j = 0; j <= nb; j++)
		row[j] = j;
	for (int i = 1; i <= na; i++) {
		int diagonal = row[0];

		row[0] = i;
		for (int j = 1; j <= nb; j++) {
			int best = diagonal + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[nb];
}

const char *str_nearest(const char *word, const char *const *names, int n)
{
	const char *best = NULL;
	int best_distance = 2 + (int)strlen(word) / 4;

	for (int i = 0; i < n; i++) {
		int d = strcasecmp(word, names[i]) == 0 ? 0 : str_distance(word, names[i]);

		if (d < best_distance) {
			best_distance = d;
			best = names[i];
		}
	}
	return best;
}

void str_double(char out[32], double v)
{
	if (isnan(v)) {
		strcpy(out, "nan");
		return;
	}
	if (isinf(v)) {
		strcpy(out, v > 0 ? "inf" : "-inf");
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		int whole = fabs(v) >= 1 && fabs(v) < 1e5 ? 1 + (int)floor(log10(fabs(v))) : 1;

		snprintf(out, 32, "%.*g", digits > whole ? digits : whole, v); /* 60, not 6e+01 */
		if (strtod(out, NULL) == v)
			return;
	}
}
