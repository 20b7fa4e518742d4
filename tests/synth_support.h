// SPDX-License-Identifier: Apache-2.0
// Small netlists and libraries for the tests of synthesis and power.

#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "synth/library.h"
#include "synth/map.h"
#include "synth/netlist.h"

namespace synth_test {

inline std::shared_ptr<const synth::Library> osu018() {
  static const std::shared_ptr<const synth::Library> library = synth::Library::open("osu018");
  return library;
}

// Yosys' JSON of one flat module `top`, written by hand. Nets are numbers from 2 on.
class JsonNetlist {
 public:
  JsonNetlist& port(const std::string& name, bool input, const std::vector<int>& bits) {
    add(ports_, fmt::format(R"("{}": {{"direction": "{}", "bits": [{}]}})", name,
                            input ? "input" : "output", list(bits)));
    add(nets_, fmt::format(R"("{}": {{"bits": [{}]}})", name, list(bits)));
    return *this;
  }
  JsonNetlist& cell(const std::string& name, const std::string& type,
                    const std::vector<std::pair<std::string, int>>& pins) {
    std::string connections;
    for (const auto& [pin, net] : pins) {
      add(connections, fmt::format(R"("{}": [{}])", pin, list({net})));
    }
    add(cells_,
        fmt::format(R"("{}": {{"type": "{}", "connections": {{{}}}}})", name, type, connections));
    return *this;
  }
  std::string text() const {
    return fmt::format(
        R"({{"modules": {{"top": {{"ports": {{{}}}, "cells": {{{}}}, "netnames": {{{}}}}}}}}})",
        ports_, cells_, nets_);
  }
  std::shared_ptr<const synth::Netlist> netlist(
      std::shared_ptr<const synth::Library> library = osu018()) const {
    return std::make_shared<const synth::Netlist>(
        synth::Netlist::parse(text(), "top", std::move(library)));
  }

 private:
  static void add(std::string& to, const std::string& item) {
    to += (to.empty() ? "" : ", ") + item;
  }
  static std::string list(const std::vector<int>& bits) {
    std::string text;
    for (const int bit : bits)
      add(text, bit < 2 ? fmt::format("\"{}\"", bit) : std::to_string(bit));
    return text;
  }
  std::string ports_, cells_, nets_;
};

// Registered product; en_i holds everything, rst_ni clears the valid bits asynchronously.
inline const char* const kMultiplier = R"(
module mul #(parameter W = 8) (
  input clk_i, input rst_ni, input en_i, input valid_i,
  input [W-1:0] a_i, input signed [W-1:0] b_i,
  output reg valid_o, output reg signed [2*W-1:0] p_o
);
  reg signed [W:0] a_q;
  reg signed [W-1:0] b_q;
  reg valid_q;
  always @(posedge clk_i) if (en_i) begin
    a_q <= {1'b0, a_i};
    b_q <= b_i;
    p_o <= a_q * b_q;
  end
  always @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) {valid_o, valid_q} <= 2'b00;
    else if (en_i) {valid_o, valid_q} <= {valid_q, valid_i};
endmodule
)";

inline synth::MapRequest request(const std::string& verilog, const std::string& top,
                                 const std::string& recipe = "area") {
  synth::MapRequest result;
  result.files = {{top + ".v", verilog}};
  result.top = top;
  result.library = osu018();
  result.recipe = recipe;
  return result;
}

inline std::shared_ptr<const synth::Netlist> read(const synth::Mapped& mapped) {
  return std::make_shared<const synth::Netlist>(
      synth::Netlist::read(mapped.json, mapped.top, mapped.library));
}

// The text of the exception, empty when there is none.
template <typename Function>
std::string error_of(const Function& function) {
  try {
    function();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace synth_test
