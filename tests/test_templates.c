/* test_templates.c — tasks in other forms, and weights that know some of them. */
#include "eqrl/base/mem.h"
#include "eqrl/domain/attempts.h"
#include "task_auditor.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static struct prompt draw(const struct domain *d, int level, int template, int i)
{
	struct rng r = rng_stream(5, (uint64_t)level, (uint64_t)i);
	struct prompt p;

	domain_draw(d, level, SPLIT_TRAIN, &r, &p);
	p.template = (uint8_t) template;
	return p;
}

static void each_template(void (*check)(const struct domain *d, int level, int template))
{
	for (int i = 0; i < DOMAINS; i++)
		for (int level = domain_table[i]->first_level; level <= domain_table[i]->last_level && level < 6;
		     level++)
			for (int template = 0; template <TEMPLATES; template ++)
				check(domain_table[i], level, template);
}

static void check_taught(const struct domain *d, int level, int template)
{
	uint8_t tokens[ANSWER_LEN + 1], plain[ANSWER_LEN + 1], slot[ANSWER_LEN + 1];
	uint64_t legal[ANSWER_LEN + 1];
	struct str as_plain = {0}, as_shown = {0};

	for (int i = 0, count = test_cases(30); i < count; i++) {
		struct prompt p = draw(d, level, template, i);
		int n = prompt_teach(&p, tokens);
		struct judgement j;

		prompt_judge(&p, tokens, n, &j);
		CHECK(j.formed && j.right && j.share == 1);
		prompt_judge(&p, tokens, n - 1, &j); /* its EOS is no part of the answer */
		CHECK(j.right);
		for (int strict = 0; strict < 2; strict++)
			CHECK_EQ(domain_masks(&(struct answer_rules){&p, strict}, tokens, n, legal, slot), n);
		CHECK_EQ(d->teach(&p, plain), n);
		CHECK((memcmp(plain, tokens, (size_t)n) != 0) == template_table[template].turned);
		str_clear(&as_plain);
		str_clear(&as_shown);
		d->print_answer(&p, plain, n, &as_plain);
		prompt_print_answer(&p, tokens, n, &as_shown);
		CHECK_STR(as_shown.data, as_plain.data);
	}
	str_release(&as_plain);
	str_release(&as_shown);
}

TEST(taught_answers_are_right_and_read_alike_in_every_template)
{
	each_template(check_taught);
}

/* The answer as the domain has it, by other means than the program's: pairs change places, and operators of a stack of
 * texts go before their operands. */
static int straighten(const struct domain *d, const uint8_t *tokens, int n, uint8_t *out)
{
	uint8_t text[ANSWER_LEN + 1][ANSWER_LEN + 1];
	int length[ANSWER_LEN + 1], depth = 0;

	for (int t = 0; t < n; t++) {
		if (d->pairs) {
			out[t] = tokens[t ^ 1];
			continue;
		}
		if (tokens[t] < TASK_ADD || tokens[t] > TASK_DIV) {
			text[depth][0] = tokens[t];
			length[depth++] = 1;
			continue;
		}
		depth--;
		out[0] = tokens[t];
		memcpy(out + 1, text[depth - 1], (size_t)length[depth - 1]);
		memcpy(out + 1 + length[depth - 1], text[depth], (size_t)length[depth]);
		length[depth - 1] += 1 + length[depth];
		memcpy(text[depth - 1], out, (size_t)length[depth - 1]);
	}
	if (!d->pairs)
		memcpy(out, text[0], (size_t)length[0]);
	return n;
}

