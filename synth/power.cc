// SPDX-License-Identifier: Apache-2.0
// Sums energies over pins and arcs, weighted by what the simulation counted.

#include "synth/power.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "synth/cell_function.h"

namespace synth {
namespace {

// Of one library cell, worked out once: which counted states satisfy which condition.
class CellConditions {
 public:
  explicit CellConditions(const LibCell& type) : type_(type), pins_(state_pins(type)) {}

  // For every state of state_pins() how much of it satisfies `when`: 0, 1, or 1/2 where that
  // depends on the clock, which is high half of the time.
  const std::vector<double>& share(const std::string& when) {
    const auto [found, fresh] = shares_.try_emplace(when);
    if (!fresh) return found->second;
    const Expression expression = cell_expression(type_, when);
    std::vector<double> share(size_t{1} << pins_.size());
    for (uint64_t state = 0; state < share.size(); ++state) {
      share[state] = 0.5 * (expression.value(assignment(state, false)) +
                            expression.value(assignment(state, true)));
    }
    return found->second = std::move(share);
  }

  // How much of each state the named groups leave uncovered.
  std::vector<double> uncovered(const std::vector<std::string>& whens) {
    std::vector<double> rest(size_t{1} << pins_.size(), 1.0);
    for (const std::string& when : whens) {
      const std::vector<double>& covered = share(when);
      for (size_t i = 0; i < rest.size(); ++i) rest[i] = std::max(0.0, rest[i] - covered[i]);
    }
    return rest;
  }

  // In which states a change of an input changes the output: that is when its arc can be taken.
  // All of them for a register, whose output follows its clock.
  const std::vector<double>& sensitised(size_t output, size_t input) {
    const auto [found, fresh] = sensitised_.try_emplace({output, input});
    if (!fresh) return found->second;
    std::vector<double> share(size_t{1} << pins_.size(), 1.0);
    if (!type_.sequential && !type_.pins[output].function.empty()) {
      const Expression function = cell_expression(type_, type_.pins[output].function);
      const uint64_t bit = uint64_t{1} << input;
      for (uint64_t state = 0; state < share.size(); ++state) {
        const uint64_t values = assignment(state, false);
        share[state] = function.value(values | bit) != function.value(values & ~bit) ? 1.0 : 0.0;
      }
    }
    return found->second = std::move(share);
  }

 private:
  // Values of all pins in a state: inputs as counted, other input pins (the clock) as given,
  // outputs by their function.
  uint64_t assignment(uint64_t state, bool clock) const {
    uint64_t values = 0;
    for (size_t i = 0; i < type_.pins.size(); ++i) {
      if (clock && type_.pins[i].direction == LibPin::Direction::kInput) values |= uint64_t{1} << i;
    }
    const uint64_t state_bit = uint64_t{1} << type_.pins.size();
    for (size_t i = 0; i < pins_.size(); ++i) {
      const uint64_t bit = uint64_t{1} << pins_[i];
      values = (state >> i & 1) != 0 ? values | bit : values & ~bit;
    }
    if (type_.sequential && (values & state_bit) == 0) values |= state_bit << 1;
    for (size_t i = 0; i < type_.pins.size(); ++i) {
      const LibPin& pin = type_.pins[i];
      if (pin.direction == LibPin::Direction::kInput || pin.function.empty()) continue;
      if (cell_expression(type_, pin.function).value(values)) values |= uint64_t{1} << i;
    }
    return values;
  }

