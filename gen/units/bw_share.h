// SPDX-License-Identifier: Apache-2.0
// Sums of samples that the output channels of bw_array share.
//
// Lanes are taken in groups of `share`. With b bits, p the sum of the samples with weight +1 and c
// that of the complements of all: sum of w x = 2 p + c - N (2^b - 1). All channels share c, and a
// group's part of p is one of the 2^share sums of subsets of its samples, which are formed once; a
// channel selects one by its signs. share=1: the sample or nothing.

#pragma once

#include <vector>

#include "gen/units/bw_lanes.h"

namespace gen {

struct BwGroups {
  int lanes = 1, share = 1, data_width = 8;

  int whole() const { return lanes / share; }
  int rest() const { return lanes % share; }  // lanes of a last, smaller group
  // The words that a channel selects are complements: NANDs, for a tree that works on those.
  bool inverted() const { return share != 1; }
  // Bits of a sum of `count` samples, of the sums of a group of `size` lanes that have two or more
  // samples, of all samples.
  int sum_width(int count) const;
  int sums_width(int size) const;
  int rest_width() const { return sum_width(lanes); }
  int shared_width() const { return whole() * sums_width(share) + sums_width(rest()); }
  // Where the sum of `subset` (a bit a lane, two or more) begins in a group's sums.
  int sum_lsb(int subset) const;
};

// fircone_bw_samples_..: x_i to sums_o (share above 1), group by group, and the sum of complements
// rest_o. Samples alone are not among the sums.
const hdl::Module& bw_samples(DesignBuilder& design, const BwGroups& groups);

// What a channel selects, as a wire of words: of each whole group sum_width(share) bits, then of
// the rest. `sums` is not valid() with share=1.
hdl::Bits bw_select(hdl::Module& module, const BwGroups& groups, const hdl::Bits& x,
                    const hdl::Bits& sums, const hdl::Bits& s);
// Twice these words into the heap.
void bw_add_selected(Heap& heap, const BwGroups& groups, const hdl::Bits& words);

}  // namespace gen
