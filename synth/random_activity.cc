// SPDX-License-Identifier: Apache-2.0
// Activity without a bench: random inputs, resets held inactive.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <random>
#include <unordered_map>

#include "synth/cell_function.h"
#include "synth/net_simulator.h"

namespace synth {
namespace {

// Follows a net back through buffers and inverters; `inverted` tells the parity.
class Roots {
 public:
  explicit Roots(const Netlist& netlist) {
    for (const NetCell& cell : netlist.cells()) {
      if (cell.type->sequential) continue;
      NetId input = kNoNet, output = kNoNet;
      const LibPin* pin = nullptr;
      size_t inputs = 0, outputs = 0;
      for (size_t i = 0; i < cell.pins.size(); ++i) {
        if (cell.type->pins[i].direction == LibPin::Direction::kInput) {
          input = cell.pins[i];
          ++inputs;
        } else {
          output = cell.pins[i];
          pin = &cell.type->pins[i];
          ++outputs;
        }
      }
      if (inputs != 1 || outputs != 1 || pin->function.empty()) continue;
      const std::optional<uint64_t> table = truth_table(cell_expression(*cell.type, pin->function));
      constexpr uint64_t kInverter = 0b01, kBuffer = 0b10;
      const uint64_t rows = table.value_or(0);
      if (rows == kInverter || rows == kBuffer) back_[output] = {input, rows == kInverter};
    }
  }
  std::pair<NetId, bool> root(NetId net) const {
    bool inverted = false;
    for (int depth = 0; depth < 1000; ++depth) {
      const auto found = back_.find(net);
      if (found == back_.end()) break;
      net = found->second.first;
      inverted ^= found->second.second;
    }
    return {net, inverted};
  }

 private:
  std::unordered_map<NetId, std::pair<NetId, bool>> back_;
};

// Nets that clear or preset registers directly, with the value that does not.
std::map<NetId, bool> inactive_resets(const Netlist& netlist) {
  const Roots roots(netlist);
  std::map<NetId, bool> inactive;
  for (const NetCell& cell : netlist.cells()) {
    if (!cell.type->sequential) continue;
    for (const std::string* text :
         {&cell.type->sequential->clear, &cell.type->sequential->preset}) {
      if (text->empty()) continue;
      const Expression expression = cell_expression(*cell.type, *text);
      const std::vector<uint16_t> variables = expression.variables();
      if (variables.size() != 1 || variables[0] >= cell.pins.size()) continue;
      const auto [net, inverted] = roots.root(cell.pins[variables[0]]);
      // The pin value at which the expression is false, seen through the inverters.
      const bool pin_value = !expression.value(uint64_t{1} << variables[0]);
      inactive[net] = pin_value != inverted;
    }
  }
  return inactive;
}

// What a port of a customary name is held at while the others are random.
std::optional<bool> customary(const std::string& name) {
  std::string lower = name;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower.starts_with("rst") || lower.starts_with("reset") || lower.ends_with("_rst") ||
      lower == "aresetn") {
    return lower.ends_with("n") || lower.ends_with("_ni") || lower.ends_with("_n_i");
  }
  if (lower == "en_i" || lower == "valid_i" || lower == "en" || lower == "ce") return true;
  return std::nullopt;
}

}  // namespace

Activity random_activity(const std::shared_ptr<const Netlist>& netlist, int cycles, uint64_t seed) {
  NetSimulator simulator(netlist, 512);
  const std::map<NetId, bool> inactive = inactive_resets(*netlist);
  const std::string clock = netlist->clock_port();
  std::vector<NetId> random;
  for (const NetPort& port : netlist->ports()) {
    if (!port.input || port.name == clock) continue;
    const std::optional<bool> held = port.bits.size() == 1 ? customary(port.name) : std::nullopt;
    for (const NetId bit : port.bits) {
      const auto reset = inactive.find(bit);
      if (reset == inactive.end() && !held) {
        random.push_back(bit);
        continue;
      }
      const bool value = reset != inactive.end() ? reset->second : *held;
      const std::span<uint64_t> words = simulator.net(bit);
      std::fill(words.begin(), words.end(), value ? ~uint64_t{0} : 0);
    }
  }
  // Long enough to fill any pipeline here; deeper state keeps its start in the figure.
  constexpr int kWarmUp = 32;
  const int steps = std::max(2, (cycles + simulator.lanes() - 1) / simulator.lanes() + 1);
  std::mt19937_64 generator(seed);
  for (int step = 0; step < kWarmUp + steps; ++step) {
    for (const NetId bit : random) {
      for (uint64_t& word : simulator.net(bit)) word = generator();
    }
    simulator.settle();
    if (step >= kWarmUp) simulator.count();
    if (!clock.empty()) simulator.clock();
  }
  return simulator.activity(fmt::format("random inputs, seed {}", seed));
}

}  // namespace synth
