/* adamw.c — see adamw.h. */
#include "adamw.h"

#include <math.h>

void adamw_update(float *restrict p, float *restrict m, float *restrict v, const float *restrict g, size_t n,
		  const struct ct_adamw *a)
{
	double step = (double)a->step;
	float b1 = (float)a->beta1, b2 = (float)a->beta2, scale = (float)a->scale, eps = (float)a->eps;
	float rise_m = (float)(1 - a->beta1), rise_v = (float)(1 - a->beta2);
	float keep = (float)(1 - a->lr * a->decay);
	float rate = (float)(a->lr / (1 - pow(a->beta1, step)));
	float unbias = (float)(1 / sqrt(1 - pow(a->beta2, step)));

	for (size_t i = 0; i < n; i++) {
		float gi = g[i] * scale;

		m[i] = b1 * m[i] + rise_m * gi;
		v[i] = b2 * v[i] + rise_v * gi * gi;
		p[i] = keep * p[i] - rate * m[i] / (sqrtf(v[i]) * unbias + eps);
	}
}

enum { LANES = 8 }; /* independent sums, so that the loop vectorises and the order is fixed */

double adamw_square_sum(const float *g, size_t n)
{
	double lane[LANES] = {0}, total = 0;
	size_t i = 0;

	for (; i + LANES <= n; i += LANES)
		for (int l = 0; l < LANES; l++)
			lane[l] += (double)g[i + (size_t)l] * (double)g[i + (size_t)l];
	for (; i < n; i++)
		lane[0] += (double)g[i] * (double)g[i];
	for (int l = 0; l < LANES; l++)
		total += lane[l];
	return total;
}
