// SPDX-License-Identifier: Apache-2.0
// Synthesis recipes by name, as scripts for Yosys and ABC.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synth/refine.h"

namespace synth {

struct Recipe {
  std::string_view name;
  std::string_view doc;
  bool keep_hierarchy;
  std::vector<std::string_view> abc;  // candidate ABC scripts
  RefineGoal goal;                    // what our own pass behind ABC goes for
  bool by_product;                    // kept: smallest area x delay; else the fastest, by OpenSTA
};

std::span<const Recipe> recipes();
// Usage error with the nearest name for an unknown one.
const Recipe& find_recipe(std::string_view name);

}  // namespace synth
