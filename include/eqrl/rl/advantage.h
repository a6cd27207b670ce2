/* advantage.h — from rewards to advantages: one row per algorithm.
 *
 * A group is the equations sampled from one encoder context. Equal equations of a group count once: the
 * first keeps its advantage, the others get 0. Groups without variance give no signal (all 0).
 *
 *   grpo       A = (r − mean) / std over the group's different equations     Shao et al. 2024
 *   reinforce  A = (r − b) / s, b and s moving means of reward and of its deviation over steps
 *              (Williams 1992, baseline as in Petersen 2021's vanilla policy gradient)
 *   rloo       A = r − mean of the others' rewards                           Ahmadian et al. 2024
 *   dr_grpo    A = r − mean, not divided: small differences stay small       Liu et al. 2025
 *   risk       A = (r − R) / mean of that over the kept, for the best ε = 0.05 of the group, else 0; R is the best reward
 *              that is not among them (risk-seeking policy gradient, Petersen 2021; there it is not divided)
 *   entropic   A = e^{β(r − max)} / mean over the others − 1, β such that the weights' divergence from uniform is
 *              ln 2 (maximises log E e^{βr}; TTT-Discover, arXiv 2601.16175) */
#ifndef EQRL_ADVANTAGE_H
#define EQRL_ADVANTAGE_H

#include <stdbool.h>
#include <stdint.h>

/* What moves from step to step; saved with checkpoints. */
struct baseline {
	double mean, deviation;
	int64_t steps;
};

struct advantage_row {
	const char *name, *doc;
	/* reward[n] of one group, first[i]: equation i is the first of its kind. Writes out[n]. */
	void (*of_group)(const double *reward, const bool *first, int n, const struct baseline *b, double *out);
};

extern const struct advantage_row advantage_table[]; /* the choices of --algo */
extern const int advantage_rows;

/* After a step: mean and deviation of all its rewards enter the moving baseline (half-life 5 steps). */
void baseline_update(struct baseline *b, const double *reward, const bool *first, int n);

/* Indices of at most k entries that are not 0, largest and smallest advantages in equal parts (the subset
 * of largest variance, as in PODS, arXiv 2504.13818), ascending. Returns their number. */
int advantage_subset(const double *advantage, int n, int k, int *index);

#endif
