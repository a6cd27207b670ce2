/* fused_isa.h — the functions behind one struct fused. Files that include this are compiled once per instruction set
 * with ISA = v2, v3 or v4, which becomes part of the functions' names. */
#ifndef EQRL_FUSED_ISA_H
#define EQRL_FUSED_ISA_H

#include "fused.h"

#define ISA_JOIN_(name, isa) name##_##isa
#define ISA_JOIN(name, isa)  ISA_JOIN_(name, isa)
#define ISA_NAME(name)	     ISA_JOIN(name, ISA)

#define fused_attention		 ISA_NAME(fused_attention)
#define fused_attention_backward ISA_NAME(fused_attention_backward)
#define fused_gelu		 ISA_NAME(fused_gelu)
#define fused_gelu_backward	 ISA_NAME(fused_gelu_backward)
#define fused_norm		 ISA_NAME(fused_norm)
#define fused_norm_backward	 ISA_NAME(fused_norm_backward)
#define fused_residual		 ISA_NAME(fused_residual)
#define fused_narrow		 ISA_NAME(fused_narrow)
#define fused_sum		 ISA_NAME(fused_sum)

void fused_attention(const struct span_attention *a);
void fused_attention_backward(const struct span_attention *a);
void fused_gelu(int rows, int cols, bool half, const void *u, const float *bias, void *a);
void fused_gelu_backward(int rows, int cols, bool half, const void *u, const float *bias, void *d, float *dbias);
void fused_norm(int rows, int cols, bool half, const float *x, const float *gain, const float *bias, void *y,
		float *mean, float *rstd);
void fused_norm_backward(int rows, int cols, bool half, const float *x, const float *gain, const float *mean,
			 const float *rstd, const void *dy, const float *rest, float *dx, float *dgain, float *dbias);
void fused_residual(int rows, int cols, bool half, const float *x, const void *o, const float *bias, float *y);
void fused_narrow(int rows, int cols, bool half, const float *x, void *y, float *sum);
void fused_sum(int rows, int cols, bool half, const void *x, float *sum);

#endif
