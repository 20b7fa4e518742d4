// SPDX-License-Identifier: Apache-2.0
// Verilog to a mapped netlist with Yosys, kept in the cache.

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "synth/library.h"

namespace synth {

struct VerilogFile {
  std::string name;  // for messages; `.sv` is read as SystemVerilog
  std::string text;
};

struct MapRequest {
  std::vector<VerilogFile> files;
  // Where files named by `include are looked for, in this order; as a rule the folders of the
  // files.
  std::vector<std::filesystem::path> include_dirs;
  std::string top;
  std::vector<std::pair<std::string, int64_t>> parameters;  // overrides, usually none
  std::shared_ptr<const Library> library;
  std::string recipe = "area";
};

// What a run leaves in the cache. The netlist is flat, its cells are named g0, g1, ...
struct Mapped {
  std::filesystem::path folder;
  std::filesystem::path verilog;  // netlist.v, for OpenSTA and other simulators
  std::filesystem::path json;     // netlist.json, Yosys' format
  std::string top;
  std::string recipe;
  std::string script;  // exact text that Yosys and ABC ran
  std::shared_ptr<const Library> library;
  bool from_cache = false;
};

// Key: Verilog texts and what they include, top, parameters, content of the Liberty file, exact
// scripts, tool versions. The clock is no part of it, because no script reads it. Check error with
// Yosys' own error line for a design that cannot be synthesised. Yosys and ABC run in a temporary
// folder of plain characters, so any path will do for the cache and for include_dirs.
Mapped map(const MapRequest& request);

}  // namespace synth
