/* semantic.h — what a subtree would have to be for the whole to meet the target: semantic back-propagation
 * (Wieloch and Krawiec, GECCO 2013; Pawlak, Wieloch and Krawiec, IEEE TEC 19, 2015).
 *
 * On the way from the root to the subtree every operator is inverted, with the values of what stands beside the way:
 * in a*exp(b*x) + c the place of b*x has to be log((y − c)/a). Where an operator has several inverses the principal
 * one is taken: the positive root, the angle nearest 0. */
#ifndef EQRL_SEMANTIC_H
#define EQRL_SEMANTIC_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"
#include "eqrl/eval/tape.h"

/* Computes what the subtree of e at `node` would have to be in each row; where nothing would do, that is not finite. target
 * and scratch hold rows->n + ROWS_BLOCK numbers. The tape is left bound to something else. */
void semantic_targets(struct tape *tape, const struct expr *e, int node, const struct rows *rows, double *target,
		      double *scratch);

#endif
