/* structure.h — private to score: what the structure of an equation has to pay before any data are seen. */
#ifndef EQRL_STRUCTURE_H
#define EQRL_STRUCTURE_H

#include "eqrl/eval/tape.h"
#include "eqrl/expr/expr.h"

/* Nats by which an equation is less to be expected than a shorter or plainer one: a price for every node, and what is rare in
 * laws of science pays on top. A curve of the textbooks (textbook.h) pays no more than such a curve does: see there.
 * node: nats a node; form: of textbook_find. */
double structure_price(const struct expr *e, int form, double node);

/* Nats that its constants pay for their size: ln(1 + |log₁₀|c||) each, Elias' way to write how many digits stand before or
 * behind the point. 2.8e-150 is a stranger to a table of lengths and times. */
double magnitude_price(const struct expr *e);

/* Nats that the origins of its columns pay (dataset_centre; NULL: none). An exponential or a line of days since the epoch is one of
 * days since last year, with another constant, and pays nothing; a power or a logarithm of them is not, and the origin is one
 * more number in it: an operation, a number, and that number's size. Where it pays it is no curve of the textbooks, either. */
double origin_price(const struct expr *e, const double *origin, const struct rows *rows, double node);

/* Nats that its waves pay: ln(1 + how many periods of it the rows see) each. A slow wave is one of few; among the thousands of
 * a fast one some follow any rows. Binds the tape. */
double wave_price(struct tape *t, const struct expr *e, const struct rows *rows);

/* Nats that waves pay of whose period the rows see fewer than four points: ln 100 each. Binds the tape. */
double undersampled_price(struct tape *t, const struct expr *e, const struct rows *rows);

/* Nats that a node has to pay. Without select rows nothing has checked the structure but the rows that chose it among
 * thousands: it pays more. Both were chosen on fronts of 81 real tables and 600 small ones of textbook laws, where 0.75 to 1.5
 * did about as well; data/results/choice.md has what the rule reaches beside the others. Description length, which asks
 * ln 16 for a node and half of ln n for a constant, names fewer laws. */
#define NODE_PRICE	     1.0
#define UNCHECKED_NODE_PRICE 1.5

#endif
