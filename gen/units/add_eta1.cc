// SPDX-License-Identifier: Apache-2.0
// add_eta1: error-tolerant adder, type I.

#include <fmt/format.h>

#include <vector>

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

// ones[i] = OR of both[k-1:i].
hdl::Bits ones_below(ApproximateAdder& adder, const hdl::Bits& both) {
  hdl::Module& m = adder.module();
  const hdl::Dim k = adder.low();
  const hdl::Bits ones = m.wire("ones", hdl::bits(k));
  if (adder.operators()) {
    m.generate_for("gen_bit", "i", k,
                   [&](const hdl::Dim& i) { m.assign(ones.bit(i), both.slice(i, k - i).any()); });
    return ones;
  }
  std::vector<hdl::Bits> chain = {both.bit(k - 1)};  // highest first
  for (int64_t i = k.value() - 2; i >= 0; --i) {
    const hdl::Bits above = chain.back();
    chain.push_back(m.wire(fmt::format("ones_{}", i), hdl::bits(1), above | both.bit(i)));
  }
  m.assign(ones, hdl::concat(chain));
  return ones;
}

void build(const base::Spec&, DesignBuilder& design) {
  ApproximateAdder adder(design,
                         {"Error-tolerant adder, type I: below bit ApproxWidth XOR down to the "
                          "first pair of ones, from there all ones; exact above."});
  hdl::Module& m = adder.module();
  const hdl::Dim k = adder.low();
  adder.low_part(
      "Low part: ones[i] where a pair at or above bit i is (1,1), else XOR.", false, [&] {
        const hdl::Bits both =
            m.wire("both", hdl::bits(k), adder.a().slice(0, k) & adder.b().slice(0, k));
        const hdl::Bits ones = ones_below(adder, both);
        m.assign(adder.sum().slice(0, k), (adder.a().slice(0, k) ^ adder.b().slice(0, k)) | ones);
        return hdl::Bits();
      });
  adder.exact_above({});
  adder.finish(
      "sum_o = XOR down to the first (1,1) pair below bit ApproxWidth, then ones; exact "
      "above");
}

}  // namespace

extern const Unit add_eta1;
const Unit add_eta1 = {
    .name = "add_eta1",
    .doc = "Error-tolerant adder, type I: XOR or ones below bit ApproxWidth, exact above.",
    .source = "Zhu et al., IEEE TVLSI 18(8), 2010",
    .params = {approximate_network(), operands_param(), approximate_width(), approx_width()},
    .rules = {},
    .points = {"Width=8 ApproxWidth=4", "Width=6 ApproxWidth=6 operands=signed",
               "Width=24 ApproxWidth=9 network=sklansky", "Width=1 ApproxWidth=1"},
    .build = build,
};

}  // namespace gen
