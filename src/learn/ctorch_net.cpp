/* ctorch_net.cpp — see ctorch.h: the pieces of a network.
 *
 * On the CPU in f32 the pieces whose time goes into dispatch and memory traffic run as one autograd
 * function each, on the loops of fused.h, with matrix products by OpenBLAS (f32) or oneDNN (bf16).
 * Everywhere else (f64, CUDA) they are compositions of libtorch's own operations, which are also what
 * the fused ones are tested against. */
#include "ctorch_core.hpp"

extern "C" {
#include "fused.h"
}

#include <torch/csrc/autograd/custom_function.h>
#include <torch/version.h>

using ct::op;
using ct::T;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

static const struct fused &kernels()
{
	static const struct fused &chosen = *fused_choose();
	return chosen;
}

static bool runs_fused(const at::Tensor &x)
{
	return x.is_cpu() && x.scalar_type() == at::kFloat;
}

static float *floats(const at::Tensor &t)
{
	return t.data_ptr<float>();
}

static uint16_t *halves(const at::Tensor &t)
{
	return reinterpret_cast<uint16_t *>(t.data_ptr<at::BFloat16>());
}

static int rows_of(const at::Tensor &t)
{
	return static_cast<int>(t.numel() / t.size(-1));
}

static int cols_of(const at::Tensor &t)
{
	return static_cast<int>(t.size(-1));
}

static at::Tensor half_like(const at::Tensor &t)
{
	return at::empty(t.sizes(), t.options().dtype(at::kBFloat16));
}

/* x in bf16; sum, if wanted, becomes the sum over its rows. */
static at::Tensor narrowed(const at::Tensor &x, at::Tensor *sum)
{
	auto y = half_like(x);

	if (sum)
		*sum = at::empty({x.size(-1)}, x.options());
	kernels().narrow(rows_of(x), cols_of(x), floats(x), halves(y), sum ? floats(*sum) : nullptr);
	return y;
}

static at::Tensor widened(const at::Tensor &x, const at::Tensor &bias)
{
	auto y = at::empty(x.sizes(), bias.options());

	kernels().widen(rows_of(x), cols_of(x), halves(x), floats(bias), floats(y));
	return y;
}

/* --- linear --- */

namespace {

/* y = x wᵀ + b with the three products in bf16. */
struct HalfLinear : Function<HalfLinear> {
	static at::Tensor forward(AutogradContext *ctx, at::Tensor x, at::Tensor w, at::Tensor bias,
				  at::Tensor half)
	{
		auto x16 = narrowed(x.contiguous(), nullptr);

		ctx->save_for_backward({x16, half});
		return widened(at::mm(x16, half.t()), bias);
	}

	static variable_list backward(AutogradContext *ctx, variable_list grad)
	{
		auto saved = ctx->get_saved_variables();
		at::Tensor dx, db, dy = narrowed(grad[0].contiguous(), &db);

		if (ctx->needs_input_grad(0))
			dx = at::mm(dy, saved[1]).to(at::kFloat);
		return {dx, at::mm(dy.t(), saved[0]).to(at::kFloat), db, at::Tensor()};
	}
};

} // namespace

/* Where a product in bf16 is libtorch's own affair (CUDA), only the types of the operands change. */
static at::Tensor linear(const at::Tensor &x, const at::Tensor &w, const at::Tensor &bias, bool half)
{
	if (!half)
		return at::linear(x, w, bias);
	return at::linear(x.to(at::kBFloat16), w.to(at::kBFloat16), bias.to(at::kBFloat16))
		.to(x.scalar_type());
}

ct_tensor *ct_linear(ct_tensor *x, ct_tensor *w, ct_tensor *bias, ct_tensor *half)
{
	return op("linear", {x, w, bias}, [&] {
		if (half && runs_fused(T(x)))
			return HalfLinear::apply(T(x), T(w), T(bias), T(half));
		return linear(T(x), T(w), T(bias), half != nullptr);
	});
}

/* --- linear, GELU, linear --- */

namespace {

struct Mlp : Function<Mlp> {
	static at::Tensor forward(AutogradContext *ctx, at::Tensor x, at::Tensor w1, at::Tensor b1,
				  at::Tensor w2, at::Tensor b2)
	{
		auto u = at::mm(x, w1.t()), a = at::empty_like(u);

		kernels().gelu(rows_of(u), cols_of(u), floats(u), floats(b1), floats(a));
		ctx->save_for_backward({x, w1, b1, w2, u, a});
		return at::addmm(b2, a, w2.t());
	}

