/* significant.h — significant digits of constants: those that are written, and those that a standard error determines. */
#ifndef EQRL_SIGNIFICANT_H
#define EQRL_SIGNIFICANT_H

/* Of a number as it is printed, without zeros at its beginning or end: 1200 and 0.0012 have two, 0 has none. */
int digits_written(double v);

/* Down to where its standard error is rounded by the rule of the Particle Data Group: to two digits if its first three are
 * 100 to 354, to one if they are 355 to 949, and from 950 on it counts as 1000. Those of 0.827 ± 0.119 are two (0.83 ± 0.12), of
 * 0.827 ± 0.367 one (0.8 ± 0.4). At least 1 and at most 17; 0 without known error
 * (INFINITY, NaN): the data do not determine it. */
int digits_determined(double v, double error);

#endif
