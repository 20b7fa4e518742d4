// SPDX-License-Identifier: Apache-2.0
// Equal segmentation adder.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// Blocks of `block` bits are added apart; their carries are lost, but for the carry-out of the last
// one. `block` divides `width`; block = width is exact.
// Source: Mohapatra et al., DATE 2011.
template <typename Word>
constexpr Word add_esa(Word a, Word b, int width, int block) {
  return segmented_sum(a, b, Word{0}, block_tops<Word>(width, block));
}

}  // namespace golden
