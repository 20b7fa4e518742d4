// SPDX-License-Identifier: Apache-2.0
// How much of what a design is made of: bits of registers, adders and gates, for cost models.

#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "gen/hdl/module.h"

namespace hdl {

// What is counted. A row of the modules fircone_fa, fircone_ha counts as their cells.
enum class Feature {
  kRegister,    // bits
  kFullAdder,   // cells
  kHalfAdder,   // cells
  kAdder,       // bits of results of + and -
  kMultiplier,  // bits of partial products of *
  kGate,        // bits of & and |, of two inputs each
  kXor,         // bits
  kMux,         // bits
  kFanout,      // bits that read a register, beyond one each: what needs buffers
  kCount
};
inline constexpr auto kFeatures = static_cast<size_t>(Feature::kCount);
std::string_view feature_name(Feature feature);  // "full_adder"

using Census = std::array<double, kFeatures>;

// Of the last module and of all that it instantiates, at their sizes. Instances of modules that are
// not there count for nothing.
Census census(const std::vector<const Module*>& modules);

}  // namespace hdl
