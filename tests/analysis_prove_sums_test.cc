// SPDX-License-Identifier: Apache-2.0
// Modules of sums as boxes: filters of two dimensions made of them are proved, and a fault in one,
// or in how they are joined, is not.

#include "analysis/prove/sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/prove/equal.h"
#include "tests/gen_support.h"
#include "tests/prove_support.h"

namespace {

using analysis::EngineChoice;
using analysis::Proof;
using analysis::ProofResult;
using prove_test::mutate;
using prove_test::Unit;

// A subtraction that drops its top carry, as filters have before the multipliers.
const std::string kFilter =
    "fcu kernel=2 scheme=ffa2d arith=heap cut=post final_adder=ripple DataWidth=4 CoefWidth=4";

class Filters : public testing::TestWithParam<std::string> {};

TEST_P(Filters, AreProvedByTheirSums) {
  const std::vector<Proof> proofs =
      prove_test::prove(prove_test::unit(GetParam()), EngineChoice::kRewriting);
  prove_test::expect_all(proofs, ProofResult::kProved);
  EXPECT_NE(proofs.at(0).engine.find("modules of sums"), std::string::npos) << proofs[0].engine;
}

INSTANTIATE_TEST_SUITE_P(
    Sums, Filters,
    testing::Values(kFilter, kFilter + " products=baugh_wooley", kFilter + " products=booth4",
                    "fcu kernel=3 scheme=ffa2d arith=heap cut=fused final_adder=ripple",
                    "fcu kernel=2 scheme=ffa2d arith=heap cut=pre,mult,branch,post "
                    "final_adder=ripple InChannels=2 DataWidth=3",
                    "fcu kernel=3 scheme=winograd arith=heap cut=post final_adder=ripple"),
    gen::test_name);

struct Fault {
  const char* name;
  const char* from;
  const char* to;
};

class SumFaults : public testing::TestWithParam<Fault> {};

TEST_P(SumFaults, AreRefuted) {
  Unit unit = prove_test::unit(kFilter);
  mutate(unit.sources, GetParam().from, GetParam().to);
  const std::vector<Proof> proofs = prove_test::prove(unit, EngineChoice::kRewriting, 10);
  EXPECT_TRUE(std::any_of(proofs.begin(), proofs.end(), [](const Proof& proof) {
    return proof.result == ProofResult::kRefuted;
  })) << proofs.at(0).detail;
}

INSTANTIATE_TEST_SUITE_P(
    Sums, SumFaults,
    testing::Values(Fault{"WrongCarry", ".c_i     (carry_3)", ".c_i     (carry_2)"},
                    Fault{"LostCarry", ".c_i     (carry_2)", ".c_i     (1'b0)"},
                    Fault{"WrongSign", "{~carry_4, sum_4, sum_3, sum_2, one_sum_1}",
                          "{carry_4, sum_4, sum_3, sum_2, one_sum_1}"},
                    Fault{"NotSubtracted", ".b_i     (~x_1_i[0])", ".b_i     (x_1_i[0])"},
                    Fault{"WrongCell", "assign carry_o = (a_i & b_i) | (x & c_i)",
                          "assign carry_o = (a_i & b_i) | (x | c_i)"},
                    Fault{"WrongOperand", ".x_1_i (x_0_1),", ".x_1_i (x_0_2),"}),
    [](const auto& fault) { return std::string(fault.param.name); });

// With sums of coefficients as inputs there is no formula, but the form with operators.
TEST(Sums, TwoFormsAreTheSamePolynomials) {
  Unit heap = prove_test::unit(kFilter + " preadd=offline");
  const Unit plain =
      prove_test::unit("fcu kernel=2 scheme=ffa2d cut=post preadd=offline DataWidth=4 CoefWidth=4");
  EXPECT_TRUE(analysis::equal_polynomials(heap.sources, plain.sources, 60));
  mutate(heap.sources, ".x_1_i (x_0_1),", ".x_1_i (x_0_2),");
  EXPECT_FALSE(analysis::equal_polynomials(heap.sources, plain.sources, 60));
}

// A sum modulo 2^4 may not be extended by zeros.
TEST(Sums, AWordIsNotTakenForANumberThatItIsNot) {
  const auto result = [](const std::string& extended) {
    Unit unit{gen::resolve(base::Spec::parse_line("sum Count=2 Width=4")), {}};
    unit.sources.top = "two";
    unit.sources.ports = {{"x_i", true, 8}, {"sum_o", false, 5}};
    unit.sources.files = {
        {"two.v",
         "module fircone_sum_4 (input [3:0] x_0_i, input [3:0] x_1_i, output [3:0] sum_o);\n"
         "  assign sum_o = x_0_i + x_1_i;\nendmodule\n"
         "module fircone_sum_5 (input [3:0] x_0_i, input [3:0] x_1_i, output [4:0] sum_o);\n"
         "  assign sum_o = x_0_i + x_1_i;\nendmodule\n"
         "module two (input [7:0] x_i, output [4:0] sum_o);\n"
         "  wire [3:0] low;\n  wire [4:0] all;\n"
         "  fircone_sum_4 u_low (.x_0_i(x_i[3:0]), .x_1_i(x_i[7:4]), .sum_o(low));\n"
         "  fircone_sum_5 u_all (.x_0_i(x_i[3:0]), .x_1_i(x_i[7:4]), .sum_o(all));\n"
         "  assign sum_o = " +
             extended + ";\nendmodule\n"}};
    return prove_test::prove(unit, EngineChoice::kRewriting).at(0).result;
  };
  EXPECT_EQ(result("all"), ProofResult::kProved);
  EXPECT_EQ(result("{1'b0, low}"), ProofResult::kRefuted);
}

}  // namespace
