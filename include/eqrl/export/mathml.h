/* mathml.h — an equation typeset by a browser: MathML Core, which needs neither a font nor a script from elsewhere. */
#ifndef EQRL_MATHML_H
#define EQRL_MATHML_H

#include "eqrl/base/str.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/names.h"

/* Appends "target = right-hand side" as <math> elements with blanks between them: one up to the first term of the sum
 * that it is, and one for each further term with its sign, since browsers break lines between elements alone. log is
 * the natural logarithm and is written ln. names has the target. */
void mathml_equation(struct str *out, const struct expr *e, const struct names *names);

/* Appends the right-hand side without a <math> around it. */
void mathml_expr(struct str *out, const struct expr *e, const struct names *names);

#endif
