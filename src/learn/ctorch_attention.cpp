/* ctorch_attention.cpp — attention on a GPU, with its derivative; see ctorch_net.hpp.
 *
 * Rows of all spans stand below each other, which is what libtorch's fused attention for sequences of different
 * lengths takes (FlashAttention-2, Dao 2023): it knows them by where each begins. It wants bf16, heads of a multiple
 * of 8 and spans without gaps, as training has. The dense one takes any spans and type, and runs on a CPU too, so
 * that tests can compare. */
#include "ctorch_net.hpp"

#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

#if defined(EQRL_CUDA) && TORCH_VERSION_MAJOR >= 2
#include <ATen/ops/_flash_attention_backward.h>
#include <ATen/ops/_flash_attention_forward.h>
#define EQRL_FLASH 1
#else
#define EQRL_FLASH 0
#endif

using ct::Attended;
using ct::Extras;
using ct::op;
using ct::T;

namespace
{

/* q (S, D), k and v (K, D), within the tensors that hold them side by side. */
struct Parts {
	at::Tensor q, k, v;
	bool together; /* in one tensor */
	int64_t width;
};

Parts parts(const at::Tensor &q, const at::Tensor &kv)
{
	bool together = q.is_same(kv);
	int64_t width = kv.size(1) / (together ? 3 : 2), at = together ? width : 0;

	return {q.slice(1, 0, width), kv.slice(1, at, at + width),
		kv.slice(1, at + width, at + 2 * width), together, width};
}

std::vector<at::Tensor> gradients(const Parts &p, const at::Tensor &dq, const at::Tensor &dk,
				  const at::Tensor &dv)
{
	if (!p.together)
		return {dq, at::cat({dk, dv}, 1)};
	auto all = at::cat({dq, dk, dv}, 1);

	return {all, all};
}

/* --- fused --- */

#if EQRL_FLASH

bool fuses(const Extras &e, const Parts &p)
{
	int64_t head = p.width / e.heads;

	return e.half && e.q_begins.defined() && p.q.is_cuda() && head % 8 == 0 && head <= 256;
}

int64_t longest(const Extras &e, int ct_span::*count)
{
	int64_t most = 1;

	for (const auto &s : e.spans)
		most = std::max<int64_t>(most, s.*count);
	return most;
}

/* (rows, D) → (rows, heads, D / heads) */
at::Tensor by_head(const at::Tensor &t, int64_t heads)
{
	return t.view({t.size(0), heads, t.size(1) / heads});
}

Attended flash(const Extras &e, const Parts &p)
{
	auto r = at::_flash_attention_forward(
		by_head(p.q, e.heads), by_head(p.k, e.heads), by_head(p.v, e.heads), e.q_begins,
		e.k_begins, longest(e, &ct_span::n_q), longest(e, &ct_span::n_k), 0.0, e.causal,
		false);

	return {std::get<0>(r).reshape({p.q.size(0), p.width}),
		{std::get<1>(r), std::get<2>(r), std::get<3>(r)}};
}

std::vector<at::Tensor> flash_backward(const Extras &e, const Parts &p, const Attended &seen,
				       const at::Tensor &d_out)
{
	auto r = at::_flash_attention_backward(
		by_head(d_out, e.heads), by_head(p.q, e.heads), by_head(p.k, e.heads),
		by_head(p.v, e.heads), by_head(seen.out, e.heads), seen.kept[0], e.q_begins,
		e.k_begins, longest(e, &ct_span::n_q), longest(e, &ct_span::n_k), 0.0, e.causal,
		seen.kept[1], seen.kept[2]);
	auto flat = [&](const at::Tensor &t) { return t.reshape({t.size(0), p.width}); };

	return gradients(p, flat(std::get<0>(r)), flat(std::get<1>(r)), flat(std::get<2>(r)));
}

#else

bool fuses(const Extras &, const Parts &)
{
	return false;
}

Attended flash(const Extras &, const Parts &)
{
	throw std::runtime_error("no fused attention in this libtorch");
}

std::vector<at::Tensor> flash_backward(const Extras &, const Parts &, const Attended &,
				       const at::Tensor &)
{
	throw std::runtime_error("no fused attention in this libtorch");
}

#endif

/* --- dense: the composed attention in f32, which libtorch differentiates --- */

at::Tensor compose(const Extras &e, const Parts &p)
{
	return ct::attention(p.q, at::cat({p.k, p.v}, 1), e);
}

Parts exact_leaves(const Parts &p)
{
	auto leaf = [](const at::Tensor &t) {
		return t.detach().to(at::kFloat).requires_grad_();
	};

	return {leaf(p.q), leaf(p.k), leaf(p.v), p.together, p.width};
}

Attended dense(const Extras &e, const Parts &p)
{
	c10::NoGradGuard none;

	return {compose(e, exact_leaves(p)).to(p.q.scalar_type()), {}};
}

std::vector<at::Tensor> dense_backward(const Extras &e, const Parts &p, const at::Tensor &d_out)
{
	at::AutoGradMode on(true);
	auto x = exact_leaves(p);
	auto d = torch::autograd::grad({compose(e, x)}, {x.q, x.k, x.v}, {d_out.to(at::kFloat)});
	auto type = p.q.scalar_type();

	return gradients(p, d[0].to(type), d[1].to(type), d[2].to(type));
}

/* Where spans begin, and the end of the last one, if they follow each other from row 0 on to the end. */
at::Tensor begins(const struct ct_spans *s, int ct_span::*first, int ct_span::*count, int64_t rows)
{
	auto t = at::empty({s->n + 1}, at::kInt);
	auto *b = t.data_ptr<int>();

	b[0] = 0;
	for (int i = 0; i < s->n; i++) {
		if (s->span[i].*first != b[i])
			return at::Tensor();
		b[i + 1] = b[i] + s->span[i].*count;
	}
	return b[s->n] == rows ? t : at::Tensor();
}

} // namespace

Attended ct::gpu_attend(const Extras &e, const at::Tensor &q, const at::Tensor &kv)
{
	auto p = parts(q, kv);

	return fuses(e, p) ? flash(e, p) : dense(e, p);
}

std::vector<at::Tensor> ct::gpu_attend_backward(const Extras &e, const at::Tensor &q,
						const at::Tensor &kv, const Attended &seen,
						const at::Tensor &d_out)
{
	auto p = parts(q, kv);

	return fuses(e, p) ? flash_backward(e, p, seen, d_out) : dense_backward(e, p, d_out);
}

void ct_spans_lay(struct ct_spans *s, int64_t q_rows, int64_t k_rows, int device)
{
	s->q_begins = s->k_begins = nullptr;
	if (device == CT_CPU)
		return;
	ct::act("spans_lay", {s}, [&] {
		auto q = begins(s, &ct_span::q, &ct_span::n_q, q_rows);
		auto k = begins(s, &ct_span::k, &ct_span::n_k, k_rows);

		if (!q.defined() || !k.defined())
			return;
		s->q_begins = ct::put(ct::sent(q, device));
		s->k_begins = ct::put(ct::sent(k, device));
	});
}
