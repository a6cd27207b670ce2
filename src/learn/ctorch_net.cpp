/* ctorch_net.cpp — see ctorch.h: the pieces of a network.
 *
 * In f32 each residual part of a block is one autograd function: norm, products, what lies between them and the sum
 * with x. On the CPU it runs on the loops of fused.h, with products by OpenBLAS (f32) or oneDNN (bf16); on a GPU on
 * libtorch's operations and its fused attention (ctorch_attention.cpp). In f64 the pieces are compositions that
 * libtorch differentiates (ctorch_composed.cpp); these are also what the functions are tested against. */
#include "ctorch_net.hpp"

extern "C" {
#include "fused.h"
}

#include <atomic>
#include <torch/csrc/autograd/custom_function.h>

using ct::Extras;
using ct::op;
using ct::T;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;
using ExtrasPtr = c10::intrusive_ptr<Extras>;

static const struct fused &kernels()
{
	static const struct fused &chosen = *fused_choose();
	return chosen;
}

static std::atomic<bool> as_on_a_gpu{false};

static bool is_function(const at::Tensor &x)
{
	return x.scalar_type() == at::kFloat;
}

/* Whether the loops of fused.h work on it. */
static bool loops(const at::Tensor &x)
{
	return x.is_cpu() && !as_on_a_gpu.load(std::memory_order_relaxed);
}

/* --- short names for what the fused loops take --- */

static float *floats(const at::Tensor &t)
{
	return t.data_ptr<float>();
}

static int rows(const at::Tensor &t)
{
	return static_cast<int>(t.size(0));
}

static int cols(const at::Tensor &t)
{
	return static_cast<int>(t.size(1));
}

static bool is_half(const at::Tensor &t)
{
	return t.scalar_type() == at::kBFloat16;
}

static at::Tensor activation(int64_t n_rows, int64_t n_cols, bool half)
{
	return at::empty({n_rows, n_cols}, at::dtype(half ? at::kBFloat16 : at::kFloat));
}

/* --- the steps of the functions, on loops or on libtorch's operations --- */

/* x as an activation; sum (may be null) becomes its sum over the rows. */
static at::Tensor narrowed(const at::Tensor &x, bool half, at::Tensor *sum)
{
	if (!loops(x)) {
		if (sum)
			*sum = x.sum(0);
		return half ? x.to(at::kBFloat16) : x;
	}
	auto y = half ? activation(x.size(0), x.size(1), true) : x;

	if (sum)
		*sum = at::empty({x.size(1)}, x.options());
	kernels().narrow(rows(x), cols(x), half, floats(x), y.data_ptr(),
			 sum ? floats(*sum) : nullptr);
	return y;
}

/* x (may be undefined) + o + bias (may be undefined), in f32. */
static at::Tensor residual(const at::Tensor &x, const at::Tensor &o, const at::Tensor &bias)
{
	if (!loops(o)) {
		auto y = bias.defined() ? at::add(o, bias) : o;

		return x.defined() ? at::add(x, y) : y.to(at::kFloat);
	}
	auto y = activation(o.size(0), o.size(1), false);

	kernels().residual(rows(o), cols(o), is_half(o), x.defined() ? floats(x) : nullptr,
			   o.data_ptr(), bias.defined() ? floats(bias) : nullptr, floats(y));
	return y;
}

static at::Tensor exact(const at::Tensor &o)
{
	return is_half(o) ? residual(at::Tensor(), o, at::Tensor()) : o;
}

static at::Tensor row_sums(const at::Tensor &x)
{
	if (!loops(x))
		return x.sum({0}, false, at::kFloat);
	auto sum = at::empty({x.size(1)}, at::dtype(at::kFloat));

	kernels().sum(rows(x), cols(x), is_half(x), x.data_ptr(), floats(sum));
	return sum;
}

/* x wᵀ, to which the loops that read it add the bias; on a GPU it is added here. */
static at::Tensor product(const at::Tensor &x, const at::Tensor &w, const at::Tensor &bias)
{
	return loops(x) ? at::mm(x, w.t()) : at::addmm(bias.to(x.scalar_type()), x, w.t());
}

