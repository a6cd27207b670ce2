/* test_ops.c — ctorch's scopes and errors, the optimiser's arithmetic, the loss's statistics. */
#include "eqrl/expr/vocab.h"
#include "adamw.h"
#include "loss.h"
#include "test.h"

TEST(the_first_error_sticks_and_is_one_line)
{
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	ct_tensor *a = ct_zeros(CT_F32, CT_CPU, SHAPE(3, 5)), *w = ct_zeros(CT_F32, CT_CPU, SHAPE(8, 4));
	ct_tensor *b = ct_zeros(CT_F32, CT_CPU, SHAPE(8));

	CHECK(ct_linear(a, &(struct ct_matrix){w, b, NULL}) == NULL);
	CHECK(!ct_ok());
	CHECK(strncmp(ct_error(), "linear: ", 8) == 0);
	CHECK(strchr(ct_error(), '\n') == NULL);
	CHECK(ct_add(a, a) == NULL); /* inert */
	CHECK(ct_exp(NULL) == NULL);
	CHECK(strncmp(ct_error(), "linear: ", 8) == 0);
	ct_scope_end(s);
	ct_clear_error();
	CHECK(ct_ok());
	CHECK_EQ(ct_live(), 0);
}

TEST(a_null_argument_is_an_error_not_a_crash)
{
	CHECK(ct_add(NULL, NULL) == NULL);
	CHECK_STR(ct_error(), "add: an argument is NULL");
	ct_clear_error();
}

TEST(owned_tensors_outlive_their_scope_and_are_counted)
{
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	ct_tensor *kept = ct_own(ct_affine(ct_zeros(CT_F32, CT_CPU, SHAPE(1)), 1, 2.5));

	ct_scope_end(s);
	CHECK_EQ(ct_live(), 1);
	CHECK_NEAR(ct_item(kept), 2.5, 0);
	ct_drop(kept);
	CHECK_EQ(ct_live(), 0);
}

TEST(unknown_devices_are_refused)
{
	int device = 7;

	CHECK(ct_device("cpu", &device));
	CHECK_EQ(device, CT_CPU);
	CHECK(!ct_device("abacus", &device));
	ct_clear_error();
}

TEST(adamw_follows_hand_numbers)
{
	/* Step 1: m = 0.1·2, v = 0.001·4, so m̂ = 2, v̂ = 4 and the update is lr·(2/(2+eps) +
	 * decay·p). Step 2 with g = −1: m = 0.18 − 0.1 = 0.08, m̂ = 0.08/0.19; v = 0.004·0.999 +
	 * 0.001 = 0.004996, v̂ = 0.004996/0.001999. */
	struct ct_adamw a = {.lr = 0.1, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .decay = 0.5, .scale = 1, .step = 1};
	float p = 1, m = 0, v = 0, g = 2;
	double want = 1 - 0.1 * 1 - 0.1 * 0.5;

	adamw_update(&p, &m, &v, &g, 1, &a);
	CHECK_NEAR((double)p, want, 1e-6);
	a.step = 2;
	g = -1;
	adamw_update(&p, &m, &v, &g, 1, &a);
	want = want * (1 - 0.05) - 0.1 * (0.08 / 0.19) / sqrt(0.004996 / 0.001999);
	CHECK_NEAR((double)p, want, 1e-6);
	CHECK_NEAR((double)m, 0.08, 1e-7);
	CHECK_NEAR((double)v, 0.004996, 1e-8);
}

TEST(adamw_on_tensors_equals_adamw_on_arrays)
{
	enum { N = 5 };
	struct ct_adamw a = {
		.lr = 0.03, .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-6, .decay = 0.1, .scale = 0.5, .step = 3};
	float p[N] = {1, -2, 3, 0, 5}, m[N] = {0.1f, 0, -1, 2, 0}, v[N] = {1, 2, 0, 0.5f, 1e-8f};
	float g[N] = {1, -1, 0.5f, 0, 3}, got[N];
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	ct_tensor *tp = ct_from_host(p, CT_F32, CT_CPU, SHAPE(N));
	ct_tensor *tm = ct_from_host(m, CT_F32, CT_CPU, SHAPE(N));
	ct_tensor *tv = ct_from_host(v, CT_F32, CT_CPU, SHAPE(N));

	ct_adamw_(tp, tm, tv, ct_from_host(g, CT_F32, CT_CPU, SHAPE(N)), &a);
	adamw_update(p, m, v, g, N, &a);
	CHECK(ct_to_host(tp, got, sizeof(got)));
	for (int i = 0; i < N; i++)
		CHECK_NEAR((double)got[i], (double)p[i], 1e-6 * (1 + fabs((double)p[i])));
	ct_scope_end(s);
}

