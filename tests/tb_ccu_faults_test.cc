// SPDX-License-Identifier: Apache-2.0
// Planted faults in the configurable unit: the bench must refuse each.

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tb/bench.h"
#include "tb/ccu.h"
#include "tb/ccu_plan.h"
#include "tests/tb_support.h"

namespace {

using tb_test::Edit;

struct Fault {
  std::string name;
  Edit edit;
  friend std::ostream& operator<<(std::ostream& out, const Fault& f) { return out << f.name; }
};

constexpr const char* kUnit = "ccu MaxKernel=5 InChannels=2 MaxWidth=32 DataWidth=6 CoefWidth=5";

constexpr const char* kAxis = "fircone_ccu_axis.v";
constexpr const char* kSequencer = "fircone_ccu_sequencer.v";
constexpr const char* kLoader = "fircone_ccu_loader_p2.v";
constexpr const char* kRegisters = "fircone_ccu_regs.v";
constexpr const char* kEmitter = "fircone_ccu_emitter.v";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      // arithmetic
      {"SumNotStartedAgain", {"fircone_ccu_core.v", "first_i ? product_q : more", "more"}},
      {"CoefficientBehindTheKernelUsed",
       {"fircone_ccu_core.v", "column_pad_i ? {CoefWidth", "1'b0 ? {CoefWidth"}},
      {"CoefficientsBelowTheKernelUsed",
       {"fircone_ccu_core.v", "row_pad_i ? {(CoefSumWidth", "1'b0 ? {(CoefSumWidth"}},
      {"NeededSamplesTakenAsZero", {kAxis, "needed > 4'd1}", "1'b0}"}},
      {"ModesNotAdded", {"fircone_ccu_tile.v", "add_q ? more : value", "value"}},
      {"BlockOfThreeTakenAsFour",
       {"fircone_ccu_tile.v", "row_used[3] = ~(row_mode3_i & (row_bank == 2'd0))",
        "row_used[3] = 1'b1"}},
      {"BanksForgetTheStride",
       {"fircone_ccu_banks.v", "start = {stride2_i, residue_i}", "start = {1'b0, residue_i}"}},
      // loops and memory
      {"PlacesBeyondTheFrame",
       {kAxis, "({11'd0, after} >= left_q) | (after == 5'd12)", "after == 5'd12"}},
      {"TapsOfAPadCount", {kAxis, "single ? {1'b0, inside_count} : twice", "twice"}},
      {"RowsNotAwaited", {kSequencer, "deepest < {1'b0, rows_i}", "1'b1"}},
      {"TilesOverwritten", {kSequencer, "& (tiles_q != 3'd4)", "& (tiles_q != 3'd7)"}},
      {"CoefficientsAtOnce",
       {kSequencer, "else if (taking & fresh_i & new_coefs_i) begin bank_q <= ~bank_q",
        "else if (1'b0) begin bank_q <= ~bank_q"}},
      {"RowsReleasedEarly", {kSequencer, "freed_1_q <= strip_ends", "freed_1_q <= tile_ends"}},
      {"MemoryOverwritten", {kLoader, "room = used_q != Slots[6:0]", "room = 1'b1"}},
      // framing
      {"EarlyStartUnseen", {kLoader, "running & beat_valid_i & beat_user_i", "1'b0"}},
      {"LateStartUnseen", {kLoader, "drop_ready & (state_q == Idle)", "1'b0"}},
      {"LateLastIsEarly",
       {kLoader, "wrong & line_ends, wrong & ~line_ends", "wrong & ~line_ends, wrong & line_ends"}},
      // registers and counters
      {"KernelAboveTheMaximum", {kRegisters, "(kernel_rows_q > MaxKernel[15:0])", "1'b0"}},
      {"KernelLargerThanTheFrame", {kRegisters, "(kernel_columns_q > width_q)", "1'b0"}},
      {"CoefficientsMissing", {kRegisters, "| kernel_changed_q |", "|"}},
      {"SettingsWhilePending", {kRegisters, "change = write & ~pending_q", "change = write"}},
      {"ErrorsNotSticky",
       {kRegisters, "{refused, error_i} | (errors_q", "{refused, error_i} | (5'd0"}},
      {"CyclesOffByOne", {kEmitter, "elapsed + 32'd1", "elapsed"}},
      {"RowsLeaveBeforeTheyAreThere", {kEmitter, "row_q < rows_q", "row_q <= rows_q"}},
  };
  return all;
}

class CcuFault : public testing::TestWithParam<Fault> {};

TEST_P(CcuFault, IsCaught) {
  gen::Design design = gen::generate(base::Spec::parse_line(kUnit));
  const Edit& edit = GetParam().edit;
  ASSERT_TRUE(tb_test::apply(design, edit)) << edit.file << ": " << edit.from;
  const tb::Verdict verdict = tb::run_bench(*tb_test::load(design), design.spec);
  EXPECT_FALSE(verdict.passed);
  EXPECT_FALSE(verdict.mismatch.empty());
}

INSTANTIATE_TEST_SUITE_P(Faults, CcuFault, testing::ValuesIn(faults()),
                         [](const auto& fault) { return fault.param.name; });

// With many channels a row of places takes longer than its outputs do to leave.
TEST(CcuFaults, ARowOfPlacesTakenAsLonger) {
  gen::Design design = gen::generate(base::Spec::parse_line(
      "ccu MaxKernel=3 InChannels=16 Pixels=5 MaxWidth=32 DataWidth=2 CoefWidth=2"));
  const std::vector<tb::CcuShape> shapes = {tb::shape_for(3, 3, 1, 12, 12)};
  const auto measure = [&] { tb::measure_ccu(*tb_test::load(design), design.spec, shapes, 1); };
  EXPECT_NO_THROW(measure());
  ASSERT_TRUE(tb_test::apply(design, {kEmitter, "ready_mode3_i ? 4'd3 : 4'd4", "4'd6"}));
  EXPECT_THROW(measure(), sim::Failure);
}

// The unit of these tests without a fault.
TEST(CcuFaults, NoneIsSeenWhereNoneIs) {
  const gen::Design design = gen::generate(base::Spec::parse_line(kUnit));
  const tb::Verdict verdict = tb::run_bench(*tb_test::load(design), design.spec);
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
}

}  // namespace
