/* task_auditor.h — verdicts on answers of tasks, by other means than the program's: plain enumeration. */
#ifndef EQRL_TESTS_TASK_AUDITOR_H
#define EQRL_TESTS_TASK_AUDITOR_H

#include "eqrl/domain/domain.h"

/* Whether the tokens, with EOS or without, are a right answer. */
bool audit_answer(const struct prompt *p, const uint8_t *tokens, int n);

/* An exact fraction that need not be in lowest terms. */
struct fraction {
	long long num, den;
};

/* a op b; false: it divides by zero. */
bool audit_step(int token, struct fraction a, struct fraction b, struct fraction *out);

/* Whether n values can be computed with to reach the target, using all of them if that is asked for. */
bool audit_reach(const struct fraction *value, int n, int target, bool all);

#endif
