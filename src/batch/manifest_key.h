/* manifest_key.h — private to batch: what makes two runs the same. */
#ifndef EQRL_MANIFEST_KEY_H
#define EQRL_MANIFEST_KEY_H

#include "eqrl/base/error.h"
#include "eqrl/options/options.h"

/* Sixteen hex digits: a hash of the options that can change the result, of the seed, and of the contents of data, --test
 * and weights. Fails where a file cannot be read. */
enum status manifest_key(const struct options *o, char out[17]);

#endif
