/* policy_file.h — private to policy: what reader and writer of weights share.
 *
 * Beside the keys listed in weights.h the metadata holds "arity": the arity of each token of
 * "vocabulary", so that a file whose "pow" takes one operand is refused and not misread. Only
 * tokens that the weights know are written; others are unknown to whoever reads the file. */
#ifndef EQRL_POLICY_FILE_H
#define EQRL_POLICY_FILE_H

#include "eqrl/policy/weights.h"

#include <stddef.h>

enum { POLICY_FORMAT_VERSION = 1 };

#define POLICY_FORMAT "eqrl-policy"

/* The fields of "network". */
enum { POLICY_FIELDS = 10 };
extern const char *const policy_field_name[POLICY_FIELDS];
int *policy_field(struct net_config *c, int i);

/* Which of the network's tensors have one row (or value) per token, and how many copies of them. */
int policy_vocab_copies(int tensor);

#endif
