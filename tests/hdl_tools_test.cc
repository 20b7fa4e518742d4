// SPDX-License-Identifier: Apache-2.0
// What Verilator, Icarus and Yosys say, and that Verilog computes what the ranges promise.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/hdl_support.h"

namespace hdl {
namespace {

using hdl_test::run_tools;
using hdl_test::ToolResult;

const Point kDefault = {{"Width", 8}, {"ApproxWidth", 3}, {"Lanes", 3}, {"Depth", 12}};

class LintTest : public testing::TestWithParam<Point> {};

// The default text with sizes overridden, as a user would.
TEST_P(LintTest, EverythingIsClean) {
  const ToolResult r =
      run_tools(hdl_test::text_of(hdl_test::everything(kDefault)), "everything", GetParam());
  EXPECT_TRUE(r.silent) << r.output;
  EXPECT_TRUE(r.verilator && r.icarus && r.yosys);
}

std::string point_name(const testing::TestParamInfo<Point>& info) {
  std::string name = "Default";
  if (!info.param.empty()) name.clear();
  for (const auto& [key, value] : info.param) name += key + std::to_string(value);
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Overrides, LintTest,
    testing::Values(Point{}, Point{{"Width", 2}, {"ApproxWidth", 0}, {"Lanes", 2}, {"Depth", 2}},
                    Point{{"Width", 24}, {"ApproxWidth", 23}, {"Lanes", 5}, {"Depth", 1000}},
                    Point{{"Width", 2}, {"ApproxWidth", 1}, {"Lanes", 5}, {"Depth", 1000}},
                    Point{{"Width", 24}, {"ApproxWidth", 0}, {"Lanes", 2}, {"Depth", 3}}),
    point_name);

TEST(LintTest, MacPairIsClean) {
  const std::string text = print(hdl_test::mac_pair());
  for (const Point& p : {Point{}, Point{{"DataWidth", 1}, {"CoefWidth", 2}},
                         Point{{"DataWidth", 32}, {"CoefWidth", 32}}}) {
    const ToolResult r = run_tools(text, "mac_pair", p);
    EXPECT_TRUE(r.silent) << r.output;
  }
}

// The lint of this test can fail: an undriven, too wide, unused signal is seen.
TEST(LintTest, SeesAFault) {
  std::string text = print(hdl_test::mac_pair());
  const std::string line = "wire signed [ProductWidth-1:0] p0 =";
  const size_t at = text.find(line);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, line.size(), "wire signed [ProductWidth+5:0] p0 =");
  EXPECT_FALSE(run_tools(text, "mac_pair").silent);
}

struct Illegal {
  const char* name;
  Point overrides;
  const char* module;
};

class OverrideTest : public testing::TestWithParam<Illegal> {};

TEST_P(OverrideTest, IsRefusedByEveryTool) {
  const ToolResult r = run_tools(hdl_test::text_of(hdl_test::everything(kDefault)), "everything",
                                 GetParam().overrides);
  EXPECT_FALSE(r.verilator);
  EXPECT_FALSE(r.icarus);
  EXPECT_FALSE(r.yosys);
  EXPECT_NE(r.output.find(GetParam().module), std::string::npos) << r.output;
}

INSTANTIATE_TEST_SUITE_P(
    Limits, OverrideTest,
    testing::Values(
        Illegal{"WidthAbove", {{"Width", 25}}, "fircone_error_Width_out_of_range"},
        Illegal{"LanesAbove", {{"Lanes", 6}}, "fircone_error_Lanes_out_of_range"},
        Illegal{"LanesBelow", {{"Lanes", 1}}, "fircone_error_Lanes_out_of_range"},
        Illegal{"DepthAbove", {{"Depth", 1001}}, "fircone_error_Depth_out_of_range"},
        Illegal{"ApproxAboveWidth", {{"ApproxWidth", 8}}, "fircone_error_ApproxWidth_out_of_range"},
        Illegal{"ApproxBelow", {{"ApproxWidth", -1}}, "fircone_error_ApproxWidth_out_of_range"},
        Illegal{"Requirement",
                {{"Width", 23}, {"Lanes", 6}},
                "fircone_error_Lanes_times_Width_above_120"}),
    [](const auto& param) { return param.param.name; });

// y_o is one number after the other, each `kLane` bits; the bench prints them for all inputs.
constexpr int kLane = 16;

struct Operation {
  int width;  // of the wire that names it
  Num (*hardware)(const Num&, const Num&, const Num&);
  int (*expected)(int, int, int);
};

Module semantics(const std::vector<Operation>& operations) {
  Module m("semantics");
  const Num a = m.input("a_i", sint(4), "a.");
  const Num b = m.input("b_i", sint(3), "b.");
  const Num u = m.input("u_i", hdl::uint(3), "u.");
  const Bits y = m.output("y_o", bits(static_cast<int>(operations.size()) * kLane), "y.");
  for (size_t i = 0; i < operations.size(); ++i) {
    const int width = operations[i].width;
    Num n = m.wire(fmt::format("n{}", i), sint(width), operations[i].hardware(a, b, u));
    if (width < kLane) n = m.wire(fmt::format("wide{}", i), sint(kLane), n);
    m.assign(y.lane(static_cast<int>(i), kLane), n.bits());
  }
  return m;
}

// Every operator against plain integers, in Icarus, for all values of all operands.
TEST(SemanticsTest, VerilogComputesTheNumber) {
  const std::vector<Operation> operations = {
      {5, [](const Num& a, const Num& b, const Num&) { return a + b; },
       [](int a, int b, int) { return a + b; }},
      {16, [](const Num& a, const Num& b, const Num&) { return a - b - 7; },
       [](int a, int b, int) { return a - b - 7; }},
      {9, [](const Num& a, const Num& b, const Num&) { return -a + (b - a) + a * b; },
       [](int a, int b, int) { return -a + (b - a) + a * b; }},
      {16, [](const Num& a, const Num& b, const Num& u) { return a * u.as_signed() - b * 3; },
       [](int a, int b, int u) { return a * u - b * 3; }},
      {4, [](const Num& a, const Num& b, const Num& u) { return mux(u > 3, a, -b); },
       [](int a, int b, int u) { return u > 3 ? a : -b; }},
      {12, [](const Num& a, const Num& b, const Num&) { return mux(a < b, a.shift_left(3), b); },
       [](int a, int b, int) { return a < b ? a * 8 : b; }},
      {16,
       [](const Num& a, const Num& b, const Num& u) {
         return mux((a >= b) & ~(u == 2), b, a.shift_right(1));
       },
       [](int a, int b, int u) { return a >= b && u != 2 ? b : a >> 1; }},
      {4, [](const Num& a, const Num&, const Num& u) { return a.shift_right(u); },
       [](int a, int, int u) { return a >> u; }},
      {3, [](const Num& a, const Num&, const Num&) { return a.saturate(sint(3)); },
       [](int a, int, int) { return a < -4  ? -4
                                    : a > 3 ? 3
                                            : a; }},
      {16,
       [](const Num& a, const Num&, const Num&) { return a.saturate(hdl::uint(2)).as_signed(); },
       [](int a, int, int) { return a < 0   ? 0
                                    : a > 3 ? 3
                                            : a; }},
      {16,
       [](const Num&, const Num&, const Num& u) { return (~u.bits()).as_unsigned().as_signed(); },
       [](int, int, int u) { return 7 - u; }},
      {4, [](const Num& a, const Num&, const Num&) { return (~a.bits()).as_signed(); },
       [](int a, int, int) { return -a - 1; }},
      {16,
       [](const Num&, const Num&, const Num& u) {
         const Num top = u.shift_right(2);
         return u.bits().select(top).as_unsigned().as_signed();
       },
       [](int, int, int u) { return (u >> (u >> 2)) & 1; }},
      {7,
       [](const Num& a, const Num&, const Num& u) {
         return concat({u.bits(), a.bits()}).as_signed();
       },
       [](int a, int, int u) { return (u > 3 ? u - 8 : u) * 16 + (a & 15); }},
      {3, [](const Num& a, const Num&, const Num&) { return (a + 3).wrap(3); },
       [](int a, int, int) { return (((a + 3) & 7) ^ 4) - 4; }},
      {4,
       [](const Num& a, const Num& b, const Num&) {
         return (a * b - a * b + a).known_range(-8, 7, "the products cancel");
       },
       [](int a, int, int) { return a; }},
  };
  std::string text = print(semantics(operations));
  const ToolResult lint = run_tools(text, "semantics");
  EXPECT_TRUE(lint.silent) << lint.output;
  text += fmt::format(R"(
module bench;
  integer n, i;
  reg [9:0] in;
  wire [{0}*16-1:0] y;
  semantics dut (.a_i(in[3:0]), .b_i(in[6:4]), .u_i(in[9:7]), .y_o(y));
  initial for (n = 0; n < 1024; n = n + 1) begin
    in = n;
    #1 for (i = 0; i < {0}; i = i + 1) $display("%0d", $signed(y[i*16 +: 16]));
  end
endmodule
)",
                      operations.size());
  const base::TemporaryDirectory folder;
  const std::string file = (folder.path() / "bench.v").string();
  base::write_file(file, text);
  const std::string program = (folder.path() / "bench.vvp").string();
  ASSERT_EQ(base::run({.argv = {"iverilog", "-g2005", "-o", program, "-s", "bench", file}}).status,
            0);
  std::istringstream out(base::run({.argv = {"vvp", program}}).out);
  for (int n = 0; n < 1024; ++n) {
    const int a = (n & 15) - ((n & 8) ? 16 : 0), b = ((n >> 4) & 7) - (((n >> 4) & 4) ? 8 : 0);
    for (size_t i = 0; i < operations.size(); ++i) {
      int value = -99999;
      out >> value;
      ASSERT_EQ(value, operations[i].expected(a, b, n >> 7))
          << "operation " << i << " a=" << a << " b=" << b << " u=" << (n >> 7);
    }
  }
}

}  // namespace
}  // namespace hdl
