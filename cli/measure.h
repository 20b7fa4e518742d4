// SPDX-License-Identifier: Apache-2.0
// One point measured: generated or foreign Verilog to a checked netlist and its figures.

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/json.h"
#include "golden/picture.h"
#include "synth/library.h"
#include "synth/map.h"
#include "synth/netlist.h"

namespace cli {

// Whether bit heaps are built of the library's full adders. `kAuto`: yes, and the recipe `speed`
// tries both, because gates can be shaped to the critical path and cells cannot.
enum class AdderCellUse { kAuto, kYes, kNo };

struct MeasureOptions {
  std::string library = "osu018";
  std::string recipe = "area";
  synth::Boundary boundary = {};
  AdderCellUse adder_cells = AdderCellUse::kAuto;
  double clock_ns = 10;
  uint64_t seed = 1;
  const golden::Picture* picture = nullptr;  // its windows are the activity; else random vectors
  std::string activity = "random vectors of the bench";
  std::vector<std::filesystem::path> include_dirs = {};  // of foreign Verilog
};

// Generates the point, maps it, runs the unit's bench on the netlist (check error on a mismatch),
// and takes the power from the toggles of a second run at full throughput.
Measurement measure(const base::Spec& wanted, const MeasureOptions& options);

// The same for Verilog that claims to be the unit of `resolved`.
Measurement measure_verilog_as(const base::Spec& resolved,
                               const std::vector<synth::VerilogFile>& files, const std::string& top,
                               const MeasureOptions& options);

// Verilog of which nothing is known: random inputs, no check.
Measurement measure_verilog(const std::vector<synth::VerilogFile>& files, const std::string& top,
                            const MeasureOptions& options);

// The netlist that `measure` would have under the recipe `area`, and its area alone, um2.
synth::Netlist mapped_netlist(const base::Spec& wanted, const std::string& library);
double mapped_area(const base::Spec& wanted, const std::string& library);

}  // namespace cli
