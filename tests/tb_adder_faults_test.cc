// SPDX-License-Identifier: Apache-2.0
// Planted faults in exact adders: the bench must refuse each of these changed designs.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tb_support.h"

namespace {

using tb_test::Fault;

constexpr const char* kPrefix = "add_prefix Width=64 network=kogge_stone";
constexpr const char* kPrefixFile = "add_prefix_64_kogge_stone.v";
constexpr const char* kSigned = "add_prefix Width=32 network=sklansky operands=signed";
constexpr const char* kSignedFile = "add_prefix_32_sklansky_signed.v";
constexpr const char* kCarry = "add_prefix Width=40 carry_in=yes network=brent_kung";
constexpr const char* kCarryFile = "add_prefix_40_brent_kung_cin_yes.v";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      // Each shows on carry chains of one length and place only.
      {"PassesFromTheWrongBit", kPrefix, {kPrefixFile, "(p_63_32 & g_31_0)", "(p_62_31 & g_31_0)"}},
      {"PassesTooMuch", kPrefix, {kPrefixFile, "p_63_48 & p_47_32", "p_63_48"}},
      {"CarryBornInTheMiddleLost",
       kPrefix,
       {kPrefixFile, "g_40_33 | (p_40_33", "g_40_37 | (p_40_33"}},
      {"WrongParent", kPrefix, {kPrefixFile, "(p_46_31 & g_30_15)", "(p_46_31 & g_29_14)"}},
      {"GeneratesOnOneBit", kPrefix, {kPrefixFile, "g = a_i & b_i", "g = a_i & (b_i | 64'd32)"}},
      {"SumWithoutCarry", kPrefix, {kPrefixFile, "g_50_0, g_49_0", "g_50_0, 1'b0"}},
      {"CarryOutLost", kPrefix, {kPrefixFile, "sum_o = {g_63_0", "sum_o = {g_63_32"}},
      {"SignForgotten",
       kSigned,
       {kSignedFile, "{a_i[31] ^ b_i[31] ^ g_31_0, sum}", "{g_31_0, sum}"}},
      {"SignOfOneOperand", kSigned, {kSignedFile, "a_i[31] ^ b_i[31] ^ g_31_0", "a_i[31]"}},
      {"CarryInIgnored", kCarry, {kCarryFile, "(p[0] & carry_i)", "1'b0"}},
      {"CarryInNotInBit0", kCarry, {kCarryFile, "g_0, carry_i}", "g_0, 1'b0}"}},
      {"RippleChainCut",
       "add_ripple Width=48",
       {"add_ripple_48.v", "g[40] | (p[40] & g_39_0)", "g[40] | (p[40] & g[39])"}},
      {"SkipIgnoresABit",
       "add_skip Width=24",
       {"add_skip_24.v", "p_13_10 = p[13] & p_12_10", "p_13_10 = p_12_10"}},
      {"SelectsTheWrongSum",
       "add_select Width=24 carry_in=yes",
       {"add_select_24_cin_yes.v", "g_12_0 ? sum1_17_13", "g_11_8 ? sum1_17_13"}},
      {"SecondSumOfASelectedBlock",
       "add_select Width=24 carry_in=yes",
       {"add_select_24_cin_yes.v", "g_15_13 | p_15_13, g_14_13 | p_14_13",
        "g_15_13 | p_15_13, g_14_13"}},
      {"IncrementMissesABit",
       "add_increment Width=24",
       {"add_increment_24.v", "g_21_18 | (p_21_18 & g_17_0)", "g_21_18 | (p_20_18 & g_17_0)"}},
  };
  return all;
}

class AdderFault : public testing::TestWithParam<Fault> {};

TEST_P(AdderFault, IsCaught) { tb_test::expect_caught(GetParam(), "a_i=0x"); }

INSTANTIATE_TEST_SUITE_P(Faults, AdderFault, testing::ValuesIn(faults()),
                         [](const auto& point) { return point.param.name; });

}  // namespace
