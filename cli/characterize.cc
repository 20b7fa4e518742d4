// SPDX-License-Identifier: Apache-2.0
// fircone characterize: generate, map, check the netlist, time it, measure its power.

#include <fmt/format.h>

#include "base/error.h"
#include "cli/automatic.h"
#include "cli/commands.h"
#include "cli/image.h"
#include "cli/measure.h"
#include "cli/sources.h"
#include "cli/table.h"
#include "cli/words.h"
#include "synth/fpga.h"

namespace cli {
namespace {

// The largest picture that is read for activity; more would only take longer.
constexpr int kMaxSide = 4096;

void print_table(const Measurement& m) {
  const synth::Characterization& c = m.figures;
  std::vector<std::vector<std::string>> rows = {{"figure", "value", ""}};
  const auto add = [&rows](const char* name, double value, const char* unit, int digits) {
    rows.push_back({name, fmt::format("{:.{}f}", value, digits), unit});
  };
  add("area", c.area_um2, "um2", 0);
  add("", c.kge, "kGE (NAND2 equivalents)", 3);
  add("  registers", c.kge_registers, "kGE", 3);
  add("  logic", c.kge_logic, "kGE", 3);
  add("cells", static_cast<double>(c.cells), "", 0);
  add("depth", static_cast<double>(c.depth), "cells", 0);
  add("delay", c.delay_ns, "ns", 3);
  add("slack", c.slack_ns, "ns", 3);
  add("power", c.power_total, "mW", 4);
  add("  internal", c.power_internal, "mW", 4);
  add("  switching", c.power_switching, "mW", 4);
  add("  leakage", c.power_leakage, "mW", 6);
  add("  registers", c.power_registers, "mW", 4);
  add("  logic", c.power_logic, "mW", 4);
  if (m.busy) add("energy per output", m.energy_pj_per_output(), "pJ", 3);
  fmt::print("{}", format_table(rows));
  fmt::print("\n{} {} {:.2f} V, {}, recipe {}, clock {:g} ns\n", c.library, c.node, c.voltage,
             c.corner, c.recipe, c.clock_ns);
  fmt::print("inputs {}, outputs {:g} pF\n",
             c.driver.empty() ? "at a fixed slew" : "driven by " + c.driver, c.load_pf);
  fmt::print("activity: {}, {} cycles, {:.1f} % of pins annotated\n", c.activity_source,
             c.activity_cycles, 100 * c.activity_annotated);
  fmt::print("netlist: {}\n", m.verified.empty() ? "not checked" : m.verified);
  fmt::print("not included:\n  {}\n", fmt::join(c.not_included, "\n  "));
  if (m.outputs_per_cycle > 0) fmt::print("arithmetic: {}\n", m.arithmetic());
  if (c.slack_ns < 0)
    fmt::print("the clock is not met: the power figure holds only for a slower one\n");
}

Measurement measure_foreign(const CharacterizeArgs& args, MeasureOptions& options) {
  const ForeignRtl rtl = read_rtl(args.rtl, args.top);
  options.include_dirs = rtl.folders;
  if (args.spec.empty()) return measure_verilog(rtl.texts, rtl.top, options);
  return measure_verilog_as(gen::resolve(base::Spec::parse(args.spec)), rtl.texts, rtl.top,
                            options);
}

// Primitives of an FPGA: of a generated unit or of foreign Verilog without includes.
void count(const CharacterizeArgs& args) {
  FpgaPoint point;
  std::vector<synth::VerilogFile> files;
  if (args.rtl.empty()) {
    const gen::Design design = gen::generate(base::Spec::parse(args.spec));
    files = verilog_files(design);
    point = {
        design.spec, design.top, design.operations.multiplications, design.outputs_per_cycle, {}};
  } else {
    const ForeignRtl rtl = read_rtl(args.rtl, args.top);
    files = rtl.texts;
    point.top = rtl.top;
  }
  point.counts = synth::fpga_counts(files, point.top, args.fpga);
  const synth::FpgaCounts& c = point.counts;
  if (args.json) {
    fmt::print("{}", fpga_json(point));
    return;
  }
  std::vector<std::vector<std::string>> rows = {{"what", "count"}};
  const auto add = [&rows](const std::string& name, int value) {
    rows.push_back({name, fmt::format("{}", value)});
  };
  if (point.multiplications > 0) {
    add("multiplications", point.multiplications);
    add("outputs per cycle", point.outputs_per_cycle);
  }
  add("DSP", c.dsp);
  add("LUT", c.lut);
  add("carry", c.carry);
  add("wide multiplexers", c.mux);
  add("FF", c.ff);
  for (const auto& [name, value] : c.cells) add("  " + name, value);
  fmt::print("{}\n{} by Yosys, {}: primitives after synthesis, neither placed nor timed\n",
             format_table(rows), point.top, c.target);
}

}  // namespace

void characterize(const CharacterizeArgs& args) {
  if (!args.top.empty() && args.rtl.empty())
    base::usage_error("characterize", "--top needs --rtl FILE");
  if (!args.fpga.empty()) return count(args);
  MeasureOptions options{.library = args.library,
                         .recipe = args.recipe,
                         .boundary = {.driver = args.driver, .load = parse_load(args.load)},
                         .adder_cells = args.adder_cells == "yes"  ? AdderCellUse::kYes
                                        : args.adder_cells == "no" ? AdderCellUse::kNo
                                                                   : AdderCellUse::kAuto,
                         .clock_ns = parse_clock(args.clock),
                         .seed = args.seed};
  golden::Picture picture;
  if (!args.picture.empty()) {
    picture = read_png(args.picture, kMaxSide, kMaxSide);
    options.picture = &picture;
    options.activity = fmt::format("windows of {}", args.picture.filename().string());
  }
  const Measurement m =
      args.rtl.empty()
          ? measure(settled(base::Spec::parse(args.spec), args.library, args.model), options)
          : measure_foreign(args, options);
  if (args.rtl.empty()) note_idle_autos(base::Spec::parse(args.spec), m.spec);
  if (args.json)
    fmt::print("{}", characterize_json(m));
  else
    print_table(m);
}

}  // namespace cli
