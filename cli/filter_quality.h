// SPDX-License-Identifier: Apache-2.0
// Fast filters against direct ones: area, energy and delay from bit heaps, primitives of FPGAs.

#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace cli {

// Per output.
struct FilterFigures {
  double area = 0;    // um2
  double energy = 0;  // pJ, windows of the demo's picture, zero-delay
  double delay = 0;   // ns
  double random = 0;  // pJ, random samples and coefficients, anew each cycle
};

// Two units of one output tile under one recipe, in one library. Changes in percent; `must` fails
// the table, `stretch` does not.
struct FilterPair {
  std::string name;
  std::string direct, fast;  // specs
  double must = 0, stretch = 0, energy_stretch = 0;
  FilterFigures recorded_direct, recorded_fast;
  bool enforced = true;  // false: a goal that is not reached yet, shown and not failed
  std::string library = "osu018", recipe = "area";

  bool limited() const { return must != 0 || stretch != 0 || energy_stretch != 0; }
};

// A unit on FPGAs: the DSPs that Xilinx's flow must take, and what was counted: DSP, LUT, carry, FF
// for each of synth::fpga_targets().
struct FilterCount {
  std::string name, spec;
  int dsp = 0;
  std::vector<std::array<int, 4>> recorded;
};

struct FilterTable {
  std::vector<FilterPair> pairs;
  std::vector<FilterCount> fpga;
};

// The lines that the head of bench/filters.txt explains. Usage error with the line for anything
// else.
FilterTable read_filters(const std::filesystem::path& file);

// Both netlists are checked by the unit's bench. `library`: a name or a Liberty file.
FilterFigures measure_filter(const std::string& spec, const std::string& library = "osu018",
                             const std::string& recipe = "area");

// Percent by which `now` is above `before`.
double change(double now, double before);

// The period that both netlists of the pair meet, a multiple of 0.1 ns.
double common_clock(const FilterFigures& direct, const FilterFigures& fast);

struct FilterRun {
  bool record = false;  // rewrite the file's figures
  std::string only;     // measure rows alone whose name has this; of the others, what is recorded
  std::filesystem::path libraries;  // where Liberty files of other libraries are; empty: nowhere
};

// Measures and prints the table; false when an area misses its limit or is 3 % worse than recorded,
// or a number of DSPs is not what it must be. Libraries that are not there are named and skipped.
// Usage error where no row has `only`.
bool print_filters(const std::filesystem::path& file, const FilterRun& run);

}  // namespace cli
