// SPDX-License-Identifier: Apache-2.0
// add_select: exact adder in blocks; both sums of a block are made, its carry chooses one.

#include "gen/units/add_exact.h"

namespace gen {
namespace {

void build(const base::Spec&, DesignBuilder& design) {
  build_block_adder(design, "Carry-select adder", "select", arith::growing_blocks);
}

}  // namespace

extern const Unit add_select;
const Unit add_select = {
    .name = "add_select",
    .doc = "Exact adder in blocks; both sums of a block are made, its carry chooses one.",
    .source = "Bedrij, IRE Trans. EC 11(3), 1962",
    .params = {adder_width_param(), block_param(), operands_param(), carry_in_param()},
    .rules = {block_rule()},
    .points = {"", "Width=12 block=4", "Width=1 carry_in=yes",
               "Width=37 operands=signed carry_in=yes"},
    .build = build,
};

}  // namespace gen
