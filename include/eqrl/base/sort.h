/* sort.h — arrays of numbers in rising order. Not for NaN, which has no place in an order. */
#ifndef EQRL_SORT_H
#define EQRL_SORT_H

#include <stdint.h>

void sort_doubles(double *v, int n);
void sort_ints(int *v, int n);

/* order[]: the indices of n keys, none of them below 0, by rising key; those of equal keys in rising order. Linear in n
 * (radix sort). */
void sort_order(const int32_t *key, int n, int32_t *order);

#endif
