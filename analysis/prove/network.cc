// SPDX-License-Identifier: Apache-2.0
// Order, pipeline stages and Verilog of a network.

#include "analysis/prove/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "base/error.h"
#include "base/files.h"

namespace analysis {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

std::string wire_name(Net net) {
  return net == kFalse ? "1'b0" : net == kTrue ? "1'b1" : fmt::format("n{}", net);
}

// A box by its equation, everything extended to the width of its result.
std::string box_verilog(const Box& box) {
  const size_t width = box.out.size();
  std::string sum, outs;
  for (const Box::Product& term : box.terms) {
    sum += term.factor < 0 ? " - " : sum.empty() ? "" : " + ";
    if (term.words.empty() || std::abs(term.factor) != 1)
      sum += fmt::format("{}'d{}{}", width, std::abs(term.factor), term.words.empty() ? "" : " * ");
    for (size_t i = 0; i < term.words.size(); ++i) {
      const Word& word = term.words[i];
      std::string bits;
      for (size_t k = width; k-- > 0;) {
        const bool above = k >= word.bits.size();
        const Net net = !above ? word.bits[k] : word.is_signed ? word.bits.back() : kFalse;
        bits += (bits.empty() ? "" : ", ") + wire_name(net);
      }
      sum += fmt::format("{}{{{}}}", i == 0 ? "" : " * ", bits);
    }
  }
  std::string declared;
  for (const Net out : box.out) {
    declared += fmt::format("  wire {};\n", wire_name(out));
    outs = wire_name(out) + (outs.empty() ? "" : ", ") + outs;
  }
  return fmt::format("{}  assign {{{}}} = {};\n", declared, outs, sum);
}

constexpr const char* kEnabled = "fircone_enabled";
constexpr int kMostStages = 4;  // registers in front of what holds a sum

// The top module, with 1 at the inputs that hold or clear registers.
std::string enabled_verilog(const Sources& sources) {
  std::string ports, pins;
  for (const ProvePort& port : sources.ports) {
    const bool tied = port.name == "en_i" || port.name == "rst_ni";
    if (!tied)
      ports += fmt::format("{}{} [{}:0] {}", ports.empty() ? "" : ", ",
                           port.input ? "input" : "output", port.width - 1, port.name);
    pins +=
        fmt::format("{}.{}({})", pins.empty() ? "" : ", ", port.name, tied ? "1'b1" : port.name);
  }
  for (const std::string& port : sources.ones) pins += fmt::format(", .{}(1'b1)", port);
  return fmt::format("module {}({});\n  {} u_top({});\nendmodule\n", kEnabled, ports, sources.top,
                     pins);
}

}  // namespace

int input_count(LogicOp op) {
  switch (op) {
    case LogicOp::kBuf:
    case LogicOp::kNot:
    case LogicOp::kRegister:
      return 1;
    case LogicOp::kMux:
    case LogicOp::kNmux:
      return 3;
    default:
      return 2;
  }
}

