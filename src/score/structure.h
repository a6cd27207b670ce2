/* structure.h — private to score: what the structure of an equation has to pay before any data are seen. */
#ifndef EQRL_STRUCTURE_H
#define EQRL_STRUCTURE_H

#include "eqrl/eval/tape.h"
#include "eqrl/expr/expr.h"

/* Nats by which an equation is less to be expected than a shorter or plainer one: a price for every node, and what is rare in
 * laws of science pays on top. node: nats a node. */
double structure_price(const struct expr *e, double node);

/* Nats that its constants pay for their size: ln(1 + |log₁₀|c||) each, Elias' way to write how many digits stand before or
 * behind the point. 2.8e-150 is a stranger to a table of lengths and times. */
double magnitude_price(const struct expr *e);

/* Nats that its waves pay: ln(1 + how many periods of it the rows see) each. A slow wave is one of few; among the thousands of
 * a fast one some follow any rows. Binds the tape. */
double wave_price(struct tape *t, const struct expr *e, const struct rows *rows);

#endif
