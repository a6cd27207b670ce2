/* relative.h — do the errors of a target grow with it?
 *
 * Squared errors of a target that spans decades are those of its largest values, and suppose that all values are equally
 * sure. Where each is sure to some per cent, the law of the small ones is lost, and the large ones' noise is followed. Which
 * it is, the likelihood says: of curves that are fitted by squares, and of the same curves fitted in logarithms,
 *
 *   squares      n/2 ln(Σ (y − f)² / n)                       logarithms   n/2 ln(Σ (ln y − ln f)² / n) + Σ ln y
 *
 * the least of each kind is compared (both in nats; the last sum makes densities of ln y ones of y). The curves are those
 * that every textbook has for one column, and a product of powers of all of them. */
#ifndef EQRL_RELATIVE_H
#define EQRL_RELATIVE_H

#include "eqrl/expr/rows.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether the target is positive over at least three decades, a curve leaves noise in logarithms and little of it, and is
 * likelier so by far than any is with squares. Looks at 200 rows at most; false of weighted rows. Deterministic. */
bool errors_are_relative(const struct rows *rows, uint64_t seed);

#endif
