/* task_audit.c — eqrl tasks --check: the verifiers' verdicts beside those of tools that know nothing of this program.
 *
 * Questions and answers go into a file in the tool's own language (audit.h), and the tool writes its verdicts. */
#include "eqrl/base/mem.h"
#include "audit.h"
#include "tasks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { AUDITED = 1000, RNG_AUDIT = 0x617564 };

/* A right answer, one with a token or two changed, or any tokens. Returns their number, without EOS. */
static int draw_answer(const struct prompt *p, int kind, struct rng *r, uint8_t *tokens)
{
	int n = p->domain->teach(p, tokens) - 1;

	for (int k = 0; kind == 1 && k < rng_between(r, 1, 2); k++)
		tokens[rng_below(r, n)] = (uint8_t)rng_between(r, TOK_FIRST, TASK_TOKENS - 1);
	if (kind == 2)
		n = rng_between(r, 1, ANSWER_LEN);
	for (int t = 0; kind == 2 && t < n; t++)
		tokens[t] = (uint8_t)rng_between(r, TOK_FIRST, TASK_TOKENS - 1);
	return n;
}

struct audit_case {
	struct prompt prompt;
	uint8_t tokens[ANSWER_LEN + 1];
	int n;
};

static void draw_case(const struct domain *d, int level, uint64_t seed, int i, struct audit_case *c)
{
	struct rng r = rng_stream(seed, RNG_AUDIT + (uint64_t)level, (uint64_t)i);

	domain_draw(d, level, i % 2 ? SPLIT_TRAIN : SPLIT_HELD_OUT, &r, &c->prompt);
	c->n = draw_answer(&c->prompt, i % 3, &r, c->tokens);
}

static enum status write_file(const char *path, const char *text, const struct auditor *a,
			      const struct audit_case *cases)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return fail(ST_RESOURCE, "%s: %s", path, strerror(errno));
	if (text)
		fputs(text, f);
	for (int i = 0; !text && i < AUDITED; i++)
		a->write(f, &cases[i].prompt, cases[i].tokens, cases[i].n);
	return fclose(f) == 0 ? ST_OK : fail(ST_RESOURCE, "%s: %s", path, strerror(errno));
}

/* How often the tool says otherwise; -1 if it fails to say. */
static int count_differences(FILE *tool, const struct auditor *a, const struct audit_case *cases)
{
	int differences = 0;

	for (int i = 0; i < AUDITED; i++) {
		const struct audit_case *c = &cases[i];
		int said = a->tool->read(tool);
		struct judgement j;

		if (said < 0)
			return -1;
		c->prompt.domain->judge(&c->prompt, c->tokens, c->n, &j);
		differences += said != j.right;
	}
	return differences;
}

/* Runs the tool on the cases, with its files in an empty folder. */
static enum status run_tool(const struct auditor *a, const struct audit_case *cases, const char *dir, int *differences)
{
	struct str script = {0}, input = {0}, command = {0};
	enum status st;
	FILE *out;

	str_addf(&script, "%s/script", dir);
	str_addf(&input, "%s/cases", dir);
	st = write_file(script.data, a->tool->script, a, cases);
	if (st == ST_OK)
		st = write_file(input.data, NULL, a, cases);
	if (st == ST_OK) {
		str_addf(&command, "exec <%s; ", input.data);
		str_addf(&command, a->tool->command, script.data);
		out = popen(command.data, "r");
		*differences = out ? count_differences(out, a, cases) : -1;
		if (!out || pclose(out) != 0 || *differences < 0)
			st = fail(ST_INTERNAL, "%s did not answer", a->tool->name);
	}
	unlink(script.data);
	unlink(input.data);
	str_release(&script);
	str_release(&input);
	str_release(&command);
	return st;
}

static const struct auditor *auditor_of(const struct domain *d)
{
	for (int i = 0; i < DOMAINS; i++)
		if (auditor_table[i].domain == d)
			return &auditor_table[i];
	BUG("nothing audits %s", d->name);
}

enum status audit_level(const struct domain *d, int level, uint64_t seed)
{
	const struct auditor *a = auditor_of(d);
	char dir[] = "/tmp/eqrl-tasks-XXXXXX";
	struct audit_case *cases;
	int differences = 0;
	enum status st;

	if (system(a->tool->probe) != 0) {
		printf("%s %d: skipped, %s is not installed\n", d->name, level, a->tool->name);
		return ST_OK;
	}
	if (!mkdtemp(dir))
		return fail(ST_RESOURCE, "%s: %s", dir, strerror(errno));
	cases = xcalloc(AUDITED, sizeof(*cases));
	for (int i = 0; i < AUDITED; i++)
		draw_case(d, level, seed, i, &cases[i]);
	st = run_tool(a, cases, dir, &differences);
	free(cases);
	rmdir(dir);
	if (st != ST_OK)
		return fail_prefix(st, "%s %d", d->name, level);
	printf("%s %d: %d answers, %d verdicts differ from those of %s\n", d->name, level, AUDITED, differences,
	       a->tool->name);
	return differences ? fail(ST_INTERNAL, "%s %d: verdicts differ from those of %s", d->name, level, a->tool->name)
			   : ST_OK;
}
