// SPDX-License-Identifier: Apache-2.0
// Forms of words: what is proved, and that no word is taken for a number that it is not.

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/prove/word_forms.h"
#include "tests/prove_support.h"

namespace {

using analysis::Claim;
using prove_test::Unit;

// y_o = a[0] * b[0] + 3 * a[1] * b[1] of two samples of 8 bits and two signed coefficients.
bool proved(const std::string& body, int width = 20) {
  analysis::Sources sources;
  sources.top = "words";
  sources.ports = {{"clk_i", true, 1}, {"a_i", true, 16}, {"b_i", true, 12}, {"y_o", false, width}};
  sources.files = {{"words.v",
                    "module words (input wire clk_i, input wire [15:0] a_i, "
                    "input wire [11:0] b_i, output wire [" +
                        std::to_string(width - 1) +
                        ":0] y_o);\n"
                        "wire [7:0] a0 = a_i[7:0], a1 = a_i[15:8];\n"
                        "wire signed [5:0] b0 = b_i[5:0], b1 = b_i[11:6];\n" +
                        body + "endmodule\n"}};
  Claim claim{.output = "y_o", .width = width, .is_signed = true};
  for (const int i : {0, 1})
    claim.terms.push_back({i == 0 ? 1 : 3, {{"a_i", 8 * i, 8, false}, {"b_i", 6 * i, 6, true}}});
  const analysis::Network network = analysis::Network::parse(
      analysis::elaborate(sources, analysis::Elaboration::kBoxes, 60), sources.top);
  return analysis::WordForms(network, {claim}).proves(claim);
}

const std::string kProducts =
    "wire signed [13:0] p0 = $signed({1'b0, a0}) * b0;\n"
    "wire signed [13:0] p1 = $signed({1'b0, a1}) * b1;\n";

TEST(WordForms, SumsOfProducts) {
  EXPECT_TRUE(proved(kProducts + "assign y_o = p0 + 3 * p1;\n"));
  EXPECT_FALSE(proved(kProducts + "assign y_o = p0 + p1;\n"));
  EXPECT_FALSE(proved(kProducts + "assign y_o = p0 + 3 * p1 + 1;\n"));
  EXPECT_FALSE(proved(kProducts + "assign y_o = p0 - 3 * p1;\n"));
  EXPECT_FALSE(
      proved("wire signed [13:0] p0 = $signed(a0) * b0;\n"
             "wire signed [13:0] p1 = $signed({1'b0, a1}) * b1;\n"
             "assign y_o = p0 + 3 * p1;\n"))
      << "a sample is no signed number";
}

TEST(WordForms, ProductsOfSums) {
  // (a0 + a1) (b0 + b1) - a0 b1 - a1 b0 + 2 a1 b1.
  const auto body = [](const std::string& sum, const std::string& extended) {
    return kProducts + sum + "wire signed [6:0] h = {b0[5], b0} + {b1[5], b1};\n" +
           "wire signed [15:0] m = " + extended +
           " * h;\n"
           "wire signed [13:0] c = $signed({1'b0, a0}) * b1, d = $signed({1'b0, a1}) * b0;\n"
           "assign y_o = m - c - d + 2 * p1;\n";
  };
  EXPECT_TRUE(proved(body("wire [8:0] u = a0 + a1;\n", "$signed({1'b0, u})")));
  EXPECT_TRUE(
      proved(body("reg [8:0] u; always @(posedge clk_i) u <= a0 + a1;\n", "$signed({1'b0, u})")))
      << "registers are wires here";
  EXPECT_FALSE(proved(body("wire [7:0] u = a0 + a1;\n", "$signed({1'b0, u})"))) << "it overflows";
  EXPECT_FALSE(proved(body("wire [8:0] u = a0 + a1;\n", "$signed(u)"))) << "its top bit is no sign";
  EXPECT_FALSE(proved(body("wire [8:0] u = a0 + a1;\n", "$signed({1'b0, u[8:1], 1'b0})")));
  EXPECT_FALSE(proved(body("wire [8:0] u = a0 | a1;\n", "$signed({1'b0, u})")));
}

// Sums may overflow where the result is as narrow, and nowhere else.
TEST(WordForms, ModuloAPowerOfTwo) {
  const std::string narrow = kProducts + "wire [13:0] s = p0 + {p1[12:0], 1'b0};\n";
  EXPECT_TRUE(proved(narrow + "assign y_o = s + p1;\n", 14));
  EXPECT_FALSE(proved(narrow + "assign y_o = s + p1;\n", 15));
  EXPECT_FALSE(proved(narrow + "assign y_o = {s[13], s} + p1;\n", 15));
}

// A slice is a division where the bits below are always 0.
TEST(WordForms, Divisions) {
  const std::string sum = kProducts + "wire signed [19:0] s = 2 * p0 + p1 + 5 * p1;\n";
  EXPECT_TRUE(proved(sum + "assign y_o = s[19:1];\n", 19));
  EXPECT_TRUE(proved(sum + "assign y_o = {s[19], s[19:1]};\n"));
  EXPECT_FALSE(proved(sum + "assign y_o = {1'b0, s[19:1]};\n")) << "negative ones";
  EXPECT_FALSE(proved(kProducts + "wire signed [19:0] s = 2 * p0 + p1 + 6 * p1;\n"
                                  "assign y_o = {s[19], s[19:1]};\n"));
  // 3 * 0xaaab = 1 modulo 2^17.
  EXPECT_TRUE(proved(kProducts + "wire [16:0] s = 3 * p0 + 9 * p1;\n"
                                 "assign y_o = s * 17'haaab;\n",
                     17));
  EXPECT_FALSE(proved(kProducts + "wire [16:0] s = 3 * p0 + 9 * p1;\n"
                                  "assign y_o = s * 17'haaac;\n",
                      17));
}

// A filter is proved by its words alone, and one with a wrong sign is refuted all the same.
TEST(WordForms, OfAFilter) {
  Unit unit = prove_test::unit("fcu kernel=2 scheme=ffa2d InChannels=2 DataWidth=4 CoefWidth=4");
  const auto by_words = [&] {
    const std::vector<Claim> claims = analysis::claims_of(unit.spec, unit.sources.ports);
    const analysis::Network network = analysis::Network::parse(
        analysis::elaborate(unit.sources, analysis::Elaboration::kBoxes, 60), unit.sources.top);
    const analysis::WordForms forms(network, claims);
    return std::count_if(claims.begin(), claims.end(),
                         [&](const Claim& claim) { return forms.proves(claim); });
  };
  EXPECT_EQ(by_words(), 4);
  std::string& text = unit.sources.files.at(0).text;  // its first addition, behind the comments
  text.replace(text.find(" + ", text.find("// Stage")), 3, " - ");
  EXPECT_LT(by_words(), 4);
}

}  // namespace
