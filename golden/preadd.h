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

// The same for a filter that gives `parallel` outputs at once. Coefficients are taken in blocks of
// `parallel`, the earliest first; in a block they stand in the order in which a window of samples
// meets them, oldest sample first, so h[parallel - 1] is in front. Sums of coefficients that do not
// exist are left out.
inline std::vector<int64_t> filter_sums(std::span<const int64_t> h, int parallel) {
  const auto size = static_cast<size_t>(parallel);
  std::vector<int64_t> sums;
  for (size_t first = 0; first < h.size(); first += size) {
    std::vector<int64_t> block(size, 0);
    std::vector<int64_t> present(size, 0);
    for (size_t a = 0; a < size; ++a) {
      const size_t k = first + size - 1 - a;
      if (k >= h.size()) continue;
      block[a] = h[k];
      present[a] = 1;
    }
    const std::vector<int64_t> values = pairwise_sums(block);
    const std::vector<int64_t> terms = pairwise_sums(present);
    for (size_t s = 0; s < values.size(); ++s) {
      if (terms[s] > 0) sums.push_back(values[s]);
    }
  }
  return sums;
}

}  // namespace golden
