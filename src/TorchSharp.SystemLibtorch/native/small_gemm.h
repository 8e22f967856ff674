// One product of small matrices on the calling thread, without an operator's dispatch around it.
#pragma once

#include <ATen/ATen.h>

// The BLAS that libtorch uses; absent where it keeps its own to itself.
extern "C" {
__attribute__((weak)) void sgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k, const float* alpha,
                                  const float* a, const int* lda, const float* b, const int* ldb, const float* beta, float* c, const int* ldc);
__attribute__((weak)) void dgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k, const double* alpha,
                                  const double* a, const int* lda, const double* b, const int* ldb, const double* beta, double* c, const int* ldc);
}

namespace peft {

/// A matrix in memory: rows of `columns` numbers, `stride` apart. `transposed` reads it the other way round.
struct Matrix {
  void* data;
  int64_t rows, columns, stride;
  bool transposed = false;

  Matrix t() const { return {data, rows, columns, stride, !transposed}; }

  at::Tensor tensor(at::ScalarType type) const {
    auto stored = at::from_blob(data, {rows, columns}, {stride, 1}, at::TensorOptions(type));
    return transposed ? stored.t() : stored;
  }
};

template <class T, class Gemm> void multiply_blas(Gemm* gemm, const Matrix& out, const Matrix& a, const Matrix& b, double alpha, double beta) {
  // BLAS counts columns first, so it is given out' = b' a'.
  const int m = static_cast<int>(out.columns), n = static_cast<int>(out.rows), k = static_cast<int>(a.transposed ? a.rows : a.columns);
  const int lda = static_cast<int>(b.stride), ldb = static_cast<int>(a.stride), ldc = static_cast<int>(out.stride);
  const T factor = static_cast<T>(alpha), keep = static_cast<T>(beta);
  gemm(b.transposed ? "T" : "N", a.transposed ? "T" : "N", &m, &n, &k, &factor, static_cast<const T*>(b.data), &lda, static_cast<const T*>(a.data),
       &ldb, &keep, static_cast<T*>(out.data), &ldc);
}

/// out = alpha a b + beta out; out is not transposed and, at beta = 0, not read.
inline void multiply(at::ScalarType type, const Matrix& out, const Matrix& a, const Matrix& b, double alpha = 1, double beta = 0) {
  if (type == at::kFloat && sgemm_)
    return multiply_blas<float>(sgemm_, out, a, b, alpha, beta);
  if (type == at::kDouble && dgemm_)
    return multiply_blas<double>(dgemm_, out, a, b, alpha, beta);
  auto result = out.tensor(type);
  at::addmm_out(result, result, a.tensor(type), b.tensor(type), beta, alpha);
}

} // namespace peft
