// peft::linear: x W' + b in blocks of rows, one block for each thread, instead of one product whose threads wait for
// each other at every panel. Measured in docs/results/training-step.md.
#include "blocks.h"
#include "function.h"
#include "shim.h"

#include <ATen/ATen.h>
#include <torch/library.h>

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Fewer rows than this for a thread do not pay for copying the weight's panels once more.
constexpr int64_t rows_per_thread = 64;
/// The widest side that an adapter's matrices are taken to have.
constexpr int64_t narrow = 64;

/// x [N,in] times weight' [in,out] (+ bias [out]): [N,out].
Tensor product(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  auto output = at::empty({x.size(0), weight.size(1)}, x.options());
  peft::for_blocks(x.size(0), rows_per_thread, true, [&](int64_t from, int64_t to) {
    auto block = output.narrow(0, from, to - from);
    const auto rows = x.narrow(0, from, to - from);
    if (bias.defined())
      at::addmm_out(block, bias, rows, weight);
    else
      at::mm_out(block, rows, weight);
  });
  return output;
}

/// [..., width] as [N, width].
Tensor rows_of(const Tensor& x) { return x.reshape({-1, x.size(-1)}); }

std::vector<int64_t> with_last(const Tensor& x, int64_t width) {
  auto sizes = x.sizes().vec();
  sizes.back() = width;
  return sizes;
}

struct LinearFunction : torch::autograd::Function<LinearFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const peft::Optional<Tensor>& bias) {
    const auto given = bias.has_value() ? *bias : Tensor();
    const bool wants_bias = given.defined() && given.requires_grad();
    context->save_for_backward({weight.requires_grad() ? x : Tensor(), x.requires_grad() ? weight : Tensor()});
    context->saved_data["wants_bias"] = wants_bias;
    return product(rows_of(x), weight.t(), given).view(with_last(x, weight.size(0)));
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto& x = saved[0];
    const auto& weight = saved[1];
    const auto grad = rows_of(gradients[0]);
    variable_list result(3);
    if (weight.defined()) {
      // A second derivative needs operators that autograd knows.
      const auto flat = at::GradMode::is_enabled() ? at::mm(grad, weight) : product(grad, weight, {});
      result[0] = flat.view(with_last(gradients[0], weight.size(1)));
    }
    if (x.defined())
      // BLAS is up to a third faster with a narrow side first; the turned result of a wide one costs more to add than that gains.
      result[1] = grad.size(1) > x.size(-1) && x.size(-1) <= narrow ? at::mm(rows_of(x).t(), grad).t() : at::mm(grad.t(), rows_of(x));
    if (context->saved_data["wants_bias"].toBool())
      result[2] = grad.sum(0);
    return result;
  }
};

bool in_blocks(const Tensor& x, const Tensor& weight, const peft::Optional<Tensor>& bias) {
  const auto type = x.scalar_type();
  return x.device().is_cpu() && weight.device().is_cpu() && (type == at::kFloat || type == at::kDouble) && weight.scalar_type() == type &&
         x.layout() == at::kStrided && x.dim() >= 2 && weight.dim() == 2 && weight.size(1) == x.size(-1) && weight.size(1) > 0 &&
         (!bias.has_value() || !bias->defined() || (bias->dim() == 1 && bias->size(0) == weight.size(0) && bias->scalar_type() == type)) &&
         peft::splits(x.numel() / x.size(-1), rows_per_thread);
}

Tensor linear(const Tensor& x, const Tensor& weight, const peft::Optional<Tensor>& bias) {
  return in_blocks(x, weight, bias) ? LinearFunction::apply(x, weight, bias) : at::linear(x, weight, bias);
}

} // namespace

TORCH_LIBRARY_FRAGMENT(peft, library) { library.def("linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor"); }

TORCH_LIBRARY_IMPL(peft, CompositeImplicitAutograd, library) { library.impl("linear", TORCH_FN(linear)); }
