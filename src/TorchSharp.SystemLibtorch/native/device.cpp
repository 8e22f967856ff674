// Threads and accelerators.
#include "shim.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#ifdef PEFT_CUDA_STATS
#include <c10/cuda/CUDACachingAllocator.h>
#endif

using namespace peft;

PEFT_API int32_t peft_get_num_threads() { return at::get_num_threads(); }
PEFT_API int32_t peft_get_num_interop_threads() { return at::get_num_interop_threads(); }
PEFT_API int peft_set_num_threads(int32_t count) {
  return guarded([&] { at::set_num_threads(count); });
}
PEFT_API int peft_set_num_interop_threads(int32_t count) {
  return guarded([&] { at::set_num_interop_threads(count); });
}

PEFT_API int32_t peft_cuda_device_count() {
  return c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA) ? c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).deviceCount() : 0;
}

/// Waits for all work on the device; the current one for a negative index.
PEFT_API int peft_cuda_synchronize(int32_t index) {
  return guarded([&] {
    const auto current = index < 0 ? c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).getDevice().index() : static_cast<c10::DeviceIndex>(index);
    at::detail::getCUDAHooks().deviceSynchronize(current);
  });
}

/// Bytes now allocated on the device and the most there have been; -1 where this build cannot know.
PEFT_API int peft_cuda_memory(int32_t index, int64_t* current, int64_t* peak) {
  return guarded([&] {
    *current = *peak = -1;
#ifdef PEFT_CUDA_STATS
    const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(index));
    *current = stats.allocated_bytes[0].current;
    *peak = stats.allocated_bytes[0].peak;
#else
    (void)index;
#endif
  });
}

PEFT_API int peft_cuda_reset_peak(int32_t index) {
  return guarded([&] {
#ifdef PEFT_CUDA_STATS
    c10::cuda::CUDACachingAllocator::resetPeakStats(static_cast<c10::DeviceIndex>(index));
#else
    (void)index;
#endif
  });
}
