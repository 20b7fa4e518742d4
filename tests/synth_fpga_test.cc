// SPDX-License-Identifier: Apache-2.0
// Primitives of FPGAs: sorting Yosys' list, and one run of each family.

#include "synth/fpga.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace synth {
namespace {

TEST(Fpga, SortsPrimitives) {
  const FpgaCounts counts = count_primitives(
      "=== top ===\n\n   Number of wires:                254\n   Number of cells:    12\n"
      "     CARRY4                          2\n     DSP48E1                         3\n"
      "     FDCE                            1\n     FDRE                            4\n"
      "     LUT2                            5\n     LUT6                            6\n"
      "     MUXF7                           7\n     BUFG                            1\n",
      "xilinx");
  EXPECT_EQ(counts.dsp, 3);
  EXPECT_EQ(counts.lut, 11);
  EXPECT_EQ(counts.carry, 2);
  EXPECT_EQ(counts.mux, 7);
  EXPECT_EQ(counts.ff, 5);
  EXPECT_EQ(counts.cells.at("BUFG"), 1);
  EXPECT_FALSE(counts.cells.contains("Number"));
}

TEST(Fpga, TakesAMultiplierAProduct) {
  const std::string text =
      "module top(input clk, input [8:0] a, input [8:0] b, input [8:0] c, output reg [18:0] y);\n"
      "  always @(posedge clk) y <= a * b + a * c;\nendmodule\n";
  for (const std::string& target : fpga_targets()) {
    const FpgaCounts counts = fpga_counts({{"top.v", text}}, "top", target);
    EXPECT_EQ(counts.dsp, 2) << target;
  }
}

TEST(Fpga, RefusesUnknownFamiliesAndBrokenVerilog) {
  EXPECT_THROW(fpga_counts({{"top.v", "module top; endmodule\n"}}, "top", "abacus"), base::Error);
  EXPECT_THROW(fpga_counts({{"top.v", "module top; endmodul\n"}}, "top", "ice40"), base::Error);
}

}  // namespace
}  // namespace synth
