// SPDX-License-Identifier: Apache-2.0
// Runs Yosys' script of a family and sorts the primitives.

#include "synth/fpga.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/cache.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"

namespace synth {
namespace {

constexpr double kTimeoutSeconds = 1800;

struct Target {
  std::string name, command;
  std::vector<std::string> dsp, lut, carry, mux, ff;  // beginnings of primitives' names
};

const std::vector<Target>& targets() {
  static const std::vector<Target> all = {
      {"xilinx",
       "synth_xilinx -flatten -family xc7 -noiopad",
       {"DSP48"},
       {"LUT", "INV"},
       {"CARRY4"},
       {"MUXF"},
       {"FD"}},
      {"ice40", "synth_ice40 -dsp", {"SB_MAC16"}, {"SB_LUT4"}, {"SB_CARRY"}, {}, {"SB_DFF"}},
      {"ecp5",
       "synth_ecp5",
       {"MULT18X18D", "ALU54B"},
       {"LUT4"},
       {"CCU2C"},
       {"PFUMX", "L6MUX21"},
       {"TRELLIS_FF"}}};
  return all;
}

const Target& find_target(const std::string& name) {
  for (const Target& target : targets())
    if (target.name == name) return target;
  base::usage_error("fpga",
                    fmt::format("'{}' must be one of {}", name, fmt::join(fpga_targets(), ", ")));
}

std::string script(const Target& target, size_t files, const std::string& top) {
  std::string text;
  for (size_t i = 0; i < files; ++i) text += fmt::format("read_verilog source{}.v\n", i);
  return text + fmt::format("{} -top {}\ntee -q -o stat.txt stat\n", target.command, top);
}

void run(const std::vector<VerilogFile>& files, const std::string& top, const std::string& text,
         const std::filesystem::path& folder) {
  const base::TemporaryDirectory work(base::plain_temporary_folder());
  for (size_t i = 0; i < files.size(); ++i)
    base::write_file(work.path() / fmt::format("source{}.v", i), files[i].text);
  base::write_file(work.path() / "run.ys", text);
  base::Command command;
  command.argv = {"yosys", "-q", "run.ys"};
  command.directory = work.path();
  command.timeout_seconds = kTimeoutSeconds;
  command.environment = {{"TMPDIR", work.path().string()}};
  const base::Output output = base::run(command);
  if (output.timed_out)
    base::check_error(top, fmt::format("yosys took more than {} s", kTimeoutSeconds));
  if (output.status != 0) {
    const size_t at = output.err.find("ERROR: ");
    base::check_error(
        top, at == std::string::npos
                 ? fmt::format("yosys ended with status {}", output.status)
                 : "yosys: " + output.err.substr(at + 7, output.err.find('\n', at) - at - 7));
  }
  base::write_file(folder / "stat.txt", base::read_file(work.path() / "stat.txt"));
  base::write_file(folder / "script", text);
}

}  // namespace

const std::vector<std::string>& fpga_targets() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const Target& target : targets()) result.push_back(target.name);
    return result;
  }();
  return names;
}

FpgaCounts count_primitives(std::string_view stat, const std::string& target) {
  const Target& kinds = find_target(target);
  FpgaCounts counts;
  counts.target = target;
  std::istringstream lines{std::string(stat)};
  bool cells = false;  // below the line of their number
  for (std::string line; std::getline(lines, line);) {
    if (line.find("Number of cells:") != std::string::npos) {
      cells = true;
      counts.cells.clear();  // of a hierarchy, the last block is the sum
      continue;
    }
    std::istringstream words(line);
    std::string name;
    int count = 0;
    if (!cells || !(words >> name >> count)) continue;
    counts.cells[name] += count;
  }
  for (const auto& cell : counts.cells) {
    const std::string& name = cell.first;
    const auto is = [&](const std::vector<std::string>& beginnings) {
      return std::any_of(beginnings.begin(), beginnings.end(),
                         [&](const std::string& b) { return name.starts_with(b); });
    };
    int* kind = is(kinds.dsp)     ? &counts.dsp
                : is(kinds.lut)   ? &counts.lut
                : is(kinds.carry) ? &counts.carry
                : is(kinds.mux)   ? &counts.mux
                : is(kinds.ff)    ? &counts.ff
                                  : nullptr;
    if (kind != nullptr) *kind += cell.second;
  }
  return counts;
}

FpgaCounts fpga_counts(const std::vector<VerilogFile>& files, const std::string& top,
                       const std::string& target) {
  const Target& kinds = find_target(target);
  base::find_tool("yosys");
  const std::string text = script(kinds, files.size(), top);
  base::KeyBuilder key;
  key.add("fpga 1").add(text).add(base::tool_version("yosys", "-V"));
  for (const VerilogFile& file : files) key.add(file.text);
  const std::filesystem::path folder = base::Cache::user().get(
      "fpga", key.hex(), fmt::format("{} for {}\n", top, target),
      [&](const std::filesystem::path& entry) { run(files, top, text, entry); });
  return count_primitives(base::read_file(folder / "stat.txt"), target);
}

}  // namespace synth
