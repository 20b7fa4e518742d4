// SPDX-License-Identifier: Apache-2.0
// Almost correct adder, ACA-I.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// Sum bit i = a_i ^ b_i ^ (carry of the `window` pairs below it alone); the carry-out comes from
// the top `window` pairs alone. 1 <= window <= width; window = width is exact. (Not a GeAr in this
// counting.) Source: Verma, Brisk, Ienne, DATE 2008.
template <typename Word>
constexpr Word add_aca1(Word a, Word b, int width, int window) {
  const Word g = a & b, x = a ^ b;
  Word carry = g;  // at bit i: of the pairs i, i-1, .. as many as the loop has seen
  for (int pairs = 1; pairs < window; ++pairs) carry = g | (x & (carry << 1));
  static_cast<void>(width);
  return x ^ (carry << 1);
}

}  // namespace golden