static void check_walks(const struct domain *d, int level, int template)
{
	uint8_t tokens[ANSWER_LEN + 1], straight[ANSWER_LEN + 1];
	struct rng r = rng_stream(6, (uint64_t)level, 0);

	for (int i = 0, count = test_cases(60); i < count; i++) {
		struct prompt p = draw(d, level, template, i);
		struct judgement j;
		int n = 0, slot;

		do {
			uint64_t legal = prompt_next(&p, i % 2, tokens, n, &slot);

			CHECK(legal != 0 && slot >= 0 && slot < 2 * task_vocabulary.n);
			if (!legal)
				return;
			for (int skip = rng_below(&r, __builtin_popcountll(legal)); skip > 0; skip--)
				legal &= legal - 1;
			tokens[n++] = (uint8_t)__builtin_ctzll(legal);
		} while (tokens[n - 1] != TOK_EOS && n <= d->answer_len);
		CHECK(tokens[n - 1] == TOK_EOS);
		if (template_table[template].turned)
			straighten(d, tokens, n - 1, straight);
		else
			memcpy(straight, tokens, (size_t)(n - 1));
		prompt_judge(&p, tokens, n, &j);
		CHECK(j.formed);
		CHECK(j.right == audit_answer(&p, straight, n - 1));
		for (int k = 0; k < j.n_spans; k++)
			CHECK(j.span[k].first >= 0 && j.span[k].first <= j.span[k].last && j.span[k].last < n);
	}
}

TEST(every_legal_prefix_can_be_finished_in_every_template)
{
	each_template(check_walks);
}

static void check_any_tokens(const struct domain *d, int level, int template)
{
	uint8_t tokens[ANSWER_LEN + 1];
	struct rng r = rng_stream(7, (uint64_t)level, 0);

	for (int i = 0; i < 100; i++) {
		struct prompt p = draw(d, level, template, i % 10);
		struct judgement j;
		bool blamed = false;
		int n = prompt_teach(&p, tokens);

		for (int k = rng_between(&r, 1, 3); k > 0; k--)
			tokens[rng_below(&r, n)] = (uint8_t)rng_below(&r, TASK_TOKENS);
		if (i % 2)
			for (n = 0; n < 1 + i % (ANSWER_LEN + 1); n++)
				tokens[n] = (uint8_t)rng_below(&r, TASK_TOKENS);
		prompt_judge(&p, tokens, n, &j);
		for (int k = 0; k < j.n_spans; k++) {
			CHECK(j.span[k].first >= 0 && j.span[k].last < n && j.span[k].text[0]);
			blamed |= j.span[k].credit < 0;
		}
		CHECK(blamed == !j.right);
	}
}

TEST(whatever_is_written_in_a_template_is_judged_with_a_reason)
{
	each_template(check_any_tokens);
}

static void check_turned(const struct domain *d, const char *question, const char *answer, const char *blame, int first,
			 int last)
{
	static const char letter[] = "..$+-*/ABCDEFGHtf0123456789:;<=>?";
	uint8_t tokens[ANSWER_LEN + 1];
	struct prompt p;
	struct judgement j;
	int n = 0;

	CHECK_OK(d->parse(question, &p));
	p.template = TEMPLATE_TURNED;
	for (const char *at = answer; *at; at++)
		tokens[n++] = (uint8_t)(strchr(letter, *at) - letter);
	prompt_judge(&p, tokens, n, &j);
	CHECK(!j.right && j.n_spans > 0);
	for (int k = 0; k < j.n_spans; k++)
		if (j.span[k].credit < 0) {
			CHECK_STR(j.span[k].text, blame);
			CHECK(j.span[k].first == first && j.span[k].last == last);
			return;
		}
	test_failed(__FILE__, __LINE__, "%s: nothing is blamed", answer);
}

TEST(faults_of_turned_answers_are_blamed_at_their_own_tokens)
{
	/* A B C D are 50 25 7 3 */
	check_turned(&domain_countdown, "3 7 25 50 = 75", "AB-C*$", "(50 - 25) * 7 = 175, not 75", 0, 4);
	check_turned(&domain_countdown, "3 7 25 50 = 75", "AB-B*$", "25 is used a second time", 3, 3);
	check_turned(&domain_countdown, "3 7 25 50 = 75", "A-B$", "an operator wants two terms before it", 1, 1);
	check_turned(&domain_countdown, "3 7 25 50 = 75", "AB$", "the answer ends before it is complete", 1, 1);
	check_turned(&domain_game24, "1 1 12 12", "AB/CD+*$", "12 / 12 = 1, from where 24 is out of reach", 0, 2);
	check_turned(&domain_kk, "A says B is a knave. B says I am a knight and A is a knight.", "tAtB$",
		     "B cannot be a knight: what A said contradicts it", 2, 2);
	check_turned(&domain_kk, "A says B is a knave. B says I am a knight and A is a knight.", "At$",
		     "a person and then true or false are expected", 1, 1);
	check_turned(&domain_zebra, domain_zebra.example, "C4C5$",
		     "blue cannot be in house 2 because of what was said before", 2, 2);
}

