// SPDX-License-Identifier: Apache-2.0
// What stands beside the generated Verilog: filelist, constraints, package description.

#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "gen/generate.h"

namespace cli {

// Every file of a design: Verilog, `<top>.json`, `<top>.f`, `<top>.sdc`, `<top>.core`.
// `bench` holds the names of test bench files to list in the core; empty: none.
std::vector<base::NamedText> products(const gen::Design& design, double clock_ns,
                                      const std::vector<std::string>& bench = {});

}  // namespace cli
