// SPDX-License-Identifier: Apache-2.0
// Block sizes of adders that are made of blocks: carry-skip, carry-select, carry-increment.

#pragma once

#include <vector>

#include "gen/arith/prefix.h"

namespace arith {

// Sizes from the lowest block up; their sum is `width`, from 1. The unit of delay is a node, which
// is also what a bit of a block's ripple chain and what passing a block cost.
//
// skip: 1, 2, 3, ... and back down, so that a carry that is born in one block, skips, and dies in
//   another takes about 2 sqrt(width) nodes wherever it begins and ends.
// select, increment: the first block and the second are alike, then each a bit longer than the one
//   before: a block is ready when its carry comes, after about sqrt(2 width) nodes.
std::vector<int> skip_blocks(int width);
std::vector<int> growing_blocks(int width);
// All of `size`, the highest what is left.
std::vector<int> equal_blocks(int width, int size);

// The same adders as prefix networks: in all of them a block's own spans grow bit after bit.
// ripple: no blocks at all; [i:0] from [i-1:0].
PrefixNetwork ripple_network(int width);
// skip: the carry out of a block in one node from the carry into it; inside, bit after bit.
PrefixNetwork skip_network(const std::vector<int>& blocks);
// increment: every carry of a block in one node from the carry into it.
PrefixNetwork increment_network(const std::vector<int>& blocks);

}  // namespace arith