void Network::sort() {
  // Depth first from the outputs, without recursion: a ripple chain is deep.
  std::vector<uint32_t> driver(names_.size(), kNone);
  for (size_t i = 0; i < gates_.size(); ++i) driver[gates_[i].out] = static_cast<uint32_t>(i);
  for (size_t i = 0; i < boxes_.size(); ++i)
    for (const Net out : boxes_[i].out) driver[out] = static_cast<uint32_t>(gates_.size() + i);
  std::vector<bool> is_input(names_.size());
  is_input[kFalse] = is_input[kTrue] = true;
  for (const auto& [name, bits] : inputs_)
    for (const Net bit : bits) is_input[bit] = true;

  const auto inputs_of = [this](uint32_t element) {
    std::vector<Net> nets;
    if (element < gates_.size()) {
      const LogicGate& gate = gates_[element];
      nets.assign(gate.in.begin(), gate.in.begin() + input_count(gate.op));
    } else {
      for (const Box::Product& term : boxes_[element - gates_.size()].terms)
        for (const Word& word : term.words)
          nets.insert(nets.end(), word.bits.begin(), word.bits.end());
    }
    return nets;
  };

  enum class State : uint8_t { kNew, kOpen, kDone };
  std::vector<State> state(gates_.size() + boxes_.size(), State::kNew);
  struct Visit {
    uint32_t element;
    std::vector<Net> inputs;
    size_t next = 0;
  };
  std::vector<Visit> stack;
  const auto enter = [&](Net net) {
    if (is_input[net]) return;
    const uint32_t element = driver[net];
    if (element == kNone) base::usage_error(names_[net], "nothing drives this net");
    if (state[element] == State::kOpen)
      throw NotCovered{fmt::format(
          "feedback: {} depends on itself, a loop or a register that holds a sum", names_[net])};
    if (state[element] == State::kDone) return;
    state[element] = State::kOpen;
    stack.push_back({element, inputs_of(element)});
  };
  for (const auto& [name, bits] : outputs_) {
    for (const Net bit : bits) {
      enter(bit);
      while (!stack.empty()) {
        Visit& top = stack.back();
        if (top.next < top.inputs.size()) {
          enter(top.inputs[top.next++]);
          continue;
        }
        state[top.element] = State::kDone;
        order_.push_back(top.element);
        stack.pop_back();
      }
    }
  }
}

bool Network::has_registers() const {
  return std::any_of(order_.begin(), order_.end(), [this](uint32_t element) {
    return element < gates_.size() && gates_[element].op == LogicOp::kRegister;
  });
}

std::vector<int> Network::stages(const std::vector<std::string>& late) const {
  std::vector<int> stages(names_.size(), -1);
  for (const auto& [name, bits] : inputs_)
    for (const Net bit : bits)
      stages[bit] = std::find(late.begin(), late.end(), name) == late.end() ? 0 : 1;
  stages[kFalse] = stages[kTrue] = -1;
  for (const uint32_t element : order_) {
    int stage = -1;
    bool balanced = true;
    const auto meet = [&](Net net) {
      if (stages[net] < 0) return;
      balanced = balanced && (stage < 0 || stage == stages[net]);
      stage = stages[net];
    };
    if (element < gates_.size()) {
      const LogicGate& gate = gates_[element];
      for (int i = 0; i < input_count(gate.op); ++i) meet(gate.in[static_cast<size_t>(i)]);
      stages[gate.out] = stage < 0 ? -1 : stage + (gate.op == LogicOp::kRegister ? 1 : 0);
    } else {
      const Box& box = boxes_[element - gates_.size()];
      for (const Box::Product& term : box.terms)
        for (const Word& word : term.words)
          for (const Net bit : word.bits) meet(bit);
      for (const Net out : box.out) stages[out] = stage;
    }
    if (!balanced) return {};
  }
  return stages;
}

std::string Network::verilog(const std::string& module) const {
  std::string ports, text;
  for (const auto& [port, bits] : inputs_) {
    ports += fmt::format("{}input [{}:0] {}", ports.empty() ? "" : ", ", bits.size() - 1, port);
    for (size_t i = 0; i < bits.size(); ++i)
      text += fmt::format("  wire {} = {}[{}];\n", wire_name(bits[i]), port, i);
  }
  for (const uint32_t element : order_) {
    if (element >= gates_.size()) {
      text += box_verilog(boxes_[element - gates_.size()]);
      continue;
    }
    const LogicGate& gate = gates_[element];
    const std::string a = wire_name(gate.in[0]), b = wire_name(gate.in[1]),
                      s = wire_name(gate.in[2]);
    std::string value;
    switch (gate.op) {
      case LogicOp::kBuf:
      case LogicOp::kRegister:
        value = a;
        break;
      case LogicOp::kNot:
        value = "~" + a;
        break;
      case LogicOp::kAnd:
        value = a + " & " + b;
        break;
      case LogicOp::kOr:
        value = a + " | " + b;
        break;
      case LogicOp::kXor:
        value = a + " ^ " + b;
        break;
      case LogicOp::kNand:
        value = "~(" + a + " & " + b + ")";
        break;
      case LogicOp::kNor:
        value = "~(" + a + " | " + b + ")";
        break;
      case LogicOp::kXnor:
        value = "~(" + a + " ^ " + b + ")";
        break;
      case LogicOp::kAndNot:
        value = a + " & ~" + b;
        break;
      case LogicOp::kOrNot:
        value = a + " | ~" + b;
        break;
      case LogicOp::kMux:
        value = fmt::format("{} ? {} : {}", s, b, a);
        break;
      case LogicOp::kNmux:
        value = fmt::format("~({} ? {} : {})", s, b, a);
        break;
    }
    text += fmt::format("  wire {} = {};\n", wire_name(gate.out), value);
  }
  for (const auto& [port, bits] : outputs_) {
    ports += fmt::format("{}output [{}:0] {}", ports.empty() ? "" : ", ", bits.size() - 1, port);
    for (size_t i = 0; i < bits.size(); ++i)
      text += fmt::format("  assign {}[{}] = {};\n", port, i, wire_name(bits[i]));
  }
  return fmt::format("module {}({});\n{}endmodule\n", module, ports, text);
}

