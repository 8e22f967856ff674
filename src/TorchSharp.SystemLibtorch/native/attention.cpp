// peft::attention: scaled dot-product attention that goes through the batch head by head, so that a head's scores stay in
// the cache, and keeps for the backward pass its inputs, a seed, and the probabilities only where they are no larger than
// the inputs; otherwise they are computed again.
// Each thread takes heads of its own: the matrices are too small to share one.
#include "blocks.h"
#include "function.h"
#include "random_mask.h"
#include "small_gemm.h"

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

/// Numbers of a row side by side and rows that do not overlap: what BLAS can read.
Tensor readable(const Tensor& x) { return x.stride(3) == 1 && x.stride(2) >= x.size(3) ? x : x.contiguous(); }

/// Head `unit` (row times heads plus head) of [B,H,T,D], as a matrix [T,D].
peft::Matrix head(const Tensor& x, int64_t unit) {
  const int64_t row = unit / x.size(1), index = unit % x.size(1);
  auto* start = static_cast<char*>(x.data_ptr()) + (row * x.stride(0) + index * x.stride(1)) * static_cast<int64_t>(x.element_size());
  return {start, x.size(2), x.size(3), x.stride(2)};
}

/// [T,D], contiguous.
peft::Matrix matrix(const Tensor& x) { return {x.data_ptr(), x.size(0), x.size(1), x.size(1)}; }

/// The part of a mask, or of its gradient, that a head sees: [1 or Tq, 1 or Tk].
Tensor part_of(const Tensor& mask, int64_t unit, int64_t heads) {
  return mask[mask.size(0) == 1 ? 0 : unit / heads][mask.size(1) == 1 ? 0 : unit % heads];
}

/// The pass head by head; `scores`, `probabilities` and `dropped`, all [Tq,Tk], are buffers that every head of a thread uses again.
struct Heads {
  /// `kept`: the probabilities of all heads, [B*H,Tq,Tk], which `softmax` fills; or undefined.
  Heads(const Tensor& q, const Tensor& k, const Tensor& b, const Tensor& p, Settings s)
      : query(q), key(k), bias(b), kept(p), settings(s), scores(at::empty({q.size(2), k.size(2)}, q.options())),
        probabilities(kept.defined() ? Tensor() : at::empty_like(scores)), dropped(settings.p > 0 ? at::empty_like(scores) : Tensor()) {}

  /// softmax(scale q k' + mask): [Tq,Tk].
  Tensor softmax(int64_t unit) {
    if (bias.defined())
      scores.copy_(part_of(bias, unit, query.size(1)));
    peft::multiply(scores.scalar_type(), matrix(scores), head(query, unit), head(key, unit).t(), settings.scale, bias.defined() ? 1 : 0);
    auto result = kept.defined() ? kept[unit] : probabilities;
    at::_softmax_out(result, scores, -1, false);
    return result;
  }

  /// The head's dropout; `to` may be `from`.
  void dropout(const Tensor& from, const Tensor& to, int64_t unit) const {
    peft::apply_mask(from, to, settings.seed, unit * scores.numel(), settings.p);
  }

  /// The probabilities after dropout: in a buffer of their own, as the backward pass needs both.
  Tensor after_dropout(const Tensor& of, int64_t unit) const {
    if (settings.p > 0)
      dropout(of, dropped, unit);
    return settings.p > 0 ? dropped : of;
  }

  Tensor query, key, bias, kept;
  Settings settings;
  Tensor scores, probabilities, dropped;
};

/// Whether the probabilities take no more memory than the q, k and v that are kept anyhow.
bool keeps_probabilities(const Tensor& query, const Tensor& key) { return key.size(2) <= 2 * query.size(3); }

/// `kept`: where to leave the probabilities, [B*H,Tq,Tk], or undefined.
Tensor forward_heads(const Tensor& given_query, const Tensor& given_key, const Tensor& given_value, const Tensor& mask, const Tensor& kept,
                     Settings settings) {
  const auto query = readable(given_query), key = readable(given_key), value = readable(given_value);
  auto output = empty_heads(query, query.size(2), value.size(3));
  const auto bias = additive(mask, query, key, settings.causal);
  peft::for_blocks(query.size(0) * query.size(1), 1, true, [&](int64_t from, int64_t to) {
    Heads heads(query, key, bias, kept, settings);
    for (int64_t unit = from; unit < to; unit++) {
      const auto probabilities = heads.after_dropout(heads.softmax(unit), unit);
      peft::multiply(query.scalar_type(), head(output, unit), matrix(probabilities), head(value, unit));
    }
  });
  return output;
}

