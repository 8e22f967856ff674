// Memory for CPU tensors. A training step frees and allocates the same large blocks over and over. The C library hands each back to
// the system, which clears its pages again at the next use (a tenth of a step at BERT-base shape), or keeps them in a heap that
// fragments. Here large blocks have pages of their own and are kept for the next tensor of about their size; what is live and what
// is kept never exceed the most that was live at one time, so keeping costs no memory at the peak.
#include "shim.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <sys/mman.h>
#include <torch/version.h>

namespace {

constexpr size_t kAlignment = 64;        // a cache line, and the widest vector
constexpr size_t kPage = 4096;
constexpr size_t kLarge = 256 * 1024;    // smaller blocks are the C library's business
constexpr size_t kHugePage = 2 * 1024 * 1024;
constexpr size_t kLeastKept = 32 * 1024 * 1024;

/// In front of every block's data.
struct alignas(kAlignment) Header {
  size_t bytes; // of the whole block, header included
};

/// The large blocks that are free, by size and by age.
class Blocks {
public:
  /// A block of at least `bytes`; null where the system has no more.
  void* take(size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    void* block = reuse(bytes);
    if (block == nullptr) {
      const size_t room = std::max(peak_, kLeastKept);
      shrink_to(live_ + bytes < room ? room - live_ - bytes : 0);
      block = map(bytes);
      if (block == nullptr) {
        shrink_to(0);
        block = map(bytes);
      }
      if (block == nullptr)
        return nullptr;
    }
    live_ += static_cast<Header*>(block)->bytes;
    peak_ = std::max(peak_, live_);
    return block;
  }

  /// Gives every kept block back to the system, and forgets the peak that they were kept for.
  void release() {
    const std::lock_guard<std::mutex> lock(mutex_);
    shrink_to(0);
    peak_ = live_;
  }

  void give_back(void* block) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const size_t bytes = static_cast<Header*>(block)->bytes;
    live_ -= bytes;
    kept_ += bytes;
    ages_.push_back(block);
    by_size_.emplace(bytes, std::prev(ages_.end()));
  }

private:
  using Age = std::list<void*>::iterator;

  /// The smallest kept block that is at most an eighth too large.
  void* reuse(size_t bytes) {
    const auto found = by_size_.lower_bound(bytes);
    if (found == by_size_.end() || found->first > bytes + bytes / 8)
      return nullptr;
    void* block = *found->second;
    kept_ -= found->first;
    ages_.erase(found->second);
    by_size_.erase(found);
    return block;
  }

  static void* map(size_t bytes) {
    void* block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
      return nullptr;
    if (bytes >= 2 * kHugePage)
      madvise(block, bytes, MADV_HUGEPAGE);
    static_cast<Header*>(block)->bytes = bytes;
    return block;
  }

  /// Gives the oldest kept blocks back to the system until at most `bytes` are kept.
  void shrink_to(size_t bytes) {
    while (kept_ > bytes) {
      const Age oldest = ages_.begin();
      const size_t size = static_cast<Header*>(*oldest)->bytes;
      auto same = by_size_.lower_bound(size);
      while (same->second != oldest)
        ++same;
      by_size_.erase(same);
      munmap(*oldest, size);
      ages_.erase(oldest);
      kept_ -= size;
    }
  }

  std::mutex mutex_;
  std::list<void*> ages_; // the longest free first
  std::multimap<size_t, Age> by_size_;
  size_t live_ = 0, kept_ = 0, peak_ = 0;
};

Blocks& blocks() {
  static auto* all = new Blocks(); // never destroyed: tensors may outlive static objects
  return *all;
}

void release(void* data) {
  if (data == nullptr)
    return;
  void* block = static_cast<char*>(data) - sizeof(Header);
  if (static_cast<Header*>(block)->bytes >= kLarge)
    blocks().give_back(block);
  else
    std::free(block);
}

void* obtain(size_t n) {
  const size_t whole = n + sizeof(Header);
  void* block = nullptr;
  if (whole >= kLarge) {
    block = blocks().take((whole + kPage - 1) / kPage * kPage);
  } else if (posix_memalign(&block, kAlignment, whole) == 0) {
    static_cast<Header*>(block)->bytes = whole;
  } else {
    block = nullptr;
  }
  TORCH_CHECK(block != nullptr, "not enough memory: ", n, " bytes more were asked for");
  return static_cast<char*>(block) + sizeof(Header);
}

struct Allocator final : c10::Allocator {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
  c10::DataPtr allocate(size_t n) override { return make(n); }
  void copy_data(void* to, const void* from, std::size_t count) const override { default_copy_data(to, from, count); }
#else
  c10::DataPtr allocate(size_t n) const override { return make(n); }
#endif
  c10::DeleterFnPtr raw_deleter() const override { return &release; }

  static c10::DataPtr make(size_t n) {
    void* data = n == 0 ? nullptr : obtain(n);
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }
};

/// Libtorch's own allocator stays when PEFT_ALLOCATOR=system. Installed when the shim is loaded, after libtorch and before any tensor.
const bool installed = [] {
  const char* choice = std::getenv("PEFT_ALLOCATOR");
  const bool ours = choice == nullptr || std::strcmp(choice, "system") != 0;
  if (ours)
    c10::SetCPUAllocator(new Allocator(), 1);
  return ours;
}();

} // namespace

/// Gives the memory that is kept for coming tensors back to the system.
PEFT_API void peft_release_kept_memory() { blocks().release(); }
