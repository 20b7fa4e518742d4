// SPDX-License-Identifier: Apache-2.0
// Keys, ports and the frame of the exact adder units.

#include "gen/units/add_exact.h"

namespace gen {

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

}  // namespace gen
