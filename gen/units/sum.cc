// SPDX-License-Identifier: Apache-2.0
// sum: many operands, as a loop of `+` or as a bit heap.

#include <fmt/format.h>

#include "gen/units/heap.h"

namespace gen {
namespace {

struct Ports {
  hdl::Bits x, sum;
};

void build_operators(hdl::Module& m, const Ports& ports, const hdl::Dim& count,
                     const hdl::Dim& width, bool is_signed) {
  const hdl::Dim result = ports.sum.width();
  m.section("One operand after the other; the order is left to the synthesiser.");
  const hdl::Num total =
      m.accumulate("total", is_signed ? hdl::sint(result) : hdl::uint(result), "i", count,
                   [&](const hdl::Dim& i) {
                     const hdl::Bits operand = ports.x.lane(i, width);
                     return is_signed ? operand.as_signed() : operand.as_unsigned();
                   });
  m.assign(ports.sum, total.bits());
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const bool is_signed = spec.is("operands", "signed");
  const bool heap_form = spec.is("arith", "heap");
  const auto count = static_cast<int>(spec.size("Count"));
  const std::string words = is_signed ? "signed" : "unsigned";
  hdl::Module m =
      design.top({heap_form ? fmt::format("Sum of {} {} operands of {} bits: {}.", count, words,
                                          spec.size("Width"), heap_text(spec))
                            : fmt::format("Sum of {} operands.", words)});
  const hdl::Dim n = design.parameter(m, "Count");
  const hdl::Dim w = design.parameter(m, "Width");
  const hdl::Dim result = w + hdl::clog2(n);
  Ports ports;
  ports.x = m.input("x_i", hdl::bits(n * w),
                    fmt::format("Operands, {}, operand i at bit i * Width.", words));
  ports.sum = m.output("sum_o", hdl::bits(heap_form ? result : m.localparam("ResultWidth", result)),
                       fmt::format("Sum, {}.", words));
  if (heap_form) {
    Heap heap(design, m, static_cast<int>(result.value()));
    const auto width = static_cast<int>(w.value());
    const int vector = heap.vector(ports.x);
    for (int i = 0; i < count; ++i) {
      const arith::OperandOptions at{.first = i * width};
      is_signed ? heap.bits().add_signed(vector, width, at)
                : heap.bits().add_unsigned(vector, width, at);
    }
    const HeapRows rows = heap.compress(spec);
    m.assign(ports.sum, heap.add_rows(rows, spec.get("final_adder")));
  } else {
    build_operators(m, ports, n, w, is_signed);
  }
  design.formula = "sum_o = sum over i of x[i]";
  design.add(std::move(m));
}

}  // namespace

extern const Unit sum;
const Unit sum = {
    .name = "sum",
    .doc = "Sum of up to 256 operands, left to the synthesiser or as a bit heap.",
    .source = "Dadda 1965; Oklobdzija et al. 1996 (timing)",
    .params =
        {option("operands", {{"unsigned", "unsigned"}, {"signed", "signed"}},
                "How the operands are read."),
         arith_param(), tree_param(), compressors_param(), final_adder_param(),
         free_size("Count", "8", 1, 256, "Operands.").free_with("arith", "operators"),
         free_size("Width", "8", 1, 64, "Bits of an operand.").free_with("arith", "operators")},
    .rules = {compressors_rule()},
    .points = {"arith=heap Count=5 Width=6", "", "operands=signed Count=3 Width=12",
               "arith=heap operands=signed Count=9 Width=5 tree=dadda",
               "arith=heap Count=32 Width=8", "arith=heap Count=1 Width=7",
               "arith=heap operands=signed Count=2 Width=1", "arith=heap Count=16 Width=1",
               "arith=heap Count=12 Width=10 tree=dadda compressors=4_2",
               "arith=heap Count=20 Width=4 tree=wallace compressors=7_3 final_adder=ripple"},
    .build = build,
};

}  // namespace gen
