/* simplify.h — shorter spellings of the same function, and one spelling for each skeleton.
 *
 * The equation is read into sums and products of any number of operands, where like terms, like
 * factors and constants meet; what is left is written again in a fixed order. Sums keep constants
 * last, products first; then small operands before large ones, then by operator, then by variable.
 *
 * Promises, for both modes: the result is never longer than the input; simplifying it again changes
 * nothing; wherever the input is finite the result is the same function, up to rounding and to
 * overflow of intermediate results (it may be defined at more points: x/x is 1). Exceptions to
 * "same function" in skeleton mode are listed there.
 *
 * Not attempted: expanding brackets, factoring sums, identities of trigonometric functions, joining
 * exp(a) * exp(b).
 *
 * Threads: any. Memory: 100 KB of stack, 450 KB for the most deeply nested equations. Failure:
 * none; an equation that cannot be rewritten (a constant is not finite, it has too many parts)
 * stays as it is. */
#ifndef EQRL_SIMPLIFY_H
#define EQRL_SIMPLIFY_H

#include "eqrl/expr/expr.h"

#include <stdbool.h>
#include <stdint.h>

struct simplify_options {
	/* true: free constants keep values under which the function is the same; a free constant
	 * stays free, and swallows the numbers that it meets in a sum or product. false (skeleton):
	 * a free constant is a placeholder for any number. All are 1 afterwards. Numbers made of
	 * integers and pi that are no single token (2*pi, 1/3, 3*4) become free constants as well.
	 * The set of functions that the constants span is the same or larger, except that
	 * pow(pow(x, c), c) becomes pow(x, c). */
	bool keep_values;
	/* Take factors below roots, logarithms and fractional powers as positive, one by one:
	 * sqrt(c * x) → c * sqrt(x), log(c * x) → log(x) + c, sqrt(square(x)) → x. */
	bool assume_domain;
	/* Bit per column of the first 64 whose values are all positive: abs(x) is x there, sqrt(x^2) too. */
	uint64_t positive;
};

/* Simplifies a valid equation in place, to a fixed point. Free constants that stand at several
 * nodes (tied) keep their identity; constants are renumbered in prefix order. */
void simplify(struct expr *e, const struct simplify_options *o);

/* The canonical skeleton: simplify() in skeleton mode without assumptions on domains. */
void expr_canonical(const struct expr *e, struct expr *out);

/* Hash of the canonical skeleton of e, never 0. Values of free constants do not matter, literals
 * do. */
uint64_t expr_canonical_hash(const struct expr *e);

/* The same of what is a canonical skeleton already, as expr_canonical and expr_strip make them. */
uint64_t expr_hash(const struct expr *canonical);

/* The same up to the names of variables: x1*sin(x2) and x7*sin(x3) agree. Variables are renamed by
 * where they stand. This is a heuristic: two skeletons with equal hashes are equal up to names, but
 * in rare symmetric cases two that are equal get different hashes. */
uint64_t expr_canonical_hash_renamed(const struct expr *e);

#endif
