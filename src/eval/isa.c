/* isa.c — the choice among the compiled kernel sets; see kernels.h. */
#include "eqrl/eval/kernels.h"

#include <stdlib.h>
#include <string.h>

const struct kernels *kernels_find(const char *name)
{
	__builtin_cpu_init();
	if (strcmp(name, "v4") == 0 && __builtin_cpu_supports("x86-64-v4"))
		return &kernels_v4;
	if (strcmp(name, "v3") == 0 && __builtin_cpu_supports("x86-64-v3"))
		return &kernels_v3;
	return strcmp(name, "v2") == 0 ? &kernels_v2 : NULL;
}

const struct kernels *kernels_choose(void)
{
	static const char *const widest_first[] = {"v4", "v3", "v2"};
	const char *asked = getenv("EQRL_ISA");
	const struct kernels *k = asked ? kernels_find(asked) : NULL;

	for (int i = 0; !k; i++)
		k = kernels_find(widest_first[i]);
	return k;
}
