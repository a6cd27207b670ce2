/* test_tasks.c — what every domain of tasks promises, on all its levels. */
#include "eqrl/policy/weights.h"
#include "task_auditor.h"
#include "test.h"

#include <stdlib.h>

/* Cases of each level; make test-long asks for more. */
static int cases(int usual)
{
	const char *asked = getenv("EQRL_TASK_CASES");

	return asked ? atoi(asked) : test_cases(usual);
}

static void each_level(void (*check)(const struct domain *d, int level))
{
	for (int i = 0; i < DOMAINS; i++)
		for (int level = domain_table[i]->first_level; level <= domain_table[i]->last_level; level++)
			check(domain_table[i], level);
}

static struct prompt draw(const struct domain *d, int level, int i)
{
	struct rng r = rng_stream(5, (uint64_t)level, (uint64_t)i);
	struct prompt p;

	domain_draw(d, level, SPLIT_TRAIN, &r, &p);
	return p;
}

static const char *print(const struct prompt *p, struct str *text)
{
	str_clear(text);
	p->domain->print_prompt(p, text);
	return str_text(text);
}

static void check_taught(const struct domain *d, int level)
{
	uint8_t tokens[ANSWER_LEN + 1], slot[ANSWER_LEN + 1];
	uint64_t legal[ANSWER_LEN + 1];
	struct judgement j;

	for (int i = 0, n = cases(1000); i < n; i++) {
		struct prompt p = draw(d, level, i);
		int len = d->teach(&p, tokens);

		d->judge(&p, tokens, len, &j);
		CHECK(len > 1 && len <= ANSWER_LEN + 1 && tokens[len - 1] == TOK_EOS);
		CHECK(j.formed && j.right && j.share == 1);
		for (int k = 0; k < j.n_spans; k++)
			CHECK(j.span[k].credit == 1);
		CHECK(audit_answer(&p, tokens, len));
		for (int strict = 0; strict < 2; strict++)
			CHECK_EQ(domain_masks(&(struct answer_rules){&p, strict}, tokens, len, legal, slot), len);
		d->judge(&p, tokens, len - 1, &j); /* its EOS is no part of the answer */
		CHECK(j.right);
	}
}

TEST(taught_answers_are_right_on_every_level)
{
	each_level(check_taught);
}

/* A walk that takes any legal token ends with EOS; returns its length. */
static int walk(const struct prompt *p, bool strict, struct rng *r, uint8_t *tokens)
{
	int n = 0, slot;

	do {
		uint64_t legal = p->domain->next(p, strict, tokens, n, &slot);
		int skip;

		CHECK(legal != 0 && slot >= 0 && slot < 2 * task_vocabulary.n && legal < TOK_BIT(task_vocabulary.n));
		if (!legal)
			return 0;
		for (skip = rng_below(r, __builtin_popcountll(legal)); skip > 0; skip--)
			legal &= legal - 1;
		tokens[n++] = (uint8_t)__builtin_ctzll(legal);
	} while (tokens[n - 1] != TOK_EOS && n <= ANSWER_LEN);
	CHECK(tokens[n - 1] == TOK_EOS);
	return n;
}

static void check_walks(const struct domain *d, int level)
{
	uint8_t tokens[ANSWER_LEN + 1];
	struct rng r = rng_stream(6, (uint64_t)level, 0);
	struct judgement j;

	for (int i = 0, count = test_cases(200); i < count; i++) {
		struct prompt p = draw(d, level, i);

		for (int strict = 0; strict < 2; strict++) {
			int n = walk(&p, strict, &r, tokens);

			d->judge(&p, tokens, n, &j);
			CHECK(j.formed);
			CHECK(j.right == audit_answer(&p, tokens, n));
			CHECK(j.right ? j.share == 1 : j.share < 1 && j.share >= 0);
			for (int k = 0; k < j.n_spans; k++)
				CHECK(j.span[k].first >= 0 && j.span[k].first <= j.span[k].last && j.span[k].last < n &&
				      j.span[k].text[0]);
		}
	}
}

