// SPDX-License-Identifier: Apache-2.0
// The pool that coroutine frames come from.

#include "sim/task.h"

#include <array>
#include <new>

namespace sim::detail {

#if defined(__SANITIZE_ADDRESS__)

// The sanitizer finds uses of dead frames only when each has memory of its own.
void* allocate_frame(std::size_t size) { return ::operator new(size); }
void free_frame(void* frame, std::size_t size) noexcept { ::operator delete(frame, size); }

#else

namespace {

constexpr std::size_t kGrain = 64;
constexpr std::size_t kClasses = 32;  // frames up to 2 KB; larger ones come from the heap

struct FreeFrame {
  FreeFrame* next;
};

thread_local std::array<FreeFrame*, kClasses> free_frames{};

// Gives the pool of a thread back when the thread ends.
struct Cleaner {
  ~Cleaner() {
    for (FreeFrame*& list : free_frames) {
      while (list != nullptr) {
        FreeFrame* frame = list;
        list = frame->next;
        ::operator delete(frame);
      }
    }
  }
  bool in_use = false;
};
thread_local Cleaner cleaner;

}  // namespace

void* allocate_frame(std::size_t size) {
  const std::size_t index = (size + kGrain - 1) / kGrain - 1;
  if (index >= kClasses) return ::operator new(size);
  if (FreeFrame* frame = free_frames[index]) {
    free_frames[index] = frame->next;
    return frame;
  }
  cleaner.in_use = true;
  return ::operator new((index + 1) * kGrain);
}

void free_frame(void* frame, std::size_t size) noexcept {
  const std::size_t index = (size + kGrain - 1) / kGrain - 1;
  if (index >= kClasses) {
    ::operator delete(frame);
    return;
  }
  free_frames[index] = ::new (frame) FreeFrame{free_frames[index]};
}

#endif

}  // namespace sim::detail
