// SPDX-License-Identifier: Apache-2.0
// Approximate mirror adder cells 1 to 5 in the low part.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// Cells (a, b, c) -> (sum, carry) below bit k = approx_width, the first with c = 0; exact above,
// with the last cell's carry into bit k:
//
//   a b c     000 001 010 011 100 101 110 111
//   exact     0,0 1,0 1,0 0,1 1,0 0,1 0,1 1,1
//   AMA1      0,0 1,0 0,1 0,1 0,0 0,1 0,1 1,1    sum = c & ~(a ^ b), carry = b | (a & c)
//   AMA2      1,0 1,0 1,0 0,1 1,0 0,1 0,1 0,1    sum = ~carry, carry exact
//   AMA3      1,0 1,0 0,1 0,1 1,0 0,1 0,1 0,1    sum = ~carry, carry = b | (a & c)
//   AMA4      0,0 1,0 0,0 1,0 0,1 0,1 0,1 1,1    sum = c & (~a | b), carry = a
//   AMA5      0,0 0,0 1,0 1,0 0,1 0,1 1,1 1,1    sum = b, carry = a
//
// 0 <= k <= width; k = 0 is exact. Other papers print other tables, also for AMA1 to 4 under these
// names. Source: Gupta et al., IEEE TCAD 32(1), 2013.
template <typename Word>
constexpr Word add_ama(Word a, Word b, int width, int approx_width, int cell) {
  const Word m = low_mask<Word>(approx_width);
  const Word la = a & m, lb = b & m;
  // Carries into each cell and out of the last one. b | (a & c) is the carry of the pair (a | b,
  // b).
  Word c = la << 1;
  if (cell == 2) c = (la + lb) ^ la ^ lb;
  if (cell == 1 || cell == 3) c = ((la | lb) + lb) ^ (la | lb) ^ lb;
  Word sum = lb;
  if (cell == 1) sum = c & ~(la ^ lb);
  if (cell == 2 || cell == 3) sum = ~(c >> 1);
  if (cell == 4) sum = c & (~la | lb);
  static_cast<void>(width);
  return upper_sum(a, b, approx_width, c >> approx_width & Word{1}) | (sum & m);
}

}  // namespace golden
