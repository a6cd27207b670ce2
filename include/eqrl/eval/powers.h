/* powers.h — exponents that the range of what they stand above cannot tell from an exponential.
 *
 * Over a range whose ends have the ratio r, let L = ln r. The best exponential, a·exp(k·u), follows the power u^p so that the
 * logarithms of the two differ by at most |p|·L²/16 (in s = ln(u/middle) they are p·s and p·(eˢ − 1) = p·(s + s²/2 + …); a
 * straight line through s²/2 on ±L/2 leaves L²/16). The logarithm itself spans |p|·L, so that the difference is the share
 * L/16 of it, 1.4 % at r = 1.25 and 14 % at r = 10, however large p is: a large exponent is no finding about powers. It
 * is what a fit makes of growth, decay or activation where an offset or a column far from zero lets it: (1 + u/p)^p
 * tends to exp(u). Beyond some size it is a switch, x^(-700000), that is open in a single row.
 *
 * So exponents are those of laws. The largest that physics derives is the 12 of Lennard-Jones; over a factor of 10 it
 * spans twelve of the sixteen digits of a double. Where the range is below a factor of 1.25, 6 is the largest: what needs
 * more there changes by more than |p|·L = 1.3, a factor of 4, over a quarter of its column, and that is an exponential's. */
#ifndef EQRL_POWERS_H
#define EQRL_POWERS_H

#include "eqrl/eval/interval.h"

#include <stdbool.h>

/* Whether all constant exponents of e, powers of powers, of factors and of terms multiplied out, are such. box[column]: the ranges. */
bool powers_are_plausible(const struct expr *e, const struct interval *box);

#endif
