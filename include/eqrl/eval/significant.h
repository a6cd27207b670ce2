/* significant.h — significant digits of constants: those that are written, and those that a standard error determines. */
#ifndef EQRL_SIGNIFICANT_H
#define EQRL_SIGNIFICANT_H

/* Of a number as it is printed, without zeros at its beginning or end: 1200 and 0.0012 have two, 0 has none. */
int digits_written(double v);

/* Down to the second digit of its standard error, which is what uncertainties are given with (JCGM 100:2008, 7.2.6): those of
 * 0.827 ± 0.119 are two (0.83 ± 0.12), of 0.827 ± 0.067 three. At least 1 and at most 17; 0 without known error (INFINITY,
 * NaN): the data do not determine it. */
int digits_determined(double v, double error);

#endif
