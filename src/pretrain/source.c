/* source.c — the two sources of pairs; see source.h. */
#include "eqrl/pretrain/source.h"

#include "eqrl/pretrain/pretrain.h"

#include <string.h>

const struct pair_source *pretrain_source(const struct pretrain_config *c)
{
	return c->tasks ? &task_source : &equation_source;
}

/* ---- equations: training and held-out ones come from different streams ---- */

static void draw_equation(const struct pretrain_config *c, bool held_out, struct rng *r, void *scratch,
			  struct pair_place *out)
{
	struct grammar g = c->problem.grammar;
	struct problem *p = scratch;

	problem_draw(&c->problem, out->n_points, r, NULL, p); /* one stream per pair: rejected draws only move it on */
	g.allowed &= grammar_default(p->n_columns).allowed;
	out->len = p->len;
	memcpy(out->tokens, p->tokens, (size_t)p->len);
	grammar_slots(p->tokens, p->len, out->slot);
	grammar_masks(&g, p->tokens, p->len, out->legal);
	encode_rows(c->encoding, &p->rows, NULL, p->n_columns, out->points, out->context);
}

const struct pair_source equation_source = {
	.vocabulary = &equation_vocabulary,
	.max_len = VOCAB_MAX_LEN,
	.scratch = sizeof(struct problem),
	.draw = draw_equation,
};

/* ---- tasks: kept apart by the canonical form of the question ---- */

/* Half of the questions call their things by any of the letters: what is taught of few things holds for many. */
static void draw_letters(struct rng *r, uint8_t *letter)
{
	int all[TASK_POINTERS];

	for (int i = 0; i < TASK_POINTERS; i++)
		all[i] = i;
	if (rng_bool(r, 0.5))
		rng_shuffle(r, all, TASK_POINTERS);
	for (int i = 0; i < TASK_POINTERS; i++)
		letter[i] = (uint8_t)all[i];
}

/* The same token with another letter, if it is a pointer. */
static int rename_token(int token, const uint8_t *letter)
{
	return task_is_pointer(token, TASK_POINTERS) ? TASK_POINTER + letter[token - TASK_POINTER] : token;
}

static uint64_t rename_mask(uint64_t mask, const uint8_t *letter)
{
	uint64_t out = 0;

	for (; mask; mask &= mask - 1)
		out |= TOK_BIT(rename_token(__builtin_ctzll(mask), letter));
	return out;
}

static void rename_answer(const uint8_t *letter, struct pair_place *out)
{
	int n = task_vocabulary.n;

	for (int t = 0; t < out->len; t++) {
		int slot = out->slot[t];

		out->tokens[t] = (uint8_t)rename_token(out->tokens[t], letter);
		out->slot[t] = (uint8_t)(slot / n * n + rename_token(slot % n, letter));
		out->legal[t] = rename_mask(out->legal[t], letter);
	}
}

static void draw_task(const struct pretrain_config *c, bool held_out, struct rng *r, void *scratch,
		      struct pair_place *out)
{
	const struct task_level *t = &c->tasks->level[rng_below(r, c->tasks->n)];
	struct prompt *p = scratch;
	const struct answer_rules rules = {p, true};
	uint8_t letter[TASK_POINTERS];

	domain_draw(t->domain, t->level, held_out ? SPLIT_HELD_OUT : SPLIT_TRAIN, r, p);
	p->template = c->templates.number[c->templates.n > 1 ? rng_below(r, c->templates.n) : 0];
	out->len = prompt_teach(p, out->tokens);
	if (domain_masks(&rules, out->tokens, out->len, out->legal, out->slot) != out->len)
		BUG("%s teaches what its mask forbids", t->domain->name);
	draw_letters(r, letter);
	rename_answer(letter, out);
	out->n_points = prompt_encode_as(p, letter, out->points, out->context);
}

const struct pair_source task_source = {
	.vocabulary = &task_vocabulary,
	.max_len = ANSWER_LEN,
	.ragged = true,
	.scratch = sizeof(struct prompt),
	.draw = draw_task,
};
