// SPDX-License-Identifier: Apache-2.0
// Yosys and the solvers: a question about Verilog that has the answer yes, no, or not in time.

#pragma once

#include <string>
#include <vector>

#include "analysis/prove/claim.h"
#include "synth/map.h"

namespace analysis {

enum class Engine {
  kSat,  // MiniSat inside Yosys
  kSmt,  // yosys-smtbmc and z3
};

// The Verilog under proof.
struct Sources {
  std::vector<synth::VerilogFile> files;
  std::vector<std::filesystem::path> include_dirs = {};
  std::string top;
  std::vector<ProvePort> ports;
  std::vector<std::string> ones = {};  // inputs that are held at 1, none of `ports`
  std::vector<std::string> late = {};  // inputs that belong to the others of an edge before
  std::string liberty = {};            // text of the library whose cells the Verilog has, if any
};

struct Answer {
  enum class Kind { kHolds, kFails, kTimeout } kind = Kind::kTimeout;
  Values inputs;  // kFails: values of the input ports for which the question's output is 1
};

// Text of a module `fircone_question` with the input ports of `sources` and one output `bad`. It
// may instantiate the top module; `body` does so by `instance`.
std::string question_verilog(const Sources& sources, const std::string& body);
// `  wire [..] NAME_sum_o; TOP u_NAME (...);` for each output of the top module.
std::string instance_verilog(const Sources& sources, const std::string& name);

// Is `bad` 0 for all inputs? Usage error with Yosys' own words when the Verilog cannot be read, has
// registers or loops. The answer is kept in the cache when it took long and was not a timeout.
Answer ask(const Sources& sources, const std::string& question, Engine engine,
           double timeout_seconds);

// Runs one Yosys script over the files of `sources`, written as source0.v, source1.v, ... beside
// `more`, in `folder`. Usage error with Yosys' complaint in which files have their given names.
// False when the time was over.
bool run_yosys(const Sources& sources, const std::vector<synth::VerilogFile>& more,
               const std::string& script, const std::filesystem::path& folder,
               double timeout_seconds);

// Commands that read all sources and `more`.
std::string read_script(const Sources& sources, const std::vector<synth::VerilogFile>& more);

}  // namespace analysis
