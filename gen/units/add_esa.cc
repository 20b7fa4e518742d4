// SPDX-License-Identifier: Apache-2.0
// add_esa: equal segmentation adder.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const int block = static_cast<int>(spec.size("block"));
  ApproximateAdder adder(design, {"Equal segmentation adder: blocks are added apart.",
                                  "No carry passes from one block to the next."});
  adder.segments(block, block, {});
  adder.finish("sum_o = sums of the blocks, their carries dropped");
}

}  // namespace

extern const Unit add_esa;
const Unit add_esa = {
    .name = "add_esa",
    .doc = "Equal segmentation adder: blocks are added apart.",
    .source = "Mohapatra et al., DATE 2011",
    .params = {approximate_network(), operands_param(), block_width(),
               block_size("block", "b", "4", 1, "Bits of a block; divides Width.")},
    .rules = {block_divides_width()},
    .points = {"Width=8 block=4", "", "Width=7 block=1 operands=signed",
               "Width=64 block=16 network=kogge_stone operands=signed"},
    .build = build,
};

}  // namespace gen
