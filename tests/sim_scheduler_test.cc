// SPDX-License-Identifier: Apache-2.0
// The time step: sampling before the edge, no races, loops and limits reported.

#include "sim/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"
#include "sim/failure.h"
#include "sim/triggers.h"
#include "tests/sim_models.h"

namespace {

using sim::Scheduler;
using sim::Signal;
using sim::Task;
using sim_test::error_of;
using sim_test::FakeModel;

Task<> cycles(Signal clock, int64_t count) { co_await sim::clock_cycles(clock, count); }

Task<> sample_around_edge(Signal clock, Signal d, Signal q, Signal c, std::vector<uint64_t>* seen) {
  d.set(5);
  co_await sim::rising_edge(clock);  // the edge that takes 5
  seen->push_back(q.get());          // before it: 0
  seen->push_back(c.get());          // settled: 5 ^ 1
  d.set(9);
  seen->push_back(d.get());  // takes effect behind the edge
  co_await sim::read_only();
  seen->push_back(q.get());  // behind the edge: 5, although d is now 9
  seen->push_back(d.get());
  seen->push_back(c.get());
  co_await sim::rising_edge(clock);
  seen->push_back(q.get());
  co_await sim::rising_edge(clock);
  seen->push_back(q.get());
}

TEST(Scheduler, RisingEdgeSamplesBeforeAndWritesBehindTheEdge) {
  FakeModel model;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i");
  std::vector<uint64_t> seen;
  scheduler.run(sample_around_edge(clock, scheduler.signal("d0_i"), scheduler.signal("q0_o"),
                                   scheduler.signal("c0_o"), &seen));
  EXPECT_EQ(seen, (std::vector<uint64_t>{0, 4, 5, 5, 9, 8, 5, 9}));
}

// A ring of registers through the bench: process i moves q[i] to d[i+1], plus i. Any write
// that were seen in the same step would change the values.
Task<> move_along(Signal clock, Signal from, Signal to, uint64_t add, sim::Event& event) {
  for (;;) {
    co_await sim::rising_edge(clock);
    to.set((from.get() * 3 + add) & 0xffff);
    if (add % 2 == 0) {
      event.pulse();
    } else {
      co_await sim::read_only();
    }
  }
}

std::array<uint64_t, FakeModel::kRegisters> ring(const std::vector<int>& order, uint64_t shuffle) {
  FakeModel model;
  Scheduler scheduler(model, {.shuffle_seed = shuffle});
  const Signal clock = scheduler.add_clock("clk_i");
  sim::Event event;
  scheduler.signal("d0_i").set(1);
  for (const int i : order) {
    const std::string from = "q" + std::to_string(i) + "_o";
    const std::string to = "d" + std::to_string((i + 1) % FakeModel::kRegisters) + "_i";
    scheduler.start_soon(move_along(clock, scheduler.signal(from), scheduler.signal(to),
                                    static_cast<uint64_t>(i) + 1, event));
  }
  scheduler.run(cycles(clock, 50));
  std::array<uint64_t, FakeModel::kRegisters> result{};
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = sim::read_port(model.port("q" + std::to_string(i) + "_o"));
  }
  return result;
}

TEST(Scheduler, ResultDoesNotDependOnTheOrderOfStartSoon) {
  std::vector<int> order = {0, 1, 2, 3};
  const auto expected = ring(order, 0);
  EXPECT_NE(expected[0], 0U);
  while (std::next_permutation(order.begin(), order.end())) {
    EXPECT_EQ(ring(order, 0), expected);
  }
  for (uint64_t seed = 1; seed <= 50; ++seed) EXPECT_EQ(ring({0, 1, 2, 3}, seed), expected);
}

TEST(Scheduler, TwoEvalsACycleWhenNobodyLooksInBetween) {
  FakeModel model;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i");
  scheduler.run(cycles(clock, 1));
  const int64_t before = model.evals;
  scheduler.run(cycles(clock, 1000));
  EXPECT_LE(model.evals - before, 2002);
}

