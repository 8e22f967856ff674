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

enum class Direct : uint8_t { None, Unary, Binary, BinaryScalar };

using UnaryCall = at::Tensor(const at::Tensor&);
using BinaryCall = at::Tensor(const at::Tensor&, const at::Tensor&);
using BinaryScalarCall = at::Tensor(const at::Tensor&, const at::Tensor&, const at::Scalar&);

/// Whether the operator has one of the signatures. Those that return an alias of an argument (in place, views) are left to boxing.
inline Direct direct_of(const c10::OperatorHandle& handle) {
  const auto& schema = handle.schema();
  const auto kind = [&](size_t i) { return schema.arguments()[i].type()->kind(); };
  const size_t count = schema.arguments().size();
  if (count < 1 || count > 3 || schema.is_vararg() || schema.returns().size() != 1 || schema.returns()[0].alias_info() != nullptr)
    return Direct::None;
  if (schema.returns()[0].type()->kind() != c10::TypeKind::TensorType || kind(0) != c10::TypeKind::TensorType)
    return Direct::None;
  if (count > 1 && kind(1) != c10::TypeKind::TensorType)
    return Direct::None;
  if (count == 3 && kind(2) != c10::TypeKind::NumberType)
    return Direct::None;
  try { // an operator whose kernel was registered under another C++ type says so here
    switch (count) {
      case 1: handle.typed<UnaryCall>(); return Direct::Unary;
      case 2: handle.typed<BinaryCall>(); return Direct::Binary;
      default: handle.typed<BinaryScalarCall>(); return Direct::BinaryScalar;
    }
  } catch (const c10::Error&) {
    return Direct::None;
  }
}

inline bool is_number(const Value& value) { return value.tag == Tag::Int || value.tag == Tag::Double; }

/// Calls without boxing where signature and arguments allow it; otherwise returns false and nothing has happened.
inline bool call_direct(const c10::OperatorHandle& handle, Direct direct, const Value* values, int32_t given, Value& result) {
  const int32_t tensors = direct == Direct::Unary ? 1 : 2;
  if (direct == Direct::None || given < tensors || values[0].tag != Tag::Tensor || values[tensors - 1].tag != Tag::Tensor)
    return false;
  if (given > tensors && !(direct == Direct::BinaryScalar && given == 3 && is_number(values[2])))
    return false;
  const Lent first(values[0].p);
  at::Tensor output;
  if (direct == Direct::Unary) {
    output = handle.typed<UnaryCall>().call(first.tensor);
  } else {
    const Lent second(values[1].p);
    if (direct == Direct::Binary) {
      output = handle.typed<BinaryCall>().call(first.tensor, second.tensor);
    } else {
      const at::Scalar scalar = given < 3 ? at::Scalar(1) : values[2].tag == Tag::Double ? at::Scalar(values[2].d) : at::Scalar(values[2].i);
      output = handle.typed<BinaryScalarCall>().call(first.tensor, second.tensor, scalar);
    }
  }
  result = Value{Tag::Tensor, 0, {0}};
  result.p = release(std::move(output));
  return true;
}

} // namespace peft
