/* ctorch_core.hpp — handles, scopes and the exception guard that every function of ctorch.h goes through. */
#ifndef EQRL_CTORCH_CORE_HPP
#define EQRL_CTORCH_CORE_HPP

#include "eqrl/learn/ctorch.h"

#include <ATen/ATen.h>
#include <initializer_list>

namespace ct
{

/* The tensor behind a handle. */
inline at::Tensor &T(const ct_tensor *t)
{
	return *reinterpret_cast<at::Tensor *>(const_cast<ct_tensor *>(t));
}

ct_tensor *put(at::Tensor t); /* into the current scope */
bool failed() noexcept;
void failure(const char *name, const char *what) noexcept;

at::ScalarType type_of(ct_dtype type);
at::Device device_of(int device);
/* A host tensor on the device, without waiting for it; the tensor itself may go at once. */
at::Tensor sent(const at::Tensor &here, int device);

/* Runs f unless an earlier call failed; an exception becomes this thread's sticky failure. */
template <class R, class F> R guard(const char *name, R otherwise, F f) noexcept
{
	if (failed())
		return otherwise;
	try {
		return f();
	} catch (const c10::Error &e) {
		failure(name, e.what_without_backtrace());
	} catch (const std::exception &e) {
		failure(name, e.what());
	} catch (...) {
		failure(name, "unknown exception");
	}
	return otherwise;
}

/* A new tensor from tensor arguments, none of which may be NULL. */
template <class F>
ct_tensor *op(const char *name, std::initializer_list<const void *> arguments, F f) noexcept
{
	return guard<ct_tensor *>(name, nullptr, [&]() -> ct_tensor * {
		for (const void *a : arguments)
			if (!a) {
				failure(name, "an argument is NULL");
				return nullptr;
			}
		return put(f());
	});
}

template <class F>
void act(const char *name, std::initializer_list<const void *> arguments, F f) noexcept
{
	guard<bool>(name, false, [&] {
		for (const void *a : arguments)
			if (!a) {
				failure(name, "an argument is NULL");
				return false;
			}
		f();
		return true;
	});
}

} // namespace ct

#endif
