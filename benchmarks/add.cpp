// Nanoseconds of at::add of two 4 x 4 tensors, the best of several rounds: what add.sh compares the C# call with.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

int main() {
  at::set_num_threads(1);
  const auto a = at::rand({4, 4});
  double best = 1e9;
  for (int round = 0; round < 15; round++) {
    const int calls = 200000;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; i++)
      at::Tensor sum = at::add(a, a);
    best = std::min(best, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / calls);
  }
  std::printf("%.1f\n", best);
}