Task<> watch_falling(Signal clock, Signal d, Signal n, std::vector<uint64_t>* seen) {
  for (uint64_t i = 1; i <= 3; ++i) {
    co_await sim::falling_edge(clock);
    seen->push_back(n.get());
    d.set(i);
  }
}

// n_o is a register at the falling edge: it must not move before that edge for anyone who looks.
TEST(Scheduler, FallingEdgeSamplesBeforeAndWritesBehind) {
  FakeModel model;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i");
  std::vector<uint64_t> seen;
  scheduler.signal("d0_i").set(7);
  scheduler.run(watch_falling(clock, scheduler.signal("d0_i"), scheduler.signal("n_o"), &seen));
  EXPECT_EQ(seen, (std::vector<uint64_t>{0, 7, 1}));
}

Task<> look_between_edges(Signal clock, Signal n, std::vector<uint64_t>* seen) {
  co_await sim::rising_edge(clock);
  co_await sim::timer(2);  // period 10: still high
  seen->push_back(n.get());
  seen->push_back(clock.get());
  co_await sim::timer(5);  // low
  seen->push_back(n.get());
  seen->push_back(clock.get());
}

TEST(Scheduler, TimerBetweenTheEdgesSeesTheClockHigh) {
  FakeModel model;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i", 10);
  std::vector<uint64_t> seen;
  scheduler.signal("d0_i").set(7);
  scheduler.run(look_between_edges(clock, scheduler.signal("n_o"), &seen));
  EXPECT_EQ(seen, (std::vector<uint64_t>{0, 1, 7, 0}));
}

Task<> write_at_edge(Signal clock, Signal d, uint64_t value) {
  co_await sim::rising_edge(clock);
  d.set(value);
}

TEST(Scheduler, TwoWritersOfOneSignalAreARace) {
  for (const bool swapped : {false, true}) {
    FakeModel model;
    Scheduler scheduler(model);
    const Signal clock = scheduler.add_clock("clk_i");
    const Signal d = scheduler.signal("d0_i");
    scheduler.start_soon(write_at_edge(clock, d, swapped ? 2 : 1), "left");
    scheduler.start_soon(write_at_edge(clock, d, swapped ? 1 : 2), "right");
    const std::string text = error_of<sim::WriteRace>([&] { scheduler.run(cycles(clock, 3)); });
    EXPECT_NE(text.find("d0_i"), std::string::npos) << text;
    EXPECT_NE(text.find("left"), std::string::npos) << text;
    EXPECT_NE(text.find("right"), std::string::npos) << text;
  }
}

Task<> write_field_at_edge(Signal clock, Signal d, int lsb, uint64_t value) {
  co_await sim::rising_edge(clock);
  d.set_field(lsb, 8, value);
}

TEST(Scheduler, TwoWritersOfTwoFieldsAreNot) {
  FakeModel model;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i");
  const Signal d = scheduler.signal("d0_i");
  scheduler.start_soon(write_field_at_edge(clock, d, 0, 0x12));
  scheduler.start_soon(write_field_at_edge(clock, d, 8, 0x34));
  scheduler.run(cycles(clock, 3));
  EXPECT_EQ(d.get(), 0x3412U);
}

Task<> follow(Signal from, Signal to) {
  for (;;) {
    co_await sim::change(from);
    to.set(from.get());
  }
}

// d0 -> c0 = d0 ^ 1 -> d0 again: never settles.
TEST(Scheduler, LoopThroughTheBenchIsReported) {
  FakeModel model;
  Scheduler scheduler(model, {.max_deltas = 100});
  const Signal clock = scheduler.add_clock("clk_i");
  scheduler.start_soon(follow(scheduler.signal("c0_o"), scheduler.signal("d0_i")));
  scheduler.start_soon(write_at_edge(clock, scheduler.signal("d0_i"), 1));
  const std::string text = error_of<sim::BenchLoop>([&] { scheduler.run(cycles(clock, 5)); });
  EXPECT_NE(text.find("d0_i"), std::string::npos) << text;
  EXPECT_LT(model.evals, 200);
}