/* x (may be undefined) + a wᵀ + bias, in f32. */
static at::Tensor joined(const at::Tensor &x, const at::Tensor &a, const at::Tensor &w,
			 const at::Tensor &bias)
{
	return residual(x, product(a, w, bias), loops(a) ? bias : at::Tensor());
}

static at::Tensor gelu(const at::Tensor &u, const at::Tensor &bias)
{
	if (!loops(u))
		return at::gelu(u, "tanh");
	auto a = at::empty_like(u);

	kernels().gelu(rows(u), cols(u), is_half(u), u.data_ptr(), floats(bias), a.data_ptr());
	return a;
}

/* du from da, which may be overwritten; dbias becomes its sum over the rows. */
static at::Tensor gelu_backward(const at::Tensor &da, const at::Tensor &u, const at::Tensor &bias,
				at::Tensor *dbias)
{
	if (!loops(u)) {
		auto du = at::gelu_backward(da, u, "tanh");

		*dbias = row_sums(du);
		return du;
	}
	*dbias = at::empty_like(bias);
	kernels().gelu_backward(rows(u), cols(u), is_half(u), u.data_ptr(), floats(bias),
				da.data_ptr(), floats(*dbias));
	return da;
}

struct Normed {
	at::Tensor y, mean, rstd;
};

static Normed normed(const at::Tensor &x, const at::Tensor &gain, const at::Tensor &bias, bool half)
{
	if (!loops(x)) {
		auto n = at::native_layer_norm(x, {x.size(1)}, gain, bias, 1e-5);

		return {narrowed(std::get<0>(n), half, nullptr), std::get<1>(n), std::get<2>(n)};
	}
	Normed n = {activation(x.size(0), x.size(1), half), at::empty({x.size(0)}, x.options()),
		    at::empty({x.size(0)}, x.options())};

	kernels().norm(rows(x), cols(x), half, floats(x), floats(gain), floats(bias),
		       n.y.data_ptr(), floats(n.mean), floats(n.rstd));
	return n;
}

/* {dx, dgain, dbias} of x + f(norm(x)) from dh = d norm(x) and dy = d (x + …). */
static variable_list normed_backward(const at::Tensor &x, const at::Tensor &gain,
				     const at::Tensor &mean, const at::Tensor &rstd,
				     const at::Tensor &dh, const at::Tensor &dy)
{
	if (!loops(x)) {
		auto d = at::native_layer_norm_backward(dh.to(at::kFloat), x, {x.size(1)}, mean, rstd,
							gain, gain, {true, true, true});

		return {std::get<0>(d).add_(dy), std::get<1>(d), std::get<2>(d)};
	}
	auto dx = at::empty_like(x), dgain = at::empty_like(gain), dbias = at::empty_like(gain);

	kernels().norm_backward(rows(x), cols(x), is_half(dh), floats(x), floats(gain),
				floats(mean), floats(rstd), dh.data_ptr(), floats(dy), floats(dx),
				floats(dgain), floats(dbias));
	return {dx, dgain, dbias};
}

/* --- the functions --- */

namespace
{

ExtrasPtr extras_of(AutogradContext *ctx)
{
	return c10::static_intrusive_pointer_cast<Extras>(ctx->saved_data["extras"].toCapsule());
}

void keep_extras(AutogradContext *ctx, const ExtrasPtr &e)
{
	ctx->saved_data["extras"] = c10::IValue::make_capsule(e);
}

/* m2(gelu(m1(x))) */
struct Mlp : Function<Mlp> {
	static at::Tensor forward(AutogradContext *ctx, at::Tensor x, at::Tensor w1, at::Tensor b1,
				  at::Tensor w2, at::Tensor b2, ExtrasPtr e)
	{
		auto h = narrowed(x, e->half, nullptr), u = product(h, e->product(0, w1), b1);
		auto a = gelu(u, b1);

		ctx->save_for_backward({h, w1, b1, w2, u, a});
		keep_extras(ctx, e);
		return joined(at::Tensor(), a, e->product(1, w2), b2);
	}

