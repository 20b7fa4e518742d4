// SPDX-License-Identifier: Apache-2.0
// Planted faults in sums, counts, products and accumulators, and in filters as bit heaps.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tb_support.h"

namespace {

using tb_test::Fault;

constexpr const char* kAdder = "fircone_fa.v";
constexpr const char* kMul = "mul arith=heap operands=signed form=baugh_wooley";
constexpr const char* kMulFile = "mul_signed_heap_8_8.v";
constexpr const char* kSum = "sum Count=5 Width=4 arith=heap operands=signed";
constexpr const char* kDot =
    "dot arith=heap operands=signed WidthA=4 WidthB=4 AddendWidth=8 cut=mult";
constexpr const char* kDotFile = "dot_signed_heap_n3_a4_b4_c8_cut_mult.v";
constexpr const char* kPlainDot = "dot operands=mixed AddendWidth=6 cut=pre,mult,post";
constexpr const char* kPlainDotFile = "dot_mixed_n3_c6_cut_pre_mult_post.v";
constexpr const char* kMac = "mac arith=heap operands=signed WidthA=6 WidthB=6 cut=mult";
constexpr const char* kMacFile = "mac_signed_heap_a6_b6_s20_cut_mult.v";
constexpr const char* kPlainMac = "mac operands=signed cut=pre,mult,post";
constexpr const char* kPlainMacFile = "mac_signed_cut_pre_mult_post.v";
constexpr const char* kFcu = "fcu scheme=ffa arith=heap DataWidth=4 CoefWidth=4";
constexpr const char* kFcuFile = "fcu_k3_ffa_heap_d4_c4.v";
constexpr const char* kFcuAdder = "fircone_final_adder_fcu_k3_ffa_heap_d4_c4.v";
constexpr const char* kFir =
    "fir taps=3 arith=heap DataWidth=4 CoefWidth=4 cut=pre,mult,branch,post";
constexpr const char* kFirFile = "fir_t3_p3_cut_pre_mult_branch_post_heap_d4_c4.v";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      // sum, popcount
      {"SumTakesOneOperandLess", "sum Count=5 Width=12", {"sum.v", "i < Count", "i < Count - 1"}},
      {"SumSignOfAnOperand", kSum, {"sum_signed_heap_5_4.v", "x_i[11]", "x_i[10]"}},
      {"SumCarryOfAFullAdder", kSum, {kAdder, "(x & c_i)", "(x & b_i)"}},
      {"PopcountMissesABit", "popcount Width=300", {"popcount.v", "i < Width", "i < Width - 1"}},
      {"PopcountBitTwice",
       "popcount Width=20 arith=heap",
       {"popcount_heap_20.v", "x_i[0]", "x_i[1]"}},
      // mul
      {"MulOfTheWidestOperandsAlone",
       "mul WidthA=12 WidthB=12",
       {"mul.v", "a_i * b_i", "a_i * b_i ^ {{(WidthA+WidthB-1){1'b0}}, &a_i & &b_i}"}},
      {"MulSignOfARow", kMul, {kMulFile, "a_i[7] & b_i[0]", "~(a_i[7] & b_i[0])"}},
      {"MulPartialProduct", kMul, {kMulFile, "{7{b_i[0]}}", "{7{b_i[1]}}"}},
      {"MulSumOfAFullAdder", kMul, {kAdder, "x ^ c_i", "x | c_i"}},
      // dot
      {"DotWrongFactor",
       kPlainDot,
       {kPlainDotFile, "a_q[2*WidthA +: WidthA]", "a_q[WidthA +: WidthA]"}},
      {"DotAddendNotDelayed", kPlainDot, {kPlainDotFile, "addend_q <= c_q", "addend_q <= c_i"}},
      {"DotResultNotHeld",
       kPlainDot,
       {kPlainDotFile, "if (en_i) begin y_q", "if (1'b1) begin y_q"}},
      {"DotAddendSign", kDot, {kDotFile, "c_i[7]", "c_i[6]"}},
      {"DotRowNotHeld", kDot, {kDotFile, "if (en_i) begin row_a_q", "if (1'b1) begin row_a_q"}},
      {"DotRowLost", kDot, {kDotFile, "row_b_q <= row_b", "row_b_q <= 0"}},
      // mac
      {"MacKeepsTheLastSum", kPlainMac, {kPlainMacFile, "first_mult_q ? 0 : sum_q", "sum_q"}},
      {"MacTakesBubbles", kPlainMac, {kPlainMacFile, "en_i & valid_mult_q", "en_i"}},
      {"MacTakesStalls", kPlainMac, {kPlainMacFile, "en_i & valid_mult_q", "valid_mult_q"}},
      {"MacResultWithEachProduct",
       kPlainMac,
       {kPlainMacFile, "valid_mult_q & last_mult_q", "valid_mult_q"}},
      {"MacFirstOneStageEarly",
       kPlainMac,
       {kPlainMacFile, "first_mult_q <= first_pre_q", "first_mult_q <= first_i"}},
      {"MacRowKeepsTheLastSum",
       kMac,
       {kMacFile, "kept_b = {sum_b_q & {17{~first_mult_q}}", "kept_b = {sum_b_q"}},
      {"MacRowLost", kMac, {kMacFile, "sum_b_q <= sum_row_b", "sum_b_q <= 17'd0"}},
      {"MacRowTakesBubbles", kMac, {kMacFile, "en_i & valid_mult_q", "en_i"}},
      {"MacCarryOfAFullAdder", kMac, {kAdder, "(a_i & b_i) |", "(a_i | b_i) |"}},
      // fcu, fir
      {"FcuFinalAdder", kFcu, {kFcuAdder, "g[4] | (p[4] & g[3])", "g[4] | (p[4] & g[2])"}},
      {"FcuFullAdder", kFcu, {kAdder, "(x & c_i)", "1'b0"}},
      {"FcuResultNotHeld", kFcu, {kFcuFile, "if (en_i) begin y_0_q", "if (1'b1) begin y_0_q"}},
      {"FirProductNotHeld",
       kFir,
       {kFirFile, "if (en_i) begin p_0_0_row_a_q", "if (1'b1) begin p_0_0_row_a_q"}},
      {"FirBranchRow",
       kFir,
       {kFirFile, "branch_2_0_row_b_q <= branch_2_0_row_b",
        "branch_2_0_row_b_q <= branch_1_0_row_b"}},
      {"FirHalfAdder", kFir, {"fircone_ha.v", "a_i & b_i", "a_i | b_i"}},
  };
  return all;
}

class ProductFault : public testing::TestWithParam<Fault> {};

TEST_P(ProductFault, IsCaught) { tb_test::expect_caught(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, ProductFault, testing::ValuesIn(faults()),
                         [](const auto& point) { return point.param.name; });

class WithoutProductFault : public testing::TestWithParam<const char*> {};

TEST_P(WithoutProductFault, Passes) { tb_test::expect_passes(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, WithoutProductFault,
                         testing::Values(kMul, kSum, kDot, kPlainDot, kMac, kPlainMac, kFcu, kFir,
                                         "sum Count=5 Width=12", "popcount Width=300",
                                         "popcount Width=20 arith=heap", "mul WidthA=12 WidthB=12"),
                         [](const auto& point) { return tb_test::test_name(point.param); });

}  // namespace
