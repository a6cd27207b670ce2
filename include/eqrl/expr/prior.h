/* prior.h — random equations: what the policy is pretrained on and what the `prior` arm draws.
 *
 * A mixture of random trees (unary and binary operators by their weights in ops.def; shapes in the
 * manner of Lample and Charton 2019, without their uniformity) and of the forms that science writes:
 * products of powers, sums of few terms, ratios, saturation, decay, oscillation, Gaussians, distances.
 * Constants are free (OP_CONST, value 1); values are drawn later, for given inputs. */
#ifndef EQRL_PRIOR_H
#define EQRL_PRIOR_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/bounds.h"

enum prior_form {
	FORM_TREE,     /* random tree */
	FORM_PRODUCT,  /* x1^2 * sqrt(x2) / x3 */
	FORM_SUM,      /* two to five terms */
	FORM_RATIO,    /* (sum or product) / sum */
	FORM_FUNCTION, /* function(argument), alone or times a product */
	FORM_DISTANCE, /* sqrt(x1^2 + x2^2), 1 / ((x1 - x2)^2 + …) */
	FORM_CURVE,    /* saturation, logistic, Gaussian, damped wave, power law, Planck-like */
	FORM_POLYNOMIAL,
	FORM_PAIRS, /* x1*x2 + x3*x4, x1*x2 / (x3 - x4); weight 0 by default */
	FORM_COUNT,
};

struct prior_config {
	double form[FORM_COUNT]; /* weights */
	double vars[16];	 /* weights of 1 … 16 different variables */
	int tree_max_operators;
	double tree_decay;  /* weight of n operators: tree_decay^n */
	int max_len;	    /* nodes */
	uint64_t operators; /* bit per enum op: equations need no other one, or can be spelt without (bounds.h) */
};

extern const char *const prior_form_name[FORM_COUNT];

struct prior_config prior_default(void);

/* One raw equation over columns 0 … n_vars-1 (some may stay unused); false when it outgrew max_len or
 * needs an operator that may not occur. */
bool prior_draw(const struct prior_config *c, int n_vars, struct rng *r, struct expr *out);

/* A number of different variables, 1 … limit, by the weights. */
int prior_draw_vars(const struct prior_config *c, int limit, struct rng *r);

#endif
