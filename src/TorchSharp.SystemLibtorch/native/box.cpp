// Calls any registered operator by its schema. A boxed call skips libtorch's own argument checks, so every argument is
// checked here against the kind its schema asks for.
#include "direct.h"
#include "shim.h"
#include "value.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <cstdlib>
#include <sstream>
#include <vector>

using namespace peft;

namespace {

enum class Kind : uint8_t { Tensor, Int, Float, Bool, Scalar, IntList, FloatList, BoolList, ScalarList, TensorList, OptionalTensorList, String, Device, Generator, Unsupported };

struct Argument {
  Kind kind;
  bool optional;
  Optional<c10::IValue> fallback;
};

} // namespace

/// An operator with what its schema asks for, worked out once.
struct PeftOp {
  c10::OperatorHandle handle;
  std::vector<Argument> arguments;
  Direct direct;
};

namespace {

Kind list_kind(const c10::Type& element) {
  switch (element.kind()) {
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Kind::IntList;
    case c10::TypeKind::FloatType: return Kind::FloatList;
    case c10::TypeKind::BoolType: return Kind::BoolList;
    case c10::TypeKind::NumberType: return Kind::ScalarList;
    case c10::TypeKind::TensorType: return Kind::TensorList;
    case c10::TypeKind::OptionalType: return Kind::OptionalTensorList;
    default: return Kind::Unsupported;
  }
}

Kind kind_of(const c10::Type& type) {
  switch (type.kind()) {
    case c10::TypeKind::TensorType: return Kind::Tensor;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
    case c10::TypeKind::ScalarTypeType:
    case c10::TypeKind::LayoutType:
    case c10::TypeKind::MemoryFormatType: return Kind::Int;
    case c10::TypeKind::FloatType: return Kind::Float;
    case c10::TypeKind::BoolType: return Kind::Bool;
    case c10::TypeKind::NumberType: return Kind::Scalar;
    case c10::TypeKind::StringType: return Kind::String;
    case c10::TypeKind::DeviceObjType: return Kind::Device;
    case c10::TypeKind::GeneratorType: return Kind::Generator;
    case c10::TypeKind::ListType: return list_kind(*type.containedType(0));
    default: return Kind::Unsupported;
  }
}

const char* name_of(const Value& value) {
  switch (value.tag) {
    case Tag::None: return "None";
    case Tag::Tensor: return "a tensor";
    case Tag::Int: return "an integer";
    case Tag::Double: return "a floating-point number";
    case Tag::Bool: return "a bool";
    case Tag::IntList: return "a list of integers";
    case Tag::DoubleList: return "a list of floating-point numbers";
    case Tag::TensorList: return "a list of tensors";
    case Tag::String: return "a string";
    case Tag::Device: return "a device";
    case Tag::Generator: return "a generator";
  }
  return "an unknown value";
}

[[noreturn]] void mismatch(const PeftOp& op, size_t index, const std::string& given) {
  const auto& schema = op.handle.schema();
  const auto& argument = schema.arguments()[index];
  std::ostringstream text;
  text << schema.operator_name() << ": argument '" << argument.name() << "' (position " << index + 1 << ") must be "
       << argument.type()->str() << ", but " << given << " was given. Schema: " << schema;
  throw std::invalid_argument(text.str());
}

at::Tensor tensor_at(const Value& list, int32_t i) { return borrow(static_cast<at::TensorImpl**>(list.p)[i]); }

c10::IValue tensor_list(const PeftOp& op, size_t index, const Value& value) {
  c10::List<at::Tensor> list;
  list.reserve(value.len);
  for (int32_t i = 0; i < value.len; i++) {
    auto tensor = tensor_at(value, i);
    if (!tensor.defined())
      mismatch(op, index, "a list with None at index " + std::to_string(i));
    list.push_back(std::move(tensor));
  }
  return list;
}

c10::IValue optional_tensor_list(const Value& value) {
  c10::List<Optional<at::Tensor>> list;
  list.reserve(value.len);
  for (int32_t i = 0; i < value.len; i++) {
    auto tensor = tensor_at(value, i);
    list.push_back(tensor.defined() ? Optional<at::Tensor>(std::move(tensor)) : Optional<at::Tensor>());
  }
  return list;
}

template <class To, class From> c10::IValue number_list(const Value& value) {
  c10::List<To> list;
  list.reserve(value.len);
  for (int32_t i = 0; i < value.len; i++)
    list.push_back(static_cast<To>(static_cast<const From*>(value.p)[i]));
  return list;
}

c10::IValue scalar(const Value& value) {
  if (value.tag == Tag::Double)
    return value.d;
  return value.tag == Tag::Bool ? c10::IValue(value.i != 0) : c10::IValue(value.i);
}

c10::IValue box(const PeftOp& op, size_t index, const Value& value) {
  const Argument& argument = op.arguments[index];
  if (value.tag == Tag::None) {
    if (!argument.optional)
      mismatch(op, index, "None");
    return c10::IValue();
  }
  const Tag tag = value.tag;
  const bool whole = tag == Tag::Int;
  const bool number = whole || tag == Tag::Double;
  switch (argument.kind) {
    case Kind::Tensor: if (tag == Tag::Tensor) return borrow(static_cast<at::TensorImpl*>(value.p)); break;
    case Kind::Int: if (whole) return value.i; break;
    case Kind::Float: if (number) return whole ? static_cast<double>(value.i) : value.d; break;
    case Kind::Bool: if (tag == Tag::Bool) return value.i != 0; break;
    case Kind::Scalar: if (number || tag == Tag::Bool) return scalar(value); break;
    case Kind::IntList: if (tag == Tag::IntList) return number_list<int64_t, int64_t>(value); break;
    case Kind::BoolList: if (tag == Tag::IntList) return number_list<bool, int64_t>(value); break;
    case Kind::FloatList: if (tag == Tag::DoubleList) return number_list<double, double>(value); break;
    case Kind::ScalarList:
      if (tag == Tag::DoubleList) {
        c10::List<at::Scalar> list;
        for (int32_t i = 0; i < value.len; i++)
          list.push_back(at::Scalar(static_cast<const double*>(value.p)[i]));
        return list;
      }
      break;
    case Kind::TensorList: if (tag == Tag::TensorList) return tensor_list(op, index, value); break;
    case Kind::OptionalTensorList: if (tag == Tag::TensorList) return optional_tensor_list(value); break;
    case Kind::String: if (tag == Tag::String) return std::string(static_cast<const char*>(value.p), value.len); break;
    case Kind::Device:
      if (tag == Tag::Device)
        return c10::Device(static_cast<c10::DeviceType>(value.i & 0xff), static_cast<c10::DeviceIndex>(value.i >> 32));
      break;
    case Kind::Generator: if (tag == Tag::Generator) return borrow_generator(static_cast<c10::GeneratorImpl*>(value.p)); break;
    case Kind::Unsupported: break;
  }
  mismatch(op, index, name_of(value));
}

Value unbox(c10::IValue&& result) {
  Value value{Tag::None, 0, {0}};
  if (result.isTensor()) {
    value.p = release(std::move(result).toTensor());
    value.tag = value.p == nullptr ? Tag::None : Tag::Tensor;
  } else if (result.isTensorList()) {
    auto list = result.toTensorVector();
    auto** handles = static_cast<at::TensorImpl**>(std::malloc(sizeof(void*) * (list.size() + 1)));
    for (size_t i = 0; i < list.size(); i++)
      handles[i] = release(std::move(list[i]));
    value.tag = Tag::TensorList;
    value.len = static_cast<int32_t>(list.size());
    value.p = handles;
  } else if (result.isDouble()) {
    value.tag = Tag::Double;
    value.d = result.toDouble();
  } else if (result.isBool()) {
    value.tag = Tag::Bool;
    value.i = result.toBool();
  } else if (result.isInt()) {
    value.tag = Tag::Int;
    value.i = result.toInt();
  } else if (!result.isNone()) {
    throw std::invalid_argument("an operator returned " + result.tagKind() + ", which has no form on this side");
  }
  return value;
}

/// The thread's stack, so that a call allocates none; empty again when the call ends, also by an exception.
struct StackLease {
  StackLease() : own(busy) { busy = true; }
  ~StackLease() {
    if (!own) {
      shared.clear();
      busy = false;
    }
  }
  torch::jit::Stack& get() { return own ? local : shared; }

