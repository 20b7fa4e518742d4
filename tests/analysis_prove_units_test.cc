// SPDX-License-Identifier: Apache-2.0
// Proofs of generated units by every engine, and that none of them proves a wrong one.

#include <gtest/gtest.h>

#include "analysis/prove/simulate.h"
#include "base/error.h"
#include "tests/gen_support.h"
#include "tests/prove_support.h"

namespace {

using analysis::EngineChoice;
using analysis::Proof;
using analysis::ProofResult;
using prove_test::expect_all;
using prove_test::mutate;
using prove_test::Unit;
using prove_test::value_in;

class ProvedUnits : public testing::TestWithParam<std::string> {};

TEST_P(ProvedUnits, AreTheirFormula) {
  expect_all(prove_test::prove(prove_test::unit(GetParam())), ProofResult::kProved);
}

INSTANTIATE_TEST_SUITE_P(Adders, ProvedUnits,
                         testing::Values("add_prefix Width=64 network=kogge_stone carry_in=yes",
                                         "add_prefix Width=64 operands=signed",
                                         "add_prefix Width=33 network=sparse4 carry_in=yes",
                                         "add_prefix Width=1 network=brent_kung",
                                         "add_ripple Width=64 carry_in=yes", "add_skip Width=64",
                                         "add_select Width=37 operands=signed carry_in=yes",
                                         "add_increment Width=64 carry_in=yes"),
                         gen::test_name);

INSTANTIATE_TEST_SUITE_P(
    Sums, ProvedUnits,
    testing::Values("sum Count=32 Width=8", "sum Count=32 Width=8 arith=heap operands=signed",
                    "sum Count=7 Width=3 arith=heap tree=wallace", "popcount Width=64",
                    "popcount Width=64 arith=heap", "popcount Width=20 arith=heap",
                    "dot Count=5 WidthA=9 WidthB=7 AddendWidth=20 operands=mixed"),
    gen::test_name);

INSTANTIATE_TEST_SUITE_P(
    Multipliers, ProvedUnits,
    testing::Values("mul WidthA=32 WidthB=32", "mul WidthA=32 WidthB=32 arith=heap",
                    "mul WidthA=32 WidthB=32 arith=heap form=booth4 operands=signed",
                    "mul WidthA=17 WidthB=30 arith=heap form=booth4 operands=mixed",
                    "mul WidthA=16 WidthB=16 arith=heap operands=signed tree=dadda",
                    "mul WidthA=16 WidthB=16 arith=heap tree=dadda compressors=4_2",
                    "mul WidthA=16 WidthB=16 arith=heap tree=wallace compressors=7_3",
                    "mul WidthA=64 WidthB=2 arith=heap operands=signed",
                    "mul WidthA=1 WidthB=20 arith=heap operands=mixed",
                    "mul WidthA=12 WidthB=12 arith=heap", "mul WidthA=5 WidthB=6 operands=mixed"),
    gen::test_name);

// The fast algorithm over registers and pre-added operands.
INSTANTIATE_TEST_SUITE_P(ConvolutionUnits, ProvedUnits,
                         testing::Values("fcu", "fcu scheme=ffa data=signed",
                                         "fcu scheme=ffa cut=pre,mult,branch,post DataWidth=12",
                                         "fcu arith=heap scheme=ffa cut=pre,mult,post",
                                         "fcu kernel=2 kernel_rows=3 scheme=ffa2d stride=2",
                                         "fcu kernel=2 scheme=ffa2d InChannels=2 OutChannels=2 "
                                         "dilation=2 DataWidth=3 CoefWidth=4",
                                         "dot arith=heap AddendWidth=16 operands=signed",
                                         "fcu cut=none DataWidth=1 CoefWidth=2"),
                         gen::test_name);

class AllEngines : public testing::TestWithParam<EngineChoice> {};

TEST_P(AllEngines, ProveASmallMultiplier) {
  const Unit unit = prove_test::unit("mul WidthA=4 WidthB=5 arith=heap operands=signed");
  expect_all(prove_test::prove(unit, GetParam()), ProofResult::kProved);
}

TEST_P(AllEngines, RefuteAWrongOne) {
  Unit unit = prove_test::hand_made();
  mutate(unit.sources, "p3[2], p3[1], p3[0]", "p3[2], p3[0], p3[0]");
  const Proof proof = prove_test::prove(unit, GetParam()).at(0);
  ASSERT_EQ(proof.result, ProofResult::kRefuted) << proof.detail;
  EXPECT_NE(value_in(proof.detail, "product_o"),
            value_in(proof.detail, "a_i") * value_in(proof.detail, "b_i"));
}

// boolector would be faster but does not work with this yosys-smtbmc, so kSmt is z3.
INSTANTIATE_TEST_SUITE_P(Engines, AllEngines,
                         testing::Values(EngineChoice::kSat, EngineChoice::kSmt,
                                         EngineChoice::kExhaustive, EngineChoice::kRewriting,
                                         EngineChoice::kAuto));

TEST(Proofs, AnAdderWithAWrongNodeIsRefuted) {
  Unit unit = prove_test::unit("add_prefix Width=64 network=sklansky");
  // The last of the 64 carries: random vectors would hardly meet the fault.
  mutate(unit.sources, "a_i ^ b_i", "a_i | b_i");
  const Proof proof = prove_test::prove(unit).at(0);
  ASSERT_EQ(proof.result, ProofResult::kRefuted);
  EXPECT_NE(value_in(proof.detail, "sum_o"),
            value_in(proof.detail, "a_i") + value_in(proof.detail, "b_i"));
}

// One product of 2^48: nothing but a proof finds it.
TEST(Proofs, AFaultAtASingleInputIsFound) {
  Unit unit = prove_test::unit("mul WidthA=24 WidthB=24 arith=heap");
  for (synth::VerilogFile& file : unit.sources.files) {
    const size_t at = file.text.find("assign product_o = {");
    if (at != std::string::npos)
      file.text.replace(at, 20,
                        "assign product_o = (a_i == 24'h123456 && "
                        "b_i == 24'hfedcba) ? 48'd0 : {");
  }
  const Proof proof = prove_test::prove(unit, EngineChoice::kRewriting).at(0);
  // Too wide for a leaf, so nothing is known; but nothing is claimed either.
  EXPECT_EQ(proof.result, ProofResult::kUnknown) << proof.detail;
  EXPECT_NE(proof.detail.find("more than a leaf may have"), std::string::npos) << proof.detail;
}

TEST(Proofs, TheTimeLimitEndsEachEngine) {
  const Unit large = prove_test::unit("mul WidthA=20 WidthB=20 arith=heap operands=signed");
  for (const EngineChoice engine : {EngineChoice::kSat, EngineChoice::kSmt,
                                    EngineChoice::kExhaustive, EngineChoice::kRewriting}) {
    const std::vector<Proof> proofs = prove_test::prove(large, engine, 0.001);
    expect_all(proofs, ProofResult::kUnknown);
    EXPECT_NE(proofs.at(0).detail.find("within 0.001 s"), std::string::npos) << proofs[0].detail;
  }
  // Long enough to begin, but on a busy machine.
  const std::vector<Proof> proofs = prove_test::prove(large, EngineChoice::kSat, 2);
  expect_all(proofs, ProofResult::kUnknown);
  const std::string& detail = proofs.at(0).detail;
  EXPECT_TRUE(detail.find("did not end") != std::string::npos ||
              detail == "not elaborated within 2 s")
      << detail;
}

TEST(Proofs, UnitsWithoutAFormulaHaveNoProof) {
  EXPECT_TRUE(prove_test::prove(prove_test::unit("line_buffer")).empty());
  EXPECT_TRUE(prove_test::prove(prove_test::unit("mac")).empty());
}

// Values, Verilog and simulation of a claim agree with a definition that is written here.
TEST(Claims, ValueOfEachKindOfTerm) {
  const Unit dot = prove_test::unit("dot Count=2 WidthA=4 WidthB=3 AddendWidth=5 operands=mixed");
  const analysis::Claim claim = analysis::claims_of(dot.spec, dot.sources.ports).at(0);
  analysis::Values inputs;
  inputs["a_i"] = 0xf3;  // 3 and 15, unsigned
  inputs["b_i"] = 074;   // -4 and -1
  inputs["c_i"] = 0x1f;  // -1
  mpz_class right = 3 * -4 + 15 * -1 - 1;
  right += mpz_class(1) << static_cast<mp_bitcnt_t>(claim.width);
  EXPECT_EQ(analysis::evaluate(claim, inputs), right);
  EXPECT_TRUE(analysis::fits(claim));
  analysis::Claim narrow = claim;
  --narrow.width;
  EXPECT_FALSE(analysis::fits(narrow));
}

}  // namespace