TEST(questions_in_other_signs_are_the_same_but_for_the_symbols)
{
	for (int i = 0; i < DOMAINS; i++) {
		const struct domain *d = domain_table[i];
		struct shown_prompt plain = {0}, signs = {0};
		struct prompt p = draw(d, d->first_level, TEMPLATE_PLAIN, i);
		int other = 0;

		prompt_show(&p, NULL, &plain);
		p.template = TEMPLATE_SIGNS;
		prompt_show(&p, NULL, &signs);
		CHECK(signs.n == plain.n && plain.about[2] == 0 && signs.about[2] == TEMPLATE_SIGNS);
		for (int k = 0; k < plain.n * SYMBOL_FIELDS; k++) {
			int row = k / SYMBOL_FIELDS, field = k % SYMBOL_FIELDS;
			int was = plain.row[row][field], is = signs.row[row][field];

			CHECK(is == (was ? SYMBOL_KINDS - was : 0));
			other += is != was;
		}
		CHECK(other > plain.n);
	}
}

/* ---- weights ---- */

enum { OLD_TOKENS = TASK_CELL };

/* The alphabet as it was before cells, and a small network for it. */
static struct policy policy_of(int tokens)
{
	static struct vocabulary v; /* the policy borrows it: one at a time */
	struct net_config c = {
		.width = 32, .heads = 2, .ff = 64, .encoder_layers = 1, .decoder_layers = 1, .latents = 4};
	struct policy p;

	v = task_vocabulary;
	v.n = c.vocab = tokens;
	c.points = PROMPT_ROWS;
	c.max_len = ANSWER_LEN + 1;
	c.features = encoding_features(ENCODING_SYMBOLS);
	c.context = encoding_context(ENCODING_SYMBOLS);
	policy_init_language(&p, &c, ENCODING_SYMBOLS, &v, 3);
	p.grammar_max_len = ANSWER_LEN;
	p.grammar_max_consts = p.grammar_nest = 0;
	return p;
}

static const char *in_dir(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s.safetensors", test_dir(), name);
	return path;
}

/* A domain's syntax in the slots of the old alphabet. */
static uint64_t next_in_old_slots(const void *rules, uint64_t known, const uint8_t *tokens, int n, int *slot)
{
	const struct syntax s = domain_syntax(rules);
	uint64_t legal = s.next(rules, known, tokens, n, slot);

	*slot = *slot / task_vocabulary.n * OLD_TOKENS + *slot % task_vocabulary.n;
	return legal;
}

/* 8 answers of the policy as it was before it was written and read. */
static void draw_as_before(const struct policy *p, const struct prompt *prompt, struct pool *pool, struct samples *out)
{
	const struct answer_rules rules = {prompt, true};
	const struct syntax syntax = {.max_len = ANSWER_LEN, .next = next_in_old_slots, .rules = &rules};
	float *points = xaligned(PROMPT_ROWS * (size_t)p->config.features * sizeof(*points));
	float *about = xaligned((size_t)p->config.context * sizeof(*about));
	struct sampler *sampler = sampler_new(pool);
	const struct memory *shown;
	struct memory memory;

	policy_encode(p, points, prompt_encode(prompt, points, about), about, &memory);
	shown = &memory;
	CHECK(sampler_draw(sampler,
			   &(struct sample_request){.policy = p,
						    .memory = &shown,
						    .shared_memory = true,
						    .syntax = &syntax,
						    .shared_syntax = true,
						    .n = 8,
						    .temperature = 1,
						    .seed = 4},
			   out, NULL));
	sampler_free(sampler);
	memory_release(&memory);
	free(points);
	free(about);
}

