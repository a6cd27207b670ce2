/* sort.c — see sort.h. */
#include "eqrl/base/sort.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

void sort_doubles(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), compare_doubles);
}

void sort_ints(int *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), compare_ints);
}

/* Three digits of 11 bits hold 31 bits; a table of 2,048 counts stays in the first-level cache. */
enum { DIGIT_BITS = 11, DIGITS = 3, DIGIT_VALUES = 1 << DIGIT_BITS };

/* Moves the indices in `from` to `to` by one digit of their keys; those of one digit keep their order. */
static void move_by_digit(const int32_t *key, const int32_t *from, int32_t *to, int n, int shift)
{
	int start[DIGIT_VALUES + 1] = {0};

	for (int i = 0; i < n; i++)
		start[(key[i] >> shift & (DIGIT_VALUES - 1)) + 1]++;
	for (int k = 0; k < DIGIT_VALUES; k++)
		start[k + 1] += start[k];
	for (int i = 0; i < n; i++)
		to[start[key[from[i]] >> shift & (DIGIT_VALUES - 1)]++] = from[i];
}

void sort_order(const int32_t *key, int n, int32_t *order)
{
	int32_t *other = xmalloc((size_t)n * sizeof(*other)), *from = other, *to = order;

	for (int i = 0; i < n; i++)
		from[i] = i;
	for (int k = 0; k < DIGITS; k++) { /* an odd number of moves ends in order */
		int32_t *last = from;

		move_by_digit(key, from, to, n, k * DIGIT_BITS);
		from = to;
		to = last;
	}
	free(other);
}
