// SPDX-License-Identifier: Apache-2.0
// Lower-part-OR adder.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// z_i = a_i | b_i below bit k = approx_width; exact above, with the carry g_(k-1) = a_(k-1) &
// b_(k-1) into bit k, or with none (carry = false: the form that circulates as LOAWA). 0 <= k <=
// width; k = 0 is exact, with k = width the carry is the carry-out. Source: Mahdiani et al., IEEE
// TCAS-I 57(4), 2010.
template <typename Word>
constexpr Word add_loa(Word a, Word b, int width, int approx_width, bool carry = true) {
  const int k = approx_width;
  const Word m = low_mask<Word>(k);
  const Word low = (a | b) & m;
  const Word c = carry && k > 0 ? (a & b) >> (k - 1) & Word{1} : Word{0};
  static_cast<void>(width);
  return upper_sum(a, b, k, c) | low;
}

}  // namespace golden
