#include "random_mask.h"
#include "clones.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <mutex>

namespace peft {
namespace {

/// Elements that share one pair of keys.
constexpr int64_t kBlock = 1 << 16;
/// Elements below which a thread is not worth waking.
constexpr int64_t kGrain = 1 << 15;
/// Elements that a loop takes at a time.
constexpr int kWidth = 256;

struct Keys {
  uint32_t first;
  uint32_t second;
};

/// What to do with an element: drop it where its hash, in signed order, is below the threshold, else scale it.
struct Rule {
  int32_t threshold;
  double scale;
};

/// splitmix64: a seed and a block number give two independent keys.
Keys keys_of(uint64_t seed, uint64_t block) {
  uint64_t z = seed + (block + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  z ^= z >> 31;
  return {static_cast<uint32_t>(z), static_cast<uint32_t>(z >> 32)};
}

/// A 32-bit mixer of two rounds. The second key enters between them: with one key alone two masks would be the same
/// sequence in another order.
inline __attribute__((always_inline)) uint32_t mix(uint32_t x, uint32_t first, uint32_t second) {
  x ^= first;
  x ^= x >> 16;
  x *= 0x21f0aaadU;
  x ^= x >> 15;
  x += second;
  x *= 0x735a2d97U;
  x ^= x >> 15;
  return x;
}

/// Maps unsigned order to signed order.
inline __attribute__((always_inline)) int32_t ordered(uint32_t x) { return static_cast<int32_t>(x ^ 0x80000000U); }

/// All ones where the element is kept, else zero. The comparison is signed, as AVX2 has no unsigned one.
inline __attribute__((always_inline)) uint32_t keep_bits(uint32_t index, Keys keys, Rule rule) {
  return ordered(mix(index, keys.first, keys.second)) >= rule.threshold ? ~0U : 0U;
}

// The loops go through small buffers and select by bits: GCC 12 makes vector code of this form for every clone. Output may
// be the input.

PEFT_CLONES void mask_float(const float* in, float* out, uint32_t begin, int count, Keys keys, Rule rule) {
  const float scale = static_cast<float>(rule.scale);
  float wide[kWidth];
  uint32_t bits[kWidth];
  for (int start = 0; start < count; start += kWidth) {
    const int length = std::min(kWidth, count - start);
    for (int i = 0; i < length; i++)
      wide[i] = in[start + i] * scale;
    std::memcpy(bits, wide, sizeof bits);
    for (int i = 0; i < length; i++)
      bits[i] &= keep_bits(begin + static_cast<uint32_t>(start + i), keys, rule);
    std::memcpy(out + start, bits, sizeof(float) * static_cast<size_t>(length));
  }
}

PEFT_CLONES void mask_double(const double* in, double* out, uint32_t begin, int count, Keys keys, Rule rule) {
  uint32_t bits[kWidth];
  for (int start = 0; start < count; start += kWidth) {
    const int length = std::min(kWidth, count - start);
    for (int i = 0; i < length; i++)
      bits[i] = keep_bits(begin + static_cast<uint32_t>(start + i), keys, rule);
    for (int i = 0; i < length; i++)
      out[start + i] = bits[i] != 0 ? in[start + i] * rule.scale : 0.0;
  }
}

/// bfloat16 as its bits: the upper half of a float32, rounded to nearest even on the way back.
PEFT_CLONES void mask_bfloat16(const uint16_t* in, uint16_t* out, uint32_t begin, int count, Keys keys, Rule rule) {
  const float scale = static_cast<float>(rule.scale);
  float wide[kWidth];
  uint32_t bits[kWidth];
  for (int start = 0; start < count; start += kWidth) {
    const int length = std::min(kWidth, count - start);
    for (int i = 0; i < length; i++)
      bits[i] = static_cast<uint32_t>(in[start + i]) << 16;
    std::memcpy(wide, bits, sizeof wide);
    for (int i = 0; i < length; i++)
      wide[i] *= scale;
    std::memcpy(bits, wide, sizeof bits);
    for (int i = 0; i < length; i++) {
      const uint32_t rounded = (bits[i] + 0x7fffU + ((bits[i] >> 16) & 1U)) >> 16;
      bits[i] = rounded & keep_bits(begin + static_cast<uint32_t>(start + i), keys, rule);
    }
    for (int i = 0; i < length; i++)
      out[start + i] = static_cast<uint16_t>(bits[i]);
  }
}

template <class T, class Loop> void run(Loop loop, const void* input, void* output, int64_t count, int64_t seed, int64_t offset, Rule rule) {
  const auto* in = static_cast<const T*>(input);
  auto* out = static_cast<T*>(output);
  at::parallel_for(0, count, kGrain, [=](int64_t from, int64_t to) {
    while (from < to) {
      const int64_t index = offset + from;
      const int64_t begin = index % kBlock;
      const int64_t length = std::min(to - from, kBlock - begin);
      loop(in + from, out + from, static_cast<uint32_t>(begin), static_cast<int>(length), keys_of(static_cast<uint64_t>(seed), static_cast<uint64_t>(index / kBlock)), rule);
      from += length;
    }
  });
}

} // namespace

int64_t draw_seed(const Optional<at::Generator>& generator) {
  auto* source = at::get_generator_or_default<at::CPUGeneratorImpl>(generator, at::detail::getDefaultCPUGenerator());
  std::lock_guard<std::mutex> lock(source->mutex_);
  return static_cast<int64_t>(source->random64());
}

bool can_mask(const at::Tensor& tensor) {
  const auto type = tensor.scalar_type();
  return tensor.device().is_cpu() && tensor.layout() == c10::kStrided && (type == at::kFloat || type == at::kDouble || type == at::kBFloat16);
}

void apply_mask(const at::Tensor& input, const at::Tensor& output, int64_t seed, int64_t offset, double p) {
  const Rule rule{ordered(static_cast<uint32_t>(std::min(std::llround(p * 4294967296.0), 4294967295LL))), p < 1 ? 1.0 / (1.0 - p) : 0.0};
  const void* in = input.data_ptr();
  void* out = output.data_ptr();
  const int64_t count = input.numel();
  if (input.scalar_type() == at::kFloat)
    run<float>(mask_float, in, out, count, seed, offset, rule);
  else if (input.scalar_type() == at::kDouble)
    run<double>(mask_double, in, out, count, seed, offset, rule);
  else
    run<uint16_t>(mask_bfloat16, in, out, count, seed, offset, rule);
}

} // namespace peft
