// SPDX-License-Identifier: Apache-2.0
// add_gear: generic accuracy configurable adder.

#include <fmt/format.h>

#include <cstdlib>

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const int r = static_cast<int>(spec.size("r")), p = static_cast<int>(spec.size("p"));
  ApproximateAdder adder(
      design, {"Generic accuracy configurable adder: sub-adders of r + p bits, r bits apart, each "
               "with its r highest bits in the result; the first with all.",
               "Of a sub-adder's p low pairs only the carry is made, that into its r bits."});
  adder.segments(
      r + p, r, p == 0 ? ApproximateAdder::CarryInto() : [&](const hdl::Dim& position) {
        return adder.carry_of(position, p);
      });
  adder.finish("sum_o = r bits of each sub-adder, the first one's r + p bits");
}

bool misfit(const base::Spec& spec) {
  const int64_t rest = spec.size("Width") - spec.size("p");
  return rest < spec.size("r") || rest % spec.size("r") != 0;
}

// The nearest legal p, the smaller of two.
std::string explain(const base::Spec& spec) {
  const int64_t width = spec.size("Width"), r = spec.size("r"), p = spec.size("p");
  if (r > width) return fmt::format("r={} must be in 1..{} (at most Width)", r, width);
  int64_t best = width % r;
  for (int64_t q = width % r; q + r <= width; q += r) {
    if (std::abs(q - p) < std::abs(best - p)) best = q;
  }
  return fmt::format(
      "p={}: r={} must divide Width - p = {} and r + p be at most Width={}; the nearest p that "
      "fits is {}",
      p, r, width - p, width, best);
}

}  // namespace

extern const Unit add_gear;
const Unit add_gear = {
    .name = "add_gear",
    .doc = "Generic accuracy configurable adder: overlapping sub-adders of r + p bits.",
    .source = "Shafique et al., DAC 2015",
    .params = {approximate_network(), operands_param(), block_width(),
               fixed_size("r", "r", "4", 1, 64, "Result bits of a sub-adder."),
               fixed_size("p", "p", "4", 0, 63, "Pairs below them that predict their carry.")},
    .rules = {{{"Width", "r", "p"}, misfit, "r must divide Width - p", explain}},
    .points = {"Width=8 r=2 p=4", "", "Width=16 r=4 p=0 operands=signed",
               "Width=64 r=8 p=16 network=kogge_stone operands=signed", "Width=1 r=1 p=0"},
    .build = build,
};

}  // namespace gen
