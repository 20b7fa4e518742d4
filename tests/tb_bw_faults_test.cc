// SPDX-License-Identifier: Apache-2.0
// Planted faults in units with binary weights.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tb_support.h"

namespace {

using tb_test::Fault;

constexpr const char* kDot = "bw_dot arith=heap Lanes=4 DataWidth=4 cut=mult";
constexpr const char* kDotFile = "bw_dot_heap_n4_d4_s8_cut_mult.v";
constexpr const char* kSigned = "bw_dot data=signed DataWidth=4";
constexpr const char* kSignedFile = "bw_dot_signed.v";
constexpr const char* kGiven = "bw_dot form=and samples=given";
constexpr const char* kGivenFile = "bw_dot_and_sum_given.v";
constexpr const char* kApprox = "bw_dot form=approx compensation=exact Lanes=9";
constexpr const char* kApproxFile = "bw_dot_approx_exact.v";
constexpr const char* kHalf = "bw_dot form=approx compensation=half arith=heap Lanes=7";
constexpr const char* kHalfFile = "bw_dot_approx_half_heap_n7_d8_s13.v";
constexpr const char* kNegate = "bw_dot form=negate";
constexpr const char* kNegateFile = "bw_dot_negate.v";
constexpr const char* kBinary = "bw_dot data=binary DataWidth=1 Lanes=11";
constexpr const char* kBinaryFile = "bw_dot_binary.v";
constexpr const char* kLoa = "bw_dot arith=heap tree=rows final_adder=loa Lanes=5 DataWidth=4";
constexpr const char* kLoaFile = "bw_dot_heap_n5_d4_s9_rows_loa_a4.v";
constexpr const char* kPe = "bw_pe cut=pre,mult,post";
constexpr const char* kPeFile = "bw_pe_cut_pre_mult_post.v";
constexpr const char* kRows = "bw_pe arith=heap Lanes=4 DataWidth=4 MaxTerms=64";
constexpr const char* kRowsFile = "bw_pe_heap_n4_d4_t64_s12.v";
constexpr const char* kSerial = "bw_pe activation=bit_serial data=signed";
constexpr const char* kSerialFile = "bw_pe_signed_bit_serial_d8.v";
constexpr const char* kWhole = "bw_pe arith=heap tree=rows final_adder=eta1 Lanes=3";
constexpr const char* kWholeFile = "bw_pe_heap_n3_d8_s22_rows_eta1_a4.v";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      // bw_dot
      {"SignOfAnotherLane", kDot, {kDotFile, "{4{s_i[k]}}", "{4{s_i[0]}}"}},
      {"LaneLost", kDot, {kDotFile, "words[15:14]", "words[14:13]"}},
      {"RowNotHeld", kDot, {kDotFile, "if (en_i) begin row_a_q", "if (1'b1) begin row_a_q"}},
      {"OffsetLost", kDot, {kDotFile, "offset_i[7:5]", "3'd0"}},
      {"HighestBitNotInverted",
       kSigned,
       {kSignedFile, " ^ words_above[DataWidth:1]", " | {1'b0, words_above[DataWidth-1:1]}"}},
      {"SamplesNotSubtracted", kGiven, {kGivenFile, "- $signed(sum_i)", "+ $signed(sum_i)"}},
      {"SignsOfALaneLess", kApprox, {kApproxFile, "{s_i[k], ", "{1'b0, "}},
      {"WordsOnce", kGiven, {kGivenFile, "{total_words, 1'b0}", "{1'b0, total_words}"}},
      {"HalfIsLess", kHalf, {kHalfFile, "fircone_ha_one #(", "fircone_ha #("}},
      {"NoNegation", kNegate, {kNegateFile, "s_i[k] ? -", "s_i[k] ? "}},
      {"XorForXnor", kBinary, {kBinaryFile, "~(x_i[k", "(x_i[k"}},
      {"ExactForLoa",
       kLoa,
       {"add_loa.v", "a_i[ApproxWidth-1:0] | b_i", "a_i[ApproxWidth-1:0] ^ b_i"}},
      {"LevelsSwapped", kLoa, {kLoaFile, "row_b = {", "row_b = ~{"}},
      // bw_pe
      {"KeepsTheLastSum", kPe, {kPeFile, "first_mult_q ? offset_mult_q : sum_q", "sum_q"}},
      {"TakesBubbles", kPe, {kPeFile, "en_i & valid_mult_q", "en_i"}},
      {"TakesStalls", kPe, {kPeFile, "en_i & valid_mult_q", "valid_mult_q"}},
      {"ResultWithEachBeat", kPe, {kPeFile, "valid_mult_q & last_mult_q", "valid_mult_q"}},
      {"OffsetOneStageEarly",
       kPe,
       {kPeFile, "offset_mult_q <= offset_pre_q", "offset_mult_q <= offset_i"}},
      {"RowKeepsTheLastSum",
       kRows,
       {kRowsFile, "kept_b = sum_b_q & {10{~first_i}}", "kept_b = sum_b_q"}},
      {"RowLost", kRows, {kRowsFile, "sum_b_q <= row_b", "sum_b_q <= 10'd0"}},
      {"PlaneNotDoubled", kSerial, {kSerialFile, "plane_i ? ", "1'b0 ? "}},
      {"OffsetWithEveryBeat", kSerial, {kSerialFile, "& {AccWidth{last_i}}", "& {AccWidth{1'b1}}"}},
      {"SignPlaneForEver", kSerial, {kSerialFile, "(sign_plane_q & ~plane_i)", "sign_plane_q"}},
      {"SignPlaneOfBubbles",
       kSerial,
       {kSerialFile, "take_lanes = en_i & valid_i", "take_lanes = en_i"}},
      {"WholeRowLost", kWhole, {kWholeFile, "sum_b_q <= row_b", "sum_b_q <= 0"}},
  };
  return all;
}

class BwFault : public testing::TestWithParam<Fault> {};

TEST_P(BwFault, IsCaught) { tb_test::expect_caught(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, BwFault, testing::ValuesIn(faults()),
                         [](const auto& point) { return point.param.name; });

class WithoutBwFault : public testing::TestWithParam<const char*> {};

TEST_P(WithoutBwFault, Passes) { tb_test::expect_passes(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, WithoutBwFault,
                         testing::Values(kDot, kSigned, kGiven, kApprox, kHalf, kNegate, kBinary,
                                         kLoa, kPe, kRows, kSerial, kWhole),
                         [](const auto& point) { return tb_test::test_name(point.param); });

}  // namespace
