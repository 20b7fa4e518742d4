// SPDX-License-Identifier: Apache-2.0
// Task<T>: a coroutine that is started by awaiting it or by Scheduler::start_soon.

#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/wait_list.h"

namespace sim {

struct Process;
class Scheduler;

namespace detail {

struct PromiseBase;

// The part of the scheduler that coroutines touch. Nothing is resumed but from the ready queue:
// symmetric transfer would overflow the stack with g++ 12 below -O2 and under ASan.
struct Kernel {
  Scheduler* scheduler = nullptr;
  WaitList ready;
  WaitList late;                 // goes on when nothing is ready any more: parents of first()
  PromiseBase* ended = nullptr;  // the process whose outermost coroutine has just ended
};

// Shared by the children of first() and all().
struct Join {
  bool any = false;  // first(): the parent goes on late, so that the winner is the lowest index of
                     // those that end in this step, whatever the order in which they run
  int pending = 0;   // completions until the parent goes on; below zero: it is already on its way
};

void* allocate_frame(std::size_t size);
void free_frame(void* frame, std::size_t size) noexcept;

struct PromiseBase : Link {
  std::coroutine_handle<> self;
  Kernel* kernel = nullptr;
  Process* process = nullptr;
  PromiseBase* continuation = nullptr;
  Join* join = nullptr;
  std::exception_ptr error;

  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { free_frame(frame, size); }

  void make_ready() { kernel->ready.push(*this); }
  // Suspends in `list` until something moves the list to the ready queue.
  void wait_in(WaitList& list, const char* trigger);

  // Puts a child in the ready queue; its end makes this coroutine ready.
  void start_child(PromiseBase& child, Join* child_join) {
    child.kernel = kernel;
    child.process = process;
    child.continuation = this;
    child.join = child_join;
    child.make_ready();
  }

  void finish() noexcept {
    if (continuation == nullptr) {
      kernel->ended = this;
    } else if (join == nullptr) {
      continuation->make_ready();
    } else {
      if (error != nullptr && join->pending > 0) join->pending = 1;  // all() waits no longer
      if (--join->pending == 0) (join->any ? kernel->late : kernel->ready).push(*continuation);
    }
  }

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) const noexcept {
      handle.promise().finish();
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error = std::current_exception(); }
};

template <class T>
struct Promise;

}  // namespace detail

// Owns its frame: destroying a Task that is suspended runs the destructors of its locals and
// takes it out of whatever it waits for. Write coroutines as free functions, never as capturing
// lambdas (the captures die with the lambda); take arguments by value, or by reference to what
// the bench owns for the whole run.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() { reset(); }

  explicit operator bool() const { return static_cast<bool>(handle_); }
  bool done() const { return handle_ && handle_.done(); }
  void reset() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }
  promise_type& promise() const { return handle_.promise(); }

  struct Awaiter {
    Handle handle;
    bool await_ready() const noexcept { return false; }
    template <class Parent>
    void await_suspend(std::coroutine_handle<Parent> parent) const {
      parent.promise().start_child(handle.promise(), nullptr);
    }
    T await_resume() const { return handle.promise().take(); }
  };
  Awaiter operator co_await() && noexcept { return Awaiter{handle_}; }

 private:
  Handle handle_;
};

namespace detail {

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;

  Task<T> get_return_object() {
    auto handle = std::coroutine_handle<Promise>::from_promise(*this);
    self = handle;
    return Task<T>(handle);
  }
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    if (error) std::rethrow_exception(error);
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object() {
    auto handle = std::coroutine_handle<Promise>::from_promise(*this);
    self = handle;
    return Task<void>(handle);
  }
  void return_void() const noexcept {}
  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace detail

// A coroutine with what it awaits, started by Scheduler::start_soon.
struct Process {
  std::string name;
  Task<> task;
  WaitList joiners;
  const char* waits_for = "start";  // the trigger that its innermost coroutine waits for
  bool done = false;
};

inline void detail::PromiseBase::wait_in(WaitList& list, const char* trigger) {
  process->waits_for = trigger;
  list.push(*this);
}

}  // namespace sim
