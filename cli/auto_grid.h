// SPDX-License-Identifier: Apache-2.0
// Whether scheme=auto is right: its choice against the best form that synthesis finds, over a grid.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cli {

struct GridResult {
  double chosen = 0, best = 0;  // um2 an output, mapped in osu018, recipe area
  std::string chosen_form, best_form;
  int tried = 0;  // forms that were mapped
  double ratio() const { return best > 0 ? chosen / best : 0; }
};

struct GridPoint {
  std::string spec;     // with scheme=auto
  GridResult recorded;  // best = 0: not yet
};

// The choice may be worse by this much.
inline constexpr double kGridTolerance = 1.03;
// The first so many points of the file are checked by every run of the tests.
inline constexpr size_t kCheapPoints = 5;

// Lines `SPEC` or `SPEC | chosen best tried | chosen form | best form`. Usage errors name file and
// line.
std::vector<GridPoint> read_grid(const std::filesystem::path& file);

// What scheme=auto takes today, as the records name it.
std::string choice_of(const std::string& spec);

// Maps the choice; of a list of likely forms, made without the search of scheme=auto, all that are
// not hopeless by a wide margin; and the choice with more registers.
GridResult measure_grid_point(const std::string& spec);

// Measures the first `count` points and prints them; `record` writes what came out into the file,
// point by point, and leaves points alone whose record is of today's choice. False when one is
// beyond tolerance.
bool print_grid(const std::filesystem::path& file, size_t count, bool record);

}  // namespace cli
