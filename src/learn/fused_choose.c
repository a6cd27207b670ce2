/* fused_choose.c — the choice among the compiled sets; see fused.h. */
#include "fused.h"

#include <stdlib.h>
#include <string.h>

size_t fused_probabilities(const struct ct_span *spans, int n, int heads)
{
	size_t total = 0;

	for (int i = 0; i < n; i++)
		total += (size_t)spans[i].n_q * (size_t)fused_padded(spans[i].n_k) * (size_t)heads;
	return total;
}

const struct fused *fused_choose(void)
{
	const char *asked = getenv("EQRL_ISA");
	const char *widest = asked ? asked : "v4";

	__builtin_cpu_init();
	if (strcmp(widest, "v4") == 0 && __builtin_cpu_supports("x86-64-v4"))
		return &fused_v4;
	if (strcmp(widest, "v2") != 0 && __builtin_cpu_supports("x86-64-v3"))
		return &fused_v3;
	return &fused_v2;
}