  const LibCell& type_;
  std::vector<uint32_t> pins_;
  std::map<std::string, std::vector<double>> shares_;
  std::map<std::pair<size_t, size_t>, std::vector<double>> sensitised_;
};

// Pins that carry the clock: port, buffers and gates behind it; transitions per period of their
// nets.
std::vector<double> clock_nets(const Netlist& netlist, const Activity& activity) {
  std::vector<double> transitions(netlist.net_count(), 0.0);
  const std::string port = netlist.clock_port();
  if (port.empty()) return transitions;
  transitions[netlist.find_port(port)->bits[0]] = 2.0;
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t c = 0; c < netlist.cells().size(); ++c) {
      const NetCell& cell = netlist.cells()[c];
      if (cell.type->sequential) continue;
      for (size_t in = 0; in < cell.pins.size(); ++in) {
        if (cell.type->pins[in].direction != LibPin::Direction::kInput || cell.pins[in] == kNoNet ||
            transitions[cell.pins[in]] == 0) {
          continue;
        }
        for (size_t out = 0; out < cell.pins.size(); ++out) {
          const LibPin& pin = cell.type->pins[out];
          if (pin.direction == LibPin::Direction::kInput || cell.pins[out] == kNoNet ||
              pin.function.empty() || transitions[cell.pins[out]] != 0) {
            continue;
          }
          // How often the other inputs let the clock through.
          const Expression function = cell_expression(*cell.type, pin.function);
          const std::vector<uint32_t> pins = state_pins(*cell.type);
          double open = pins.size() == 1 ? 1.0 : 0.0;
          const uint32_t begin = activity.state_begin[c], end = activity.state_begin[c + 1];
          for (uint32_t s = begin; pins.size() > 1 && s < end && activity.state_samples > 0; ++s) {
            uint64_t values = 0;
            for (size_t i = 0; i < pins.size(); ++i) {
              values |= static_cast<uint64_t>((s - begin) >> i & 1) << pins[i];
            }
            const uint64_t bit = uint64_t{1} << in;
            if (function.value(values | bit) != function.value(values & ~bit)) {
              open += activity.states[s] / static_cast<double>(activity.state_samples);
            }
          }
          transitions[cell.pins[out]] = transitions[cell.pins[in]] * open;
          changed |= open > 0;
        }
      }
    }
  }
  return transitions;
}

class Summer {
 public:
  Summer(const Netlist& netlist, const Timing& timing, const Activity& activity)
      : netlist_(netlist),
        timing_(timing),
        activity_(activity),
        clock_(clock_nets(netlist, activity)) {}

  // Transitions of a net per clock cycle.
  double transitions(NetId net) const {
    if (net == kNoNet) return 0;
    if (clock_[net] > 0) return clock_[net];
    return activity_.cycles == 0 ? 0
                                 : static_cast<double>(activity_.toggles[net]) /
                                       static_cast<double>(activity_.cycles);
  }
  bool is_clock(NetId net) const { return net != kNoNet && clock_[net] > 0; }

  // 0 where it is unknown, which annotated() tells.
  double load(NetId net) const {
    return net == kNoNet || !std::isfinite(timing_.loads[net]) ? 0 : timing_.loads[net];
  }

  // Whether all that the energy of a pin's transition depends on is known; nothing for a pin
  // without energy.
  std::optional<bool> annotated(size_t index, size_t pin_index) const {
    const NetCell& cell = netlist_.cells()[index];
    const LibPin& pin = cell.type->pins[pin_index];
    const bool output = pin.direction != LibPin::Direction::kInput;
    if (!moves(cell.pins[pin_index]) || (!output && pin.energies.empty())) return std::nullopt;
    bool known = activity_.cycles > 0;
    if (output) known &= std::isfinite(timing_.loads[cell.pins[pin_index]]);
    for (const EnergyGroup& group : pin.energies) {
      const LibPin* from =
          group.related_pin.empty() ? &pin : cell.type->find_pin(group.related_pin);
      if (from == nullptr) continue;
      const size_t i = static_cast<size_t>(from - cell.type->pins.data());
      if (moves(cell.pins[i])) known &= timing_.slews[index][i].known();
    }
    return known;
  }

