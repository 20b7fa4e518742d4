// SPDX-License-Identifier: Apache-2.0
// Words of the command line: times, loads, and text for a shell.

#pragma once

#include <cstdint>
#include <string>

namespace cli {

// `5ns`, `5`, `500ps`, `0.02us`: nanoseconds, 1 ps to 1 ms. Usage error otherwise.
double parse_clock(const std::string& text);

// `20fF`, `0.02pF`, `0.02` (pF): farads, up to 100 pF; 0 for an empty text. Usage error otherwise.
double parse_load(const std::string& text);

// "1 output", "3 outputs".
std::string counted(int64_t number, const std::string& noun);

// The word as a POSIX shell must read it: quoted where it holds more than plain characters.
std::string shell_quoted(const std::string& word);

}  // namespace cli
