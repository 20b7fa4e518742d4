// SPDX-License-Identifier: Apache-2.0
// The text that is compiled with every verilated model.

#pragma once

#include <string>
#include <vector>

namespace sim {

struct AdaptorPort {
  std::string name = {};    // as in the Verilog text
  std::string member = {};  // as Verilator spells it
  bool input = false;
  int width = 1;
  bool wide = false;
};

// The ports that a generated `V<prefix>.h` declares, in its order. Usage error for an inout port.
std::vector<AdaptorPort> read_ports(const std::string& header, const std::string& top);

// The one translation unit of a model: `includes` (the generated .cpp files), its port table, and
// the C interface of model_abi.h.
std::string adaptor_text(const std::string& prefix, const std::vector<std::string>& includes,
                         const std::vector<AdaptorPort>& ports);

// The header in front of every model and runtime file; precompiled.
std::string common_header_text(bool trace, bool coverage);

// What the runtime calls at $finish, $stop, $fatal and for $display: part of the runtime library.
std::string runtime_hooks_text();

// Everything above that does not depend on a model, for the cache key.
std::string adaptor_fingerprint();

}  // namespace sim