TEST(every_legal_prefix_can_be_finished_under_both_masks)
{
	each_level(check_walks);
}

static void compare_verdict(const struct prompt *p, const uint8_t *tokens, int n)
{
	struct judgement j;
	bool blamed = false;

	p->domain->judge(p, tokens, n, &j);
	if (j.right != audit_answer(p, tokens, n)) {
		struct str text = {0};

		str_addf(&text, "%s:", p->domain->name);
		for (int t = 0; t < n; t++)
			str_addf(&text, " %s", task_vocabulary.name(tokens[t]));
		test_failed(__FILE__, __LINE__, "verdict %d on %s", j.right, str_text(&text));
		str_release(&text);
	}
	CHECK(!j.right || j.formed);
	for (int k = 0; k < j.n_spans; k++)
		blamed |= j.span[k].credit < 0;
	CHECK(blamed == !j.right); /* and no wrong answer goes without a reason */
}

static void check_verdicts(const struct domain *d, int level)
{
	uint8_t tokens[ANSWER_LEN + 1];
	struct rng r = rng_stream(7, (uint64_t)level, 0);

	for (int i = 0, n = cases(1000) / (level > 5 && d != &domain_kk ? 10 : 1); i < n; i++) {
		struct prompt p = draw(d, level, i);
		int len = d->teach(&p, tokens);

		compare_verdict(&p, tokens, len);
		for (int k = rng_between(&r, 1, 2); k > 0; k--)
			tokens[rng_below(&r, len)] = (uint8_t)rng_below(&r, TASK_TOKENS);
		compare_verdict(&p, tokens, len);
		len = rng_between(&r, 1, ANSWER_LEN + 1);
		for (int k = 0; k < len; k++)
			tokens[k] = (uint8_t)rng_below(&r, TASK_TOKENS);
		compare_verdict(&p, tokens, len);
	}
}

TEST(verdicts_on_right_mutated_and_random_answers_are_those_of_the_auditor)
{
	each_level(check_verdicts);
}

/* ---- certificates ---- */

static const struct task_certificate *first_blame(const struct judgement *j)
{
	for (int k = 0; k < j->n_spans; k++)
		if (j->span[k].credit < 0)
			return &j->span[k];
	return NULL;
}

/* Another value in the place of the one at that token. */
static void plant_fault(const struct prompt *p, uint8_t *tokens, int at)
{
	if (p->domain == &domain_kk)
		tokens[at] = tokens[at] == TASK_TRUE ? TASK_FALSE : TASK_TRUE;
	else
		tokens[at] = (uint8_t)(TASK_POINTER + (tokens[at] - TASK_POINTER + 1) % p->houses.n);
}

static void check_planted_faults(const struct domain *d, int level)
{
	uint8_t tokens[ANSWER_LEN + 1];
	struct judgement j;

	for (int i = 0; i < 100; i++) {
		struct prompt p = draw(d, level, i);
		int n = d->teach(&p, tokens), steps = n / 2, at = 1 + 2 * (i % steps);

		plant_fault(&p, tokens, at);
		d->judge(&p, tokens, n, &j);
		CHECK(j.formed && !j.right);
		CHECK_EQ(j.n_spans, steps);
		CHECK_NEAR(j.share, (steps - 1.0) / (steps + 1), 1e-12);
		for (int k = 0; k < steps; k++)
			CHECK_EQ(j.span[k].credit, k == at / 2 ? -1 : 1);
		CHECK(j.span[at / 2].first == at && j.span[at / 2].last == at);
	}
}

TEST(a_wrong_step_of_a_puzzle_is_blamed_at_its_token_and_no_other)
{
	for (int level = domain_kk.first_level; level <= domain_kk.last_level; level++)
		check_planted_faults(&domain_kk, level);
	for (int level = domain_zebra.first_level; level <= domain_zebra.last_level; level++)
		check_planted_faults(&domain_zebra, level);
}

