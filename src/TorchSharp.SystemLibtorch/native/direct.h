// The commonest signatures - one or two tensors, and a scalar - without boxing: the same kernels through libtorch's typed
// calls, which saves a tenth of the cost of a call on a tiny tensor.
#pragma once

#include "shim.h"
#include "value.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace peft {

/// Lends a handle to a typed call: no reference is counted, none given back.
struct Lent {
  explicit Lent(void* handle) : tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(static_cast<at::TensorImpl*>(handle))) {}
  ~Lent() { tensor.unsafeReleaseTensorImpl(); }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

  at::Tensor tensor;
};

using UnaryCall = at::Tensor(const at::Tensor&);
using BinaryCall = at::Tensor(const at::Tensor&, const at::Tensor&);
using BinaryScalarCall = at::Tensor(const at::Tensor&, const at::Tensor&, const at::Scalar&);

/// The typed call of an operator, found once; at most one is there.
struct Direct {
  Optional<c10::TypedOperatorHandle<UnaryCall>> unary;
  Optional<c10::TypedOperatorHandle<BinaryCall>> binary;
  Optional<c10::TypedOperatorHandle<BinaryScalarCall>> binary_scalar;
};

/// Whether the operator has one of the signatures. Those that return an alias of an argument (in place, views) are left to boxing,
/// and so are scalars with another default than 1 (add and sub: alpha).
inline Direct direct_of(const c10::OperatorHandle& handle) {
  Direct direct;
  const auto& schema = handle.schema();
  const auto& arguments = schema.arguments();
  const auto is = [&](size_t i, c10::TypeKind kind) { return arguments[i].type()->kind() == kind; };
  const size_t count = arguments.size();
  const bool one_new_tensor = schema.returns().size() == 1 && schema.returns()[0].alias_info() == nullptr && schema.returns()[0].type()->kind() == c10::TypeKind::TensorType;
  if (count < 1 || count > 3 || !one_new_tensor || !is(0, c10::TypeKind::TensorType) || (count > 1 && !is(1, c10::TypeKind::TensorType)))
    return direct;
  try { // an operator whose kernel was registered under another C++ type says so here
    if (count == 1)
      direct.unary = handle.typed<UnaryCall>();
    else if (count == 2)
      direct.binary = handle.typed<BinaryCall>();
    else if (is(2, c10::TypeKind::NumberType) && arguments[2].default_value() && arguments[2].default_value()->isInt() && arguments[2].default_value()->toInt() == 1)
      direct.binary_scalar = handle.typed<BinaryScalarCall>();
  } catch (const c10::Error&) {
    return Direct();
  }
  return direct;
}

inline at::Scalar scalar_or_one(const Value* values, int32_t given) {
  if (given < 3)
    return at::Scalar(1);
  return values[2].tag == Tag::Double ? at::Scalar(values[2].d) : at::Scalar(values[2].i);
}

/// Calls without boxing where signature and arguments allow it; otherwise returns false and nothing has happened.
inline bool call_direct(const Direct& direct, const Value* values, int32_t given, Value& result) {
  if (given < 1 || values[0].tag != Tag::Tensor)
    return false;
  at::Tensor output;
  if (direct.unary && given == 1) {
    output = direct.unary->call(Lent(values[0].p).tensor);
  } else if (given >= 2 && values[1].tag == Tag::Tensor && direct.binary && given == 2) {
    output = direct.binary->call(Lent(values[0].p).tensor, Lent(values[1].p).tensor);
  } else if (given >= 2 && values[1].tag == Tag::Tensor && direct.binary_scalar && (given == 2 || values[2].tag == Tag::Int || values[2].tag == Tag::Double)) {
    output = direct.binary_scalar->call(Lent(values[0].p).tensor, Lent(values[1].p).tensor, scalar_or_one(values, given));
  } else {
    return false;
  }
  result = Value{Tag::Tensor, 0, {0}};
  result.p = release(std::move(output));
  return true;
}

} // namespace peft
