// SPDX-License-Identifier: Apache-2.0
// Hardware optimised and error reduced approximate adder.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// With g = a & b, k = approx_width:
//   the k - 2 lowest bits are 1
//   z_(k-2) = (a | b)_(k-2)
//   z_(k-1) = g_(k-1) ? g_(k-2) : (a | b)_(k-1)
//   carry into bit k: g_(k-1)
// 0 <= k <= width. Pairs below bit 0 count as (0,0): k = 1 is exact (a half adder), as is k = 0.
// Source: Balasubramanian, Maskell, Electronics 8(11), 1212, 2019.
template <typename Word>
constexpr Word add_hoeraa(Word a, Word b, int width, int approx_width) {
  const int k = approx_width;
  static_cast<void>(width);
  if (k == 0) return a + b;
  const Word g = (a & b) >> (k - 1) & Word{1};
  const Word g_below = k >= 2 ? (a & b) >> (k - 2) & Word{1} : Word{0};
  const Word top = g != 0 ? g_below : (a | b) >> (k - 1) & Word{1};
  Word low = top << (k - 1);
  if (k >= 2) {
    low |= ((a | b) >> (k - 2) & Word{1}) << (k - 2);
    low |= low_mask<Word>(k - 2);
  }
  return upper_sum(a, b, k, g) | low;
}

}  // namespace golden
