// SPDX-License-Identifier: Apache-2.0
// How often each error occurs, exactly, at any width.

#pragma once

#include <gmpxx.h>

#include <vector>

#include "analysis/error/digit_graph.h"
#include "analysis/error/weights.h"

namespace analysis {

// Errors low..high, both included, and their share of all pairs.
struct ErrorBin {
  mpz_class low;
  mpz_class high;
  mpq_class share;
};

// In ascending order, without empty bins. Single values where there are at most `most_values`; else
// bins [2^j, 2^(j+1) - 1] on both sides of 0.
std::vector<ErrorBin> error_histogram(const DigitGraph& graph, const BitChances& chances,
                                      size_t most_values);

}  // namespace analysis
