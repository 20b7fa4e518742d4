// SPDX-License-Identifier: Apache-2.0
// fircone prove as a user calls it: rows, JSON, exit codes.

#include <algorithm>
#include <regex>

#include "tests/cli_program.h"

namespace {

using cli_test::expect_error;
using cli_test::fircone;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A row of the table: the property, then its result, the time, the engine.
bool has_row(const std::string& text, const std::string& property, const std::string& result,
             const std::string& engine = "") {
  const std::regex row(R"(  +)" + result + R"( +[0-9.]+  )" + engine);
  for (size_t at = text.find(property); at != std::string::npos; at = text.find(property, at + 1)) {
    const size_t end = at + property.size();
    if (std::regex_search(text.cbegin() + static_cast<std::ptrdiff_t>(end), text.cend(), row,
                          std::regex_constants::match_continuous))
      return true;
  }
  return false;
}

size_t lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Prove, AnAdder) {
  const base::Output output = fircone({"prove", "add_prefix", "Width=32", "network=sklansky"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(output.err, "");
  EXPECT_TRUE(has_row(output.out, "sum_o == a_i + b_i", "proved", "yosys sat")) << output.out;
}

TEST(Prove, OneJsonObjectForEachProperty) {
  const base::Output output = fircone({"prove", "add_loa", "Width=12", "ApproxWidth=4", "--json"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(lines(output.out), 5U) << output.out;
  for (const char* part :
       {R"("command":"prove")", R"("unit":"add_loa")", R"("Width":12)",
        R"x("property":"|e| <= 8, e = sum_o - (a_i + b_i)","result":"proved")x",
        R"("property":"|e| <= 7 is refuted","result":"proved")", R"("yosys":"Yosys )"})
    EXPECT_TRUE(contains(output.out, part)) << part << "\n" << output.out;
}

TEST(Prove, ByZ3NamesItAmongTheTools) {
  const base::Output output =
      fircone({"prove", "add_ripple", "Width=16", "--engine", "smt", "--json"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, R"("engine":"yosys-smtbmc z3")")) << output.out;
  EXPECT_TRUE(contains(output.out, R"("z3":"Z3 version)")) << output.out;
}

// What a key given as `auto` means is said where it means nothing.
TEST(Prove, AnArrayByItsChannels) {
  const base::Output plain = fircone({"prove", "bw_array", "Simd=4", "Pe=2", "share=auto"});
  EXPECT_EQ(plain.status, 0) << plain.err;
  EXPECT_EQ(plain.err, "note: share=auto is 1 here and means nothing: it needs arith=heap\n");
  const base::Output heap =
      fircone({"prove", "bw_array", "Simd=4", "Pe=2", "arith=heap", "share=auto"});
  EXPECT_EQ(heap.status, 0) << heap.err;
  EXPECT_EQ(heap.err, "");
  for (const base::Output& output : {plain, heap})
    EXPECT_TRUE(has_row(output.out,
                        "y_o[1] == sum of 4 samples by their signs + offset_i - C(s_i), mod 2^20, "
                        "of one beat",
                        "proved", "rewriting"))
        << output.out;
  EXPECT_TRUE(contains(heap.out, " share=2 ")) << heap.out;
  EXPECT_TRUE(contains(heap.out, "2 modules of sums by polynomials")) << heap.out;
}

TEST(Prove, AnArrayThatScalesIsUnknown) {
  const base::Output output = fircone({"prove", "bw_array", "output=multiply", "arith=heap"});
  EXPECT_EQ(output.status, 1);
  EXPECT_TRUE(has_row(output.out, "its function", "unknown", "none")) << output.out;
  EXPECT_TRUE(contains(output.out, "its sums have one: output=raw pool=none")) << output.out;
}

// RTL of the user, right and wrong.
class OwnRtl : public testing::Test {
 protected:
  base::Output prove(const std::string& value) {
    base::write_file(folder_.path() / "my.v",
                     "module my (input [7:0] a_i, input [7:0] b_i, output [8:0] sum_o);\n"
                     "  assign sum_o = " +
                         value + ";\nendmodule\n");
    return fircone({"prove", "add_prefix", "Width=8", "--rtl", (folder_.path() / "my.v").string()});
  }
  base::TemporaryDirectory folder_;
};

TEST_F(OwnRtl, IsProved) { EXPECT_EQ(prove("a_i + b_i").status, 0); }

TEST_F(OwnRtl, IsRefutedWithAnInput) {
  const base::Output output = prove("{1'b0, a_i + b_i}");  // the carry is lost
  EXPECT_EQ(output.status, 1);
  EXPECT_TRUE(contains(output.out, "refuted")) << output.out;
  EXPECT_TRUE(contains(output.out, "a_i=0x")) << output.out;
  EXPECT_TRUE(contains(
      output.err, "fircone: error: add_prefix: not proved: 1 refuted, 0 unknown, of 1 property\n"))
      << output.err;
}

TEST_F(OwnRtl, ThatCannotBeReadIsAUsageError) {
  const base::Output output = prove("a_i +");
  EXPECT_EQ(output.status, 2);
  EXPECT_TRUE(contains(output.err, "my.v:")) << output.err;
  EXPECT_EQ(output.out, "");
}

TEST_F(OwnRtl, OfAnotherShapeIsAUsageError) {
  const std::string file = (folder_.path() / "other.v").string();
  const auto expect = [&](const std::string& ports, const std::string& body,
                          const std::string& text) {
    base::write_file(file, "module other (" + ports + ");\n" + body + "endmodule\n");
    for (const char* unit : {"add_prefix", "add_loa"}) {
      std::vector<std::string> words = {"prove", unit, "Width=4", "--rtl", file, "--top", "other"};
      if (std::string(unit) == "add_loa") words.insert(words.begin() + 2, "ApproxWidth=2");
      expect_error(words, 2, text);
    }
  };
  const std::string inputs = "input [3:0] a_i, input [3:0] b_i, ";
  expect(inputs + "output [5:0] s", "assign s = a_i + b_i;\n",
         "prove: the RTL has no counterpart of sum_o (5 bits); name it with --port sum_o=NAME");
  expect(inputs + "output [3:0] sum_o", "assign sum_o = a_i + b_i;\n",
         "other: port sum_o must have 5 bits");
  expect(inputs + "output reg [4:0] sum_o", "always @* if (a_i[0]) sum_o = a_i + b_i;\n",
         "other: it has a latch, so it is no function of its inputs");
  expect(inputs + "input clk, output reg [4:0] sum_o",
         "always @(posedge clk) sum_o <= a_i + b_i;\n",
         "prove: the RTL has a clock or reset 'clk', but the unit is combinational");
}

TEST_F(OwnRtl, WithOtherPortNamesIsProved) {
  const std::string file = (folder_.path() / "names.v").string();
  base::write_file(file,
                   "module names (input [15:0] A, input [15:0] B, output [16:0] S);\n"
                   "assign S = A + B;\nendmodule\n");
  base::Output output = fircone({"prove", "add_prefix", "--rtl", file});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.err, "guess: a_i is A (its name)\n")) << output.err;
  EXPECT_TRUE(contains(output.err, "guess: sum_o is S (the only one left")) << output.err;
  EXPECT_TRUE(has_row(output.out, "sum_o == a_i + b_i", "proved")) << output.out;
  output = fircone({"prove", "add_loa", "--rtl", file, "--port", "sum_o=A"});
  EXPECT_EQ(output.status, 2);
  base::write_file(
      file,
      "module names (input [15:0] A, input [15:0] B, input [3:0] M, output [16:0] S);\n"
      "assign S = A - B + M;\nendmodule\n");
  output = fircone({"prove", "add_prefix", "--rtl", file, "--port", "sum_o=S"});
  EXPECT_EQ(output.status, 1);
  EXPECT_TRUE(contains(output.out, "refuted")) << output.out;
}

TEST_F(OwnRtl, WithALoopIsUnknown) {
  for (const char* unit : {"add_prefix", "add_loa"}) {
    const std::string file = (folder_.path() / "loop.v").string();
    base::write_file(file,
                     "module loop (input [15:0] a_i, input [15:0] b_i, output [16:0] sum_o);\n"
                     "assign sum_o = (a_i + b_i) & ~sum_o;\nendmodule\n");
    const base::Output output = fircone({"prove", unit, "--rtl", file});
    EXPECT_EQ(output.status, 1);
    EXPECT_TRUE(contains(output.out, "not proved: feedback: sum_o[0] depends on itself"))
        << output.out;
    EXPECT_FALSE(contains(output.out, "  proved ")) << output.out;
  }
}

TEST(Prove, ThatTimesOutSaysSoAndFails) {
  const base::Output output = fircone(
      {"prove", "mul", "WidthA=24", "WidthB=24", "--engine", "exhaustive", "--timeout", "0.001"});
  EXPECT_EQ(output.status, 1);
  EXPECT_TRUE(contains(output.out, "unknown")) << output.out;
  EXPECT_TRUE(contains(output.out, "within 0.001 s")) << output.out;
  EXPECT_TRUE(contains(output.err, "0 refuted, 1 unknown, of ")) << output.err;
}

TEST(Prove, ABoundThatDoesNotHold) {
  EXPECT_EQ(fircone({"prove", "add_loa", "ApproxWidth=4", "--bound", "8"}).status, 0);
  EXPECT_EQ(fircone({"prove", "add_loa", "ApproxWidth=4", "--bound", "7"}).status, 1);
}

TEST(Prove, ANetlist) {
  const base::Output output = fircone({"prove", "add_prefix", "Width=8", "--netlist"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(has_row(output.out, "netlist (osu018, area) == RTL", "proved")) << output.out;
}

TEST(Prove, AFilterWithItsAlgebra) {
  const base::Output output = fircone({"prove", "fcu", "kernel=2", "scheme=ffa2d", "DataWidth=4"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(has_row(output.out,
                      "identity of columns: sum over p of post[o][p] h[p][k] x[p][i] == "
                      "[i = o + k]",
                      "proved", "tensor identity"))
      << output.out;
  EXPECT_TRUE(contains(output.out, "2 outputs, 2 taps by 3 products; post 2x3, h 3x2, x 3x3"));
  EXPECT_TRUE(contains(output.out, "widths: every sum fits its signal")) << output.out;
  EXPECT_TRUE(has_row(output.out, "y_o[3] == sum of 4 products h * x", "proved", "rewriting"))
      << output.out;
}

// Exact divisions are slices of sums whose low bits cancel, and inverses modulo a power of two.
TEST(Prove, WinogradsDivisions) {
  const base::Output output =
      fircone({"prove", "fcu", "kernel=3", "scheme=winograd", "parallel=4", "parallel_rows=1"});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_TRUE(contains(output.out, "== 24 [i = o + k]")) << output.out;
  EXPECT_TRUE(has_row(output.out, "y_o[3] == sum of 9 products h * x", "proved", "rewriting"))
      << output.out;
}

// What has no formula of its Verilog is proved as far as it goes, and says how far.
TEST(Prove, AFilterWithADelayLineByItsAlgebra) {
  for (const std::vector<std::string>& keys :
       {std::vector<std::string>{"scheme=direct"},
        {"taps=7", "parallel=3", "scheme=ffa", "form=D"},
        {"taps=7", "parallel=3", "scheme=ffa", "form=T", "arith=heap"}}) {
    std::vector<std::string> words = {"prove", "fir"};
    words.insert(words.end(), keys.begin(), keys.end());
    const base::Output output = fircone(words);
    EXPECT_EQ(output.status, 0) << output.err;
    EXPECT_FALSE(contains(output.out, "unknown")) << output.out;
    EXPECT_TRUE(contains(output.out, "left to simulation: fircone verify fir ")) << output.out;
  }
}

// What no engine covers is a row that says why.
TEST(Prove, WhatIsNotCoveredIsUnknown) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"mac", "arith=heap"}, "not proved: feedback: y_o[0] depends on itself"},
      {{"line_buffer"}, "not proved: no formula of line_buffer"},
      {{"mul", "arith=heap", "approx=truncated"}, "not proved: no formula of mul"}};
  for (const auto& [spec, reason] : cases) {
    std::vector<std::string> words = {"prove"};
    words.insert(words.end(), spec.begin(), spec.end());
    const base::Output output = fircone(words);
    EXPECT_EQ(output.status, 1) << spec[0];
    EXPECT_TRUE(contains(output.out, reason)) << output.out;
    EXPECT_TRUE(contains(output.out, "  unknown ")) << output.out;
    EXPECT_TRUE(contains(output.err, "0 refuted, 1 unknown, of 1 property")) << output.err;
  }
}

TEST(Prove, WrongUsage) {
  expect_error({"prove", "add_loa", "--bound", "many"}, 2,
               "prove: --bound many must be a whole number, 0 or more");
  expect_error({"prove", "add_prefix", "--bound", "1"}, 2,
               "add_prefix: --bound is for approximate adders, this unit has no error");
  expect_error({"prove", "add_prefix", "--top", "x"}, 2, "prove: --top and --port need --rtl FILE");
  EXPECT_EQ(fircone({"prove", "add_prefix", "--engine", "magic"}).status, 2);
  EXPECT_EQ(fircone({"prove", "add_prefix", "--timeout", "0"}).status, 2);
  EXPECT_EQ(fircone({"prove", "add_prefix", "Width=65"}).status, 2);
}

TEST(Prove, WithoutASolver) {
  const base::Output output =
      base::run({.argv = {cli_test::program().string(), "prove", "add_prefix"},
                 .environment = {{"PATH", "/proc/nonexistent"}}});
  EXPECT_EQ(output.status, 3);
  EXPECT_TRUE(contains(output.err, "it is in the package 'yosys'")) << output.err;
}

}  // namespace
