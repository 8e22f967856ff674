// What a tensor handle can be asked. A handle is an at::TensorImpl* with one reference.
#include "shim.h"

#include <atomic>

using namespace peft;

namespace {
std::atomic<int64_t> live_handles{0};
}

namespace peft {
void count_handle(int64_t by) { live_handles.fetch_add(by, std::memory_order_relaxed); }
} // namespace peft

/// Handles given out and not yet freed.
PEFT_API int64_t peft_live_tensors() { return live_handles.load(std::memory_order_relaxed); }

PEFT_API void peft_tensor_free(at::TensorImpl* handle) {
  count_handle(-1);
  TensorPtr::reclaim(handle);
}

/// A second handle on the same tensor.
PEFT_API at::TensorImpl* peft_tensor_share(at::TensorImpl* handle) { return release(borrow(handle)); }

PEFT_API int64_t peft_tensor_dim(const at::TensorImpl* handle) { return handle->dim(); }
PEFT_API int64_t peft_tensor_numel(const at::TensorImpl* handle) { return handle->numel(); }
PEFT_API const int64_t* peft_tensor_sizes(const at::TensorImpl* handle) { return handle->sizes().data(); }
PEFT_API const int64_t* peft_tensor_strides(const at::TensorImpl* handle) { return handle->strides().data(); }
PEFT_API int64_t peft_tensor_storage_offset(const at::TensorImpl* handle) { return handle->storage_offset(); }
PEFT_API int32_t peft_tensor_dtype(const at::TensorImpl* handle) { return static_cast<int32_t>(c10::typeMetaToScalarType(handle->dtype())); }
PEFT_API int32_t peft_tensor_is_contiguous(const at::TensorImpl* handle) { return handle->is_contiguous(); }
PEFT_API int32_t peft_tensor_requires_grad(at::TensorImpl* handle) { return handle->requires_grad() || borrow(handle).requires_grad(); }
PEFT_API int32_t peft_tensor_is_leaf(at::TensorImpl* handle) { return borrow(handle).is_leaf(); }

/// The device type in the low 32 bits, the index in the high 32.
PEFT_API int64_t peft_tensor_device(const at::TensorImpl* handle) {
  const auto device = handle->device();
  return static_cast<int64_t>(static_cast<uint8_t>(device.type())) | (static_cast<int64_t>(device.index()) << 32);
}

PEFT_API int peft_tensor_data(at::TensorImpl* handle, void** data) {
  return guarded([&] { *data = borrow(handle).data_ptr(); });
}

PEFT_API int peft_tensor_set_requires_grad(at::TensorImpl* handle, int32_t value) {
  return guarded([&] { borrow(handle).set_requires_grad(value != 0); });
}

PEFT_API int peft_tensor_retain_grad(at::TensorImpl* handle) {
  return guarded([&] { borrow(handle).retain_grad(); });
}

/// The accumulated gradient; null when there is none.
PEFT_API int peft_tensor_grad(at::TensorImpl* handle, at::TensorImpl** grad) {
  return guarded([&] { *grad = release(borrow(handle).grad()); });
}

PEFT_API int peft_tensor_set_grad(at::TensorImpl* handle, at::TensorImpl* grad) {
  return guarded([&] { borrow(handle).mutable_grad() = borrow(grad); });
}
