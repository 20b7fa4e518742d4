// SPDX-License-Identifier: Apache-2.0
// Verilog on its way to a model or a netlist: generated, or files of the user.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gen/generate.h"
#include "sim/loader.h"
#include "synth/map.h"

namespace cli {

sim::ModelRequest model_request(const gen::Design& design);
std::vector<synth::VerilogFile> verilog_files(const gen::Design& design);

// RTL that the user brings.
struct ForeignRtl {
  std::vector<std::filesystem::path> files;
  std::vector<synth::VerilogFile> texts;       // of the same files
  std::vector<std::filesystem::path> folders;  // of the same files: what they include lies there
  std::string top;                             // named, or guessed and said so on stderr
};

// Reads the files. Usage error when one cannot be read, or when no top module is named and several
// could be meant.
ForeignRtl read_rtl(const std::vector<std::filesystem::path>& files, const std::string& top);

}  // namespace cli
