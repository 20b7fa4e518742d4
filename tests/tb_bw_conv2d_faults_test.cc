// SPDX-License-Identifier: Apache-2.0
// Planted faults in the binary-weight engine: the bench must refuse each.

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tb/bench.h"
#include "tests/tb_support.h"

namespace {

using tb_test::Edit;

struct Fault {
  std::string name;
  Edit edit;
  friend std::ostream& operator<<(std::ostream& out, const Fault& f) { return out << f.name; }
};

constexpr const char* kUnit =
    "bw_conv2d_stream Pe=3 Simd=4 DataWidth=5 OutWidth=6 ScaleWidth=7 WeightBus=16 MaxTerms=200 "
    "MaxOutChannels=11 LineAddressWidth=6 WeightWords=60";

constexpr const char* kTop = "bw_conv2d_stream_pe3_simd4_b5_o6_m7_w16_t200_l6.v";
constexpr const char* kRegisters = "fircone_bw_conv2d_regs.v";
constexpr const char* kSetup = "fircone_bw_conv2d_setup.v";
constexpr const char* kControl = "fircone_bw_conv2d_control.v";
constexpr const char* kWeights = "fircone_bw_conv2d_weights.v";
constexpr const char* kLines = "fircone_bw_conv2d_lines_64.v";
constexpr const char* kSequencer = "fircone_bw_conv2d_sequencer.v";
constexpr const char* kOutput = "fircone_bw_conv2d_output.v";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      // zero where there is no sample
      {"PaddingNotZero", {kTop, "sample_word & {20{inside_q}}", "sample_word"}},
      {"LanesBeyondTheChannels", {kLines, "group_ends ? some_lanes : every_lane", "every_lane"}},
      {"ChannelsThatThereAreNot", {kOutput, "group_ends ? some_lanes : every_lane", "every_lane"}},
      {"ColumnsBeyondTheRight", {kSequencer, "& (x < {2'b00, width_i})", ""}},
      {"RowsBeyondTheLower", {kSequencer, "(y < {2'b00, height_i}) &", ""}},
      {"ChannelsOfAByte", {kTop, "beat[8*l +: 5]", "beat[8*l+1 +: 5]"}},
      // loops
      {"PlacesInAnotherOrder",
       {kSequencer, "(turn[1] & pool_i) ? row_stride", "(turn[0] & pool_i) ? row_stride"}},
      {"StrideOfTheColumnsForgotten", {kSequencer, "stride2_i ? {pixel[", "1'b0 ? {pixel["}},
      {"StrideOfTheRowsForgotten", {kSequencer, "row_stride = stride2_i ?", "row_stride = 1'b0 ?"}},
      {"CornerWithoutPadding", {kSequencer, "(padding_i == 2'd1) ? corner : 0", "0"}},
      {"WeightsOfTheNextPlace",
       {kSequencer, "last_place ? next_weight : weights_q", "next_weight"}},
      {"WeightsNeverAgain", {kSequencer, "groups_end ? 0 :", "1'b0 ? 0 :"}},
      {"PoolNeverBegins", {kSequencer, "pool_first_q <= ~(|place_q)", "pool_first_q <= 1'b1"}},
      {"LinesNotAwaited", {kSequencer, "(bottom <= {2'b00, lines_i})", "1'b1"}},
      {"WeightsNotAwaited", {kSequencer, "group_q < loaded_i", "1'b1"}},
      // memory
      {"LinesOverwritten", {kLines, "room = used_q[9]", "room = 1'b1 | used_q[9]"}},
      {"LinesFreeBeforeTheyAreRead",
       {kTop, ".release_i (read & release_lines)", ".release_i (release_lines)"}},
      {"PaddingTakesNoRoom",
       {kLines, "(padding_i == 2'd1) ? {2'b00, line_words_i} : 9'd0", "9'd64"}},
      {"ParametersOfEachWord",
       {kTop, ".read_i (read_later & first_later)", ".read_i (read_later & ~first_later)"}},
      // streams
      {"EarlyWeightsUnseen",
       {kWeights, "early_o = take & beat_last_i & ~layer_ends", "early_o = 1'b0"}},
      {"LateWeightsUnseen",
       {kWeights, "late_o = take & layer_ends & ~beat_last_i", "late_o = 1'b0"}},
      {"EarlySamplesUnseen",
       {kLines, "wrong_early = take & beat_last_i & ~frame_ends", "wrong_early = 1'b0"}},
      {"LateSamplesUnseen",
       {kLines, "wrong_late = take & frame_ends & ~beat_last_i", "wrong_late = 1'b0"}},
      {"RestOfTheWeightsKept", {kWeights, "| (quit_i & left)", ""}},
      {"RestOfTheSamplesKept", {kLines, "| (quit_i & left)", ""}},
      {"WeightsDroppedForEver", {kWeights, "drop_q & ~ended", "drop_q"}},
      {"SamplesDroppedForEver", {kLines, "drop_q & ~ended", "drop_q"}},
      {"LastBeatUnmarked", {kOutput, "assign last_o = layer_ends", "assign last_o = line_ends"}},
      // from layer to layer
      {"ResultsOfABrokenLayer",
       {kTop, "out_valid = result_valid & ~flush", "out_valid = result_valid"}},
      {"FlushWaitsForTheSink", {kTop, "enable = slice_ready | flush", "enable = slice_ready"}},
      {"DoorsNotEmptied", {kControl, "purge_o = flushing & purge_q", "purge_o = 1'b0"}},
      {"ErrorsDoNotBreak",
       {kControl, "breaks = running & (error_i | abort_i)", "breaks = running & abort_i"}},
      {"DoneBeforeTheEnd",
       {kTop, "(all_out & all_lines & all_weights & ~out_beat_valid)",
        "(all_lines & all_weights & ~out_beat_valid)"}},
      {"DoneWithSamplesToCome", {kTop, "(all_out & all_lines &", "(all_out &"}},
      {"CountersGoOn",
       {kControl, "else if (opens) begin weight_bits_q", "else if (1'b0) begin weight_bits_q"}},
      {"BeatsOfSamplesCountedAsOffered", {kTop, ".input_i (line_taken)", ".input_i (beat_valid)"}},
      {"StepsCountedWhileTheyWait", {kTop, "assign step = read", "assign step = step_valid"}},
      // settings and what follows
      {"KernelOfTwo",
       {kRegisters, "(kernel_q != 16'd1)", "(kernel_q != 16'd2) & (kernel_q != 16'd1)"}},
      {"ShiftOf32", {kRegisters, "(shift_q > 16'd31)", "(shift_q > 16'd32)"}},
      {"HighBitsForgotten", {kRegisters, "padding_wide_q |", ""}},
      {"TooManyChannels", {kRegisters, "(in_channels_q > MaxTerms[15:0])", "1'b0"}},
      {"NoOutputsAreSome", {kRegisters, "~(|outputs_height)", "1'b0"}},
      {"SettingsWhileBusy", {kRegisters, "change = write & ~busy_i", "change = write"}},
      {"StartWhileDropping",
       {kRegisters, "asks & ((|reasons) | (|dropping_i))", "asks & (|reasons)"}},
      {"OddOutputsRoundedUp",
       {kRegisters, "pooled ? {1'b0, sums_width[16:1]} : sums_width", "sums_width"}},
      {"LinesThatDoNotFit",
       {kSetup, "{at_weights, at_sum, at_line | at_fit}", "{at_weights, at_sum, at_line}"}},
      {"PooledWindowAsHighAsOne", {kSetup, "pool_i ? (stride2_i ? 2'd2 : 2'd1) : 2'd0", "2'd0"}},
      {"TermsNotLimited", {kSetup, "at_sum ? MostTerms[17:0] :", "at_sum ? 18'h3ffff :"}},
      {"LastGroupAsTheOthers", {kSetup, "in_left_q <= in_left_q - InEach[15:0];", ""}},
  };
  return all;
}