TEST(weights_that_are_older_than_some_tokens_answer_as_before_where_these_are_not_wanted)
{
	struct policy old = policy_of(OLD_TOKENS), p;
	struct prompt prompt = draw(&domain_kk, 3, TEMPLATE_PLAIN, 1);
	struct samples before = {0}, now = {0};
	struct pool *pool = pool_new(1);
	struct attempts a = {.policy = &p, .pool = pool, .tries = 8, .temperature = 1, .strict = true, .seed = 4};
	struct task_mix mix;

	CHECK_OK(task_mix_parse("kk,countdown,game24", "3-4", &mix));
	task_forms_note(&mix, TEMPLATE_PLAIN, old.recipe);
	CHECK_OK(policy_save(&old, in_dir("old"), DTYPE_F32));
	CHECK_OK(task_policy_load(&p, in_dir("old")));
	for (int i = 0; i < mix.n; i++)
		CHECK_OK(task_policy_admits(&p, mix.level[i].domain, TEMPLATE_PLAIN, false));
	for (int any = 0; any < 2; any++) {
		CHECK(task_policy_admits(&p, &domain_zebra, TEMPLATE_PLAIN, any) == ST_WEIGHTS);
		CHECK(strstr(error_message(), "does not know the token a1, which answers of zebra want") != NULL);
	}
	draw_as_before(&old, &prompt, pool, &before);
	CHECK(attempts_draw(&a, &prompt, 1, &now));
	CHECK(now.width == before.width && memcmp(now.tokens, before.tokens, (size_t)(8 * now.width)) == 0);
	CHECK(memcmp(now.logp, before.logp, (size_t)(8 * now.width) * sizeof(float)) == 0);
	samples_release(&before);
	samples_release(&now);
	policy_release(&old);
	policy_release(&p);
	pool_free(pool);
}

TEST(weights_are_refused_for_templates_that_they_were_not_taught)
{
	struct policy written = policy_of(TASK_TOKENS), p;
	struct task_mix mix;

	CHECK_OK(task_mix_parse("kk,countdown", "3", &mix));
	task_forms_note(&mix, TEMPLATE_TURNED, written.recipe);
	task_forms_note(&mix, TEMPLATE_SIGNS, written.recipe);
	CHECK_OK(policy_save(&written, in_dir("turned"), DTYPE_F32));
	CHECK_OK(task_policy_load(&p, in_dir("turned")));
	CHECK_EQ(task_policy_template(&p), TEMPLATE_TURNED);
	CHECK_OK(task_policy_admits(&p, &domain_kk, TEMPLATE_TURNED, false));
	CHECK_OK(task_policy_admits(&p, &domain_zebra, TEMPLATE_SIGNS,
				    false)); /* new to them, but shown like the others */
	CHECK(task_policy_admits(&p, &domain_kk, TEMPLATE_PLAIN, false) == ST_WEIGHTS);
	CHECK(strstr(error_message(), "was taught questions in template turned, not in plain; --any-template asks") !=
	      NULL);
	CHECK_OK(task_policy_admits(&p, &domain_kk, TEMPLATE_PLAIN, true));
	cJSON_ReplaceItemInObject(cJSON_GetObjectItem(p.recipe, "forms"), "kk/turned", cJSON_CreateString("0123"));
	CHECK(task_policy_admits(&p, &domain_kk, TEMPLATE_TURNED, false) == ST_WEIGHTS);
	CHECK(strstr(error_message(), "questions of kk in another form") != NULL);
	CHECK_OK(task_policy_admits(&p, &domain_countdown, TEMPLATE_TURNED, false));
	policy_release(&p);
	policy_release(&written);
}

TEST(templates_are_named_once_each)
{
	struct template_set set;

	CHECK_OK(template_set_parse(NULL, &set));
	CHECK(set.n == 1 && set.number[0] == TEMPLATE_PLAIN);
	CHECK_OK(template_set_parse("signs,plain", &set));
	CHECK(set.n == 2 && set.number[0] == TEMPLATE_SIGNS && set.number[1] == TEMPLATE_PLAIN);
	CHECK(template_set_parse("plain,plain", &set) == ST_USAGE);
	CHECK(template_set_parse("turnt", &set) == ST_USAGE);
	CHECK_STR(error_message(), "--template turnt: unknown; did you mean turned?");
	CHECK(template_set_parse("", &set) == ST_USAGE);
}
