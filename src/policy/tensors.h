/* tensors.h — the policy's tensors as pointers, for the forward passes. Private to src/policy. */
#ifndef EQRL_POLICY_TENSORS_H
#define EQRL_POLICY_TENSORS_H

#include "eqrl/policy/weights.h"

/* pointer[i] is tensor i of network.h; free() the array. Valid while p->params is. */
const float **policy_tensors(const struct policy *p);

#endif
