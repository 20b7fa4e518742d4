// SPDX-License-Identifier: Apache-2.0
// Designs for the tests of proofs: generated, hand-made, and with one thing wrong.

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "analysis/prove/prove.h"
#include "gen/generate.h"

namespace prove_test {

// The Verilog and ports of a spec line.
struct Unit {
  base::Spec spec;
  analysis::Sources sources;
};

inline Unit unit(const std::string& line) {
  const gen::Design design = gen::generate(base::Spec::parse_line(line));
  Unit result{design.spec, {}};
  for (const gen::SourceFile& file : design.files)
    result.sources.files.push_back({file.name, file.text});
  for (const gen::Port& port : design.ports)
    result.sources.ports.push_back({port.name, port.input, port.width_value});
  result.sources.top = design.top;
  return result;
}

// Replaces one occurrence of `from`, which must be there, in whatever file has it first.
inline void mutate(analysis::Sources& sources, const std::string& from, const std::string& to) {
  for (synth::VerilogFile& file : sources.files) {
    const size_t at = file.text.find(from);
    if (at == std::string::npos) continue;
    file.text.replace(at, from.size(), to);
    return;
  }
  FAIL() << "nothing to mutate: " << from;
}

// A sum of products as Verilog with adder cells and a final adder, written by hand: an unsigned
// multiplier of 4 by 4 bits. Lines are kept apart so that tests can spoil one.
inline std::string hand_made_multiplier() {
  return R"(
module fircone_fa #(parameter integer Width = 1) (
  input [Width-1:0] a_i, input [Width-1:0] b_i, input [Width-1:0] c_i,
  output [Width-1:0] sum_o, output [Width-1:0] carry_o);
  assign sum_o = a_i ^ b_i ^ c_i;
  assign carry_o = (a_i & b_i) | (a_i & c_i) | (b_i & c_i);
endmodule
module fircone_ha #(parameter integer Width = 1) (
  input [Width-1:0] a_i, input [Width-1:0] b_i,
  output [Width-1:0] sum_o, output [Width-1:0] carry_o);
  assign sum_o = a_i ^ b_i;
  assign carry_o = a_i & b_i;
endmodule
module fircone_final_adder_hand (input [5:0] a_i, input [5:0] b_i, output [5:0] sum_o);
  assign sum_o = a_i + b_i;
endmodule
module hand (input [3:0] a_i, input [3:0] b_i, output [7:0] product_o);
  wire [3:0] p0 = a_i & {4{b_i[0]}};
  wire [3:0] p1 = a_i & {4{b_i[1]}};
  wire [3:0] p2 = a_i & {4{b_i[2]}};
  wire [3:0] p3 = a_i & {4{b_i[3]}};
  // Columns 1 to 4: p0, p1, p2.
  wire [3:0] s1, c1;
  fircone_fa #(.Width(4)) u_first (
    .a_i({1'b0, p0[3], p0[2], p0[1]}), .b_i({p1[3], p1[2], p1[1], p1[0]}),
    .c_i({p2[2], p2[1], p2[0], 1'b0}), .sum_o(s1), .carry_o(c1));
  // Columns 2 to 5: the sums, the carries one up, p3.
  wire [3:0] s2, c2;
  fircone_fa #(.Width(4)) u_second (
    .a_i({p2[3], s1[3], s1[2], s1[1]}), .b_i({c1[3], c1[2], c1[1], c1[0]}),
    .c_i({p3[2], p3[1], p3[0], 1'b0}), .sum_o(s2), .carry_o(c2));
  // Column 6: p3 alone.
  wire [5:0] high;
  fircone_final_adder_hand u_final (
    .a_i({1'b0, p3[3], s2}), .b_i({1'b0, c2, 1'b0}), .sum_o(high));
  assign product_o = {high, s1[0], p0[0]};
endmodule
)";
}

inline Unit hand_made(const std::string& verilog = hand_made_multiplier()) {
  Unit result{gen::resolve(base::Spec::parse_line("mul WidthA=4 WidthB=4")), {}};
  result.sources.files = {{"hand.v", verilog}};
  result.sources.ports = {{"a_i", true, 4}, {"b_i", true, 4}, {"product_o", false, 8}};
  result.sources.top = "hand";
  return result;
}

inline std::vector<analysis::Proof> prove(
    const Unit& unit, analysis::EngineChoice engine = analysis::EngineChoice::kAuto,
    double timeout = 60) {
  return analysis::prove(unit.spec, unit.sources, {.engine = engine, .timeout_seconds = timeout});
}

inline void expect_all(const std::vector<analysis::Proof>& proofs, analysis::ProofResult result) {
  EXPECT_FALSE(proofs.empty());
  for (const analysis::Proof& proof : proofs)
    EXPECT_EQ(proof.result, result) << proof.property << ": " << proof.detail;
}

// The value of `port=0x..` in a counterexample.
inline mpz_class value_in(const std::string& detail, const std::string& port) {
  const size_t at = detail.find(port + "=0x");
  EXPECT_NE(at, std::string::npos) << port << " in " << detail;
  if (at == std::string::npos) return -1;
  const size_t begin = at + port.size() + 3;
  return mpz_class(
      detail.substr(begin, detail.find_first_not_of("0123456789abcdef", begin) - begin), 16);
}

}  // namespace prove_test
