/* task_audit.c — eqrl tasks --check: the verifiers' verdicts beside those of tools that know nothing of this program.
 *
 * Questions and answers go into a file in the tool's own language, and the tool writes one verdict a line. For numbers
 * this is Python with SymPy, for puzzles z3: statements and answer are satisfiable together, and statements and the
 * contrary are not. */
#include "eqrl/base/mem.h"
#include "tasks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { AUDITED = 1000, RNG_AUDIT = 0x617564 };

static const char sympy_script[] =
	"import sys\n"
	"from sympy import Rational\n"
	"def term(tokens, numbers):\n"
	"    t = tokens.pop(0)\n"
	"    if t not in '+-*/':\n"
	"        return Rational(numbers.pop(t))\n"
	"    a, b = term(tokens, numbers), term(tokens, numbers)\n"
	"    return a + b if t == '+' else a - b if t == '-' else a * b if t == '*' else a / b\n"
	"for line in sys.stdin:\n"
	"    target, every, values, answer = line.split(' ', 3)\n"
	"    numbers = dict(zip('ABCDEF', values.split(',')))\n"
	"    tokens = answer.split()\n"
	"    try:\n"
	"        right = term(tokens, numbers) == int(target) and not tokens and not (int(every) and numbers)\n"
	"    except (KeyError, IndexError, TypeError):\n"
	"        right = False\n"
	"    print(int(bool(right)))\n";

static void write_numbers(FILE *f, const struct numbers *q, const uint8_t *tokens, int n)
{
	fprintf(f, "%d %d ", q->target, q->all);
	for (int i = 0; i < q->n; i++)
		fprintf(f, "%s%d", i ? "," : "", q->number[i]);
	for (int t = 0; t < n; t++)
		fprintf(f, " %s", task_vocabulary.name(tokens[t]));
	fprintf(f, "\n");
}

static void write_claim(FILE *f, struct claim c)
{
	fprintf(f, c.knight ? "p%d" : "(not p%d)", c.person);
}

static void write_statement(FILE *f, const struct statement *s)
{
	static const char *const word[] = {
		[SAYS_AND] = "and", [SAYS_OR] = "or", [SAYS_IF] = "=>", [SAYS_SAME] = "=", [SAYS_DIFFERENT] = "xor"};

	fprintf(f, "(assert (= p%d ", s->speaker);
	if (s->form != SAYS_IS)
		fprintf(f, "(%s ", word[s->form]);
	write_claim(f, s->first);
	if (s->form != SAYS_IS) {
		fprintf(f, " ");
		write_claim(f, s->second);
		fprintf(f, ")");
	}
	fprintf(f, "))\n");
}

/* Everybody once, each with a kind: only such an answer can be said in logic. */
static bool is_assignment(const struct knights *q, const uint8_t *tokens, int n)
{
	unsigned seen = 0;

	for (int t = 0; t + 1 < n; t += 2)
		if (task_is_pointer(tokens[t], q->n) && (tokens[t + 1] == TASK_TRUE || tokens[t + 1] == TASK_FALSE))
			seen |= 1u << (tokens[t] - TASK_POINTER);
	return n == 2 * q->n && seen + 1 == 1u << q->n;
}

static void write_answer(FILE *f, const uint8_t *tokens, int n, const char *before, const char *after)
{
	fprintf(f, "(push)(assert %s(and true", before);
	for (int t = 0; t < n; t += 2)
		fprintf(f, tokens[t + 1] == TASK_TRUE ? " p%d" : " (not p%d)", tokens[t] - TASK_POINTER);
	fprintf(f, ")%s)(check-sat)(pop)\n", after);
}

