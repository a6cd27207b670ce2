/* kernels.c — one set of block kernels, made from ops.def; see kernels.h.
 *
 * Compiled once for each instruction set, with KERNELS naming the table that it exports. The loops
 * are plain: the compiler vectorises them, and calls glibc's vector functions (libmvec) where the
 * redeclarations below promise it that those exist. */
#include "eqrl/eval/kernels.h"

#include "eqrl/expr/rows.h"

#include <math.h>
#include <stddef.h>

/* Conditional expressions in ops.def become selects only if the flags of a branch not taken may be
 * raised; nothing reads those flags. */
#pragma GCC optimize("no-trapping-math")

#define VECTOR_FUNCTION(name) __attribute__((simd("notinbranch"), const)) double name(double)
VECTOR_FUNCTION(exp);
VECTOR_FUNCTION(log);
VECTOR_FUNCTION(sin);
VECTOR_FUNCTION(cos);
VECTOR_FUNCTION(tan);
VECTOR_FUNCTION(asin);
VECTOR_FUNCTION(acos);
VECTOR_FUNCTION(atan);
VECTOR_FUNCTION(sinh);
VECTOR_FUNCTION(cosh);
VECTOR_FUNCTION(tanh);
VECTOR_FUNCTION(erf);
VECTOR_FUNCTION(cbrt);
VECTOR_FUNCTION(log2);
VECTOR_FUNCTION(log10);
__attribute__((simd("notinbranch"), const)) double pow(double, double);

#define EACH_ROW for (int i = 0; i < ROWS_BLOCK; i++)

/* The operands of one row for each kind of operands. A scalar is read once, before the loop. */
#define BB_READ
#define BB_ROW	double a = pa[i], b = pb[i];
#define BS_READ const double b = *pb;
#define BS_ROW	double a = pa[i];
#define SB_READ const double a = *pa;
#define SB_ROW	double b = pb[i];
#define U_READ
#define U_ROW double a = pa[i], b = a;

#define VALUE_KERNEL(id, kind, V)                                                                                      \
	static void value_##id##_##kind(double *restrict pv, const double *pa, const double *pb)                       \
	{                                                                                                              \
		kind##_READ EACH_ROW                                                                                   \
		{                                                                                                      \
			kind##_ROW(void) a, (void)b;                                                                   \
			pv[i] = V;                                                                                     \
		}                                                                                                      \
	}

#define PARTIAL_KERNEL(id, kind, want, STORE)                                                                          \
	static void partial_##id##_##kind##_##want(double *restrict ga, double *restrict gb, const double *g,          \
						   const double *pv, const double *pa, const double *pb)               \
	{                                                                                                              \
		kind##_READ EACH_ROW                                                                                   \
		{                                                                                                      \
			kind##_ROW double v = pv[i];                                                                   \
			(void)a, (void)b, (void)v;                                                                     \
			STORE                                                                                          \
		}                                                                                                      \
	}

#define PARTIAL_KERNELS(id, kind, DA, DB)                                                                              \
	PARTIAL_KERNEL(id, kind, A, ga[i] = g[i] * (DA);)                                                              \
	PARTIAL_KERNEL(id, kind, B, gb[i] = g[i] * (DB);)                                                              \
	PARTIAL_KERNEL(id, kind, AB, ga[i] = g[i] * (DA); gb[i] = g[i] * (DB);)

#define KERNELS_ARITY_1(id, V, DA, DB)                                                                                 \
	VALUE_KERNEL(id, U, V)                                                                                         \
	PARTIAL_KERNEL(id, U, A, ga[i] = g[i] * (DA);)

#define KERNELS_ARITY_2(id, V, DA, DB)                                                                                 \
	VALUE_KERNEL(id, BB, V)                                                                                        \
	VALUE_KERNEL(id, BS, V)                                                                                        \
	VALUE_KERNEL(id, SB, V)                                                                                        \
	PARTIAL_KERNELS(id, BB, DA, DB)                                                                                \
	PARTIAL_KERNELS(id, BS, DA, DB)                                                                                \
	PARTIAL_KERNELS(id, SB, DA, DB)

#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, ...)                             \
	KERNELS_ARITY_##arity(id, VALUE, DA, DB)
#include "eqrl/expr/ops.def"
#undef OP

/* The reductions name their vectors, so that every instruction set adds in the same order. */
typedef double lanes __attribute__((vector_size(KERNEL_LANES * sizeof(double)), aligned(8), may_alias));

