// SPDX-License-Identifier: Apache-2.0
// popcount: how many bits are 1, as a loop of `+` or as a bit heap.

#include <fmt/format.h>

#include "gen/units/heap.h"

namespace gen {
namespace {

void build_operators(hdl::Module& m, const hdl::Bits& x, const hdl::Bits& count) {
  m.section("One bit after the other; the order is left to the synthesiser.");
  const hdl::Num total = m.accumulate("total", hdl::uint(count.width()), "i", x.width(),
                                      [&](const hdl::Dim& i) { return x.bit(i).as_unsigned(); });
  m.assign(count, total.bits());
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const bool heap_form = spec.is("arith", "heap");
  hdl::Module m = design.top({heap_form ? fmt::format("How many of {} bits are 1: {}.",
                                                      spec.size("Width"), heap_text(spec))
                                        : "How many bits are 1."});
  const hdl::Dim w = design.parameter(m, "Width");
  const hdl::Dim result = hdl::clog2(w + 1);
  const hdl::Bits x = m.input("x_i", hdl::bits(w), "Bits to count.");
  const hdl::Bits count = m.output(
      "count_o", hdl::bits(heap_form ? result : m.localparam("ResultWidth", result)), "Count.");
  if (heap_form) {
    Heap heap(design, m, static_cast<int>(result.value()));
    const int vector = heap.vector(x);
    for (int i = 0; i < static_cast<int>(w.value()); ++i) heap.bits().add({.source = {vector, i}});
    const HeapRows rows = heap.compress(spec);
    m.assign(count, heap.add_rows(rows, spec.get("final_adder")));
  } else {
    build_operators(m, x, count);
  }
  design.formula = "count_o = sum over i of x_i[i]";
  design.add(std::move(m));
}

}  // namespace

extern const Unit popcount;
const Unit popcount = {
    .name = "popcount",
    .doc = "Counts the ones of up to 1024 bits, left to the synthesiser or as a bit heap.",
    .source = "Dadda 1965; Oklobdzija et al. 1996 (timing)",
    .params = {arith_param(), tree_param(), compressors_param(), final_adder_param(),
               free_size("Width", "16", 1, 1024, "Bits.").free_with("arith", "operators")},
    .rules = {compressors_rule()},
    .points = {"arith=heap", "", "arith=heap Width=1", "arith=heap Width=2", "arith=heap Width=64",
               "arith=heap Width=31 tree=dadda", "arith=heap Width=37 tree=wallace compressors=7_3",
               "arith=heap Width=24 tree=dadda compressors=4_2 final_adder=brent_kung"},
    .build = build,
};

}  // namespace gen
