/* proposer.c — the table of proposer.h: who may propose when, and how many at once. */
#include "proposer.h"

#include "eqrl/score/hof.h"
#include "eqrl/expr/textbook.h"
#include "eqrl/search/sparse.h"

#include <math.h>
#include <string.h>

enum { LEAST_ROWS = 6 };

const char *proposer_name(int by)
{
	return by > 0 && by < PROPOSERS ? proposer_table[by].name : NULL;
}

int proposer_named(const char *name)
{
	for (int by = 1; by < PROPOSERS && name; by++)
		if (strcmp(proposer_table[by].name, name) == 0)
			return by;
	return BY_NOBODY;
}

static bool is_never_able(const struct train_config *c, const struct task_view *v)
{
	return false;
}

static int count_none(const struct train_config *c, double share)
{
	return 0;
}

static bool policy_is_able(const struct train_config *c, const struct task_view *v)
{
	return !c->from_prior && v->writable;
}

/* Whole groups: so many that a policy with little to do learns from all that it writes, and one with much to do picks
 * the most telling of many. */
static int count_written(const struct train_config *c, double share)
{
	int groups = c->batch / c->group_size, wanted = (int)nearbyint(share * groups);

	if (groups <= 1)
		return c->batch;
	return c->group_size * (wanted < 1 ? 1 : wanted > groups ? groups : wanted);
}

static bool prior_is_able(const struct train_config *c, const struct task_view *v)
{
	return c->from_prior;
}

/* A whole batch to begin with; beside evolution a trickle of new blood, as much as a group of the policy. */
static int count_from_prior(const struct train_config *c, double share)
{
	return share < 1 && c->batch >= 4 ? c->batch / 4 : c->batch;
}

static bool variation_is_able(const struct train_config *c, const struct task_view *v)
{
	return c->offspring > 0 && (!population_empty(v->population) || bounds_have_form(v->bounds));
}

static int count_offspring(const struct train_config *c, double share)
{
	return c->offspring;
}

/* As many as there is room for. */
static int count_all(const struct train_config *c, double share)
{
	return c->batch > c->offspring ? c->batch : c->offspring;
}

/* Each once. */
static bool guess_is_able(const struct train_config *c, const struct task_view *v)
{
	return v->batches[BY_GUESS] * count_all(c, 1) < v->hints->n;
}

static bool textbook_is_able(const struct train_config *c, const struct task_view *v)
{
	return c->textbook && !bounds_have_form(v->bounds) && v->batches[BY_TEXTBOOK] == 0;
}

/* It needs some rows for each of its terms, and as many places for the equations of a view as a view may have. */
static bool sparse_is_able(const struct train_config *c, const struct task_view *v)
{
	return c->sparse && !bounds_have_form(v->bounds) && c->offspring >= SPARSE_MOST && v->d->fit.n >= LEAST_ROWS;
}

static int count_regressions(const struct train_config *c, double share)
{
	int views = c->offspring / SPARSE_MOST;

	return SPARSE_MOST * (views < REGRESS_VIEWS ? views : REGRESS_VIEWS);
}

/* Under a template completions are of functions that are called once. */
static bool has_part(const struct bounds *b)
{
	bool any = !bounds_have_form(b);

	for (int f = 0; f < b->form.n_functions; f++)
		any |= b->form.function[f].calls == 1;
	return any;
}

/* A cut is shown to the policy as a table of its own, so every column needs a slot. */
static bool completion_is_able(const struct train_config *c, const struct task_view *v)
{
	bool has_front = false;

	for (int size = 1; size <= HOF_MAX_SIZE; size++)
		has_front |= v->hof->used[size];
	return !c->from_prior && has_part(v->bounds) && c->offspring > 0 && c->complete > 0 &&
	       v->d->n_columns <= VOCAB_VARS && has_front;
}

static int count_completions(const struct train_config *c, double share)
{
	return (int)ceil(c->complete * c->offspring);
}

/* cost: an offspring is varied, stripped and checked in 45 microseconds; a view of sparse regression takes 5 milliseconds in
 * the mean over laws of four to six columns, for eight equations at most; an equation of the generator 30.
 * least: neither policy nor evolution becomes idle, since what pays off changes; an eighth of the effort costs a run in
 * which it pays nothing as much time. Completion needs a front worth completing: half of that. Sparse regression finds
 * what it can find in its first views, within a tenth of a second; later ones seldom pay. The prior's trickle is a twentieth, as much as it was when a step had 32 draws for 512 offspring. */
const struct proposer proposer_table[PROPOSERS] = {
	[BY_NOBODY] = {"nobody", "given by the user", false, false, false, 0, 0, is_never_able, count_none, NULL},
	[BY_GUESS] = {"guess", "given by the user to start from", false, true, true, 0, 0.05, guess_is_able, count_all,
		      draw_guesses},
	[BY_TEXTBOOK] = {"textbook", "a curve of the textbooks", false, true, true, 0, 0.05, textbook_is_able,
			 count_all, draw_textbook},
	[BY_SPARSE] = {"sparse", "a sum or product found by sparse regression", false, true, false, 600, 0.03,
		       sparse_is_able, count_regressions, draw_regressions},
	[BY_POLICY] = {"policy", "written by the policy", true, false, false, 0, 0.125, policy_is_able, count_written,
		       draw_from_policy},
	[BY_COMPLETION] = {"completion", "an equation of the front, a piece of it written by the policy", false, true,
			   false, 45, 0.0625, completion_is_able, count_completions, draw_completions},
	[BY_VARIATION] = {"variation", "evolved from the best so far", false, true, false, 45, 0.125, variation_is_able,
			  count_offspring, draw_variations},
	[BY_PRIOR] = {"prior", "drawn from the generator of pretraining", true, false, false, 30, 0.05, prior_is_able,
		      count_from_prior, draw_from_prior},
};
