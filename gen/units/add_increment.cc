// SPDX-License-Identifier: Apache-2.0
// add_increment: exact adder in blocks; the carry into a block is merged into all of its carries at
// once.

#include "gen/units/add_exact.h"

namespace gen {
namespace {

void build(const base::Spec&, DesignBuilder& design) {
  build_block_adder(design, "Carry-increment adder", "increment", arith::growing_blocks);
}

}  // namespace

extern const Unit add_increment;
const Unit add_increment = {
    .name = "add_increment",
    .doc =
        "Exact adder in blocks; the carry into a block is merged into all of its carries at once.",
    .source = "Tyagi, IEEE Trans. Computers 42(10), 1993; Zimmermann 1998",
    .params = {adder_width_param(), block_param(), operands_param(), carry_in_param()},
    .rules = {block_rule()},
    .points = {"", "Width=12 block=4", "Width=1 carry_in=yes",
               "Width=37 operands=signed carry_in=yes"},
    .build = build,
};

}  // namespace gen
