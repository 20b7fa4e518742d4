// SPDX-License-Identifier: Apache-2.0
// Generic accuracy configurable adder.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// Sub-adders of r + p bits, sub-adder j from bit j * r up, no carry into any. The first gives all
// its bits, the others their top r; the last one's carry-out is the result's. r >= 1, p >= 0, r + p
// <= width and r divides width - p; there are (width - p) / r sub-adders, one of them is exact.
// Source: Shafique et al., DAC 2015.
template <typename Word>
constexpr Word add_gear(Word a, Word b, int width, int r, int p) {
  const Word window = low_mask<Word>(r + p), prediction = low_mask<Word>(p);
  Word result = (a & window) + (b & window);  // its carry-out is replaced by the next one's bit
  for (int first = r; first + p < width; first += r) {
    const Word part = (a >> first & window) + (b >> first & window);
    result &= low_mask<Word>(first + p);
    result |= (part & ~prediction) << first;
  }
  return result;
}

}  // namespace golden
