// SPDX-License-Identifier: Apache-2.0
// Verilog to gates, what is refused, and the bit-parallel simulation of gates.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/gate_netlist.h"
#include "analysis/gate_simulator.h"
#include "base/error.h"

namespace analysis {
namespace {

GateNetlist elaborate(const std::string& text) {
  return elaborate_gates({.files = {{"given.v", text}}, .top = "dut"});
}

std::string refusal(const std::string& text) {
  try {
    elaborate(text);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::kUsage);
    return error.what();
  }
  return "";
}

uint64_t next_random(uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

// Runs 512 random vectors and gives operands and result of each.
struct Vectors {
  std::vector<std::array<uint64_t, 3>> all;
};

Vectors simulate(const GateNetlist& netlist, const char* a, const char* b, const char* y) {
  std::vector<uint32_t> inputs = netlist.find(a)->nets;
  const size_t split = inputs.size();
  inputs.insert(inputs.end(), netlist.find(b)->nets.begin(), netlist.find(b)->nets.end());
  GateSimulator simulator(netlist, inputs, netlist.find(y)->nets);
  uint64_t seed = 88172645463325252;
  std::vector<LaneWord> values(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (uint64_t& word : values[i]) word = next_random(seed);
    simulator.set(i, values[i]);
  }
  simulator.run();
  std::array<uint64_t, GateSimulator::kLanes> numbers{};
  simulator.read_numbers(numbers);
  Vectors result;
  for (int m = 0; m < GateSimulator::kLanes; ++m) {
    const auto lane = static_cast<size_t>(simulator.lane_of(m));
    std::array<uint64_t, 3> vector{0, 0, numbers[static_cast<size_t>(m)]};
    for (size_t i = 0; i < inputs.size(); ++i) {
      const uint64_t bit = values[i][lane / 64] >> (lane % 64) & 1;
      vector[i < split ? 0 : 1] |= bit << (i < split ? i : i - split);
    }
    result.all.push_back(vector);
  }
  return result;
}

TEST(Gates, AMultiplierGivesProducts) {
  const GateNetlist netlist = elaborate(
      "module dut(input [15:0] a, input [15:0] b, output [31:0] y); assign y = a * b; endmodule");
  ASSERT_EQ(netlist.ports.size(), 3U);
  for (const auto& [a, b, y] : simulate(netlist, "a", "b", "y").all) EXPECT_EQ(y, a * b);
}

TEST(Gates, MoreThan32Outputs) {
  const GateNetlist netlist = elaborate(
      "module dut(input [40:0] a, input [40:0] b, output [41:0] y); assign y = a + b; endmodule");
  for (const auto& [a, b, y] : simulate(netlist, "a", "b", "y").all) EXPECT_EQ(y, a + b);
}

TEST(Gates, EveryKindOfGate) {
  const GateNetlist netlist = elaborate(R"(
    module dut(input [1:0] a, input b, output [9:0] y);
      assign y[0] = a[0] & b, y[1] = a[0] | b, y[2] = a[0] ^ b, y[3] = ~(a[0] & b);
      assign y[4] = ~(a[0] | b), y[5] = ~(a[0] ^ b), y[6] = a[0] & ~b, y[7] = a[0] | ~b;
      assign y[8] = ~a[0], y[9] = b ? a[1] : a[0];
    endmodule)");
  for (const auto& [a, b, y] : simulate(netlist, "a", "b", "y").all) {
    const bool p = (a & 1) != 0, q = b != 0, r = (a & 2) != 0;
    const std::array<bool, 10> expected = {p && q, p || q,  p != q,  !(p && q), !(p || q),
                                           p == q, p && !q, p || !q, !p,        q ? r : p};
    for (size_t i = 0; i < 10; ++i) EXPECT_EQ(y >> i & 1, expected[i] ? 1U : 0U) << i;
  }
}

TEST(Gates, DescendingAndOffsetPorts) {
  const GateNetlist netlist = elaborate(
      "module dut(input [0:7] a, input [11:4] b, output [8:0] y); assign y = a + b; endmodule");
  for (const auto& [a, b, y] : simulate(netlist, "a", "b", "y").all) EXPECT_EQ(y, a + b);
}

TEST(Gates, ConstantsAndFeedThroughs) {
  const GateNetlist netlist = elaborate(
      "module dut(input [3:0] a, input b, output [5:0] y); assign y = {1'b1, a, 1'b0}; endmodule");
  for (const auto& [a, b, y] : simulate(netlist, "a", "b", "y").all) EXPECT_EQ(y, 32 + 2 * a);
}

struct Refused {
  const char* name;
  const char* text;
  const char* because;
};

class RefusedGates : public testing::TestWithParam<Refused> {};

TEST_P(RefusedGates, WithAReason) {
  const std::string what = refusal(GetParam().text);
  EXPECT_NE(what.find(GetParam().because), std::string::npos) << what;
  EXPECT_TRUE(what.starts_with("dut: ")) << what;
}

INSTANTIATE_TEST_SUITE_P(
    Gates, RefusedGates,
    testing::Values(
        Refused{"latch",
                "module dut(input a, input b, output reg y); always @* if (a) y = b; endmodule",
                "net 'y' comes from a latch"},
        Refused{"flip_flop",
                "module dut(input a, input clk, output reg y); always @(posedge clk) y <= a; "
                "endmodule",
                "net 'y' comes from a flip-flop (clock 'clk')"},
        Refused{"loop",
                "module dut(input a, input b, output y); wire t = a & u; wire u = b | t; "
                "assign y = u; endmodule",
                "a combinational loop"},
        Refused{"three_state",
                "module dut(input a, input b, output y); assign y = a ? b : 1'bz; endmodule",
                "three-state"},
        Refused{"bidirectional",
                "module dut(input a, inout b, output y); assign y = a & b; endmodule",
                "port 'b' is bidirectional"},
        Refused{"two_drivers",
                "module dut(input a, input b, output y); assign y = a & b; assign y = a | b; "
                "endmodule",
                "given.v:1$2_Y' has several drivers"},
        Refused{"no_driver",
                "module dut(input a, input b, output y); wire t; assign y = a & t; "
                "endmodule",
                "net 't' is used but has no driver"},
        Refused{"syntax", "module dut(input a, output y); assign y = a endmodule", "given.v:1"},
        Refused{"unknown_cell", "module dut(input a, output y); AND2X1 g(a, a, y); endmodule",
                "AND2X1"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace analysis