	static variable_list backward(AutogradContext *ctx, variable_list grad)
	{
		auto saved = ctx->get_saved_variables();
		auto &x = saved[0], &w1 = saved[1], &b1 = saved[2], &w2 = saved[3], &u = saved[4],
		     &a = saved[5];
		auto dy = grad[0].contiguous(), du = at::mm(dy, w2), db1 = at::empty_like(b1);
		auto dw2 = at::mm(dy.t(), a);
		at::Tensor dx;

		kernels().gelu_backward(rows_of(u), cols_of(u), floats(u), floats(b1), floats(du),
					floats(db1));
		if (ctx->needs_input_grad(0))
			dx = at::mm(du, w1);
		return {dx, at::mm(du.t(), x), db1, dw2, dy.sum(0)};
	}
};

struct HalfMlp : Function<HalfMlp> {
	static at::Tensor forward(AutogradContext *ctx, at::Tensor x, at::Tensor w1, at::Tensor b1,
				  at::Tensor w2, at::Tensor b2, at::Tensor half1, at::Tensor half2)
	{
		auto x16 = narrowed(x.contiguous(), nullptr), u = at::mm(x16, half1.t()),
		     a = at::empty_like(u);

		kernels().gelu_bf16(rows_of(u), cols_of(u), halves(u), floats(b1), halves(a));
		ctx->save_for_backward({x16, half1, b1, half2, u, a});
		return widened(at::mm(a, half2.t()), b2);
	}

	static variable_list backward(AutogradContext *ctx, variable_list grad)
	{
		auto saved = ctx->get_saved_variables();
		auto &x = saved[0], &w1 = saved[1], &b1 = saved[2], &w2 = saved[3], &u = saved[4],
		     &a = saved[5];
		at::Tensor dx, db2, dy = narrowed(grad[0].contiguous(), &db2);
		auto du = at::mm(dy, w2), db1 = at::empty_like(b1);

		kernels().gelu_backward_bf16(rows_of(u), cols_of(u), halves(u), floats(b1), halves(du),
					     floats(db1));
		if (ctx->needs_input_grad(0))
			dx = at::mm(du, w1).to(at::kFloat);
		return {dx,
			at::mm(du.t(), x).to(at::kFloat),
			db1,
			at::mm(dy.t(), a).to(at::kFloat),
			db2,
			at::Tensor(),
			at::Tensor()};
	}
};

} // namespace

ct_tensor *ct_mlp(ct_tensor *x, const struct ct_mlp *m)
{
	return op("mlp", {x, m->w1, m->b1, m->w2, m->b2}, [&] {
		bool half = m->half1 && m->half2;

		if (runs_fused(T(x)) && half)
			return HalfMlp::apply(T(x), T(m->w1), T(m->b1), T(m->w2), T(m->b2),
					      T(m->half1), T(m->half2));
		if (runs_fused(T(x)))
			return Mlp::apply(T(x), T(m->w1), T(m->b1), T(m->w2), T(m->b2));
		auto hidden = at::gelu(linear(T(x), T(m->w1), T(m->b1), half), "tanh");

		return linear(hidden, T(m->w2), T(m->b2), half);
	});
}

/* --- embedding, norm --- */

ct_tensor *ct_embedding(ct_tensor *table, ct_tensor *index)
{
	return op("embedding", {table, index}, [&] { return at::embedding(T(table), T(index)); });
}

namespace {

struct Norm : Function<Norm> {
	static at::Tensor forward(AutogradContext *ctx, at::Tensor x_any, at::Tensor gain, at::Tensor bias)
	{
		auto x = x_any.contiguous(), y = at::empty_like(x), mean = at::empty({rows_of(x)}, x.options()),
		     rstd = at::empty_like(mean);

		kernels().norm(rows_of(x), cols_of(x), floats(x), floats(gain), floats(bias), floats(y),
			       floats(mean), floats(rstd));
		ctx->save_for_backward({x, gain, mean, rstd});
		return y;
	}

	static variable_list backward(AutogradContext *ctx, variable_list grad)
	{
		auto saved = ctx->get_saved_variables();
		auto &x = saved[0], &gain = saved[1], &mean = saved[2], &rstd = saved[3];
		auto dy = grad[0].contiguous(), dx = at::empty_like(x), dgain = at::empty_like(gain),
		     dbias = at::empty_like(gain);

		kernels().norm_backward(rows_of(x), cols_of(x), floats(x), floats(gain), floats(mean),
					floats(rstd), floats(dy), floats(dx), floats(dgain),
					floats(dbias));
		return {dx, dgain, dbias};
	}
};

} // namespace

ct_tensor *ct_layer_norm(ct_tensor *x, ct_tensor *gain, ct_tensor *bias)
{
	return op("layer_norm", {x, gain, bias}, [&] {
		if (runs_fused(T(x)))
			return Norm::apply(T(x), T(gain), T(bias));
		return at::layer_norm(T(x), {T(x).size(-1)}, T(gain), T(bias), 1e-5);
	});
}

