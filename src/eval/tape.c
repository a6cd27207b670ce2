/* tape.c — the vectorised evaluator; see tape.h. */
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"
#include "tape_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct tape *tape_new_for(const struct kernels *k)
{
	enum { BLOCKS = 2 * EXPR_MAX_NODES + 2 * EXPR_MAX_CONSTS + 2 };
	struct tape *t = xcalloc(1, sizeof(*t));

	t->kernels = k;
	t->memory = xaligned(BLOCKS * sizeof(block));
	t->value = (block *)t->memory;
	t->adjoint = t->value + EXPR_MAX_NODES;
	t->jacobian = t->adjoint + EXPR_MAX_NODES;
	t->scratch = t->jacobian + EXPR_MAX_CONSTS;
	t->ones = t->scratch + EXPR_MAX_CONSTS + 1;
	for (int i = 0; i < ROWS_BLOCK; i++)
		t->ones[0][i] = 1;
	return t;
}

struct tape *tape_new(void)
{
	return tape_new_for(kernels_choose());
}

void tape_free(struct tape *t)
{
	if (!t)
		return;
	free(t->memory);
	free(t);
}

const struct kernels *tape_kernels(const struct tape *t)
{
	return t->kernels;
}

static enum operands operands_of(const struct tape_place *a, const struct tape_place *b)
{
	return b->scalar ? OPERANDS_BS : a->scalar ? OPERANDS_SB : OPERANDS_BB;
}

static void bind_operator(struct tape *t, int i)
{
	struct tape_place *p = &t->place[i];
	const struct tape_place *a = &t->place[p->child[0]], *b = &t->place[p->child[1]];
	enum operands kind = p->arity == 1 ? OPERANDS_BB : operands_of(a, b);

	p->scalar = a->scalar && b->scalar;
	p->constants = a->constants | b->constants;
	if (p->scalar) {
		t->scalars[t->n_scalars++] = (uint8_t)i;
		p->base = &t->scalar[i];
		return;
	}
	p->base = t->value[i];
	t->calls[t->n_calls++] = (struct call){
		.run = t->kernels->value[t->e.node[i].op][kind],
		.out = t->value[i],
		.a = a->base,
		.b = b->base,
		.a_step = a->step,
		.b_step = b->step,
	};
}

static void bind_leaf(struct tape *t, int i)
{
	struct tape_place *p = &t->place[i];
	struct node node = t->e.node[i];

	if (node.op == OP_VAR) {
		p->base = t->rows.x[node.arg];
		p->step = 1;
		return;
	}
	p->scalar = 1;
	p->base = &t->scalar[i];
	if (node.op == OP_INT)
		t->scalar[i] = node.arg;
	else if (node.op == OP_PI)
		t->scalar[i] = 3.14159265358979323846;
	else /* its value comes with each evaluation */
		t->scalars[t->n_scalars++] = (uint8_t)i;
	if (node.op == OP_CONST)
		p->constants = (uint16_t)(1u << node.arg);
}

void tape_bind(struct tape *t, const struct expr *e, const struct rows *rows)
{
	uint8_t stack[EXPR_MAX_NODES];
	int depth = 0;

	if (expr_columns(e) > rows->n_columns)
		BUG("equation uses column %d of %d", expr_columns(e) - 1, rows->n_columns);
	t->e = *e;
	t->rows = *rows;
	t->stride = ROWS_BLOCK;
	t->n_calls = t->n_scalars = t->n_back = t->n_sources = t->k = 0;
	for (int i = e->n - 1; i >= 0; i--) {
		struct tape_place *p = &t->place[i];

		*p = (struct tape_place){.arity = (uint8_t)node_arity(e->node[i])};
		for (int k = 0; k < p->arity; k++)
			p->child[k] = stack[--depth];
		if (p->arity == 1)
			p->child[1] = p->child[0];
		if (p->arity)
			bind_operator(t, i);
		else
			bind_leaf(t, i);
		stack[depth++] = (uint8_t)i;
	}
}

void tape_weigh(struct tape *t, const double *w)
{
	t->rows.w = w;
}

/* The sources of scalar node i: every planned constant in it. */
static void plan_scalar(struct tape *t, int i, bool inside, const double *adjoint, uint32_t wanted)
{
	const struct tape_place *p = &t->place[i];
	uint32_t before;

	if (!(p->constants & wanted))
		return;
	for (int k = 0; k < p->arity; k++)
		plan_scalar(t, p->child[k], true, adjoint, wanted);
	if (p->arity)
		return;
	before = wanted & ((1u << t->e.node[i].arg) - 1);
	t->slopes |= inside;
	t->sources[t->n_sources++] =
		(struct adjoint_source){adjoint, (uint8_t)__builtin_popcount(before), (uint8_t)i, inside, false};
}

/* The adjoints of node i's children, and the call that computes them unless the partial derivative
 * is 1: then the child shares its parent's adjoint. */
static void plan_operator(struct tape *t, int i, const double **adjoint, uint32_t wanted)
{
	const struct tape_place *p = &t->place[i], *a = &t->place[p->child[0]], *b = &t->place[p->child[1]];
	enum operands kind = p->arity == 1 ? OPERANDS_BB : operands_of(a, b);
	int op = t->e.node[i].op;
	double *out[2] = {NULL, NULL};

	for (int k = 0; k < p->arity; k++) {
		int child = p->child[k];

		if (!(t->place[child].constants & wanted))
			continue;
		if (!(k == 0 ? t->kernels->unit_a[op] : t->kernels->unit_b[op]))
			out[k] = t->adjoint[child];
		adjoint[child] = out[k] ? out[k] : adjoint[i];
		if (t->place[child].scalar)
			plan_scalar(t, child, false, adjoint[child], wanted);
	}
	if (!out[0] && !out[1])
		return;
	t->back[t->n_back++] = (struct back_call){
		.run = t->kernels->partial[op][kind][!out[1]   ? WANT_A
						     : !out[0] ? WANT_B
							       : WANT_AB],
		.ga = out[0],
		.gb = out[1],
		.g = adjoint[i],
		.v = p->base,
		.a = a->base,
		.b = b->base,
		.a_step = a->step,
		.b_step = b->step,
	};
}

