/* encode.h — how a table of numbers, or of symbols, is shown to the network.
 *
 * The encoding is part of the weights (its name is in the file and refused when unknown): training,
 * inference and fine-tuning call this one function. Equations stay in the user's units; only this view
 * is normalised. Slot s of the network shows column column_of_slot[s]; unused slots are zeros. */
#ifndef EQRL_ENCODE_H
#define EQRL_ENCODE_H

#include "eqrl/expr/rows.h"

#include <stdint.h>

enum encoding {
	ENCODING_MULTISCALE, /* standardised value, shape of its magnitude, sign, waves; column statistics apart */
	ENCODING_BITS,	     /* the 32 bits of the float, as ±1 */
	ENCODING_SYMBOLS,    /* rows of symbols, each as one among SYMBOL_KINDS */
	ENCODING_COUNT,
};

const char *encoding_name(enum encoding e); /* "multiscale-1", "bits-1", "symbols-1" */
int encoding_find(const char *name);	    /* -1 if unknown */
int encoding_features(enum encoding e);	    /* F: per point, all slots and the target */
int encoding_context(enum encoding e);	    /* G: per data set */

/* A row of symbols: what each field says, 1 … SYMBOL_KINDS - 1, or 0: nothing. */
enum { SYMBOL_FIELDS = 8, SYMBOL_KINDS = 64 };

/* ENCODING_SYMBOLS: rows (n, SYMBOL_FIELDS) → points (n, F); about (SYMBOL_FIELDS) → context (G). */
void encode_symbols(const uint8_t *rows, int n, const uint8_t *about, float *points, float *context);

/* ENCODING_MULTISCALE and ENCODING_BITS. points: (rows->n, F), context: (G). Every value written is finite and of order 1, whatever the data.
 * rows->n is the number of points shown; n_slots ≤ VOCAB_VARS. */
void encode_rows(enum encoding e, const struct rows *rows, const int *column_of_slot, int n_slots, float *points,
		 float *context);

#endif
