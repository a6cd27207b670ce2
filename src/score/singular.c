/* singular.c — what a singularity costs in the choice; see choice.h. */
#include "choice.h"

#include <math.h>

/* Of 229 laws of physics and dynamics (Feynman's lectures, SRSD, ODEBench) 3 are singular among their own rows. */
#define SINGULAR_LAWS 3.0
#define LAWS	      229.0

/* What a row is off at a pole, in standard deviations of the target: as in cross-validation, it counts for no more than some
 * wrong rows. */
#define MISSED 10.0

/* What passes for the same error: one of 200 rows is known no better than to √(2/200). */
#define SIMILAR 0.1

/* A singular equation is a law that has its pole there, which few have: the logarithm of how few. Or it is a makeshift, and
 * then it pays for what comes between the rows as well: the next row meets the place with probability 1/(n + 2) (Laplace's
 * rule of succession: none of n has) and is then MISSED off. That counts up to a similar error, since a law that is
 * much better than all regular equations is none the less one for being singular. */
double singular_price(const struct pareto_entry *e, int n)
{
	double risk = MISSED * MISSED / (n + 2);

	if (!regularity_is_singular(&e->regularity))
		return 0;
	return log((LAWS - SINGULAR_LAWS) / SINGULAR_LAWS) + 0.5 * n * log1p(fmin(risk / e->fvu_all, SIMILAR));
}
