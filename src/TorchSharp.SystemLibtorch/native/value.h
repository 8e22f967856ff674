// The 16-byte tagged union in which arguments and results cross the C ABI.
#pragma once

#include <cstdint>

namespace peft {

enum class Tag : int32_t {
  None = 0,
  Tensor = 1,     // p: at::TensorImpl*; an argument is borrowed, a result is owned by the caller
  Int = 2,        // i
  Double = 3,     // d
  Bool = 4,       // i
  IntList = 5,    // p: int64_t*, len
  DoubleList = 6, // p: double*, len
  TensorList = 7, // p: at::TensorImpl**, len; a result's array is freed with peft_free_array
  String = 8,     // p: UTF-8, len bytes
  Device = 9,     // i: the device type in the low 32 bits, the index in the high 32
  Generator = 10, // p: c10::GeneratorImpl*, borrowed
};

struct Value {
  Tag tag;
  int32_t len;
  union {
    int64_t i;
    double d;
    void* p;
  };
};

static_assert(sizeof(Value) == 16, "the C# side declares the same 16 bytes");

} // namespace peft
