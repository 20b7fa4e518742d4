// SPDX-License-Identifier: Apache-2.0
// The worst error of a circuit by SAT, where there are too many inputs to try them all.

#pragma once

#include <functional>

#include "analysis/error/circuit.h"
#include "analysis/error/report.h"
#include "analysis/prove/solver.h"

namespace analysis {

// The ports that belong to a circuit's operands and result, each a list of (port, bit) from the
// least significant bit up.
struct PortBit {
  std::string port;
  int bit = 0;
};
struct CircuitPorts {
  std::vector<PortBit> a, b, result;
  std::vector<std::string> held = {};  // inputs that are 0
};

// Sets wce, wce_min and wce_max by bisection: is there an error above (below) a bound? What a query
// finds narrows the search at once. A query that takes longer than `timeout_seconds` leaves an
// interval. `circuit` is the same design, to evaluate what is found; references by circuit are not
// supported. `progress`: the number of queries so far.
void set_sat_wce(ErrorReport& report, const Sources& sources, const CircuitPorts& ports,
                 const Circuit& circuit, double timeout_seconds,
                 const std::function<void(int queries)>& progress);

}  // namespace analysis
