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
// (data x[Pm-P+1 .. Pm+P-1])_r with taps sum_a coefficient[r][a] h[Pt + P - 1 - a].
struct Polyphase {
  Algorithm algorithm;  // correlation, `parallel` taps
  int taps = 0;
  int parallel = 0;
  std::vector<Product> products;  // by age, then branch; sums of taps beyond the end are trimmed

  int blocks() const { return (taps + parallel - 1) / parallel; }  // taps of the longest branch
};

// Transposed pairwise algorithm for `parallel` 2 or 3 samples a cycle.
Polyphase polyphase(int taps, int parallel);

}  // namespace ffa
