// Loops over parts of a tensor in which each thread multiplies matrices on its own.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/LegacyTypeDispatch.h>

// OpenBLAS's own threads; absent with another BLAS.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int count);
extern "C" __attribute__((weak)) int openblas_get_num_threads();
extern "C" __attribute__((weak)) int openblas_get_parallel();

namespace peft {

/// Keeps an OpenBLAS with threads of its own to the calling thread: several callers of its threaded products would wait for each other.
/// The OpenMP build does so by itself inside a parallel loop, and setting its threads would set the loop's.
struct OneBlasThread {
  explicit OneBlasThread(bool wanted) {
    constexpr int own_threads = 1;
    if (wanted && openblas_get_parallel && openblas_get_parallel() == own_threads && openblas_get_num_threads && openblas_set_num_threads)
      before = openblas_get_num_threads();
    if (before > 1)
      openblas_set_num_threads(1);
  }
  ~OneBlasThread() {
    if (before > 1)
      openblas_set_num_threads(before);
  }
  OneBlasThread(const OneBlasThread&) = delete;
  OneBlasThread& operator=(const OneBlasThread&) = delete;

  int before = 0;
};

/// Whether a loop over this many parts, of which a thread takes at least `grain`, would run on several threads.
inline bool splits(int64_t count, int64_t grain) {
  return count >= 2 * grain && at::get_num_threads() > 1 && !at::in_parallel_region();
}

/// Calls body(from, to) for parts of 0..count, on several threads where `allowed` and where there are enough of them.
template <class F> void for_blocks(int64_t count, int64_t grain, bool allowed, const F& body) {
  const bool parallel = allowed && splits(count, grain);
  OneBlasThread one(parallel);
  at::parallel_for(0, count, parallel ? grain : count, [&](int64_t from, int64_t to) {
    // A thread of the pool has its own gradient mode.
    at::AutoDispatchBelowADInplaceOrView below_autograd;
    body(from, to);
  });
}

} // namespace peft
