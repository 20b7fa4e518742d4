// SPDX-License-Identifier: Apache-2.0
// add_ripple: exact adder whose carry passes from each bit to the next.

#include <fmt/format.h>

#include "gen/units/add_exact.h"

namespace gen {
namespace {

// Fixed width: as a loop over the bits of one vector the chain would look like a loop of logic to
// Verilator.
void build(const base::Spec& spec, DesignBuilder& design) {
  build_exact_adder(design,
                    {fmt::format("Ripple-carry adder, {} bits: g_i_0 is the carry out of bit i.",
                                 spec.size("Width"))},
                    {.network = "ripple"});
}

}  // namespace

extern const Unit add_ripple;
const Unit add_ripple = {
    .name = "add_ripple",
    .doc = "Exact adder, the carry passing from bit to bit: smallest and slowest.",
    .source = "",
    .params = {adder_width_param(), operands_param(), carry_in_param()},
    .rules = {},
    .points = {"", "Width=1 carry_in=yes", "Width=64 operands=signed carry_in=yes"},
    .build = build,
};

}  // namespace gen
