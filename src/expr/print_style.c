/* print_style.c — the tables of style.h for single equations. */
#include "eqrl/expr/style.h"

static const struct operator_form text_forms[OP_COUNT] = {
	ARITHMETIC_FORMS,
	[OP_POW] = {"#1^#2", POWER, ATOM, POWER},
	[OP_SQUARE] = {"#1^2", POWER, ATOM, 0},
	[OP_CUBE] = {"#1^3", POWER, ATOM, 0},
};

static const struct operator_form latex_forms[OP_COUNT] = {
	[OP_ADD] = {"#1 + #2", SUM, SUM, SUM},
	[OP_SUB] = {"#1 - #2", SUM, SUM, PRODUCT},
	[OP_MUL] = {"#1 \\, #2", PRODUCT, PRODUCT, PRODUCT},
	[OP_DIV] = {"\\frac{#1}{#2}", POWER, 0, 0},
	[OP_NEG] = {"-#1", SIGN, PRODUCT, 0},
	[OP_POW] = {"#1^{#2}", POWER, ATOM, 0},
	[OP_INV] = {"\\frac{1}{#1}", POWER, 0, 0},
	[OP_SQUARE] = {"#1^{2}", POWER, ATOM, 0},
	[OP_CUBE] = {"#1^{3}", POWER, ATOM, 0},
	[OP_SQRT] = {"\\sqrt{#1}", ATOM, 0, 0},
	[OP_EXP] = {"e^{#1}", POWER, 0, 0},
	[OP_ASIN] = {"\\arcsin\\left(#1\\right)", ATOM, 0, 0},
	[OP_ACOS] = {"\\arccos\\left(#1\\right)", ATOM, 0, 0},
	[OP_ATAN] = {"\\arctan\\left(#1\\right)", ATOM, 0, 0},
	[OP_ABS] = {"\\left|#1\\right|", ATOM, 0, 0},
	[OP_MOD] = {"\\left(#1 \\bmod #2\\right)", ATOM, POWER, POWER},
	[OP_FLOOR] = {"\\left\\lfloor #1 \\right\\rfloor", ATOM, 0, 0},
	[OP_ROUND] = {"\\left\\lfloor #1 \\right\\rceil", ATOM, 0, 0},
	[OP_SIGN] = {"\\operatorname{sgn}\\left(#1\\right)", ATOM, 0, 0},
	[OP_STEP] = {"\\mathbf{1}_{#1 \\geq 0}", ATOM, SUM, 0},
	[OP_ERF] = {"\\operatorname{erf}\\left(#1\\right)", ATOM, 0, 0},
	[OP_LOG10] = {"\\log_{10}\\left(#1\\right)", ATOM, 0, 0},
	[OP_LOG2] = {"\\log_{2}\\left(#1\\right)", ATOM, 0, 0},
	[OP_CBRT] = {"\\sqrt[3]{#1}", ATOM, 0, 0},
};

