// SPDX-License-Identifier: Apache-2.0
// Planted faults in convolution units of every kind: both dimensions fast, channels, strides,
// dilation, coefficients added beforehand, bit heaps.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tb_support.h"

namespace {

using tb_test::Fault;

constexpr const char* kBoth = "fcu scheme=ffa2d kernel=2 InChannels=2 OutChannels=2";
constexpr const char* kBothFile = "fcu_k2_ffa2d_in2_out2.v";
constexpr const char* kStride = "fcu kernel=3 kernel_rows=2 scheme=ffa stride=2";
constexpr const char* kStrideFile = "fcu_k3_kr2_ffa_s2.v";
constexpr const char* kDilation =
    "fcu kernel=2 kernel_rows=1 scheme=ffa dilation=2 cut=pre,mult,branch,post";
constexpr const char* kDilationFile = "fcu_k2_kr1_ffa_dil2_cut_pre_mult_branch_post.v";
constexpr const char* kOffline =
    "fcu kernel=3 kernel_rows=1 scheme=ffa algorithm=p3 preadd=offline";
constexpr const char* kOfflineFile = "fcu_k3_kr1_ffa_p3_offline.v";
constexpr const char* kHeap =
    "fcu kernel=2 scheme=ffa2d arith=heap DataWidth=3 CoefWidth=3 InChannels=2";
constexpr const char* kHeapFile = "fcu_k2_ffa2d_in2_heap_d3_c3.v";
constexpr const char* kHeapRowsFile = "fircone_rows_9_2of4sx4s_baugh_wooley.v";

constexpr const char* kCarry = "fir taps=5 parallel=3 scheme=ffa form=D";
constexpr const char* kCarryFile = "fir_t5_p3_ffa_D.v";
constexpr const char* kWinograd = "fir taps=3 parallel=3 scheme=winograd";
constexpr const char* kWinogradFile = "fir_t3_p3_winograd.v";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      // Filters whose results overlap, and with an exact division.
      {"CarryOfTheOtherOutput", kCarry, {kCarryFile, "+ carry_0_q", "+ carry_1_q"}},
      {"CarryMovesInBubbles", kCarry, {kCarryFile, "else if (take_sums)", "else if (en_i)"}},
      {"CarryWithTheBlockBefore",
       kCarry,
       {kCarryFile, "take_sums = en_i & valid_pre_q", "take_sums = en_i & valid_i"}},
      {"CarryNotReset", kCarry, {kCarryFile, "carry_1_q <= 0", "carry_1_q <= carry_1_q"}},
      {"CarryOlderSum", kCarry, {kCarryFile, "u_02_age1_q}) * v_0_1", "u_02_age0_q}) * v_0_1"}},
      {"CarryPostSign", kCarry, {kCarryFile, "carry_0 = branch_12 -", "carry_0 = branch_12 +"}},
      {"WinogradSeriesTooShort",
       kWinograd,
       {kWinogradFile, "y_0_series_0_4 + $signed({y_0_series_0_4",
        "y_0_series_0_4 - $signed({y_0_series_0_4"}},
      // Both dimensions, channels.
      {"BothPostSign",
       kBoth,
       {kBothFile, "post_0_0 = branch_0_0 + branch_0_01", "post_0_0 = branch_0_0 - branch_0_01"}},
      {"BothRowsSwapped",
       kBoth,
       {kBothFile, "u_0_0_0_q <= sum_0_0_0 - sum_0_1_0", "u_0_0_0_q <= sum_0_0_0 - sum_0_2_0"}},
      {"BothPreAdderSign",
       kBoth,
       {kBothFile, "u_0_0_1_q <= sum_0_0_1 - sum_0_1_1", "u_0_0_1_q <= sum_0_0_1 + sum_0_1_1"}},
      {"BothChannelMissing",
       kBoth,
       {kBothFile, "branch_1_0 = product_0_1_0 + product_1_1_0", "branch_1_0 = product_0_1_0"}},
      {"BothChannelTwice",
       kBoth,
       {kBothFile, "product_1_0_01 = u_1_0_01_q", "product_1_0_01 = u_0_0_01_q"}},
      {"BothCoefficientOfAnotherOutputChannel",
       kBoth,
       {kBothFile, "v_0_1_1 = $signed(h_q[(o*8+3)*CoefWidth", "v_0_1_1 = $signed(h_q[3*CoefWidth"}},
      {"BothTileTransposed",
       kBoth,
       {kBothFile, "y_o[(o*4+1)*ResultWidth +: ResultWidth] = y_0_1_q",
        "y_o[(o*4+1)*ResultWidth +: ResultWidth] = y_1_0_q"}},
      {"BothOutputChannelsSwapped", kBoth, {kBothFile, "y_o[(o*4+3)*", "y_o[(7-o*4)*"}},
      // Stride: phases of samples and taps.
      {"StrideSampleOfTheOtherPhase",
       kStride,
       {kStrideFile, "u_0_0_1f1_q <= x_0_3", "u_0_0_1f1_q <= x_0_2"}},
      {"StrideTapOfTheOtherPhase",
       kStride,
       {kStrideFile, "v_0_0_0f1 = $signed(h_q[CoefWidth", "v_0_0_0f1 = $signed(h_q[2*CoefWidth"}},
      {"StrideKernelRowMissing",
       kStride,
       {kStrideFile, "product_0_01_0_0f0 + product_1_01_0_0f0", "product_0_01_0_0f0"}},
      // Dilation: outputs by their residue; every place cut.
      {"DilationOutputOfTheOtherResidue",
       kDilation,
       {kDilationFile, "y_1_q <= branch_0r1_q", "y_1_q <= branch_0r0_q"}},
      {"DilationWindowWithoutHoles",
       kDilation,
       {kDilationFile, "u_0_01r1_q <= x_0_3", "u_0_01r1_q <= x_0_2"}},
      {"DilationBranchNotHeld",
       kDilation,
       {kDilationFile, "if (en_i) begin\n      branch_0r0_q",
        "if (1'b1) begin\n      branch_0r0_q"}},
      // Coefficients added beforehand.
      {"OfflineSumsSwapped",
       kOffline,
       {kOfflineFile, "v_0_12 = $signed(h_q[4*", "v_0_12 = $signed(h_q[3*"}},
      {"OfflineSumTooNarrow", kOffline, {kOfflineFile, "+: CoefWidth+2]);", "+: CoefWidth+1]);"}},
      {"OfflineFactorTwoLost",
       kOffline,
       {kOfflineFile, "$signed({{1'b0, x_0_2}, 1'b0})", "$signed({1'b0, x_0_2})"}},
      // Bit heaps.
      {"HeapChannelTwice", kHeap, {kHeapFile, ".a_1_i   (u_1_0_01_q)", ".a_1_i   (u_0_0_01_q)"}},
      {"HeapCoefficientSign",
       kHeap,
       {kHeapFile, "v_0_01_0 = tap_0_0_0 + tap_0_1_0", "v_0_01_0 = tap_0_0_0 - tap_0_1_0"}},
      {"HeapSignOfAProduct",
       kHeap,
       {kHeapRowsFile, "p1_row_3 = {~(a_1_i[3] & b_1_i[3])", "p1_row_3 = {(a_1_i[3] & b_1_i[3])"}},
  };
  return all;
}

class FilterFault : public testing::TestWithParam<Fault> {};

TEST_P(FilterFault, IsCaught) { tb_test::expect_caught(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, FilterFault, testing::ValuesIn(faults()),
                         [](const auto& point) { return point.param.name; });

class WithoutFilterFault : public testing::TestWithParam<const char*> {};

TEST_P(WithoutFilterFault, Passes) { tb_test::expect_passes(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, WithoutFilterFault,
                         testing::Values(kBoth, kStride, kDilation, kOffline, kHeap),
                         [](const auto& point) { return tb_test::test_name(point.param); });

}  // namespace
