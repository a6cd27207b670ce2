/* grammar.c — the masks of grammar.h.
 *
 * Each rule is a function that takes tokens away; grammar.h says what for. The
 * arity and length bookkeeping is not a rule: it always holds. */
#include "eqrl/expr/grammar.h"

#include "eqrl/base/error.h"
#include "eqrl/base/rng.h"

#include <math.h>
#include <stddef.h>

#define OP_TOKEN(id) (TOK_OP + OP_##id)
#define OP_BIT(id)   TOK_BIT(OP_TOKEN(id))

static const uint64_t vars_mask = ((TOK_BIT(VOCAB_VARS) - 1) << TOK_VAR);
static const uint64_t ints_mask = ((TOK_BIT(VOCAB_INTS) - 1) << TOK_INT);
static const uint64_t ops_mask = ((TOK_BIT(OP_COUNT) - 1) << TOK_OP);

/* Operators by columns of ops.def. */
#define OP(id, name, arity, ...) | (arity == 1 ? OP_BIT(id) : 0)
static const uint64_t unary_mask = 0
#include "eqrl/expr/ops.def"
	;
#undef OP
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, ...) | ((flags)&FAMILY ? OP_BIT(id) : 0)
#define FAMILY								    OPF_TRIG
static const uint64_t trig_mask = 0
#include "eqrl/expr/ops.def"
	;
#undef FAMILY
#define FAMILY (OPF_EXPLOG | OPF_HYPER)
static const uint64_t explog_mask = 0
#include "eqrl/expr/ops.def"
	;
#undef FAMILY
#define FAMILY OPF_EXTRA
static const uint64_t extra_mask = 0
#include "eqrl/expr/ops.def"
	;
#undef FAMILY
#undef OP

static uint64_t constants_mask(void)
{
	return TOK_BIT(TOK_CONST) | TOK_BIT(TOK_PI) | ints_mask;
}

static const struct grammar_frame *top(const struct grammar_state *s)
{
	return s->depth ? &s->frame[s->depth - 1] : NULL;
}

static uint64_t rule_consts(const struct grammar *g, const struct grammar_state *s)
{
	return s->consts >= g->max_consts ? TOK_BIT(TOK_CONST) : 0;
}

static uint64_t rule_constant(const struct grammar *g, const struct grammar_state *s)
{
	const struct grammar_frame *f = top(s);

	if (!f)
		return constants_mask();
	if (vocab_arity(f->op) == 1)
		return constants_mask();
	return f->child == 1 && !f->has_variable ? constants_mask() : 0;
}

/* Operators that the one right above undoes or absorbs: the canonical form (simplify.h) writes them
 * otherwise, in at most as many nodes. */
static const uint64_t inverse_of[OP_COUNT] = {
	[OP_NEG] = OP_BIT(NEG) | OP_BIT(SUB),
	[OP_INV] = OP_BIT(INV) | OP_BIT(DIV) | OP_BIT(NEG),
	[OP_SQUARE] = OP_BIT(SQRT) | OP_BIT(NEG) | OP_BIT(ABS) | OP_BIT(SQUARE) | OP_BIT(CUBE) | OP_BIT(INV),
	[OP_CUBE] = OP_BIT(NEG) | OP_BIT(SQUARE) | OP_BIT(CUBE) | OP_BIT(INV),
	[OP_SQRT] = OP_BIT(SQUARE),
	[OP_EXP] = OP_BIT(LOG),
	[OP_LOG] = OP_BIT(EXP) | OP_BIT(INV),
	[OP_SIN] = OP_BIT(ASIN) | OP_BIT(NEG),
	[OP_COS] = OP_BIT(ACOS) | OP_BIT(NEG) | OP_BIT(ABS),
	[OP_TAN] = OP_BIT(ATAN) | OP_BIT(NEG),
	[OP_ASIN] = OP_BIT(NEG),
	[OP_ATAN] = OP_BIT(NEG),
	[OP_SINH] = OP_BIT(NEG),
	[OP_COSH] = OP_BIT(NEG) | OP_BIT(ABS),
	[OP_TANH] = OP_BIT(NEG),
	[OP_FLOOR] = OP_BIT(FLOOR) | OP_BIT(ROUND) | OP_BIT(SIGN) | OP_BIT(STEP),
	[OP_ROUND] = OP_BIT(FLOOR) | OP_BIT(ROUND) | OP_BIT(SIGN) | OP_BIT(STEP),
	[OP_SIGN] = OP_BIT(SIGN) | OP_BIT(CUBE) | OP_BIT(CBRT) | OP_BIT(INV) | OP_BIT(NEG),
	[OP_ERF] = OP_BIT(NEG),
	[OP_LOG10] = OP_BIT(EXP) | OP_BIT(INV),
	[OP_LOG2] = OP_BIT(EXP) | OP_BIT(INV),
	[OP_CBRT] = OP_BIT(CUBE) | OP_BIT(NEG),
	[OP_ABS] = OP_BIT(ABS) | OP_BIT(SQUARE) | OP_BIT(SQRT) | OP_BIT(EXP) | OP_BIT(NEG) | OP_BIT(COSH),
};

