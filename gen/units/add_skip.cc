// SPDX-License-Identifier: Apache-2.0
// add_skip: exact adder in blocks; the carry passes a block in one node if every bit of it does.

#include "gen/units/add_exact.h"

namespace gen {
namespace {

void build(const base::Spec&, DesignBuilder& design) {
  build_block_adder(design, "Carry-skip adder", "skip", arith::skip_blocks);
}

}  // namespace

extern const Unit add_skip;
const Unit add_skip = {
    .name = "add_skip",
    .doc = "Exact adder in blocks; the carry passes a block in one node if every bit of it does.",
    .source = "Lehman, Burla, IRE Trans. EC 10(4), 1961",
    .params = {adder_width_param(), block_param(), operands_param(), carry_in_param()},
    .rules = {block_rule()},
    .points = {"", "Width=12 block=4", "Width=1 carry_in=yes",
               "Width=37 operands=signed carry_in=yes"},
    .build = build,
};

}  // namespace gen
