// What the translation units of the shim share.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <cstdint>
#include <string>
#include <torch/version.h>
#include <utility>

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
#include <optional>
#else
#include <c10/util/Optional.h>
#endif

#define PEFT_API extern "C" __attribute__((visibility("default")))

namespace peft {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
template <class T> using Optional = std::optional<T>;
#else
template <class T> using Optional = c10::optional<T>;
#endif

using TensorPtr = c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>;
using GeneratorPtr = c10::intrusive_ptr<c10::GeneratorImpl>;

/// Keeps the message of the exception being handled for peft_last_error. Call only inside a catch block.
void remember_error();

/// Counts a handle given to the caller.
void count_handle(int64_t by);

/// Runs the body; an exception becomes a stored message and the result 1.
template <class F> int guarded(F&& body) {
  try {
    std::forward<F>(body)();
    return 0;
  } catch (...) {
    remember_error();
    return 1;
  }
}

/// A tensor that shares the caller's handle (one more reference); undefined for null.
inline at::Tensor borrow(at::TensorImpl* handle) {
  if (handle == nullptr)
    return at::Tensor();
  c10::raw::intrusive_ptr::incref(handle);
  return at::Tensor(TensorPtr::reclaim(handle));
}

/// Gives the tensor's reference to the caller; null for an undefined tensor.
inline at::TensorImpl* release(at::Tensor tensor) {
  if (!tensor.defined())
    return nullptr;
  count_handle(1);
  return tensor.unsafeReleaseTensorImpl();
}

/// A generator that shares the caller's handle.
inline at::Generator borrow_generator(c10::GeneratorImpl* handle) {
  c10::raw::intrusive_ptr::incref(handle);
  return at::Generator(GeneratorPtr::reclaim(handle));
}

} // namespace peft
