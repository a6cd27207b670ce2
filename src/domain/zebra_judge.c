/* zebra_judge.c — the verdict on an answer, cell by cell, and who is to blame; see zebra.h. */
#include "pairs.h"
#include "zebra.h"

static bool is_cell(const struct prompt *p, int token)
{
	int cell = token - TASK_CELL;

	return cell >= 0 && cell / HOUSES_MAX < p->houses.n_attributes && cell % HOUSES_MAX < p->houses.n;
}

static bool is_value(const struct prompt *p, int token)
{
	return task_is_pointer(token, p->houses.n);
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
	for (unsigned left = c->clues; left; left &= left - 1)
		str_addf(out, "%d%s", __builtin_ctz(left) + 1, list_separator(left & (left - 1)));
	if (c->facts)
		str_add(out, c->clues ? ", with what was said before" : "what was said before");
}

/* One cell, under the clues and what was said rightly before. */
static void judge_cell(struct zebra_solver *s, const struct houses *q, const struct cell_step *step,
		       struct house_grid *facts, struct judgement *j)
{
	struct thing t = step->said.thing;
	struct house_claim contrary = step->said;
	struct clash clash = {0};
	struct str why = {0};
	int house = step->said.house + 1;

	contrary.holds = false;
	if (facts->value[t.attribute][step->said.house] != UNKNOWN) {
		judgement_certify(j, step->at, step->at, -1, "the %s of house %d has been said before",
				  q->attribute[t.attribute], house);
	} else if (zebra_contradicts(s, facts, step->said, &clash)) {
		name_reasons(&clash, &why);
		judgement_certify(j, step->at + 1, step->at + 1, -1, "%s cannot be in house %d because of %s",
				  said_name(q, step), house, str_text(&why));
	} else {
		bool follows = zebra_contradicts(s, facts, contrary, &clash);

		name_reasons(&clash, &why);
		judgement_certify(j, step->at, step->at + 1, follows, "%s is in house %d%s%s", said_name(q, step),
				  house, follows ? " because of " : ": it may be so", str_text(&why));
		facts->value[t.attribute][step->said.house] = (int8_t)t.value;
	}
	str_release(&why);
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
	int bad = pairs_break(p, tokens, n, is_cell, is_value), steps = n - (n > 0 && tokens[n - 1] == TOK_EOS);
	int cells = q->n * q->n_attributes, known, faults = 0, attribute, house;
	struct house_grid facts = zebra_unknown();
	struct zebra_solver *s;

	*out = (struct judgement){.formed = n > 0 && bad == n};
	if (!out->formed) {
		bad = bad < 0 ? 0 : bad;
		judgement_certify(out, bad, bad, -1, "a cell and then a value are expected");
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
	if (known < cells && !faults)
		judgement_certify(out, n - 1, n - 1, -1, "ends before everything is said: the %s of house %d is left",
				  q->attribute[attribute], house + 1);
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

	if (n == 0 || pairs_break(p, tokens, n, is_cell, is_value) != n) {
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
