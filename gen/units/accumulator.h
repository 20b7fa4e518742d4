// SPDX-License-Identifier: Apache-2.0
// Sums over time as rows: what a heap leaves comes back into it, without a carry chain in the loop.

#pragma once

#include "gen/units/heap.h"

namespace gen {

struct AccumulatorControl {
  hdl::Clock clock;
  hdl::Bits take;   // the heap's operands are added
  hdl::Bits first;  // they start a new sum
  hdl::Bits start;  // where it starts, as wide as the heap; not valid(): at zero
};

// Adds the registers' rows to `heap`, which has all else already, and compresses it into them. The
// second row has registers only where the tree leaves two bits, none where it leaves one row.
// Returns the registers: they add up to the sum, by heap.add_rows.
HeapRows accumulate_rows(Heap& heap, hdl::Module& module, const arith::CompressOptions& options,
                         const AccumulatorControl& control);

}  // namespace gen
