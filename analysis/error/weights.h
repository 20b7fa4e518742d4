// SPDX-License-Identifier: Apache-2.0
// Operand statistics as integer weights of the edges of a digit graph.

#pragma once

#include <gmpxx.h>

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/error/fixed_int.h"

namespace analysis {

// Chances that bit i of an operand is 1; bits are independent of each other. Empty: 1/2 each.
struct BitChances {
  std::vector<mpq_class> a;
  std::vector<mpq_class> b;
  bool uniform() const { return a.empty() && b.empty(); }
};

// Weight of a set of operand bit pairs at each layer, by DigitGraph::Edge::pairs. Layer N, which
// reads no operands, has the set 0 of weight 1.
template <class Weight>
using Weights = std::vector<std::array<Weight, 16>>;

Weights<uint64_t> uniform_weights(size_t layers);
// Numerators over the product of both denominators.
Weights<mpz_class> chance_weights(size_t layers, const BitChances& chances);

template <size_t Words>
mpz_class to_mpz(const FixedInt<Words>& value) {
  return value.to_mpz();
}
inline const mpz_class& to_mpz(const mpz_class& value) { return value; }

}  // namespace analysis