/* The last token of the term that begins at first. */
static int term_end(const uint8_t *tokens, int first)
{
	int open = 1, t = first;

	while (open > 0)
		open += task_is_operator(tokens[t++]) ? 1 : -1;
	return t - 1;
}

/* The first step, in the order of completion, after which the auditor finds no way to the target. */
struct audited_steps {
	struct fraction value[ANSWER_LEN];
	bool live[ANSWER_LEN];
	int n, blamed; /* token of its operator, or -1 */
};

static int audit_term(const struct prompt *p, const uint8_t *tokens, int *at, struct audited_steps *a)
{
	struct fraction pool[NUMBERS_MAX];
	int first = (*at)++, token = tokens[first], left, right, m = 0;
	bool defined;

	if (!task_is_operator(token))
		return token - TASK_POINTER;
	left = audit_term(p, tokens, at, a);
	right = audit_term(p, tokens, at, a);
	a->live[left] = a->live[right] = false;
	a->live[a->n] = true;
	defined = audit_step(token, a->value[left], a->value[right], &a->value[a->n]);
	for (int i = 0; i <= a->n; i++)
		if (a->live[i])
			pool[m++] = a->value[i];
	if (a->blamed < 0 && (!defined || !audit_reach(pool, m, p->numbers.target, p->numbers.all)))
		a->blamed = first;
	return a->n++;
}

TEST(the_first_step_from_which_the_target_is_out_of_reach_is_blamed)
{
	static const struct domain *const domains[] = {&domain_countdown, &domain_game24};
	uint8_t tokens[ANSWER_LEN + 1];
	int out_of_reach = 0;

	for (int i = 0; i < 600; i++) {
		const struct domain *d = domains[i % 2];
		struct prompt p = draw(d, d->first_level, i);
		int n = d->teach(&p, tokens), at = 0, root;
		struct audited_steps a = {.n = p.numbers.n, .blamed = -1};
		struct judgement j;

		for (at = i % n; !task_is_operator(tokens[at]);)
			at = (at + 1) % n;
		tokens[at] = (uint8_t)(TASK_ADD + (tokens[at] - TASK_ADD + 1 + i % 3) % 4);
		for (int k = 0; k < p.numbers.n; k++) {
			a.value[k] = (struct fraction){p.numbers.number[k], 1};
			a.live[k] = true;
		}
		at = 0;
		root = audit_term(&p, tokens, &at, &a);
		d->judge(&p, tokens, n, &j);
		if (j.right)
			continue;
		if (a.blamed < 0) /* nothing was spoilt, but the end is not the target */
			a.blamed = 0;
		CHECK(root == a.n - 1 && first_blame(&j) != NULL);
		CHECK_EQ(first_blame(&j)->first, a.blamed);
		CHECK_EQ(first_blame(&j)->last, term_end(tokens, a.blamed));
		out_of_reach += a.blamed > 0;
	}
	CHECK(out_of_reach > 50);
}

/* A question and an answer as text, and what the first reproach says. */
static void check_reproach(const struct domain *d, const char *question, const char *answer, int first,
			   const char *reproach)
{
	uint8_t tokens[32];
	struct prompt p;
	struct judgement j;
	int n = 0;

	CHECK_OK(d->parse(question, &p));
	for (const char *at = answer; *at; at++) {
		static const char letter[] = "..$+-*/ABCDEFGHtf0123456789:;<=>?"; /* the digits and after: cells */
		const char *found = strchr(letter, *at);

		tokens[n++] = (uint8_t)(found - letter);
	}
	d->judge(&p, tokens, n, &j);
	CHECK(!j.right && first_blame(&j) != NULL);
	if (!first_blame(&j))
		return;
	CHECK_EQ(first_blame(&j)->first, first);
	CHECK_STR(first_blame(&j)->text, reproach);
}

