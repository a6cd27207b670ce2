/* feedback.c — the table of certificates; see feedback.h. */
#include "examine.h"

#include <math.h>
#include <string.h>

#define FLAT	      1e-12 /* range of a constant part, relative to its value */
#define UNMOVED	      1e-9  /* of the output's variance … */
#define UNMOVED_ERROR 1e-2  /* … and of the error */
#define DECADES	      8	    /* of error, as many as the reward log_fvu counts */
#define TOO_LARGE     1e100 /* squares of such values are near the end of the number range */

/* ---- what certificates write -------------------------------------------------------------------- */

void feedback_credit(struct feedback *out, int first, int last, float credit)
{
	for (int i = first; i <= last; i++)
		if (credit < 0)
			out->credit[i] = fminf(out->credit[i], credit);
		else if (out->credit[i] >= 0)
			out->credit[i] = fmaxf(out->credit[i], credit);
}

void feedback_report(struct examination *x, struct feedback *out, struct finding what)
{
	if (certificate_table[what.certificate].credit < 0)
		for (int i = what.first; i <= what.last; i++)
			x->reported[i] = true;
	if (out->n_findings < FEEDBACK_FINDINGS)
		out->finding[out->n_findings++] = what;
}

static struct finding about(enum certificate c, int first, int last, double value)
{
	return (struct finding){.certificate = c, .first = first, .last = last, .other = -1, .row = -1, .value = value};
}

static void certify(struct examination *x, struct feedback *out, struct finding what)
{
	feedback_report(x, out, what);
	feedback_credit(out, what.first, what.last, certificate_table[what.certificate].credit);
}

/* ---- faults of values --------------------------------------------------------------------------- */

static void blame_culprits(struct examination *x, struct feedback *out, bool overflow)
{
	for (int i = 0; i < x->n_culprits; i++) {
		int node = x->culprit[i].node;
		struct finding f =
			about(overflow ? CERTIFICATE_OVERFLOW : CERTIFICATE_DOMAIN, node, x->end[node] - 1, NAN);

		f.row = x->culprit[i].row;
		if (x->culprit[i].overflow == overflow)
			certify(x, out, f);
	}
}

static void find_domain(struct examination *x, struct feedback *out)
{
	blame_culprits(x, out, false);
}

static double peak(const struct examination *x, int i)
{
	return fmax(fabs(x->stats[i].low), fabs(x->stats[i].high));
}

/* Nodes that are infinite, or the innermost one of values that cannot be squared. */
static void find_overflow(struct examination *x, struct feedback *out)
{
	int i = 0;

	blame_culprits(x, out, true);
	if (x->n_culprits)
		return;
	for (int k = 1; k < x->e.n; k++)
		if (x->parent[k] == i && peak(x, k) > TOO_LARGE)
			i = k;
	if (peak(x, i) > TOO_LARGE)
		certify(x, out, about(CERTIFICATE_OVERFLOW, i, x->end[i] - 1, NAN));
}

/* ---- parts that do nothing ---------------------------------------------------------------------- */

static bool is_flat(const struct examination *x, int i)
{
	const struct node_stats *s = &x->stats[i];
	bool variable = examination_has(x, i, x->end[i], OP_VAR);

	if (node_arity(x->e.node[i]) == 0)
		return false;
	if (variable)
		return s->high - s->low <= FLAT * fmax(fabs(s->high), fabs(s->low));
	/* numbers spelled out, like 2*pi, are a reader's; a sign costs nothing elsewhere */
	return examination_has(x, i, x->end[i], OP_CONST) && !(x->e.node[i].op == OP_NEG && x->end[i] == i + 2);
}

static void find_constant(struct examination *x, struct feedback *out)
{
	for (int i = 0; i < x->e.n; i++)
		if (!x->reported[i] && is_flat(x, i))
			certify(x, out, about(CERTIFICATE_CONSTANT, i, x->end[i] - 1, x->stats[i].mean));
}

static int node_of_constant(const struct expr *e, int c)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST && e->node[i].arg == c)
			return i;
	return -1;
}

/* The constant and the operator that brings it in. */
static void find_unidentifiable(struct examination *x, struct feedback *out)
{
	for (int c = 0; c < x->e.n_consts; c++) {
		struct finding f;
		int i = node_of_constant(&x->e, c);

		if (!(x->unidentified >> c & 1) || i < 0 || x->reported[i])
			continue;
		f = about(CERTIFICATE_UNIDENTIFIED, i, i, x->effect[c]);
		f.other = x->same_as[c] >= 0 ? node_of_constant(&x->e, x->same_as[c]) : -1;
		certify(x, out, f);
		if (x->parent[i] >= 0 && node_arity(x->e.node[x->parent[i]]) == 2)
			feedback_credit(out, x->parent[i], x->parent[i], certificate_table[f.certificate].credit);
	}
}

static void find_idle_terms(struct examination *x, struct feedback *out)
{
	for (int k = 0; k < x->n_terms; k++) {
		const struct examined_term *t = &x->term[k];
		int above = x->parent[t->first];

		if (!t->varies || t->rise > t->price || x->reported[t->first])
			continue;
		certify(x, out, about(CERTIFICATE_IDLE_TERM, t->first, t->last, t->rise));
		if (above >= 0) /* the sum was opened for it */
			feedback_credit(out, above, above, certificate_table[CERTIFICATE_IDLE_TERM].credit);
	}
}

