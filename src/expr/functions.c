/* functions.c — see functions.h. */
#include "functions.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"

#include <string.h>

static const struct function aliases[] = {
	{"ln", OP_LOG, false},	    {"arcsin", OP_ASIN, false},	 {"arccos", OP_ACOS, false},
	{"arctan", OP_ATAN, false}, {"fabs", OP_ABS, false},	 {"Abs", OP_ABS, false},
	{"ceil", OP_FLOOR, true},   {"ceiling", OP_FLOOR, true}, {"heaviside", OP_STEP, false},
	{"minimum", OP_MIN, false}, {"maximum", OP_MAX, false},	 {"Min", OP_MIN, false},
	{"Max", OP_MAX, false},	    {"sgn", OP_SIGN, false},
};

static bool is_called(const char *known, const char *name, size_t n)
{
	return strncmp(known, name, n) == 0 && known[n] == '\0';
}

bool function_find(const char *name, size_t n, struct function *out)
{
	for (int i = 0; i < OP_COUNT; i++)
		if (is_called(op_info[i].name, name, n)) {
			*out = (struct function){op_info[i].name, (enum op)i, false};
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