/* --- attention: fused --- */

namespace {

using Spans = std::vector<struct ct_span>;

/* What both passes know of one attention. q and kv may be the same tensor: q, k, v side by side. */
struct Setting : torch::CustomClassHolder {
	Spans spans;
	int heads;
	bool causal, self;
};

static struct attention attention_of(const Setting &s, const at::Tensor &q, const at::Tensor &kv, int64_t width)
{
	struct attention a = {};

	a.spans = s.spans.data();
	a.n_spans = static_cast<int>(s.spans.size());
	a.heads = s.heads;
	a.head_width = static_cast<int>(width / s.heads);
	a.causal = s.causal;
	a.q = floats(q);
	a.k = floats(kv) + (s.self ? width : 0);
	a.v = a.k + width;
	a.q_stride = static_cast<size_t>(q.size(1));
	a.kv_stride = static_cast<size_t>(kv.size(1));
	return a;
}

struct Attention : Function<Attention> {
	static at::Tensor forward(AutogradContext *ctx, at::Tensor q_any, at::Tensor kv_any,
				  c10::intrusive_ptr<Setting> setting)
	{
		auto q = q_any.contiguous(), kv = setting->self ? q : kv_any.contiguous();
		int64_t width = setting->self ? q.size(1) / 3 : q.size(1);
		auto out = at::zeros({q.size(0), width}, q.options());
		auto p = at::empty({static_cast<int64_t>(fused_probabilities(
					   setting->spans.data(), static_cast<int>(setting->spans.size()),
					   setting->heads))},
				   q.options());
		struct attention a = attention_of(*setting, q, kv, width);

		a.out = floats(out);
		a.probabilities = floats(p);
		kernels().attention(&a);
		ctx->save_for_backward({q, kv, p});
		ctx->saved_data["setting"] = c10::IValue::make_capsule(setting);
		return out;
	}

	static variable_list backward(AutogradContext *ctx, variable_list grad)
	{
		auto saved = ctx->get_saved_variables();
		auto &q = saved[0], &kv = saved[1], &p = saved[2];
		auto capsule = ctx->saved_data["setting"].toCapsule();
		const auto &setting = *static_cast<Setting *>(capsule.get());
		auto d_out = grad[0].contiguous(), dq = at::zeros_like(q);
		auto dkv = setting.self ? dq : at::zeros_like(kv);
		struct attention a = attention_of(setting, q, kv, d_out.size(1));

		a.probabilities = floats(p);
		a.d_out = floats(d_out);
		a.dq = floats(dq);
		a.dk = floats(dkv) + (a.k - floats(kv));
		a.dv = floats(dkv) + (a.v - floats(kv));
		kernels().attention_backward(&a);
		return {dq, setting.self ? at::Tensor() : dkv, at::Tensor()};
	}
};

/* --- attention: composed --- */

/* Spans padded to a rectangle: row indices (n, longest) with padding pointing at row 0, and the place
 * of every row in that rectangle (or one past its end, a row of zeros, for rows in no span). */
struct Rectangle {
	at::Tensor rows, places;
	int64_t longest = 1;
};

static Rectangle rectangle(const Spans &spans, int ct_span::*at_row, int ct_span::*count, int64_t n_rows,
			   at::Device device)
{
	Rectangle r;
	auto n = static_cast<int64_t>(spans.size());

	for (const auto &s : spans)
		r.longest = std::max<int64_t>(r.longest, s.*count);
	r.rows = at::zeros({n, r.longest}, at::kLong);
	r.places = at::full({n_rows}, n * r.longest, at::kLong);
	auto rows = r.rows.data_ptr<int64_t>(), places = r.places.data_ptr<int64_t>();
	for (int64_t i = 0; i < n; i++)
		for (int64_t j = 0; j < spans[static_cast<size_t>(i)].*count; j++) {
			int64_t row = spans[static_cast<size_t>(i)].*at_row + j;

			rows[i * r.longest + j] = row;
			places[row] = i * r.longest + j;
		}
	r.rows = r.rows.reshape({-1}).to(device);
	r.places = r.places.to(device);
	return r;
}

/* 0 where query j may see key l of its span, −inf elsewhere: (n, 1, queries, keys). Queries that are
 * padding see the first key, so that their softmax is finite. */
static at::Tensor bias_of(const Setting &s, int64_t queries, int64_t keys, const at::TensorOptions &options)
{
	auto n = static_cast<int64_t>(s.spans.size());
	auto bias = at::full({n, 1, queries, keys}, -INFINITY, at::kFloat);
	auto *b = bias.data_ptr<float>();

	for (int64_t i = 0; i < n; i++)
		for (int64_t j = 0; j < queries; j++, b += keys) {
			int64_t seen = s.spans[static_cast<size_t>(i)].n_k;

			if (s.causal)
				seen = std::min(seen, j + 1);
			std::fill(b, b + std::max<int64_t>(seen, 1), 0.0f);
		}
	return bias.to(options);
}

/* softmax(q kᵀ / √d + bias) v on (n, heads, rows, d) */
static at::Tensor dense_attention(const at::Tensor &q, const at::Tensor &k, const at::Tensor &v,
				  const at::Tensor &bias)
{
#if TORCH_VERSION_MAJOR >= 2
	return at::scaled_dot_product_attention(q, k, v, bias);
#else
	auto scores = at::matmul(q, k.transpose(-2, -1)) / std::sqrt(static_cast<double>(q.size(-1)));

	return at::matmul(at::softmax(scores + bias, -1), v);
#endif
}

static at::Tensor composed_attention(const at::Tensor &q, const at::Tensor &kv, const Setting &s)
{
	int64_t width = kv.size(1) / 2, n = static_cast<int64_t>(s.spans.size());
	auto rq = rectangle(s.spans, &ct_span::q, &ct_span::n_q, q.size(0), q.device());
	auto rk = rectangle(s.spans, &ct_span::k, &ct_span::n_k, kv.size(0), q.device());
	auto heads = [&](const at::Tensor &t, const Rectangle &r) {
		return t.index_select(0, r.rows)
			.reshape({n, r.longest, s.heads, width / s.heads})
			.transpose(1, 2);
	};
	auto out = dense_attention(heads(q, rq), heads(kv.slice(1, 0, width), rk),
				   heads(kv.slice(1, width, 2 * width), rk),
				   bias_of(s, rq.longest, rk.longest, q.options()));

	out = out.transpose(1, 2).reshape({n * rq.longest, width});
	return at::cat({out, at::zeros({1, width}, out.options())}).index_select(0, rq.places);
}

} // namespace

