/* zebra_judge.c — the verdict on an answer, cell by cell, and who is to blame; see zebra.h. */
#include "zebra.h"

#include <stdio.h>

/* Where the tokens stop having the form of an answer; n: nowhere. */
static int find_break(const struct houses *q, const uint8_t *tokens, int n)
{
	for (int t = 0; t < n; t++) {
		int cell = tokens[t] - TASK_CELL;
		bool is_cell = cell >= 0 && cell / HOUSES_MAX < q->n_attributes && cell % HOUSES_MAX < q->n;

		if (tokens[t] == TOK_EOS && t % 2 == 0 && t > 0)
			return t + 1 < n ? t + 1 : n;
		if (t % 2 ? !task_is_pointer(tokens[t], q->n) : !is_cell)
			return t;
	}
	return n % 2 || n == 0 ? n - 1 : n;
}

struct cell_step {
	int at; /* token of the cell; that of its value is next */
	struct house_claim said;
};

static const char *said_name(const struct houses *q, const struct cell_step *s)
{
	return q->name[s->said.thing.attribute][s->said.thing.value];
}

/* "clues 1, 3 and 4", "what was said before" or both. */
static void name_reasons(const struct clash *c, struct str *out)
{
	bool several = c->clues & (c->clues - 1);

	if (c->clues)
		str_add(out, several ? "clues " : "clue ");
	for (unsigned left = c->clues; left; left &= left - 1) {
		unsigned later = left & (left - 1);

		str_addf(out, "%d%s", __builtin_ctz(left) + 1, !later ? "" : later & (later - 1) ? ", " : " and ");
	}
	if (c->facts)
		str_add(out, c->clues ? ", with what was said before" : "what was said before");
}

static void certify(struct judgement *j, int first, int last, int credit, const char *text)
{
	struct task_certificate *c = &j->span[j->n_spans < JUDGEMENT_SPANS ? j->n_spans++ : JUDGEMENT_SPANS - 1];

	*c = (struct task_certificate){.first = first, .last = last, .credit = credit};
	snprintf(c->text, sizeof(c->text), "%s", text);
}

/* One cell, under the clues and what was said rightly before. */
static void judge_cell(struct zebra_solver *s, const struct houses *q, const struct cell_step *step,
		       struct house_grid *facts, struct judgement *j)
{
	struct thing t = step->said.thing;
	struct house_claim contrary = step->said;
	struct clash clash = {0};
	struct str text = {0};

	contrary.holds = false;
	if (facts->value[t.attribute][step->said.house] != UNKNOWN) {
		str_addf(&text, "the %s of house %d has been said before", q->attribute[t.attribute],
			 step->said.house + 1);
		certify(j, step->at, step->at, -1, str_text(&text));
	} else if (zebra_contradicts(s, facts, step->said, &clash)) {
		str_addf(&text, "%s cannot be in house %d because of ", said_name(q, step), step->said.house + 1);
		name_reasons(&clash, &text);
		certify(j, step->at + 1, step->at + 1, -1, str_text(&text));
	} else {
		bool follows = zebra_contradicts(s, facts, contrary, &clash);

		str_addf(&text, "%s is in house %d%s", said_name(q, step), step->said.house + 1,
			 follows ? " because of " : ": it may be so");
		name_reasons(&clash, &text);
		certify(j, step->at, step->at + 1, follows, str_text(&text));
		facts->value[t.attribute][step->said.house] = (int8_t)t.value;
	}
	str_release(&text);
}

static struct cell_step read_step(const uint8_t *tokens, int at)
{
	int cell = tokens[at] - TASK_CELL;

	return (struct cell_step){
		.at = at,
		.said = {.thing = {(uint8_t)(cell / HOUSES_MAX), (uint8_t)(tokens[at + 1] - TASK_POINTER)},
			 .house = cell % HOUSES_MAX,
			 .holds = true}};
}

/* How many cells are known; *attribute and *house become the first that is not, if there is one. */
static int count_known(const struct houses *q, const struct house_grid *facts, int *attribute, int *house)
{
	int known = 0;

	*attribute = UNKNOWN;
	*house = 0;
	for (int a = 0; a < q->n_attributes; a++)
		for (int h = 0; h < q->n; h++) {
			known += facts->value[a][h] != UNKNOWN;
			if (facts->value[a][h] == UNKNOWN && *attribute == UNKNOWN) {
				*attribute = a;
				*house = h;
			}
		}
	return known;
}

void zebra_judge(const struct prompt *p, const uint8_t *tokens, int n, struct judgement *out)
{
	const struct houses *q = &p->houses;
	int bad = find_break(q, tokens, n), steps = n - (n > 0 && tokens[n - 1] == TOK_EOS);
	int cells = q->n * q->n_attributes, known, faults = 0, attribute, house;
	struct house_grid facts = zebra_unknown();
	struct zebra_solver *s;

	*out = (struct judgement){.formed = n > 0 && bad == n};
	if (!out->formed) {
		certify(out, bad < 0 ? 0 : bad, bad < 0 ? 0 : bad, -1, "a cell and then a value are expected");
		return;
	}
	s = zebra_open(q, q->clue, q->n_clues);
	for (int t = 0; t < steps && t < 2 * JUDGEMENT_SPANS; t += 2) {
		struct cell_step step = read_step(tokens, t);

		judge_cell(s, q, &step, &facts, out);
	}
	zebra_close(s);
	for (int i = 0; i < out->n_spans; i++)
		faults += out->span[i].credit < 0;
	known = count_known(q, &facts, &attribute, &house);
	out->share = (double)known / (cells + faults);
	out->right = known == cells && !faults;
	if (known < cells && !faults) {
		struct str text = {0};

		str_addf(&text, "ends before everything is said: the %s of house %d is left", q->attribute[attribute],
			 house + 1);
		certify(out, n - 1, n - 1, -1, str_text(&text));
		str_release(&text);
	}
}

/* ---- print ---- */

static void print_grid(const struct houses *q, const struct house_grid *g, struct str *out)
{
	for (int h = 0; h < q->n; h++) {
		str_addf(out, h ? "; %d:" : "%d:", h + 1);
		for (int a = 0; a < q->n_attributes; a++)
			str_addf(out, " %s", g->value[a][h] == UNKNOWN ? "?" : q->name[a][g->value[a][h]]);
	}
}

/* What is in each house; where that was not said of each once, what was said, in its order. */
void zebra_print_answer(const struct prompt *p, const uint8_t *tokens, int n, struct str *out)
{
	const struct houses *q = &p->houses;
	int steps = n - (n > 0 && tokens[n - 1] == TOK_EOS);
	struct house_grid g = zebra_unknown();
	bool twice = false;

	if (n == 0 || find_break(q, tokens, n) != n) {
		for (int t = 0; t < steps; t++)
			str_addf(out, t ? " %s" : "%s",
				 tokens[t] < TASK_TOKENS ? task_vocabulary.name(tokens[t]) : "?");
		return;
	}
	for (int t = 0; t < steps; t += 2) {
		struct house_claim said = read_step(tokens, t).said;
		int8_t *cell = &g.value[said.thing.attribute][said.house];

		twice |= *cell != UNKNOWN;
		*cell = (int8_t)said.thing.value;
	}
	if (!twice) {
		print_grid(q, &g, out);
		return;
	}
	for (int t = 0; t < steps; t += 2) {
		struct cell_step step = read_step(tokens, t);

		str_addf(out, t ? ", %d: %s" : "%d: %s", step.said.house + 1, said_name(q, &step));
	}
}