	static variable_list backward(AutogradContext *ctx, variable_list grad)
	{
		auto saved = ctx->get_saved_variables();
		auto &h = saved[0], &w1 = saved[1], &b1 = saved[2], &w2 = saved[3], &u = saved[4],
		     &a = saved[5];
		auto e = extras_of(ctx);
		at::Tensor dx, db1, db2;
		auto d = narrowed(grad[0].contiguous(), e->half, &db2);
		auto du = gelu_backward(at::mm(d, e->product(1, w2)), u, b1, &db1);

		if (ctx->needs_input_grad(0))
			dx = exact(at::mm(du, e->product(0, w1)));
		return {dx,	     exact(at::mm(du.t(), h)), db1, exact(at::mm(d.t(), a)), db2,
			at::Tensor()};
	}
};

/* x + m2(gelu(m1(norm(x)))) */
struct MlpResidual : Function<MlpResidual> {
	static at::Tensor forward(AutogradContext *ctx, at::Tensor x, at::Tensor gain,
				  at::Tensor bias, at::Tensor w1, at::Tensor b1, at::Tensor w2,
				  at::Tensor b2, ExtrasPtr e)
	{
		auto n = normed(x, gain, bias, e->half);
		auto u = product(n.y, e->product(0, w1), b1), a = gelu(u, b1);

		ctx->save_for_backward({x, gain, n.mean, n.rstd, n.y, w1, b1, w2, u, a});
		keep_extras(ctx, e);
		return joined(x, a, e->product(1, w2), b2);
	}

	static variable_list backward(AutogradContext *ctx, variable_list grad)
	{
		auto saved = ctx->get_saved_variables();
		auto &x = saved[0], &gain = saved[1], &mean = saved[2], &rstd = saved[3],
		     &h = saved[4];
		auto &w1 = saved[5], &b1 = saved[6], &w2 = saved[7], &u = saved[8], &a = saved[9];
		auto e = extras_of(ctx);
		at::Tensor db1, db2, dy = grad[0].contiguous(), d = narrowed(dy, e->half, &db2);
		auto du = gelu_backward(at::mm(d, e->product(1, w2)), u, b1, &db1);
		auto n = normed_backward(x, gain, mean, rstd, at::mm(du, e->product(0, w1)), dy);

		return {n[0], n[1],
			n[2], exact(at::mm(du.t(), h)),
			db1,  exact(at::mm(d.t(), a)),
			db2,  at::Tensor()};
	}
};

/* All but the outputs of one attention. If q and kv are one tensor, it is q, k, v side by side. */
struct span_attention attention_of(const Extras &e, const at::Tensor &q, const at::Tensor &kv)
{
	struct span_attention a = {};
	bool self = q.is_same(kv);
	int64_t width = kv.size(1) / (self ? 3 : 2);
	size_t bytes = e.half ? sizeof(uint16_t) : sizeof(float);

