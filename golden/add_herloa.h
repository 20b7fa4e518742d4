// SPDX-License-Identifier: Apache-2.0
// Hybrid error reduction lower-part-OR adder.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// With g = a & b, x = a ^ b, k = approx_width:
//   z_(k-1) = x_(k-1) | g_(k-2)
//   z_(k-2) = (a | b)_(k-2) & ~(~x_(k-1) & g_(k-2))
//   z_i     = (a | b)_i | (x_(k-1) & g_(k-2))           below
//   carry into bit k: g_(k-1)
// 0 <= k <= width. Pairs below bit 0 count as (0,0): k = 1 is exact (a half adder), as is k = 0.
// Source: Seo, Yang, Kim, Electronics 9(3), 471, 2020.
template <typename Word>
constexpr Word add_herloa(Word a, Word b, int width, int approx_width) {
  const int k = approx_width;
  static_cast<void>(width);
  if (k == 0) return a + b;
  const Word x = (a ^ b) >> (k - 1) & Word{1};
  const Word g = k >= 2 ? (a & b) >> (k - 2) & Word{1} : Word{0};
  Word low = (x | g) << (k - 1);
  if (k >= 2) {
    const Word pair = (a | b) >> (k - 2) & Word{1};
    low |= (pair & ~(~x & g)) << (k - 2);
    low |= ((a | b) | (Word{0} - (x & g))) & low_mask<Word>(k - 2);
  }
  return upper_sum(a, b, k, (a & b) >> (k - 1) & Word{1}) | low;
}

}  // namespace golden
