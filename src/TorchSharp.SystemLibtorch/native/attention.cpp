// peft::attention: scaled dot-product attention that goes through the batch row by row, so that a row's scores stay in
// the cache, and keeps only its inputs and a seed for the backward pass, which computes the probabilities again.
// Each thread takes rows of its own: the matrices are too small to share one.
#include "blocks.h"
#include "function.h"
#include "random_mask.h"

#include <ATen/ATen.h>
#include <cmath>
#include <torch/library.h>

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Settings {
  double p;
  bool causal;
  double scale;
  int64_t seed;
};

/// [B,H,T,D] in the memory order of [B,T,H,D]: joining the heads afterwards is then a view.
Tensor empty_heads(const Tensor& like, int64_t length, int64_t width) {
  return at::empty({like.size(0), length, like.size(1), width}, like.options()).transpose(1, 2);
}

/// The additive mask of a causal attention, upper-left aligned: -inf above the diagonal of [Tq,Tk].
Tensor causal_mask(const Tensor& query, const Tensor& key) {
  return at::full({query.size(-2), key.size(-2)}, -INFINITY, query.options()).triu_(1);
}

/// The mask in additive form, with four dimensions (each may be 1), or an undefined tensor.
Tensor additive(const Tensor& mask, const Tensor& query, const Tensor& key, bool causal) {
  Tensor result;
  if (mask.defined()) {
    result = mask.scalar_type() == at::kBool ? at::zeros(mask.sizes(), query.options()).masked_fill_(mask.logical_not(), -INFINITY)
                                             : mask.to(query.scalar_type());
    while (result.dim() < 4)
      result = result.unsqueeze(0);
  }
  if (causal) {
    auto triangle = causal_mask(query, key);
    result = result.defined() ? result + triangle : triangle.view({1, 1, triangle.size(0), triangle.size(1)});
  }
  return result;
}

Tensor row_of(const Tensor& mask, int64_t row) { return mask[mask.size(0) == 1 ? 0 : row]; }

/// The row-by-row pass; `scores` and `probabilities` are the two buffers every row uses again.
struct Rows {
  Rows(const Tensor& q, const Tensor& k, const Tensor& b, Settings s)
      : query(q), key(k), bias(b), settings(s),
        scores(at::empty({q.size(1), q.size(2), k.size(2)}, q.options())), probabilities(at::empty_like(scores)) {}

  /// softmax(scale q k' + mask) of one row: [H,Tq,Tk].
  const Tensor& softmax(int64_t row) {
    const auto keys = key[row].transpose(-2, -1);
    if (bias.defined())
      at::baddbmm_out(scores, row_of(bias, row).expand_as(scores), query[row], keys, 1, settings.scale);
    else
      at::bmm_out(scores, query[row], keys).mul_(settings.scale);
    at::_softmax_out(probabilities, scores, -1, false);
    return probabilities;
  }

  /// The row's dropout; `to` may be `from`.
  void dropout(const Tensor& from, const Tensor& to, int64_t row) const {
    peft::apply_mask(from, to, settings.seed, row * scores.numel(), settings.p);
  }

  Tensor query, key, bias;
  Settings settings;
  Tensor scores, probabilities;
};

Tensor forward_rows(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& mask, Settings settings) {
  auto output = empty_heads(query, query.size(2), value.size(3));
  const auto bias = additive(mask, query, key, settings.causal);
  peft::for_blocks(query.size(0), 1, true, [&](int64_t from, int64_t to) {
    Rows rows(query, key, bias, settings);
    for (int64_t row = from; row < to; row++) {
      const auto& probabilities = rows.softmax(row);
      if (settings.p > 0)
        rows.dropout(probabilities, probabilities, row);
      auto out = output[row];
      at::bmm_out(out, probabilities, value[row]);
    }
  });
  return output;
}

