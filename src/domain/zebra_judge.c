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
	struct thing thing;
	int house;
};

static struct cell_step read_step(const uint8_t *tokens, int at)
{
	int cell = tokens[at] - TASK_CELL;

	return (struct cell_step){.at = at,
				  .thing = {(uint8_t)(cell / HOUSES_MAX), (uint8_t)(tokens[at + 1] - TASK_POINTER)},
				  .house = cell % HOUSES_MAX};
}

static const char *name_of(const struct houses *q, struct thing t)
{
	return q->name[t.attribute][t.value];
}

/* The answer of the puzzle. */
static struct house_grid solve(const struct prompt *p)
{
	struct house_grid g = zebra_unknown();
	uint8_t tokens[ANSWER_LEN + 1];
	int n = zebra_teach(p, tokens);

	if (n == 0)
		BUG("a puzzle of houses without an answer");
	for (int t = 0; t + 1 < n; t += 2) {
		struct cell_step step = read_step(tokens, t);

		g.value[step.thing.attribute][step.house] = step.thing.value;
	}
	return g;
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

struct grid_verdict {
	const struct houses *q;
	struct house_grid answer, facts; /* of facts: what was said rightly so far */
	int faults;
	struct zebra_solver *solver; /* opened at the first fault */
	struct judgement *out;
};

/* What cannot be, and why; the first time in as few words as will do. */
static void blame_value(struct grid_verdict *v, const struct cell_step *step)
{
	struct str why = {0};
	struct clash clash;

	if (!v->solver)
		v->solver = zebra_open(v->q, v->q->clue, v->q->n_clues);
	clash = zebra_explain(v->solver, &v->facts, step->thing, step->house, v->faults == 0);
	name_reasons(&clash, &why);
	judgement_certify(v->out, step->at + 1, step->at + 1, -1, "%s cannot be in house %d because of %s",
			  name_of(v->q, step->thing), step->house + 1, str_text(&why));
	str_release(&why);
}

/* One cell. A puzzle has one answer: what is part of it follows from the clues, and all else contradicts them. */
static void judge_cell(struct grid_verdict *v, const struct cell_step *step)
{
	int a = step->thing.attribute, house = step->house;

	if (v->facts.value[a][house] != UNKNOWN) {
		judgement_certify(v->out, step->at, step->at, -1, "the %s of house %d has been said before",
				  v->q->attribute[a], house + 1);
		v->faults++;
	} else if (v->answer.value[a][house] != step->thing.value) {
		blame_value(v, step);
		v->faults++;
	} else {
		judgement_certify(v->out, step->at, step->at + 1, 1, "%s is in house %d", name_of(v->q, step->thing),
				  house + 1);
		v->facts.value[a][house] = step->thing.value;
	}
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
	int cells = q->n * q->n_attributes, known, attribute, house;
	struct grid_verdict v = {.q = q, .facts = zebra_unknown(), .out = out};

	*out = (struct judgement){.formed = n > 0 && bad == n};
	if (!out->formed) {
		bad = bad < 0 ? 0 : bad;
		judgement_certify(out, bad, bad, -1, "a cell and then a value are expected");
		return;
	}
	v.answer = solve(p);
	for (int t = 0; t < steps && t < 2 * JUDGEMENT_SPANS; t += 2) {
		struct cell_step step = read_step(tokens, t);

		judge_cell(&v, &step);
	}
	if (v.solver)
		zebra_close(v.solver);
	known = count_known(q, &v.facts, &attribute, &house);
	out->share = (double)known / (cells + v.faults);
	out->right = known == cells && !v.faults;
	if (known < cells && !v.faults)
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
		struct cell_step step = read_step(tokens, t);
		int *cell = &g.value[step.thing.attribute][step.house];

		twice |= *cell != UNKNOWN;
		*cell = step.thing.value;
	}
	if (!twice) {
		print_grid(q, &g, out);
		return;
	}
	for (int t = 0; t < steps; t += 2) {
		struct cell_step step = read_step(tokens, t);

		str_addf(out, t ? ", %d: %s" : "%d: %s", step.house + 1, name_of(q, step.thing));
	}
}
