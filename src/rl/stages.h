/* stages.h — private to src/rl: the levels of a mix of tasks, one after the other. */
#ifndef EQRL_RL_STAGES_H
#define EQRL_RL_STAGES_H

#include "eqrl/domain/attempts.h"

/* Different levels in the mix. */
int stage_count(const struct task_mix *mix);

/* The stage of a step, from 0: each has so many steps, the last one stays. steps 0: there is one. */
int stage_at(const struct task_mix *mix, int steps, int64_t step);

/* Those of the mix that have the stage's level, the lowest first. */
void stage_levels(const struct task_mix *mix, int stage, struct task_mix *out);

#endif
