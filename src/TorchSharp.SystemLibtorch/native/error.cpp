#include "shim.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/util/Exception.h>

namespace {
thread_local std::string last_error;
thread_local std::string last_text;
} // namespace

namespace peft {

void remember_error() {
  try {
    throw;
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "an unknown C++ exception";
  }
}

} // namespace peft

/// The message of the last call that failed on this thread.
PEFT_API const char* peft_last_error() { return last_error.c_str(); }

PEFT_API const char* peft_version() { return TORCH_VERSION; }

/// How libtorch was built (compiler, BLAS, capabilities) and what its thread pools are.
PEFT_API const char* peft_config() {
  last_text = at::show_config() + at::get_parallel_info();
  return last_text.c_str();
}
