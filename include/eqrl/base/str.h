/* str.h — a growing string. Starts as {0}; data is NUL-terminated once anything was added, else NULL. */
#ifndef EQRL_STR_H
#define EQRL_STR_H

#include <stddef.h>

struct str {
	char *data;
	size_t len, capacity;
};

void str_add(struct str *s, const char *text);
void str_addn(struct str *s, const char *text, size_t n);
void str_addc(struct str *s, char c);
void str_addf(struct str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void str_clear(struct str *s);		   /* empty, memory kept */
void str_release(struct str *s);	   /* frees; {0} again */
const char *str_text(const struct str *s); /* data, or "" when empty */

/* Smallest number of single-character edits between a and b (Levenshtein), for "did you mean". */
int str_distance(const char *a, const char *b);

/* The name nearest to word among names[0..n-1], or NULL when none is near enough to be a slip. */
const char *str_nearest(const char *word, const char *const *names, int n);

/* Shortest decimal text that reads back as exactly v ("nan", "inf", "-inf" included). Needs 32 bytes. */
void str_double(char out[32], double v);

#endif