TEST(adamw_spares_what_the_mask_leaves_out_from_decay)
{
	const float p[2] = {4, 4}, zero[2] = {0, 0}, mask[2] = {1, 0};
	struct ct_adamw a = {.lr = 0.5, .beta1 = 0.9, .beta2 = 0.9, .eps = 1, .decay = 0.1, .scale = 1, .step = 1};
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	ct_tensor *t = ct_from_host(p, CT_F32, CT_CPU, SHAPE(2));
	ct_tensor *m = ct_from_host(zero, CT_F32, CT_CPU, SHAPE(2)), *v = ct_zeros(CT_F32, CT_CPU, SHAPE(2));
	float got[2];

	a.decayed = ct_from_host(mask, CT_F32, CT_CPU, SHAPE(2));
	ct_adamw_(t, m, v, ct_zeros(CT_F32, CT_CPU, SHAPE(2)), &a);
	CHECK(ct_to_host(t, got, sizeof(got)));
	CHECK_NEAR((double)got[0], 3.8, 1e-6);
	CHECK_NEAR((double)got[1], 4, 0);
	ct_scope_end(s);
}

TEST(sums_pass_over_pairs_without_a_partner)
{
	const float one[2] = {1, 2};
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	ct_tensor *a = ct_from_host(one, CT_F32, CT_CPU, SHAPE(2)), *b = ct_from_host(one, CT_F32, CT_CPU, SHAPE(2));
	float got[2];

	ct_add_((ct_tensor *[]){a, NULL, b}, (ct_tensor *[]){b, a, NULL}, 3);
	CHECK(ct_to_host(a, got, sizeof(got)));
	CHECK_NEAR((double)got[1], 4, 0);
	CHECK(ct_to_host(b, got, sizeof(got)));
	CHECK_NEAR((double)got[1], 2, 0);
	ct_scope_end(s);
}

TEST(an_entry_is_largest_unless_another_exceeds_it)
{
	const float rows[6] = {1, 3, 2, 5, 5, -INFINITY}, x[2] = {2, 5};
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	float got[2];

	CHECK(ct_to_host(ct_is_largest(ct_from_host(rows, CT_F32, CT_CPU, SHAPE(2, 3)),
				       ct_from_host(x, CT_F32, CT_CPU, SHAPE(2))),
			 got, sizeof(got)));
	CHECK_NEAR((double)got[0], 0, 0);
	CHECK_NEAR((double)got[1], 1, 0);
	ct_scope_end(s);
}

TEST(entropy_and_kl_take_zero_log_zero_as_zero)
{
	const float logits[6] = {0, 0, 5, 1, 7, 7}, other[6] = {0, 1, 5, 1, 7, 7};
	const uint8_t legal[6] = {1, 1, 0, 1, 0, 0};
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	ct_tensor *mask = ct_from_host(legal, CT_U8, CT_CPU, SHAPE(2, 3));
	ct_tensor *p = ct_log_softmax(ct_from_host(logits, CT_F32, CT_CPU, SHAPE(2, 3)), mask);
	ct_tensor *q = ct_log_softmax(ct_from_host(other, CT_F32, CT_CPU, SHAPE(2, 3)), mask);
	double share = 1 / (1 + exp(1.0)); /* q of the first token */
	float out[2];

	CHECK(ct_to_host(ct_entropy(p), out, sizeof(out)));
	CHECK_NEAR((double)out[0], log(2), 1e-6);
	CHECK_NEAR((double)out[1], 0, 0); /* one legal token */
	CHECK(ct_to_host(ct_kl(p, q), out, sizeof(out)));
	CHECK_NEAR((double)out[0], 0.5 * log(0.5 / share) + 0.5 * log(0.5 / (1 - share)), 1e-6);
	CHECK_NEAR((double)out[1], 0, 0);
	CHECK(ct_to_host(ct_kl(p, p), out, sizeof(out)));
	CHECK_NEAR((double)out[0], 0, 0);
	ct_scope_end(s);
}
