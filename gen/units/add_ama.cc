// SPDX-License-Identifier: Apache-2.0
// add_ama: approximate mirror adder cells in the low part.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

// Carries of cells 1 to 3 over the k pairs: carry[i] goes into cell i, carry[k] out of the last.
hdl::Bits ripple(ApproximateAdder& adder, const hdl::Bits& a, const hdl::Bits& b, bool exact) {
  hdl::Module& m = adder.module();
  const hdl::Dim k = adder.low();
  if (adder.operators()) {
    // b | (a & c) is the carry of the pair (a | b, b).
    const hdl::Bits x = exact ? a : m.wire("either", hdl::bits(k), a | b);
    const hdl::Bits sum =
        m.wire("low_sum", hdl::uint(k + 1), x.as_unsigned() + b.as_unsigned()).bits();
    return m.wire("carry", hdl::bits(k + 1), hdl::concat({hdl::zeros(1), x ^ b}) ^ sum);
  }
  std::vector<hdl::Bits> chain = {hdl::zeros(1)};  // lowest first
  for (int64_t i = 0; i < k.value(); ++i) {
    const hdl::Bits ai = a.bit(i), bi = b.bit(i), c = chain.back();
    chain.push_back(m.wire(fmt::format("carry_{}", i + 1), hdl::bits(1),
                           exact ? (ai & bi) | ((ai | bi) & c) : bi | (ai & c)));
  }
  std::reverse(chain.begin(), chain.end());
  return m.wire("carry", hdl::bits(k + 1), hdl::concat(chain));
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const int64_t cell = spec.size("cell");
  constexpr const char* kCells[] = {
      "sum = c & ~(a ^ b), carry = b | (a & c)", "sum = ~carry, carry exact",
      "sum = ~carry, carry = b | (a & c)", "sum = c & (~a | b), carry = a", "sum = b, carry = a"};
  ApproximateAdder adder(design,
                         {"Approximate mirror adder cells " + std::to_string(cell) +
                          " below bit ApproxWidth, each with the carry c of the one before: " +
                          kCells[cell - 1] + "; exact above."});
  hdl::Module& m = adder.module();
  const hdl::Dim k = adder.low();
  const hdl::Bits last = adder.low_part("Low part: cells.", true, [&] {
    const hdl::Bits sum = adder.sum().slice(0, k);
    if (cell == 5) {
      m.assign(sum, adder.b().slice(0, k));
      adder.when("gen_unused", is_at_least(k, 2),
                 [&] { m.unused("unused_low", adder.a().slice(0, k - 1)); });
      return adder.a().bit(k - 1);
    }
    const hdl::Bits a = m.wire("low_a", hdl::bits(k), adder.a().slice(0, k));
    const hdl::Bits b = m.wire("low_b", hdl::bits(k), adder.b().slice(0, k));
    const hdl::Bits carry = cell == 4
                                ? m.wire("carry", hdl::bits(k + 1), hdl::concat({a, hdl::zeros(1)}))
                                : ripple(adder, a, b, cell == 2);
    if (cell == 1) m.assign(sum, carry.slice(0, k) & ~(a ^ b));
    if (cell == 2 || cell == 3) {
      m.assign(sum, ~carry.slice(1, k));
      m.unused("unused_carry", carry.bit(0));
    }
    if (cell == 4) m.assign(sum, carry.slice(0, k) & (~a | b));
    return carry.bit(k);
  });
  adder.exact_above(last);
  adder.finish("sum_o = mirror adder cells below bit ApproxWidth, the exact sum above");
}

}  // namespace

extern const Unit add_ama;
const Unit add_ama = {
    .name = "add_ama",
    .doc = "Approximate mirror adder cells below bit ApproxWidth, exact above.",
    .source = "Gupta et al., IEEE TCAD 32(1), 2013",
    .params = {approximate_network(), operands_param(), approximate_width(), approx_width(),
               fixed_size("cell", "cell", "1", 1, 5, "Cell AMA1 to AMA5.")},
    .rules = {},
    .points = {"Width=8 ApproxWidth=4 cell=5", "", "Width=12 ApproxWidth=6 cell=2 operands=signed",
               "Width=10 ApproxWidth=10 cell=4", "Width=24 ApproxWidth=9 network=sklansky cell=3"},
    .build = build,
};

}  // namespace gen
