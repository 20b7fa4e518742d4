// SPDX-License-Identifier: Apache-2.0
// Planted faults in bit heaps: the benches must refuse each of these changed designs.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tb_support.h"

namespace {

using tb_test::Fault;

constexpr const char* kSigned = "mul arith=heap operands=signed WidthA=6 WidthB=6";
constexpr const char* kSignedFile = "mul_signed_heap_6_6.v";
constexpr const char* kBooth =
    "mul arith=heap form=booth4 operands=signed tree=dadda WidthA=6 WidthB=6";
constexpr const char* kBoothFile = "mul_signed_heap_booth4_dadda_6_6.v";
constexpr const char* kFour = "mul arith=heap tree=dadda compressors=4_2 WidthA=6 WidthB=6";
constexpr const char* kFourFile = "mul_heap_dadda_4_2_6_6.v";
constexpr const char* kTruncated = "mul arith=heap approx=truncated columns=6 WidthA=6 WidthB=6";
constexpr const char* kTruncatedFile = "mul_heap_truncated_6_6_c6.v";
constexpr const char* kCompressor = "mul arith=heap approx=compressor columns=6 WidthA=6 WidthB=6";
constexpr const char* kCompressorFile = "mul_heap_compressor_6_6_c6.v";
constexpr const char* kSum = "sum arith=heap operands=signed tree=dadda Count=5 Width=4";
constexpr const char* kSumFile = "sum_signed_heap_dadda_5_4.v";
constexpr const char* kPopcount = "popcount arith=heap Width=9";
constexpr const char* kPopcountFile = "popcount_heap_9.v";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      {"SignRowNotComplemented",
       kSigned,
       {kSignedFile, "a_i[4:0] & {5{b_i[5]}}}", "~(a_i[4:0] & {5{b_i[5]}})}"}},
      {"CornerOfBothSigns", kSigned, {kSignedFile, "{~(a_i[5] & b_i[5]),", "{a_i[5] & b_i[5],"}},
      {"CellOfAnotherRow",
       kSigned,
       {kSignedFile, "row_4[4], row_3[4], row_4[2]", "row_4[4], row_3[4], row_3[2]"}},
      {"HalfAdderWithoutItsOne", kSigned, {kSignedFile, "fircone_ha_one", "fircone_ha"}},
      {"OneThatNobodyWants", kSigned, {kSignedFile, "fircone_ha #(", "fircone_ha_one #("}},
      {"FullAdderCarry", kSigned, {"fircone_fa.v", "(a_i & b_i) |", "(a_i & b_i) ^ c_i |"}},
      {"FullAdderSum", kSigned, {"fircone_fa.v", "sum_o = x ^ c_i", "sum_o = x | c_i"}},
      {"HalfOneCarry", kSigned, {"fircone_ha_one.v", "carry_o = a_i | b_i", "carry_o = a_i & b_i"}},
      {"FinalAdderWithoutACarry",
       kSigned,
       {"fircone_final_adder_mul_signed_heap_6_6.v", "g_7_0, g_6_0", "1'b0, g_6_0"}},
      {"RowsNotComplemented", kSigned, {kSignedFile, "row_b = ~", "row_b = "}},
      {"BoothDigitTwo", kBooth, {kBoothFile, "two_1 = (b_i[3] & ~b_i[2] & ~b_i[1]) |", "two_1 ="}},
      {"BoothNegative", kBooth, {kBoothFile, "neg_1 = b_i[3]", "neg_1 = b_i[2]"}},
      {"BoothSign", kBooth, {kBoothFile, "{~neg_2, {6{neg_2}}}", "{7{neg_2}}"}},
      {"BoothSignOfA", kBooth, {kBoothFile, "once = {a_i[5], a_i}", "once = {1'b0, a_i}"}},
      {"ChainIntoCompressors", kFour, {kFourFile, ".carry_i (1'b1)", ".carry_i (1'b0)"}},
      {"ChainInsideCompressors",
       kFour,
       {"fircone_compressor_4_2.v", "chain[Width-1:0]", "chain[Width:1]"}},
      {"TruncatedCompensation", kTruncated, {kTruncatedFile, "fircone_ha_one", "fircone_ha"}},
      {"TruncatedCell",
       kTruncated,
       {kTruncatedFile, "row_1 = ~(a_i[5] & b_i[1])", "row_1 = ~(a_i[4] & b_i[1])"}},
      {"CompressorThatIsExact",
       kCompressor,
       {kCompressorFile, "(pair_0 ^ pair_1) | (both_0 & both_1)", "pair_0 ^ pair_1"}},
      {"CompressorOfAnotherColumn",
       kCompressor,
       {kCompressorFile, "cells_3 = ~row_3[2:0]", "cells_3 = ~row_3[3:1]"}},
      {"SumConstant", kSum, {kSumFile, "row_a = {1'b1,", "row_a = {1'b0,"}},
      {"SumInverter", kSum, {kSumFile, "({~carry_1[1], carry_1[0]", "({carry_1[1], carry_1[0]"}},
      {"PopcountBitTwice", kPopcount, {kPopcountFile, "({x_i[7], x_i[4]})", "({x_i[7], x_i[3]})"}},
      {"PopcountRows", kPopcount, {kPopcountFile, "{2'b00, sum_2}", "{1'b0, sum_2, 1'b0}"}},
      {"OperatorsUnsigned",
       "mul operands=signed WidthA=5 WidthB=5",
       {"mul_signed.v", "$signed(a_i) * $signed(b_i)", "$signed({1'b0, a_i}) * $signed(b_i)"}},
      {"OperatorsMissAnOperand",
       "sum Count=5 Width=4",
       {"sum.v", "for (i = 0; i < Count", "for (i = 1; i < Count"}},
  };
  return all;
}

class HeapFault : public testing::TestWithParam<Fault> {};

TEST_P(HeapFault, IsCaught) { tb_test::expect_caught(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, HeapFault, testing::ValuesIn(faults()),
                         [](const auto& point) { return point.param.name; });

}  // namespace