TEST(certificates_say_in_words_what_is_wrong)
{
	/* A B C D are 50 25 7 3 */
	check_reproach(&domain_countdown, "3 7 25 50 = 75", "*-ABC$", 0, "(50 - 25) * 7 = 175, not 75");
	check_reproach(&domain_countdown, "3 7 25 50 = 75", "*-ABB$", 4, "25 is used a second time");
	check_reproach(&domain_countdown, "3 7 25 50 = 75", "A$", 0, "50 is 50, not 75");
	check_reproach(&domain_countdown, "3 7 25 50 = 75", "+A$", 2, "the answer ends before it is complete");
	check_reproach(&domain_countdown, "3 7 25 50 = 75", "+AE$", 2,
		       "neither a number of the question nor an operator");
	check_reproach(&domain_countdown, "3 7 25 50 = 75", "+ABC$", 3, "goes on after the answer's end");
	check_reproach(&domain_countdown, "2 2 30 60 = 90", "/A-CD$", 0, "60 / (2 - 2) divides by zero");
	check_reproach(&domain_game24, "4 7 8 8", "*AD$", 0, "8 * 4 = 32, not 24");
	check_reproach(&domain_game24, "1 2 12 12", "+AB$", 0, "12 + 12 = 24, but leaves 2 of the numbers unused");
	check_reproach(&domain_game24, "1 1 12 12", "*/AB+CD$", 1, "12 / 12 = 1, from where 24 is out of reach");
	check_reproach(&domain_kk, "A says B is a knave. B says I am a knight and A is a knight.", "AtBt$", 3,
		       "B cannot be a knight: what A said contradicts it");
	check_reproach(&domain_kk, "A says B is a knave. B says I am a knight and A is a knight.", "AtAt$", 2,
		       "A has been decided before");
	check_reproach(&domain_kk, "A says B is a knave. B says I am a knight and A is a knight.", "At$", 2,
		       "ends before everybody is decided: B is left");
	check_reproach(&domain_kk, "A says B is a knave. B says I am a knight and A is a knight.", "AB$", 1,
		       "a person and then true or false are expected");
	check_reproach(&domain_zebra, domain_zebra.example, "0C$", 1,
		       "Cal cannot be in house 1 because of clues 2 and 4");
	check_reproach(&domain_zebra, domain_zebra.example, "4C5C$", 3,
		       "blue cannot be in house 2 because of what was said before");
	check_reproach(&domain_zebra, domain_zebra.example, "4C4C$", 2, "the Colour of house 1 has been said before");
	check_reproach(&domain_zebra, domain_zebra.example, "4C5A$", 4,
		       "ends before everything is said: the Name of house 1 is left");
	check_reproach(&domain_zebra, domain_zebra.example, "4CA$", 2, "a cell and then a value are expected");
	check_reproach(&domain_zebra, domain_zebra.example, "3A$", 0, "a cell and then a value are expected");
}

/* ---- held out ---- */

