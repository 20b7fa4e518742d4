// SPDX-License-Identifier: Apache-2.0
// Proofs of generated units by every engine, and that none of them proves a wrong one.

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "analysis/prove/simulate.h"
#include "base/error.h"
#include "golden/bw_array.h"
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

// Sums of all channels, of each form, with the sums that they share.
INSTANTIATE_TEST_SUITE_P(
    BinaryArrays, ProvedUnits,
    testing::Values("bw_array Pe=1 Simd=3 DataWidth=2 AccWidth=6",  // every input
                    "bw_array Pe=3 Simd=5", "bw_array data=signed cut=none",
                    "bw_array form=and data=signed Pe=2", "bw_array data=binary Simd=16",
                    "bw_array weights=late cut=pre,post form=and",
                    "bw_array arith=heap Pe=1 Simd=4 DataWidth=1 AccWidth=8",  // every input
                    "bw_array arith=heap form=xor data=signed Pe=2 weights=late",
                    "bw_array arith=heap data=binary Simd=20 Pe=2",
                    "bw_array arith=heap share=1 Pe=2 Simd=6 tree=dadda reset=sync",
                    "bw_array arith=heap Pe=2 Simd=7 data=signed cut=pre,post",
                    "bw_array arith=heap Pe=2 Simd=9 final_adder=ripple weights=late",
                    "bw_array arith=heap share=3 Pe=2 Simd=8 DataWidth=5 data=signed",
                    "bw_array arith=heap share=3 Simd=6 final_adder=ripple",
                    "bw_array arith=heap share=4 Pe=2 Simd=11 DataWidth=3 final_adder=ripple",
                    "bw_array arith=heap share=4 Simd=8 data=signed",
                    "bw_array arith=heap share=4 Simd=3 DataWidth=1"),
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

// In the sums that channels share, in what a channel selects of them, between the channels, at an
// edge.
TEST(Proofs, WrongArraysAreRefuted) {
  const std::string plain = "bw_array Pe=2 Simd=9", late = plain + " weights=late";
  const std::string pairs = "bw_array arith=heap Pe=2 Simd=9 final_adder=ripple";
  for (const auto& [spec, from, to] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {plain, "s_q[p*Simd", "s_q[0*Simd"},
           {plain, "i < Simd", "i < Simd - 1"},
           {late, "s_i[p*Simd", "s_i[0*Simd"},
           {pairs, "pick_3 = ~s_i[2*g]", "pick_3 = s_i[2*g]"},
           {pairs, "last_pick_1 = ~s_i[8]", "last_pick_1 = ~s_i[7]"},
           {pairs, "x_i[65:64]", "x_i[64:63]"},  // the last sample, in the sum of the complements
           {pairs, "(x_0[1])", "(x_0[2])"}}) {
    Unit unit = prove_test::unit(spec);
    mutate(unit.sources, from, to);
    const std::vector<Proof> proofs = prove_test::prove(unit);
    EXPECT_TRUE(
        std::any_of(proofs.begin(), proofs.end(),
                    [](const Proof& proof) { return proof.result == ProofResult::kRefuted; }))
        << spec << " " << from << ": " << proofs.at(0).detail;
  }
}

// A set of weights that is loaded, and what follows the sums, are no function of a beat.
TEST(Proofs, ArraysThatKeepMoreThanSumsHaveNoProof) {
  for (const char* keys : {"weights=stored", "output=multiply", "pool=max", "output=threshold"})
    EXPECT_TRUE(prove_test::prove(prove_test::unit(std::string("bw_array ") + keys)).empty())
        << keys;
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

// The claim of each channel is golden's sum of one beat.
TEST(Claims, BinaryArraysAreGolden) {
  using Shape = golden::BwArrayShape;
  const Shape base{.pe = 2, .simd = 3, .data_width = 3, .acc_width = 9};
  std::vector<std::pair<std::string, Shape>> cases(5, {"bw_array Pe=2 Simd=3 AccWidth=9", base});
  const auto shape = [&](size_t at, const char* keys, Shape::Data data, Shape::Form form) {
    cases.at(at).first += keys;
    cases.at(at).second.data = data;
    cases.at(at).second.form = form;
  };
  shape(0, " DataWidth=3", Shape::Data::kUnsigned, Shape::Form::kXor);
  shape(1, " DataWidth=3 data=signed", Shape::Data::kSigned, Shape::Form::kXor);
  shape(2, " DataWidth=3 form=and", Shape::Data::kUnsigned, Shape::Form::kAnd);
  shape(3, " DataWidth=3 form=and data=signed", Shape::Data::kSigned, Shape::Form::kAnd);
  shape(4, " data=binary", Shape::Data::kBinary, Shape::Form::kXor);
  cases.at(4).second.data_width = 1;
  for (const auto& [spec, s] : cases) {
    const Unit unit = prove_test::unit(spec);
    const std::vector<analysis::Claim> claims = analysis::claims_of(unit.spec, unit.sources.ports);
    ASSERT_EQ(claims.size(), 2U);
    for (unsigned v = 0; v < 1u << 15; v += 5) {  // signs above samples
      const unsigned width = static_cast<unsigned>(s.data_width);
      std::vector<int64_t> x, signs;
      for (unsigned l = 0; l < 3; ++l) {
        const int64_t word = v >> (l * width) & ((1u << width) - 1);
        const bool negative = s.data == Shape::Data::kSigned && word >= 4;
        x.push_back(negative ? word - 8 : word);
      }
      for (unsigned i = 0; i < 6; ++i) signs.push_back(v >> (9 + i) & 1);
      const unsigned offsets = v * 2654435761u >> 14;  // 18 bits
      const std::vector<int64_t> starts = {offsets & 511, offsets >> 9};
      golden::BwArray array(s);
      const auto& sums = array.add(x, signs, starts, true);
      const analysis::Values inputs{
          {"x_i", v & ((1u << (3 * width)) - 1)}, {"s_i", v >> 9}, {"offset_i", offsets}};
      for (size_t p = 0; p < 2; ++p)
        ASSERT_EQ(analysis::evaluate(claims[p], inputs).get_si(),
                  static_cast<long>((sums[p] + 512) % 512))
            << spec << " " << v << " " << p;
    }
  }
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
