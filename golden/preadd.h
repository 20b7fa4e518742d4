// SPDX-License-Identifier: Apache-2.0
// Coefficients added beforehand for units with preadd=offline.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace golden {

// The factors that the fast algorithm multiplies by, from its definition: with the product of two
// polynomials h_0 + h_1 z + .. and x_0 + x_1 z + .. every mixed term follows from
//   h_i x_j + h_j x_i = (h_i + h_j)(x_i + x_j) - h_i x_i - h_j x_j     (i < j),
// so the factors are h_0, h_1, .., h_(n-1), then h_i + h_j in the order (0,1), (0,2), .., (1,2), ..
inline std::vector<int64_t> pairwise_sums(std::span<const int64_t> h) {
  std::vector<int64_t> sums(h.begin(), h.end());
  for (size_t i = 0; i < h.size(); ++i) {
    for (size_t j = i + 1; j < h.size(); ++j) sums.push_back(h[i] + h[j]);
  }
  return sums;
}

}  // namespace golden
