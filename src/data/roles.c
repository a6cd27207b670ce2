/* roles.c — which rows get which role: by strata of the target, by the order of the rows, or by what belongs together. */
#include "eqrl/base/mem.h"
#include "build.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_TO_STRATIFY = 10000 };

/* ---- stratified by the target ---- */

static int by_rank(const void *a, const void *b)
{
	const struct ranked_row *p = a, *q = b;

	if (p->group != q->group)
		return p->group < q->group ? -1 : 1;
	return p->key != q->key ? (p->key > q->key) - (p->key < q->key) : (p->row > q->row) - (p->row < q->row);
}

void rows_rank(struct ranked_row *row, int n)
{
	qsort(row, (size_t)n, sizeof(*row), by_rank);
}

/* Moves n of the sorted rows to out, one at random from each of n strata of neighbours; what is left stays
 * sorted. Returns how many are left. */
static int draw_strata(struct ranked_row *row, int n_rows, int n, struct rng *r, int32_t *out)
{
	int kept = 0;

	for (int k = 0, at = 0; k < n; k++) {
		int end = (int)((int64_t)n_rows * (k + 1) / n), pick = at + rng_below(r, end - at);

		out[k] = row[pick].row;
		for (; at < end; at++)
			if (at != pick)
				row[kept++] = row[at];
	}
	for (int i = 0; n == 0 && i < n_rows; i++)
		row[kept++] = row[i];
	return kept;
}

/* Order of the rows by role: fit, select, report (where it is split off). Few rows are drawn so that each role has
 * the target's whole range: of 30 fit and 10 select rows, chance alone often gives the one end to one role. Of many
 * rows, where chance gives the same distributions, the order is random. With groups
 * neighbours are those of one group, so that each has rows in every role. */
static void assign_strata(struct build *b, struct rng *r)
{
	int32_t *order = b->main.use;
	int n = b->main.n, report = b->report.n ? 0 : b->sizes.report, left;
	struct ranked_row *row;

	if ((n > ROWS_TO_STRATIFY && !b->grouped) || (report == 0 && b->sizes.select == 0)) {
		rng_shuffle(r, order, n);
		return;
	}
	row = xmalloc(((size_t)n + 1) * sizeof(*row));
	for (int i = 0; i < n; i++)
		row[i] = (struct ranked_row){b->grouped ? b->unit[order[i]] : 0, b->main.y[order[i]], order[i]};
	rows_rank(row, n);
	left = draw_strata(row, n, report, r, order + n - report);
	left = draw_strata(row, left, b->sizes.select, r, order + left - b->sizes.select);
	for (int i = 0; i < left; i++)
		order[i] = row[i].row;
	rng_shuffle(r, order, left);
	rng_shuffle(r, order + left, b->sizes.select);
	rng_shuffle(r, order + n - report, report);
	free(row);
}

/* ---- rows that share their role ---- */

enum { ROLE_FIT, ROLE_SELECT, ROLE_REPORT };

/* Units in random order, handed out from the first on. */
struct deck {
	int n, next;
	int *order, *rows; /* rows of each unit */
};

/* The next units, as many as come nearest to the wanted rows, have this role; at least one unit stays to fit. */
static void give_role(struct deck *d, int wanted, int role, int *role_of)
{
	int taken = 0;

	while (d->next < d->n - 1) {
		int rows = d->rows[d->order[d->next]];

		if (2 * taken + rows > 2 * wanted)
			break;
		taken += rows;
		role_of[d->order[d->next++]] = role;
	}
}

static void draw_units(const struct build *b, struct rng *r, int *role_of)
{
	struct deck d = {.n = b->n_units};

	d.rows = xcalloc(2 * (size_t)d.n, sizeof(*d.rows));
	d.order = d.rows + d.n;
	for (int i = 0; i < b->main.n; i++)
		d.rows[b->unit[b->main.use[i]]]++;
	for (int u = 0; u < d.n; u++)
		d.order[u] = u;
	rng_shuffle(r, d.order, d.n);
	if (b->report.n == 0)
		give_role(&d, b->sizes.report, ROLE_REPORT, role_of);
	give_role(&d, b->sizes.select, ROLE_SELECT, role_of);
	free(d.rows);
}

/* Sizes become what the units allow. */
static void assign_units(struct build *b, struct rng *r)
{
	int *role_of = xcalloc((size_t)b->n_units, sizeof(*role_of)), n[3] = {0}, at = 0;
	int32_t *order = b->main.use, *old = xmalloc(((size_t)b->main.n + 1) * sizeof(*old));

	draw_units(b, r, role_of);
	memcpy(old, order, (size_t)b->main.n * sizeof(*old));
	for (int role = ROLE_FIT; role <= ROLE_REPORT; role++) {
		int first = at;

		for (int i = 0; i < b->main.n; i++)
			if (role_of[b->unit[old[i]]] == role)
				order[at++] = old[i];
		n[role] = at - first;
		rng_shuffle(r, order + first, n[role]);
	}
	b->sizes.fit = n[ROLE_FIT];
	b->sizes.select = n[ROLE_SELECT];
	if (b->report.n == 0)
		b->sizes.report = n[ROLE_REPORT];
	free(old);
	free(role_of);
}

/* ---- in order ---- */

/* The last rows are report rows, those before them select rows; within a role the order is random. */
static void assign_in_order(struct build *b, struct rng *r)
{
	const struct role_sizes *s = &b->sizes;
	int used = s->fit + s->select;

	rng_shuffle(r, b->main.use, s->fit);
	rng_shuffle(r, b->main.use + s->fit, s->select);
	rng_shuffle(r, b->main.use + used, b->main.n - used);
}

/* ---- the choice ---- */

enum status roles_assign(const char *file, struct build *b, struct rng *r)
{
	if (b->unit && !b->grouped)
		assign_units(b, r);
	else if (b->in_order)
		assign_in_order(b, r);
	else
		assign_strata(b, r);
	if (b->sizes.fit < DATASET_MIN_ROWS)
		return fail(
			ST_DATA,
			"%s: rows that belong together leave %d rows to fit, at least %d are needed; hold fewer rows "
			"back with --test",
			file, b->sizes.fit, DATASET_MIN_ROWS);
	return ST_OK;
}