static c10::intrusive_ptr<Setting> setting_of(int heads, bool causal, bool self,
					      const struct ct_span *spans, int n)
{
	auto s = c10::make_intrusive<Setting>();

	s->spans.assign(spans, spans + n);
	s->heads = heads;
	s->causal = causal;
	s->self = self;
	return s;
}

ct_tensor *ct_self_attention(ct_tensor *qkv, int heads, bool causal, const struct ct_span *spans, int n)
{
	return op("self_attention", {qkv}, [&] {
		auto setting = setting_of(heads, causal, true, spans, n);

		if (runs_fused(T(qkv)))
			return Attention::apply(T(qkv), T(qkv), setting);
		int64_t width = T(qkv).size(1) / 3;

		return composed_attention(T(qkv).slice(1, 0, width), T(qkv).slice(1, width, 3 * width),
					  *setting);
	});
}

ct_tensor *ct_cross_attention(ct_tensor *q, ct_tensor *kv, int heads, const struct ct_span *spans, int n)
{
	return op("cross_attention", {q, kv}, [&] {
		auto setting = setting_of(heads, false, false, spans, n);

		if (runs_fused(T(q)))
			return Attention::apply(T(q), T(kv), setting);
		return composed_attention(T(q), T(kv), *setting);
	});
}

/* --- over the vocabulary --- */

ct_tensor *ct_log_softmax(ct_tensor *logits, ct_tensor *legal)
{
	return op("log_softmax", {logits, legal}, [&] {
		return at::log_softmax(T(logits).masked_fill(T(legal).eq(0), -INFINITY), -1);
	});
}

ct_tensor *ct_pick(ct_tensor *t, ct_tensor *index)
{
	return op("pick", {t, index}, [&] { return T(t).gather(-1, T(index).unsqueeze(-1)).squeeze(-1); });
}

/* Illegal tokens have log p = −inf and p = 0: their log p is replaced by 0 before it meets p, so that
 * neither the product nor its derivative is NaN. */
ct_tensor *ct_entropy(ct_tensor *logp)
{
	return op("entropy", {logp}, [&] {
		auto finite = T(logp).masked_fill(T(logp).isinf(), 0);

		return at::mul(T(logp).exp(), finite).sum(-1).neg();
	});
}

ct_tensor *ct_kl(ct_tensor *logp, ct_tensor *logp_ref)
{
	return op("kl", {logp, logp_ref}, [&] {
		auto illegal = T(logp).isinf();
		auto difference = T(logp).masked_fill(illegal, 0) - T(logp_ref).masked_fill(illegal, 0);

		return at::mul(T(logp).exp(), difference).sum(-1);
	});
}
