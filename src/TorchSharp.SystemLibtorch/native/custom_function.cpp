// A node of the autograd graph whose forward and backward passes are the caller's: what torch.autograd.Function stands on.
#include "callback_error.h"
#include "function.h"

#include <cstdlib>

using namespace peft;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The caller's side. `state` is its object, held until the node dies. The passes return null, or a handle of their exception.
struct Callbacks {
  void* (*forward)(void* state, AutogradContext* context, variable_list* results);
  void* (*backward)(void* state, AutogradContext* context, at::TensorImpl** gradients, int32_t count, variable_list* results);
  void (*free)(void* handle);
};

struct Caller : torch::CustomClassHolder {
  Caller(void* s, const Callbacks& c) : state(s), callbacks(c) {}
  ~Caller() override { callbacks.free(state); }

  void check(void* exception) const {
    if (exception != nullptr)
      throw CallbackError(exception, callbacks.free);
  }

  void* state;
  Callbacks callbacks;
};

constexpr const char* kCaller = "caller";

struct CustomFunction : torch::autograd::Function<CustomFunction> {
  /// The list is here for libtorch to find the inputs: the caller's pass has its own objects for them.
  static variable_list forward(AutogradContext* context, at::TensorList /*inputs*/, const c10::intrusive_ptr<Caller>& caller) {
    context->saved_data[kCaller] = c10::IValue::make_capsule(caller);
    variable_list results;
    caller->check(caller->callbacks.forward(caller->state, context, &results));
    return results;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto holder = context->saved_data[kCaller].toCapsule();
    const auto* caller = static_cast<const Caller*>(holder.get());
    std::vector<at::TensorImpl*> handles;
    handles.reserve(gradients.size());
    for (const auto& gradient : gradients)
      handles.push_back(release(gradient));
    variable_list results;
    caller->check(caller->callbacks.backward(caller->state, context, handles.data(), static_cast<int32_t>(handles.size()), &results));
    results.emplace_back(); // for the caller itself
    return results;
  }
};

variable_list list_of(at::TensorImpl** handles, int32_t count) {
  variable_list list;
  list.reserve(count);
  for (int32_t i = 0; i < count; i++)
    list.push_back(borrow(handles[i]));
  return list;
}

int32_t give(const variable_list& list, at::TensorImpl*** results) {
  *results = static_cast<at::TensorImpl**>(std::malloc(sizeof(void*) * (list.size() + 1)));
  for (size_t i = 0; i < list.size(); i++)
    (*results)[i] = release(list[i]);
  return static_cast<int32_t>(list.size());
}

} // namespace

/// Runs the forward pass and puts it into the graph. `state` is freed when the node dies, which may be before this returns.
/// The array of results is freed with peft_free_array.
PEFT_API int peft_function_apply(void* state, const Callbacks* callbacks, at::TensorImpl** inputs, int32_t count, at::TensorImpl*** results,
                                 int32_t* returned) {
  auto caller = c10::make_intrusive<Caller>(state, *callbacks);
  return guarded([&] {
    const auto list = list_of(inputs, count);
    *returned = give(CustomFunction::apply(at::TensorList(list), caller), results);
  });
}

/// Adds a result to a pass's list; null for none.
PEFT_API void peft_function_result(variable_list* results, at::TensorImpl* tensor) { results->push_back(borrow(tensor)); }

PEFT_API int peft_context_save(AutogradContext* context, at::TensorImpl** tensors, int32_t count) {
  return guarded([&] { context->save_for_backward(list_of(tensors, count)); });
}

PEFT_API int peft_context_mark_dirty(AutogradContext* context, at::TensorImpl** tensors, int32_t count) {
  return guarded([&] { context->mark_dirty(list_of(tensors, count)); });
}

PEFT_API int peft_context_mark_non_differentiable(AutogradContext* context, at::TensorImpl** tensors, int32_t count) {
  return guarded([&] { context->mark_non_differentiable(list_of(tensors, count)); });
}

PEFT_API void peft_context_materialize(AutogradContext* context, int32_t value) { context->set_materialize_grads(value != 0); }

/// What was saved, undefined tensors as null. The array is freed with peft_free_array.
PEFT_API int peft_context_saved(const AutogradContext* context, at::TensorImpl*** results, int32_t* returned) {
  return guarded([&] { *returned = give(context->get_saved_variables(), results); });
}
