// SPDX-License-Identifier: Apache-2.0
// first, all, with_timeout, events, channels.

#include "sim/triggers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/failure.h"
#include "sim/scheduler.h"
#include "tests/sim_models.h"

namespace {

using sim::Signal;
using sim::Task;
using sim_test::error_of;

class Triggers : public ::testing::Test {
 protected:
  sim_test::FakeModel model_;
  sim::Scheduler scheduler_{model_};
  Signal clock_ = scheduler_.add_clock("clk_i", 10);  // rising edges at 5, 15, 25 ... ns
};

Task<int> slow(Signal clock, int cycles, int* destroyed) {
  const sim_test::Tracker tracker(destroyed);
  co_await sim::clock_cycles(clock, cycles);
  co_return cycles;
}

Task<> try_first(Signal clock, std::vector<std::size_t>* winners, int* destroyed) {
  winners->push_back(co_await sim::first(sim::rising_edge(clock), sim::timer(100)));
  winners->push_back(co_await sim::first(sim::clock_cycles(clock, 50), sim::timer(100)));
  winners->push_back(co_await sim::first(slow(clock, 9, destroyed), slow(clock, 3, destroyed),
                                         slow(clock, 6, destroyed)));
  winners->push_back(static_cast<std::size_t>(*destroyed));  // losers are gone at once
  // Both end at the same edge: the lower index wins.
  winners->push_back(co_await sim::first(sim::clock_cycles(clock, 2), slow(clock, 2, destroyed)));
  winners->push_back(co_await sim::first(slow(clock, 2, destroyed), sim::clock_cycles(clock, 2)));
}

TEST_F(Triggers, FirstGivesTheWinnerAndDestroysTheLosers) {
  std::vector<std::size_t> winners;
  int destroyed = 0;
  scheduler_.run(try_first(clock_, &winners, &destroyed));
  EXPECT_EQ(winners, (std::vector<std::size_t>{0, 1, 1, 3, 0, 0}));
  EXPECT_EQ(destroyed, 5);
}

Task<> fails_after(Signal clock, int cycles) {
  co_await sim::clock_cycles(clock, cycles);
  throw sim::Mismatch("lost");
}

Task<> try_failures(Signal clock, std::vector<std::string>* seen, int* destroyed) {
  try {
    co_await sim::first(fails_after(clock, 2), slow(clock, 5, destroyed));
  } catch (const sim::Mismatch& error) {
    seen->push_back(std::string("first ") + error.what());
  }
  seen->push_back(std::to_string(*destroyed));
  try {
    co_await sim::all(slow(clock, 1, destroyed), fails_after(clock, 2),
                      slow(clock, 500, destroyed));
  } catch (const sim::Mismatch& error) {
    seen->push_back(std::string("all ") + error.what());
  }
  seen->push_back(std::to_string(*destroyed));
}

TEST_F(Triggers, FailureOfAChildIsThrownAndTheOthersDestroyed) {
  std::vector<std::string> seen;
  int destroyed = 0;
  scheduler_.run(try_failures(clock_, &seen, &destroyed));
  EXPECT_EQ(seen, (std::vector<std::string>{"first lost", "1", "all lost", "3"}));
  EXPECT_LT(scheduler_.cycles(), 10U);
}

Task<> try_all(Signal clock, sim::Scheduler& scheduler, std::vector<uint64_t>* at, int* destroyed) {
  co_await sim::all(slow(clock, 3, destroyed), sim::rising_edge(clock), slow(clock, 7, destroyed));
  at->push_back(scheduler.cycles());
}

TEST_F(Triggers, AllWaitsForTheLast) {
  std::vector<uint64_t> at;
  int destroyed = 0;
  scheduler_.run(try_all(clock_, scheduler_, &at, &destroyed));
  EXPECT_EQ(at, std::vector<uint64_t>{7});
}

Task<> try_timeouts(Signal clock, std::vector<int>* values, int* destroyed) {
  values->push_back(co_await sim::with_timeout(slow(clock, 4, destroyed), 1000));
  values->push_back(
      co_await sim::with_timeout(slow(clock, 5, destroyed), sim::clock_cycles(clock, 5)));
  co_await sim::with_timeout(sim::rising_edge(clock), 11);
  co_await sim::with_timeout(slow(clock, 500, destroyed), 100, "answer");
}

TEST_F(Triggers, WithTimeoutGivesTheValueOrThrows) {
  std::vector<int> values;
  int destroyed = 0;
  const std::string text =
      error_of<sim::Timeout>([&] { scheduler_.run(try_timeouts(clock_, &values, &destroyed)); });
  EXPECT_EQ(text, "no answer after 100 ns");
  EXPECT_EQ(values, (std::vector<int>{4, 5}));
  EXPECT_EQ(destroyed, 3);
}

Task<> cycle_timeout(Signal clock, int* destroyed) {
  co_await sim::with_timeout(slow(clock, 500, destroyed), sim::clock_cycles(clock, 20), "word");
}

TEST_F(Triggers, TimeoutInCycles) {
  int destroyed = 0;
  EXPECT_EQ(error_of<sim::Timeout>([&] { scheduler_.run(cycle_timeout(clock_, &destroyed)); }),
            "no word after 20 cycles");
  EXPECT_EQ(scheduler_.cycles(), 20U);
}

Task<> wait_and_note(sim::Event& event, sim::Scheduler& scheduler, std::vector<uint64_t>* at) {
  co_await event.wait();
  at->push_back(scheduler.cycles());
}

Task<> set_event(Signal clock, sim::Event& event) {
  co_await sim::clock_cycles(clock, 3);
  event.set();
  co_await sim::clock_cycles(clock, 2);
}

TEST_F(Triggers, EventWakesAllAndStaysSet) {
  sim::Event event;
  std::vector<uint64_t> at;
  scheduler_.start_soon(wait_and_note(event, scheduler_, &at));
  scheduler_.start_soon(wait_and_note(event, scheduler_, &at));
  scheduler_.run(set_event(clock_, event));
  scheduler_.run(wait_and_note(event, scheduler_, &at));  // set: goes on at once
  EXPECT_EQ(at, (std::vector<uint64_t>{3, 3, 5}));
  event.clear();
  EXPECT_FALSE(event.is_set());
}

Task<> produce(Signal clock, sim::Channel<int>& channel, int count) {
  for (int i = 0; i < count; ++i) {
    if (i % 3 == 0) co_await sim::rising_edge(clock);
    channel.put(i);
  }
}

Task<> consume(sim::Channel<int>& channel, int count, std::vector<int>* got) {
  for (int i = 0; i < count; ++i) got->push_back(co_await channel.get());
}

TEST_F(Triggers, ChannelKeepsTheOrder) {
  sim::Channel<int> channel;
  std::vector<int> got;
  scheduler_.start_soon(produce(clock_, channel, 10));
  scheduler_.run(consume(channel, 10, &got));
  EXPECT_EQ(got, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_TRUE(channel.empty());
}

Task<> edges_of_output(Signal clock, Signal d, Signal c, sim::Scheduler& scheduler,
                       std::vector<uint64_t>* at) {
  co_await sim::clock_cycles(clock, 2);
  d.set(1);  // c0 = d0 ^ 1 falls
  co_await sim::falling_edge(c);
  at->push_back(scheduler.cycles());
  co_await sim::clock_cycles(clock, 2);
  d.set(0);
  co_await sim::rising_edge(c);
  at->push_back(scheduler.cycles());
}

TEST_F(Triggers, EdgesOfOtherSignals) {
  std::vector<uint64_t> at;
  scheduler_.run(edges_of_output(clock_, scheduler_.signal("d0_i"), scheduler_.signal("c0_o"),
                                 scheduler_, &at));
  EXPECT_EQ(at, (std::vector<uint64_t>{2, 4}));
}

}  // namespace
