/* group_fit.h — one form, fitted to groups of rows (rows.h), each with constants of its own, but for those that are shared.
 *
 * fit_constants (fit.h) on rows with groups gives every group all constants of its own: errors are summed, R² is against
 * each group's own mean, and e gets those of the first. Here are the constants of the others, and fits in which some are
 * the same for all.
 *
 * With residuals and derivatives of group m summed to (A_m, g_m), o its own and s the shared constants, a step of
 * Levenberg and Marquardt solves the bordered block-diagonal system by its Schur complement
 *
 *   (Σ A_ss − Σ A_so A_oo⁻¹ A_os) δ_s = −Σ (g_s − A_so A_oo⁻¹ g_o)      δ_o = −A_oo⁻¹ (g_o + A_os δ_s)
 *
 * so its cost rises linearly with the number of groups. Threads: as a fitter. Allocates a matrix for each group. */
#ifndef EQRL_GROUP_FIT_H
#define EQRL_GROUP_FIT_H

#include "eqrl/eval/fit.h"

/* Of one group: c[i] of an equation, and standard errors of the free ones (INFINITY: undetermined; of a shared one the same
 * in all groups). */
struct group_constants {
	double c[EXPR_MAX_CONSTS], error[EXPR_MAX_CONSTS];
};

/* The constants of every group at the end of the last fit_constants on rows with groups, in the order of their members;
 * error is not set. Borrowed until the next fit. */
const struct group_constants *fitter_groups(const struct fitter *f);

/* How much SSE may rise, as a factor, for constants fewer by `fewer` of n_consts on n rows, as fit_price for one. */
double group_price(int n, int n_consts, int fewer);

/* Σ w (f − y)² over the rows of all groups, each with its constants; NaN or infinite where some value is. */
double group_error(struct fitter *f, const struct expr *e, const struct rows *rows, const struct group_constants *c);

/* Minimises it from *c on, the constants in `shared` (bits of c[]) being the same in all groups: those of the first at the
 * beginning. Returns the error; NaN, and *c as it came, if the beginning is not finite. errors: whether standard errors
 * are wanted. */
double group_fit(struct fitter *f, const struct expr *e, const struct rows *rows, uint32_t shared,
		 struct group_constants *c, bool errors);

/* Which constants the groups may share: one after the other those that vary least beside their errors, as long as the
 * rise of the error stays below the price of what is saved. *c and *sse are brought up to date. */
uint32_t group_share(struct fitter *f, const struct expr *e, const struct rows *rows, struct group_constants *c,
		     double *sse);

#endif
