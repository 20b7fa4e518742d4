// SPDX-License-Identifier: Apache-2.0
// add_hoeraa: hardware optimised and error reduced approximate adder.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec&, DesignBuilder& design) {
  ApproximateAdder adder(
      design, {"Hardware optimised and error reduced adder: ones below bit ApproxWidth - 2, two "
               "bits that reduce the error, exact above."});
  hdl::Module& m = adder.module();
  const hdl::Dim k = adder.low();
  const hdl::Bits carry = adder.low_part("Low part.", true, [&] {
    const hdl::Bits g_top =
        m.wire("g_top", hdl::bits(1), adder.a().bit(k - 1) & adder.b().bit(k - 1));
    const hdl::Bits g_next = m.wire("g_next", hdl::bits(1));
    m.assign(adder.sum().bit(k - 1),
             hdl::mux(g_top, g_next, adder.a().bit(k - 1) | adder.b().bit(k - 1)));
    adder.when(
        "gen_next", is_at_least(k, 2),
        [&] {
          m.assign(g_next, adder.a().bit(k - 2) & adder.b().bit(k - 2));
          m.assign(adder.sum().bit(k - 2), adder.a().bit(k - 2) | adder.b().bit(k - 2));
        },
        "gen_no_next", [&] { m.assign(g_next, hdl::zeros(1)); });
    adder.when("gen_ones", is_at_least(k, 3), [&] {
      m.assign(adder.sum().slice(0, k - 2), hdl::ones(k - 2));
      m.unused("unused_low", hdl::concat({adder.a().slice(0, k - 2), adder.b().slice(0, k - 2)}));
    });
    return g_top;
  });
  adder.exact_above(carry);
  adder.finish("sum_o = ones and two corrected bits below bit ApproxWidth, the exact sum above");
}

}  // namespace

extern const Unit add_hoeraa;
const Unit add_hoeraa = {
    .name = "add_hoeraa",
    .doc = "Hardware optimised and error reduced adder: ones and two corrected bits, then exact.",
    .source = "Balasubramanian, Maskell, Electronics 8(11), 1212, 2019",
    .params = {approximate_network(), operands_param(), approximate_width(), approx_width()},
    .rules = {},
    .points = {"Width=8 ApproxWidth=4", "Width=6 ApproxWidth=6 operands=signed",
               "Width=24 ApproxWidth=9 network=brent_kung", "Width=3 ApproxWidth=2"},
    .build = build,
};

}  // namespace gen
