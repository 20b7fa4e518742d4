// SPDX-License-Identifier: Apache-2.0
// Random numbers, stimulus, scoreboard, coverage, signals, renamed models.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "sim/coverage.h"
#include "sim/failure.h"
#include "sim/random.h"
#include "sim/renamed_model.h"
#include "sim/scheduler.h"
#include "sim/scoreboard.h"
#include "sim/stimulus.h"
#include "sim/triggers.h"
#include "tests/sim_models.h"

namespace {

using sim_test::error_of;

// splitmix64 from state 0 gives these first three outputs (the authors' C code).
TEST(Random, SplitmixKnownAnswers) {
  EXPECT_EQ(sim::mix(0), 0xe220a8397b1dcdafu);
  EXPECT_EQ(sim::mix(0x9e3779b97f4a7c15u), 0x6e789e6aa1b965f4u);
  EXPECT_EQ(sim::mix(0x9e3779b97f4a7c15u * 2), 0x06c45d188009454fu);
}

TEST(Random, SeedsAndStreamsDiffer) {
  EXPECT_EQ(sim::Random(1).next(), sim::Random(1).next());
  EXPECT_NE(sim::Random(1).next(), sim::Random(2).next());
  EXPECT_NE(sim::Random(1, 0).next(), sim::Random(1, 1).next());
}

TEST(Random, RangesAndShares) {
  sim::Random random(7);
  std::vector<int> hits(10);
  for (int i = 0; i < 100'000; ++i) ++hits[random.below(10)];
  for (const int count : hits) EXPECT_NEAR(count, 10'000, 500);
  std::set<int64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.between(-3, 3));
  EXPECT_EQ(seen, (std::set<int64_t>{-3, -2, -1, 0, 1, 2, 3}));
  int drawn = 0;
  for (int i = 0; i < 100'000; ++i) drawn += random.draw(sim::Chance(0.25)) ? 1 : 0;
  EXPECT_NEAR(drawn, 25'000, 700);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(random.draw(sim::Chance(0)));
    EXPECT_TRUE(random.draw(sim::Chance(1)));
    EXPECT_LT(random.bits(5), 32U);
  }
}

TEST(Stimulus, SmallInputsAreExhaustive) {
  const sim::Stimulus stimulus({{"a_i", 5, false, 0}, {"b_i", 3, true, 1}}, 1);
  ASSERT_TRUE(stimulus.exhaustive());
  ASSERT_EQ(stimulus.size(), 256);
  std::set<std::vector<uint64_t>> seen;
  std::vector<uint64_t> values(2);
  for (int64_t i = 0; i < stimulus.size(); ++i) {
    stimulus.vector(i, values);
    EXPECT_LT(values[0], 32U);
    EXPECT_LT(values[1], 8U);
    seen.insert(values);
  }
  EXPECT_EQ(seen.size(), 256U);
}

TEST(Stimulus, LargeInputsHaveCornersThenRandom) {
  const sim::Stimulus stimulus({{"a_i", 16, false, 0}, {"b_i", 12, true, 1}}, 3, 2000);
  EXPECT_FALSE(stimulus.exhaustive());
  EXPECT_EQ(stimulus.size(), 2000);
  std::set<std::vector<uint64_t>> corners, random;
  std::vector<uint64_t> values(2), again(2);
  for (int64_t i = 0; i < stimulus.size(); ++i) {
    stimulus.vector(i, values);
    EXPECT_LT(values[0], uint64_t{1} << 16);
    EXPECT_LT(values[1], uint64_t{1} << 12);
    (i < stimulus.corners() ? corners : random).insert(values);
    stimulus.vector(i, again);
    EXPECT_EQ(values, again);  // a function of the number
  }
  // Most positive and most negative against each other; one-hot; carry chains.
  for (const std::vector<uint64_t>& wanted : {std::vector<uint64_t>{0xffff, 0x800},
                                              {0xffff, 0x7ff},
                                              {0, 0x800},
                                              {0x5555, 0xaaa},
                                              {0x0400, 0},
                                              {0, 0x010},
                                              {0x01ff, 1},
                                              {0xffff, 0x001}}) {
    EXPECT_TRUE(corners.count(wanted)) << wanted[0] << " " << wanted[1];
  }
  EXPECT_GT(random.size(), 1500U);
  const sim::Stimulus other({{"a_i", 16, false, 0}, {"b_i", 12, true, 1}}, 4, 2000);
  stimulus.vector(1999, values);
  other.vector(1999, again);
  EXPECT_NE(values, again);  // the seed counts
}

std::string hex8(const int& value) { return sim::hex(static_cast<uint64_t>(value), 8); }

TEST(Scoreboard, MismatchIsOneLineWithTheInputs) {
  sim::Scoreboard<int> board("sum_o", hex8,
                             [](int64_t n) { return "a_i=" + hex8(static_cast<int>(n)); });
  board.expect(3);
  board.expect(4);
  board.check(3);
  EXPECT_EQ(error_of<sim::Mismatch>([&] { board.check(5); }),
            "vector 1: a_i=0x01: sum_o=0x05, expected 0x04");
  EXPECT_EQ(board.checked(), 1);
}

TEST(Scoreboard, TooManyAndTooFewAreMismatches) {
  sim::Scoreboard<int> board("y_o", hex8);
  EXPECT_EQ(error_of<sim::Mismatch>([&] { board.check(7); }),
            "vector 0: y_o=0x07, expected nothing");
  board.expect(1);
  EXPECT_EQ(error_of<sim::Mismatch>([&] { board.finish(); }),
            "vector 0: y_o=nothing, expected 0x01");
  board.check(1);
  board.finish();
}

TEST(Coverage, BinsGoalsHolesAndMerge) {
  sim::Coverage one, two;
  sim::Coverage::Bin& stall = one.bin("stall", 2);
  stall.hit();
  one.bin("saturated").hit_if(false);
  EXPECT_EQ(one.holes(), (std::vector<std::string>{"stall (1 of 2)", "saturated (0 of 1)"}));
  two.bin("stall", 2).hit();
  two.bin("saturated").hit_if(true);
  two.bin("early last", 0);
  one.merge(two);
  EXPECT_TRUE(one.complete());
  EXPECT_EQ(one.bins().size(), 3U);
  EXPECT_EQ(&one.bin("stall"), &stall);
  EXPECT_EQ(one.report(), "hit  2 of 2: stall\nhit  1 of 1: saturated\nhit  0 of 0: early last\n");
}

sim::Task<> one_edge(sim::Signal clock) { co_await sim::clock_cycles(clock, 1); }

TEST(Signal, FieldsOfAWidePort) {
  sim_test::FakeModel model;
  sim::Scheduler scheduler(model);
  const sim::Signal clock = scheduler.add_clock("clk_i");
  const sim::Signal in = scheduler.signal("wide_i");
  const sim::Signal out = scheduler.signal("wide_o");
  in.set_field(30, 10, 0x2a5);
  in.set_field(40, 60, -2);
  EXPECT_EQ(in.get_field(30, 10), 0U);  // not before the step
  scheduler.run(one_edge(clock));
  EXPECT_EQ(out.get_field(30, 10), 0x2a5U);
  EXPECT_EQ(out.get_signed_field(40, 60), -2);
  EXPECT_EQ(out.get_field(0, 30), 0U);
  EXPECT_EQ(out.hex(), "0xffffffffffffffea940000000");
  in.set_field(64, 1, 0);  // the rest stays
  scheduler.run(one_edge(clock));
  EXPECT_EQ(out.hex(), "0xffffffffefffffea940000000");
  EXPECT_THROW(in.get_field(99, 2), std::logic_error);
  EXPECT_THROW(in.get(), std::logic_error);
}

TEST(Signal, ValuesAreCutAndSigned) {
  sim_test::FakeModel model;
  sim::Scheduler scheduler(model);
  const sim::Signal clock = scheduler.add_clock("clk_i");
  scheduler.signal("d0_i").set(-3);
  scheduler.signal("d1_i").set(0x12345);
  scheduler.run(one_edge(clock));
  EXPECT_EQ(scheduler.signal("q0_o").get(), 0xfffdU);
  EXPECT_EQ(scheduler.signal("q0_o").get_signed(), -3);
  EXPECT_EQ(scheduler.signal("q1_o").get(), 0x2345U);
}

constexpr const char* kForeign = R"(
module foreign (input CLK, input RESET, input mode, input [7:0] A, output reg [7:0] Y);
  always @(posedge CLK) if (RESET) Y <= 0; else Y <= mode ? A : ~A;
endmodule
)";

sim::PortMap foreign_map() {
  return {.names = {{"clk_i", "CLK"}, {"rst_ni", "RESET"}, {"x_i", "A"}, {"y_o", "Y"}},
          .inverted = {"RESET"},
          .ignored = {{"en_i", 1}},
          .tied = {{"mode", 1}}};
}

sim::Task<> drive_foreign(sim::Scheduler& scheduler, sim::Signal clock,
                          std::vector<uint64_t>* seen) {
  const sim::Signal reset = scheduler.signal("rst_ni");
  const sim::Signal x = scheduler.signal("x_i");
  const sim::Signal y = scheduler.signal("y_o");
  reset.set(0);
  scheduler.signal("en_i").set(1);
  x.set(0x5a);
  co_await sim::clock_cycles(clock, 2);
  co_await sim::read_only();
  seen->push_back(y.get());
  co_await sim::rising_edge(clock);
  reset.set(1);
  co_await sim::clock_cycles(clock, 1);
  co_await sim::read_only();
  seen->push_back(y.get());
}

TEST(RenamedModel, ForeignNamesPolarityAndTies) {
  const auto model = sim::rename_ports(sim_test::load("foreign", kForeign), foreign_map());
  EXPECT_EQ(model->find("mode"), nullptr);
  EXPECT_EQ(model->find("A"), nullptr);
  sim::Scheduler scheduler(*model);
  std::vector<uint64_t> seen;
  scheduler.run(drive_foreign(scheduler, scheduler.add_clock("clk_i"), &seen));
  EXPECT_EQ(seen, (std::vector<uint64_t>{0, 0x5a}));
}

TEST(RenamedModel, NamesMayBeSwapped) {
  auto inner = std::make_unique<sim_test::FakeModel>();
  const void* d0 = inner->port("d0_i").data;
  const auto model =
      sim::rename_ports(std::move(inner), {.names = {{"d0_i", "d1_i"}, {"d1_i", "d0_i"}}});
  EXPECT_EQ(model->port("d1_i").data, d0);
}

TEST(RenamedModel, BadMapsAreUsageErrors) {
  const auto rename = [](const sim::PortMap& map) {
    return [map] { sim::rename_ports(std::make_unique<sim_test::FakeModel>(), map); };
  };
  EXPECT_NE(error_of<base::Error>(rename({.names = {{"x_i", "absent"}}})).find("absent"),
            std::string::npos);
  EXPECT_NE(error_of<base::Error>(rename({.names = {{"d1_i", "d0_i"}}})).find("d1_i"),
            std::string::npos);
  EXPECT_NE(error_of<base::Error>(rename({.inverted = {"d0_i"}})), "");
  EXPECT_NE(error_of<base::Error>(rename({.tied = {{"nothing", 0}}})), "");
}

}  // namespace
