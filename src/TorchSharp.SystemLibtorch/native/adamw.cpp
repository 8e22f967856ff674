// peft::adamw_: one pass over a parameter, its gradient and its two means, where a chain of operators makes nine and needs
// a temporary as large as the parameters. Measured in docs/results/gpt2.md.
#include "clones.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <cmath>
#include <torch/library.h>

namespace {

using at::Tensor;

/// Elements below which a thread is not worth waking.
constexpr int64_t grain = 1 << 15;

/// The numbers of one parameter's step, in its own type.
template <class T> struct Step {
  T kept;       // what decay leaves of the parameter
  T beta1;      // of the mean
  T beta2;      // of the mean square
  T epsilon;    // added to the divisor
  T correction; // the root of 1 - beta2^t
  T rate;       // the learning rate over 1 - beta1^t
};

template <class T>
inline __attribute__((always_inline)) void update(T* parameter, T* mean, T* square, const T* gradient, int64_t count, const Step<T>& step) {
  const T new_mean = 1 - step.beta1;
  const T new_square = 1 - step.beta2;
  for (int64_t i = 0; i < count; i++) {
    mean[i] = mean[i] * step.beta1 + gradient[i] * new_mean;
    square[i] = square[i] * step.beta2 + gradient[i] * gradient[i] * new_square;
    parameter[i] = parameter[i] * step.kept - mean[i] / (std::sqrt(square[i]) / step.correction + step.epsilon) * step.rate;
  }
}

// Clones are made of functions, not of templates.
PEFT_CLONES void update_float(float* __restrict parameter, float* __restrict mean, float* __restrict square, const float* __restrict gradient,
                              int64_t count, const Step<float>& step) {
  update(parameter, mean, square, gradient, count, step);
}

PEFT_CLONES void update_double(double* __restrict parameter, double* __restrict mean, double* __restrict square,
                               const double* __restrict gradient, int64_t count, const Step<double>& step) {
  update(parameter, mean, square, gradient, count, step);
}

template <class T, class Loop>
void run(Loop loop, const Tensor& parameter, const Tensor& mean, const Tensor& square, const Tensor& gradient, const Step<double>& step) {
  const Step<T> own{static_cast<T>(step.kept),    static_cast<T>(step.beta1),      static_cast<T>(step.beta2),
                    static_cast<T>(step.epsilon), static_cast<T>(step.correction), static_cast<T>(step.rate)};
  auto* p = parameter.data_ptr<T>();
  auto* m = mean.data_ptr<T>();
  auto* s = square.data_ptr<T>();
  const auto* g = gradient.data_ptr<T>();
  at::parallel_for(0, parameter.numel(), grain, [=](int64_t from, int64_t to) { loop(p + from, m + from, s + from, g + from, to - from, own); });
}

/// Whether the four lie in memory alike, so that element i of each belongs together.
bool in_one_pass(const Tensor& parameter, const Tensor& mean, const Tensor& square, const Tensor& gradient) {
  const auto type = parameter.scalar_type();
  const auto alike = [&](const Tensor& other) {
    return other.device().is_cpu() && other.layout() == at::kStrided && other.scalar_type() == type && other.sizes() == parameter.sizes() &&
           other.is_contiguous();
  };
  return (type == at::kFloat || type == at::kDouble) && alike(parameter) && alike(mean) && alike(square) && alike(gradient);
}

bool adamw(const Tensor& parameter, const Tensor& mean, const Tensor& square, const Tensor& gradient, double kept, double beta1, double beta2,
           double epsilon, double correction, double rate) {
  if (!in_one_pass(parameter, mean, square, gradient))
    return false;
  const Step<double> step{kept, beta1, beta2, epsilon, correction, rate};
  if (parameter.scalar_type() == at::kFloat)
    run<float>(update_float, parameter, mean, square, gradient, step);
  else
    run<double>(update_double, parameter, mean, square, gradient, step);
  // What autograd saved of the old values is stale now.
  for (const auto& changed : {parameter, mean, square})
    changed.unsafeGetTensorImpl()->bump_version();
  return true;
}

} // namespace

// Gives false, with nothing changed, where one pass over memory does not do: another device, type or layout.
TORCH_LIBRARY_FRAGMENT(peft, library) {
  library.def("adamw_(Tensor(a!) parameter, Tensor(b!) mean, Tensor(c!) square, Tensor gradient, float kept, float beta1, float beta2, "
              "float epsilon, float correction, float rate) -> bool");
}

TORCH_LIBRARY_IMPL(peft, CompositeImplicitAutograd, library) { library.impl("adamw_", TORCH_FN(adamw)); }