std::vector<ProvePort> ports_of(const Network& network) {
  std::vector<ProvePort> ports;
  for (const auto& [name, bits] : network.inputs())
    ports.push_back({name, true, static_cast<int>(bits.size())});
  for (const auto& [name, bits] : network.outputs())
    ports.push_back({name, false, static_cast<int>(bits.size())});
  return ports;
}

std::vector<ProvePort> declared_ports(const Sources& sources, double timeout_seconds) {
  const std::string script =
      read_script(sources, {}) +
      fmt::format("hierarchy -check -top {0}\ntee -q -o ports portlist {0}\n", sources.top);
  const base::TemporaryDirectory folder(base::plain_temporary_folder());
  if (!run_yosys(sources, {}, script, folder.path(), timeout_seconds)) return {};
  std::vector<ProvePort> ports;
  std::istringstream lines(base::read_file(folder.path() / "ports"));
  for (std::string line; std::getline(lines, line);) {  // `input [7:0] a_i`
    std::istringstream words(line);
    std::string direction, name;
    int high = 0, low = 0;
    char bracket = 0, colon = 0;
    words >> direction >> bracket >> high >> colon >> low >> bracket >> name;
    if (words && (direction == "input" || direction == "output"))
      ports.push_back({name, direction == "input", std::abs(high - low) + 1});
  }
  return ports;
}

std::string elaborate(const Sources& sources, Elaboration elaboration, double timeout_seconds,
                      const std::string& kept) {
  const std::vector<synth::VerilogFile> more = {{"enabled.v", enabled_verilog(sources)}};
  std::string script = read_script(sources, more);
  script += fmt::format("hierarchy -check -top {}\nproc -noopt\n", kEnabled);
  if (elaboration == Elaboration::kBoxes)
    script +=
        "setattr -mod -set keep_hierarchy 1 *fircone_fa* *fircone_ha* *fircone_final_adder* " +
        kept + "\n";
  script += "flatten\nopt_expr\nopt_dff -nosdff\n";
  // A constant goes through one register each time.
  if (!sources.ones.empty())
    for (int i = 0; i < kMostStages; ++i) script += "opt_expr\nopt_dff -nosdff\n";
  script += "simplemap\n";
  if (elaboration == Elaboration::kBoxes)
    script += "techmap t:* t:$add %d t:$sub %d t:$mul %d t:$neg %d\nsimplemap\n";
  else
    script += "techmap\nsimplemap\n";
  // Constants and buffers go; nothing is restructured.
  script += "opt_expr\nopt_clean -purge\n";
  script += fmt::format("rename {} {}\n", kEnabled, sources.top);
  script += "write_blif -icells -param -cname -impltf -noalias elaborated\n";
  const base::TemporaryDirectory folder(base::plain_temporary_folder());
  if (!run_yosys(sources, more, script, folder.path(), timeout_seconds)) throw OutOfTime{};
  return base::read_file(folder.path() / "elaborated");
}

}  // namespace analysis