	a.spans = e.spans.data();
	a.n_spans = static_cast<int>(e.spans.size());
	a.heads = e.heads;
	a.head_width = static_cast<int>(width / e.heads);
	a.causal = e.causal;
	a.half = e.half;
	a.q = q.data_ptr();
	a.k = static_cast<char *>(kv.data_ptr()) + (self ? width : 0) * bytes;
	a.v = static_cast<const char *>(a.k) + width * bytes;
	a.q_stride = static_cast<size_t>(q.size(1));
	a.kv_stride = static_cast<size_t>(kv.size(1));
	return a;
}

void set_biases(struct span_attention *a, const at::Tensor &q_bias, const at::Tensor &kv_bias)
{
	int64_t width = static_cast<int64_t>(a->heads) * a->head_width;

	a->q_bias = floats(q_bias);
	a->k_bias = floats(kv_bias) + (q_bias.is_same(kv_bias) ? width : 0);
	a->v_bias = a->k_bias + width;
}

/* The end of the rows that the spans cover without gap or overlap from row 0 on, or 0 if they do not. */
int64_t covered(const std::vector<struct ct_span> &spans, int ct_span::*first, int ct_span::*count)
{
	int64_t end = 0;

	for (const auto &s : spans) {
		if (s.*first != end)
			return 0;
		end += s.*count;
	}
	return end;
}

/* A tensor of which rows end … are zero and the others are about to be written. */
at::Tensor blank(int64_t n_rows, int64_t n_cols, bool half, int64_t end)
{
	auto t = activation(n_rows, n_cols, half);

	t.slice(0, end).zero_();
	return t;
}

/* What the queries get, and what the backward pass wants to know. The biases are those that product() left to the
 * loops. */
ct::Attended attend(const Extras &e, const at::Tensor &q, const at::Tensor &kv,
		    const at::Tensor &q_bias, const at::Tensor &kv_bias)
{
	if (!loops(q))
		return ct::gpu_attend(e, q, kv);
	struct span_attention a = attention_of(e, q, kv);
	auto n = fused_probabilities(a.spans, a.n_spans, a.heads);
	auto p = at::empty({static_cast<int64_t>(n)}, at::dtype(at::kFloat));
	auto out = blank(q.size(0), static_cast<int64_t>(a.heads) * a.head_width, e.half,
			 covered(e.spans, &ct_span::q, &ct_span::n_q));

	set_biases(&a, q_bias, kv_bias);
	a.out = out.data_ptr();
	a.probabilities = floats(p);
	kernels().attention(&a);
	return {out, {p}};
}

/* → {dq, dkv}, one tensor if q and kv are. */
variable_list attend_backward(const Extras &e, const at::Tensor &q, const at::Tensor &kv,
			      const at::Tensor &q_bias, const at::Tensor &kv_bias,
			      const ct::Attended &seen, const at::Tensor &d_out)
{
	if (!loops(q))
		return ct::gpu_attend_backward(e, q, kv, seen, d_out);
	struct span_attention a = attention_of(e, q, kv);
	int64_t q_end = covered(e.spans, &ct_span::q, &ct_span::n_q);
	int64_t k_end = covered(e.spans, &ct_span::k, &ct_span::n_k);
	auto dq = blank(q.size(0), q.size(1), e.half, q_end);
	auto dkv = q.is_same(kv) ? dq : blank(kv.size(0), kv.size(1), e.half, k_end);
	struct span_attention d = attention_of(e, dq, dkv);

	set_biases(&a, q_bias, kv_bias);
	a.probabilities = floats(seen.kept[0]);
	a.d_out = d_out.data_ptr();
	a.dq = const_cast<void *>(d.q);
	a.dk = const_cast<void *>(d.k);
	a.dv = const_cast<void *>(d.v);
	a.add_keys = k_end == 0;
	kernels().attention_backward(&a);
	return {dq, dkv};
}

/* The tensors to save, those of an attention last; and back. */
variable_list with(const ct::Attended &a, variable_list list)
{
	list.push_back(a.out);
	list.insert(list.end(), a.kept.begin(), a.kept.end());
	return list;
}

ct::Attended attended(const variable_list &saved, size_t at)
{
	return {saved[at], variable_list(saved.begin() + static_cast<std::ptrdiff_t>(at) + 1, saved.end())};
}

/* x + out(attention(qkv(norm(x)))) */
struct SelfAttention : Function<SelfAttention> {
	static at::Tensor forward(AutogradContext *ctx, at::Tensor x, at::Tensor gain,
				  at::Tensor bias, at::Tensor w, at::Tensor b, at::Tensor wo,
				  at::Tensor bo, ExtrasPtr e)
	{
		auto n = normed(x, gain, bias, e->half);
		auto qkv = product(n.y, e->product(0, w), b);
		auto a = attend(*e, qkv, qkv, b, b);

		ctx->save_for_backward(
			with(a, {x, gain, n.mean, n.rstd, n.y, w, b, wo, qkv}));
		keep_extras(ctx, e);
		return joined(x, a.out, e->product(1, wo), bo);
	}

