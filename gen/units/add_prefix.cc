// SPDX-License-Identifier: Apache-2.0
// add_prefix: exact adder whose carries come from a parallel-prefix network.

#include <fmt/format.h>

#include "gen/arith/prefix.h"
#include "gen/units/add_exact.h"

namespace gen {
namespace {

// Both in the unit of PrefixTiming, a node's delay.
arith::PrefixTiming timing_of(const base::Spec& spec) {
  arith::PrefixTiming timing;
  timing.slack = static_cast<double>(spec.size("slack")) / 2;
  timing.fanout = static_cast<double>(spec.size("fanout")) / 100;
  // The carry in joins the generate of bit 0.
  if (spec.is("carry_in", "yes")) timing.arrival = {1};
  return timing;
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const AdderStyle style{.network = spec.get("network"), .timing = timing_of(spec)};
  const arith::PrefixNetwork network =
      arith::prefix_network(style.network, static_cast<int>(spec.size("Width")), style.timing);
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
               option("slack",
                      {{"0", "as fast as found"},
                       {"1", "half a node"},
                       {"2", "one node"},
                       {"3", "one and a half"},
                       {"4", "two"},
                       {"6", "three"},
                       {"8", "four"},
                       {"12", "six"},
                       {"16", "eight"}},
                      "Half node delays by which the last carry may come later; saves nodes.")
                   .tagged("slack")
                   .needs("network", "timing"),
               option("fanout",
                      {{"10", "a tenth of a node"},
                       {"0", "nothing: fewest nodes, as Sklansky's"},
                       {"5", "a twentieth"},
                       {"20", "a fifth"},
                       {"40", "two fifths: small fan-out"}},
                      "Hundredths of a node delay that each further user of a node costs.")
                   .tagged("fanout")
                   .needs("network", "timing"),
               operands_param(), carry_in_param()},
    .rules = {},
    .points = {"Width=8 network=brent_kung", "", "Width=32 network=kogge_stone carry_in=yes",
               "Width=1 carry_in=yes", "Width=64 network=sparse4 operands=signed",
               "Width=13 network=han_carlson operands=signed carry_in=yes",
               "Width=24 slack=2 fanout=5 carry_in=yes"},
    .build = build,
};

}  // namespace gen
