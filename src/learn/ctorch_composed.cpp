/* ctorch_composed.cpp — pieces of a network as compositions that libtorch differentiates (f64), and the ones over
 * the vocabulary, which are nowhere worth more. */
#include "ctorch_net.hpp"

using ct::Extras;
using ct::op;
using ct::T;

at::Tensor ct::layer_norm(const at::Tensor &x, const at::Tensor &gain, const at::Tensor &bias)
{
	return at::layer_norm(x, {x.size(-1)}, gain, bias, 1e-5);
}

at::Tensor ct::mlp(const at::Tensor &x, const at::Tensor &w1, const at::Tensor &b1,
		   const at::Tensor &w2, const at::Tensor &b2)
{
	return at::linear(at::gelu(at::linear(x, w1, b1), "tanh"), w2, b2);
}

/* --- attention --- */

namespace
{

/* Spans padded to a rectangle: row indices (n · longest), with padding pointing at row 0, and the place of every row
 * in it, or one past its end (a row of zeros) for a row in no span. */
struct Rectangle {
	at::Tensor rows, places;
	int64_t longest = 1;
};

Rectangle rectangle(const std::vector<struct ct_span> &spans, int ct_span::*first,
		    int ct_span::*count, int64_t n_rows, at::Device device)
{
	Rectangle r;
	auto n = static_cast<int64_t>(spans.size());

	for (const auto &s : spans)
		r.longest = std::max<int64_t>(r.longest, s.*count);
	r.rows = at::zeros({n * r.longest}, at::kLong);
	r.places = at::full({n_rows}, n * r.longest, at::kLong);
	auto rows = r.rows.data_ptr<int64_t>(), places = r.places.data_ptr<int64_t>();
	for (int64_t i = 0; i < n; i++) {
		const auto &s = spans[static_cast<size_t>(i)];

		for (int64_t j = 0; j < s.*count; j++) {
			rows[i * r.longest + j] = s.*first + j;
			places[s.*first + j] = i * r.longest + j;
		}
	}
	r.rows = r.rows.to(device);
	r.places = r.places.to(device);
	return r;
}

/* 0 where query j may see key l of its span, −inf elsewhere: (n, 1, queries, keys). Queries that are padding see the
 * first key, so that their softmax is finite. */
at::Tensor visible(const Extras &e, int64_t queries, int64_t keys, const at::TensorOptions &options)
{
	auto n = static_cast<int64_t>(e.spans.size());
	auto bias = at::full({n, 1, queries, keys}, -INFINITY, at::kFloat);
	auto *b = bias.data_ptr<float>();

	for (const auto &s : e.spans)
		for (int64_t j = 0; j < queries; j++, b += keys) {
			int64_t seen = e.causal ? std::min<int64_t>(s.n_k, j + 1) : s.n_k;

			std::fill(b, b + std::max<int64_t>(seen, 1), 0.0f);
		}
	return bias.to(options);
}

} // namespace

at::Tensor ct::attention(const at::Tensor &q, const at::Tensor &kv, const Extras &e)
{
	int64_t width = kv.size(1) / 2, n = static_cast<int64_t>(e.spans.size());
	auto asking = rectangle(e.spans, &ct_span::q, &ct_span::n_q, q.size(0), q.device());
	auto asked = rectangle(e.spans, &ct_span::k, &ct_span::n_k, kv.size(0), q.device());
	auto heads = [&](const at::Tensor &t, const Rectangle &r) {
		return t.index_select(0, r.rows)
			.reshape({n, r.longest, e.heads, width / e.heads})
			.transpose(1, 2);
	};
	auto scale = 1 / std::sqrt(static_cast<double>(width / e.heads));
	auto scores = at::matmul(heads(q, asking), heads(kv.slice(1, 0, width), asked).transpose(-2, -1));
	auto bias = visible(e, asking.longest, asked.longest, q.options());
	auto out = at::matmul(at::softmax(scores * scale + bias, -1),
			      heads(kv.slice(1, width, 2 * width), asked));

	out = out.transpose(1, 2).reshape({n * asking.longest, width});
	return at::cat({out, at::zeros({1, width}, out.options())}).index_select(0, asking.places);
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
	return op("pick", {t, index},
		  [&] { return T(t).gather(-1, T(index).unsqueeze(-1)).squeeze(-1); });
}

ct_tensor *ct_is_largest(ct_tensor *t, ct_tensor *x)
{
	return op("is_largest", {t, x},
		  [&] { return T(t).amax(-1).le(T(x)).to(T(x).scalar_type()); });
}

/* Illegal tokens have log p = −inf and p = 0: their log p is replaced by 0 before it meets p, so that neither the
 * product nor its derivative is NaN. */
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
		auto difference =
			T(logp).masked_fill(illegal, 0) - T(logp_ref).masked_fill(illegal, 0);

		return at::mul(T(logp).exp(), difference).sum(-1);
	});
}
