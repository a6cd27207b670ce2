/* ctorch.cpp — see ctorch.h: runtime, scopes, plain operations, autograd. The pieces of a network are in
 * ctorch_net.cpp.
 *
 * Handles point into a thread-local deque, whose elements do not move when others are added or removed at its end,
 * so a scope is a mark in it and costs nothing to begin. */
#include "ctorch_core.hpp"

#include <ATen/Parallel.h>
#include <atomic>
#include <c10/core/GradMode.h>
#include <cstring>
#include <deque>
#include <malloc.h>
#include <string>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

extern "C" void openblas_set_num_threads(int);
extern "C" char *openblas_get_corename(void);

static thread_local std::deque<at::Tensor> arena;
static thread_local std::string message;
static std::atomic<int64_t> owned{0};

using ct::act;
using ct::guard;
using ct::op;
using ct::T;

/* --- core --- */

ct_tensor *ct::put(at::Tensor t)
{
	arena.push_back(std::move(t));
	return reinterpret_cast<ct_tensor *>(&arena.back());
}

bool ct::failed() noexcept
{
	return !message.empty();
}

/* Keeps the first line: libtorch's messages may go on for pages. */
void ct::failure(const char *name, const char *what) noexcept
{
	try {
		message = name;
		message += ": ";
		message.append(what, strcspn(what, "\n"));
	} catch (...) {
		message.assign("?");
	}
}

at::ScalarType ct::type_of(ct_dtype type)
{
	switch (type) {
	case CT_F32:
		return at::kFloat;
	case CT_F64:
		return at::kDouble;
	case CT_BF16:
		return at::kBFloat16;
	case CT_I64:
		return at::kLong;
	case CT_U8:
		return at::kByte;
	}
	throw std::runtime_error("unknown type");
}

at::Device ct::device_of(int device)
{
	if (device == CT_CPU)
		return at::Device(at::kCPU);
	return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device));
}

/* libtorch keeps page-locked memory until the copy that reads it is done. */
at::Tensor ct::sent(const at::Tensor &here, int device)
{
	if (device == CT_CPU)
		return here;
	return here.pin_memory().to(device_of(device), true);
}

static at::IntArrayRef shape_of(int n_dims, const int64_t *shape)
{
	return at::IntArrayRef(shape, static_cast<size_t>(n_dims));
}

/* --- runtime and errors --- */

/* A step allocates and frees a few hundred megabytes of activations. By default glibc returns them to the kernel and
 * pays for fresh zeroed pages the next time; these settings keep them in one heap. */
void ct_init(void)
{
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 2000 << 20);
	mallopt(M_TOP_PAD, 64 << 20);
	mallopt(M_ARENA_MAX, 1);
	act("threads", {}, [] {
		at::set_num_threads(1);
		openblas_set_num_threads(1);
	});
}

const char *ct_version(void)
{
	static const std::string text =
		std::string("libtorch " TORCH_VERSION ", OpenBLAS ") + openblas_get_corename();
	return text.c_str();
}

bool ct_device(const char *name, int *device)
{
	return guard("device", false, [&] {
		at::Device d(name);

		if (d.is_cpu()) {
			*device = CT_CPU;
			return true;
		}
		if (!d.is_cuda() || !at::globalContext().hasCUDA())
			return false;
		*device = d.has_index() ? d.index() : 0;
		at::zeros({1}, ct::device_of(*device)); /* throws where there is no such GPU */
		return true;
	});
}

bool ct_has_bf16(int device)
{
	__builtin_cpu_init();
	return device != CT_CPU ||
	       (__builtin_cpu_supports("avx512bf16") && at::globalContext().hasMKLDNN());
}

bool ct_ok(void)
{
	return message.empty();
}

const char *ct_error(void)
{
	return message.c_str();
}

void ct_clear_error(void)
{
	message.clear();
}

int64_t ct_live(void)
{
	return static_cast<int64_t>(arena.size()) + owned.load();
}

/* --- scopes and ownership --- */

struct ct_scope ct_scope_begin(int mode)
{
	struct ct_scope s = {arena.size(), c10::GradMode::is_enabled()};

	c10::GradMode::set_enabled(mode == CT_GRAD);
	return s;
}

void ct_scope_end(struct ct_scope s)
{
	while (arena.size() > s.mark)
		arena.pop_back();
	c10::GradMode::set_enabled(s.grad_before);
}