  static thread_local bool busy;
  static thread_local torch::jit::Stack shared;
  bool own;
  torch::jit::Stack local;
};

thread_local bool StackLease::busy = false;
thread_local torch::jit::Stack StackLease::shared;

} // namespace

/// The operator of that schema name; lives as long as the process. 1 if there is none.
PEFT_API int peft_op_find(const char* name, const char* overload, PeftOp** result) {
  return guarded([&] {
    auto op = std::make_unique<PeftOp>(PeftOp{c10::Dispatcher::singleton().findSchemaOrThrow(name, overload), {}, {}});
    for (const auto& argument : op->handle.schema().arguments()) {
      const bool optional = argument.type()->kind() == c10::TypeKind::OptionalType;
      const auto& type = optional ? *argument.type()->containedType(0) : *argument.type();
      op->arguments.push_back({kind_of(type), optional, argument.default_value()});
    }
    op->direct = direct_of(op->handle);
    *result = op.release();
  });
}

/// Calls the operator. Missing trailing arguments take the schema's defaults. `returned` holds the room in `results` and receives their number.
PEFT_API int peft_op_call(const PeftOp* op, const Value* values, int32_t given, Value* results, int32_t* returned) {
  return guarded([&] {
    if (*returned > 0 && call_direct(op->direct, values, given, results[0])) {
      *returned = 1;
      return;
    }
    const size_t total = op->arguments.size();
    if (static_cast<size_t>(given) > total)
      throw std::invalid_argument("too many arguments for " + toString(op->handle.operator_name()));
    StackLease lease;
    auto& stack = lease.get();
    for (size_t i = 0; i < total; i++) {
      if (i < static_cast<size_t>(given))
        stack.push_back(box(*op, i, values[i]));
      else if (op->arguments[i].fallback)
        stack.push_back(*op->arguments[i].fallback);
      else
        mismatch(*op, i, "nothing");
    }
    op->handle.callBoxed(&stack);
    if (static_cast<int32_t>(stack.size()) > *returned)
      throw std::invalid_argument("more results than expected from " + toString(op->handle.operator_name()));
    *returned = static_cast<int32_t>(stack.size());
    for (size_t i = 0; i < stack.size(); i++)
      results[i] = unbox(std::move(stack[i]));
  });
}

PEFT_API void peft_free_array(void* array) { std::free(array); }
