/* tasks.h — private to the commands that ask a policy of tasks. */
#ifndef EQRL_CLI_TASKS_H
#define EQRL_CLI_TASKS_H

#include "eqrl/domain/domain.h"
#include "eqrl/options/options.h"

/* infer --domain NAME 'QUESTION' */
enum status answer_question(const struct options *o, const char *question);

/* eval --domain NAMES */
enum status evaluate_tasks(const struct options *o);

/* Compares the verdicts on right, changed and random answers with those of another tool, and prints a line for the level.
 * ST_INTERNAL if they differ. */
enum status audit_level(const struct domain *d, int level, uint64_t seed);

#endif
