// SPDX-License-Identifier: Apache-2.0
// From Verilog to checked figures.

#include "cli/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "analysis/netlist_model.h"
#include "base/error.h"
#include "cli/adder_cells.h"
#include "cli/foreign.h"
#include "cli/sources.h"
#include "synth/characterize.h"
#include "tb/bench.h"

namespace cli {
namespace {

synth::CharacterizeRequest request_for(const std::vector<synth::VerilogFile>& files,
                                       const std::string& top, const MeasureOptions& options) {
  synth::CharacterizeRequest request;
  request.map.files = files;
  request.map.top = top;
  request.map.include_dirs = options.include_dirs;
  request.map.library = synth::Library::open(options.library)->with(options.boundary);
  request.map.recipe = options.recipe;
  request.clock_ns = options.clock_ns;
  request.seed = options.seed;
  return request;
}

// Share of cycles with an input from which on energy is given per output. Engines that are set up
// over a bus between frames stay below.
constexpr double kBusy = 0.9;

// A netlist behind the port names that the unit's bench expects: those of foreign Verilog may
// differ.
struct UnderBench {
  std::unique_ptr<sim::Model> model;
  analysis::NetlistModel* netlist;  // inside `model`
  bool has_enable;

  UnderBench(const std::shared_ptr<const synth::Netlist>& mapped,
             const std::vector<gen::Port>& ports) {
    auto inner = std::make_unique<analysis::NetlistModel>(mapped);
    netlist = inner.get();
    const ForeignPorts found = match_ports(ports, inner->ports(), {});
    has_enable = found.has_enable;
    model = sim::rename_ports(std::move(inner), found.map);
  }
};

// One run of the unit's bench on the netlist; a mismatch ends the measurement.
tb::Verdict check(sim::Model& model, const base::Spec& spec, const tb::Options& options) {
  tb::Verdict verdict = tb::run_bench(model, spec, options);
  if (!verdict.passed) base::check_error("mapped netlist", verdict.mismatch);
  return verdict;
}

// Of the mapped netlist, which stays in the cache.
double delay(const gen::Design& design, const MeasureOptions& options) {
  const synth::MapRequest request = request_for(verilog_files(design), design.top, options).map;
  const synth::Mapped mapped = synth::map(request);
  const auto netlist = synth::Netlist::read(mapped.json, mapped.top, request.library);
  return synth::time(mapped, netlist, options.clock_ns * 1e-9, false).delay;
}

}  // namespace

Measurement measure_verilog(const std::vector<synth::VerilogFile>& files, const std::string& top,
                            const MeasureOptions& options) {
  Measurement m;
  m.top = top;
  m.figures = synth::characterize(request_for(files, top, options));
  return m;
}

Measurement measure_verilog_as(const base::Spec& resolved,
                               const std::vector<synth::VerilogFile>& files, const std::string& top,
                               const MeasureOptions& options) {
  const gen::Design design = gen::generate(resolved);
  Measurement m;
  m.spec = design.spec;
  m.top = top;
  m.multiplications = design.operations.multiplications;
  m.outputs_per_cycle = design.outputs_per_cycle;
  m.latency_cycles = design.latency_cycles;

  synth::CharacterizeRequest request = request_for(files, top, options);
  request.simulate = [&](const std::shared_ptr<const synth::Netlist>& netlist) {
    tb::Options bench;
    bench.seed = options.seed;
    const UnderBench checked(netlist, design.ports);
    bench.gaps = checked.has_enable;
    const tb::Verdict verdict = check(*checked.model, design.spec, bench);
    m.verified =
        fmt::format("equal to golden in {} vectors, {} cycles", verdict.vectors, verdict.cycles);

    bench.gaps = false;  // power at full throughput
    bench.image = options.picture;
    const UnderBench driven(netlist, design.ports);
    const tb::Verdict active = check(*driven.model, design.spec, bench);
    m.busy = static_cast<double>(active.vectors) >= kBusy * static_cast<double>(active.cycles);
    return driven.netlist->activity(options.activity);
  };
  m.figures = synth::characterize(request);
  return m;
}

Measurement measure(const base::Spec& wanted, const MeasureOptions& options) {
  gen::Design design = gen::generate(wanted);
  std::string used;
  const std::optional<gen::AdderCells> cells =
      options.adder_cells == AdderCellUse::kNo ? std::nullopt : adder_cells_of(options.library);
  if (cells) {
    gen::Design with_cells = gen::generate(wanted, {.adder_cells = cells});
    const auto differs = [](const gen::SourceFile& a, const gen::SourceFile& b) {
      return a.text != b.text;
    };
    const bool has_adders =
        !std::equal(design.files.begin(), design.files.end(), with_cells.files.begin(),
                    with_cells.files.end(), std::not_fn(differs));
    const bool both = options.adder_cells == AdderCellUse::kAuto && options.recipe == "speed";
    if (has_adders && !(both && delay(design, options) < delay(with_cells, options))) {
      design = std::move(with_cells);
      used = cells->full.cell;
    }
  }
  Measurement m = measure_verilog_as(design.spec, verilog_files(design), design.top, options);
  m.adder_cells = used;
  return m;
}

synth::Netlist mapped_netlist(const base::Spec& wanted, const std::string& library) {
  const gen::Design design = gen::generate(wanted, {.adder_cells = adder_cells_of(library)});
  const synth::MapRequest request =
      request_for(verilog_files(design), design.top, {.library = library}).map;
  const synth::Mapped mapped = synth::map(request);
  return synth::Netlist::read(mapped.json, mapped.top, request.library);
}

double mapped_area(const base::Spec& wanted, const std::string& library) {
  return mapped_netlist(wanted, library).area();
}

}  // namespace cli
