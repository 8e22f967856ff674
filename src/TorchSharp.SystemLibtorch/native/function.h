// torch::autograd::Function, for operators with a backward pass of their own.
#pragma once

#if defined(__GNUC__) && !defined(__clang__)
// GCC 14 takes the first reserve() of a std::vector<bool> in there for a copy of more bytes than the vector has.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Warray-bounds"
#pragma GCC diagnostic ignored "-Wstringop-overflow"
#endif
#include <torch/csrc/autograd/custom_function.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
