// SPDX-License-Identifier: Apache-2.0
// From a Module to Verilog-2005 text, and the check that free sizes are free.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "gen/hdl/module.h"

namespace hdl {

struct PrintOptions {
  std::string prefix = {};          // in front of every module name, instances included
  bool normalise_defaults = false;  // parameter defaults as 0, no command line: for comparisons
};

// Same module, same bytes. Runs Module::check first.
std::string print(const Module& module, const PrintOptions& options = {});

using Point = std::map<std::string, int64_t>;
struct FreeSize {
  std::string name;
  int64_t value = 0, min = 0, max = 0;
};

// Builds at the default point, at all-min, all-max, each size alone at its limits, and at up to
// `max_corners` corners of the box; points for which `legal` is false are left out. Throws
// std::logic_error naming the first point where a proof fails or the text (but for default
// values) differs.
void check_free_sizes(const std::function<std::vector<Module>(const Point&)>& build,
                      const std::vector<FreeSize>& sizes,
                      const std::function<bool(const Point&)>& legal = {}, int max_corners = 64);

}  // namespace hdl