static uint64_t rule_inverse(const struct grammar *g, const struct grammar_state *s)
{
	const struct grammar_frame *f = top(s);

	if (!f)
		return 0;
	if (f->child == 1 && (f->op == OP_TOKEN(ADD) || f->op == OP_TOKEN(SUB)))
		return OP_BIT(NEG); /* a + -b is a - b */
	if (f->child == 1 && f->op == OP_TOKEN(DIV))
		return OP_BIT(INV) | OP_BIT(DIV); /* a / (b / c) is a * c / b */
	return inverse_of[f->op - TOK_OP];
}

static uint64_t rule_nest(const struct grammar *g, const struct grammar_state *s)
{
	const struct grammar_frame *f = top(s);
	uint64_t out = 0;

	if (!f)
		return 0;
	if (f->trig >= g->nest_limit)
		out |= trig_mask;
	if (f->explog > g->nest_limit) /* exp(-exp(x)), exp within tanh: one more than trigonometric */
		out |= explog_mask;
	return out;
}

static uint64_t rule_exponent(const struct grammar *g, const struct grammar_state *s)
{
	const struct grammar_frame *f = top(s);

	if (!f || f->op != OP_TOKEN(POW))
		return 0;
	if (f->child == 0)
		return OP_BIT(POW);
	/* 1, 2 and 3 have shorter spellings; pi is no exponent of anything */
	return ops_mask | TOK_BIT(TOK_PI) | TOK_BIT(TOK_INT) | TOK_BIT(TOK_INT + 1) | TOK_BIT(TOK_INT + 2);
}

static uint64_t rule_twin(const struct grammar *g, const struct grammar_state *s)
{
	const struct grammar_frame *f = top(s);

	if (!f || f->child != 1 || !f->first)
		return 0;
	if (f->op == OP_TOKEN(SUB) || f->op == OP_TOKEN(DIV) || f->op == OP_TOKEN(ADD) || f->op == OP_TOKEN(MUL))
		return f->first >= TOK_VAR ? TOK_BIT(f->first) : 0;
	return 0;
}

/* What the user bound is no rule: it always holds. A leaf fits wherever an operator does not, and
 * pow is not among the operators where no exponent is left for it. */
static uint64_t barred_by_user(const struct bounds *b, const struct grammar_state *s)
{
	const struct grammar_frame *f = top(s);
	uint8_t path[VOCAB_MAX_LEN];
	uint64_t barred = 0;

	if (b->max_exponent > 0 && f && f->op == OP_TOKEN(POW) && f->child == 0)
		barred = constants_mask(); /* 2^4 is a number, 2^x has no whole exponent */
	if (b->max_exponent > 0 && f && f->op == OP_TOKEN(POW) && f->child == 1)
		return ~((TOK_BIT(b->max_exponent < VOCAB_INTS ? b->max_exponent : VOCAB_INTS) - 1) << TOK_INT);
	for (int i = 0; i < s->depth; i++)
		path[i] = s->frame[i].op - TOK_OP;
	return barred | (bounds_barred(b, path, s->depth) << TOK_OP & ops_mask);
}

static uint64_t (*const rules[RULE_COUNT])(const struct grammar *, const struct grammar_state *) = {
	[RULE_CONSTS] = rule_consts, [RULE_CONSTANT] = rule_constant, [RULE_INVERSE] = rule_inverse,
	[RULE_NEST] = rule_nest,     [RULE_EXPONENT] = rule_exponent, [RULE_TWIN] = rule_twin,
};

