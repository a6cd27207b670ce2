/* functions.c — see functions.h. */
#include "functions.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"

#include <string.h>

static const struct function aliases[] = {
	{"ln", OP_LOG, 0},
	{"log2", OP_LOG, 0.69314718055994531},
	{"log10", OP_LOG, 2.3025850929940457},
	{"arcsin", OP_ASIN, 0},
	{"arccos", OP_ACOS, 0},
	{"arctan", OP_ATAN, 0},
	{"fabs", OP_ABS, 0},
	{"Abs", OP_ABS, 0},
};

static bool is_called(const char *known, const char *name, size_t n)
{
	return strncmp(known, name, n) == 0 && known[n] == '\0';
}

bool function_find(const char *name, size_t n, struct function *out)
{
	for (int i = 0; i < OP_COUNT; i++)
		if (is_called(op_info[i].name, name, n)) {
			*out = (struct function){op_info[i].name, (enum op)i, 0};
			return true;
		}
	for (size_t i = 0; i < COUNT_OF(aliases); i++)
		if (is_called(aliases[i].name, name, n)) {
			*out = aliases[i];
			return true;
		}
	return false;
}

const char *function_nearest(const char *word)
{
	const char *known[OP_COUNT + COUNT_OF(aliases)];
	int n = 0;

	for (int i = 0; i < OP_COUNT; i++)
		known[n++] = op_info[i].name;
	for (size_t i = 0; i < COUNT_OF(aliases); i++)
		known[n++] = aliases[i].name;
	return str_nearest(word, known, n);
}
