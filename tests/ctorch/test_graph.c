/* test_graph.c — the training graph against differences and against itself in other types. */
#include "eqrl/base/mem.h"
#include "graph.h"
#include "learn_case.h"
#include "loss.h"
#include "test.h"

#include <stdlib.h>

static void to_double(const float *from, size_t n, double *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (double)from[i];
}

/* A case in one number type; the reference of the KL term are other weights of the same shape. */
struct setup {
	struct learn_case data, other;
	struct learn_loss loss;
	struct net_params params, reference;
	struct token_layout layout;
	struct arena arena;
	double *values;
};

static void open_params(struct net_params *p, const struct learn_case *c, enum ct_dtype type, bool bf16, double *wide)
{
	to_double(c->params, c->size, wide);
	params_open(p, &c->net, type == CT_F64 ? (const void *)wide : c->params,
		    &(struct params_use){type, CT_CPU, bf16, true, false});
}

static void setup_init(struct setup *s, enum ct_dtype type, bool bf16)
{
	*s = (struct setup){.loss = learn_case_loss()};
	learn_case_init(&s->data, 1);
	learn_case_init(&s->other, 2);
	s->values = xcalloc(s->data.size, sizeof(double));
	open_params(&s->reference, &s->other, type, bf16, s->values);
	open_params(&s->params, &s->data, type, bf16, s->values);
	CHECK_OK(layout_build(&s->layout, &s->arena, &s->data.net, &s->data.batch, s->loss.entropy_decay,
			      bf16 ? 64 : 1));
}

static void setup_release(struct setup *s)
{
	params_close(&s->params);
	params_close(&s->reference);
	arena_release(&s->arena);
	learn_case_release(&s->data);
	learn_case_release(&s->other);
	free(s->values);
	CHECK(ct_ok());
	if (!ct_ok())
		printf("    %s\n", ct_error());
	ct_clear_error();
}

static ct_tensor *loss_of(struct setup *s)
{
	struct ct_scope frozen = ct_scope_begin(CT_NO_GRAD);
	ct_tensor *reference = ct_own(graph_forward(&s->reference, &s->layout, &s->data.batch)), *loss;

	ct_scope_end(frozen);
	loss = loss_build(&s->layout, &s->loss, graph_forward(&s->params, &s->layout, &s->data.batch), reference,
			  s->params.type, CT_CPU);
	ct_drop(reference);
	return loss;
}

/* The gradient as a flat array of doubles. */
static double *gradient_of(struct setup *s)
{
	struct ct_scope scope = ct_scope_begin(CT_GRAD);
	double *flat = xcalloc(s->data.size, sizeof(double));
	ct_tensor **out = xcalloc((size_t)s->params.n, sizeof(*out));

	ct_grads(loss_of(s), s->params.leaf, s->params.n, out);
	for (int i = 0; i < s->params.n; i++) {
		const struct tensor_spec *spec = &s->params.spec[i];

		if (out[i])
			ct_to_host(ct_to(out[i], CT_F64), flat + spec->offset,
				   (size_t)spec->rows * (size_t)spec->cols * sizeof(double));
	}
	ct_scope_end(scope);
	free(out);
	return flat;
}

static double loss_at(struct setup *s, size_t i, double value)
{
	struct ct_scope scope = ct_scope_begin(CT_NO_GRAD);
	double before = s->values[i], loss;

	s->values[i] = value;
	ct_copy_(s->params.flat, ct_from_host(s->values, CT_F64, CT_CPU, SHAPE((int64_t)s->data.size)));
	loss = ct_item(loss_of(s));
	s->values[i] = before;
	ct_scope_end(scope);
	return loss;
}

/* Central differences of a few entries of every tensor, in f64. */
static void check_differences(struct setup *s, int entries)
{
	const double h = 1e-5;
	double *gradient = gradient_of(s);
	struct rng r = rng_stream(7, 0, 0);

	for (int t = 0; t < s->params.n; t++) {
		const struct tensor_spec *spec = &s->params.spec[t];

		for (int k = 0; k < entries; k++) {
			size_t i = spec->offset + (size_t)rng_below(&r, spec->rows * spec->cols);
			double x = s->values[i];
			double slope = (loss_at(s, i, x + h) - loss_at(s, i, x - h)) / (2 * h);

			if (!(fabs(slope - gradient[i]) <= 1e-6 * (1 + fabs(slope))))
				test_failed(__FILE__, __LINE__, "%s[%zu]: gradient %.9g, difference %.9g", spec->name,
					    i - spec->offset, gradient[i], slope);
		}
	}
	free(gradient);
}

TEST(gradient_of_the_whole_loss_equals_finite_differences)
{
	struct setup s;

	setup_init(&s, CT_F64, false);
	check_differences(&s, test_cases(4));
	setup_release(&s);
}

