// SPDX-License-Identifier: Apache-2.0
// Proof by rewriting over adder cells: right designs are proved, each kind of fault is refuted by
// an input that shows it, with a word on where.

#include "analysis/prove/rewrite.h"

#include <gtest/gtest.h>

#include "analysis/prove/network.h"
#include "base/error.h"
#include "tests/prove_support.h"

namespace {

using analysis::EngineChoice;
using analysis::Proof;
using analysis::ProofResult;
using prove_test::hand_made;
using prove_test::mutate;
using prove_test::Unit;
using prove_test::value_in;

Proof rewriting(const Unit& unit) {
  return prove_test::prove(unit, EngineChoice::kRewriting).at(0);
}

// The counterexample is one by the integers of this test too.
void expect_refuted(const Proof& proof, const std::string& where) {
  ASSERT_EQ(proof.result, ProofResult::kRefuted) << proof.detail;
  const mpz_class a = value_in(proof.detail, "a_i"), b = value_in(proof.detail, "b_i");
  EXPECT_NE(value_in(proof.detail, "product_o"), a * b) << proof.detail;
  EXPECT_NE(proof.detail.find(where), std::string::npos) << proof.detail;
}

TEST(Rewriting, ProvesTheHandMadeMultiplier) {
  const Proof proof = rewriting(hand_made());
  EXPECT_EQ(proof.result, ProofResult::kProved) << proof.detail;
  EXPECT_EQ(proof.engine, "rewriting, adder cells by polynomials, final adder by rewriting");
}

struct Fault {
  const char* name;
  const char* from;
  const char* to;
  const char* where;  // what the message has to say
};

class Faults : public testing::TestWithParam<Fault> {};

TEST_P(Faults, AreRefutedByAnInputAndAPlace) {
  Unit unit = hand_made();
  mutate(unit.sources, GetParam().from, GetParam().to);
  expect_refuted(rewriting(unit), GetParam().where);
}

INSTANTIATE_TEST_SUITE_P(
    Rewriting, Faults,
    testing::Values(
        Fault{"WrongBit", "p3[2], p3[1], p3[0]", "p3[2], p3[0], p3[0]", "a_i[1] * b_i[3]"},
        Fault{"SwappedWeights", "c1[3], c1[2], c1[1], c1[0]", "c1[3], c1[1], c1[2], c1[0]",
              "u_first[2] (fircone_fa): output c1[2] arrives with weight 2^3, must be 2^4"},
        Fault{"WrongConstant", "{1'b0, p3[3], s2}", "{1'b1, p3[3], s2}", "the difference is 2^7"},
        Fault{"LostCarry", "c1[3], c1[2], c1[1], c1[0]", "c1[3], 1'b0, c1[1], c1[0]",
              "u_first[2] (fircone_fa): output c1[2] arrives with weight 0"},
        Fault{"CarryWithoutShift", "{1'b0, c2, 1'b0}", "{2'b00, c2}",
              "u_second[3] (fircone_fa): output c2[3] arrives with weight 2^5, must be 2^6"},
        Fault{"InvertedLeaf", "p1 = a_i &", "p1 = ~a_i &", "b_i[1]"},
        Fault{"FullAdderCarry", "| (b_i & c_i)", "| (b_i | c_i)",
              "fircone_fa: bit 0 is not the sum of its inputs"},
        Fault{"FullAdderSum", "a_i ^ b_i ^ c_i", "a_i ^ b_i ^ ~c_i",
              "fircone_fa: bit 0 is not the sum of its inputs"},
        Fault{"FinalAdder", "sum_o = a_i + b_i", "sum_o = a_i | b_i",
              "fircone_final_adder_hand: it does not add"}),
    [](const auto& fault) { return std::string(fault.param.name); });

// Complements of bits, also between stages, are linear; a full adder of complements gives
// complements.
TEST(Rewriting, SeesThroughComplements) {
  Unit unit = hand_made();
  mutate(unit.sources, "wire [3:0] s1, c1;", "wire [3:0] s1, c1, n_s1, n_c1;");
  mutate(unit.sources, ".a_i({1'b0, p0[3], p0[2], p0[1]})", ".a_i(~{1'b0, p0[3], p0[2], p0[1]})");
  mutate(unit.sources, ".b_i({p1[3], p1[2], p1[1], p1[0]})", ".b_i(~{p1[3], p1[2], p1[1], p1[0]})");
  mutate(unit.sources, ".c_i({p2[2], p2[1], p2[0], 1'b0}), .sum_o(s1), .carry_o(c1));",
         ".c_i(~{p2[2], p2[1], p2[0], 1'b0}), .sum_o(n_s1), .carry_o(n_c1));\n"
         "  assign s1 = ~n_s1;\n  assign c1 = ~n_c1;");
  EXPECT_EQ(rewriting(unit).result, ProofResult::kProved) << rewriting(unit).detail;
}

// Half adders written as gates are no boxes: their products must cancel.
TEST(Rewriting, ExpandsHalfAddersMadeOfGates) {
  Unit unit = hand_made();
  mutate(unit.sources, "wire [3:0] s2, c2;",
         "wire x = s1[1] ^ c1[0];\n  wire y = s1[1] & c1[0];\n  wire [3:0] s2, c2;");
  mutate(unit.sources, "{p2[3], s1[3], s1[2], s1[1]}", "{p2[3], s1[3], s1[2], x}");
  mutate(unit.sources, "c1[1], c1[0]})", "c1[1], 1'b0})");
  mutate(unit.sources, "{1'b0, c2, 1'b0}", "{1'b0, c2[3:1], y, 1'b0}");  // c2[0] is 0 now
  EXPECT_EQ(rewriting(unit).result, ProofResult::kProved) << rewriting(unit).detail;
}

// `+` in too few bits loses a carry that the result needs.
TEST(Rewriting, SeesAnOverflowOfOperators) {
  Unit unit{gen::resolve(base::Spec::parse_line("sum Count=3 Width=8")), {}};
  unit.sources.ports = {{"x_i", true, 24}, {"sum_o", false, 10}};
  unit.sources.top = "three";
  const auto with_width = [&](int top) {
    unit.sources.files = {
        {"three.v", "module three (input [23:0] x_i, output [9:0] sum_o);\n  wire [" +
                        std::to_string(top) +
                        ":0] two = x_i[7:0] + x_i[15:8];\n"
                        "  assign sum_o = two + x_i[23:16];\nendmodule\n"}};
    return rewriting(unit);
  };
  EXPECT_EQ(with_width(8).result, ProofResult::kProved) << with_width(8).detail;
  const Proof lost = with_width(7);
  EXPECT_EQ(lost.result, ProofResult::kRefuted);
  EXPECT_NE(lost.detail.find("may overflow"), std::string::npos) << lost.detail;
}

// An output that is too narrow fits modulo its width, which is not what was promised.
TEST(Rewriting, DoesNotTakeAResultThatCannotHoldTheSum) {
  Unit unit = prove_test::unit("dot Count=2 WidthA=4 WidthB=4");
  for (analysis::ProvePort& port : unit.sources.ports)
    if (port.name == "y_o") port.width = 8;
  const Proof proof = prove_test::prove(unit).at(0);
  EXPECT_EQ(proof.result, ProofResult::kRefuted);
  EXPECT_EQ(proof.engine, "ranges");
}

constexpr const char* kPipeline = R"(
module hand (input clk_i, input [3:0] a_i, input [3:0] b_i, output [7:0] product_o);
  reg [3:0] a_q, b_q;
  reg [7:0] p_q;
  assign product_o = p_q;
  always @(posedge clk_i) begin
    a_q <= a_i;
    b_q <= b_i;
    p_q <= a_q * b_q;
  end
endmodule
)";