variable_list backward_heads(const Tensor& given_grad, const Tensor& given_query, const Tensor& given_key, const Tensor& given_value,
                             const Tensor& mask, const Tensor& kept, Settings settings, bool wants_mask) {
  const auto grad = readable(given_grad), query = readable(given_query), key = readable(given_key), value = readable(given_value);
  const auto type = query.scalar_type();
  auto grad_query = empty_heads(query, query.size(2), query.size(3));
  auto grad_key = empty_heads(key, key.size(2), key.size(3));
  auto grad_value = empty_heads(value, value.size(2), value.size(3));
  const auto bias = additive(mask, query, key, settings.causal);
  auto grad_mask = wants_mask ? at::zeros(mask.sizes(), query.options()) : Tensor();
  auto grad_mask_view = grad_mask;
  while (wants_mask && grad_mask_view.dim() < 4)
    grad_mask_view = grad_mask_view.unsqueeze(0);
  // Heads that share a mask add to the same gradient.
  peft::for_blocks(query.size(0) * query.size(1), 1, !wants_mask, [&](int64_t from, int64_t to) {
    Heads heads(query, key, bias, {}, settings);
    auto grad_probabilities = at::empty_like(heads.scores);
    for (int64_t unit = from; unit < to; unit++) {
      const auto probabilities = kept.defined() ? kept[unit] : heads.softmax(unit);
      peft::multiply(type, head(grad_value, unit), matrix(heads.after_dropout(probabilities, unit)).t(), head(grad, unit));
      peft::multiply(type, matrix(grad_probabilities), head(grad, unit), head(value, unit).t());
      if (settings.p > 0)
        heads.dropout(grad_probabilities, grad_probabilities, unit);
      at::_softmax_backward_data_out(heads.scores, grad_probabilities, probabilities, -1, type);
      if (wants_mask) {
        auto part = part_of(grad_mask_view, unit, query.size(1));
        part.add_(heads.scores.sum_to_size(part.sizes()));
      }
      peft::multiply(type, head(grad_query, unit), matrix(heads.scores), head(key, unit), settings.scale);
      peft::multiply(type, head(grad_key, unit), matrix(heads.scores).t(), head(query, unit), settings.scale);
    }
  });
  return {grad_query, grad_key, grad_value, wants_mask ? grad_mask.to(mask.scalar_type()) : Tensor()};
}

struct AttentionFunction : torch::autograd::Function<AttentionFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& query, const Tensor& key, const Tensor& value,
                        const peft::Optional<Tensor>& mask, bool keep, double p, bool causal, double scale, int64_t seed) {
    const auto given = mask.has_value() ? *mask : Tensor();
    const auto kept = keep ? at::empty({query.size(0) * query.size(1), query.size(2), key.size(2)}, query.options()) : Tensor();
    context->save_for_backward({query, key, value, given, kept});
    context->saved_data["p"] = p;
    context->saved_data["causal"] = causal;
    context->saved_data["scale"] = scale;
    context->saved_data["seed"] = seed;
    context->saved_data["wants_mask"] = given.defined() && given.requires_grad();
    return forward_heads(query, key, value, given, kept, {p, causal, scale, seed});
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "peft::attention has no double backward: call backward without create_graph, "
                                             "or compose the attention from matmul and softmax");
    auto& data = context->saved_data;
    const auto saved = context->get_saved_variables();
    const Settings settings{data["p"].toDouble(), data["causal"].toBool(), data["scale"].toDouble(), data["seed"].toInt()};
    auto result = backward_heads(gradients[0], saved[0], saved[1], saved[2], saved[3], saved[4], settings, data["wants_mask"].toBool());
    result.resize(9);
    return result;
  }
};

/// The plain composition, for what the heads do not handle.
Tensor compose(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& mask, double p, bool causal, double scale) {
  auto scores = at::matmul(query, key.transpose(-2, -1)) * scale;
  if (mask.defined())
    scores = mask.scalar_type() == at::kBool ? scores.masked_fill(mask.logical_not(), -INFINITY) : scores + mask;
  if (causal)
    scores = scores + causal_mask(query, key);
  return at::matmul(at::dropout(scores.softmax(-1), p, true), value);
}

/// [B,H,T,D] each, of one type, with something in them: no broadcasting between them.
bool has_heads(const Tensor& query, const Tensor& key, const Tensor& value) {
  return query.dim() == 4 && key.dim() == 4 && value.dim() == 4 && query.sizes().slice(0, 2) == key.sizes().slice(0, 2) &&
         key.sizes().slice(0, 3) == value.sizes().slice(0, 3) && query.size(3) == key.size(3) && query.numel() > 0 && value.numel() > 0 &&
         query.scalar_type() == key.scalar_type() && query.scalar_type() == value.scalar_type();
}

Tensor attention(const Tensor& query, const Tensor& key, const Tensor& value, const peft::Optional<Tensor>& mask, double p, bool causal,
                 peft::Optional<double> scale) {
  TORCH_CHECK(p >= 0 && p < 1, "attention: the dropout probability must be at least 0 and below 1, but it is ", p);
  TORCH_CHECK(query.dim() >= 2, "attention: query needs at least two dimensions, but has ", query.dim());
  const double factor = scale.has_value() ? *scale : 1.0 / std::sqrt(static_cast<double>(query.size(-1)));
  if (has_heads(query, key, value) && peft::can_mask(query)) {
    const int64_t seed = p > 0 ? peft::draw_seed({}) : 0;
    const bool differentiates = at::GradMode::is_enabled() && (query.requires_grad() || key.requires_grad() || value.requires_grad());
    const bool keep = differentiates && keeps_probabilities(query, key);
    return AttentionFunction::apply(query, key, value, mask, keep, p, causal, factor, seed);
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