  PowerPart cell(size_t index) {
    const NetCell& cell = netlist_.cells()[index];
    CellConditions& conditions = conditions_.try_emplace(cell.type, *cell.type).first->second;
    PowerPart part;
    double internal = 0, switching = 0;  // joules per cycle
    for (size_t i = 0; i < cell.pins.size(); ++i) {
      const LibPin& pin = cell.type->pins[i];
      const double n = transitions(cell.pins[i]);
      const bool output = pin.direction != LibPin::Direction::kInput;
      if (output && cell.pins[i] != kNoNet) {
        const double voltage = netlist_.library().liberty().voltage;
        switching += n * 0.5 * load(cell.pins[i]) * voltage * voltage;
      }
      if (n > 0) internal += n * pin_energy(index, i, conditions);
    }
    part.internal = internal / timing_.clock;
    part.switching = switching / timing_.clock;
    part.leakage = leakage(index, conditions);
    return part;
  }

 private:
  static bool moves(NetId net) { return net != kNoNet && net != kNetZero && net != kNetOne; }

  Slew slew(size_t index, size_t pin) const {
    const Slew known = timing_.slews[index][pin];
    return known.known() ? known : Slew{};
  }

  // Probability of a condition; everything is possible where states were not counted.
  double probability(size_t index, const std::vector<double>& share) const {
    const uint32_t begin = activity_.state_begin[index], end = activity_.state_begin[index + 1];
    if (begin == end || activity_.state_samples == 0) {
      double mean = 0;
      for (const double s : share) mean += s;
      return mean / static_cast<double>(share.size());
    }
    double sum = 0;
    for (uint32_t s = begin; s < end; ++s) sum += share[s - begin] * activity_.states[s];
    return sum / static_cast<double>(activity_.state_samples);
  }

  // The group's share of each state; without `when` it has what the others of its pin and arc
  // leave.
  template <typename Group, typename Same>
  static std::vector<double> group_share(CellConditions& conditions,
                                         const std::vector<Group>& groups, const Group& group,
                                         const Same& same) {
    if (!group.when.empty()) return conditions.share(group.when);
    std::vector<std::string> whens;
    for (const Group& other : groups) {
      if (!other.when.empty() && same(other)) whens.push_back(other.when);
    }
    return conditions.uncovered(whens);
  }

  // Mean energy of one transition of a pin, over rising and falling.
  double pin_energy(size_t index, size_t pin_index, CellConditions& conditions) {
    const NetCell& cell = netlist_.cells()[index];
    const LibPin& pin = cell.type->pins[pin_index];
    double own = 0;
    struct Arcs {
      double weighted = 0, weights = 0, plain = 0;
      int count = 0;
    };
    std::map<std::string_view, Arcs> supplies;  // each supply's arcs are averaged, supplies add up
    for (const EnergyGroup& group : pin.energies) {
      const auto same = [&](const EnergyGroup& other) {
        return other.related_pin == group.related_pin && other.supply == group.supply;
      };
      std::vector<double> share = group_share(conditions, pin.energies, group, same);
      const double energy = group_energy(index, pin_index, group);
      if (group.related_pin.empty()) {
        own += probability(index, share) * energy;
        continue;
      }
      Arcs& arcs = supplies[group.supply];
      if (const LibPin* related = cell.type->find_pin(group.related_pin)) {
        const size_t input = static_cast<size_t>(related - cell.type->pins.data());
        const std::vector<double>& sensitised = conditions.sensitised(pin_index, input);
        for (size_t i = 0; i < share.size(); ++i) share[i] *= sensitised[i];
        const double weight = transitions(cell.pins[input]) * probability(index, share);
        arcs.weighted += weight * energy;
        arcs.weights += weight;
      }
      arcs.plain += energy;
      ++arcs.count;
    }
    for (const auto& [supply, arcs] : supplies) {
      own += arcs.weights > 0 ? arcs.weighted / arcs.weights : arcs.plain / arcs.count;
    }
    return own;
  }

