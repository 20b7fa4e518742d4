// SPDX-License-Identifier: Apache-2.0
// Yosys' simple cells, read from BLIF, aliases resolved and gates sorted.

#include "analysis/gate_netlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "analysis/prove/solver.h"
#include "base/error.h"
#include "base/files.h"

namespace analysis {
namespace {

constexpr double kTimeoutSeconds = 600;
constexpr uint32_t kNone = UINT32_MAX;

// Function and input pins of Yosys' cells.
struct CellType {
  GateOp op;
  std::vector<const char*> pins;
};

const std::map<std::string, CellType, std::less<>>& cell_types() {
  static const std::map<std::string, CellType, std::less<>> types = {
      {"$_AND_", {GateOp::kAnd, {"A", "B"}}},
      {"$_OR_", {GateOp::kOr, {"A", "B"}}},
      {"$_XOR_", {GateOp::kXor, {"A", "B"}}},
      {"$_NAND_", {GateOp::kNand, {"A", "B"}}},
      {"$_NOR_", {GateOp::kNor, {"A", "B"}}},
      {"$_XNOR_", {GateOp::kXnor, {"A", "B"}}},
      {"$_ANDNOT_", {GateOp::kAndNot, {"A", "B"}}},
      {"$_ORNOT_", {GateOp::kOrNot, {"A", "B"}}},
      {"$_NOT_", {GateOp::kNot, {"A"}}},
      {"$_MUX_", {GateOp::kMux, {"A", "B", "S"}}}};
  return types;
}

class Reader {
 public:
  explicit Reader(const std::string& top) { result_.top = top; }

  GateNetlist read(std::string_view blif) {
    add_net("$false");  // the constants' numbers
    add_net("$true");
    std::istringstream lines{std::string(blif)};
    for (std::string line; std::getline(lines, line);) read_line(line);
    result_.nets = static_cast<uint32_t>(names_.size());
    resolve_aliases();
    sort();
    return std::move(result_);
  }

 private:
  struct Driver {
    uint32_t gate = kNone;
    bool port = false;
    uint32_t alias = kNone;
    bool any() const { return gate != kNone || port || alias != kNone; }
  };

  [[noreturn]] void refuse(const std::string& text) const { base::usage_error(result_.top, text); }

  uint32_t add_net(const std::string& name) {
    const auto [found, fresh] = numbers_.try_emplace(name, static_cast<uint32_t>(names_.size()));
    if (fresh) {
      names_.push_back(name);
      drivers_.emplace_back();
    }
    return found->second;
  }

  Driver& only_driver(uint32_t net) {
    if (drivers_[net].any()) refuse(fmt::format("net '{}' has several drivers", names_[net]));
    return drivers_[net];
  }

  void read_line(const std::string& line) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == ".inputs" || word == ".outputs") {
      while (words >> word) add_port_bit(word, line[1] == 'i');
    } else if (word == ".conn") {
      std::string from, to;
      words >> from >> to;
      const uint32_t source = add_net(from);
      only_driver(add_net(to)).alias = source;
    } else if (word == ".subckt") {
      add_cell(words);
    }
  }

  void add_port_bit(const std::string& bit, bool input) {
    std::string name = bit;
    if (bit.back() == ']') name = bit.substr(0, bit.rfind('['));
    auto& ports = result_.ports;
    auto port =
        std::find_if(ports.begin(), ports.end(), [&](const GatePort& p) { return p.name == name; });
    if (port == ports.end()) {
      ports.push_back({.name = name, .input = input, .nets = {}});
      port = ports.end() - 1;
    }
    if (port->input != input)
      refuse(fmt::format("port '{}' is bidirectional, which is not supported", name));
    const uint32_t net = add_net(bit);
    port->nets.push_back(net);
    if (input) only_driver(net).port = true;
  }

  void add_cell(std::istringstream& words) {
    std::string type;
    words >> type;
    std::map<std::string, uint32_t, std::less<>> pins;
    for (std::string word; words >> word;) {
      const size_t equals = word.find('=');
      pins[word.substr(0, equals)] = add_net(word.substr(equals + 1));
    }
    const auto known = cell_types().find(type);
    if (known == cell_types().end()) refuse(complaint(type, pins));
    Gate gate{.op = known->second.op, .output = pins["Y"]};
    for (size_t i = 0; i < known->second.pins.size(); ++i)
      gate.inputs[i] = pins[known->second.pins[i]];
    only_driver(gate.output).gate = static_cast<uint32_t>(result_.gates.size());
    result_.gates.push_back(gate);
  }

  std::string complaint(const std::string& type,
                        const std::map<std::string, uint32_t, std::less<>>& pins) const {
    const auto pin = [&](const char* name) {
      const auto found = pins.find(name);
      return found == pins.end() ? std::string("?") : names_[found->second];
    };
    if (type.starts_with("$_DLATCH") || type.starts_with("$_SR"))
      return fmt::format("net '{}' comes from a latch; a circuit without memory is needed",
                         pin("Q"));
    if (type.starts_with("$_DFF") || type.starts_with("$_SDFF") || type.starts_with("$_ALDFF") ||
        type.starts_with("$_FF"))
      return fmt::format(
          "net '{}' comes from a flip-flop (clock '{}'); a circuit without memory is needed",
          pin("Q"), pin("C"));
    if (type == "$_TBUF_")
      return fmt::format("net '{}' has a three-state driver, which is not supported", pin("Y"));
    return fmt::format("a cell of type '{}' is no gate", type);
  }