TEST(gradient_of_each_loss_term_equals_finite_differences)
{
	for (int term = 0; term < 4; term++) {
		struct setup s;
		struct learn_batch *b;

		setup_init(&s, CT_F64, false);
		b = &s.data.batch;
		b->ce = term == 0 ? b->ce : NULL;
		b->advantage = term == 1 ? b->advantage : NULL;
		s.loss.kl = term == 2 ? 1 : 0;
		s.loss.entropy = term == 3 ? 1 : 0;
		CHECK_OK(layout_build(&s.layout, &s.arena, &s.data.net, b, 0.9, 1));
		check_differences(&s, 1);
		setup_release(&s);
	}
}

/* Largest difference relative to the largest entry, over the worst tensor. */
static double worst_difference(const struct setup *s, const double *got, const double *want, const char **where)
{
	double worst = 0;

	for (int t = 0; t < s->params.n; t++) {
		const struct tensor_spec *spec = &s->params.spec[t];
		double largest = 1e-3, off = 0;

		for (size_t i = spec->offset; i < spec->offset + (size_t)spec->rows * (size_t)spec->cols; i++) {
			largest = fabs(want[i]) > largest ? fabs(want[i]) : largest;
			off = fabs(got[i] - want[i]) > off ? fabs(got[i] - want[i]) : off;
		}
		if (off / largest > worst) {
			worst = off / largest;
			*where = spec->name;
		}
	}
	return worst;
}

static void compare_types(enum ct_dtype type, bool bf16, double tolerance)
{
	struct setup exact, s;
	const char *where = "";
	double *want, *got, worst;

	setup_init(&exact, CT_F64, false);
	setup_init(&s, type, bf16);
	want = gradient_of(&exact);
	got = gradient_of(&s);
	worst = worst_difference(&s, got, want, &where);
	if (!(worst <= tolerance))
		test_failed(__FILE__, __LINE__, "%s differs by %g of its largest entry", where, worst);
	free(want);
	free(got);
	setup_release(&exact);
	setup_release(&s);
	CHECK_EQ(ct_live(), 0);
}

TEST(fused_f32_gradient_equals_the_composed_f64_gradient)
{
	compare_types(CT_F32, false, 1e-4);
}

TEST(bf16_gradient_is_near_the_f64_gradient)
{
	if (!ct_has_bf16(CT_CPU))
		test_skip("this CPU has no bf16");
	else
		compare_types(CT_F32, true, 0.1);
}

/* The functions' steps for a GPU are libtorch's operations, which run here too. */
TEST(gradient_as_on_a_gpu_equals_the_composed_f64_gradient)
{
	ct_as_on_a_gpu(true);
	compare_types(CT_F32, false, 1e-4);
	ct_as_on_a_gpu(false);
}

TEST(bf16_gradient_as_on_a_gpu_is_near_the_f64_gradient)
{
	ct_as_on_a_gpu(true);
	compare_types(CT_F32, true, 0.1);
	ct_as_on_a_gpu(false);
}

TEST(rows_of_padding_have_no_influence)
{
	struct setup s;
	double *want, *got, worst;
	const char *where = "";

	setup_init(&s, CT_F64, false);
	want = gradient_of(&s);
	CHECK_OK(layout_build(&s.layout, &s.arena, &s.data.net, &s.data.batch, s.loss.entropy_decay, 64));
	CHECK(s.layout.rows > s.layout.tokens);
	got = gradient_of(&s);
	worst = worst_difference(&s, got, want, &where);
	CHECK_NEAR(worst, 0, 1e-12);
	free(want);
	free(got);
	setup_release(&s);
}

TEST(a_target_that_is_masked_out_is_refused_with_its_place)
{
	struct setup s;

	setup_init(&s, CT_F64, false);
	s.data.legal[CASE_WIDTH] &= ~TOK_BIT(s.data.tokens[CASE_WIDTH]);
	CHECK(layout_build(&s.layout, &s.arena, &s.data.net, &s.data.batch, 1, 1) != ST_OK);
	CHECK(strstr(error_message(), "sequence 1, token 0") != NULL);
	setup_release(&s);
}

TEST(what_is_measured_on_the_device_equals_what_the_host_measures)
{
	struct loss_sums here = {0}, there = {0};
	struct setup s;
	struct ct_scope scope;
	ct_tensor *logp;

	setup_init(&s, CT_F32, false);
	s.layout.advantage = NULL;
	scope = ct_scope_begin(CT_NO_GRAD);
	logp = graph_forward(&s.params, &s.layout, &s.data.batch);
	loss_measure(&s.layout, &s.loss, logp, NULL, &s.arena, &here);
	loss_measure_there(&s.layout, logp, CT_CPU, &s.arena, &there);
	ct_scope_end(scope);
	CHECK(here.ce_tokens > 0);
	CHECK_NEAR(there.ce_tokens, here.ce_tokens, 0);
	CHECK_NEAR(there.tokens, here.tokens, 0);
	CHECK_NEAR(there.correct, here.correct, 0);
	CHECK_NEAR(there.ce, here.ce, 1e-4 * here.ce);
	CHECK_NEAR(there.entropy, here.entropy, 1e-4 * here.entropy);
	setup_release(&s);
}
