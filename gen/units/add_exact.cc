// SPDX-License-Identifier: Apache-2.0
// Keys, ports and the frame of the exact adder units.

#include "gen/units/add_exact.h"

#include <fmt/format.h>

namespace gen {
namespace {

bool block_broken(const base::Spec& spec) {
  return spec.size("block") != 0 && spec.size("Width") % spec.size("block") != 0;
}

std::string explain_block(const base::Spec& spec) {
  const int64_t width = spec.size("Width"), block = spec.size("block");
  std::string divisors;
  int64_t nearest = 1;
  for (int64_t d = 1; d <= width; ++d) {
    if (width % d != 0) continue;
    divisors += (divisors.empty() ? "" : ", ") + std::to_string(d);
    if (std::abs(d - block) <= std::abs(nearest - block)) nearest = d;
  }
  return fmt::format("block={} must divide Width={} ({}), or be 0; nearest: {}", block, width,
                     divisors, nearest);
}

}  // namespace

Param operands_param() {
  return option("operands",
                {{"unsigned", "bit Width of sum_o is the carry out"},
                 {"signed", "bit Width of sum_o is the sign of the exact sum"}},
                "How the operands are read.");
}

Param carry_in_param() {
  return option("carry_in", {{"no", "no carry_i"}, {"yes", "port carry_i, added to bit 0"}},
                "Whether there is a carry in.")
      .tagged("cin_");
}

Param adder_width_param() { return fixed_size("Width", "", "16", 1, 64, "Operand width."); }

Param block_param() {
  return fixed_size("block", "b", "0", 0, 64,
                    "Bits of a block; 0: blocks of several sizes, the best for the width.")
      .or_auto([](const base::Spec&) { return int64_t{0}; })
      .silent_at("0");
}

Rule block_rule() {
  return {{"Width", "block"}, block_broken, "block must divide Width", explain_block};
}

void build_exact_adder(DesignBuilder& design, const std::vector<std::string>& doc,
                       const AdderStyle& style) {
  hdl::Module m = design.top(doc);
  const hdl::Dim width = design.parameter(m, "Width");
  const bool carry_in = design.is("carry_in", "yes");
  const AdderPorts ports = adder_ports(m, width, design.is("operands", "signed"), carry_in);
  const AdderResult result =
      emit_adder(m, style, {.a = ports.a, .b = ports.b, .carry = ports.carry});
  assign_sum(m, ports, result.sum, result.carry);
  design.formula = carry_in ? "sum_o = a_i + b_i + carry_i" : "sum_o = a_i + b_i";
  design.add(std::move(m));
}

void build_block_adder(DesignBuilder& design, const std::string& title, const std::string& network,
                       std::vector<int> (*by_width)(int width)) {
  const int width = static_cast<int>(design.size("Width"));
  const int block = static_cast<int>(design.size("block"));
  AdderStyle style;
  style.network = network;
  style.blocks = block == 0 ? by_width(width) : arith::equal_blocks(width, block);
  build_exact_adder(design,
                    {fmt::format("{}, {} bits in blocks of {}, lowest first.", title, width,
                                 fmt::join(style.blocks, ", "))},
                    style);
}

}  // namespace gen
