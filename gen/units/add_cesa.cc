// SPDX-License-Identifier: Apache-2.0
// add_cesa: carry estimating simultaneous adder.

#include <algorithm>

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const int block = static_cast<int>(spec.size("block"));
  const int pairs = std::min(block, spec.is("rectify", "yes") ? 4 : 2);
  ApproximateAdder adder(
      design,
      {"Carry estimating simultaneous adder: blocks with carries estimated from a few pairs.",
       "Into a block goes the carry that the highest pairs of the block below generate by "
       "themselves."});
  adder.segments(block, block,
                 [&](const hdl::Dim& position) { return adder.carry_of(position, pairs); });
  adder.finish("sum_o = sums of the blocks, each with a carry estimated from the pairs below it");
}

}  // namespace

extern const Unit add_cesa;
const Unit add_cesa = {
    .name = "add_cesa",
    .doc = "Carry estimating simultaneous adder: blocks with carries estimated from a few pairs.",
    .source = "Bhattacharjya et al., GLSVLSI 2020",
    .params = {approximate_network(), operands_param(), block_width(),
               block_size("block", "b", "4", 1, "Bits of a block; divides Width."),
               option("rectify", {{"no", "two pairs"}, {"yes", "four pairs (PERL)"}},
                      "How many pairs of the block below count, at most.")
                   .tagged("rectify_")},
    .rules = {block_divides_width()},
    .points = {"Width=8 block=4", "", "Width=18 block=3 rectify=yes operands=signed",
               "Width=20 block=5 rectify=yes network=sklansky"},
    .build = build,
};

}  // namespace gen
