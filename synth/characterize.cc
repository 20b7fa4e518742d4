// SPDX-License-Identifier: Apache-2.0
// Map, time, simulate, sum up.

#include "synth/characterize.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/process.h"

namespace synth {
namespace {

// Below this share of pins the energies would be guesses.
constexpr double kLeastAnnotated = 0.95;

std::string abc_version() {
  base::Command command;
  command.argv = {"yosys-abc", "-q", "version"};
  const base::Output output = base::run(command);
  return output.out.substr(0, output.out.find('\n'));
}

}  // namespace

Characterization characterize(const CharacterizeRequest& request) {
  if (!(request.clock_ns > 0)) base::usage_error("clock", "the period must be above 0 ns");
  base::find_tool("sta");
  const Mapped mapped = map(request.map);
  const Library& library = *request.map.library;
  const auto netlist =
      std::make_shared<const Netlist>(Netlist::read(mapped.json, mapped.top, request.map.library));
  const std::vector<std::string> clocks = netlist->clock_ports();
  if (clocks.size() > 1) {
    base::usage_error(mapped.top, fmt::format("its registers hang on several ports ({}); one clock "
                                              "is supported",
                                              fmt::join(clocks, ", ")));
  }
  const Timing timing = time(mapped, *netlist, request.clock_ns * 1e-9);
  const Activity activity = request.simulate
                                ? request.simulate(netlist)
                                : random_activity(netlist, request.random_cycles, request.seed);
  const Power watts = power(*netlist, timing, activity);
  if (watts.annotated < kLeastAnnotated) {
    base::check_error(mapped.top,
                      fmt::format("toggles, slews and loads are known for only {:.1f} % of the "
                                  "pins; that is too few for a power figure",
                                  100 * watts.annotated));
  }

  Characterization c;
  c.library = library.name();
  c.node = library.node();
  c.corner = library.corner();
  c.recipe = request.map.recipe;
  c.driver = library.drives_inputs() ? library.driver() : "";
  c.load_pf = library.load() * 1e12;
  c.voltage = library.liberty().voltage;
  c.clock_ns = request.clock_ns;
  c.area_um2 = netlist->area();
  const double kge = 1e-3 / library.nand2_area();
  c.kge = c.area_um2 * kge;
  c.kge_registers = netlist->register_area() * kge;
  c.kge_logic = c.kge - c.kge_registers;
  c.cells = netlist->cells().size();
  c.registers = netlist->register_count();
  c.depth = netlist->depth();
  c.delay_ns = timing.delay * 1e9;
  c.slack_ns = timing.slack * 1e9;
  c.combinational = timing.combinational;
  const PowerPart total = watts.sum();
  c.power_internal = total.internal * 1e3;
  c.power_switching = total.switching * 1e3;
  c.power_leakage = total.leakage * 1e3;
  c.power_total = total.total() * 1e3;
  c.power_registers = watts.registers.total() * 1e3;
  c.power_logic = watts.logic.total() * 1e3;
  c.power_input_nets = watts.input_nets * 1e3;
  c.power_clock_net = watts.clock_net * 1e3;
  c.activity_source = watts.activity;
  c.activity_cycles = watts.cycles;
  c.activity_annotated = watts.annotated;
  c.energy_pj_per_cycle = c.power_total * c.clock_ns;  // mW x ns
  c.not_included = power_exclusions();
  c.tools = {{"yosys", base::tool_version("yosys", "-V")},
             {"abc", abc_version()},
             {"opensta", base::tool_version("sta", "-version")}};
  c.script = mapped.script;
  c.critical_path = timing.path;
  c.netlist_verilog = mapped.verilog;
  return c;
}

}  // namespace synth
