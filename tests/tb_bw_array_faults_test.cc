// SPDX-License-Identifier: Apache-2.0
// Planted faults in the array for weights of +1 and -1.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tb_support.h"

namespace {

using tb_test::Fault;

constexpr const char* kPlain = "bw_array Pe=3 Simd=5";
constexpr const char* kPlainFile = "bw_array.v";
constexpr const char* kAnd = "bw_array form=and data=signed Pe=2";
constexpr const char* kAndFile = "bw_array_signed_and.v";
constexpr const char* kStored = "bw_array weights=stored Pe=3 Simd=4";
constexpr const char* kStoredFile = "bw_array_stored.v";
constexpr const char* kWeights = "fircone_bw_weights.v";
constexpr const char* kLate = "bw_array weights=late Pe=2";
constexpr const char* kLateFile = "bw_array_late.v";
constexpr const char* kScaled = "bw_array output=multiply pool=max cut=pre,mult,post Pe=2 Simd=4";
constexpr const char* kScaledFile = "bw_array_multiply_pool_max_cut_pre_mult_post.v";
constexpr const char* kRound = "fircone_bw_round.v";
constexpr const char* kSteps = "bw_array output=threshold Pe=2 Simd=3";
constexpr const char* kStepsFile = "bw_array_threshold_o2.v";
constexpr const char* kHeap = "bw_array arith=heap Pe=2 Simd=5 DataWidth=3 final_adder=ripple";
constexpr const char* kHeapFile = "bw_array_heap_ripple_and_k2_n5_d3_s15.v";
constexpr const char* kChannel = "fircone_bw_channel_n5_d3_s15_k2_ripple.v";
constexpr const char* kSamples = "fircone_bw_samples_n5_k2_d3_ripple.v";
constexpr const char* kRows = "bw_array arith=heap share=1 Pe=2 Simd=4 DataWidth=3";
constexpr const char* kRowsChannel = "fircone_bw_channel_n4_d3_s15.v";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      {"TakesBubbles", kPlain, {kPlainFile, "en_i & valid_pre_q", "en_i"}},
      {"TakesStalls", kPlain, {kPlainFile, "en_i & valid_pre_q", "valid_pre_q"}},
      {"ResultOfEachBeat", kPlain, {kPlainFile, "valid_pre_q & last_q", "valid_pre_q"}},
      {"KeepsTheLastSum",
       kPlain,
       {kPlainFile, "(first_q ? $signed(offset_q[p*AccWidth +: AccWidth]) : sum_q)", "sum_q"}},
      {"FirstOneStageEarly", kPlain, {kPlainFile, "(first_q ?", "(first_i ?"}},
      {"OffsetNotDelayed", kPlain, {kPlainFile, "$signed(offset_q", "$signed(offset_i"}},
      {"SignsNotDelayed", kPlain, {kPlainFile, "s_q[p*Simd", "s_i[p*Simd"}},
      {"ALaneLess", kPlain, {kPlainFile, "i < Simd", "i < Simd - 1"}},
      {"SignsOfAnotherChannel", kPlain, {kPlainFile, "s_q[p*Simd", "s_q[0*Simd"}},
      {"RestOfAll", kAnd, {kAndFile, "k < Simd", "k < Simd - 1"}},
      {"SignNotTurned", kAnd, {kAndFile, "{1'b1, {DataWidth{1'b0}}}", "{1'b0, {DataWidth{1'b0}}}"}},
      // weights
      {"LoadsWithoutValid", kStored, {kWeights, "en_i & load_valid_i &", "en_i &"}},
      {"LoadsWhenFull", kStored, {kWeights, "load_valid_i & ~next_q[Pe]", "load_valid_i"}},
      {"ReadyWhenFull", kStored, {kWeights, "load_ready_o = ~next_q[Pe]", "load_ready_o = 1'b1"}},
      {"RowOfTheSwapIsLost", kStored, {kWeights, "take & now[p]", "take & next_q[p]"}},
      {"LoadsIntoTheSetAtWork", kStored, {kWeights, "row_q <= loaded_q", "row_q <= load_i"}},
      {"SwapsWhileStalled", kStored, {kWeights, "change = en_i & swap_i", "change = swap_i"}},
      {"SwapsInABubble", kStored, {kStoredFile, "valid_i & swap_i", "swap_i"}},
      {"PointerNotReset", kStored, {kWeights, "if (!rst_ni)", "if (1'b0)"}},
      {"LateSignsTooEarly", kLate, {kLateFile, "s_i[p*Simd", "x_i[p*Simd"}},
      // output
      {"ScaleOfAnotherChannel", kScaled, {kScaledFile, "scale_sum_q[p*", "scale_sum_q[0*"}},
      {"ScaleNotKept", kScaled, {kScaledFile, "scale_sum_q <= scale_q", "scale_sum_q <= scale_i"}},
      {"ShiftOneStageEarly",
       kScaled,
       {kScaledFile, ".shift_i (shift_mult_q)", ".shift_i (shift_sum_q)"}},
      {"ProductNotHeld",
       kScaled,
       {kScaledFile, "if (en_i) begin product_q", "if (1'b1) begin product_q"}},
      {"MaximumNeverBegins", kScaled, {kScaledFile, "(pool_first_post_q |", "(1'b0 |"}},
      {"MaximumIsTheLast", kScaled, {kScaledFile, "(result_q > pool_q)", "1'b1"}},
      {"MaximumTakesBubbles", kScaled, {kScaledFile, "en_i & valid_post_q", "en_i"}},
      {"MaximumComesOutAlways",
       kScaled,
       {kScaledFile, "valid_post_q & pool_last_post_q", "valid_post_q"}},
      {"RoundsDown", kScaled, {kRound, "twice_bits[0]}", "1'b0}"}},
      {"DoesNotSaturate", kScaled, {kRound, "(|rounded[OutWidth +: SumWidth+1-OutWidth])", "1'b0"}},
      {"NegativeResult", kScaled, {kRound, "rounded[SumWidth+1] ?", "1'b0 ?"}},
      {"ThresholdNotReached", kSteps, {kStepsFile, "threshold <= sum_q", "threshold < sum_q"}},
      {"ThresholdUnsigned",
       kSteps,
       {kStepsFile, "reached[j] = threshold <= sum_q",
        "reached[j] = $unsigned(threshold) <= $unsigned(sum_q)"}},
      // heaps
      {"ChannelTakesBubbles", kHeap, {kHeapFile, "en_i & valid_pre_q", "en_i"}},
      {"ChannelKeepsTheSum", kHeap, {kChannel, "first_i ? offset_i : sum_a_q", "sum_a_q"}},
      {"SubsetSelected", kHeap, {kChannel, "pick_3 = ~s_i[2*g]", "pick_3 = s_i[2*g]"}},
      {"LastLaneSelected", kHeap, {kChannel, "last_pick_1 = ~s_i[4]", "last_pick_1 = ~s_i[3]"}},
      {"SumOfComplements", kHeap, {kSamples, "x_i[12]", "x_i[11]"}},
      {"RowLost", kRows, {kRowsChannel, "sum_b_q <= row_b", "sum_b_q <= 0"}},
      {"RowKeepsTheSum", kRows, {kRowsChannel, "{14{~first_i}}", "{14{1'b1}}"}},
      {"WordOfALane", kRows, {kRowsChannel, "pick_1 = ~s_i[g]", "pick_1 = s_i[g]"}},
  };
  return all;
}

class BwArrayFault : public testing::TestWithParam<Fault> {};

TEST_P(BwArrayFault, IsCaught) { tb_test::expect_caught(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, BwArrayFault, testing::ValuesIn(faults()),
                         [](const auto& point) { return point.param.name; });

class WithoutBwArrayFault : public testing::TestWithParam<const char*> {};

TEST_P(WithoutBwArrayFault, Passes) { tb_test::expect_passes(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, WithoutBwArrayFault,
                         testing::Values(kPlain, kAnd, kStored, kLate, kScaled, kSteps, kHeap,
                                         kRows),
                         [](const auto& point) { return tb_test::test_name(point.param); });

}  // namespace
