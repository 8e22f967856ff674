// Random number generators. A handle is a c10::GeneratorImpl* with one reference.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <mutex>

using namespace peft;

namespace {

c10::GeneratorImpl* give(at::Generator generator) { return generator.unsafeReleaseGeneratorImpl(); }

at::Generator default_of(int32_t device_type, int32_t device_index) {
  return at::globalContext().defaultGenerator(
      c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index)));
}

} // namespace

/// Seeds every default generator, as torch.manual_seed does.
PEFT_API int peft_manual_seed(uint64_t seed) {
  return guarded([&] { at::manual_seed(seed); });
}

PEFT_API int peft_generator_default(int32_t device_type, int32_t device_index, c10::GeneratorImpl** result) {
  return guarded([&] { *result = give(default_of(device_type, device_index)); });
}

PEFT_API int peft_generator_new(uint64_t seed, int32_t device_type, int32_t device_index, c10::GeneratorImpl** result) {
  return guarded([&] {
    // Only the CPU's has a public constructor without the CUDA headers; another device's is a clone of its default.
    auto generator = device_type == 0 ? at::make_generator<at::CPUGeneratorImpl>(seed) : default_of(device_type, device_index).clone();
    generator.set_current_seed(seed);
    *result = give(std::move(generator));
  });
}

PEFT_API void peft_generator_free(c10::GeneratorImpl* handle) { GeneratorPtr::reclaim(handle); }

PEFT_API int peft_generator_set_seed(c10::GeneratorImpl* handle, uint64_t seed) {
  return guarded([&] {
    auto generator = borrow_generator(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(seed);
  });
}

/// Seeds from the machine's own source of randomness and returns that seed.
PEFT_API int peft_generator_reseed(c10::GeneratorImpl* handle, uint64_t* seed) {
  return guarded([&] {
    auto generator = borrow_generator(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    *seed = generator.seed();
  });
}

PEFT_API uint64_t peft_generator_current_seed(const c10::GeneratorImpl* handle) { return handle->current_seed(); }

PEFT_API int peft_generator_get_state(c10::GeneratorImpl* handle, at::TensorImpl** state) {
  return guarded([&] {
    auto generator = borrow_generator(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    *state = release(generator.get_state());
  });
}

PEFT_API int peft_generator_set_state(c10::GeneratorImpl* handle, at::TensorImpl* state) {
  return guarded([&] {
    auto generator = borrow_generator(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(borrow(state));
  });
}
