/* net_kernels.c — the kernels of net_kernels_isa.inc for each instruction set. */
#include "net_kernels.h"

#include "eqrl/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define ISA v4
#define TARGET __attribute__((target("arch=x86-64-v4")))
#define LANES 16
#define ROWS 12
#define VSET(s) ((vf)_mm512_set1_ps(s))
#define VMAX(a, b) ((vf)_mm512_max_ps((__m512)(a), (__m512)(b)))
#define VFMA(a, b, c) ((vf)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#include "net_kernels_isa.inc"
#undef ISA
#undef TARGET
#undef LANES
#undef ROWS
#undef VSET
#undef VMAX
#undef VFMA

#define ISA v3
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define LANES 8
#define ROWS 6
#define VSET(s) ((vf)_mm256_set1_ps(s))
#define VMAX(a, b) ((vf)_mm256_max_ps((__m256)(a), (__m256)(b)))
#define VFMA(a, b, c) ((vf)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#include "net_kernels_isa.inc"
#undef ISA
#undef TARGET
#undef LANES
#undef ROWS
#undef VSET
#undef VMAX
#undef VFMA
#endif

/* Any CPU: four lanes in the compiler's own vectors; product and sum are rounded apart. */
#define ISA v2
#define TARGET
#define LANES 4
#define ROWS 4
#define VSET(s) ((vf){(s), (s), (s), (s)})
#define VMAX(a, b) ((vf)((((a) > (b)) & (vi)(a)) | (~((a) > (b)) & (vi)(b))))
#define VFMA(a, b, c) ((a) * (b) + (c))
#include "net_kernels_isa.inc"

const struct net_kernels *const *net_kernels_all(void)
{
	static const struct net_kernels *const sets[] = {
#if defined(__x86_64__)
		&kernels_v4, &kernels_v3,
#endif
		&kernels_v2, NULL,
	};
	int skip = 0;

#if defined(__x86_64__)
	__builtin_cpu_init();
	skip += !__builtin_cpu_supports("x86-64-v4");
	skip += !__builtin_cpu_supports("x86-64-v3");
#endif
	return sets + skip;
}

const struct net_kernels *net_kernels_best(void)
{
	const struct net_kernels *const *sets = net_kernels_all();
	const char *asked = getenv("EQRL_ISA");

	for (int i = 0; asked && sets[i]; i++)
		if (strcmp(sets[i]->name, asked) == 0)
			return sets[i];
	return sets[0];
}

void panels_pack(const struct net_kernels *k, struct panels *p, const float *w, const float *bias,
		 int out, int in)
{
	int n = k->panel, count = (out + n - 1) / n;

	*p = (struct panels){.in = in, .out = out, .padded = count * n};
	p->w = xaligned((size_t)p->padded * (size_t)in * sizeof(*p->w));
	p->bias = xaligned((size_t)p->padded * sizeof(*p->bias));
	memcpy(p->bias, bias, (size_t)out * sizeof(*bias));
	for (int row = 0; row < out; row++) {
		const float *from = w + (size_t)row * (size_t)in;
		float *to = p->w + (size_t)(row / n) * (size_t)in * (size_t)n + row % n;

		for (int i = 0; i < in; i++)
			to[i * n] = from[i];
	}
}

void panels_release(struct panels *p)
{
	free(p->w);
	free(p->bias);
	*p = (struct panels){0};
}
