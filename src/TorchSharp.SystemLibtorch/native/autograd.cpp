// The backward pass and the thread's gradient mode.
#include "shim.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

using namespace peft;

namespace {

torch::autograd::variable_list borrow_all(at::TensorImpl** handles, int32_t count) {
  torch::autograd::variable_list list;
  list.reserve(count);
  for (int32_t i = 0; i < count; i++)
    list.push_back(borrow(handles[i]));
  return list;
}

} // namespace

PEFT_API int32_t peft_grad_enabled() { return at::GradMode::is_enabled(); }
PEFT_API void peft_set_grad_enabled(int32_t enabled) { at::GradMode::set_enabled(enabled != 0); }

/// Accumulates gradients into the leaves, or into `inputs` only where some are given. A null gradient means ones, for a tensor of one element.
PEFT_API int peft_backward(at::TensorImpl** tensors, at::TensorImpl** grads, int32_t count, at::TensorImpl** inputs, int32_t input_count,
                           int32_t retain_graph, int32_t create_graph) {
  return guarded([&] {
    torch::autograd::backward(borrow_all(tensors, count), borrow_all(grads, count), retain_graph != 0, create_graph != 0,
                              borrow_all(inputs, input_count));
  });
}

/// The gradients of `outputs` by `inputs`, into `results` (null where unused and that is allowed).
PEFT_API int peft_grad(at::TensorImpl** outputs, at::TensorImpl** grads, int32_t count, at::TensorImpl** inputs, int32_t input_count,
                       int32_t retain_graph, int32_t create_graph, int32_t allow_unused, at::TensorImpl** results) {
  return guarded([&] {
    auto list = torch::autograd::grad(borrow_all(outputs, count), borrow_all(inputs, input_count), borrow_all(grads, count),
                                      retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < list.size(); i++)
      results[i] = release(std::move(list[i]));
  });
}