static void write_puzzle(FILE *f, const struct knights *q, const uint8_t *tokens, int n)
{
	if (!is_assignment(q, tokens, n)) {
		fprintf(f, "(echo \"unsat\")(echo \"sat\")\n");
		return;
	}
	fprintf(f, "(push)\n");
	for (int i = 0; i < q->n; i++)
		fprintf(f, "(declare-const p%d Bool)", i);
	for (int i = 0; i < q->n_statements; i++)
		write_statement(f, &q->said[i]);
	write_answer(f, tokens, n, "", "");
	write_answer(f, tokens, n, "(not ", ")");
	fprintf(f, "(pop)\n");
}

/* The tool's verdict on the next answer; -1: it wrote none. */
static int read_sympy(FILE *f)
{
	int v;

	return fscanf(f, "%d", &v) == 1 ? v : -1;
}

static int read_z3(FILE *f)
{
	char with[16], without[16];

	if (fscanf(f, "%15s %15s", with, without) != 2)
		return -1;
	return strcmp(with, "sat") == 0 && strcmp(without, "unsat") == 0;
}

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

/* Runs the tool on the cases and counts where it says otherwise; -1 if it fails to say. */
static int count_differences(struct audit_case *cases, bool numbers, const char *dir)
{
	struct str command = {0}, path = {0};
	int differences = 0;
	FILE *in, *out;

	str_addf(&path, "%s/script", dir);
	in = fopen(path.data, "w");
	if (in && numbers)
		fputs(sympy_script, in);
	if (in)
		fclose(in);
	str_clear(&path);
	str_addf(&path, "%s/cases", dir);
	in = fopen(path.data, "w");
	for (int i = 0; in && i < AUDITED; i++)
		if (numbers)
			write_numbers(in, &cases[i].prompt.numbers, cases[i].tokens, cases[i].n);
		else
			write_puzzle(in, &cases[i].prompt.knights, cases[i].tokens, cases[i].n);
	if (in)
		fclose(in);
	if (numbers)
		str_addf(&command, "python3 %s/script < %s", dir, path.data);
	else
		str_addf(&command, "z3 -smt2 %s", path.data);
	out = popen(command.data, "r");
	for (int i = 0; out && i < AUDITED && differences >= 0; i++) {
		int said = numbers ? read_sympy(out) : read_z3(out);
		struct judgement j;

		cases[i].prompt.domain->judge(&cases[i].prompt, cases[i].tokens, cases[i].n, &j);
		differences = said < 0 ? -1 : differences + (said != j.right);
	}
	if (!out || pclose(out) != 0)
		differences = -1;
	unlink(path.data);
	str_clear(&path);
	str_addf(&path, "%s/script", dir);
	unlink(path.data);
	str_release(&path);
	str_release(&command);
	return differences;
}

enum status audit_level(const struct domain *d, int level, uint64_t seed)
{
	bool numbers = d != &domain_kk;
	const char *tool = numbers ? "SymPy" : "z3";
	const char *probe = numbers ? "python3 -c 'import sympy' 2>/dev/null" : "command -v z3 >/dev/null";
	char dir[] = "/tmp/eqrl-tasks-XXXXXX";
	struct audit_case *cases;
	int differences;

	if (system(probe) != 0) {
		printf("%s %d: skipped, %s is not installed\n", d->name, level, tool);
		return ST_OK;
	}
	if (!mkdtemp(dir))
		return fail(ST_RESOURCE, "%s: %s", dir, strerror(errno));
	cases = xcalloc(AUDITED, sizeof(*cases));
	for (int i = 0; i < AUDITED; i++)
		draw_case(d, level, seed, i, &cases[i]);
	differences = count_differences(cases, numbers, dir);
	free(cases);
	rmdir(dir);
	if (differences < 0)
		return fail(ST_INTERNAL, "%s %d: %s did not answer", d->name, level, tool);
	printf("%s %d: %d answers, %d verdicts differ from those of %s\n", d->name, level, AUDITED, differences, tool);
	return differences ? fail(ST_INTERNAL, "%s %d: verdicts differ from those of %s", d->name, level, tool) : ST_OK;
}
