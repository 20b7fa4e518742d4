// SPDX-License-Identifier: Apache-2.0
// The bench of units without a clock, on modules written by hand.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "sim/loader.h"
#include "tb/combinational.h"
#include "tb/words.h"

namespace {

// A product of full width and a sum, of unsigned or signed words.
class MultiplyAdd : public tb::VectorUnit {
 public:
  MultiplyAdd(int width, bool is_signed, const tb::Options& options)
      : VectorUnit({{"a_i", 1, width, is_signed}, {"b_i", 1, width, is_signed}},
                   {{"product_o", 1, 2 * width, is_signed}, {"sum_o", 1, width + 1, is_signed}}),
        words_(inputs(), options) {}

  int64_t default_vectors() const override { return words_.default_vectors(); }
  void values(int64_t vector, tb::Values& in) override { words_.values(vector, in); }
  void expect(const tb::Values& in, tb::Sums& out) override {
    golden::Wide a = in[0], b = in[1];
    if (!inputs()[0].is_signed) a = static_cast<uint64_t>(in[0]), b = static_cast<uint64_t>(in[1]);
    const auto product =
        static_cast<golden::UnsignedWide>(a) * static_cast<golden::UnsignedWide>(b);
    out = {static_cast<golden::Wide>(product), a + b};
  }

 private:
  tb::Words words_;
};

std::string verilog(int width, bool is_signed, const std::string& product = "a_i * b_i") {
  const std::string sign = is_signed ? "signed " : "";
  const std::string top = std::to_string(width - 1);
  return "module multiply_add (input " + sign + "[" + top + ":0] a_i, input " + sign + "[" + top +
         ":0] b_i, output " + sign + "[" + std::to_string(2 * width - 1) +
         ":0] product_o, output " + sign + "[" + std::to_string(width) +
         ":0] sum_o);\n  assign product_o = " + product + ";\n  assign sum_o = a_i + b_i;\n" +
         "endmodule\n";
}

std::unique_ptr<sim::Model> load(const std::string& text, bool trace = false) {
  sim::ModelRequest request;
  request.sources = {{"multiply_add.v", text}};
  request.top = "multiply_add";
  request.optimise = 0;
  request.trace = trace;
  return sim::load_verilog(request);
}

tb::Verdict run(const std::string& text, int width, bool is_signed,
                const tb::Options& options = {}) {
  MultiplyAdd unit(width, is_signed, options);
  const auto model = load(text, !options.trace_file.empty());
  return tb::run_combinational(*model, unit, base::Spec("multiply_add"), options);
}

class CombinationalWidth : public testing::TestWithParam<int> {};

TEST_P(CombinationalWidth, ResultsOfUpTo128BitsAreCompared) {
  const int width = GetParam();
  for (const bool is_signed : {false, true}) {
    const tb::Verdict verdict = run(verilog(width, is_signed), width, is_signed);
    EXPECT_TRUE(verdict.passed) << verdict.mismatch;
    EXPECT_EQ(verdict.coverage.at("result bits"), 3 * width + 1);
    EXPECT_GE(verdict.coverage.at("result bits seen at 0 and at 1"), width == 1 ? 3 : 3 * width);
    if (width <= 8) {
      EXPECT_EQ(verdict.vectors, std::max<int64_t>(int64_t{1} << (2 * width), 64));
    } else {
      EXPECT_GE(verdict.vectors, 2000);
    }
    EXPECT_EQ(verdict.cycles, verdict.vectors);
    // The highest bit of the product inverted.
    const std::string top = "(a_i * b_i) ^ {1'b1, {" + std::to_string(2 * width - 1) + "{1'b0}}}";
    EXPECT_FALSE(run(verilog(width, is_signed, top), width, is_signed).passed);
  }
}

INSTANTIATE_TEST_SUITE_P(Widths, CombinationalWidth, testing::Values(1, 4, 8, 9, 33, 63, 64),
                         [](const auto& point) { return std::to_string(point.param); });

TEST(Combinational, AMismatchIsOneLineAndIsReplayed) {
  // Wrong for one pair of operands in 65536.
  const std::string text = verilog(8, false, "a_i * b_i ^ {15'b0, a_i == 8'h53 & b_i == 8'hc1}");
  tb::Verdict verdict = run(text, 8, false);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.failed_vector, 0xc153);
  EXPECT_EQ(verdict.mismatch, "vector 49491: a_i=0x53 b_i=0xc1: product_o=0x3e92, expected 0x3e93");
  EXPECT_EQ(verdict.vectors, 0xc153);
  verdict = run(text, 8, false, {.only = 0xc153});
  EXPECT_FALSE(verdict.passed);
  verdict = run(text, 8, false, {.only = 0xc154});
  EXPECT_TRUE(verdict.passed);
  EXPECT_EQ(verdict.vectors, 1);
}

TEST(Combinational, ATamperedExpectationIsCaught) {
  tb::Options options;
  options.tamper = [](int64_t vector, int index, golden::Wide& expected) {
    if (vector == 300 && index == 1) expected += 1;
  };
  const tb::Verdict verdict = run(verilog(16, true), 16, true, options);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.failed_vector, 300);
}

TEST(Combinational, AnExpectationThatDoesNotFitItsFieldIsAMismatch) {
  const tb::Field field{"y_o", 1, 4, true}, plain{"y_o", 1, 4, false};
  EXPECT_TRUE(tb::same_word(field, -8, -8));
  EXPECT_FALSE(tb::same_word(field, -8, 8));
  EXPECT_TRUE(tb::same_word(plain, 15, -1));
  EXPECT_TRUE(tb::same_word(plain, 15, 15));
  EXPECT_FALSE(tb::same_word(plain, 15, 31));
  EXPECT_FALSE(tb::same_word(plain, 0, 16));
}

TEST(Combinational, ATraceIsWritten) {
  const base::TemporaryDirectory folder;
  const auto file = folder.path() / "out.fst";
  const tb::Verdict verdict =
      run(verilog(4, false), 4, false, {.only = 5, .trace_file = file.string()});
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
  EXPECT_EQ(verdict.cycles, 6);
  EXPECT_GT(std::filesystem::file_size(file), 0U);
}

TEST(Combinational, ErrorsOfTheCallerAreNamed) {
  EXPECT_THROW(run(verilog(4, false), 4, false, {.latency = 2}), base::Error);
  EXPECT_THROW(run(verilog(4, false), 4, false, {.only = 256}), base::Error);
  EXPECT_THROW(run(verilog(5, false), 4, false), base::Error);
}

}  // namespace
