// SPDX-License-Identifier: Apache-2.0
// What a design takes of an FPGA: primitives after Yosys' synthesis for a family, not placed.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "synth/map.h"

namespace synth {

struct FpgaCounts {
  std::string target;
  int dsp = 0, lut = 0, carry = 0, mux = 0, ff = 0;
  std::map<std::string, int> cells;  // by primitive, all of them
};

// xilinx (7 series), ice40 (with its multipliers, as in the UltraPlus), ecp5.
const std::vector<std::string>& fpga_targets();

// Throws a usage error for another target, a check error with Yosys' own line for a design that it
// refuses. Kept in the cache.
FpgaCounts fpga_counts(const std::vector<VerilogFile>& files, const std::string& top,
                       const std::string& target);

// The cells that Yosys' `stat` lists, sorted into kinds.
FpgaCounts count_primitives(std::string_view stat, const std::string& target);

}  // namespace synth
