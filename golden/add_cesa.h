// SPDX-License-Identifier: Apache-2.0
// Carry estimating simultaneous adder.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// Blocks of `block` bits; the carry into a block is estimated from the top two pairs of the
// previous block, g_(B-1) | (a | b)_(B-1) & g_(B-2); with `rectify` from its top four (the source's
// PERL: where both of the top pairs propagate, the estimate of the two pairs below). Pairs beyond
// the block do not exist: block = 1 uses one. The last block's carry-out is that of its addition.
// `block` divides `width`; block = width is exact. Source: Bhattacharjya et al., GLSVLSI 2020
// (arXiv 2008.11591).
template <typename Word>
constexpr Word add_cesa(Word a, Word b, int width, int block, bool rectify = false) {
  const Word tops = block_tops<Word>(width, block);
  Word pairs = tops;  // those that count
  for (int i = 1; i < (rectify ? 4 : 2) && i < block; ++i) pairs |= tops >> i;
  return segmented_sum(a, b, block_carries(a & pairs, b & pairs, tops) << 1, tops);
}

}  // namespace golden
