/* stages.c — see stages.h. */
#include "stages.h"

/* The next level above `above` that some domain of the mix has, or `above`. */
static int next_level(const struct task_mix *mix, int above)
{
	int next = above;

	for (int i = 0; i < mix->n; i++) {
		int level = mix->level[i].level;

		if (level > above && (next == above || level < next))
			next = level;
	}
	return next;
}

int stage_count(const struct task_mix *mix)
{
	int n = 0;

	for (int level = -1; next_level(mix, level) != level; level = next_level(mix, level))
		n++;
	return n;
}

int stage_at(const struct task_mix *mix, int steps, int64_t step)
{
	int64_t stage = steps ? step / steps : 0, last = stage_count(mix) - 1;

	return (int)(stage < last ? stage : last);
}

void stage_levels(const struct task_mix *mix, int stage, struct task_mix *out)
{
	int level = -1;

	out->n = 0;
	for (int i = stage; i >= 0; i--)
		level = next_level(mix, level);
	for (int i = 0; i < mix->n; i++)
		if (mix->level[i].level == level)
			out->level[out->n++] = mix->level[i];
}
