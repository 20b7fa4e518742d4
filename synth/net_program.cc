// SPDX-License-Identifier: Apache-2.0
// Functions to gates, gates to levels, levels to runs of one kind.

#include "synth/net_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "synth/cell_function.h"

namespace synth {
namespace {

struct GateKind {
  Gate gate;
  size_t inputs;
  uint64_t (*table)(uint64_t a, uint64_t b, uint64_t c, uint64_t d);
};

constexpr GateKind kKinds[] = {
#define SYNTH_KIND(name, inputs, value)                                                      \
  {Gate::k##name, inputs,                                                                    \
   []([[maybe_unused]] uint64_t a, [[maybe_unused]] uint64_t b, [[maybe_unused]] uint64_t c, \
      [[maybe_unused]] uint64_t d) -> uint64_t { return value; }},
    SYNTH_GATES(SYNTH_KIND)
#undef SYNTH_KIND
};

// Row r of a truth table has bit i of r in input i; these are the inputs' columns.
constexpr std::array<uint64_t, 4> kColumns = {0xaaaa, 0xcccc, 0xf0f0, 0xff00};

// How an expression runs: a gate with its inputs in the gate's order, or postfix code.
struct Form {
  Gate gate = Gate::kProgram;
  std::vector<uint16_t> variables;
  std::vector<Expression::Step> steps;
};

Form find_form(const Expression& expression) {
  Form form;
  form.variables = expression.variables();
  form.steps = expression.steps();
  const size_t n = form.variables.size();
  const std::optional<uint64_t> table = truth_table(expression);
  if (n == 0 || n > 4 || !table) return form;
  const uint64_t rows = (uint64_t{1} << (uint64_t{1} << n)) - 1;
  for (const GateKind& kind : kKinds) {
    if (kind.inputs != n) continue;
    std::vector<size_t> order(n);
    std::iota(order.begin(), order.end(), size_t{0});
    do {
      std::array<uint64_t, 4> column{};
      for (size_t i = 0; i < n; ++i) column[i] = kColumns[order[i]];
      if ((kind.table(column[0], column[1], column[2], column[3]) & rows) != *table) continue;
      std::vector<uint16_t> ordered;
      ordered.reserve(n);
      for (const size_t i : order) ordered.push_back(form.variables[i]);
      form.gate = kind.gate;
      form.variables = std::move(ordered);
      return form;
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return form;
}

// Before slots are known, operations work on *nodes*: nets first, internal values behind them.
struct Operation {
  Gate gate;
  uint32_t output;
  std::vector<uint32_t> inputs;
  std::vector<Expression::Step> steps;  // of kProgram, over `inputs`
  uint32_t level = 0;
};

constexpr uint32_t kNoNode = UINT32_MAX;

class Compiler {
 public:
  explicit Compiler(const Netlist& netlist)
      : netlist_(netlist), nodes_(static_cast<uint32_t>(netlist.net_count())) {}

  NetProgram run() {
    program_.state_of_cell.assign(netlist_.cells().size(), 0);
    for (size_t i = 0; i < netlist_.cells().size(); ++i) add_cell(i);
    levelise();
    number();
    finish_registers();
    return std::move(program_);
  }

 private:
  struct PendingRegister {
    uint32_t state, next, clock;
  };

  [[noreturn]] void fail(const NetCell& cell, const std::string& what) const {
    base::check_error(netlist_.top(),
                      fmt::format("cell {} ({}) {}", cell.name, cell.type->name, what));
  }

  const Form& form(const LibCell& type, const std::string& text) {
    const auto [found, fresh] = forms_.try_emplace({&type, text});
    if (fresh) found->second = find_form(cell_expression(type, text));
    return found->second;
  }

  // The node of a variable of the cell: a pin's net (nothing connected reads as 0) or the state.
  uint32_t node(const NetCell& cell, uint16_t variable, uint32_t state, uint32_t& inverted) {
    const size_t pins = cell.pins.size();
    if (variable < pins) return cell.pins[variable] == kNoNet ? kNetZero : cell.pins[variable];
    if (variable == pins) return state;
    if (inverted == kNoNode) {
      inverted = nodes_++;
      operations_.push_back({Gate::kInv, inverted, {state}, {}, 0});
    }
    return inverted;
  }

  // Adds an operation for a text of the cell's; a lone variable needs none unless `output` is
  // given.
  uint32_t value(const NetCell& cell, const std::string& text, uint32_t state, uint32_t& inverted,
                 uint32_t output = kNoNode) {
    const Form& f = form(*cell.type, text);
    std::vector<uint32_t> inputs;
    for (const uint16_t variable : f.variables) {
      inputs.push_back(node(cell, variable, state, inverted));
    }
    if (output == kNoNode) {
      if (f.gate == Gate::kBuf) return inputs[0];
      output = nodes_++;
    }
    Operation operation{f.gate, output, std::move(inputs), {}, 0};
    if (f.gate == Gate::kProgram) {
      if (f.steps.size() > kMaxProgram) fail(cell, "has too long a function");
      operation.steps = f.steps;
      for (Expression::Step& step : operation.steps) {
        if (step.op != Expression::Op::kVariable) continue;
        const auto at = std::find(f.variables.begin(), f.variables.end(), step.variable);
        step.variable = static_cast<uint16_t>(at - f.variables.begin());
      }
    }
    operations_.push_back(std::move(operation));
    return output;
  }

  void add_cell(size_t index) {
    const NetCell& cell = netlist_.cells()[index];
    const LibCell& type = *cell.type;
    if (type.state_table) fail(cell, "is described by a state table, which is not simulated");
    uint32_t state = kNoNode, inverted = kNoNode;
    if (type.sequential) {
      state = state_node(cell);
      add_register(cell, state, inverted);
      states_.emplace_back(index, state);
    }
    for (size_t i = 0; i < cell.pins.size(); ++i) {
      const LibPin& pin = type.pins[i];
      if (pin.direction == LibPin::Direction::kInput || cell.pins[i] == kNoNet) continue;
      if (!pin.three_state.empty()) fail(cell, "is a three-state cell, which is not simulated");
      if (pin.function.empty()) fail(cell, fmt::format("has no function for its pin {}", pin.name));
      if (cell.pins[i] == state) continue;
      value(cell, pin.function, state, inverted, cell.pins[i]);
      ++program_.gate_count;
    }
  }

  // The net of an output that is the state itself, else a value of its own.
  uint32_t state_node(const NetCell& cell) {
    for (size_t i = 0; i < cell.pins.size(); ++i) {
      const LibPin& pin = cell.type->pins[i];
      if (pin.direction == LibPin::Direction::kOutput && cell.pins[i] != kNoNet &&
          pin.function == cell.type->sequential->state) {
        return cell.pins[i];
      }
    }
    return nodes_++;
  }

  void add_register(const NetCell& cell, uint32_t state, uint32_t& inverted) {
    const Sequential& s = *cell.type->sequential;
    if (s.clock.empty() && s.latch) fail(cell, "has no enable");
    const uint32_t next = s.data.empty() ? state : value(cell, s.data, state, inverted);
    const uint32_t clock = s.clock.empty() ? kNetZero : value(cell, s.clock, state, inverted);
    const bool asynchronous = !s.clear.empty() || !s.preset.empty();
    const uint32_t clear = s.clear.empty() ? kNetZero : value(cell, s.clear, state, inverted);
    const uint32_t preset = s.preset.empty() ? kNetZero : value(cell, s.preset, state, inverted);
    const Gate asynchronous_gate = s.both == 'H' ? Gate::kAsyncPreset : Gate::kAsyncClear;
    if (s.latch) {
      // One operation holds the state, so a clear goes into its data and enable.
      uint32_t enable = clock, data = next;
      if (asynchronous) {
        const uint32_t forced = nodes_++, either = nodes_++, masked = nodes_++, result = nodes_++;
        operations_.push_back({Gate::kOr2, forced, {clear, preset}, {}, 0});
        operations_.push_back({Gate::kOr2, either, {clock, forced}, {}, 0});
        operations_.push_back({Gate::kAndn2, masked, {next, forced}, {}, 0});
        const uint32_t wanted = nodes_++;
        if (s.both == 'H') {
          operations_.push_back({Gate::kBuf, wanted, {preset}, {}, 0});
        } else {
          operations_.push_back({Gate::kAndn2, wanted, {preset, clear}, {}, 0});
        }
        operations_.push_back({Gate::kOr2, result, {masked, wanted}, {}, 0});
        enable = either;
        data = result;
      }
      operations_.push_back({Gate::kLatch, state, {enable, data}, {}, 0});
      return;
    }
    if (asynchronous) operations_.push_back({asynchronous_gate, state, {clear, preset}, {}, 0});
    registers_.push_back({state, next, clock});
  }

  // Levels by a work list from the sources: an operation's level is above those of its inputs.
  void levelise() {
    constexpr uint32_t kSource = UINT32_MAX;
    std::vector<uint32_t> driver(nodes_, kSource);
    for (uint32_t i = 0; i < operations_.size(); ++i) {
      uint32_t& d = driver[operations_[i].output];
      if (d != kSource || operations_[i].output < 2) {
        base::check_error(netlist_.top(),
                          fmt::format("net {} has two drivers", node_name(operations_[i].output)));
      }
      d = i;
    }
    std::vector<uint32_t> waiting(operations_.size(), 0), first(nodes_ + 1, 0), users;
    for (const Operation& operation : operations_) {
      for (const uint32_t input : operation.inputs) ++first[input + 1];
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    users.resize(first.back());
    std::vector<uint32_t> fill(first.begin(), first.end() - 1);
    std::vector<uint32_t> ready;
    for (uint32_t i = 0; i < operations_.size(); ++i) {
      for (const uint32_t input : operations_[i].inputs) {
        users[fill[input]++] = i;
        waiting[i] += driver[input] != kSource ? 1 : 0;
      }
      if (waiting[i] == 0) ready.push_back(i);
    }
    for (size_t done = 0; done < ready.size(); ++done) {
      const Operation& operation = operations_[ready[done]];
      for (uint32_t u = first[operation.output]; u < first[operation.output + 1]; ++u) {
        Operation& user = operations_[users[u]];
        user.level = std::max(user.level, operation.level + 1);
        if (--waiting[users[u]] == 0) ready.push_back(users[u]);
      }
    }
    if (ready.size() == operations_.size()) return;
    for (uint32_t i = 0; i < operations_.size(); ++i) {
      if (waiting[i] == 0) continue;
      base::check_error(netlist_.top(), fmt::format("combinational loop through {}",
                                                    node_name(operations_[i].output)));
    }
  }
  std::string node_name(uint32_t node) const {
    return node < netlist_.net_count() ? netlist_.net_name(node) : "a register";
  }

  // Slots: constants, then what no operation writes, then outputs in order of evaluation.
  void number() {
    std::stable_sort(operations_.begin(), operations_.end(),
                     [](const Operation& a, const Operation& b) {
                       return std::pair(a.level, a.gate) < std::pair(b.level, b.gate);
                     });
    slot_.assign(nodes_, kNoNode);
    slot_[kNetZero] = 0;
    slot_[kNetOne] = 1;
    std::vector<bool> written(nodes_, false);
    for (const Operation& operation : operations_) written[operation.output] = true;
    // Plain registers side by side, so that a clock edge moves a block.
    for (const PendingRegister& r : registers_) {
      if (!written[r.state]) slot_[r.state] = program_.slots++;
    }
    for (uint32_t node = 2; node < nodes_; ++node) {
      if (!written[node] && slot_[node] == kNoNode) slot_[node] = program_.slots++;
    }
    for (const Operation& operation : operations_) slot_[operation.output] = program_.slots++;
    for (const Operation& operation : operations_) add_run(operation);
    program_.slot_of_net.assign(slot_.begin(),
                                slot_.begin() + static_cast<std::ptrdiff_t>(netlist_.net_count()));
  }

  void add_run(const Operation& operation) {
    NetProgram& p = program_;
    const bool program = operation.gate == Gate::kProgram;
    const uint32_t stride = program ? 2 : static_cast<uint32_t>(operation.inputs.size());
    const bool fits = !p.runs.empty() && p.runs.back().gate == operation.gate;
    if (!fits) {
      p.runs.push_back({operation.gate, 0, slot_[operation.output],
                        static_cast<uint32_t>(p.inputs.size()), stride});
    }
    ++p.runs.back().count;
    if (!program) {
      for (const uint32_t input : operation.inputs) p.inputs.push_back(slot_[input]);
      return;
    }
    // Cells of one kind share their code.
    uint32_t number = 0;
    while (number < p.programs.size() && !same(p.programs[number], operation.steps)) ++number;
    if (number == p.programs.size()) p.programs.push_back(operation.steps);
    p.inputs.push_back(number);
    p.inputs.push_back(static_cast<uint32_t>(p.program_inputs.size()));
    for (const uint32_t input : operation.inputs) p.program_inputs.push_back(slot_[input]);
  }
  static bool same(const std::vector<Expression::Step>& a, const std::vector<Expression::Step>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Expression::Step& x, const Expression::Step& y) {
                        return x.op == y.op && x.variable == y.variable;
                      });
  }

  void finish_registers() {
    for (const auto& [cell, state] : states_) program_.state_of_cell[cell] = slot_[state];
    const std::string port = netlist_.clock_port();
    if (!port.empty()) program_.clock_slot = slot_[netlist_.find_port(port)->bits[0]];
    // A clock that gates or data see as well, or an enable of latches, must really move.
    for (const Operation& operation : operations_) {
      for (const uint32_t input : operation.inputs) {
        if (slot_[input] == program_.clock_slot && input != kNetZero) program_.simple_clock = false;
      }
    }
    std::map<uint32_t, size_t> group;
    for (const PendingRegister& r : registers_) {
      if (slot_[r.next] == program_.clock_slot && r.next != kNetZero) program_.simple_clock = false;
      const uint32_t clock = slot_[r.clock];
      const auto [found, fresh] = group.try_emplace(clock, program_.clocks.size());
      if (fresh) program_.clocks.push_back({clock, {}});
      program_.clocks[found->second].registers.push_back({slot_[r.state], slot_[r.next]});
      if (clock != program_.clock_slot) program_.simple_clock = false;
    }
  }

  const Netlist& netlist_;
  uint32_t nodes_;
  NetProgram program_;
  std::map<std::pair<const LibCell*, std::string>, Form> forms_;
  std::vector<Operation> operations_;
  std::vector<PendingRegister> registers_;
  std::vector<std::pair<size_t, uint32_t>> states_;
  std::vector<uint32_t> slot_;
};

}  // namespace

NetProgram compile(const Netlist& netlist) { return Compiler(netlist).run(); }

}  // namespace synth
