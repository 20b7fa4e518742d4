// SPDX-License-Identifier: Apache-2.0
// Sub-filters of the polyphase decomposition, without the taps that are zero.

#include "gen/ffa/polyphase.h"

#include <algorithm>
#include <stdexcept>

#include "gen/ffa/elements.h"

namespace ffa {

Polyphase polyphase(int taps, int parallel) {
  if (taps < 1) throw std::invalid_argument("polyphase: taps must be positive");
  const Algorithm algorithm = with_positive_rows(transposed(pairwise(parallel)));
  Polyphase result{taps, parallel, {}, {}, Matrix(static_cast<size_t>(parallel)), {}};
  const int blocks = (taps + parallel - 1) / parallel;
  std::vector<Product> products;
  std::vector<bool> used(static_cast<size_t>(algorithm.rank()), false);
  for (int age = 0; age < blocks; ++age) {
    for (int branch = 0; branch < algorithm.rank(); ++branch) {
      Product product{branch, age, {}};
      const Row& row = algorithm.coefficient()[static_cast<size_t>(branch)];
      for (int a = 0; a < parallel; ++a) {
        const int tap = parallel * age + parallel - 1 - a;
        if (row[static_cast<size_t>(a)] != 0 && tap < taps) product.taps.push_back(tap);
      }
      std::sort(product.taps.begin(), product.taps.end());
      if (product.taps.empty()) continue;
      used[static_cast<size_t>(branch)] = true;
      products.push_back(std::move(product));
    }
  }
  std::vector<int> index(used.size(), 0);
  size_t oldest = static_cast<size_t>(algorithm.window());  // oldest sample that some branch needs
  for (size_t b = 0; b < used.size(); ++b) {
    if (!used[b]) continue;
    index[b] = static_cast<int>(result.branches.size());
    result.branches.push_back(algorithm.branches()[b]);
    const Row& row = algorithm.data()[b];
    result.data.push_back(row);
    const auto first = std::find_if(row.begin(), row.end(), [](int v) { return v != 0; });
    oldest = std::min(oldest, static_cast<size_t>(first - row.begin()));
    for (size_t i = 0; i < result.post.size(); ++i)
      result.post[i].push_back(algorithm.post()[i][b]);
  }
  for (Row& row : result.data)
    row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(oldest));
  for (Product& product : products) {
    product.branch = index[static_cast<size_t>(product.branch)];
    result.products.push_back(std::move(product));
  }
  return result;
}

}  // namespace ffa
