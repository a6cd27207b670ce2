/* metrics.h — how well predictions meet a target. Weighted; rows of weight 0 count nowhere.
 *
 *   SSE  = Σ w (y − ŷ)²              SST = Σ w (y − ȳ)², ȳ = Σ w y / Σ w
 *   FVU  = NMSE = SSE / SST          R² = 1 − FVU
 *   RMSE = √(SSE / Σ w)              MAE = Σ w |y − ŷ| / Σ w
 *
 * SST is always the target's, never the prediction's. A constant target has SST = 0: FVU is then 0
 * for an exact prediction and infinite otherwise. A prediction that is not finite in any counted
 * row has R² = −∞ and all errors infinite; nothing is clipped. */
#ifndef EQRL_METRICS_H
#define EQRL_METRICS_H

struct target_moments {
	double weight;	/* Σ w */
	double mean;	/* ȳ */
	double sst;	/* Σ w (y − ȳ)² */
	double square;	/* Σ w y² */
	double largest; /* max |y| */
};

struct metrics {
	double sse, fvu, r2, rmse, mae, max_error;
};

/* w: NULL is all 1. */
void target_measure(const double *y, const double *w, int n, struct target_moments *t);
void metrics_measure(const double *y, const double *prediction, const double *w, int n, struct metrics *m);

/* SSE / SST with both guards: never NaN. */
double fvu_of(double sse, double sst);

#endif
