// SPDX-License-Identifier: Apache-2.0
// Power of a mapped netlist: counted toggles times energies of the Liberty tables.

#pragma once

#include <string>
#include <vector>

#include "synth/net_simulator.h"
#include "synth/netlist.h"
#include "synth/sta.h"

namespace synth {

struct PowerPart {
  double internal = 0, switching = 0, leakage = 0;  // watts
  double total() const { return internal + switching + leakage; }
};

struct Power {
  PowerPart registers, logic;  // registers: flip-flops and latches with their clock pins
  PowerPart sum() const;
  // Drawn from whoever drives the input ports and the clock, so in no cell's figure above.
  double input_nets = 0;  // watts
  double clock_net = 0;   // watts: all clock pins charged and discharged once a period
  // Share of cell pins, of those that spend energy, whose toggles were counted and whose slews and
  // loads are known, 0..1. The others count as if their slew and load were 0.
  double annotated = 0;
  std::string activity;  // the source
  uint64_t cycles = 0;
};

// What the figures leave out, for reports.
std::vector<std::string> power_exclusions();

// Rules: an output's energy is the average over its arcs, weighted by how often their related pin
// toggled and by the simulated probability of their `when` and of the pin reaching the output; a
// group without `when` counts in the states that no conditional group of the same arc covers; clock
// pins toggle twice a period; leakage is weighted by the states; switching is C V^2 / 2 per
// transition of a cell's output.
Power power(const Netlist& netlist, const Timing& timing, const Activity& activity);

// The same for one cell, for reports and tests.
PowerPart cell_power(const Netlist& netlist, const Timing& timing, const Activity& activity,
                     size_t cell);

}  // namespace synth
