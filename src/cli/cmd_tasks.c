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

static void list_templates(void)
{
	printf("\n%-10s questions and answers (--template)\n", "template");
	for (int i = 0; i < TEMPLATES; i++)
		printf("%-10s %s\n", template_table[i].name, template_table[i].doc);
}

/* What the network is shown, a row of symbols each, and what it is taught to write. */
static void print_as_shown(const struct prompt *p, const uint8_t *tokens, int n)
{
	struct shown_prompt s = {0};

	prompt_show(p, NULL, &s);
	printf("    shown:");
	for (int i = 0; i < s.n; i++)
		for (int f = 0; f < SYMBOL_FIELDS; f++)
			printf(f ? " %d" : i ? " | %d" : " %d", s.row[i][f]);
	printf("\n    written:");
	for (int t = 0; t < n; t++)
		printf(" %s", task_vocabulary.name(tokens[t]));
	printf("\n");
}

static void print_question(const struct prompt *p, bool as_shown)
{
	struct str question = {0}, answer = {0};
	uint8_t tokens[ANSWER_LEN + 1];
	int n = prompt_teach(p, tokens);

	p->domain->print_prompt(p, &question);
	prompt_print_answer(p, tokens, n, &answer);
	printf("%s %d: %s\n    %s\n", p->domain->name, p->level, str_text(&question), str_text(&answer));
	if (as_shown)
		print_as_shown(p, tokens, n);
	str_release(&question);
	str_release(&answer);
}

static enum status dump_questions(const struct options *o, const struct task_mix *mix)
{
	int template = o->template ? template_find(o->template) : TEMPLATE_PLAIN;

	if (template <0)
		return ST_USAGE;
	for (int i = 0; i < mix->n; i++)
		for (int k = 0; k < o->dump && !ferror(stdout); k++) {
			struct rng r = rng_stream((uint64_t)o->seed, (uint64_t)mix->level[i].level, (uint64_t)k);
			struct prompt p;

			domain_draw(mix->level[i].domain, mix->level[i].level, SPLIT_TRAIN, &r, &p);
			p.template = (uint8_t) template;
			print_question(&p, o->template);
		}
	return ST_OK;
}

int cmd_tasks(struct invocation *inv)
{
	const struct options *o = inv->options;
	struct task_mix mix;

	TRY(task_mix_parse(inv->n_args ? inv->args[0] : "all", o->levels, &mix));
	if (o->dump > 0)
		TRY(dump_questions(o, &mix));
	for (int i = 0; i < mix.n && o->check; i++)
		TRY(audit_level(mix.level[i].domain, mix.level[i].level, (uint64_t)o->seed));
	if (o->dump == 0 && !o->check) {
		list_domains(&mix);
		list_templates();
	}
	return ST_OK;
}
