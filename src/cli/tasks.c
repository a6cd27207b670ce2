/* tasks.c — a policy answers questions of the domains: one of a user, or held-out ones; see tasks.h. */
#include "tasks.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/domain/attempts.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/task_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- infer ---- */

static void print_verdict(const struct prompt *p, const uint8_t *tokens, int n, int try)
{
	struct str text = {0};
	struct judgement j;

	prompt_judge(p, tokens, n, &j);
	prompt_print_answer(p, tokens, n, &text);
	printf("answer  %s\n", str_text(&text));
	if (j.right && try == 0)
		printf("check   right, at once\n");
	else if (j.right)
		printf("check   right, sampled answer %d\n", try);
	else
		printf("check   wrong\n");
	for (int i = 0; i < j.n_spans && !j.right; i++)
		if (j.span[i].credit < 0)
			printf("        %s\n", j.span[i].text);
	str_release(&text);
}

/* The first right answer among the rows, or -1. */
static int first_right(const struct prompt *p, const struct samples *s)
{
	for (int i = 0; i < s->n; i++) {
		struct judgement j;

		prompt_judge(p, s->tokens + (size_t)i * (size_t)s->width, s->len[i], &j);
		if (j.right)
			return i;
	}
	return -1;
}

/* The most probable answer if it is right, else the first right one of the sampled, else the former with its faults. */
static enum status print_best_answer(const struct options *o, const struct policy *policy, const struct prompt *p)
{
	struct attempts a = {.policy = policy,
			     .pool = pool_new(1),
			     .tries = 1,
			     .strict = o->mask == MASK_STRICT,
			     .seed = (uint64_t)o->seed};
	struct samples greedy = {0}, sampled = {0};
	int right = 0;

	attempts_draw(&a, p, 1, &greedy);
	if (first_right(p, &greedy) < 0) {
		a.tries = (int)o->tries;
		a.temperature = o->temperature;
		attempts_draw(&a, p, 1, &sampled);
		right = 1 + first_right(p, &sampled);
	}
	if (right > 0)
		print_verdict(p, sampled.tokens + (size_t)(right - 1) * (size_t)sampled.width, sampled.len[right - 1],
			      right);
	else
		print_verdict(p, greedy.tokens, greedy.len[0], 0);
	right = right > 0 ? right : 1 + first_right(p, &greedy);
	samples_release(&greedy);
	samples_release(&sampled);
	pool_free(a.pool);
	return right > 0 ? ST_OK : fail(ST_NOTHING, "none of the %d answers is right", 1 + (int)o->tries);
}

enum status answer_question(const struct options *o, const char *question)
{
	const struct domain *d = domain_find(o->domain);
	struct policy policy;
	struct task_mix mix;
	struct prompt p;
	enum status st;
	int template;

	if (!d)
		return ST_USAGE;
	if (!question)
		return fail(ST_USAGE, "a question is missing: eqrl infer --domain %s '%s'", d->name, d->example);
	if (d->parse(question, &p) != ST_OK)
		return fail_prefix(ST_DATA, "%s", d->name);
	mix = (struct task_mix){1, {{d, p.level}}};
	TRY(task_weights_load(o, &mix, &policy, &template));
	p.template = (uint8_t) template;
	st = print_best_answer(o, &policy, &p);
	policy_release(&policy);
	return st;
}

/* ---- eval ---- */

enum status evaluate_tasks(const struct options *o)
{
	struct policy policy;
	struct task_mix mix;
	struct attempts a = {.policy = &policy,
			     .tries = (int)o->tries,
			     .temperature = 1,
			     .strict = o->mask == MASK_STRICT,
			     .seed = (uint64_t)o->seed,
			     .stop = signals_flag()};

	TRY(task_mix_parse(o->domain, o->levels, &mix));
	TRY(task_weights_load(o, &mix, &policy, &a.template));
	a.pool = pool_new(threads_wanted(o));
	printf("%-10s %5s %9s %8s %8s %8s %8s\n", "domain", "level", "questions", "greedy", "mean", "hit", "formed");
	for (int i = 0; i < mix.n; i++) {
		struct task_scores s;

		if (!attempts_score(&a, &mix.level[i], (int)o->prompts, &s))
			break;
		printf("%-10s %5d %9d %7.1f%% %7.1f%% %7.1f%% %7.1f%%\n", mix.level[i].domain->name, mix.level[i].level,
		       s.n, 100 * s.greedy, 100 * s.mean, 100 * s.hit, 100 * s.formed);
		fflush(stdout);
	}
	pool_free(a.pool);
	policy_release(&policy);
	return signals_status();
}
