// SPDX-License-Identifier: Apache-2.0
// add_oloca: lower part of ones and ORs.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec&, DesignBuilder& design) {
  ApproximateAdder adder(
      design, {"Lower-part constant-OR adder: ones below bit OnesWidth, OR from there to bit "
               "ApproxWidth, exact above it."});
  hdl::Module& m = adder.module();
  const hdl::Dim k = adder.low(), ones = adder.ones(), ored = k - ones;
  const hdl::Bits carry = adder.low_part("Low part: ones, then OR.", true, [&] {
    adder.when("gen_ones", is_at_least(ones, 1), [&] {
      m.assign(adder.sum().slice(0, ones), hdl::ones(ones));
      m.unused("unused_low", hdl::concat({adder.a().slice(0, ones), adder.b().slice(0, ones)}));
    });
    adder.when("gen_or", is_above(k, ones), [&] {
      m.assign(adder.sum().slice(ones, ored),
               adder.a().slice(ones, ored) | adder.b().slice(ones, ored));
    });
    return adder.a().bit(k - 1) & adder.b().bit(k - 1);
  });
  adder.exact_above(carry);
  adder.finish(
      "sum_o = 1 below bit OnesWidth, (a_i | b_i) below bit ApproxWidth, the exact sum above");
}

}  // namespace

extern const Unit add_oloca;
const Unit add_oloca = {
    .name = "add_oloca",
    .doc = "Lower-part constant-OR adder: ones, then OR, then exact.",
    .source = "Dalloo, Najafi, Garcia-Ortiz, IEEE TVLSI 26(8), 2018",
    .params = {approximate_network(), operands_param(), approximate_width(), approx_width(),
               free_size("OnesWidth", "4", 0, 64, "Lowest bits that are constant 1.")
                   .up_to("ApproxWidth")
                   .free_with("network", "operators")
                   .tagged("m")},
    .rules = {},
    .points = {"Width=8 ApproxWidth=4 OnesWidth=2", "",
               "Width=6 ApproxWidth=6 OnesWidth=6 operands=signed",
               "Width=20 ApproxWidth=9 OnesWidth=3 network=kogge_stone"},
    .build = build,
};

}  // namespace gen