class BwEngineFault : public testing::TestWithParam<Fault> {};

TEST_P(BwEngineFault, IsCaught) {
  gen::Design design = gen::generate(base::Spec::parse_line(kUnit));
  const Edit& edit = GetParam().edit;
  ASSERT_TRUE(tb_test::apply(design, edit)) << edit.file << ": " << edit.from;
  const tb::Verdict verdict = tb::run_bench(*tb_test::load(design), design.spec);
  EXPECT_FALSE(verdict.passed);
  EXPECT_FALSE(verdict.mismatch.empty());
}

INSTANTIATE_TEST_SUITE_P(Faults, BwEngineFault, testing::ValuesIn(faults()),
                         [](const auto& fault) { return fault.param.name; });

// The unit of these tests without a fault.
TEST(BwEngineFaults, NoneIsSeenWhereNoneIs) { tb_test::expect_passes(kUnit); }

// An expectation that is wrong in one result of one layer.
TEST(BwEngineFaults, ATamperedResultIsSeen) {
  const gen::Design design = gen::generate(base::Spec::parse_line(kUnit));
  tb::Options options;
  options.tamper = [](int64_t layer, int index, golden::Wide& expected) {
    if (layer == 17 && index == 0) expected ^= 1;
  };
  const tb::Verdict verdict = tb::run_bench(*tb_test::load(design), design.spec, options);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.failed_vector, 17);
}

}  // namespace
