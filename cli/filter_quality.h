// SPDX-License-Identifier: Apache-2.0
// Fast filters against direct ones: area, energy and delay from bit heaps, primitives of FPGAs.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cli {

// Per output.
struct FilterFigures {
  double area = 0;    // um2
  double energy = 0;  // pJ, windows of the demo's picture, zero-delay
  double delay = 0;   // ns
};

// Two units of one output tile. Changes in percent; `must` fails the table, `stretch` does not.
struct FilterPair {
  std::string name;
  std::string direct, fast;  // specs
  double must = 0, stretch = 0, energy_stretch = 0;
  FilterFigures recorded_direct, recorded_fast;
  bool enforced = true;  // false: a goal that is not reached yet, shown and not failed
};

struct FilterTable {
  std::vector<FilterPair> pairs;
  std::vector<std::pair<std::string, std::string>> fpga;  // name, spec
};

// Lines `pair NAME: ...`, `goal NAME: ...` (a pair that is not enforced) and `fpga NAME: SPEC`, as
// bench/filters.txt has them. Usage error with the line for anything else.
FilterTable read_filters(const std::filesystem::path& file);

// osu018, recipe area. Both netlists are checked by the unit's bench.
FilterFigures measure_filter(const std::string& spec);

// Percent by which `now` is above `before`.
double change(double now, double before);

// Measures all and prints the table; false when an area misses its limit or is 3 % worse than
// recorded. `record`: rewrites the file's figures.
bool print_filters(const std::filesystem::path& file, bool record);

}  // namespace cli
