// SPDX-License-Identifier: Apache-2.0
// Error-tolerant adder, type II.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// Blocks of `block` bits; the carry into a block is the one that the previous block generates
// alone, with no carry into it. The last block's carry-out is that of its addition. `block` divides
// `width`; block = width is exact. (= GeAr with R = P = block; = ACA-II with L = 2 * block; = BCSA
// with its error recovery unit.) Source: Zhu, Goh, Yeo, ISIC 2009.
template <typename Word>
constexpr Word add_eta2(Word a, Word b, int width, int block) {
  const Word tops = block_tops<Word>(width, block);
  return segmented_sum(a, b, block_carries(a, b, tops) << 1, tops);
}

}  // namespace golden
