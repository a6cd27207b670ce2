/* manifest_key.h — private to batch: what makes two runs the same. */
#ifndef EQRL_MANIFEST_KEY_H
#define EQRL_MANIFEST_KEY_H

#include "eqrl/base/error.h"
#include "eqrl/options/options.h"

#include <stdint.h>

/* The weights that were hashed last, since many runs have the same. Starts as {0}; path is the owner's to free. */
struct hashed_weights {
	char *path;
	uint64_t hash;
};

/* Sixteen hex digits: a hash of the options that can change the result, of the seed, and of the contents of data, --test
 * and weights. Fails where a file cannot be read. */
enum status manifest_key(const struct options *o, struct hashed_weights *weights, char out[17]);

#endif
