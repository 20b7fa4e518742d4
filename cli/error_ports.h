// SPDX-License-Identifier: Apache-2.0
// Which ports of a circuit are the operands and the result.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/error/circuit.h"
#include "analysis/error/sat_wce.h"

namespace cli {

struct ErrorPorts {
  analysis::OperandNets nets;
  analysis::CircuitPorts bits;
  std::vector<std::string> guesses;  // for people
};

// Operands and result of a two-operand circuit: as given (`a=NAME`, `b=NAME`, `result=NAME`; a list
// `NAME,NAME` is a concatenation, its first port on top), else by the names a and b, else the only
// two inputs in their order; the result is the only output, or an unsigned sum below a carry-out.
// Ports x0, x1, ... of one bit count as one port x. A carry-in is held at 0. Usage error for any
// other port, a clock among them.
ErrorPorts match_error_ports(std::shared_ptr<const analysis::GateNetlist> netlist,
                             const std::vector<std::string>& given, bool is_signed);

}  // namespace cli