static ct_tensor *keep(at::Tensor t)
{
	auto *kept = reinterpret_cast<ct_tensor *>(new at::Tensor(std::move(t)));

	owned++;
	return kept;
}

ct_tensor *ct_own(ct_tensor *t)
{
	return guard<ct_tensor *>("own", nullptr, [&] { return t ? keep(T(t)) : nullptr; });
}

void ct_drop(ct_tensor *t)
{
	if (!t)
		return;
	delete &T(t);
	owned--;
}

/* --- create, move, look --- */

ct_tensor *ct_zeros(enum ct_dtype type, int device, int n_dims, const int64_t *shape)
{
	return op("zeros", {}, [&] {
		return at::zeros(shape_of(n_dims, shape),
				 at::dtype(ct::type_of(type)).device(ct::device_of(device)));
	});
}

ct_tensor *ct_from_host(const void *data, enum ct_dtype type, int device, int n_dims,
			const int64_t *shape)
{
	return op("from_host", {data}, [&] {
		auto t = at::empty(shape_of(n_dims, shape), at::dtype(ct::type_of(type)));

		memcpy(t.data_ptr(), data, t.nbytes());
		return ct::sent(t, device);
	});
}

ct_tensor *ct_from_shared(const void *data, enum ct_dtype type, int device, int n_dims,
			  const int64_t *shape)
{
	return op("from_shared", {data}, [&] {
		auto t = at::from_blob(const_cast<void *>(data), shape_of(n_dims, shape),
				       at::dtype(ct::type_of(type)));

		return device == CT_CPU ? t.clone() : t.to(ct::device_of(device), true);
	});
}

ct_tensor *ct_shared(int device, size_t bytes)
{
	return op("shared", {}, [&] {
		auto t = at::empty({static_cast<int64_t>(bytes)}, at::kByte);

		return device == CT_CPU ? t : t.pin_memory();
	});
}

void *ct_shared_data(ct_tensor *shared)
{
	return guard<void *>("shared_data", nullptr, [&] { return shared ? T(shared).data_ptr() : nullptr; });
}

ct_tensor *ct_to(ct_tensor *t, enum ct_dtype type)
{
	return op("to", {t}, [&] { return T(t).to(ct::type_of(type)); });
}

bool ct_to_host(ct_tensor *t, void *out, size_t bytes)
{
	return guard("to_host", false, [&] {
		if (!t)
			throw std::runtime_error("an argument is NULL");
		auto here = T(t).detach().to(at::kCPU).contiguous();

		if (here.nbytes() != bytes)
			throw std::runtime_error("the tensor has another size");
		memcpy(out, here.data_ptr(), bytes);
		return true;
	});
}

float *ct_floats(ct_tensor *t)
{
	return guard<float *>("floats", nullptr, [&] {
		if (!t || !T(t).is_cpu() || T(t).scalar_type() != at::kFloat ||
		    !T(t).is_contiguous())
			throw std::runtime_error("no contiguous f32 tensor on the CPU");
		return T(t).data_ptr<float>();
	});
}

int64_t ct_size(ct_tensor *t, int dim)
{
	return guard<int64_t>("size", 0, [&]() -> int64_t { return t ? T(t).size(dim) : 0; });
}

int64_t ct_numel(ct_tensor *t)
{
	return guard<int64_t>("numel", 0, [&]() -> int64_t { return t ? T(t).numel() : 0; });
}

double ct_item(ct_tensor *t)
{
	return guard("item", 0.0, [&] { return t ? T(t).item<double>() : 0.0; });
}

/* --- shape --- */

ct_tensor *ct_reshape(ct_tensor *t, int n_dims, const int64_t *shape)
{
	return op("reshape", {t}, [&] { return T(t).reshape(shape_of(n_dims, shape)); });
}

ct_tensor *ct_slice(ct_tensor *t, int dim, int64_t begin, int64_t end)
{
	return op("slice", {t}, [&] { return T(t).slice(dim, begin, end); });
}

/* --- arithmetic --- */

ct_tensor *ct_add(ct_tensor *a, ct_tensor *b)
{
	return op("add", {a, b}, [&] { return at::add(T(a), T(b)); });
}

