/* cmd_tasks.c — eqrl tasks: the domains of verifiable tasks, their questions, and whether their verifiers are right. */
#include "eqrl/domain/attempts.h"
#include "eqrl/cli/cli.h"
#include "tasks.h"

#include <stdio.h>

static void list_domains(const struct task_mix *mix)
{
	const struct domain *before = NULL;

	printf("%-10s %-7s %-15s %s\n", "domain", "group", "levels", "task");
	for (int i = 0; i < mix->n; i++) {
		const struct domain *d = mix->level[i].domain;

		if (d == before)
			continue;
		printf("%-10s %-7s %-15s %s\n", d->name, d->group, d->levels, d->doc);
		printf("%34s as in: %s\n%34s partly right: %s\n", "", d->example, "", d->share_of);
		before = d;
	}
}

static void print_question(const struct prompt *p)
{
	struct str question = {0}, answer = {0};
	uint8_t tokens[ANSWER_LEN + 1];
	int n = p->domain->teach(p, tokens);

	p->domain->print_prompt(p, &question);
	p->domain->print_answer(p, tokens, n, &answer);
	printf("%s %d: %s\n    %s\n", p->domain->name, p->level, str_text(&question), str_text(&answer));
	str_release(&question);
	str_release(&answer);
}

static void dump_questions(const struct task_mix *mix, int n, uint64_t seed)
{
	for (int i = 0; i < mix->n; i++)
		for (int k = 0; k < n && !ferror(stdout); k++) {
			struct rng r = rng_stream(seed, (uint64_t)mix->level[i].level, (uint64_t)k);
			struct prompt p;

			domain_draw(mix->level[i].domain, mix->level[i].level, SPLIT_TRAIN, &r, &p);
			print_question(&p);
		}
}

int cmd_tasks(struct invocation *inv)
{
	const struct options *o = inv->options;
	struct task_mix mix;

	TRY(task_mix_parse(inv->n_args ? inv->args[0] : "all", o->levels, &mix));
	if (o->dump > 0)
		dump_questions(&mix, (int)o->dump, (uint64_t)o->seed);
	for (int i = 0; i < mix.n && o->check; i++)
		TRY(audit_level(mix.level[i].domain, mix.level[i].level, (uint64_t)o->seed));
	if (o->dump == 0 && !o->check)
		list_domains(&mix);
	return ST_OK;
}