  uint32_t resolved(uint32_t net) const {
    for (size_t steps = 0; net > 1 && drivers_[net].alias != kNone; ++steps) {
      if (steps > names_.size()) refuse_loop(net);
      net = drivers_[net].alias;
    }
    if (names_[net] == "$undef") return 0;
    return net;
  }

  [[noreturn]] void refuse_loop(uint32_t net) const {
    refuse(fmt::format("a combinational loop runs through net '{}'", names_[net]));
  }

  uint32_t driven(uint32_t net) const {
    const uint32_t source = resolved(net);
    if (source > 1 && !drivers_[source].any())
      refuse(fmt::format("net '{}' is used but has no driver", names_[source]));
    return source;
  }

  void resolve_aliases() {
    for (Gate& gate : result_.gates)
      for (uint32_t& net : gate.inputs) net = driven(net);
    for (GatePort& port : result_.ports)
      if (!port.input)
        for (uint32_t& net : port.nets) net = driven(net);
  }

  // Depth first, without recursion: a ripple may be thousands of gates deep.
  void sort() {
    enum : uint8_t { kFresh, kOpen, kDone };
    std::vector<uint8_t> state(result_.gates.size(), kFresh);
    std::vector<Gate> sorted;
    sorted.reserve(result_.gates.size());
    std::vector<std::pair<uint32_t, size_t>> path;  // gate, next input
    for (uint32_t root = 0; root < result_.gates.size(); ++root) {
      if (state[root] != kFresh) continue;
      path.emplace_back(root, 0);
      state[root] = kOpen;
      while (!path.empty()) {
        const auto [index, input] = path.back();
        const Gate& gate = result_.gates[index];
        if (input == gate.inputs.size()) {
          state[index] = kDone;
          sorted.push_back(gate);
          path.pop_back();
          continue;
        }
        ++path.back().second;
        const uint32_t driver = drivers_[gate.inputs[input]].gate;
        if (driver == kNone || state[driver] == kDone) continue;
        if (state[driver] == kOpen) refuse_loop(gate.inputs[input]);
        state[driver] = kOpen;
        path.emplace_back(driver, 0);
      }
    }
    result_.gates = std::move(sorted);
  }

  GateNetlist result_;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<std::string> names_;
  std::vector<Driver> drivers_;
};

// The first net that Yosys' `check` says has several drivers; aliases hide these from the netlist.
// It may be one that Yosys named, after the place in the source.
std::optional<std::string> conflict(const std::string& report, const GateRequest& request) {
  constexpr std::string_view kText = "multiple conflicting drivers for ";
  const size_t at = report.find(kText);
  if (at == std::string::npos) return std::nullopt;
  std::string net = report.substr(at + kText.size());
  net.resize(std::min(net.find('\n'), net.size()));
  while (!net.empty() && (net.back() == ':' || net.back() == ' ')) net.pop_back();
  if (net.starts_with(request.top + ".")) net.erase(0, request.top.size() + 1);
  if (net.starts_with("\\")) net.erase(0, 1);
  for (size_t i = 0; i < request.files.size(); ++i) {
    const std::string source = fmt::format("source{}.v:", i);
    if (const size_t place = net.find(source); place != std::string::npos)
      net.replace(place, source.size(), request.files[i].name + ":");
  }
  return net;
}

}  // namespace

const GatePort* GateNetlist::find(std::string_view name) const {
  for (const GatePort& port : ports)
    if (port.name == name) return &port;
  return nullptr;
}

GateNetlist parse_gates(std::string_view blif, const std::string& top) {
  return Reader(top).read(blif);
}

GateNetlist elaborate_gates(const GateRequest& request) {
  const Sources sources{.files = request.files,
                        .include_dirs = request.include_dirs,
                        .top = request.top,
                        .ports = {}};
  std::vector<synth::VerilogFile> more;
  std::string script = read_script(sources, more);
  const base::TemporaryDirectory folder(base::plain_temporary_folder());
  if (!request.liberty.empty()) {
    // As modules with logic; a copy, because Yosys cannot quote a path.
    base::write_file(folder.path() / "cells.lib", base::read_file(request.liberty));
    script += "read_liberty -ignore_miss_func -ignore_miss_dir -ignore_miss_data_latch cells.lib\n";
  }
  script += fmt::format(
      "hierarchy -check -top {}\nproc\ntribuf\nflatten\ntee -q -o check check\n"
      "opt\nwreduce\nalumacc\nopt\ntechmap\nopt\nclean -purge\n"
      "write_blif -icells -conn netlist.blif\n",
      request.top);
  const auto run = [&] {
    try {
      return run_yosys(sources, more, script, folder.path(), kTimeoutSeconds);
    } catch (const base::Error& error) {
      const std::string what = error.what();
      if (!request.liberty.empty() || what.find("is not part of the design") == std::string::npos)
        throw;
      throw base::Error(error.code(), what + "; is it a library's cell? Name the library");
    }
  };
  if (!run())
    base::check_error(request.top, fmt::format("yosys took more than {} s", kTimeoutSeconds));
  if (const auto net = conflict(base::read_file(folder.path() / "check"), request))
    base::usage_error(request.top, fmt::format("net '{}' has several drivers", *net));
  return parse_gates(base::read_file(folder.path() / "netlist.blif"), request.top);
}

}  // namespace analysis
