// SPDX-License-Identifier: Apache-2.0
// Error bounds of approximate adders: proved tight, and refuted when they are not.

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/gen_support.h"
#include "tests/prove_support.h"

namespace {

using analysis::Proof;
using analysis::ProofResult;
using prove_test::expect_all;
using prove_test::mutate;
using prove_test::Unit;
using prove_test::value_in;

class Bounds : public testing::TestWithParam<std::string> {};

TEST_P(Bounds, AreTight) {
  const std::vector<Proof> proofs = prove_test::prove(prove_test::unit(GetParam()));
  expect_all(proofs, ProofResult::kProved);
  EXPECT_EQ(proofs.size(), 5U);
}

INSTANTIATE_TEST_SUITE_P(
    Approximate, Bounds,
    testing::Values("add_loa Width=16 ApproxWidth=6", "add_loa Width=32 ApproxWidth=12 carry=none",
                    "add_loa Width=9 ApproxWidth=9 operands=signed",
                    "add_oloca Width=12 ApproxWidth=6 OnesWidth=2", "add_eta1 Width=16",
                    "add_herloa Width=16 operands=signed", "add_hoeraa Width=16",
                    "add_trunc Width=16 fill=half", "add_esa Width=16 block=4",
                    "add_esa Width=16 block=4 operands=signed", "add_eta2 Width=16 block=4",
                    "add_aca1 Width=16 window=4", "add_gear Width=16 r=2 p=4 operands=signed",
                    "add_ama Width=12 ApproxWidth=5 cell=1", "add_sara Width=16 block=4",
                    "add_bcsa Width=16 block=4", "add_cesa Width=16 block=4"),
    gen::test_name);

// reference: LOA(k) has WCE 2^(k-1), reached above.
TEST(ErrorBounds, OfTheLowerPartOrAdderIsTheClosedForm) {
  const Unit unit = prove_test::unit("add_loa Width=16 ApproxWidth=6");
  const std::vector<Proof> proofs = prove_test::prove(unit);
  EXPECT_EQ(proofs.at(0).property, "|e| <= 32, e = sum_o - (a_i + b_i)");
  EXPECT_EQ(proofs.at(1).property, "|e| <= 31 is refuted");
  const mpz_class a = value_in(proofs[1].detail, "a_i"), b = value_in(proofs[1].detail, "b_i");
  const mpz_class low = (a | b) & 63, carry = (a & b) >> 5 & 1;  // by the definition
  const mpz_class error = low + 64 * carry - ((a & 63) + (b & 63));
  EXPECT_EQ(abs(error), 32);
}

std::vector<Proof> with_bound(const Unit& unit, const mpz_class& bound) {
  return analysis::prove(unit.spec, unit.sources, {.bound = bound});
}

TEST(ErrorBounds, GivenOnesAreJudged) {
  // Signed: an untyped constant would turn `e >= -B` into an unsigned comparison.
  for (const char* operands : {"unsigned", "signed"}) {
    const Unit unit =
        prove_test::unit(std::string("add_loa Width=12 ApproxWidth=4 operands=") + operands);
    expect_all(with_bound(unit, 8), ProofResult::kProved);
    expect_all(with_bound(unit, 100000), ProofResult::kProved);
    const std::vector<Proof> refuted = with_bound(unit, 7);
    expect_all(refuted, ProofResult::kRefuted);
    EXPECT_NE(refuted.at(0).detail.find("a_i=0x"), std::string::npos);
  }
  EXPECT_THROW(with_bound(prove_test::unit("add_prefix"), 1), base::Error);
}

TEST(ErrorBounds, AWorseAdderIsRefuted) {
  Unit unit = prove_test::unit("add_loa Width=16 ApproxWidth=6");
  mutate(unit.sources, "a_i[ApproxWidth-1:0] | b_i[ApproxWidth-1:0]",
         "a_i[ApproxWidth-1:0] & b_i[ApproxWidth-1:0]");
  EXPECT_EQ(prove_test::prove(unit).at(0).result, ProofResult::kRefuted);
}

TEST(ErrorBounds, ABetterAdderIsNotTight) {
  Unit loa = prove_test::unit("add_loa Width=16 ApproxWidth=6");
  loa.sources = prove_test::unit("add_loa Width=16 ApproxWidth=5").sources;
  loa.sources.ports = prove_test::unit("add_loa Width=16 ApproxWidth=6").sources.ports;
  const std::vector<Proof> proofs = prove_test::prove(loa);
  EXPECT_EQ(proofs.at(0).result, ProofResult::kProved);
  EXPECT_EQ(proofs.at(1).result, ProofResult::kRefuted);
}

TEST(ErrorBounds, AnExactPointHasErrorZero) {
  const std::vector<Proof> proofs =
      prove_test::prove(prove_test::unit("add_loa Width=16 ApproxWidth=0"));
  ASSERT_EQ(proofs.size(), 1U);
  EXPECT_EQ(proofs[0].property, "|e| <= 0, e = sum_o - (a_i + b_i)");
  EXPECT_EQ(proofs[0].result, ProofResult::kProved);
}

}  // namespace
