// SPDX-License-Identifier: Apache-2.0
// One point measured: area, timing and power of Verilog in a library under a recipe.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synth/map.h"
#include "synth/net_simulator.h"
#include "synth/netlist.h"
#include "synth/power.h"
#include "synth/sta.h"

namespace synth {

struct Characterization {
  std::string library, node, corner, recipe;
  double voltage = 0;
  std::string driver;  // of the inputs; empty: a fixed slew
  double load_pf = 0;  // on each output
  double clock_ns = 0;
  double area_um2 = 0, kge = 0, kge_registers = 0, kge_logic = 0;
  size_t cells = 0, registers = 0;
  size_t depth = 0;  // cells on the deepest path
  double delay_ns = 0, slack_ns = 0;
  bool combinational = false;
  // Milliwatts.
  double power_internal = 0, power_switching = 0, power_leakage = 0, power_total = 0;
  double power_registers = 0, power_logic = 0;
  double power_input_nets = 0, power_clock_net = 0;  // not in power_total
  std::string activity_source;
  uint64_t activity_cycles = 0;
  double activity_annotated = 0;
  double energy_pj_per_cycle = 0;  // power_total x clock; divide by outputs per cycle
  std::vector<std::string> not_included;
  std::vector<std::pair<std::string, std::string>> tools;  // yosys, abc, opensta: version
  std::string script;                                      // Yosys and ABC
  std::string critical_path;                               // OpenSTA's report
  std::filesystem::path netlist_verilog;
};

struct CharacterizeRequest {
  MapRequest map;
  double clock_ns = 5;
  // Runs real vectors on the netlist and returns what it did; none: random inputs, as
  // random_activity() has them.
  std::function<Activity(const std::shared_ptr<const Netlist>&)> simulate;
  int random_cycles = 2000;
  uint64_t seed = 1;
};

Characterization characterize(const CharacterizeRequest& request);

}  // namespace synth