static void find_insensitive(struct examination *x, struct feedback *out)
{
	double most = fmin(UNMOVED, fmax(UNMOVED_ERROR * x->fvu_terms, 1e-20));

	for (int i = 0; i < x->e.n; i++) {
		double moved;

		if (x->reported[i] || !examination_has(x, i, x->end[i], OP_VAR))
			continue;
		moved = examine_holding(x, i);
		if (moved <= most)
			certify(x, out, about(CERTIFICATE_INSENSITIVE, i, x->end[i] - 1, moved));
	}
}

/* ---- merits ------------------------------------------------------------------------------------- */

/* Decades of error that a term takes off, of DECADES. */
static double merit_of(const struct examination *x, const struct examined_term *t)
{
	double fvu = fmax(x->fvu_terms, pow(10, -DECADES));

	return t->rise > t->price ? fmin(log10((fvu + t->rise) / fvu) / DECADES, 1) : 0;
}

/* Merit of the sum or term at node i. A sum's is its weaker side's: without the sum the other would stand
 * alone. Credits the operators on the way. */
static double credit_sum(struct examination *x, struct feedback *out, int i)
{
	double merit;
	int op = x->e.node[i].op;

	for (int k = 0; k < x->n_terms; k++)
		if (x->term[k].first == i)
			return merit_of(x, &x->term[k]);
	merit = credit_sum(x, out, i + 1);
	if (op == OP_ADD || op == OP_SUB)
		merit = fmin(merit, credit_sum(x, out, x->end[i + 1]));
	feedback_credit(out, i, i, (float)merit);
	return merit;
}

static void find_bearing_terms(struct examination *x, struct feedback *out)
{
	if (x->n_terms == 0)
		return;
	for (int k = 0; k < x->n_terms; k++) {
		const struct examined_term *t = &x->term[k];
		double credit = certificate_table[CERTIFICATE_TERM].credit * merit_of(x, t);

		if (!(t->rise > t->price))
			continue;
		feedback_report(x, out, about(CERTIFICATE_TERM, t->first, t->last, t->rise));
		feedback_credit(out, t->first, t->last, (float)credit);
	}
	credit_sum(x, out, 0);
}

static void give_verdict(struct examination *x, struct feedback *out)
{
	double credit = x->verdict != VERDICT_OK ? -1 : fmax(1 - x->fvu, 0);

	feedback_report(x, out, about(CERTIFICATE_VERDICT, 0, x->e.n - 1, x->fvu));
	out->credit[out->n] = (float)(certificate_table[CERTIFICATE_VERDICT].credit * credit);
}

/* In this order: what an earlier fault includes is not reported again. */
const struct certificate_row certificate_table[CERTIFICATE_COUNT] = {
	{"domain", "undefined there", -1, EVIDENCE_FAULT, find_domain},
	{"overflow", "too large a number", -1, EVIDENCE_FAULT, find_overflow},
	{"cancels", "says the same as something shorter", -1, EVIDENCE_TREE, find_cancelling},
	{"constant", "the same in all rows", -1, EVIDENCE_VALUES, find_constant},
	{"unidentified", "a constant that the data do not determine", -1, EVIDENCE_FIT, find_unidentifiable},
	{"idle_term", "a term that explains nothing", -1, EVIDENCE_FIT, find_idle_terms},
	{"insensitive", "a part that does not move the result", -1, EVIDENCE_FIT, find_insensitive},
	{"term", "a term that explains something", 1, EVIDENCE_FIT, find_bearing_terms},
	{"verdict", "the equation as a whole", 1, EVIDENCE_TREE, give_verdict},
};

static bool has_evidence(const struct examination *x, enum evidence needed)
{
	switch (needed) {
	case EVIDENCE_FAULT:
		return x->verdict == VERDICT_NONFINITE || x->verdict == VERDICT_OVERFLOW;
	case EVIDENCE_VALUES:
		return x->has_values;
	case EVIDENCE_FIT:
		return x->has_values && x->trusted;
	default:
		return true;
	}
}

void feedback_make(struct examiner *by, const struct feedback_request *q, struct feedback *out)
{
	struct examination x;
	float before[EXPR_MAX_NODES + 1];

	memset(out, 0, sizeof(*out));
	out->n = q->written->n;
	examine(by, q, &x);
	for (int c = 0; c < CERTIFICATE_COUNT; c++) {
		if (!has_evidence(&x, (enum evidence)certificate_table[c].needs))
			continue;
		memcpy(before, out->credit, sizeof(before));
		certificate_table[c].find(&x, out);
		if (q->silent >> c & 1)
			memcpy(out->credit, before, sizeof(before));
	}
}

void feedback_spread(const struct feedback *f, const uint64_t *legal, double weight, float *out)
{
	double sum = 0;
	int choices = 0;

	for (int j = 0; j <= f->n; j++) {
		if (__builtin_popcountll(legal[j]) < 2)
			continue;
		sum += f->credit[j];
		choices++;
	}
	for (int j = 0; j <= f->n; j++)
		out[j] = __builtin_popcountll(legal[j]) < 2 ? 0 : (float)(weight * (f->credit[j] - sum / choices));
}
