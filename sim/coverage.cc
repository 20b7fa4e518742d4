// SPDX-License-Identifier: Apache-2.0
// Functional coverage counters.

#include "sim/coverage.h"

#include <fmt/format.h>

#include <algorithm>

namespace sim {

Coverage::Bin& Coverage::bin(std::string_view name, int64_t goal) {
  for (Bin& bin : bins_) {
    if (bin.name == name) return bin;
  }
  return bins_.emplace_back(Bin{std::string(name), goal, 0});
}

std::vector<std::string> Coverage::holes() const {
  std::vector<std::string> names;
  for (const Bin& bin : bins_) {
    if (!bin.reached()) names.push_back(fmt::format("{} ({} of {})", bin.name, bin.hits, bin.goal));
  }
  return names;
}

void Coverage::merge(const Coverage& other) {
  for (const Bin& theirs : other.bins_) {
    Bin& ours = bin(theirs.name, theirs.goal);
    ours.goal = std::max(ours.goal, theirs.goal);
    ours.hits += theirs.hits;
  }
}

std::string Coverage::report() const {
  std::string text;
  for (const Bin& bin : bins_) {
    text += fmt::format("{} {} of {}: {}\n", bin.reached() ? "hit " : "HOLE", bin.hits, bin.goal,
                        bin.name);
  }
  return text;
}

}  // namespace sim
