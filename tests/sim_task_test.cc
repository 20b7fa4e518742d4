// SPDX-License-Identifier: Apache-2.0
// Tasks: no stack growth, values, failures, destruction. Compiled without optimisation, where
// g++ 12 would overflow the stack if tasks resumed each other directly.

#pragma GCC optimize("O0")

#include "sim/task.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "sim/scheduler.h"
#include "sim/triggers.h"
#include "tests/sim_models.h"

namespace {

using sim::Task;

Task<int> ready_value(int value) { co_return value; }

Task<> await_many(int64_t count, int64_t* sum) {
  for (int64_t i = 0; i < count; ++i) *sum += co_await ready_value(static_cast<int>(i & 7));
}

TEST(Task, TenMillionReadyTasksDoNotGrowTheStack) {
  sim_test::FakeModel model;
  sim::Scheduler scheduler(model);
  int64_t sum = 0;
  scheduler.run(await_many(10'000'000, &sum));
  EXPECT_EQ(sum, 35'000'000);
}

Task<int> nested(int depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await nested(depth - 1);
}

Task<> await_nested(int depth, int* result) { *result = co_await nested(depth); }

TEST(Task, DeepNestingReturnsThroughTheQueue) {
  sim_test::FakeModel model;
  sim::Scheduler scheduler(model);
  int result = 0;
  scheduler.run(await_nested(10'000, &result));
  EXPECT_EQ(result, 10'000);
}

Task<std::string> text_or_failure(bool fail) {
  if (fail) throw std::runtime_error("inner");
  co_return "text";
}

Task<> catch_inner(std::string* seen) {
  *seen = co_await text_or_failure(false);
  try {
    *seen += co_await text_or_failure(true);
  } catch (const std::runtime_error& error) {
    *seen += std::string("+") + error.what();
  }
}

TEST(Task, ValuesAndFailuresReachTheAwaiter) {
  sim_test::FakeModel model;
  sim::Scheduler scheduler(model);
  std::string seen;
  scheduler.run(catch_inner(&seen));
  EXPECT_EQ(seen, "text+inner");
}

Task<> tracked(int* destroyed, sim::Signal clock) {
  const sim_test::Tracker tracker(destroyed);
  for (;;) co_await sim::rising_edge(clock);
}

Task<> tracked_parent(int* destroyed, sim::Signal clock) {
  const sim_test::Tracker tracker(destroyed);
  co_await tracked(destroyed, clock);
}

Task<> wait_cycles(sim::Signal clock, int count) { co_await sim::clock_cycles(clock, count); }

TEST(Task, EndOfTheTestDestroysNestedFrames) {
  sim_test::FakeModel model;
  sim::Scheduler scheduler(model);
  const sim::Signal clock = scheduler.add_clock("clk_i");
  int destroyed = 0;
  scheduler.start_soon(tracked_parent(&destroyed, clock));
  scheduler.run(wait_cycles(clock, 3));
  EXPECT_EQ(destroyed, 2);
}

TEST(Task, UnstartedTaskIsDestroyedQuietly) {
  sim_test::FakeModel model;
  sim::Scheduler scheduler(model);
  int destroyed = 0;
  {
    const Task<> task = tracked(&destroyed, scheduler.signal("clk_i"));
    EXPECT_FALSE(task.done());
  }
  EXPECT_EQ(destroyed, 0);  // its body never began
}

// Frames of many sizes come and go: the pool must not mix them up.
Task<int> big_frame(int seed, sim::Signal clock) {
  volatile char space[3000] = {};
  space[seed % 3000] = static_cast<char>(seed & 0x3f);
  co_await sim::rising_edge(clock);
  co_return space[seed % 3000];
}

Task<> many_frames(sim::Signal clock, int* wrong) {
  for (int i = 0; i < 200; ++i) {
    const int big = co_await big_frame(i, clock);
    const int small = co_await ready_value(i);
    if (big != (i & 0x3f) || small != i) ++*wrong;
  }
}

TEST(Task, FramesOfAllSizes) {
  sim_test::FakeModel model;
  sim::Scheduler scheduler(model);
  const sim::Signal clock = scheduler.add_clock("clk_i");
  int wrong = 0;
  scheduler.run(many_frames(clock, &wrong));
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(scheduler.cycles(), 200U);
}

}  // namespace
