/* audit.c — the languages of the tools that audit verdicts; see audit.h.
 *
 * For numbers the tool is Python with SymPy, for puzzles z3: clues and answer are satisfiable together, and clues and the
 * contrary are not. */
#include "audit.h"

#include <string.h>

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

static void write_numbers(FILE *f, const struct prompt *p, const uint8_t *tokens, int n)
{
	const struct numbers *q = &p->numbers;

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

/* One kind of person or one place: what a pair of tokens says. */
typedef void write_pair(FILE *f, const uint8_t *pair);

static void write_answer(FILE *f, const uint8_t *tokens, int n, bool negated, write_pair *pair)
{
	fprintf(f, negated ? "(push)(assert (not (and true" : "(push)(assert (and true");
	for (int t = 0; t < n; t += 2)
		pair(f, tokens + t);
	fprintf(f, negated ? ")))(check-sat)(pop)\n" : "))(check-sat)(pop)\n");
}

static void write_both(FILE *f, const uint8_t *tokens, int n, write_pair *pair)
{
	write_answer(f, tokens, n, false, pair);
	write_answer(f, tokens, n, true, pair);
	fprintf(f, "(pop)\n");
}

/* The verdict on what cannot be said in logic. */
static void write_wrong(FILE *f)
{
	fprintf(f, "(echo \"unsat\")(echo \"sat\")\n");
}

static void write_kind(FILE *f, const uint8_t *pair)
{
	fprintf(f, pair[1] == TASK_TRUE ? " p%d" : " (not p%d)", pair[0] - TASK_POINTER);
}

static void write_knights(FILE *f, const struct prompt *p, const uint8_t *tokens, int n)
{
	const struct knights *q = &p->knights;

	if (!is_assignment(q, tokens, n)) {
		write_wrong(f);
		return;
	}
	fprintf(f, "(push)\n");
	for (int i = 0; i < q->n; i++)
		fprintf(f, "(declare-const p%d Bool)", i);
	for (int i = 0; i < q->n_statements; i++)
		write_statement(f, &q->said[i]);
	write_both(f, tokens, n, write_kind);
}

/* ---- houses: the number of its house for each thing, "h" with attribute and value ---- */

static bool fills_grid(const struct houses *q, const uint8_t *tokens, int n)
{
	uint64_t seen = 0;

	for (int t = 0; t + 1 < n; t += 2) {
		int cell = tokens[t] - TASK_CELL;

		if (cell >= 0 && cell / HOUSES_MAX < q->n_attributes && cell % HOUSES_MAX < q->n &&
		    task_is_pointer(tokens[t + 1], q->n))
			seen |= TOK_BIT(cell);
	}
	return n == 2 * q->n * q->n_attributes && __builtin_popcountll(seen) == q->n * q->n_attributes;
}

static void write_place(FILE *f, const uint8_t *pair)
{
	int cell = pair[0] - TASK_CELL;

	fprintf(f, " (= h%d%d %d)", cell / HOUSES_MAX, pair[1] - TASK_POINTER, cell % HOUSES_MAX);
}

/* In the words of SMT-LIB; %1 … %3 are the clue's things, # its house. */
static void write_clue(FILE *f, const struct clue *c)
{
	static const char *const words[CLUE_FORMS] = {
		[CLUE_SAME] = "(= %1 %2)",
		[CLUE_NEXT] = "(or (= %1 (+ %2 1)) (= %2 (+ %1 1)))",
		[CLUE_LEFT] = "(< %1 %2)",
		[CLUE_JUST_LEFT] = "(= (- %2 %1) 1)",
		[CLUE_AT] = "(= %1 #)",
		[CLUE_NOT_AT] = "(not (= %1 #))",
		[CLUE_BETWEEN] = "(or (< %2 %1 %3) (< %3 %1 %2))",
	};

	fprintf(f, "(assert ");
	for (const char *at = words[c->form]; *at; at++)
		if (*at == '%') {
			const struct thing *t = &c->thing[*++at - '1'];

			fprintf(f, "h%d%d", t->attribute, t->value);
		} else if (*at == '#') {
			fprintf(f, "%d", c->house);
		} else {
			fputc(*at, f);
		}
	fprintf(f, ")\n");
}

static void write_houses(FILE *f, const struct prompt *p, const uint8_t *tokens, int n)
{
	const struct houses *q = &p->houses;

	if (!fills_grid(q, tokens, n)) {
		write_wrong(f);
		return;
	}
	fprintf(f, "(push)\n");
	for (int a = 0; a < q->n_attributes; a++) {
		for (int v = 0; v < q->n; v++)
			fprintf(f, "(declare-const h%d%d Int)(assert (< -1 h%d%d %d))", a, v, a, v, q->n);
		fprintf(f, "(assert (distinct");
		for (int v = 0; v < q->n; v++)
			fprintf(f, " h%d%d", a, v);
		fprintf(f, "))\n");
	}
	for (int i = 0; i < q->n_clues; i++)
		write_clue(f, &q->clue[i]);
	write_both(f, tokens, n, write_place);
}

/* ---- the tools ---- */

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

static const struct audit_tool sympy = {
	.name = "SymPy",
	.probe = "python3 -c 'import sympy' 2>/dev/null",
	.command = "python3 %s",
	.script = sympy_script,
	.read = read_sympy,
};

/* z3 has a program, and Python's package of it may be there without that. */
static const struct audit_tool z3 = {
	.name = "z3",
	.probe = "command -v z3 >/dev/null || python3 -c 'import z3' 2>/dev/null",
	.command = "if command -v z3 >/dev/null; then z3 -smt2 -in; else python3 %s; fi",
	.script = "import sys, z3\n"
		  "print(z3.Z3_eval_smtlib2_string(z3.main_ctx().ref(), sys.stdin.read()))\n",
	.read = read_z3,
};

const struct auditor auditor_table[DOMAINS] = {
	{&domain_countdown, &sympy, write_numbers},
	{&domain_game24, &sympy, write_numbers},
	{&domain_kk, &z3, write_knights},
	{&domain_zebra, &z3, write_houses},
};
