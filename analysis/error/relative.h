// SPDX-License-Identifier: Apache-2.0
// Relative errors of an adder, |e / y| over the pairs with y != 0, from its digit graph.

#pragma once

#include <gmpxx.h>

#include "analysis/error/digit_graph.h"
#include "analysis/error/weights.h"

namespace analysis {

// E|e / y|, y = 0 counted as no error. The mean over all pairs with one leading digits of y is
// exact; `low` and `high` enclose the figure, and are equal up to rounding when all digits of y
// were told apart.
struct MeanRelative {
  double low = 0;
  double high = 0;
  bool exact() const { return high - low <= 1e-12 * high; }
};

// `effort`: about how many steps (some 10 ns each) may be spent; widths to 16 or so come out exact.
MeanRelative mean_relative_error(const DigitGraph& graph, const BitChances& chances = {},
                                 double effort = 4e6);

// max |e / y|, exact at any width: the largest r for which |e| - r |y| reaches 0 (Dinkelbach).
mpq_class worst_relative_error(const DigitGraph& graph, const BitChances& chances = {});

}  // namespace analysis
