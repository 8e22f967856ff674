#include "callback_error.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/util/Exception.h>

namespace {
thread_local std::string last_error;
thread_local std::string last_text;
thread_local std::shared_ptr<void> last_exception;
} // namespace

namespace peft {

void remember_error() {
  last_exception.reset();
  try {
    throw;
  } catch (const CallbackError& e) {
    last_error = e.what();
    last_exception = e.exception;
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

/// The caller's own exception, where that is what failed; null otherwise. It lives until it is forgotten or another call fails.
PEFT_API void* peft_last_exception() { return last_exception.get(); }
PEFT_API void peft_forget_exception() { last_exception.reset(); }

PEFT_API const char* peft_version() { return TORCH_VERSION; }

/// How libtorch was built (compiler, BLAS, capabilities) and what its thread pools are.
PEFT_API const char* peft_config() {
  last_text = at::show_config() + at::get_parallel_info();
  return last_text.c_str();
}
