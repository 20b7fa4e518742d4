// SPDX-License-Identifier: Apache-2.0
// What a process can wait for.
//
//   co_await rising_edge(clk);            falling_edge(clk), change(signal)
//   co_await clock_cycles(clk, 10);
//   co_await timer(25);                   nanoseconds
//   co_await read_only();                 the step has settled
//   co_await event.wait();                channel.get(), join(process)
//   size_t winner = co_await first(rising_edge(clk), timer(100));
//   co_await all(drive(a), drive(b));
//   int x = co_await with_timeout(read(bus), 1000, "the response");

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/failure.h"
#include "sim/scheduler.h"
#include "sim/signal.h"
#include "sim/task.h"

namespace sim {
namespace detail {

enum class Edge { kRising, kFalling, kChange };
void watch(Slot& slot);  // has the scheduler look for changes of a signal that is not its clock

template <Edge kEdge>
struct EdgeAwaiter {
  Slot* slot;
  bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) const {
    PromiseBase& promise = handle.promise();
    if constexpr (kEdge == Edge::kRising) {
      if (slot->clock == nullptr) watch(*slot);
      promise.wait_in(slot->rising, "rising_edge");
    } else if constexpr (kEdge == Edge::kFalling) {
      if (slot->clock == nullptr) watch(*slot);
      promise.wait_in(slot->falling, "falling_edge");
    } else {
      watch(*slot);
      promise.wait_in(slot->change, "change");
    }
  }
  void await_resume() const noexcept {}
};

struct TimerTrigger {
  uint64_t delay_ps;
  struct Awaiter {
    uint64_t delay_ps;
    TimerQueue::Wait wait;
    bool await_ready() const noexcept { return delay_ps == 0; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
      PromiseBase& promise = handle.promise();
      promise.process->waits_for = "timer";
      wait.promise = &promise;
      Scheduler& scheduler = *promise.kernel->scheduler;
      scheduler.timers().add(scheduler.time_ps() + delay_ps, wait);
    }
    void await_resume() const noexcept {}
  };
  Awaiter operator co_await() const noexcept { return {delay_ps, {}}; }
};

struct ClockCyclesTrigger {
  Slot* slot;
  uint64_t count;
  struct Awaiter {
    Slot* slot;
    uint64_t count;
    TimerQueue::Wait wait;
    bool await_ready() const noexcept { return count == 0; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) {
      PromiseBase& promise = handle.promise();
      promise.process->waits_for = "clock_cycles";
      wait.promise = &promise;
      slot->clock->counted.add(slot->clock->cycles + count, wait);
    }
    void await_resume() const noexcept {}
  };
  Awaiter operator co_await() const noexcept { return {slot, count, {}}; }
};

struct ReadOnlyAwaiter {
  bool await_ready() const noexcept { return false; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> handle) const {
    PromiseBase& promise = handle.promise();
    Scheduler& scheduler = *promise.kernel->scheduler;
    if (scheduler.in_read_only()) return false;
    promise.wait_in(scheduler.read_only_waiters(), "read_only");
    return true;
  }
  void await_resume() const noexcept {}
};

struct YieldAwaiter {
  bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) const {
    handle.promise().make_ready();
  }
  void await_resume() const noexcept {}
};

}  // namespace detail

// A clock of the scheduler: wakes before the edge, see Scheduler. Any other one-bit signal: wakes
// behind the eval that changed it.
inline auto rising_edge(Signal signal) {
  return detail::EdgeAwaiter<detail::Edge::kRising>{signal.slot()};
}
inline auto falling_edge(Signal signal) {
  return detail::EdgeAwaiter<detail::Edge::kFalling>{signal.slot()};
}
inline auto change(Signal signal) {
  return detail::EdgeAwaiter<detail::Edge::kChange>{signal.slot()};
}
// The n-th rising edge from now, of a clock of the scheduler; costs nothing on the edges between.
detail::ClockCyclesTrigger clock_cycles(Signal clock, int64_t n);
inline detail::TimerTrigger timer(int64_t nanoseconds) {
  return {nanoseconds <= 0 ? 0 : static_cast<uint64_t>(nanoseconds) * 1000};
}
inline detail::ReadOnlyAwaiter read_only() { return {}; }
// Lets the other ready processes run first.
inline detail::YieldAwaiter yield() { return {}; }

// A flag that processes wait for. Stays set until clear().
class Event {
 public:
  struct Awaiter {
    Event* event;
    bool await_ready() const noexcept { return event->set_; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) const {
      handle.promise().wait_in(event->waiters_, "event");
    }
    void await_resume() const noexcept {}
  };
  Awaiter wait() { return {this}; }
  void set() {
    set_ = true;
    pulse();
  }
  void clear() { set_ = false; }
  bool is_set() const { return set_; }
  // Wakes those who wait now, and leaves the flag as it is.
  void pulse() {
    if (waiters_.empty()) return;
    static_cast<detail::PromiseBase*>(waiters_.front())->kernel->ready.splice(waiters_);
  }
  bool awaited() const { return !waiters_.empty(); }

