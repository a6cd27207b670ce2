/* sort.c — see sort.h. */
#include "eqrl/base/sort.h"

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
