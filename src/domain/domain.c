/* domain.c — the table of domains, and what is the same for all; see domain.h. */
#include "eqrl/domain/domain.h"

#include "eqrl/domain/template.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct domain *const domain_table[DOMAINS] = {&domain_countdown, &domain_game24, &domain_kk, &domain_zebra};

enum { HELD_OUT_ONE_IN = 5 };

static int number_of(const struct domain *d)
{
	int i = 0;

	while (domain_table[i] != d)
		i++;
	return i;
}

const struct domain *domain_find(const char *name)
{
	const char *names[DOMAINS], *near;

	for (int i = 0; i < DOMAINS; i++) {
		names[i] = domain_table[i]->name;
		if (strcmp(names[i], name) == 0)
			return domain_table[i];
	}
	near = str_nearest(name, names, DOMAINS);
	if (near)
		fail(ST_USAGE, "%s: unknown domain; did you mean %s?", name, near);
	else
		fail(ST_USAGE, "%s: unknown domain; eqrl tasks lists them", name);
	return NULL;
}

void judgement_certify(struct judgement *j, int first, int last, int credit, const char *format, ...)
{
	struct task_certificate *c;
	va_list args;

	if (j->n_spans == JUDGEMENT_SPANS)
		return;
	c = &j->span[j->n_spans++];
	*c = (struct task_certificate){.first = first, .last = last, .credit = credit};
	va_start(args, format);
	vsnprintf(c->text, sizeof(c->text), format, args);
	va_end(args);
}

enum split prompt_split(const struct prompt *p)
{
	uint64_t h = mix64(p->domain->canonical(p), hash_bytes(p->domain->name, strlen(p->domain->name)));

	return h % HELD_OUT_ONE_IN == 0 ? SPLIT_HELD_OUT : SPLIT_TRAIN;
}

void domain_draw(const struct domain *d, int level, enum split split, struct rng *r, struct prompt *out)
{
	if (level < d->first_level || level > d->last_level)
		BUG("%s has no level %d", d->name, level);
	do {
		memset(out, 0, sizeof(*out));
		out->domain = d;
		out->level = level;
		d->draw(level, r, out);
	} while (prompt_split(out) != split);
}

int prompt_encode_as(const struct prompt *p, const uint8_t *letter, float *points, float *context)
{
	struct shown_prompt s = {0};

	/* not the level: it would tell questions of untaught ones apart from those that were taught, and nothing else */
	s.about[0] = (uint8_t)(number_of(p->domain) + 1);
	prompt_show(p, letter, &s);
	encode_symbols(s.row[0], s.n, s.about, points, context);
	return s.n;
}

int prompt_encode(const struct prompt *p, float *points, float *context)
{
	static const uint8_t letter[TASK_POINTERS] = {0, 1, 2, 3, 4, 5, 6, 7};

	return prompt_encode_as(p, letter, points, context);
}

static uint64_t next_tokens(const void *rules, uint64_t known, const uint8_t *tokens, int n, int *slot)
{
	const struct answer_rules *r = rules;

	return known & prompt_next(r->prompt, r->strict, tokens, n, slot);
}

struct syntax domain_syntax(const struct answer_rules *rules)
{
	return (struct syntax){.max_len = ANSWER_LEN, .next = next_tokens, .rules = rules};
}

int domain_masks(const struct answer_rules *rules, const uint8_t *tokens, int n, uint64_t *legal, uint8_t *slot)
{
	int first_illegal = n;

	for (int t = 0; t < n; t++) {
		int place;

		legal[t] = prompt_next(rules->prompt, rules->strict, tokens, t, &place);
		slot[t] = (uint8_t)place;
		if (first_illegal == n && !(legal[t] & TOK_BIT(tokens[t])))
			first_illegal = t;
	}
	return first_illegal;
}