variable_list backward_rows(const Tensor& grad, const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& mask,
                            Settings settings, bool wants_mask) {
  auto grad_query = empty_heads(query, query.size(2), query.size(3));
  auto grad_key = empty_heads(key, key.size(2), key.size(3));
  auto grad_value = empty_heads(value, value.size(2), value.size(3));
  auto grad_mask = wants_mask ? at::zeros(mask.sizes(), query.options()) : Tensor();
  const auto bias = additive(mask, query, key, settings.causal);
  // Rows that share a mask add to the same gradient.
  peft::for_blocks(query.size(0), 1, !wants_mask, [&](int64_t from, int64_t to) {
    Rows rows(query, key, bias, settings);
    auto dropped = settings.p > 0 ? at::empty_like(rows.scores) : Tensor();
    auto grad_probabilities = at::empty_like(rows.scores);
    for (int64_t row = from; row < to; row++) {
      const auto& probabilities = rows.softmax(row);
      if (settings.p > 0)
        rows.dropout(probabilities, dropped, row);
      auto to_value = grad_value[row];
      at::bmm_out(to_value, (settings.p > 0 ? dropped : probabilities).transpose(-2, -1), grad[row]);
      at::bmm_out(grad_probabilities, grad[row], value[row].transpose(-2, -1));
      if (settings.p > 0)
        rows.dropout(grad_probabilities, grad_probabilities, row);
      at::_softmax_backward_data_out(rows.scores, grad_probabilities, probabilities, -1, query.scalar_type());
      if (wants_mask) {
        auto part = mask.dim() == 4 ? row_of(grad_mask, row) : grad_mask;
        part.add_(rows.scores.sum_to_size(part.sizes()));
      }
      rows.scores.mul_(settings.scale);
      auto to_query = grad_query[row];
      auto to_key = grad_key[row];
      at::bmm_out(to_query, rows.scores, key[row]);
      at::bmm_out(to_key, rows.scores.transpose(-2, -1), query[row]);
    }
  });
  return {grad_query, grad_key, grad_value, wants_mask ? grad_mask.to(mask.scalar_type()) : Tensor()};
}

struct AttentionFunction : torch::autograd::Function<AttentionFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& query, const Tensor& key, const Tensor& value,
                        const peft::Optional<Tensor>& mask, double p, bool causal, double scale, int64_t seed) {
    const auto given = mask.has_value() ? *mask : Tensor();
    context->save_for_backward({query, key, value, given});
    context->saved_data["p"] = p;
    context->saved_data["causal"] = causal;
    context->saved_data["scale"] = scale;
    context->saved_data["seed"] = seed;
    context->saved_data["wants_mask"] = given.defined() && given.requires_grad();
    return forward_rows(query, key, value, given, {p, causal, scale, seed});
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "peft::attention has no double backward: call backward without create_graph, "
                                             "or compose the attention from matmul and softmax");
    auto& data = context->saved_data;
    const auto saved = context->get_saved_variables();
    const Settings settings{data["p"].toDouble(), data["causal"].toBool(), data["scale"].toDouble(), data["seed"].toInt()};
    auto result = backward_rows(gradients[0], saved[0], saved[1], saved[2], saved[3], settings, data["wants_mask"].toBool());
    result.resize(8);
    return result;
  }
};

/// The plain composition, for what the rows do not handle.
Tensor compose(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& mask, double p, bool causal, double scale) {
  auto scores = at::matmul(query, key.transpose(-2, -1)) * scale;
  if (mask.defined())
    scores = mask.scalar_type() == at::kBool ? scores.masked_fill(mask.logical_not(), -INFINITY) : scores + mask;
  if (causal)
    scores = scores + causal_mask(query, key);
  return at::matmul(at::dropout(scores.softmax(-1), p, true), value);
}

Tensor attention(const Tensor& query, const Tensor& key, const Tensor& value, const peft::Optional<Tensor>& mask, double p, bool causal,
                 peft::Optional<double> scale) {
  TORCH_CHECK(p >= 0 && p < 1, "attention: the dropout probability must be at least 0 and below 1, but it is ", p);
  TORCH_CHECK(query.dim() >= 2, "attention: query needs at least two dimensions, but has ", query.dim());
  const double factor = scale.has_value() ? *scale : 1.0 / std::sqrt(static_cast<double>(query.size(-1)));
  const bool four = query.dim() == 4 && key.dim() == 4 && value.dim() == 4 && query.size(0) == key.size(0) && query.size(1) == key.size(1);
  if (four && peft::can_mask(query)) {
    const int64_t seed = p > 0 ? peft::draw_seed({}) : 0;
    return AttentionFunction::apply(query, key, value, mask, p, causal, factor, seed);
  }
  const auto given = mask.has_value() ? *mask : Tensor();
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
  if (!query.device().is_cpu() && !(given.defined() && causal))
    return at::scaled_dot_product_attention(query, key, value, mask, p, causal, factor);
#endif
  return compose(query, key, value, given, p, causal, factor);
}

} // namespace

TORCH_LIBRARY_FRAGMENT(peft, library) {
  library.def("attention(Tensor query, Tensor key, Tensor value, Tensor? mask=None, float p=0.0, bool causal=False, float? scale=None) -> Tensor");
}

TORCH_LIBRARY_IMPL(peft, CompositeImplicitAutograd, library) {
  library.impl("attention", TORCH_FN(attention));
}
