// SPDX-License-Identifier: Apache-2.0
// A longer filter cut into sub-filters, one per branch of a short fast algorithm.

#pragma once

#include <string>
#include <vector>

#include "gen/ffa/algorithm.h"

namespace ffa {

// One product: a sum of coefficients times the branch's pre-added samples of `age` blocks ago.
struct Product {
  int branch = 0;
  int age = 0;
  std::vector<int> taps;  // indices of the summed coefficients, ascending; never empty
};

// y[Pm + i] = sum_k h[k] x[Pm + i - k] by a correlation algorithm of P taps: block t of taps meets
// the same window of 2P - 1 samples, t blocks later, so branch r is a short filter over u_r[m] =
// (data x[Pm-P+1 .. Pm+P-1])_r with taps sum_a coefficient[r][a] h[Pt + P - 1 - a]. Taps beyond the
// end are zero: their products, then branches without products, then samples without branches are
// left out.
struct Polyphase {
  int taps = 0;
  int parallel = 0;
  std::vector<std::string> branches;  // those that have products
  Matrix data;                        // a row for each branch; columns: the newest window() samples
  Matrix post;                        // parallel x branches
  std::vector<Product> products;      // by age, then branch

  int window() const { return static_cast<int>(data.front().size()); }
};

// Transposed pairwise algorithm for `parallel` samples a cycle, 2 or more.
Polyphase polyphase(int taps, int parallel);

}  // namespace ffa
