/* python.c — Python functions: of numbers with math alone, and of NumPy arrays.
 *
 * Python's math raises exceptions where IEEE arithmetic goes on. What cannot become finite again is caught around the whole
 * equation; where an infinity would have become a number again, as in 1/(1 + exp(x)), helpers return it. */
#include "parts.h"

#include <string.h>

static const struct operator_form forms[OP_COUNT] = {
	ARITHMETIC_FORMS,
	[OP_INV] = {"1/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"#1**2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1**3", POWER, ATOM, 0},
	[OP_POW] = {"math.pow(#1, #2)", ATOM, 0, 0}, /* ** makes complex numbers of negative bases */
	[OP_ABS] = {"abs(#1)", ATOM, 0, 0},
	[OP_MIN] = {"@min(#1, #2)", ATOM, 0, 0},
	[OP_MAX] = {"@max(#1, #2)", ATOM, 0, 0},
	[OP_MOD] = {"(#1 % #2)", ATOM, ATOM, ATOM},
	[OP_FLOOR] = {"float(math.floor(#1))", ATOM, 0, 0},
	[OP_ROUND] = {"float(round(#1))", ATOM, 0, 0},
	[OP_SIGN] = {"@sign(#1)", ATOM, 0, 0},
	[OP_STEP] = {"@step(#1)", ATOM, 0, 0},
	[OP_CBRT] = {"@cbrt(#1)", ATOM, 0, 0}, /* math.cbrt is of 3.11 */
};

static const struct operator_form careful[OP_COUNT] = {
	[OP_DIV] = {"@div(#1, #2)", ATOM, 0, 0},	  [OP_INV] = {"@div(1, #1)", ATOM, 0, 0},
	[OP_SQUARE] = {"@pow(#1, 2)", ATOM, 0, 0},	  [OP_CUBE] = {"@pow(#1, 3)", ATOM, 0, 0},
	[OP_POW] = {"@pow(#1, #2)", ATOM, 0, 0},	  [OP_EXP] = {"@grow(math.exp, #1)", ATOM, 0, 0},
	[OP_SINH] = {"@grow(math.sinh, #1)", ATOM, 0, 0}, [OP_COSH] = {"@grow(math.cosh, #1)", ATOM, 0, 0},
	[OP_LOG] = {"@log(math.log, #1)", ATOM, 0, 0},	  [OP_LOG10] = {"@log(math.log10, #1)", ATOM, 0, 0},
	[OP_LOG2] = {"@log(math.log2, #1)", ATOM, 0, 0},  [OP_FLOOR] = {"@whole(math.floor, #1)", ATOM, 0, 0},
	[OP_ROUND] = {"@whole(round, #1)", ATOM, 0, 0},
};

static const struct helper helpers[] = {
	{"min", "def @min(a, b):\n    return a if a < b or a != a else b\n\n\n"},
	{"max", "def @max(a, b):\n    return a if a > b or a != a else b\n\n\n"},
	{"sign", "def @sign(a):\n    return 1.0 if a > 0 else -1.0 if a < 0 else a\n\n\n"},
	{"step", "def @step(a):\n    return 1.0 if a >= 0 else 0.0 if a < 0 else a\n\n\n"},
	{"cbrt", "def @cbrt(a):\n    return math.copysign(abs(a)**(1/3), a)\n\n\n"},
	{"div", "def @div(a, b):  # with infinities\n"
		"    if b:\n"
		"        return a/b\n"
		"    return math.copysign(math.inf, a)*math.copysign(1, b) if a > 0 or a < 0 else math.nan\n\n\n"},
	{"pow", "def @pow(a, b):  # with infinities\n"
		"    try:\n"
		"        return math.pow(a, b)\n"
		"    except (OverflowError, ValueError):\n"
		"        if a < 0 and b % 1:\n"
		"            return math.nan\n"
		"        return math.copysign(math.inf, a) if b % 2 == 1 else math.inf\n\n\n"},
	{"grow", "def @grow(function, a):  # with infinities\n"
		 "    try:\n"
		 "        return function(a)\n"
		 "    except OverflowError:\n"
		 "        return math.copysign(math.inf, function(math.copysign(1, a)))\n\n\n"},
	{"log", "def @log(function, a):  # with infinities\n"
		"    return function(a) if a > 0 else math.nan if a else -math.inf\n\n\n"},
	{"whole", "def @whole(function, a):  # with infinities\n"
		  "    return a if math.isinf(a) else float(function(a))\n\n\n"},
	{0},
};

static const struct style style = {
	.forms = forms,
	.careful = careful,
	.prefix = "math.",
	.open = "(",
	.close = ")",
	.pi = "math.pi",
	.as_named = true,
	.multiply = true,
};
static const struct language python = {"# ", reserved_python, false, &style, helpers, NULL};

void write_python(struct str *out, const struct export_source *x)
{
	struct arguments a;
	struct str body = {0};

	arguments_choose(&a, x, &python);
	print_styled(&body, x->e, &a.names, &style);
	add_heading(out, x, &a, "# ");
	str_add(out, "import math\n\n\n");
	add_helpers(out, helpers, body.data, a.function);
	str_addf(out, "def %s(", a.function);
	add_arguments(out, &a, "");
	str_add(out, "):\n    try:\n        return ");
	add_named(out, body.data, a.function);
	str_add(out, "\n    except (ArithmeticError, ValueError):  # no finite value here\n        return math.nan\n");
	str_release(&body);
	arguments_release(&a);
}

void write_numpy(struct str *out, const struct export_source *x)
{
	const struct language numpy = {"# ", reserved_python, false, &print_style[NOTATION_PYTHON], NULL, NULL};
	struct style named = *numpy.style;
	struct arguments a;
	struct str body = {0};

	arguments_choose(&a, x, &numpy);
	named.as_named = true;
	named.reserved = NULL;
	print_styled(&body, x->e, &a.names, &named);
	add_heading(out, x, &a, "# ");
	str_add(out,
		strstr(body.data, "math.") ? "import math\n\nimport numpy as np\n\n\n" : "import numpy as np\n\n\n");
	str_addf(out, "def %s(", a.function);
	add_arguments(out, &a, "");
	str_add(out, "):\n");
	for (int i = 0; i < a.n; i++)
		str_addf(out, "    %s = np.asarray(%s, dtype=float)\n", a.called[a.column[i]], a.called[a.column[i]]);
	str_addf(out, "    with np.errstate(all=\"ignore\"):\n        return %s\n", body.data);
	str_release(&body);
	arguments_release(&a);
}
