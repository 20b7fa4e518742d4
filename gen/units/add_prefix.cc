// SPDX-License-Identifier: Apache-2.0
// add_prefix: exact adder whose carries come from a parallel-prefix network.

#include <fmt/format.h>

#include "gen/arith/prefix.h"
#include "gen/units/add_exact.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  AdderStyle style;
  style.network = spec.get("network");
  const arith::PrefixNetwork network =
      arith::prefix_network(style.network, static_cast<int>(spec.size("Width")));
  build_exact_adder(
      design,
      {fmt::format("Prefix adder, {} bits, network {}: {} nodes in {} levels, fan-out at most {}.",
                   network.width, style.network, network.nodes(), network.depth(),
                   network.max_fanout()),
       "g_i_j: bits i..j generate a carry; p_i_j: they pass one on."},
      style);
}

}  // namespace

extern const Unit add_prefix;
const Unit add_prefix = {
    .name = "add_prefix",
    .doc = "Exact adder with a parallel-prefix carry network.",
    .source =
        "Brent-Kung 1982, Sklansky 1960, Kogge-Stone 1973, Han-Carlson 1987, "
        "Ladner-Fischer 1980, Knowles 2001; timing after Zimmermann 1998",
    .params = {adder_width_param(), option("network", network_values(), "Carry network."),
               operands_param(), carry_in_param()},
    .rules = {},
    .points = {"Width=8 network=brent_kung", "", "Width=32 network=kogge_stone carry_in=yes",
               "Width=1 carry_in=yes", "Width=64 network=sparse4 operands=signed",
               "Width=13 network=han_carlson operands=signed carry_in=yes"},
    .build = build,
};

}  // namespace gen
