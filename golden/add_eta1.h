// SPDX-License-Identifier: Apache-2.0
// Error-tolerant adder, type I.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// From bit k-1 = approx_width - 1 downwards z_i = a_i ^ b_i until the first pair (1,1); from that
// bit down all ones. No carry leaves the low part; exact above. 0 <= k <= width; k = 0 is exact, k
// = width has no carry-out. Source: Zhu et al., IEEE TVLSI 18(8), 2010.
template <typename Word>
constexpr Word add_eta1(Word a, Word b, int width, int approx_width) {
  const Word m = low_mask<Word>(approx_width);
  Word ones = a & b & m;
  for (int step = 1; step < approx_width; step *= 2) ones |= ones >> step;
  static_cast<void>(width);
  return upper_sum(a, b, approx_width, Word{0}) | (((a ^ b) | ones) & m);
}

}  // namespace golden
