/* start.c — starting values relative to what a constant multiplies or joins.
 *
 * Every node is given a size that its values should have: the root that of the target, a term that
 * of the term it joins, a factor what the other factor leaves, the argument of a function of pure
 * numbers one. A constant is drawn from a normal distribution of that size. If a column is given
 * in other units, the constants beside it are drawn in the inverse ones: the fit sees no units. */
#include "start.h"

#include <math.h>

#define FIRST_FEW 7   /* draws: from the expected sizes outwards */
#define WIDEST	  3.0 /* decades, of the others */

struct sizes {
	const struct expr *e;
	uint8_t end[EXPR_MAX_NODES];
	bool known[EXPR_MAX_NODES];  /* without free constants */
	double have[EXPR_MAX_NODES]; /* of the known */
	double want[EXPR_MAX_NODES];
	double shift[EXPR_MAX_NODES]; /* where a constant joins: minus the other's mean */
};

static double positive(double v)
{
	return v > 0 && isfinite(v) ? v : 1;
}

static void measure(struct sizes *s, const struct node_stats *stats, bool spread)
{
	for (int i = s->e->n - 1; i >= 0; i--) {
		struct node node = s->e->node[i];

		s->known[i] = node.op != OP_CONST;
		for (int k = node_arity(node), at = i + 1; k > 0; k--, at = s->end[at])
			s->known[i] &= s->known[at];
		s->have[i] = positive(spread && stats[i].sd > 0 ? stats[i].sd : stats[i].typical);
		s->shift[i] = 0;
	}
}

static void want_operands(struct sizes *s, int i, const struct node_stats *stats, double frequency)
{
	enum op op = (enum op)s->e->node[i].op;
	bool two = op_info[op].arity == 2;
	int a = i + 1, b = two ? s->end[a] : a;

	s->want[a] = op_wanted_size(op, 0, s->want[i], two && s->known[b] ? s->have[b] : 0, stats[b].mean, frequency);
	if (!two)
		return;
	s->want[b] = op_wanted_size(op, 1, s->want[i], s->known[a] ? s->have[a] : 0, stats[a].mean, frequency);
	if (!(op_info[op].flags & OPF_SUM))
		return;
	if (s->known[b])
		s->shift[a] = op == OP_ADD ? -stats[b].mean : stats[b].mean;
	if (s->known[a])
		s->shift[b] = op == OP_ADD ? -stats[a].mean : stats[a].mean;
}

void start_draw(const struct expr *e, const struct node_stats *stats, double size, int attempt, struct rng *r,
		double *c)
{
	struct sizes s = {.e = e};
	/* decades either way */
	double width = attempt < FIRST_FEW ? attempt / 4.0 : rng_range(r, 0, WIDEST);
	bool spread = attempt % 2 == 1;

	expr_ends(e, s.end);
	measure(&s, stats, spread);
	s.want[0] = positive(size);
	for (int i = 0; i < e->n; i++) {
		int arity = node_arity(e->node[i]);

		s.want[i] = positive(s.want[i]);
		if (arity == 2)
			want_operands(&s, i, stats, 1);
		else if (arity == 1)
			want_operands(&s, i, stats, attempt ? pow(10, rng_range(r, 0, 1.3)) : 1);
		else if (e->node[i].op == OP_CONST)
			c[e->node[i].arg] = (spread ? s.shift[i] : 0) +
					    rng_normal(r) * s.want[i] * pow(10, rng_range(r, -width, width));
	}
}
