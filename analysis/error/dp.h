// SPDX-License-Identifier: Apache-2.0
// Exact error moments of an adder by dynamic programming over its digits.

#pragma once

#include <gmpxx.h>

#include <vector>

#include "analysis/error/digit_graph.h"
#include "analysis/error/weights.h"

namespace analysis {

// Sums over all operand pairs, each times its weight; a figure is its sum over `total`.
struct ErrorSums {
  mpz_class total;
  mpz_class zero;                // weight of the pairs without error
  mpz_class error;               // of e = z - y
  mpz_class square;              // of e^2
  mpz_class absolute;            // of |e|
  mpz_class least, most;         // extremes of e over pairs of positive weight
  std::vector<mpz_class> flips;  // weight of the pairs with a wrong sum bit i, i = 0..N
};

// Every figure is an integer sum, so it is exact at any width. Width at most 64.
ErrorSums error_sums(const DigitGraph& graph, const BitChances& chances = {});

}  // namespace analysis
