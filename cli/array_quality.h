// SPDX-License-Identifier: Apache-2.0
// Area and energy of arrays for binary weights against processing elements of their own.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cli {

// osu018, recipe area. An operation is an addition or a product: two for a weight and a cycle.
struct ArrayFigures {
  double gates = 0;      // NAND2 areas per operation
  double registers = 0;  // percent of the area: flip-flops, without what holds their values
  double delay = 0;      // ns
  double energy = 0;     // pJ per operation, real activations and weights, zero-delay
};

// A line `NAME: SPEC | GATES | SAVING | FIGURES`; 0: no limit.
struct ArrayRow {
  std::string name, spec;
  double most_gates = 0;
  double least_saving = 0;  // times less energy than the table's first row
  ArrayFigures recorded;
};

// Usage error with the line for anything else.
std::vector<ArrayRow> read_arrays(const std::filesystem::path& file);

// Maps the unit, bw_array weights=late or bw_pe cut=pre, runs the second layer of
// networks/mnist.json on it for the drawn digits beside that file, a picture a lane of the
// simulator, and compares every sum with the definition: check error for a wrong one.
ArrayFigures measure_array(const std::string& spec);

// Measures the rows whose names have `only` in them. False when a limit is missed or a figure is 3
// % worse than recorded. `record` keeps the figures.
bool print_arrays(const std::filesystem::path& file, const std::string& only, bool record);

}  // namespace cli
