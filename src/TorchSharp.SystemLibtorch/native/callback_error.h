// An exception of the caller's code on its way through libtorch's frames.
#pragma once

#include "shim.h"

#include <memory>
#include <stdexcept>

namespace peft {

/// Holds the caller's exception, an opaque handle that is freed with the last copy.
struct CallbackError : std::runtime_error {
  CallbackError(void* handle, void (*free)(void*)) : std::runtime_error("an exception of the caller's code"), exception(handle, free) {}

  std::shared_ptr<void> exception;
};

} // namespace peft
