// SPDX-License-Identifier: Apache-2.0
// Timing, slews and loads of a mapped netlist by OpenSTA.

#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "synth/map.h"
#include "synth/netlist.h"

namespace synth {

struct Slew {
  double rise = 0, fall = 0;  // seconds; not a number where OpenSTA has none
  bool known() const { return std::isfinite(rise) && std::isfinite(fall); }
};

struct Timing {
  double clock = 0;            // period, seconds
  double delay = 0;            // longest path including set-up, seconds: the smallest period
  double slack = 0;            // at the period
  bool combinational = false;  // no register: a virtual clock was used
  std::string path;            // OpenSTA's report of the critical path
  std::vector<std::vector<Slew>> slews;  // per cell and pin, as netlist.cells()[i].pins
  std::vector<double> loads;             // per net, farads: pins and output load, no wires; not a
                                         // number where OpenSTA has none
  std::string script;                    // exact text that OpenSTA ran
};

// Ideal clock, inputs arriving at 0 with the library's slew, outputs due at the clock edge with the
// library's load, no wires. Slews and loads are read only when `electrical`. Usage error for a
// netlist without cells, which has no figures.
Timing time(const Mapped& mapped, const Netlist& netlist, double clock_seconds,
            bool electrical = true);

}  // namespace synth
