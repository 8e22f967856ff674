// peft::dropout: dropout whose mask is counted, not stored. libtorch 1.13's draws its mask on one thread with a Mersenne
// twister, which costs twenty times the GELU of the same tensor.
#include "function.h"
#include "random_mask.h"

#include <ATen/ops/dropout.h>
#include <ATen/ops/empty_like.h>
#include <torch/library.h>

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct DropoutFunction : torch::autograd::Function<DropoutFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, double p, int64_t seed) {
    context->saved_data["p"] = p;
    context->saved_data["seed"] = seed;
    const auto input = x.contiguous();
    auto output = at::empty_like(input);
    peft::apply_mask(input, output, seed, 0, p);
    return output;
  }

  /// Linear in the gradient with the same mask: applying the function again also serves double backward.
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const double p = context->saved_data["p"].toDouble();
    const int64_t seed = context->saved_data["seed"].toInt();
    return {DropoutFunction::apply(gradients[0], p, seed), at::Tensor(), at::Tensor()};
  }
};

at::Tensor dropout(const at::Tensor& x, double p, const peft::Optional<at::Generator>& generator) {
  TORCH_CHECK(p >= 0 && p <= 1, "dropout: the probability must be between 0 and 1, but it is ", p);
  if (!peft::can_mask(x))
    return at::dropout(x, p, true);
  return DropoutFunction::apply(x, p, peft::draw_seed(generator));
}

} // namespace

TORCH_LIBRARY_FRAGMENT(peft, library) {
  library.def("dropout(Tensor x, float p, Generator? generator=None) -> Tensor");
}

TORCH_LIBRARY_IMPL(peft, CompositeImplicitAutograd, library) {
  library.impl("dropout", TORCH_FN(dropout));
}
