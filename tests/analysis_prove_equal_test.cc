// SPDX-License-Identifier: Apache-2.0
// Equivalence of designs: RTL and mapped netlist, two forms of a unit, and what is not equal.

#include "analysis/prove/equal.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "tests/prove_support.h"
#include "tests/synth_support.h"

namespace {

using analysis::EngineChoice;
using analysis::Proof;
using analysis::ProofResult;
using analysis::Sources;
using prove_test::mutate;

Sources mapped(const Sources& rtl) {
  synth::MapRequest request;
  request.files = rtl.files;
  request.top = rtl.top;
  request.library = synth_test::osu018();
  const synth::Mapped netlist = synth::map(request);
  Sources result;
  result.files = {{"netlist.v", base::read_file(netlist.verilog)}};
  result.top = netlist.top;
  result.ports = rtl.ports;
  result.liberty = base::read_file(request.library->liberty().path);
  return result;
}

Proof same(const Sources& left, const Sources& right, EngineChoice engine = EngineChoice::kAuto,
           double timeout = 60) {
  return analysis::prove_same(left, right, "equal", {.engine = engine, .timeout_seconds = timeout});
}

TEST(Netlist, OfASmallMultiplierIsProvedByEveryEngine) {
  const Sources rtl = prove_test::unit("mul WidthA=4 WidthB=4 arith=heap").sources;
  const Sources netlist = mapped(rtl);
  for (const EngineChoice engine :
       {EngineChoice::kAuto, EngineChoice::kExhaustive, EngineChoice::kSat, EngineChoice::kSmt,
        EngineChoice::kRewriting}) {
    const Proof proof = same(rtl, netlist, engine);
    EXPECT_EQ(proof.result, ProofResult::kProved) << proof.engine << ": " << proof.detail;
  }
}

TEST(Netlist, OfAWideAdderIsProvedByAbc) {
  const Sources rtl = prove_test::unit("add_prefix Width=32 carry_in=yes").sources;
  const Proof proof = same(rtl, mapped(rtl));
  EXPECT_EQ(proof.result, ProofResult::kProved) << proof.detail;
  EXPECT_EQ(proof.engine, "abc cec");
}

TEST(Netlist, OfAPipelineIsComparedAsAFunctionWithItsStages) {
  const Sources rtl = prove_test::unit("dot Count=1 WidthA=4 WidthB=4 cut=mult").sources;
  const Sources netlist = mapped(rtl);
  EXPECT_EQ(same(rtl, netlist).result, ProofResult::kProved) << same(rtl, netlist).detail;
  const Sources other = prove_test::unit("dot Count=1 WidthA=4 WidthB=4 cut=none").sources;
  const Proof proof = same(rtl, other);
  EXPECT_EQ(proof.result, ProofResult::kRefuted);
  EXPECT_NE(proof.detail.find("registers"), std::string::npos) << proof.detail;
}

// A cell's function changed, in a netlist too wide for all inputs.
TEST(Netlist, WithAWrongCellIsRefuted) {
  const Sources rtl = prove_test::unit("add_prefix Width=32").sources;
  for (const EngineChoice engine : {EngineChoice::kAuto, EngineChoice::kSat}) {
    Sources netlist = mapped(rtl);
    mutate(netlist, "NAND2X1", "NOR2X1");
    const Proof proof = same(rtl, netlist, engine);
    ASSERT_EQ(proof.result, ProofResult::kRefuted) << proof.detail;
    EXPECT_NE(proof.detail.find("a_i=0x"), std::string::npos) << proof.detail;
    EXPECT_NE(proof.detail.find("sum_o is 0x"), std::string::npos) << proof.detail;
  }
}

constexpr const char* kAnd =
    "module both (input [39:0] a_i, output [0:0] y_o);\n"
    "  assign y_o = &a_i;\nendmodule\n";

// One input of 2^40, which random vectors do not meet (all ones is among the first of them, so the
// difference lies at another one).
TEST(Equal, ADifferenceAtOneInputIsFound) {
  Sources left;
  left.files = {{"left.v", kAnd}};
  left.top = "both";
  left.ports = {{"a_i", true, 40}, {"y_o", false, 1}};
  Sources right = left;
  mutate(right, "&a_i", "&a_i | (a_i == 40'h123456789a)");
  for (const EngineChoice engine : {EngineChoice::kAuto, EngineChoice::kSat, EngineChoice::kSmt}) {
    EXPECT_EQ(same(left, left, engine).result, ProofResult::kProved);
    const Proof proof = same(left, right, engine);
    EXPECT_EQ(proof.result, ProofResult::kRefuted) << proof.engine << ": " << proof.detail;
    EXPECT_NE(proof.detail.find("a_i=0x123456789a"), std::string::npos) << proof.detail;
  }
}

TEST(Equal, FormsOfAnApproximateAdder) {
  const Sources left = prove_test::unit("add_loa Width=16 network=kogge_stone").sources;
  EXPECT_EQ(same(left, prove_test::unit("add_loa Width=16").sources).result, ProofResult::kProved);
  const Proof other = same(left, prove_test::unit("add_loa Width=16 carry=none").sources);
  EXPECT_EQ(other.result, ProofResult::kRefuted);
}

TEST(Equal, WithoutTimeSaysHowManyVectorsAgreed) {
  const Sources left = prove_test::unit("mul WidthA=16 WidthB=16 operands=signed").sources;
  const Sources right =
      prove_test::unit("mul WidthA=16 WidthB=16 operands=signed arith=heap form=booth4").sources;
  const Proof proof = same(left, right, EngineChoice::kSat, 3);
  EXPECT_EQ(proof.result, ProofResult::kUnknown);
  EXPECT_NE(proof.detail.find("no difference in 1048576 random vectors"), std::string::npos)
      << proof.detail;
}

// Yosys 0.23's `extract_fa -fa` after `synth` changes what a netlist computes; a proof has to see
// it.
TEST(Equal, TheUnsoundExtractionOfFullAddersIsRefuted) {
  const std::string rtl =
      "module three (input [3:0] a_i, input [3:0] b_i, input [3:0] c_i,\n"
      "  output [5:0] y_o);\n  assign y_o = a_i + b_i + c_i;\nendmodule\n";
  const base::TemporaryDirectory folder(base::plain_temporary_folder());
  base::write_file(folder.path() / "three.v", rtl);
  const auto synthesised = [&](const std::string& extraction) {
    base::write_file(folder.path() / "run.ys",
                     "read_verilog three.v\nsynth -flatten -top three\n" + extraction +
                         "\ntechmap\nopt_clean\nwrite_verilog -noattr netlist.v\n");
    const base::Output output =
        base::run({.argv = {"yosys", "-q", "run.ys"}, .directory = folder.path()});
    EXPECT_EQ(output.status, 0) << output.err;
    return base::read_file(folder.path() / "netlist.v");
  };
  Sources left;
  left.files = {{"three.v", rtl}};
  left.top = "three";
  left.ports = {{"a_i", true, 4}, {"b_i", true, 4}, {"c_i", true, 4}, {"y_o", false, 6}};
  Sources right = left;
  right.files = {{"netlist.v", synthesised("extract_fa -ha")}};
  EXPECT_EQ(same(left, right).result, ProofResult::kProved);
  if (base::tool_version("yosys", "-V").starts_with("Yosys 0.23")) {
    right.files = {{"netlist.v", synthesised("extract_fa -fa")}};
    EXPECT_EQ(same(left, right).result, ProofResult::kRefuted);
    EXPECT_EQ(same(left, right, EngineChoice::kSat).result, ProofResult::kRefuted);
  }
}

}  // namespace
