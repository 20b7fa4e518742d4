// SPDX-License-Identifier: Apache-2.0
// Verilog without registers as a list of two-input gates, by a short run of Yosys.

#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "synth/map.h"

namespace analysis {

enum class GateOp : uint8_t { kAnd, kOr, kXor, kNand, kNor, kXnor, kAndNot, kOrNot, kNot, kMux };

// Nets 0 and 1 are the constants.
struct Gate {
  GateOp op = GateOp::kAnd;
  std::array<uint32_t, 3> inputs{};  // kMux: a, b, select (1: b); those that are not used: net 0
  uint32_t output = 0;
};

struct GatePort {
  std::string name;
  bool input = false;
  std::vector<uint32_t> nets;  // least significant first
  int width() const { return static_cast<int>(nets.size()); }
};

struct GateNetlist {
  std::string top;
  std::vector<GatePort> ports;  // in the order of the module
  std::vector<Gate> gates;      // each behind those that drive it
  uint32_t nets = 2;

  const GatePort* find(std::string_view name) const;
};

struct GateRequest {
  std::vector<synth::VerilogFile> files;
  std::vector<std::filesystem::path> include_dirs = {};
  std::string top;
  // A Liberty file for cells that the Verilog instantiates; empty: none.
  std::filesystem::path liberty = {};
};

// Usage error, named after the top module, for a flip-flop, a latch, a combinational loop, a
// three-state driver, a bidirectional port, a net with no driver or several, and for what Yosys
// refuses. No mapping takes place: some tenths of a second for some thousand gates.
GateNetlist elaborate_gates(const GateRequest& request);

// The same from the BLIF text that elaborate_gates has Yosys write.
GateNetlist parse_gates(std::string_view blif, const std::string& top);

}  // namespace analysis
