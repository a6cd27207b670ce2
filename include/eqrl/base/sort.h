/* sort.h — arrays of numbers in rising order. Not for NaN, which has no place in an order. */
#ifndef EQRL_SORT_H
#define EQRL_SORT_H

void sort_doubles(double *v, int n);
void sort_ints(int *v, int n);

#endif