static int compare_hashes(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void check_split(const struct domain *d, int level)
{
	enum { TRAINED = 400, HELD_OUT = 50 };
	static uint64_t trained[TRAINED];
	int n = test_cases(TRAINED), asked = test_cases(HELD_OUT);

	for (int i = 0; i < n; i++) {
		struct prompt p = draw(d, level, i);

		CHECK(prompt_split(&p) == SPLIT_TRAIN);
		trained[i] = d->canonical(&p);
	}
	qsort(trained, (size_t)n, sizeof(*trained), compare_hashes);
	for (int i = 0; i < asked; i++) {
		struct rng r = rng_stream(5, (uint64_t)level, (uint64_t)i); /* the streams of training */
		struct prompt p;
		uint64_t h;

		domain_draw(d, level, SPLIT_HELD_OUT, &r, &p);
		h = d->canonical(&p);
		CHECK(prompt_split(&p) == SPLIT_HELD_OUT);
		CHECK(!bsearch(&h, trained, (size_t)n, sizeof(h), compare_hashes));
	}
}

TEST(held_out_questions_never_occur_in_training)
{
	each_level(check_split);
}

TEST(order_and_names_make_no_other_question)
{
	struct prompt a, b;

	CHECK_OK(domain_countdown.parse("3 7 25 50 = 75", &a));
	CHECK_OK(domain_countdown.parse("50, 7, 3, 25 = 75", &b));
	CHECK(domain_countdown.canonical(&a) == domain_countdown.canonical(&b));
	CHECK_OK(domain_countdown.parse("3 7 25 50 = 68", &b));
	CHECK(domain_countdown.canonical(&a) != domain_countdown.canonical(&b));
	for (int i = 0; i < 200; i++) {
		int level = 2 + i % 7, turn[PEOPLE_MAX];
		struct rng r = rng_stream(8, 0, (uint64_t)i);

		a = b = draw(&domain_kk, level, i);
		for (int k = 0; k < level; k++)
			turn[k] = k;
		rng_shuffle(&r, turn, level);
		for (int k = 0; k < level; k++) {
			struct statement *s = &b.knights.said[turn[k]];

			*s = a.knights.said[k];
			s->speaker = (uint8_t)turn[s->speaker];
			s->first.person = (uint8_t)turn[s->first.person];
			s->second.person = (uint8_t)turn[s->second.person];
			if (s->form != SAYS_IS && s->form != SAYS_IF && i % 2) {
				struct claim swap = s->first;

				s->first = s->second;
				s->second = swap;
			}
		}
		CHECK(domain_kk.canonical(&a) == domain_kk.canonical(&b));
		b.knights.said[0].first.knight ^= true;
		CHECK(domain_kk.canonical(&a) != domain_kk.canonical(&b));
	}
}

/* The same puzzle with attributes, values and clues in another order, and, on request, seen from the other side. */
static struct houses disguise(const struct houses *q, struct rng *r, bool mirrored)
{
	struct houses out = *q;
	int attribute[ATTRIBUTES_MAX] = {0, 1, 2, 3}, value[ATTRIBUTES_MAX][HOUSES_MAX], clue[CLUES_MAX];

	rng_shuffle(r, attribute, q->n_attributes);
	for (int a = 0; a < q->n_attributes; a++) {
		for (int v = 0; v < q->n; v++)
			value[a][v] = v;
		rng_shuffle(r, value[a], q->n);
	}
	for (int i = 0; i < q->n_clues; i++)
		clue[i] = i;
	rng_shuffle(r, clue, q->n_clues);
	for (int i = 0; i < q->n_clues; i++) {
		struct clue *c = &out.clue[clue[i]];
		bool turned;

		*c = q->clue[i];
		for (int k = 0; k < 3; k++) {
			struct thing t = c->thing[k];

			c->thing[k].attribute = (uint8_t)attribute[t.attribute];
			c->thing[k].value = (uint8_t)value[t.attribute][t.value];
		}
		turned = c->form == CLUE_SAME || c->form == CLUE_NEXT
				 ? rng_bool(r, 0.5)
				 : mirrored && (c->form == CLUE_LEFT || c->form == CLUE_JUST_LEFT);
		if (turned || (c->form == CLUE_BETWEEN && rng_bool(r, 0.5))) {
			int k = c->form == CLUE_BETWEEN;
			struct thing swap = c->thing[k];

			c->thing[k] = c->thing[k + 1];
			c->thing[k + 1] = swap;
		}
		if (mirrored && (c->form == CLUE_AT || c->form == CLUE_NOT_AT))
			c->house = (uint8_t)(q->n - 1 - c->house);
	}
	return out;
}

TEST(order_names_and_side_make_no_other_puzzle_of_houses)
{
	int turned = 0, told_apart = 0;

	for (int i = 0; i < 300; i++) {
		struct prompt a = draw(&domain_zebra, 3 + i % 3, i), b = a;
		struct rng r = rng_stream(9, 0, (uint64_t)i);
		struct thing swap = a.houses.clue[0].thing[0];

		b.houses = disguise(&a.houses, &r, i % 2);
		CHECK(domain_zebra.canonical(&a) == domain_zebra.canonical(&b));
		b = a;
		b.houses.clue[0].form = (uint8_t)(a.houses.clue[0].form == CLUE_AT     ? CLUE_NOT_AT
						  : a.houses.clue[0].form == CLUE_SAME ? CLUE_NEXT
										       : CLUE_SAME);
		CHECK(domain_zebra.canonical(&a) != domain_zebra.canonical(&b));
		if (a.houses.clue[0].form != CLUE_LEFT && a.houses.clue[0].form != CLUE_JUST_LEFT)
			continue;
		b = a; /* what was left is right now, but nothing else is mirrored: another one, unless both things are alike */
		b.houses.clue[0].thing[0] = a.houses.clue[0].thing[1];
		b.houses.clue[0].thing[1] = swap;
		turned++;
		told_apart += domain_zebra.canonical(&a) != domain_zebra.canonical(&b);
	}
	CHECK(turned > 50 && told_apart > turned * 3 / 4);
}

static bool is_decided(const struct houses *q, const uint8_t *tokens, int n)
{
	const struct prompt p = {.domain = &domain_zebra, .houses = *q};

	return audit_answer(&p, tokens, n);
}

TEST(puzzles_of_houses_have_one_answer_and_no_clue_too_many)
{
	uint8_t tokens[ANSWER_LEN + 1];
	int forms = 0;

	for (int i = 0; i < 90; i++) {
		struct prompt p = draw(&domain_zebra, 3 + i % 3, i);
		int n = domain_zebra.teach(&p, tokens);

		CHECK(is_decided(&p.houses, tokens, n));
		for (int k = 0; k < p.houses.n_clues; k++) {
			struct houses less = p.houses;

			less.clue[k] = less.clue[--less.n_clues];
			CHECK(!is_decided(&less, tokens, n));
			forms |= 1 << p.houses.clue[k].form;
		}
	}
	CHECK_EQ(forms, (1 << CLUE_FORMS) - 2); /* of every form */
}

/* ---- text ---- */

static void check_text(const struct domain *d, int level)
{
	struct str once = {0}, twice = {0};
	struct prompt p, back;

	for (int i = 0; i < 100; i++) {
		p = draw(d, level, i);
		print(&p, &once);
		CHECK_OK(d->parse(once.data, &back));
		CHECK_STR(print(&back, &twice), once.data);
		CHECK(d->canonical(&p) == d->canonical(&back) && back.level == level);
	}
	CHECK_OK(d->parse(d->example, &back));
	str_release(&once);
	str_release(&twice);
}

TEST(questions_are_read_as_they_are_printed)
{
	each_level(check_text);
}

TEST(people_may_have_any_names_and_speak_of_themselves)
{
	struct prompt p;
	struct str text = {0};
	uint8_t tokens[ANSWER_LEN + 1];
	int n;

	CHECK_OK(domain_kk.parse("Ann says that Bob is not a knight, Bob says if I am a knight then Ann is a knave",
				 &p));
	CHECK_STR(print(&p, &text), "Ann says Bob is a knave. Bob says if Bob is a knight then Ann is a knave.");
	n = domain_kk.teach(&p, tokens);
	str_clear(&text);
	domain_kk.print_answer(&p, tokens, n, &text);
	CHECK_STR(text.data, "Ann is a knave, Bob is a knight");
	str_release(&text);
}

TEST(puzzles_of_houses_are_read_as_people_write_them)
{
	struct prompt p;
	struct str text = {0};

	CHECK_OK(domain_zebra.parse(
		"3 houses; name: Ann Bob Cal; colour: red green blue; pet: cat dog fox. The dog is in the same house "
		"as ann, "
		"Cal is in the same house as the red. Cat is immediately right of red; blue is in house 1",
		&p));
	CHECK_STR(print(&p, &text),
		  "3 houses. name: Ann, Bob, Cal. colour: red, green, blue. pet: cat, dog, fox. Dog is in the same "
		  "house as "
		  "Ann. Cal is in the same house as red. Red is just left of cat. Blue is in house 1.");
	str_release(&text);
}

static void check_refusal(const struct domain *d, const char *text, const char *why)
{
	struct prompt p;

	CHECK(d->parse(text, &p) == ST_DATA);
	CHECK_STR(error_message(), why);
}

TEST(questions_that_cannot_be_used_are_refused_with_the_place)
{
	check_refusal(&domain_countdown, "3 7 = 21", "3 to 6 numbers are wanted, these are 2");
	check_refusal(&domain_countdown, "3 7 5", "the target is missing: numbers, =, target, as in 3 7 25 50 = 75");
	check_refusal(&domain_countdown, "3 x 5 = 15", "\"x 5 = 15\": a whole number is expected there");
	check_refusal(&domain_countdown, "3 4 5 =", "\"(the end)\": a whole number is expected there");
	check_refusal(&domain_countdown, "3 4 500 = 17", "500: numbers are 1 to 99");
	check_refusal(&domain_countdown, "3 4 5 = 17 x", "\"x\": nothing may follow the target");
	check_refusal(&domain_countdown, "1 1 1 = 99", "99 cannot be reached with these numbers");
	check_refusal(&domain_countdown, "1 2 3 4 5 6 7 = 99",
		      "\"7 = 99\": there are 6 numbers already, which is the most");
	check_refusal(&domain_game24, "1 1 1 1", "24 cannot be reached with these cards");
	check_refusal(&domain_kk, "A says B is a nave", "word 6, \"nave\": \"knight\" or \"knave\" is expected there");
	check_refusal(&domain_kk, "A says B", "word 4, \"(the end)\": \"is\" is expected there");
	check_refusal(&domain_kk, "A thinks B is a knave", "word 2, \"thinks\": \"says\" is expected there");
	check_refusal(&domain_kk, "A says A and A are different. B says A is a knave.",
		      "before word 8: a statement names two different people, this one A twice");
	check_refusal(&domain_kk, "A says I am a knave. B says A is a knave.",
		      "the statements contradict each other whoever is a knight");
	check_refusal(&domain_kk, "A says B is a knight.", "several answers fit; one more statement may decide");
#define THINGS "3 houses. Name: Ann, Bob, Cal. Colour: red, green, blue. Pet: cat, dog, fox. "
	check_refusal(
		&domain_zebra, THINGS "Ann is by the dog.",
		"word 17, \"by\": \"in\", \"next to\", \"left of\", \"right of\" or \"between\" is expected there");
	check_refusal(&domain_zebra, THINGS "Ann is next to the cow.",
		      "word 20, \"cow\": one of the values above is expected there");
	check_refusal(&domain_zebra, THINGS "Ann is in house 4.", "word 19, \"4\": houses are 1 to 3");
	check_refusal(&domain_zebra, THINGS "Ann is in the same house as Bob. Cat is left of dog.",
		      "before word 23: Ann and Bob cannot be in the same house");
	check_refusal(&domain_zebra, THINGS "Ann is left of Ann.",
		      "before word 20: a clue names different things, this one Ann twice");
	check_refusal(&domain_zebra, THINGS "Ann is in house 1. Ann is next to red. Red is in house 3.",
		      "the clues contradict each other");
	check_refusal(&domain_zebra, THINGS "Ann is in house 1.", "several answers fit; one more clue may decide");
	check_refusal(&domain_zebra, "3 houses. Name: Ann, Bob. Colour: red, green, blue.",
		      "word 6, \"Colour\": Name has 2 values, 3 houses want as many");
	check_refusal(&domain_zebra, "3 houses. Name: Ann, Bob, Bob.",
		      "word 6, \"Bob\": there is something of that name already");
	check_refusal(&domain_zebra, "3 houses. Name: Ann, Bob, Cal. Ann is in house 1. Bob is in house 2.",
		      "3 houses with 1 attributes; 3 with 3, 4 with 3 and 4 with 4 are known");
	check_refusal(
		&domain_zebra, "Three houses.",
		"word 1, \"Three\": a puzzle begins with the number of its houses, 3 or 4, as in: 3 houses. Name: Ann, "
		"Bob, Cal. Colour: red, green, blue. …");
#undef THINGS
}