int tape_plan(struct tape *t, uint32_t constants)
{
	const double *adjoint[EXPR_MAX_NODES];
	int uses[EXPR_MAX_CONSTS] = {0};

	t->n_back = t->n_sources = 0;
	t->slopes = false;
	t->k = __builtin_popcount(constants);
	adjoint[0] = *t->ones;
	if (t->place[0].scalar)
		plan_scalar(t, 0, false, *t->ones, constants);
	for (int i = 0; i < t->e.n; i++)
		if (!t->place[i].scalar && (t->place[i].constants & constants))
			plan_operator(t, i, adjoint, constants);
	for (int s = 0; s < t->n_sources; s++)
		uses[t->sources[s].constant]++;
	for (int s = 0; s < t->n_sources; s++) {
		struct adjoint_source *from = &t->sources[s];

		from->direct = uses[from->constant] == 1 && !from->inside;
		t->column[from->constant] = from->direct ? from->adjoint : t->jacobian[from->constant];
	}
	for (int p = 0; p < t->k; p++)
		if (!uses[p]) { /* a constant that the equation does not use */
			memset(t->jacobian[p], 0, sizeof(block));
			t->column[p] = t->jacobian[p];
		}
	return t->k;
}

void tape_load(struct tape *t, const double *c)
{
	const struct node *node = t->e.node;

	if (!c)
		c = t->e.c;
	for (int k = 0; k < t->n_scalars; k++) {
		int i = t->scalars[k];
		const struct tape_place *p = &t->place[i];

		t->scalar[i] = p->arity ? op_value(node[i].op, t->scalar[p->child[0]], t->scalar[p->child[1]])
					: c[node[i].arg];
	}
	if (t->place[0].scalar)
		for (int i = 0; i < ROWS_BLOCK; i++)
			t->value[0][i] = t->scalar[0];
}

void tape_load_slopes(struct tape *t)
{
	if (!t->slopes)
		return;
	for (int i = 0; i < t->e.n; i++)
		t->slope[i] = 1; /* stays so for topmost scalars */
	for (int i = 0; i < t->e.n; i++) {
		const struct tape_place *p = &t->place[i];
		double da, db;

		if (!p->scalar || !p->arity)
			continue;
		op_partials(t->e.node[i].op, t->scalar[p->child[0]], t->scalar[p->child[1]], t->scalar[i], &da, &db);
		if (p->arity == 2)
			t->slope[p->child[1]] = t->slope[i] * db;
		t->slope[p->child[0]] = t->slope[i] * da;
	}
}

const double *tape_forward(struct tape *t, int row)
{
	const struct call *end = t->calls + t->n_calls;

	for (const struct call *s = t->calls; s < end; s++)
		s->run(s->out, s->a + s->a_step * row, s->b + s->b_step * row);
	return t->place[0].step ? t->place[0].base + row : t->value[0];
}

void tape_backward(struct tape *t, int row)
{
	const struct back_call *end = t->back + t->n_back;
	uint32_t begun = 0;

	for (const struct back_call *s = t->back; s < end; s++)
		s->run(s->ga, s->gb, s->g, s->v, s->a + s->a_step * row, s->b + s->b_step * row);
	for (int s = 0; s < t->n_sources; s++) {
		const struct adjoint_source *from = &t->sources[s];

		if (from->direct)
			continue;
		if (!(begun >> from->constant & 1))
			memset(t->jacobian[from->constant], 0, sizeof(block));
		begun |= 1u << from->constant;
		t->kernels->add_scaled(t->jacobian[from->constant], from->inside ? t->slope[from->node] : 1.0,
				       from->adjoint);
	}
}

static bool row_counts(const struct tape *t, int row)
{
	return row < t->rows.n && (!t->rows.w || t->rows.w[row] > 0);
}

int tape_first_bad(const struct tape *t, const double *v, int row)
{
	if (t->kernels->all_finite(v))
		return -1;
	for (int i = 0; i < ROWS_BLOCK; i++)
		if (!isfinite(v[i]) && row_counts(t, row + i))
			return row + i;
	return -1;
}

bool tape_eval(struct tape *t, const double *c, double *out)
{
	bool finite = true;

	tape_load(t, c);
	for (int row = 0; row < t->rows.n; row += ROWS_BLOCK) {
		const double *f = tape_forward(t, row);

		memcpy(out + row, f, (size_t)rows_left(t, row) * sizeof(double));
		finite = finite && tape_first_bad(t, f, row) < 0;
	}
	return finite;
}

bool tape_jacobian(struct tape *t, const double *c, double *out, double *const *jacobian)
{
	bool finite = true;

	tape_load(t, c);
	tape_load_slopes(t);
	for (int row = 0; row < t->rows.n; row += ROWS_BLOCK) {
		const double *f = tape_forward(t, row);
		size_t bytes = (size_t)rows_left(t, row) * sizeof(double);

		tape_backward(t, row);
		memcpy(out + row, f, bytes);
		for (int p = 0; p < t->k; p++)
			memcpy(jacobian[p] + row, t->column[p], bytes);
		finite = finite && tape_first_bad(t, f, row) < 0;
	}
	return finite;
}
