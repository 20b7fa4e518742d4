// SPDX-License-Identifier: Apache-2.0
// Truncating adder: the low bits are a constant.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// The k = approx_width low bits of the result are all 0, all 1 (trunc-to-ones: no bias, the
// baseline that every approximate adder has to beat), or half of their range (2^(k-1)); exact
// above, no carry from below. 0 <= k <= width; k = 0 is exact with any fill.
enum class Fill { kZeros, kOnes, kHalf };

template <typename Word>
constexpr Word add_trunc(Word a, Word b, int width, int approx_width, Fill fill) {
  const int k = approx_width;
  static_cast<void>(width);
  Word low = 0;
  if (fill == Fill::kOnes) low = low_mask<Word>(k);
  if (fill == Fill::kHalf && k > 0) low = Word{1} << (k - 1);
  return upper_sum(a, b, k, Word{0}) | low;
}

}  // namespace golden
