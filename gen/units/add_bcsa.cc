// SPDX-License-Identifier: Apache-2.0
// add_bcsa: block-based carry speculative adder.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const int block = static_cast<int>(spec.size("block"));
  ApproximateAdder adder(
      design, {"Block-based carry speculative adder: blocks with carries from the previous block "
               "or guessed.",
               "Into a block goes 1 if the pair below is (1,1), else 0 if its own first pair is "
               "(0,0), else the carry that the block below generates by itself."});
  adder.segments(block, block, [&](const hdl::Dim& position) {
    hdl::Module& m = adder.module();
    const hdl::Bits alone =
        m.wire(adder.wire_name("alone"), hdl::bits(1), adder.carry_of(position, block));
    const hdl::Bits below = adder.a().slice(position - 1, 1) & adder.b().slice(position - 1, 1);
    const hdl::Bits first = adder.a().slice(position, 1) | adder.b().slice(position, 1);
    return alone & (below | first);
  });
  adder.finish("sum_o = sums of the blocks with speculated carries");
}

}  // namespace

extern const Unit add_bcsa;
const Unit add_bcsa = {
    .name = "add_bcsa",
    .doc =
        "Block-based carry speculative adder: blocks with carries from the previous block or "
        "guessed.",
    .source = "Ebrahimi-Azandaryani et al., IEEE TCAS-II 67(1), 2020",
    .params = {approximate_network(), operands_param(), block_width(),
               block_size("block", "b", "4", 1, "Bits of a block; divides Width.")},
    .rules = {block_divides_width()},
    .points = {"Width=8 block=4", "", "Width=7 block=1 operands=signed",
               "Width=64 block=16 network=kogge_stone operands=signed"},
    .build = build,
};

}  // namespace gen
