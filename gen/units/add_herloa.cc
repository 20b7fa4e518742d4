// SPDX-License-Identifier: Apache-2.0
// add_herloa: lower-part-OR adder with hybrid error reduction.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec&, DesignBuilder& design) {
  ApproximateAdder adder(design,
                         {"Lower-part-OR adder whose two highest low bits reduce the error: "
                          "g = a & b, x = a ^ b of the pairs ApproxWidth - 1 (top) and "
                          "ApproxWidth - 2 (next)."});
  hdl::Module& m = adder.module();
  const hdl::Dim k = adder.low();
  const hdl::Bits carry = adder.low_part("Low part.", true, [&] {
    const hdl::Bits x_top =
        m.wire("x_top", hdl::bits(1), adder.a().bit(k - 1) ^ adder.b().bit(k - 1));
    const hdl::Bits g_next = m.wire("g_next", hdl::bits(1));
    m.assign(adder.sum().bit(k - 1), x_top | g_next);
    adder.when(
        "gen_next", is_at_least(k, 2),
        [&] {
          m.assign(g_next, adder.a().bit(k - 2) & adder.b().bit(k - 2));
          m.assign(adder.sum().bit(k - 2),
                   (adder.a().bit(k - 2) | adder.b().bit(k - 2)) & (x_top | ~g_next));
        },
        "gen_no_next", [&] { m.assign(g_next, hdl::zeros(1)); });
    adder.when("gen_lowest", is_at_least(k, 3), [&] {
      m.assign(adder.sum().slice(0, k - 2), adder.a().slice(0, k - 2) | adder.b().slice(0, k - 2) |
                                                hdl::replicate(k - 2, x_top & g_next));
    });
    return adder.a().bit(k - 1) & adder.b().bit(k - 1);
  });
  adder.exact_above(carry);
  adder.finish("sum_o = OR with reduced error below bit ApproxWidth, the exact sum above");
}

}  // namespace

extern const Unit add_herloa;
const Unit add_herloa = {
    .name = "add_herloa",
    .doc = "Lower-part-OR adder with hybrid error reduction in its two highest low bits.",
    .source = "Seo, Yang, Kim, Electronics 9(3), 471, 2020",
    .params = {approximate_network(), operands_param(), approximate_width(), approx_width()},
    .rules = {},
    .points = {"Width=8 ApproxWidth=4", "Width=6 ApproxWidth=6 operands=signed",
               "Width=24 ApproxWidth=9 network=timing", "Width=2 ApproxWidth=1"},
    .build = build,
};

}  // namespace gen
