// SPDX-License-Identifier: Apache-2.0
// add_eta2: error-tolerant adder, type II.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const int block = static_cast<int>(spec.size("block"));
  ApproximateAdder adder(
      design, {"Error-tolerant adder, type II: blocks with carries from the previous block alone.",
               "Into a block goes the carry that the block below generates by itself."});
  adder.segments(block, block,
                 [&](const hdl::Dim& position) { return adder.carry_of(position, block); });
  adder.finish("sum_o = sums of the blocks, each with the carry of the block below alone");
}

}  // namespace

extern const Unit add_eta2;
const Unit add_eta2 = {
    .name = "add_eta2",
    .doc = "Error-tolerant adder, type II: blocks with carries from the previous block alone.",
    .source = "Zhu, Goh, Yeo, ISIC 2009",
    .params = {approximate_network(), operands_param(), block_width(),
               block_size("block", "b", "4", 1, "Bits of a block; divides Width.")},
    .rules = {block_divides_width()},
    .points = {"Width=8 block=4", "", "Width=7 block=1 operands=signed",
               "Width=64 block=16 network=kogge_stone operands=signed"},
    .build = build,
};

}  // namespace gen
