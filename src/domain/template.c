/* template.c — see template.h. */
#include "eqrl/domain/template.h"

#include "turned.h"

#include <stdio.h>
#include <string.h>

const struct task_template template_table[TEMPLATES] = {
	[TEMPLATE_PLAIN] = {.name = "plain", .doc = "questions and answers as the list of domains has them"},
	[TEMPLATE_TURNED] = {.name = "turned",
			     .doc = "answers the other way round: operands before operators, what before who or where",
			     .turned = true},
	[TEMPLATE_SIGNS] = {.name = "signs", .doc = "questions in other symbols", .signs = true},
};

int template_find(const char *name)
{
	const char *names[TEMPLATES], *near;

	for (int i = 0; i < TEMPLATES; i++) {
		names[i] = template_table[i].name;
		if (strcmp(names[i], name) == 0)
			return i;
	}
	near = str_nearest(name, names, TEMPLATES);
	if (near)
		fail(ST_USAGE, "--template %s: unknown; did you mean %s?", name, near);
	else
		fail(ST_USAGE, "--template %s: unknown; there are plain, turned and signs", name);
	return -1;
}

enum status template_set_parse(const char *names, struct template_set *out)
{
	*out = (struct template_set){0};
	for (const char *at = names ? names : template_table[TEMPLATE_PLAIN].name; *at;) {
		size_t n = strcspn(at, ",");
		char name[32];
		int number;

		snprintf(name, sizeof(name), "%.*s", (int)n, at);
		number = template_find(name);
		if (number < 0)
			return ST_USAGE;
		if (memchr(out->number, number, (size_t)out->n))
			return fail(ST_USAGE, "--template %s: %s stands there twice", names, name);
		out->number[out->n++] = (uint8_t)number;
		at += n + (at[n] == ',');
	}
	return out->n ? ST_OK : fail(ST_USAGE, "--template wants a name, or several, comma-separated");
}

/* ---- a prompt in its template ---- */

static const struct task_template *template_of(const struct prompt *p)
{
	return &template_table[p->template];
}

int prompt_teach(const struct prompt *p, uint8_t *tokens)
{
	int n = p->domain->teach(p, tokens);

	if (n > 0 && template_of(p)->turned)
		turned_write(p->domain, tokens, n);
	return n;
}

uint64_t prompt_next(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot)
{
	return template_of(p)->turned ? turned_next(p, strict, tokens, n, slot)
				      : p->domain->next(p, strict, tokens, n, slot);
}

/* To the tokens as they stood before they were put straight. */
static void move_span(struct task_certificate *c, const struct straight_answer *s)
{
	int first = s->at[c->first], last = first;

	for (int t = c->first; t <= c->last; t++) {
		first = s->at[t] < first ? s->at[t] : first;
		last = s->at[t] > last ? s->at[t] : last;
	}
	c->first = first;
	c->last = last;
}

void prompt_judge(const struct prompt *p, const uint8_t *tokens, int n, struct judgement *out)
{
	struct straight_answer s;
	const char *why;
	int bad;

	if (!template_of(p)->turned) {
		p->domain->judge(p, tokens, n, out);
		return;
	}
	if (!turned_read(p->domain, tokens, n, &s, &bad, &why)) {
		*out = (struct judgement){0};
		judgement_certify(out, bad, bad, -1, "%s", why);
		return;
	}
	p->domain->judge(p, s.token, s.n, out);
	for (int i = 0; i < out->n_spans; i++)
		move_span(&out->span[i], &s);
}

void prompt_print_answer(const struct prompt *p, const uint8_t *tokens, int n, struct str *out)
{
	struct straight_answer s;
	const char *why;
	int bad;

	if (template_of(p)->turned && turned_read(p->domain, tokens, n, &s, &bad, &why))
		p->domain->print_answer(p, s.token, s.n, out);
	else
		p->domain->print_answer(p, tokens, n, out);
}

/* Pointers first: signs are no letters any more. */
static void translate_row(const struct shown_prompt *s, const uint8_t *letter, bool signs, uint8_t *row)
{
	for (int f = 0; f < SYMBOL_FIELDS; f++) {
		if (!row[f])
			continue;
		if (letter && s->pointers >> f & 1)
			row[f] = (uint8_t)(letter[row[f] - 1] + 1);
		if (signs)
			row[f] = (uint8_t)(SYMBOL_KINDS - row[f]);
	}
}

void prompt_show(const struct prompt *p, const uint8_t *letter, struct shown_prompt *out)
{
	p->domain->show(p, out);
	out->about[2] = p->template; /* of the plain one: nothing */
	for (int i = 0; i < out->n; i++)
		translate_row(out, letter, template_of(p)->signs, out->row[i]);
}