Unit pipeline() {
  Unit unit = hand_made(kPipeline);
  unit.sources.ports.push_back({"clk_i", true, 1});
  return unit;
}

TEST(Rewriting, ReadsAPipelineAsAFunction) {
  for (const EngineChoice engine :
       {EngineChoice::kRewriting, EngineChoice::kExhaustive, EngineChoice::kSat})
    prove_test::expect_all(prove_test::prove(pipeline(), engine), ProofResult::kProved);
}

TEST(Rewriting, RefusesWhatMixesTwoCycles) {
  Unit unit = pipeline();
  mutate(unit.sources, "a_q * b_q", "a_q * b_i");
  const Proof uneven = rewriting(unit);
  EXPECT_EQ(uneven.result, ProofResult::kUnknown);
  EXPECT_EQ(uneven.detail, std::string("not proved: ") + analysis::kUnevenPaths);
  Unit loop = pipeline();
  mutate(loop.sources, "a_q * b_q", "p_q + a_q * b_q");
  const Proof feedback = rewriting(loop);
  EXPECT_EQ(feedback.result, ProofResult::kUnknown);
  EXPECT_TRUE(feedback.detail.starts_with("not proved: feedback: ")) << feedback.detail;
}

TEST(Rewriting, RefusesWhatIsNoFunction) {
  Unit latch = hand_made(
      "module hand (input [3:0] a_i, input [3:0] b_i, output reg [7:0] product_o);\n"
      "  always @* if (a_i[0]) product_o = a_i * b_i;\nendmodule\n");
  EXPECT_THROW(rewriting(latch), base::Error);
  Unit loop = hand_made();
  mutate(loop.sources, "wire [3:0] p0 = a_i", "wire [3:0] p0 = ~p0");
  EXPECT_EQ(rewriting(loop).result, ProofResult::kUnknown);
  Unit clocked = hand_made(kPipeline);  // its clock is no port of the unit
  EXPECT_THROW(rewriting(clocked), base::Error);
  Unit undriven = hand_made();
  mutate(undriven.sources, "output [7:0] product_o);\n  wire [3:0] p0 = a_i & {4{b_i[0]}};",
         "output [7:0] product_o);\n  wire [3:0] p0;");
  EXPECT_THROW(rewriting(undriven), base::Error);
  Unit ports = hand_made();
  ports.sources.ports[0].width = 5;
  EXPECT_THROW(rewriting(ports), base::Error);
  Unit broken = hand_made();
  mutate(broken.sources, "module hand (", "module hand ((");
  EXPECT_THROW(rewriting(broken), base::Error);
}

}  // namespace
