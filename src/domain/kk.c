/* kk.c — knights and knaves: questions and masks; see kk.h. */
#include "kk.h"

#include <stdio.h>
#include <string.h>

static bool claim_holds(struct claim c, unsigned knights)
{
	return (knights >> c.person & 1) == c.knight;
}

bool statement_holds(const struct statement *s, unsigned knights)
{
	bool x = claim_holds(s->first, knights), y = claim_holds(s->second, knights);
	bool same = (knights >> s->first.person & 1) == (knights >> s->second.person & 1);

	switch ((enum statement_form)s->form) {
	case SAYS_IS:
		return x;
	case SAYS_AND:
		return x && y;
	case SAYS_OR:
		return x || y;
	case SAYS_IF:
		return !x || y;
	case SAYS_SAME:
		return same;
	case SAYS_DIFFERENT:
		return !same;
	}
	BUG("no statement of form %d", s->form);
}

/* ---- questions ---- */

static bool is_about_kinds(const struct statement *s)
{
	return s->form == SAYS_SAME || s->form == SAYS_DIFFERENT;
}

static struct statement draw_statement(int speaker, int n, struct rng *r)
{
	static const double weight[] = {0, 3, 2, 2, 2, 1.5, 1.5};
	struct statement s = {.speaker = (uint8_t)speaker, .form = (uint8_t)rng_weighted(r, weight, 7)};

	do
		s.first.person = (uint8_t)rng_below(r, n);
	while (s.first.person == speaker && (s.form == SAYS_IS || n > 2));
	do
		s.second.person = (uint8_t)rng_below(r, n);
	while (s.second.person == s.first.person);
	s.first.knight = is_about_kinds(&s) || rng_bool(r, 0.5);
	s.second.knight = is_about_kinds(&s) || rng_bool(r, 0.5);
	if (s.form == SAYS_IS)
		s.second = (struct claim){0};
	return s;
}

int kk_answers(const struct knights *q, unsigned *knights)
{
	struct kk_solver *s = kk_open(q);
	int n = kk_count(s, knights);

	kk_close(s);
	return n;
}

static void draw_puzzle(int level, struct rng *r, struct prompt *out)
{
	struct knights *q = &out->knights;
	unsigned knights;

	q->n = q->n_statements = level;
	for (int i = 0; i < level; i++)
		snprintf(q->name[i], NAME_LENGTH, "%c", 'A' + i);
	do {
		knights = (unsigned)rng_below(r, 1 << level);
		for (int i = 0; i < level; i++)
			do
				q->said[i] = draw_statement(i, level, r);
			while (statement_holds(&q->said[i], knights) != (knights >> i & 1));
	} while (kk_answers(q, &knights) != 1);
}

/* What a statement says, with persons as they are known so far; the same for turned symmetric statements. */
static uint64_t hash_statement(const struct statement *s, const uint64_t *colour)
{
	uint64_t a = mix64(colour[s->first.person], s->first.knight);
	uint64_t b = statement_has_second(s) ? mix64(colour[s->second.person], s->second.knight) : 0;
	uint64_t both = s->form == SAYS_IF ? mix64(a, b) : a + b;

	return mix64(mix64(s->form, colour[s->speaker]), both);
}

/* Persons are told apart by what is said by them and about them, refined as often as there are persons: renaming them
 * changes nothing, nor does the order of statements. */
static uint64_t hash_puzzle(const struct prompt *p)
{
	const struct knights *q = &p->knights;
	uint64_t colour[PEOPLE_MAX] = {0}, next[PEOPLE_MAX], sum = 0;

	for (int round = 0; round <= q->n; round++) {
		for (int i = 0; i < q->n; i++)
			next[i] = mix64(colour[i], 1);
		sum = 0;
		for (int i = 0; i < q->n_statements; i++) {
			const struct statement *s = &q->said[i];
			uint64_t h = hash_statement(s, colour), second = s->form == SAYS_IF ? 4 : 2;

			sum += h;
			next[s->speaker] += mix64(h, 6);
			next[s->first.person] += mix64(h, 2 + s->first.knight);
			if (statement_has_second(s))
				next[s->second.person] += mix64(h, second + s->second.knight);
		}
		memcpy(colour, next, sizeof(colour));
	}
	return mix64(sum, (uint64_t)q->n);
}

static void show_puzzle(const struct prompt *p, struct shown_prompt *out)
{
	const struct knights *q = &p->knights;

	out->n = q->n_statements;
	out->pointers = 1 << 1 | 1 << 3 | 1 << 5;
	for (int i = 0; i < q->n_statements; i++) {
		const struct statement *s = &q->said[i];
		uint8_t *row = out->row[i];

		row[0] = 3;
		row[1] = (uint8_t)(s->speaker + 1);
		row[2] = s->form;
		row[3] = (uint8_t)(s->first.person + 1);
		row[4] = (uint8_t)(s->first.knight + 1);
		row[5] = (uint8_t)(statement_has_second(s) ? s->second.person + 1 : 0);
		row[6] = (uint8_t)(statement_has_second(s) ? s->second.knight + 1 : 0);
	}
}

/* ---- masks ---- */

static uint64_t next_step(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot)
{
	uint64_t mentioned = 0, people = task_pointers(p->knights.n);
	bool full = n >= 2 * p->knights.n;

	*slot = TOK_BOS;
	if (n % 2) {
		*slot = task_vocabulary.n + tokens[n - 1];
		return TOK_BIT(TASK_TRUE) | TOK_BIT(TASK_FALSE);
	}
	for (int t = 0; t < n; t += 2)
		mentioned |= TOK_BIT(tokens[t]);
	if (full)
		return TOK_BIT(TOK_EOS);
	if (strict)
		return people & ~mentioned;
	return n ? people | TOK_BIT(TOK_EOS) : people;
}

static enum status parse_puzzle(const char *text, struct prompt *out)
{
	unsigned knights;
	int answers;

	*out = (struct prompt){.domain = &domain_kk};
	TRY(kk_read(text, &out->knights));
	out->level = out->knights.n;
	answers = kk_answers(&out->knights, &knights);
	if (answers == 0)
		return fail(ST_DATA, "the statements contradict each other whoever is a knight");
	if (answers > 1)
		return fail(ST_DATA, "several answers fit; one more statement may decide");
	return ST_OK;
}

const struct domain domain_kk = {
	.name = "kk",
	.group = "puzzle",
	.doc = "knights say what is true, knaves what is false: who is what?",
	.share_of = "persons who are decided rightly",
	.levels = "2 to 8 people",
	.example = "A says B is a knave. B says A and C are both knights. C says A is a knave.",
	.first_level = 2,
	.last_level = PEOPLE_MAX,
	.answer_len = 2 * PEOPLE_MAX,
	.pairs = true,
	.tokens = TOK_BIT(TASK_CELL) - TOK_BIT(TASK_POINTER),
	.draw = draw_puzzle,
	.canonical = hash_puzzle,
	.show = show_puzzle,
	.teach = kk_teach,
	.next = next_step,
	.judge = kk_judge,
	.print_prompt = kk_print,
	.print_answer = kk_print_answer,
	.parse = parse_puzzle,
};
