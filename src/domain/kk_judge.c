/* kk_judge.c — the verdict on an answer, step by step, and who is to blame; see kk.h. */
#include "kk.h"
#include "pairs.h"

static void name_speakers(const struct knights *q, unsigned statements, struct str *out)
{
	for (int i = 0; i < q->n_statements; i++) {
		unsigned later = statements >> i >> 1;

		if (statements >> i & 1)
			str_addf(out, "%s%s", q->name[q->said[i].speaker], list_separator(later));
	}
}

static const char *kind_name(bool knight)
{
	return knight ? "a knight" : "a knave";
}

/* One step, under the statements and what was said rightly before. */
static void judge_step(struct kk_solver *s, const struct knights *q, const uint8_t *pair, int at, struct kk_facts *f,
		       struct judgement *j)
{
	struct claim said = {.person = (uint8_t)(pair[0] - TASK_POINTER), .knight = pair[1] == TASK_TRUE};
	struct claim contrary = {.person = said.person, .knight = !said.knight};
	struct str who = {0};
	unsigned clash;

	if (f->known >> said.person & 1) {
		judgement_certify(j, at, at, -1, "%s has been decided before", q->name[said.person]);
	} else if (kk_contradicts(s, f, said, &clash)) {
		name_speakers(q, clash, &who);
		judgement_certify(j, at + 1, at + 1, -1, "%s cannot be %s: what %s said contradicts it",
				  q->name[said.person], kind_name(said.knight), str_text(&who));
	} else {
		bool follows = kk_contradicts(s, f, contrary, &clash);

		name_speakers(q, clash, &who);
		judgement_certify(j, at, at + 1, follows, "%s%s",
				  follows ? "follows from what was said by " : "may be so", str_text(&who));
		f->known |= 1u << said.person;
		f->knights |= (unsigned)said.knight << said.person;
	}
	str_release(&who);
}

static bool is_person(const struct prompt *p, int token)
{
	return task_is_pointer(token, p->knights.n);
}

static bool is_kind(const struct prompt *p, int token)
{
	return token == TASK_TRUE || token == TASK_FALSE;
}

void kk_judge(const struct prompt *p, const uint8_t *tokens, int n, struct judgement *out)
{
	const struct knights *q = &p->knights;
	int bad = pairs_break(p, tokens, n, is_person, is_kind), steps = n - (n > 0 && tokens[n - 1] == TOK_EOS);
	struct kk_facts f = {0};
	struct kk_solver *s;
	int faults = 0;

	*out = (struct judgement){.formed = n > 0 && bad == n};
	if (!out->formed) {
		bad = bad < 0 ? 0 : bad;
		judgement_certify(out, bad, bad, -1, "a person and then true or false are expected");
		return;
	}
	s = kk_open(q);
	for (int t = 0; t < steps && t < 2 * JUDGEMENT_SPANS - 2; t += 2)
		judge_step(s, q, tokens + t, t, &f, out);
	kk_close(s);
	for (int i = 0; i < out->n_spans; i++)
		faults += out->span[i].credit < 0;
	out->share = (double)__builtin_popcount(f.known) / (q->n + faults);
	out->right = f.known + 1 == 1u << q->n && !faults;
	if (f.known + 1 != 1u << q->n && !faults)
		judgement_certify(out, n - 1, n - 1, -1, "ends before everybody is decided: %s is left",
				  q->name[__builtin_ctz(~f.known)]);
}

void kk_print_answer(const struct prompt *p, const uint8_t *tokens, int n, struct str *out)
{
	const struct knights *q = &p->knights;

	for (int t = 0; t < n && tokens[t] != TOK_EOS; t++)
		if (task_is_pointer(tokens[t], q->n))
			str_addf(out, t ? ", %s" : "%s", q->name[tokens[t] - TASK_POINTER]);
		else
			str_addf(out, " is %s",
				 tokens[t] == TASK_TRUE || tokens[t] == TASK_FALSE ? kind_name(tokens[t] == TASK_TRUE)
										   : "?");
}