  double group_energy(size_t index, size_t pin_index, const EnergyGroup& group) {
    const NetCell& cell = netlist_.cells()[index];
    const LibPin& pin = cell.type->pins[pin_index];
    const double farads = load(cell.pins[pin_index]);
    if (group.related_pin.empty()) {
      const Slew own = slew(index, pin_index);
      return 0.5 * (group.rise.at(own.rise, farads) + group.fall.at(own.fall, farads));
    }
    Slew in;
    if (const LibPin* related = cell.type->find_pin(group.related_pin)) {
      in = slew(index, static_cast<size_t>(related - cell.type->pins.data()));
    }
    const int sense = unateness_of(cell, pin, group.related_pin);
    if (sense > 0) return 0.5 * (group.rise.at(in.rise, farads) + group.fall.at(in.fall, farads));
    if (sense < 0) return 0.5 * (group.rise.at(in.fall, farads) + group.fall.at(in.rise, farads));
    // Either edge of the input may cause either of the output.
    return 0.25 * (group.rise.at(in.rise, farads) + group.rise.at(in.fall, farads) +
                   group.fall.at(in.rise, farads) + group.fall.at(in.fall, farads));
  }

  int unateness_of(const NetCell& cell, const LibPin& output, const std::string& input) {
    const auto [found, fresh] = unateness_.try_emplace({&output, input}, 0);
    if (fresh) found->second = unateness(*cell.type, output, input);
    return found->second;
  }

  double leakage(size_t index, CellConditions& conditions) const {
    const LibCell& type = *netlist_.cells()[index].type;
    if (type.leakages.empty()) return type.leakage;
    double watts = 0;
    bool fallback = true;
    for (const LeakageGroup& group : type.leakages) {
      const auto same = [&](const LeakageGroup& other) { return other.supply == group.supply; };
      fallback &= !group.when.empty();
      watts +=
          group.watts * probability(index, group_share(conditions, type.leakages, group, same));
    }
    if (!fallback) return watts;
    const LeakageGroup rest{"", "", type.leakage};
    const auto same = [](const LeakageGroup&) { return true; };
    return watts +
           type.leakage * probability(index, group_share(conditions, type.leakages, rest, same));
  }

  const Netlist& netlist_;
  const Timing& timing_;
  const Activity& activity_;
  std::vector<double> clock_;
  std::map<const LibCell*, CellConditions> conditions_;
  std::map<std::pair<const LibPin*, std::string>, int> unateness_;
};

void add(PowerPart& sum, const PowerPart& part) {
  sum.internal += part.internal;
  sum.switching += part.switching;
  sum.leakage += part.leakage;
}

}  // namespace

PowerPart Power::sum() const {
  PowerPart total = registers;
  add(total, logic);
  return total;
}

std::vector<std::string> power_exclusions() {
  return {"glitches (toggles are those of a zero-delay simulation)",
          "wires (capacitance and delay)",
          "clock tree (the clock is ideal; clock pins of registers are in)",
          "drivers of the input ports"};
}

Power power(const Netlist& netlist, const Timing& timing, const Activity& activity) {
  Summer summer(netlist, timing, activity);
  Power result;
  result.activity = activity.source;
  result.cycles = activity.cycles;
  size_t pins = 0, annotated = 0;
  for (size_t i = 0; i < netlist.cells().size(); ++i) {
    const NetCell& cell = netlist.cells()[i];
    add(netlist.is_register(cell) ? result.registers : result.logic, summer.cell(i));
    for (size_t pin = 0; pin < cell.pins.size(); ++pin) {
      const std::optional<bool> known = summer.annotated(i, pin);
      pins += known.has_value();
      annotated += known.value_or(false);
    }
  }
  const double voltage = netlist.library().liberty().voltage;
  for (const NetPort& port : netlist.ports()) {
    if (!port.input) continue;
    for (const NetId bit : port.bits) {
      const double watts =
          0.5 * summer.transitions(bit) * summer.load(bit) * voltage * voltage / timing.clock;
      (summer.is_clock(bit) ? result.clock_net : result.input_nets) += watts;
    }
  }
  result.annotated = pins > 0 ? static_cast<double>(annotated) / static_cast<double>(pins) : 0.0;
  return result;
}

PowerPart cell_power(const Netlist& netlist, const Timing& timing, const Activity& activity,
                     size_t cell) {
  return Summer(netlist, timing, activity).cell(cell);
}

}  // namespace synth
