// SPDX-License-Identifier: Apache-2.0
// add_aca1: almost correct adder.

#include "gen/units/add_exact.h"
#include "gen/units/approximate.h"

namespace gen {
namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const int window = static_cast<int>(spec.size("window"));
  const int width = static_cast<int>(spec.size("Width"));
  ApproximateAdder adder(
      design, {"Almost correct adder: each sum bit takes the carry of the window pairs below it "
               "alone, the carry out that of the highest window pairs.",
               "The bits up to bit window see all pairs below them: they are exact."});
  if (window == width) {
    adder.segments(width, 1, {});
  } else {
    adder.windows(window);
  }
  adder.finish("sum_o[i] = a_i[i] ^ b_i[i] ^ carry of the window pairs below");
}

}  // namespace

extern const Unit add_aca1;
const Unit add_aca1 = {
    .name = "add_aca1",
    .doc = "Almost correct adder: each bit sees the carry of the window pairs below it alone.",
    .source = "Verma, Brisk, Ienne, DATE 2008",
    .params = {approximate_network(), operands_param(), block_width(),
               block_size("window", "w", "4", 1, "Pairs below a bit that decide its carry.")},
    .rules = {},
    .points = {"Width=8 window=4", "", "Width=12 window=12 operands=signed",
               "Width=64 window=8 network=kogge_stone operands=signed"},
    .build = build,
};

}  // namespace gen
