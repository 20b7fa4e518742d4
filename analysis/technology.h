// SPDX-License-Identifier: Apache-2.0
// Energy from one technology and supply to another, by named rules; energies of memories, declared.

#pragma once

#include <string_view>
#include <vector>

namespace analysis {

struct OperatingPoint {
  int node_nm = 180;
  double volts = 1.8;
};

// Energy of the same circuit at a point, in units of its own: only ratios mean anything.
struct ScalingRule {
  std::string_view name, source;
  double (*energy)(const OperatingPoint&);
};

// E ~ C V^2 with C ~ the feature size; any node. Usage error for a node or a voltage that is not
// positive.
double first_order_energy(const OperatingPoint& at);

// a2 V^2 + a1 V + a0, fitted to simulations of inverters; bulk CMOS of 180, 65, 45 and 32 nm. Usage
// error for other nodes, and where the polynomial is not positive and rising: it is far outside
// what it was fitted to.
double stillmaker_baas_energy(const OperatingPoint& at);

// First-order, then Stillmaker-Baas: the ends of a bracket.
const std::vector<ScalingRule>& scaling_rules();

// Energy at `to` over that at `from`.
double energy_ratio(const ScalingRule& rule, const OperatingPoint& from, const OperatingPoint& to);

// What a bit costs in a memory that no library here has.
struct DeclaredEnergy {
  double pj_per_bit = 0;
  OperatingPoint at;
  std::string_view source;
};

// A small static memory beside the logic; scales like logic. A cache of 8 kB, 10 pJ for 64 bits.
extern const DeclaredEnergy kSmallMemory;
// Off-chip; does not scale with the chip. 1.3 to 2.6 nJ for 64 bits: the lower end.
extern const DeclaredEnergy kDram;

}  // namespace analysis
