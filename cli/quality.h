// SPDX-License-Identifier: Apache-2.0
// The table of arithmetic quality: units beside plain operators, recorded figures, limits.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/spec.h"

namespace cli {

struct QualityFigures {
  double area = 0;   // um2
  double delay = 0;  // ns
  int depth = 0;     // cells
};

// A unit under a recipe, with the figures of the day it was recorded.
struct QualityPoint {
  std::string group;  // "mul 8x8"
  std::string recipe;
  std::string spec;
  QualityFigures recorded;
};

// What some point of the group must reach. `ratio`: area over the plain operator's, same recipe.
struct QualityLimit {
  std::string group;
  double area = 0, delay = 0, ratio = 0;  // 0: none
};

// What the group is compared with: a unit in its operator form, or `a + b` at a width.
struct QualityPlain {
  std::string group;
  std::string spec;  // empty: the expression
  int width = 0;     // of a and b
  std::string expression;
};

struct QualityTable {
  std::vector<QualityPlain> plains;
  std::vector<QualityPoint> points;
  std::vector<QualityLimit> limits;
};

// Lines `plain|point|limit GROUP: ...`, as bench/quality.txt has them. Usage error with the line
// for anything else.
QualityTable read_quality(const std::filesystem::path& file);

// osu018, inputs driven by INVX4, 20 fF on each output; the netlist is checked by the unit's bench.
QualityFigures measure_quality(const QualityPoint& point);
QualityFigures measure_quality(const QualityPlain& plain, const std::string& recipe);

// Above the recorded figure by more than the tolerance: 3 % in area and delay, 15 % in depth.
bool is_worse(const QualityFigures& now, const QualityFigures& recorded);

// Measures everything and prints the table with ratios and limits; false when a limit is missed or
// a figure is_worse than recorded. `record`: rewrites the file's figures.
bool print_quality(const std::filesystem::path& file, bool record);

}  // namespace cli
