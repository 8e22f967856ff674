// Nanoseconds of at::add of two 4 x 4 tensors, the best of several rounds: what add.sh compares the C# call with. As there, a
// hundred results live until they are freed together.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

int main() {
  at::set_num_threads(1);
  const auto a = at::rand({4, 4});
  double best = 1e9;
  for (int round = 0; round < 15; round++) {
    const int scopes = 2000, calls = 100;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < scopes; i++) {
      std::vector<at::Tensor> sums;
      sums.reserve(calls);
      for (int call = 0; call < calls; call++)
        sums.push_back(at::add(a, a));
    }
    best = std::min(best, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / (scopes * calls));
  }
  std::printf("%.1f\n", best);
}