enum { STEPS = ROWS_BLOCK / KERNEL_LANES };

static bool all_finite(const double *v)
{
	const lanes *x = (const lanes *)v;
	lanes zero = x[0] * 0.0;
	double sum = 0;

	for (int i = 1; i < STEPS; i++)
		zero += x[i] * 0.0;
	for (int i = 0; i < KERNEL_LANES; i++)
		sum += zero[i];
	return sum == 0; /* 0 · NaN and 0 · ∞ are NaN */
}

static void subtract(double *restrict r, const double *a, const double *b)
{
	EACH_ROW r[i] = a[i] - b[i];
}

static void add_scaled(double *restrict out, double s, const double *v)
{
	EACH_ROW out[i] += s * v[i];
}

/* These two may work in place: a row needs nothing of another. */
static void weigh(double *out, const double *w, const double *v)
{
#pragma GCC ivdep
	EACH_ROW out[i] = w[i] > 0 ? sqrt(w[i]) * v[i] : 0.0;
}

static void zero_nonfinite(double *out, const double *v)
{
#pragma GCC ivdep
	EACH_ROW out[i] = v[i] * 0.0 == 0.0 ? v[i] : 0.0;
}

/* Σ over the steps of one block, lane by lane, in two chains to hide the latency of addition. */
static inline void add_product(double *sum, const lanes *x, const double *other)
{
	const lanes *y = (const lanes *)other;
	lanes even = x[0] * y[0], odd = x[1] * y[1];

	for (int i = 2; i < STEPS; i += 2) {
		even += x[i] * y[i];
		odd += x[i + 1] * y[i + 1];
	}
	*(lanes *)sum += even + odd;
}

static void accumulate(struct moment_lanes *m, const double *r, const double *const *j, int k)
{
	double(*row)[KERNEL_LANES] = m->jj;

	add_product(m->rr, (const lanes *)r, r);
	for (int p = 0; p < k; p++) {
		lanes x[STEPS];

		for (int i = 0; i < STEPS; i++)
			x[i] = ((const lanes *)j[p])[i];
		add_product(m->jr[p], x, r);
		for (int q = 0; q < p; q++)
			add_product(row[q], x, j[q]);
		add_product(row[p], x, j[p]);
		row += p + 1;
	}
}

#define TEXT(x)	       #x
#define NAME_OF(table) TEXT(table)
#define IS_ONE(D)      (__builtin_strcmp(D, "1.0") == 0)

#define PARTIALS_OF(id, kind)                                                                                          \
	{                                                                                                              \
		partial_##id##_##kind##_A, partial_##id##_##kind##_B, partial_##id##_##kind##_AB                       \
	}
#define VALUES_ARITY_1(id)                                                                                             \
	{                                                                                                              \
		value_##id##_U, NULL, NULL                                                                             \
	}
#define VALUES_ARITY_2(id)                                                                                             \
	{                                                                                                              \
		value_##id##_BB, value_##id##_BS, value_##id##_SB                                                      \
	}
#define PARTIALS_ARITY_1(id)                                                                                           \
	{                                                                                                              \
		{partial_##id##_U_A, NULL, NULL}, {NULL},                                                              \
		{                                                                                                      \
			NULL                                                                                           \
		}                                                                                                      \
	}
#define PARTIALS_ARITY_2(id)                                                                                           \
	{                                                                                                              \
		PARTIALS_OF(id, BB), PARTIALS_OF(id, BS), PARTIALS_OF(id, SB)                                          \
	}

const struct kernels KERNELS = {
	.name = NAME_OF(KERNELS) + sizeof("kernels_") - 1,
	.value =
		{
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, ...)                             \
	[OP_##id] = VALUES_ARITY_##arity(id),
#include "eqrl/expr/ops.def"
#undef OP
		},
	.partial =
		{
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, ...)                             \
	[OP_##id] = PARTIALS_ARITY_##arity(id),
#include "eqrl/expr/ops.def"
#undef OP
		},
	.unit_a =
		{
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, ...) [OP_##id] = IS_ONE(#DA),
#include "eqrl/expr/ops.def"
#undef OP
		},
	.unit_b =
		{
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, ...) [OP_##id] = IS_ONE(#DB),
#include "eqrl/expr/ops.def"
#undef OP
		},
	.all_finite = all_finite,
	.subtract = subtract,
	.add_scaled = add_scaled,
	.weigh = weigh,
	.zero_nonfinite = zero_nonfinite,
	.accumulate = accumulate,
};