ct_tensor *ct_sub(ct_tensor *a, ct_tensor *b)
{
	return op("sub", {a, b}, [&] { return at::sub(T(a), T(b)); });
}

ct_tensor *ct_mul(ct_tensor *a, ct_tensor *b)
{
	return op("mul", {a, b}, [&] { return at::mul(T(a), T(b)); });
}

ct_tensor *ct_affine(ct_tensor *t, double scale, double shift)
{
	return op("affine", {t}, [&] {
		auto scaled = at::mul(T(t), scale);

		return shift == 0 ? scaled : at::add(scaled, shift);
	});
}

ct_tensor *ct_exp(ct_tensor *t)
{
	return op("exp", {t}, [&] { return at::exp(T(t)); });
}

ct_tensor *ct_clamp(ct_tensor *t, double low, double high)
{
	return op("clamp", {t}, [&] { return at::clamp(T(t), low, high); });
}

ct_tensor *ct_minimum(ct_tensor *a, ct_tensor *b)
{
	return op("minimum", {a, b}, [&] { return at::minimum(T(a), T(b)); });
}

ct_tensor *ct_sum(ct_tensor *t)
{
	return op("sum", {t}, [&] { return at::sum(T(t)); });
}

/* --- autograd and in-place updates --- */

ct_tensor *ct_leaf(ct_tensor *t, bool trained)
{
	return guard<ct_tensor *>("leaf", nullptr, [&]() -> ct_tensor * {
		if (!t)
			throw std::runtime_error("an argument is NULL");
		auto leaf = T(t).detach();

		leaf.set_requires_grad(trained);
		return keep(std::move(leaf));
	});
}

void ct_grads(ct_tensor *loss, ct_tensor *const *leaf, int n, ct_tensor **out)
{
	for (int i = 0; i < n; i++)
		out[i] = nullptr;
	act("grads", {loss}, [&] {
		torch::autograd::variable_list inputs;
		std::vector<int> place;

		for (int i = 0; i < n; i++)
			if (T(leaf[i]).requires_grad()) {
				inputs.push_back(T(leaf[i]));
				place.push_back(i);
			}
		/* Returned, not accumulated: workers share the leaves. */
		auto grads = torch::autograd::grad({T(loss)}, inputs, {}, false, false, true);

		for (size_t i = 0; i < grads.size(); i++)
			if (grads[i].defined())
				out[place[i]] = ct::put(grads[i]);
	});
}

void ct_copy_(ct_tensor *dst, ct_tensor *src)
{
	act("copy_", {dst, src}, [&] {
		c10::NoGradGuard none;

		T(dst).copy_(T(src));
	});
}

void ct_add_(ct_tensor *const *dst, ct_tensor *const *src, int n)
{
	act("add_", {dst, src}, [&] {
		c10::NoGradGuard none;
		std::vector<at::Tensor> to, from;

		for (int i = 0; i < n; i++)
			if (dst[i] && src[i]) {
				to.push_back(T(dst[i]));
				from.push_back(T(src[i]));
			}
		if (!to.empty())
			at::_foreach_add_(to, from);
	});
}

void ct_zero_(ct_tensor *t)
{
	act("zero_", {t}, [&] {
		c10::NoGradGuard none;

		T(t).zero_();
	});
}

double ct_l2_norm(ct_tensor *t)
{
	return guard("norm", 0.0, [&] { return t ? at::norm(T(t)).item<double>() : 0.0; });
}

void ct_adamw_(ct_tensor *p, ct_tensor *m, ct_tensor *v, ct_tensor *g, const struct ct_adamw *a)
{
	act("adamw_", {p, m, v, g}, [&] {
		c10::NoGradGuard none;
		auto step = static_cast<double>(a->step);
		double rise1 = 1 - std::pow(a->beta1, step), rise2 = 1 - std::pow(a->beta2, step);
		auto grad = at::mul(T(g), a->scale);

		T(m).mul_(a->beta1).add_(grad, 1 - a->beta1);
		T(v).mul_(a->beta2).addcmul_(grad, grad, 1 - a->beta2);
		if (a->decayed)
			T(p).addcmul_(T(p), T(a->decayed), -a->lr * a->decay);
		else
			T(p).mul_(1 - a->lr * a->decay);
		T(p).addcdiv_(T(m), at::div(T(v), rise2).sqrt_().add_(a->eps), -a->lr / rise1);
	});
}