	static variable_list backward(AutogradContext *ctx, variable_list grad)
	{
		auto saved = ctx->get_saved_variables();
		auto &x = saved[0], &gain = saved[1], &mean = saved[2], &rstd = saved[3],
		     &h = saved[4];
		auto &w = saved[5], &b = saved[6], &wo = saved[7], &qkv = saved[8];
		auto seen = attended(saved, 9);
		auto e = extras_of(ctx);
		at::Tensor dbo, dy = grad[0].contiguous(), d = narrowed(dy, e->half, &dbo);
		auto dqkv =
			attend_backward(*e, qkv, qkv, b, b, seen, at::mm(d, e->product(1, wo)))[0];
		auto n = normed_backward(x, gain, mean, rstd, at::mm(dqkv, e->product(0, w)), dy);

		return {n[0],
			n[1],
			n[2],
			exact(at::mm(dqkv.t(), h)),
			row_sums(dqkv),
			exact(at::mm(d.t(), seen.out)),
			dbo,
			at::Tensor()};
	}
};

/* x + out(attention(q(norm(x)), kv(keys))) */
struct CrossAttention : Function<CrossAttention> {
	static at::Tensor forward(AutogradContext *ctx, at::Tensor x, at::Tensor gain,
				  at::Tensor bias, at::Tensor keys, at::Tensor wq, at::Tensor bq,
				  at::Tensor wkv, at::Tensor bkv, at::Tensor wo, at::Tensor bo,
				  ExtrasPtr e)
	{
		auto n = normed(x, gain, bias, e->half);
		auto k = narrowed(keys, e->half, nullptr);
		auto q = product(n.y, e->product(0, wq), bq), kv = product(k, e->product(1, wkv), bkv);
		auto a = attend(*e, q, kv, bq, bkv);

		ctx->save_for_backward(
			with(a, {x, gain, n.mean, n.rstd, n.y, k, wq, bq, wkv, bkv, wo, q, kv}));
		keep_extras(ctx, e);
		return joined(x, a.out, e->product(2, wo), bo);
	}

	static variable_list backward(AutogradContext *ctx, variable_list grad)
	{
		auto saved = ctx->get_saved_variables();
		auto &x = saved[0], &gain = saved[1], &mean = saved[2], &rstd = saved[3],
		     &h = saved[4];
		auto &k = saved[5], &wq = saved[6], &bq = saved[7], &wkv = saved[8],
		     &bkv = saved[9];
		auto &wo = saved[10], &q = saved[11], &kv = saved[12];
		auto seen = attended(saved, 13);
		auto e = extras_of(ctx);
		at::Tensor dkeys, dbo, dy = grad[0].contiguous(), d = narrowed(dy, e->half, &dbo);
		auto both = attend_backward(*e, q, kv, bq, bkv, seen, at::mm(d, e->product(2, wo)));
		auto &dq = both[0], &dkv = both[1];
		auto n = normed_backward(x, gain, mean, rstd, at::mm(dq, e->product(0, wq)), dy);

		if (ctx->needs_input_grad(3))
			dkeys = exact(at::mm(dkv, e->product(1, wkv)));
		return {n[0],
			n[1],
			n[2],
			dkeys,
			exact(at::mm(dq.t(), h)),
			row_sums(dq),
			exact(at::mm(dkv.t(), k)),
			row_sums(dkv),
			exact(at::mm(d.t(), seen.out)),
			dbo,
			at::Tensor()};
	}
};

ExtrasPtr extras(std::initializer_list<const struct ct_matrix *> matrices,
		 const struct ct_spans *spans)
{
	auto e = c10::make_intrusive<Extras>();

	for (auto *m : matrices)
		if (m->half)
			e->halves.push_back(T(m->half));
	e->half = !e->halves.empty();
	if (e->half && e->halves.size() != matrices.size())
		throw std::runtime_error("some matrices are in bf16 and some are not");
	if (spans) {
		e->spans.assign(spans->span, spans->span + spans->n);
		e->heads = spans->heads;
		e->causal = spans->causal;
		if (spans->q_begins && spans->k_begins) {
			e->q_begins = T(spans->q_begins);
			e->k_begins = T(spans->k_begins);
		}
	}
	return e;
}

} // namespace

/* --- ctorch.h --- */

void ct_as_on_a_gpu(bool yes)
{
	as_on_a_gpu = yes;
}

