// SPDX-License-Identifier: Apache-2.0
// Counts, and products of chances.

#include "analysis/error/weights.h"

#include <bit>

namespace analysis {

Weights<uint64_t> uniform_weights(size_t layers) {
  std::array<uint64_t, 16> one{1};
  for (unsigned pairs = 1; pairs < 16; ++pairs)
    one[pairs] = static_cast<uint64_t>(std::popcount(pairs));
  return {layers, one};
}

Weights<mpz_class> chance_weights(size_t layers, const BitChances& chances) {
  Weights<mpz_class> weights(layers);
  const mpq_class half(1, 2);
  for (size_t i = 0; i < layers; ++i) {
    weights[i][0] = 1;
    if (i == layers - 1) break;
    const mpq_class a = chances.a.empty() ? half : chances.a[i];
    const mpq_class b = chances.b.empty() ? half : chances.b[i];
    const std::array<mpz_class, 2> of_a = {a.get_den() - a.get_num(), a.get_num()};
    const std::array<mpz_class, 2> of_b = {b.get_den() - b.get_num(), b.get_num()};
    for (size_t pairs = 1; pairs < 16; ++pairs)
      for (size_t ab = 0; ab < 4; ++ab)
        if ((pairs >> ab & 1) != 0) weights[i][pairs] += of_a[ab >> 1] * of_b[ab & 1];
  }
  return weights;
}

}  // namespace analysis