uint64_t grammar_usual_operators(void)
{
	return (ops_mask & ~extra_mask) >> TOK_OP;
}

struct grammar grammar_default(int n_vars)
{
	uint64_t vars = n_vars >= VOCAB_VARS ? vars_mask : (TOK_BIT(n_vars) - 1) << TOK_VAR;

	return (struct grammar){
		.allowed = (ops_mask & ~extra_mask) | TOK_BIT(TOK_CONST) | TOK_BIT(TOK_PI) | ints_mask | vars,
		.max_len = 40,
		.max_consts = 8,
		.max_operators = VOCAB_MAX_LEN,
		.nest_limit = 1,
		.rules = (1u << RULE_COUNT) - 1,
	};
}

int grammar_check(const struct grammar *g)
{
	if (!(g->allowed & vars_mask))
		return fail(ST_USAGE, "the allowed tokens contain no variable");
	if (g->max_len < 1 || g->max_len > VOCAB_MAX_LEN)
		return fail(ST_USAGE, "maximum length %d is not in 1 … %d", g->max_len, VOCAB_MAX_LEN);
	if (g->max_consts < 0 || g->max_consts > EXPR_MAX_CONSTS)
		return fail(ST_USAGE, "maximum number of constants %d is not in 0 … %d", g->max_consts,
			    EXPR_MAX_CONSTS);
	return ST_OK;
}

void grammar_start(struct grammar_state *s)
{
	s->n = s->consts = s->operators = s->depth = 0;
	s->open = 1;
	s->has_variable = false;
}

/* Trigonometric within trigonometric, counted within the body alone: what the template has above it is as the user wants. */
static uint64_t nested_in_body(const struct grammar *g, const struct grammar_state *s, int outer)
{
	const struct grammar_frame *f = top(s), *above = outer > 0 ? &s->frame[outer - 1] : NULL;
	uint64_t out = 0;

	if (s->depth <= outer)
		return 0;
	if (f->trig - (above ? above->trig : 0) >= g->nest_limit)
		out |= trig_mask;
	if (f->explog - (above ? above->explog : 0) > g->nest_limit)
		out |= explog_mask;
	return out;
}

static uint64_t legal_in_template(const struct grammar *g, const struct grammar_state *s)
{
	struct outline_place at;
	uint64_t legal;
	int room, most;

	outline_place_of(&g->bounds->form, s->token, s->n, &at);
	if (at.forced >= 0)
		return TOK_BIT(at.forced);
	legal = g->allowed & (~vars_mask | at.vars);
	room = g->max_len - at.least;
	if (s->operators >= g->max_operators || room < at.weight)
		legal &= ~ops_mask;
	else if (room < at.weight + at.leaf)
		legal &= ~ops_mask | unary_mask;
	most = g->max_consts > at.consts ? g->max_consts - at.consts : 0;
	if (most < at.weight)
		legal &= ~TOK_BIT(TOK_CONST);
	if (at.at_root)
		legal &= ~(TOK_BIT(TOK_PI) | ints_mask);
	for (int r = 0; r < RULE_COUNT && !at.at_root; r++)
		if (g->rules & (1u << r) && r != RULE_NEST && r != RULE_CONSTS)
			legal &= ~rules[r](g, s);
	if (g->rules & (1u << RULE_NEST))
		legal &= ~nested_in_body(g, s, at.outer);
	legal &= ~barred_by_user(g->bounds, s);
	return legal ? legal : g->allowed & at.vars;
}

/* What fits into the nodes and operators that are left, and into what the user bound. */
static uint64_t possible(const struct grammar *g, const struct grammar_state *s)
{
	uint64_t legal = g->allowed;
	int room = g->max_len - s->n - s->open; /* nodes left after closing every open operand with a leaf */

	if (room < 2 || s->operators >= g->max_operators)
		legal &= room < 1 || s->operators >= g->max_operators ? ~ops_mask : ~ops_mask | unary_mask;
	if (g->bounds)
		legal &= ~barred_by_user(g->bounds, s);
	return legal;
}

