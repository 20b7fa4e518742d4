// SPDX-License-Identifier: Apache-2.0
// add_trunc: truncating adder.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  ApproximateAdder adder(design, {"Truncating adder: a constant below bit ApproxWidth, exact "
                                  "above it without a carry from below."});
  hdl::Module& m = adder.module();
  const hdl::Dim k = adder.low();
  adder.low_part("Low part: constant.", false, [&] {
    if (spec.is("fill", "half")) {
      m.assign(adder.sum().bit(k - 1), hdl::ones(1));
      adder.when("gen_zeros", is_at_least(k, 2),
                 [&] { m.assign(adder.sum().slice(0, k - 1), hdl::zeros(k - 1)); });
    } else {
      m.assign(adder.sum().slice(0, k), spec.is("fill", "ones") ? hdl::ones(k) : hdl::zeros(k));
    }
    m.unused("unused_low", hdl::concat({adder.a().slice(0, k), adder.b().slice(0, k)}));
    return hdl::Bits();
  });
  adder.exact_above({});
  adder.finish("sum_o = " + spec.get("fill") + " below bit ApproxWidth, the exact sum above");
}

}  // namespace

extern const Unit add_trunc;
const Unit add_trunc = {
    .name = "add_trunc",
    .doc = "Truncating adder: a constant below bit ApproxWidth, exact above.",
    .source = "folklore; fill=ones has no bias and is the baseline of every approximate adder",
    .params = {approximate_network(), operands_param(), approximate_width(), approx_width(),
               option(
                   "fill",
                   {{"zeros", "0"}, {"ones", "all ones, no bias"}, {"half", "2^(ApproxWidth-1)"}},
                   "The constant.")},
    .rules = {},
    .points = {"Width=8 ApproxWidth=4 fill=ones", "",
               "Width=12 ApproxWidth=1 fill=half operands=signed",
               "Width=24 ApproxWidth=9 network=han_carlson fill=ones"},
    .build = build,
};

}  // namespace gen