 private:
  WaitList waiters_;
  bool set_ = false;
};

// Unbounded queue from any number of processes to one. The order of items put in one step by
// several processes is the order in which these run: use one channel each where that matters.
template <class T>
class Channel {
 public:
  void put(T item) {
    items_.push_back(std::move(item));
    event_.pulse();
  }
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  struct Awaiter {
    Channel* channel;
    bool await_ready() const noexcept { return !channel->items_.empty(); }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) const {
      channel->event_.wait().await_suspend(handle);
    }
    T await_resume() const {
      T item = std::move(channel->items_.front());
      channel->items_.pop_front();
      return item;
    }
  };
  Awaiter get() { return {this}; }

 private:
  std::deque<T> items_;
  Event event_;
};

// Waits for the end of a process; its failure ends the whole run anyhow.
struct JoinAwaiter {
  std::shared_ptr<Process> process;
  bool await_ready() const noexcept { return process->done; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) const {
    handle.promise().wait_in(process->joiners, "join");
  }
  void await_resume() const noexcept {}
};
inline JoinAwaiter join(const ProcessHandle& handle) { return {handle.process()}; }

namespace detail {

template <class A>
decltype(auto) awaiter_of(A&& awaitable) {
  if constexpr (requires { std::forward<A>(awaitable).operator co_await(); }) {
    return std::forward<A>(awaitable).operator co_await();
  } else {
    return std::forward<A>(awaitable);
  }
}
template <class A>
using AwaitResult = decltype(awaiter_of(std::declval<A&&>()).await_resume());

template <class A>
Task<> as_task(A awaitable) {
  co_await std::move(awaitable);
}
inline Task<> as_task(Task<> task) { return task; }

template <std::size_t kCount>
struct JoinChildren {
  std::array<Task<>, kCount> children;
  bool wait_for_all;
  Join join{};

  bool await_ready() const noexcept { return kCount == 0; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    join.any = !wait_for_all;
    join.pending = wait_for_all ? static_cast<int>(kCount) : 1;
    for (Task<>& child : children) handle.promise().start_child(child.promise(), &join);
  }
  // The lowest index that has ended; the others are destroyed. A failure of any is thrown.
  std::size_t await_resume() {
    std::size_t winner = kCount;
    for (std::size_t i = kCount; i-- > 0;) {
      if (children[i].done()) winner = i;
    }
    for (Task<>& child : children) {
      if (child.done()) child.promise().take();
    }
    for (Task<>& child : children) child.reset();
    return winner;
  }
};

template <class A, class R>
Task<> store_result(A awaitable, std::optional<R>* result) {
  result->emplace(co_await std::move(awaitable));
}

[[noreturn]] void throw_timeout(const std::string& limit, const std::string& what);

template <class A, class Limit>
Task<AwaitResult<A>> race(A awaitable, Limit limit, std::string limit_text, std::string what);

}  // namespace detail

// Waits for the first of several triggers or tasks; gives its index (the lowest, if several end in
// one step) and destroys the others.
template <class... A>
auto first(A... awaitables) {
  return detail::JoinChildren<sizeof...(A)>{{detail::as_task(std::move(awaitables))...}, false};
}

// Waits for all; when one fails, the others are destroyed and its failure is thrown.
template <class... A>
auto all(A... awaitables) {
  return detail::JoinChildren<sizeof...(A)>{{detail::as_task(std::move(awaitables))...}, true};
}

template <class A, class Limit>
Task<detail::AwaitResult<A>> detail::race(A awaitable, Limit limit, std::string limit_text,
                                          std::string what) {
  using R = AwaitResult<A>;
  if constexpr (std::is_void_v<R>) {
    const std::size_t winner = co_await first(std::move(awaitable), std::move(limit));
    if (winner == 1) throw_timeout(limit_text, what);
  } else {
    std::optional<R> result;
    const std::size_t winner =
        co_await first(store_result(std::move(awaitable), &result), std::move(limit));
    if (winner == 1) throw_timeout(limit_text, what);
    co_return std::move(*result);
  }
}

// The result of `awaitable`, or Timeout: `no response after 1000 ns` for what = "response".
template <class A>
auto with_timeout(A awaitable, int64_t nanoseconds, std::string what = "event") {
  return detail::race(std::move(awaitable), timer(nanoseconds), std::to_string(nanoseconds) + " ns",
                      std::move(what));
}
// The same, counted in cycles: with_timeout(task, clock_cycles(clk, 100), "response").
template <class A>
auto with_timeout(A awaitable, detail::ClockCyclesTrigger limit, std::string what = "event") {
  return detail::race(std::move(awaitable), limit, std::to_string(limit.count) + " cycles",
                      std::move(what));
}

}  // namespace sim