/* Rules may contradict each other, and units, in a corner. Units come first; then a variable, which always fits. */
static uint64_t last_resort(const struct grammar *g, const struct grammar_state *s, uint64_t consistent)
{
	consistent &= ~rule_consts(g, s) & ~rule_exponent(g, s);
	return g->units && consistent ? consistent : g->allowed & vars_mask;
}

uint64_t grammar_legal(const struct grammar *g, const struct grammar_state *s)
{
	uint64_t consistent, legal;

	if (s->open == 0)
		return TOK_BIT(TOK_EOS);
	if (bounds_have_form(g->bounds))
		return legal_in_template(g, s);
	legal = consistent = possible(g, s);
	if (g->units)
		legal = consistent &= ~units_barred(g->units, s->token, s->n, g->max_len - s->n);
	for (int r = 0; r < RULE_COUNT; r++)
		if (g->rules & (1u << r))
			legal &= ~rules[r](g, s);
	return legal ? legal : last_resort(g, s, consistent);
}

/* A subtree is complete: hand it to its parent, and close parents that it completes. */
static void close_operand(struct grammar_state *s, int leaf, bool has_variable)
{
	while (s->depth > 0) {
		struct grammar_frame *f = &s->frame[s->depth - 1];

		if (f->child == 0)
			f->first = (uint8_t)leaf;
		f->child++;
		f->has_variable |= has_variable;
		if (f->child < vocab_arity(f->op))
			return;
		has_variable = f->has_variable;
		leaf = 0;
		s->depth--;
	}
}

void grammar_push(struct grammar_state *s, int token)
{
	int arity = vocab_arity(token);

	if (s->open == 0 || token < TOK_OP)
		return;
	if (s->n < VOCAB_MAX_LEN)
		s->token[s->n] = (uint8_t)token;
	s->n++;
	s->open += arity - 1;
	if (arity > 0) {
		const struct grammar_frame *up = top(s);
		struct grammar_frame f = {.op = (uint8_t)token};

		f.trig = (uint8_t)((up ? up->trig : 0) + ((trig_mask >> token) & 1));
		f.explog = (uint8_t)((up ? up->explog : 0) + ((explog_mask >> token) & 1));
		s->operators++;
		s->frame[s->depth++] = f;
		return;
	}
	s->consts += token == TOK_CONST;
	s->has_variable |= token >= TOK_VAR;
	close_operand(s, token, token >= TOK_VAR);
}

int grammar_parent(const struct grammar_state *s, int *child)
{
	const struct grammar_frame *f = top(s);

	*child = f ? f->child : 0;
	return f ? f->op : TOK_BOS;
}

static int slot_of(const struct grammar_state *s)
{
	int child, parent = grammar_parent(s, &child);

	return parent + VOCAB_SIZE * child;
}

static uint64_t next_tokens(const void *grammar, uint64_t known, const uint8_t *tokens, int n, int *slot)
{
	struct grammar g = *(const struct grammar *)grammar;
	struct grammar_state s;

	g.allowed &= known;
	if (!(g.allowed & vars_mask))
		BUG("no variable is both allowed and known to the weights");
	grammar_start(&s);
	for (int t = 0; t < n; t++)
		grammar_push(&s, tokens[t]);
	*slot = slot_of(&s);
	return grammar_legal(&g, &s);
}

struct syntax grammar_syntax(const struct grammar *g)
{
	return (struct syntax){.max_len = g->max_len, .next = next_tokens, .rules = g};
}

void grammar_slots(const uint8_t *tokens, int n, uint8_t *slot)
{
	struct grammar_state s;

	grammar_start(&s);
	for (int t = 0; t < n; t++) {
		slot[t] = (uint8_t)slot_of(&s);
		grammar_push(&s, tokens[t]);
	}
}

int grammar_masks(const struct grammar *g, const uint8_t *tokens, int n, uint64_t *legal)
{
	struct grammar_state s;
	int first_illegal = n;

	grammar_start(&s);
	for (int t = 0; t < n; t++) {
		legal[t] = grammar_legal(g, &s);
		if (first_illegal == n && !(legal[t] & TOK_BIT(tokens[t])))
			first_illegal = t;
		grammar_push(&s, tokens[t]);
	}
	return first_illegal;
}
