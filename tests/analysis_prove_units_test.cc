// SPDX-License-Identifier: Apache-2.0
// Proofs of generated units by every engine, and that none of them proves a wrong one.

#include <gtest/gtest.h>

#include <tuple>

#include "analysis/prove/simulate.h"
#include "base/error.h"
#include "golden/bw_dot.h"
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

// Every form with the constant that it leaves to the offset; whole rows and registers too.
INSTANTIATE_TEST_SUITE_P(
    BinaryWeights, ProvedUnits,
    testing::Values("bw_dot arith=heap Lanes=64 data=signed", "bw_dot Lanes=9 DataWidth=3",
                    "bw_dot form=and arith=heap data=signed Lanes=5 cut=pre,mult,post",
                    "bw_dot form=and samples=given arith=heap drop=2",
                    "bw_dot form=negate arith=heap DataWidth=5",
                    "bw_dot form=approx compensation=half data=signed drop=1",
                    "bw_dot form=approx compensation=exact arith=heap Lanes=7",
                    "bw_dot form=approx arith=heap tree=rows Lanes=6",
                    "bw_dot data=binary DataWidth=1 arith=heap Lanes=33",
                    "bw_dot data=signed DataWidth=1 Lanes=3 arith=heap",
                    "bw_pe arith=heap Lanes=64 form=and samples=given",
                    "bw_pe arith=heap data=signed cut=pre,mult,post",
                    "bw_pe activation=bit_serial data=signed arith=heap tree=rows cut=pre",
                    "bw_pe activation=bit_serial data=signed form=negate Lanes=5"),
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

// A sign that reaches the wrong lane, one bit not inverted, a constant that is off by one.
TEST(Proofs, WrongBinaryWeightsAreRefuted) {
  for (const auto& [spec, from, to] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"bw_dot arith=heap Lanes=5", "{8{s_i[k]}}", "{8{s_i[0]}}"},
           {"bw_dot arith=heap Lanes=5 data=signed", "words_above[8:1]", "words_above[7:0]"},
           {"bw_pe activation=bit_serial data=signed Lanes=5", "^ {Lanes{sign_plane}}", ""},
           {"bw_dot arith=heap Lanes=5 form=approx compensation=exact", "{s_i[k], ", "{1'b0, "}}) {
    Unit unit = prove_test::unit(spec);
    mutate(unit.sources, from, to);
    const Proof proof = prove_test::prove(unit).at(0);
    EXPECT_EQ(proof.result, ProofResult::kRefuted) << spec << ": " << proof.detail;
  }
}

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
  EXPECT_TRUE(
      prove_test::prove(prove_test::unit("bw_dot arith=heap tree=rows final_adder=loa")).empty());
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

// The claim of a dot product with binary weights is golden's.
TEST(Claims, BinaryWeightsAreGolden) {
  using golden::BwProduct;
  const std::vector<std::pair<std::string, BwProduct>> cases = {
      {"bw_dot Lanes=3 DataWidth=5", {.width = 5}},
      {"bw_dot Lanes=3 DataWidth=5 data=signed drop=2",
       {.data = golden::BwData::kSigned, .width = 5, .drop = 2}},
      {"bw_dot Lanes=3 DataWidth=1 data=binary", {.data = golden::BwData::kBinary, .width = 1}},
      {"bw_dot Lanes=3 DataWidth=5 form=and", {.form = golden::BwForm::kAnd, .width = 5}},
      {"bw_dot Lanes=3 DataWidth=5 form=approx data=signed",
       {.form = golden::BwForm::kApprox, .data = golden::BwData::kSigned, .width = 5}},
      {"bw_dot Lanes=3 DataWidth=5 form=approx compensation=half drop=1",
       {.form = golden::BwForm::kApprox,
        .width = 5,
        .drop = 1,
        .compensation = golden::BwCompensation::kHalf}}};
  for (const auto& [spec, product] : cases) {
    const Unit unit = prove_test::unit(spec);
    const analysis::Claim claim = analysis::claims_of(unit.spec, unit.sources.ports).at(0);
    for (unsigned bits = 0; bits < 1u << 12; bits += 7) {  // signs, and samples made of the rest
      std::vector<int64_t> x, s;
      mpz_class port = 0;
      for (int k = 0; k < 3; ++k) {
        const int64_t word = bits * 2654435761u >> (9 * k + 3) & ((1u << product.width) - 1);
        port += mpz_class(static_cast<unsigned long>(word))
                << static_cast<mp_bitcnt_t>(k) * static_cast<mp_bitcnt_t>(product.width);
        const bool negative =
            product.data == golden::BwData::kSigned && word >> (product.width - 1);
        x.push_back(negative ? word - (int64_t{1} << product.width) : word);
        s.push_back(bits >> k & 1);
      }
      analysis::Values inputs{
          {"x_i", port}, {"s_i", bits & 7}, {"offset_i", bits >> 3 & ((1u << claim.width) - 1)}};
      const golden::Wide sum =
          golden::bw_lanes(std::span<const int64_t>(x), std::span<const int64_t>(s), product) +
          static_cast<long>(inputs["offset_i"].get_ui());
      const golden::Wide modulus = golden::Wide{1} << claim.width;
      EXPECT_EQ(analysis::evaluate(claim, inputs).get_ui(),
                static_cast<unsigned long>((sum % modulus + modulus) % modulus))
          << spec << " " << bits;
    }
  }
}

}  // namespace
