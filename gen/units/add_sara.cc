// SPDX-License-Identifier: Apache-2.0
// add_sara: simple accuracy reconfigurable adder.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const int block = static_cast<int>(spec.size("block"));
  ApproximateAdder adder(
      design, {"Simple accuracy reconfigurable adder: blocks with carries predicted from one pair.",
               "Into a block goes the AND of the highest pair below it."});
  adder.segments(block, block,
                 [&](const hdl::Dim& position) { return adder.carry_of(position, 1); });
  adder.finish("sum_o = sums of the blocks, each with the carry of the pair below it");
}

}  // namespace

extern const Unit add_sara;
const Unit add_sara = {
    .name = "add_sara",
    .doc = "Simple accuracy reconfigurable adder: blocks with carries predicted from one pair.",
    .source = "Xu, Sapatnekar, Hu, IEEE TVLSI 26(6), 2018 (approximate mode)",
    .params = {approximate_network(), operands_param(), block_width(),
               block_size("block", "b", "4", 1, "Bits of a block; divides Width.")},
    .rules = {block_divides_width()},
    .points = {"Width=8 block=4", "", "Width=7 block=1 operands=signed",
               "Width=64 block=16 network=kogge_stone operands=signed"},
    .build = build,
};

}  // namespace gen
