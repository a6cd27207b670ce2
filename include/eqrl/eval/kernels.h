/* kernels.h — what the evaluator does to one block of rows, for one instruction set.
 *
 * kernels.c is compiled once for each of x86-64-v2, v3 and v4 and makes its functions from ops.def;
 * kernels_choose() picks the widest set that this CPU runs. All functions work on ROWS_BLOCK rows,
 * assume no alignment and keep no state.
 *
 * Accuracy: + - * / sqrt neg inv abs and their compositions are as IEEE 754 rounds them. exp log
 * pow and the circular, arc and hyperbolic functions are glibc's vector versions: at most 4 ulp
 * from the exact value, so sets may differ in the last bits. NaN, infinities, zeros' signs apart,
 * and denormals are as the scalar library gives them; a value does not depend on its place in the
 * block. Floating-point exception flags are not meaningful (-fno-trapping-math). */
#ifndef EQRL_KERNELS_H
#define EQRL_KERNELS_H

#include "eqrl/expr/expr.h"

#include <stdbool.h>

/* Which operands are blocks; a scalar operand is a pointer to one double. Unary: OPERANDS_BB,
 * b unused. */
enum operands { OPERANDS_BB, OPERANDS_BS, OPERANDS_SB, OPERANDS_KINDS };

/* Which adjoints a derivative kernel writes. */
enum wanted { WANT_A, WANT_B, WANT_AB, WANT_KINDS };

typedef void value_kernel(double *restrict v, const double *a, const double *b);

/* ga = g · ∂v/∂a and gb = g · ∂v/∂b; the one not wanted may be NULL. */
typedef void partial_kernel(double *restrict ga, double *restrict gb, const double *g, const double *v, const double *a,
			    const double *b);

enum {
	KERNEL_LANES = 8, /* partial sums of a reduction: the same on every instruction set */
	MOMENT_PAIRS = EXPR_MAX_CONSTS * (EXPR_MAX_CONSTS + 1) / 2,
};

/* Sums that are kept as partial sums, lane by lane, until all blocks are in. */
struct moment_lanes {
	double rr[KERNEL_LANES];
	double jr[EXPR_MAX_CONSTS][KERNEL_LANES];
	double jj[MOMENT_PAIRS][KERNEL_LANES]; /* lower triangle by rows */
};

struct kernels {
	const char *name; /* "v2", "v3", "v4" */
	value_kernel *value[OP_COUNT][OPERANDS_KINDS];
	partial_kernel *partial[OP_COUNT][OPERANDS_KINDS][WANT_KINDS];

	/* ∂v/∂a, ∂v/∂b is 1 whatever the operands: the adjoint passes through unchanged. */
	bool unit_a[OP_COUNT], unit_b[OP_COUNT];

	bool (*all_finite)(const double *v);
	void (*subtract)(double *restrict r, const double *a, const double *b);

	/* out += s · v */
	void (*add_scaled)(double *restrict out, double s, const double *v);

	/* √w · v, and 0 where w = 0 whatever v is. out may be v. */
	void (*weigh)(double *out, const double *w, const double *v);

	/* v, and 0 where v is not finite. out may be v. */
	void (*zero_nonfinite)(double *out, const double *v);

	/* rr += r·r, jr[p] += j[p]·r, jj[p,q] += j[p]·j[q] for q ≤ p < k. */
	void (*accumulate)(struct moment_lanes *m, const double *r, const double *const *j, int k);
};

/* The widest set that this CPU runs, or the one that environment variable EQRL_ISA names (v2, v3,
 * v4) if the CPU runs it. */
const struct kernels *kernels_choose(void);

/* The set of that name, or NULL if there is none or this CPU does not run it. */
const struct kernels *kernels_find(const char *name);

extern const struct kernels kernels_v2, kernels_v3, kernels_v4;

#endif
