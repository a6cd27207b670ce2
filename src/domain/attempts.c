/* attempts.c — see attempts.h. */
#include "eqrl/domain/attempts.h"

#include "eqrl/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PURPOSE_HELD_OUT = 0x68656c64 }; /* "held": the questions of attempts_score() */

/* ---- which domains and levels ---- */

static enum status add_domain(const struct domain *d, int low, int high, struct task_mix *out)
{
	int before = out->n;

	for (int level = d->first_level; level <= d->last_level; level++)
		if (level >= low && level <= high) {
			if (out->n == TASK_LEVELS_MAX)
				return fail(ST_USAGE, "more than %d levels at once", TASK_LEVELS_MAX);
			out->level[out->n++] = (struct task_level){d, level};
		}
	if (out->n == before)
		return fail(ST_USAGE, "%s has levels %d to %d", d->name, d->first_level, d->last_level);
	return ST_OK;
}

/* "all": the domains that have such levels. */
static enum status add_all(int low, int high, struct task_mix *out)
{
	for (int i = 0; i < DOMAINS; i++)
		if (domain_table[i]->first_level <= high && domain_table[i]->last_level >= low)
			TRY(add_domain(domain_table[i], low, high, out));
	return out->n ? ST_OK : fail(ST_USAGE, "no domain has such levels; eqrl tasks lists them");
}

static enum status parse_levels(const char *text, int *low, int *high)
{
	char rest;

	*low = 0;
	*high = 1000;
	if (!text)
		return ST_OK;
	if (sscanf(text, "%d-%d%c", low, high, &rest) == 2 && *low <= *high)
		return ST_OK;
	if (sscanf(text, "%d%c", low, &rest) == 1) {
		*high = *low;
		return ST_OK;
	}
	return fail(ST_USAGE, "--levels %s: wanted is a level or a range of them, as in 3 or 3-4", text);
}

enum status task_mix_parse(const char *names, const char *levels, struct task_mix *out)
{
	char name[32];
	int low, high;

	*out = (struct task_mix){0};
	TRY(parse_levels(levels, &low, &high));
	if (strcmp(names, "all") == 0)
		return add_all(low, high, out);
	for (const char *at = names; *at;) {
		size_t n = strcspn(at, ",");
		const struct domain *d;

		snprintf(name, sizeof(name), "%.*s", (int)n, at);
		d = domain_find(name);
		if (!d)
			return ST_USAGE;
		TRY(add_domain(d, low, high, out));
		at += n + (at[n] == ',');
	}
	return out->n ? ST_OK : fail(ST_USAGE, "--domain wants names, comma-separated; eqrl tasks lists them");
}

/* ---- answers ---- */

struct question_encoding {
	const struct attempts *a;
	const struct prompt *prompt;
	struct memory *memory;
};

static void encode_question(void *context, int i, int worker)
{
	const struct question_encoding *e = context;
	const struct policy *p = e->a->policy;
	float *points = xaligned(PROMPT_ROWS * (size_t)p->config.features * sizeof(*points));
	float *about = xaligned((size_t)p->config.context * sizeof(*about));
	int n = prompt_encode(&e->prompt[i], points, about);

	policy_encode(p, points, n, about, &e->memory[i]);
	free(points);
	free(about);
}

bool attempts_draw(const struct attempts *a, const struct prompt *prompt, int n, struct samples *out)
{
	int rows = n * a->tries;
	struct memory *memory = xcalloc((size_t)n, sizeof(*memory));
	const struct memory **of_row = xcalloc((size_t)rows, sizeof(*of_row));
	struct answer_rules *rules = xcalloc((size_t)n, sizeof(*rules));
	struct syntax *syntax = xcalloc((size_t)rows, sizeof(*syntax));
	struct question_encoding e = {a, prompt, memory};
	struct sampler *sampler = sampler_new(a->pool);
	struct sample_request r = {
		.policy = a->policy,
		.memory = of_row,
		.syntax = syntax,
		.n = rows,
		.temperature = a->temperature,
		.seed = a->seed,
	};
	bool done;

	pool_run(a->pool, n, encode_question, &e);
	for (int i = 0; i < rows; i++) {
		of_row[i] = &memory[i / a->tries];
		rules[i / a->tries] = (struct answer_rules){&prompt[i / a->tries], a->strict};
		syntax[i] = domain_syntax(&rules[i / a->tries]);
	}
	done = sampler_draw(sampler, &r, out, a->stop);
	for (int i = 0; i < n; i++)
		memory_release(&memory[i]);
	sampler_free(sampler);
	free(memory);
	free(of_row);
	free(rules);
	free(syntax);
	return done;
}

/* Adds the verdicts on the answers to the scores, as sums. */
static void add_verdicts(const struct prompt *prompt, const struct samples *s, int tries, struct task_scores *out)
{
	for (int i = 0; i < s->n; i += tries) {
		bool hit = false;

		for (int k = i; k < i + tries; k++) {
			const struct prompt *p = &prompt[i / tries];
			struct judgement j;

			prompt_judge(p, s->tokens + (size_t)k * (size_t)s->width, s->len[k], &j);
			out->mean += j.right;
			out->formed += j.formed;
			hit |= j.right;
		}
		out->hit += hit;
	}
}

bool attempts_score(const struct attempts *a, const struct task_level *t, int n, struct task_scores *out)
{
	struct prompt *prompt = xcalloc((size_t)n, sizeof(*prompt));
	struct attempts greedy = *a, sampled = *a;
	struct task_scores first = {0};
	struct samples s = {0};
	bool done;

	*out = (struct task_scores){.n = n};
	greedy.tries = 1;
	greedy.temperature = 0;
	for (int i = 0; i < n; i++) {
		struct rng r = rng_stream(1, PURPOSE_HELD_OUT + (uint64_t)t->level, (uint64_t)i);

		domain_draw(t->domain, t->level, SPLIT_HELD_OUT, &r, &prompt[i]);
		prompt[i].template = (uint8_t)a->template;
	}
	done = attempts_draw(&greedy, prompt, n, &s);
	if (done)
		add_verdicts(prompt, &s, 1, &first);
	out->greedy = first.mean / n;
	out->formed = first.formed / n;
	if (done && a->tries > 0) {
		done = attempts_draw(&sampled, prompt, n, &s);
		out->formed = 0;
		if (done)
			add_verdicts(prompt, &s, a->tries, out);
		out->mean /= n * a->tries;
		out->formed /= n * a->tries;
		out->hit /= n;
	}
	samples_release(&s);
	free(prompt);
	return done;
}
