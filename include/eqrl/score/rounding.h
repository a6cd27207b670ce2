/* rounding.h — what the digits that a table was written with leave unexplained. */
#ifndef EQRL_ROUNDING_H
#define EQRL_ROUNDING_H

#include "eqrl/expr/rows.h"

/* The share of the variance that the rounding of the written target leaves unexplained: q²/12 over the variance for values that
 * are all multiples of a decimal unit q, or the mean of theirs where each has as many significant digits. About 1e-30 for full
 * doubles and for whole numbers: counts and sequences are exact, and where they are not the error itself says so. */
double rounding_level(const struct rows *rows);

#endif
