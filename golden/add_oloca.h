// SPDX-License-Identifier: Apache-2.0
// Optimised lower-part constant-OR adder.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// The m = ones_width lowest bits are 1, z_i = a_i | b_i from there to bit k = approx_width, exact
// above with the carry g_(k-1). 0 <= m <= k <= width; m = 0 is LOA, m = k leaves the carry alone.
// Source: Dalloo, Najafi, Garcia-Ortiz, IEEE TVLSI 26(8), 2018.
template <typename Word>
constexpr Word add_oloca(Word a, Word b, int width, int approx_width, int ones_width) {
  const int k = approx_width;
  const Word low = (a | b | low_mask<Word>(ones_width)) & low_mask<Word>(k);
  const Word c = k > 0 ? (a & b) >> (k - 1) & Word{1} : Word{0};
  static_cast<void>(width);
  return upper_sum(a, b, k, c) | low;
}

}  // namespace golden