const struct operator_form sympy_forms[OP_COUNT] = {
	ARITHMETIC_FORMS, [OP_POW] = {"#1**#2", POWER, ATOM, POWER}, [OP_INV] = {"1/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"#1**2", POWER, ATOM, 0}, [OP_CUBE] = {"#1**3", POWER, ATOM, 0},
	[OP_ABS] = {"$Abs(#1)", ATOM, 0, 0}, [OP_MIN] = {"$Min(#1, #2)", ATOM, 0, 0},
	[OP_MAX] = {"$Max(#1, #2)", ATOM, 0, 0}, [OP_MOD] = {"$Mod(#1, #2)", ATOM, 0, 0},
	/* ties to even, which SymPy has no function for */
	[OP_ROUND] = {"($floor(#1/2 + $Rational(1, 4)) + $ceiling(#1/2 - $Rational(1, 4)))", ATOM, ATOM, 0},
	[OP_STEP] = {"$Heaviside(#1, 1)", ATOM, 0, 0}, [OP_LOG10] = {"$log(#1, 10)", ATOM, 0, 0},
	[OP_LOG2] = {"$log(#1, 2)", ATOM, 0, 0},
	[OP_CBRT] = {"($sign(#1)*$Abs(#1)**$Rational(1, 3))", ATOM, 0, 0}, /* cbrt is complex below 0 */
};

static const struct operator_form python_forms[OP_COUNT] = {
	ARITHMETIC_FORMS,
	/* not **: Python makes complex numbers of negative bases, and integers of integers */
	[OP_POW] = {"np.float_power(#1, #2)", ATOM, 0, 0}, [OP_INV] = {"1/#1", PRODUCT, POWER, 0},
	[OP_SQUARE] = {"#1**2", POWER, ATOM, 0}, [OP_CUBE] = {"#1**3", POWER, ATOM, 0},
	[OP_ASIN] = {"np.arcsin(#1)", ATOM, 0, 0}, [OP_ACOS] = {"np.arccos(#1)", ATOM, 0, 0},
	[OP_ATAN] = {"np.arctan(#1)", ATOM, 0, 0}, [OP_MIN] = {"np.minimum(#1, #2)", ATOM, 0, 0},
	[OP_MAX] = {"np.maximum(#1, #2)", ATOM, 0, 0}, [OP_STEP] = {"np.heaviside(#1, 1.0)", ATOM, 0, 0},
	[OP_ERF] = {"np.vectorize(math.erf, otypes=[float])(#1)", ATOM, 0, 0}, /* NumPy has none */
};

static const struct operator_form c_forms[OP_COUNT] = {
	C_FORMS,
	/* fmin and fmax would hide a NaN */
	[OP_MIN] = {"(#1 < #2 || isnan(#1) ? #1 : #2)", ATOM, ATOM, ATOM},
	[OP_MAX] = {"(#1 > #2 || isnan(#1) ? #1 : #2)", ATOM, ATOM, ATOM},
	/* fmod has the sign of the first operand */
	[OP_MOD] = {"(fmod(#1, #2) != 0.0 && (fmod(#1, #2) < 0.0) != (#2 < 0.0) ? fmod(#1, #2) + #2 : fmod(#1, #2))",
		    ATOM, ATOM, ATOM},
	[OP_SIGN] = {"(#1 > 0.0 ? 1.0 : #1 < 0.0 ? -1.0 : #1)", ATOM, ATOM, 0},
	[OP_STEP] = {"(#1 >= 0.0 ? 1.0 : #1 < 0.0 ? 0.0 : #1)", ATOM, ATOM, 0},
};

/* clang-format off */
const struct style print_style[NOTATION_COUNT] = {
	[NOTATION_TEXT] = {.forms = text_forms, .prefix = "", .open = "(", .close = ")", .pi = "pi", .points = true},
	[NOTATION_LATEX] = {.forms = latex_forms, .prefix = "\\", .open = "\\left(", .close = "\\right)", .pi = "\\pi",
			    .fractions = true, .dotted = {"#1 \\cdot #2", PRODUCT, PRODUCT, PRODUCT},
			    .number = latex_number, .name = latex_name},
	[NOTATION_SYMPY] = {.forms = sympy_forms, .prefix = "", .open = "(", .close = ")", .pi = "pi",
			    .reserved = reserved_sympy, .points = true},
	[NOTATION_PYTHON] = {.forms = python_forms, .prefix = "np.", .open = "(", .close = ")", .pi = "np.pi",
			     .reserved = reserved_python, .points = true},
	[NOTATION_C] = {.forms = c_forms, .prefix = "", .open = "(", .close = ")", .pi = "3.141592653589793",
			.reserved = reserved_c, .whole = ".0", .multiply = true},
};
/* clang-format on */

const char *const notation_name[NOTATION_COUNT] = {
	[NOTATION_TEXT] = "text",     [NOTATION_LATEX] = "latex", [NOTATION_SYMPY] = "sympy",
	[NOTATION_PYTHON] = "python", [NOTATION_C] = "c",	  [NOTATION_JSON] = "json",
};
