// SPDX-License-Identifier: Apache-2.0
// Sub-filters of the polyphase decomposition, without the taps that are zero.

#include "gen/ffa/polyphase.h"

#include <algorithm>
#include <stdexcept>

namespace ffa {

Polyphase polyphase(int taps, int parallel) {
  if (taps < 1) throw std::invalid_argument("polyphase: taps must be positive");
  Polyphase result{with_positive_rows(transposed(pairwise(parallel))), taps, parallel, {}};
  for (int age = 0; age < result.blocks(); ++age) {
    for (int branch = 0; branch < result.algorithm.rank(); ++branch) {
      Product product{branch, age, {}};
      const Row& row = result.algorithm.coefficient()[static_cast<size_t>(branch)];
      for (int a = 0; a < parallel; ++a) {
        const int tap = parallel * age + parallel - 1 - a;
        if (row[static_cast<size_t>(a)] != 0 && tap < taps) product.taps.push_back(tap);
      }
      std::sort(product.taps.begin(), product.taps.end());
      if (!product.taps.empty()) result.products.push_back(std::move(product));
    }
  }
  return result;
}

}  // namespace ffa
