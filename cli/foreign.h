// SPDX-License-Identifier: Apache-2.0
// Port names of edited or foreign RTL, given by the user or guessed.

#pragma once

#include <string>
#include <vector>

#include "gen/generate.h"
#include "sim/renamed_model.h"

namespace cli {

struct ForeignNames {
  std::vector<std::string> ports;  // `expected=actual`
  std::string clock;
  std::string reset;               // `name`, `name:low` or `name:high`
  std::string command = "verify";  // that complains
};

struct ForeignPorts {
  sim::PortMap map;
  std::vector<std::string> guesses;  // `x_i is A (the only 24-bit input left)`
  bool has_enable = true;            // en_i, valid_i and valid_o are all there
};

// The one module of these Verilog texts that no other instantiates; usage error listing them when
// there are several (or none).
std::string guess_top(const std::vector<std::string>& texts);

// Finds each of `expected` among `actual`: by the names given, by equal names, by names that differ
// in case or in _i/_o/_in/_out, and last by being the only port left of its direction and width. An
// absent clock, reset, en_i, valid_i or valid_o is left out (results then come by latency alone);
// any other absent port is a usage error.
ForeignPorts match_ports(const std::vector<gen::Port>& expected,
                         const std::vector<sim::ModelPort>& actual, const ForeignNames& given);

}  // namespace cli
