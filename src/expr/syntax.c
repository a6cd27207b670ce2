/* syntax.c — see syntax.h. */
#include "eqrl/expr/syntax.h"

#include <string.h>

int vocabulary_find(const struct vocabulary *v, const char *name)
{
	for (int t = 0; t < v->n; t++)
		if (strcmp(v->name(t), name) == 0)
			return t;
	return -1;
}
