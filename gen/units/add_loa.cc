// SPDX-License-Identifier: Apache-2.0
// add_loa: lower-part-OR adder.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  ApproximateAdder adder(design,
                         {"Lower-part-OR adder: OR below bit ApproxWidth, exact above it."});
  hdl::Module& m = adder.module();
  const hdl::Dim k = adder.low();
  const bool has_carry = spec.is("carry", "and");
  const hdl::Bits carry = adder.low_part("Low part: OR.", has_carry, [&] {
    m.assign(adder.sum().slice(0, k), adder.a().slice(0, k) | adder.b().slice(0, k));
    return has_carry ? adder.a().bit(k - 1) & adder.b().bit(k - 1) : hdl::Bits();
  });
  adder.exact_above(carry);
  adder.finish("sum_o = (a_i | b_i) below bit ApproxWidth, the exact sum above");
}

}  // namespace

extern const Unit add_loa;
const Unit add_loa = {
    .name = "add_loa",
    .doc = "Lower-part-OR adder: OR below bit ApproxWidth, exact above it.",
    .source = "Mahdiani et al., IEEE TCAS-I 57(4), 2010",
    .params = {approximate_network(), operands_param(), approximate_width(), approx_width(),
               option("carry",
                      {{"and", "into the exact part: AND of the highest low pair"},
                       {"none", "into the exact part: 0"}},
                      "Carry from the low part into the high part.")
                   .tagged("carry_")},
    .rules = {},
    .points = {"Width=8 ApproxWidth=4", "", "Width=6 ApproxWidth=6 operands=signed",
               "Width=1 ApproxWidth=0 carry=none",
               "Width=64 ApproxWidth=20 network=sparse4 operands=signed"},
    .build = build,
};

}  // namespace gen
