// SPDX-License-Identifier: Apache-2.0
// Simple accuracy reconfigurable adder in its approximate mode.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// Blocks of `block` bits; the carry into a block is predicted as g of the previous block's top pair
// alone. The last block's carry-out is that of its addition. `block` divides `width`; block = width
// is exact. Source: Xu, Sapatnekar, Hu, IEEE TVLSI 26(6), 2018.
template <typename Word>
constexpr Word add_sara(Word a, Word b, int width, int block) {
  const Word tops = block_tops<Word>(width, block);
  return segmented_sum(a, b, (a & b & tops) << 1, tops);
}

}  // namespace golden
