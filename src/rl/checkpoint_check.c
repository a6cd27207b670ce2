/* checkpoint_check.c — what a restored state must look like, value by value: indices are in range, enums are rows of their
 * tables, numbers that are computed with are finite. A checksum finds accidents; this finds files of other programs. */
#include "checkpoint.h"

#include <math.h>
#include <string.h>

static bool is_share(double x)
{
	return x >= 0 && x <= 1;
}

/* bool is stored as a byte, and any other value than 0 and 1 is not one. */
static bool is_bool(const bool *b)
{
	unsigned char byte;

	memcpy(&byte, b, 1);
	return byte <= 1;
}

static bool is_equation(const struct expr *e, int n_columns)
{
	return expr_valid(e) && expr_columns(e) <= n_columns && !check_numbers("", e->c, (size_t)e->n_consts);
}

const char *check_numbers(const char *what, const void *doubles, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double x;

		memcpy(&x, (const char *)doubles + i * sizeof(x), sizeof(x));
		if (!isfinite(x))
			return what;
	}
	return NULL;
}

static bool is_entry(const struct score *s, int size, int n_columns)
{
	return s->verdict == VERDICT_OK && s->size == size && s->n_consts >= 0 && s->n_consts <= EXPR_MAX_CONSTS &&
	       (s->stage == 1 || s->stage == 2) && s->by >= 0 && s->by < PROPOSERS && s->fvu_fit >= 0 &&
	       s->fvu_fit < 1 && isfinite(s->fvu_select) && is_bool(&s->repeated) &&
	       is_equation(&s->fitted, n_columns) && is_equation(&s->skeleton, n_columns);
}

const char *check_hof(const struct hof *h, int n_columns)
{
	if (h->rows < 0)
		return "rows of the hall of fame";
	for (int size = 0; size <= HOF_MAX_SIZE; size++) {
		if (!is_bool(&h->used[size]) || !is_bool(&h->has_known[size]))
			return "hall of fame";
		if ((h->used[size] &&
		     (!is_entry(&h->best[size], size, n_columns) || !is_entry(&h->likely[size], size, n_columns))) ||
		    (h->has_known[size] && !is_entry(&h->known[size], size, n_columns)))
			return "an equation of the hall of fame";
	}
	return NULL;
}

const char *check_population(const struct population *p, int n_columns)
{
	for (int i = 0; i < ISLANDS; i++) {
		const struct island *is = &p->island[i];

		if (is->n < 0 || is->n > ISLAND_MAX)
			return "size of an island";
		for (int j = 0; j < is->n; j++)
			if (!isfinite(is->member[j].fitness) || !is_equation(&is->member[j].skeleton, n_columns))
				return "a member of the population";
	}
	return NULL;
}

const char *check_elites(const struct elites *e, const struct contexts *contexts, const struct grammar *g)
{
	uint64_t legal[VOCAB_MAX_LEN + 1];

	if (e->n < 0 || e->n > e->capacity || e->capacity < 0 || e->capacity > ELITES_MAX)
		return "number of elites";
	for (int i = 0; i < e->n; i++) {
		const struct elite *x = &e->elite[i];

		if (x->len < 1 || x->len > VOCAB_MAX_LEN + 1 || !isfinite(x->fitness) || x->context < 0 ||
		    x->context >= contexts->n)
			return "an elite";
		for (int t = 0; t < x->len; t++)
			if (x->tokens[t] >= VOCAB_SIZE)
				return "a token of an elite";
		if (grammar_masks(g, x->tokens, x->len, legal) != x->len)
			return "an elite that is no equation";
	}
	return NULL;
}

const char *check_effort(const struct effort *e)
{
	for (int by = 0; by < PROPOSERS; by++)
		if (!(e->gain[by] >= 0) || !(e->spent[by] >= 0) || !isfinite(e->gain[by] + e->spent[by] + e->owed[by]))
			return "effort of a proposer";
	return e->last >= 0 && e->last < PROPOSERS ? NULL : "last proposer";
}

const char *check_pace(const struct pace *p, const struct train_config *c)
{
	if (!is_share(p->best_fvu) || !is_share(p->followed_fvu) || !(p->floor >= 0) || !isfinite(p->floor))
		return "pace: errors";
	if (!(p->temperature > 0) || !isfinite(p->temperature) || !is_share(p->promising))
		return "pace: temperature or share";
	for (int i = 0; i < 2; i++)
		if (!(p->fit_gain[i] >= 0) || !(p->fit_effort[i] >= 0) || !isfinite(p->fit_gain[i] + p->fit_effort[i]))
			return "pace: fits";
	if (p->stalled < 0 || p->stage < 0 || p->stage > VOCAB_MAX_LEN || (p->improved & ~1))
		return "pace: counters";
	return NULL;
}

const char *check_task_stats(const struct task_stats *s)
{
	if (s->turns < 0 || s->turns_written < 0 || s->turns_written > s->turns || s->turns_written > INT32_MAX ||
	    s->equations < 0 || s->first_exact < -1 || s->first_exact_of_all < -1 || !is_bool(&s->exact))
		return "counters of a data set";
	for (int by = 0; by < PROPOSERS; by++)
		if (s->batches[by] < 0 || s->batches[by] > s->turns || s->drawn[by] < 0 || s->improved[by] < 0)
			return "counters of a proposer";
	if (!is_share(s->valid) || !is_share(s->unique) || !isfinite(s->temperature + s->log_fvu))
		return "statistics of a data set";
	if (!isfinite(s->reward_mean + s->reward_best) || !isfinite(s->log_fvu_first + s->log_fvu_last))
		return "rewards of a data set";
	return NULL;
}

const char *check_counts(const struct scorer_counts *n)
{
	if (n->candidates < 0 || n->invalid < 0 || n->cached < 0 || n->fitted_first < 0 || n->fitted_second < 0 ||
	    !(n->node_rows >= 0) || !(n->node_rows_second >= 0) || !isfinite(n->node_rows + n->node_rows_second))
		return "counts of the scorer";
	return NULL;
}

const char *check_cache(const struct cached_score *entry, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		const struct cached_score *e = &entry[i];

		if (e->verdict >= VERDICT_COUNT || e->size > EXPR_MAX_NODES || e->n_consts > EXPR_MAX_CONSTS ||
		    e->stage > 2 || !(e->fvu_fit >= 0) || e->unused)
			return "an entry of the cache";
	}
	return NULL;
}