/* On a GPU a product with rows of zeros and a one: of small tables its derivative is faster, and its sums have an
 * order. */
ct_tensor *ct_embedding(ct_tensor *table, ct_tensor *index)
{
	return op("embedding", {table, index}, [&] {
		if (loops(T(table)))
			return at::embedding(T(table), T(index));
		auto all = at::arange(T(table).size(0), T(index).options());

		return at::mm(T(index).unsqueeze(1).eq(all).to(T(table).scalar_type()), T(table));
	});
}

ct_tensor *ct_layer_norm(ct_tensor *x, const struct ct_norm *norm)
{
	return op("layer_norm", {x, norm->gain, norm->bias},
		  [&] { return ct::layer_norm(T(x), T(norm->gain), T(norm->bias)); });
}

ct_tensor *ct_linear(ct_tensor *x, const struct ct_matrix *m)
{
	return op("linear", {x, m->w, m->bias},
		  [&] { return at::linear(T(x), T(m->w), T(m->bias)); });
}

ct_tensor *ct_mlp(ct_tensor *x, const struct ct_norm *norm, const struct ct_matrix *m1,
		  const struct ct_matrix *m2)
{
	return op("mlp", {x, m1->w, m1->bias, m2->w, m2->bias}, [&] {
		auto e = extras({m1, m2}, nullptr);
		auto &in = T(x), &w1 = T(m1->w), &b1 = T(m1->bias), &w2 = T(m2->w),
		     &b2 = T(m2->bias);

		if (!norm)
			return is_function(in) ? Mlp::apply(in, w1, b1, w2, b2, e)
					      : ct::mlp(in, w1, b1, w2, b2);
		auto &gain = T(norm->gain), &bias = T(norm->bias);

		if (is_function(in))
			return MlpResidual::apply(in, gain, bias, w1, b1, w2, b2, e);
		return in + ct::mlp(ct::layer_norm(in, gain, bias), w1, b1, w2, b2);
	});
}

ct_tensor *ct_self_attention(ct_tensor *x, const struct ct_norm *norm, const struct ct_matrix *qkv,
			     const struct ct_matrix *out, const struct ct_spans *spans)
{
	return op(
		"self_attention", {x, norm->gain, norm->bias, qkv->w, qkv->bias, out->w, out->bias},
		[&] {
			auto e = extras({qkv, out}, spans);
			auto &in = T(x), &gain = T(norm->gain), &bias = T(norm->bias);
			auto &w = T(qkv->w), &b = T(qkv->bias), &wo = T(out->w), &bo = T(out->bias);

			if (is_function(in))
				return SelfAttention::apply(in, gain, bias, w, b, wo, bo, e);
			auto three = at::linear(ct::layer_norm(in, gain, bias), w, b);
			int64_t width = in.size(1);

			return in + at::linear(ct::attention(three.slice(1, 0, width),
							     three.slice(1, width, 3 * width), *e),
					       wo, bo);
		});
}

ct_tensor *ct_cross_attention(ct_tensor *x, const struct ct_norm *norm, ct_tensor *keys,
			      const struct ct_matrix *q, const struct ct_matrix *kv,
			      const struct ct_matrix *out, const struct ct_spans *spans)
{
	return op("cross_attention",
		  {x, norm->gain, norm->bias, keys, q->w, q->bias, kv->w, kv->bias, out->w,
		   out->bias},
		  [&] {
			  auto e = extras({q, kv, out}, spans);
			  auto &in = T(x), &gain = T(norm->gain), &bias = T(norm->bias);

			  if (is_function(in))
				  return CrossAttention::apply(in, gain, bias, T(keys), T(q->w),
							       T(q->bias), T(kv->w), T(kv->bias),
							       T(out->w), T(out->bias), e);
			  auto asked = at::linear(ct::layer_norm(in, gain, bias), T(q->w),
						  T(q->bias));
			  auto known = at::linear(T(keys), T(kv->w), T(kv->bias));

			  return in + at::linear(ct::attention(asked, known, *e), T(out->w),
						 T(out->bias));
		  });
}