// d0 -> c0 -> d1 -> c1 -> d2: settles, and read_only sees the end of it.
Task<> drive_and_look(Signal clock, Signal d, Signal last, std::vector<uint64_t>* seen) {
  co_await sim::rising_edge(clock);
  d.set(0x40);
  co_await sim::read_only();
  seen->push_back(last.get());
}

TEST(Scheduler, ChangesTravelThroughTheBenchWithinOneStep) {
  FakeModel model;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i");
  scheduler.start_soon(follow(scheduler.signal("c0_o"), scheduler.signal("d1_i")));
  scheduler.start_soon(follow(scheduler.signal("c1_o"), scheduler.signal("d2_i")));
  std::vector<uint64_t> seen;
  scheduler.run(drive_and_look(clock, scheduler.signal("d0_i"), scheduler.signal("c2_o"), &seen));
  EXPECT_EQ(seen, std::vector<uint64_t>{0x41});
}

Task<> ping(sim::Event& mine, sim::Event& other) {
  for (;;) {
    other.set();
    co_await mine.wait();
    mine.clear();
  }
}

TEST(Scheduler, EndlessTalkInOneStepIsReported) {
  FakeModel model;
  Scheduler scheduler(model, {.max_resumptions = 10'000});
  sim::Event a, b;
  scheduler.start_soon(ping(a, b), "a");
  EXPECT_THROW(scheduler.run(ping(b, a), "b"), sim::BenchLoop);
}

Task<> write_in_read_only(Signal d) {
  co_await sim::read_only();
  d.set(1);
}

TEST(Scheduler, WritingInReadOnlyOrToAnOutputIsAnError) {
  FakeModel model;
  Scheduler scheduler(model);
  scheduler.add_clock("clk_i");
  EXPECT_THROW(scheduler.run(write_in_read_only(scheduler.signal("d0_i"))), std::logic_error);
  EXPECT_THROW(scheduler.signal("q0_o").set(1), std::logic_error);
  EXPECT_THROW(scheduler.signal("clk_i").set(1), std::logic_error);
  EXPECT_THROW(scheduler.signal("wide_i").set(1), std::logic_error);
  scheduler.signal("d0_i").set(1);  // the scheduler is usable again
  scheduler.run(cycles(scheduler.signal("clk_i"), 2));
  EXPECT_EQ(scheduler.signal("q0_o").get(), 1U);
}

Task<> forever(Signal clock) {
  for (;;) co_await sim::rising_edge(clock);
}

TEST(Scheduler, TimeLimitNamesWhoWaits) {
  FakeModel model;
  Scheduler scheduler(model, {.time_limit_ns = 1000});
  const Signal clock = scheduler.add_clock("clk_i", 10);
  const std::string text =
      error_of<sim::Timeout>([&] { scheduler.run(forever(clock), "hopeful"); });
  EXPECT_EQ(text, "time limit of 1000 ns reached; 1 processes wait: hopeful (rising_edge)");
  EXPECT_EQ(scheduler.cycles(), 100U);
}

Task<> wait_event(sim::Event& event) { co_await event.wait(); }

TEST(Scheduler, NothingLeftToHappenIsADeadlock) {
  FakeModel model;
  Scheduler scheduler(model);
  sim::Event never;
  const std::string text =
      error_of<sim::Deadlock>([&] { scheduler.run(wait_event(never), "main"); });
  EXPECT_NE(text.find("main (event)"), std::string::npos) << text;
}

Task<> fail_at(Signal clock, int64_t cycle) {
  co_await sim::clock_cycles(clock, cycle);
  throw sim::Mismatch("vector 3: wrong");
}

Task<> tracked(Signal clock, int* destroyed) {
  const sim_test::Tracker tracker(destroyed);
  co_await cycles(clock, 1'000'000);
}

TEST(Scheduler, FailureInAnyProcessEndsTheRun) {
  FakeModel model;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i", 10);
  int destroyed = 0;
  scheduler.start_soon(tracked(clock, &destroyed));
  scheduler.start_soon(fail_at(clock, 7), "checker");
  const std::string text =
      error_of<sim::Mismatch>([&] { scheduler.run(tracked(clock, &destroyed)); });
  EXPECT_EQ(text, "vector 3: wrong");
  EXPECT_EQ(scheduler.where(), "65 ns, process 'checker'");
  EXPECT_EQ(destroyed, 2);
}

TEST(Scheduler, EndOfTheModelEndsTheRun) {
  FakeModel model;
  model.stop_after = 20;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i");
  int destroyed = 0;
  EXPECT_THROW(scheduler.run(tracked(clock, &destroyed)), sim::ModelStop);
  EXPECT_EQ(destroyed, 1);
}

Task<> start_and_cancel(Scheduler& scheduler, Signal clock, int* destroyed, bool* joined) {
  const sim::ProcessHandle victim = scheduler.start_soon(tracked(clock, destroyed), "victim");
  co_await sim::clock_cycles(clock, 2);
  victim.cancel();
  EXPECT_TRUE(victim.done());
  EXPECT_EQ(*destroyed, 1);
  victim.cancel();  // again: nothing
  const sim::ProcessHandle worker = scheduler.start_soon(cycles(clock, 5), "worker");
  const uint64_t before = scheduler.cycles();
  co_await sim::join(worker);
  *joined = scheduler.cycles() == before + 5;
  co_await sim::join(worker);  // already over
}

TEST(Scheduler, ProcessesAreStartedCancelledAndJoinedAtRunTime) {
  FakeModel model;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i");
  int destroyed = 0;
  bool joined = false;
  scheduler.run(start_and_cancel(scheduler, clock, &destroyed, &joined));
  EXPECT_TRUE(joined);
}

// Cancelled while it stands in the ready queue of the same step.
Task<> cancel_at_edge(Signal clock, const sim::ProcessHandle& victim) {
  co_await sim::rising_edge(clock);
  victim.cancel();
  co_await sim::clock_cycles(clock, 2);
}

Task<> count_edges(Signal clock, int* count) {
  for (;;) {
    co_await sim::rising_edge(clock);
    ++*count;
  }
}

TEST(Scheduler, CancelledProcessIsNotResumedFromTheReadyQueue) {
  FakeModel model;
  Scheduler scheduler(model);
  const Signal clock = scheduler.add_clock("clk_i");
  int count = 0;
  sim::ProcessHandle victim;
  scheduler.start_soon(cancel_at_edge(clock, victim));
  victim = scheduler.start_soon(count_edges(clock, &count));
  scheduler.run(cycles(clock, 5));
  EXPECT_EQ(count, 0);
}

Task<> record_times(Scheduler& scheduler, std::vector<uint64_t>* times) {
  co_await sim::timer(3);
  times->push_back(scheduler.time_ps());
  co_await sim::timer(0);
  times->push_back(scheduler.time_ps());
  co_await sim::timer(20);
  times->push_back(scheduler.time_ps());
}

TEST(Scheduler, TimersWithoutAClock) {
  FakeModel model;
  Scheduler scheduler(model);
  std::vector<uint64_t> times;
  scheduler.run(record_times(scheduler, &times));
  EXPECT_EQ(times, (std::vector<uint64_t>{3000, 3000, 23000}));
}

TEST(Scheduler, UnknownPortIsAUsageErrorWithTheNames) {
  FakeModel model;
  Scheduler scheduler(model);
  const std::string text = error_of<base::Error>([&] { scheduler.signal("d9_i"); });
  EXPECT_NE(text.find("d9_i"), std::string::npos);
  EXPECT_NE(text.find("d3_i"), std::string::npos);
  EXPECT_FALSE(scheduler.optional_signal("d9_i").bound());
}

TEST(Scheduler, ClockMustBeAnInputOfOneBit) {
  FakeModel model;
  Scheduler scheduler(model);
  EXPECT_THROW(scheduler.add_clock("d0_i"), base::Error);
  EXPECT_THROW(scheduler.add_clock("q0_o"), base::Error);
  EXPECT_THROW(sim::clock_cycles(scheduler.signal("d0_i"), 3), std::logic_error);
}

}  // namespace
