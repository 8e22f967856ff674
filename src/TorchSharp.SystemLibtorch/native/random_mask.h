// A random keep/drop mask that is a pure function of (seed, element index): nothing to store, any part of it can be made
// again, and the number of threads changes nothing.
#pragma once

#include "shim.h"

namespace peft {

/// Draws one seed from the generator, or from the default CPU generator (so torch.manual_seed governs it).
int64_t draw_seed(const Optional<at::Generator>& generator);

/// Whether the mask's own loops handle this tensor: on the CPU, float32, float64 or bfloat16.
bool can_mask(const at::Tensor& tensor);

/// output[i] = input[i] / (1 - p) where the mask keeps element `offset + i`, else 0. Both contiguous, of one kind; may be the same tensor.
void apply_mask(const at::Tensor& input, const at::Tensor& output, int64_t seed, int64_t offset, double p);

} // namespace peft
