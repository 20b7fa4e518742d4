// SPDX-License-Identifier: Apache-2.0
// Block-based carry speculative adder.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// Blocks of `block` bits. The carry into a block is
//   1                                      if the previous block's top pair is (1,1),
//   0                                      else if this block's first pair is (0,0),
//   what the previous block generates alone (no carry into it)       otherwise;
// so only the sum bit of a (0,0) pair goes wrong where ETA-II is right. The last block's carry-out
// is that of its addition. `block` divides `width`; block = width is exact. This reading reproduces
// the printed error rates and NMED of the source (5.47 % and 34e-4 of 2^N - 1 at N = 8, block 4;
// tests). Source: Ebrahimi-Azandaryani et al., IEEE TCAS-II 67(1), 2020, without its error recovery
// unit (which makes it ETA-II).
template <typename Word>
constexpr Word add_bcsa(Word a, Word b, int width, int block) {
  const Word tops = block_tops<Word>(width, block);
  const Word alone = block_carries(a, b, tops);
  return segmented_sum(a, b, (alone & ((a & b) | (a | b) >> 1)) << 1, tops);
}

}  // namespace golden
