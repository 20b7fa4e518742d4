// SPDX-License-Identifier: Apache-2.0
// Options of the programs under bench/ that print tables.

#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

namespace cli {

// What stands on the command line, by name. Names that `known` has with a word behind them ("--only
// TEXT") take the next argument, others nothing. Usage error for anything else but Google
// Benchmark's options, which scripts/bench gives to every program.
std::map<std::string, std::string> bench_options(std::span<char* const> arguments,
                                                 const std::vector<std::string>& known);

}  // namespace cli
