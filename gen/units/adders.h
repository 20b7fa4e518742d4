// SPDX-License-Identifier: Apache-2.0
// Writes an adder of any kind into a module: adder units, final adders of heaps, exact parts of
// approximate adders.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gen/arith/prefix.h"
#include "gen/hdl/module.h"
#include "gen/unit.h"

namespace gen {

struct AdderStyle {
  // operators (`+`, the only one for widths that are not fixed), ripple, skip, select, increment or
  // the name of a prefix network.
  std::string network = "timing";
  std::vector<int> blocks = {};     // skip, select, increment: lowest first; empty: by width
  arith::PrefixTiming timing = {};  // timing: arrival of each column, in delays of a node
};

struct AdderOperands {
  hdl::Bits a, b;           // declared signals of one width, at least 1
  hdl::Bits carry = {};     // one bit, any expression; not valid(): 0
  bool carry_out = true;    // false: the carry out of the highest bit is not made
  std::string prefix = {};  // in front of every name, "upper_"; needed for two adders in a module
};

struct AdderResult {
  hdl::Bits sum;    // declared, width of the operands
  hdl::Bits carry;  // one bit; not valid() without carry_out
};

AdderResult emit_adder(hdl::Module& module, const AdderStyle& style, const AdderOperands& operands);

// Ports of the adder family: a_i, b_i, carry_i if wanted, sum_o one bit wider.
struct AdderPorts {
  hdl::Bits a, b, carry, sum;  // carry: not valid() without one
  bool is_signed = false;
};
AdderPorts adder_ports(hdl::Module& module, const hdl::Dim& width, bool is_signed,
                       bool carry_in = false);
// Drives sum_o: `sum`, above it the carry out, or the sign of the exact sum, which is that of both
// operands' sign bits and the carry out of them.
void assign_sum(hdl::Module& module, const AdderPorts& ports, const hdl::Bits& sum,
                const hdl::Bits& carry);

// The prefix networks, as words of an option; `before` come first.
std::vector<Value> network_values(std::vector<Value> before = {});

}  // namespace gen
