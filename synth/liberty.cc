// SPDX-License-Identifier: Apache-2.0
// The meaning of a Liberty file: cells, pins, energies, leakage, in SI units.

#include "synth/liberty.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "synth/liberty_syntax.h"

namespace synth {
namespace {

// The cell [i, i+1] of an ascending index that holds x, or the outermost one; and where x lies in
// it.
std::pair<size_t, double> place(const std::vector<double>& index, double x) {
  if (index.size() < 2) return {0, 0.0};
  const auto above = std::upper_bound(index.begin() + 1, index.end() - 1, x);
  const size_t i = static_cast<size_t>(above - index.begin()) - 1;
  return {i, (x - index[i]) / (index[i + 1] - index[i])};
}

std::string text_of(const LibertyStatement* statement) {
  return statement == nullptr ? std::string() : std::string(statement->value());
}

bool is_true(const LibertyStatement* statement) {
  return statement != nullptr && statement->value() == "true";
}

struct Template {
  std::vector<Table::Axis> axes;
  std::array<std::vector<double>, 2> index;
};

class Reader {
 public:
  Reader(std::string_view text, const std::filesystem::path& path)
      : subject_(path.string()), root_(parse_liberty_syntax(text, subject_)) {
    result_.path = path;
    result_.name = std::string(root_.value());
    result_.content_hash = base::sha256(text);
  }

  Liberty run() {
    read_units();
    for (const LibertyStatement& s : root_.body) {
      if (s.kind != LibertyStatement::Kind::kGroup) continue;
      if (s.name == "lu_table_template" || s.name == "power_lut_template") read_template(s);
      if (s.name == "wire_load") read_wire_load(s);
    }
    for (const LibertyStatement& s : root_.body) {
      if (s.kind == LibertyStatement::Kind::kGroup && s.name == "cell") read_cell(s);
    }
    if (result_.cells.empty()) base::usage_error(subject_, "the Liberty file has no cells");
    return std::move(result_);
  }

 private:
  double number(const LibertyStatement* s, double fallback) const {
    return s == nullptr ? fallback : liberty_number(*s, s->value(), subject_);
  }
  [[noreturn]] void fail(const LibertyStatement& s, const std::string& what) const {
    base::usage_error(fmt::format("{}:{}", subject_, s.line), what);
  }

  // `1ns`, `10ps`, `1nW`: the number times the prefix of the unit `base`.
  double unit(std::string_view attribute, std::string_view base, double fallback) const {
    const LibertyStatement* s = root_.find(attribute);
    if (s == nullptr) return fallback;
    std::string_view text = s->value();
    size_t digits = 0;
    while (digits < text.size() &&
           (std::isdigit(static_cast<unsigned char>(text[digits])) || text[digits] == '.')) {
      ++digits;
    }
    const double count = digits == 0 ? 1 : liberty_number(*s, text.substr(0, digits), subject_);
    std::string_view rest = text.substr(digits);
    if (rest.size() < base.size() || rest.substr(rest.size() - base.size()) != base) {
      fail(*s, fmt::format("{}: unknown unit '{}'", attribute, text));
    }
    return count * prefix(*s, rest.substr(0, rest.size() - base.size()));
  }
  double prefix(const LibertyStatement& s, std::string_view text) const {
    static const std::map<std::string_view, double> kPrefixes = {
        {"", 1.0}, {"m", 1e-3}, {"u", 1e-6}, {"n", 1e-9}, {"p", 1e-12}, {"f", 1e-15}};
    const auto found = kPrefixes.find(text);
    if (found == kPrefixes.end()) fail(s, fmt::format("unknown unit prefix '{}'", text));
    return found->second;
  }
  void read_units() {
    result_.time_unit = unit("time_unit", "s", 1e-9);
    voltage_unit_ = unit("voltage_unit", "V", 1.0);
    leakage_unit_ = unit("leakage_power_unit", "W", 1e-9);
    if (const LibertyStatement* s = root_.find("capacitive_load_unit")) {
      if (s->arguments.size() != 2) fail(*s, "capacitive_load_unit needs a number and a unit");
      std::string_view farads = s->arguments[1];
      if (farads.empty() || std::tolower(static_cast<unsigned char>(farads.back())) != 'f') {
        fail(*s, fmt::format("unknown unit '{}'", farads));
      }
      result_.capacitance_unit = liberty_number(*s, s->arguments[0], subject_) *
                                 prefix(*s, farads.substr(0, farads.size() - 1));
    }
    // Liberty: energies are in the unit of voltage squared times that of capacitance.
    energy_unit_ = voltage_unit_ * voltage_unit_ * result_.capacitance_unit;
    result_.voltage = number(root_.find("nom_voltage"), 0) * voltage_unit_;
    result_.temperature = number(root_.find("nom_temperature"), 25);
    result_.process = number(root_.find("nom_process"), 1);
    default_leakage_ = number(root_.find("default_cell_leakage_power"), 0);
    default_input_capacitance_ = number(root_.find("default_input_pin_cap"), 0);
    if (result_.voltage <= 0) base::usage_error(subject_, "the Liberty file has no nom_voltage");
  }

  void read_wire_load(const LibertyStatement& group) {
    result_.wire_load = true;
    double total = 0;
    for (const LibertyStatement& s : group.body) {
      // Length of a net by fan-out; the lengths of a wire load that means none are next to 0.
      if (s.name == "fanout_length" && s.arguments.size() >= 2) {
        total += liberty_number(s, s.arguments[1], subject_);
      }
    }
    if (total < 1 && result_.zero_wire_load.empty()) {
      result_.zero_wire_load = std::string(group.value());
    }
  }

  void read_template(const LibertyStatement& group) {
    Template& t = templates_[group.value()];
    for (const std::string_view name : {"variable_1", "variable_2"}) {
      const LibertyStatement* s = group.find(name);
      if (s == nullptr) break;
      const std::string_view variable = s->value();
      if (variable == "total_output_net_capacitance") {
        t.axes.push_back(Table::Axis::kLoad);
      } else if (variable == "input_transition_time" || variable == "input_net_transition") {
        t.axes.push_back(Table::Axis::kSlew);
      } else {
        t.axes.clear();  // a table of constraints: none of ours
        return;
      }
    }
    read_index(group, t.index);
  }
  void read_index(const LibertyStatement& group, std::array<std::vector<double>, 2>& index) const {
    for (size_t axis = 0; axis < 2; ++axis) {
      const LibertyStatement* s = group.find(axis == 0 ? "index_1" : "index_2");
      if (s == nullptr) continue;
      index[axis].clear();
      for (const std::string_view list : s->arguments) {
        liberty_numbers(*s, list, subject_, index[axis]);
      }
      if (!std::is_sorted(index[axis].begin(), index[axis].end())) {
        fail(*s, "a table's index must ascend");
      }
    }
  }

  Table read_table(const LibertyStatement& group, double scale_of_values) const {
    Table table;
    const auto found = templates_.find(group.value());
    if (found != templates_.end()) {
      table.axes = found->second.axes;
      table.index = found->second.index;
    } else if (group.value() != "scalar") {
      fail(group, fmt::format("unknown table template '{}'", group.value()));
    }
    read_index(group, table.index);
    const LibertyStatement* values = group.find("values");
    if (values == nullptr) fail(group, "table without values");
    for (const std::string_view list : values->arguments) {
      liberty_numbers(*values, list, subject_, table.values);
    }
    size_t points = 1;
    for (size_t axis = 0; axis < table.axes.size(); ++axis) {
      points *= table.index[axis].size();
      const double scale =
          table.axes[axis] == Table::Axis::kSlew ? result_.time_unit : result_.capacitance_unit;
      for (double& x : table.index[axis]) x *= scale;
    }
    if (points != table.values.size()) {
      fail(*values,
           fmt::format("table has {} values where {} belong", table.values.size(), points));
    }
    for (double& x : table.values) x *= scale_of_values;
    return table;
  }

  EnergyGroup read_energy(const LibertyStatement& group) const {
    EnergyGroup energy;
    energy.related_pin = text_of(group.find("related_pin"));
    energy.when = text_of(group.find("when"));
    energy.supply = text_of(group.find("related_pg_pin"));
    for (const LibertyStatement& s : group.body) {
      if (s.name == "rise_power") energy.rise = read_table(s, energy_unit_);
      if (s.name == "fall_power") energy.fall = read_table(s, energy_unit_);
      if (s.name == "power") energy.rise = energy.fall = read_table(s, energy_unit_);
    }
    return energy;
  }

  // False for constraints and for arcs that no path through data takes.
  bool read_arc(const LibertyStatement& group, std::string_view related, TimingArc& arc) const {
    const std::string type = text_of(group.find("timing_type"));
    if (!type.empty() && !type.starts_with("combinational") && type != "rising_edge" &&
        type != "falling_edge")
      return false;
    arc.related_pin = std::string(related);
    arc.rising_clock = type == "rising_edge";
    arc.falling_clock = type == "falling_edge";
    const std::string sense = text_of(group.find("timing_sense"));
    if (sense == "positive_unate") arc.sense = TimingArc::Sense::kPositive;
    if (sense == "negative_unate") arc.sense = TimingArc::Sense::kNegative;
    for (const LibertyStatement& s : group.body) {
      if (s.name == "cell_rise") arc.rise = read_table(s, result_.time_unit);
      if (s.name == "cell_fall") arc.fall = read_table(s, result_.time_unit);
      if (s.name == "rise_transition") arc.rise_slew = read_table(s, result_.time_unit);
      if (s.name == "fall_transition") arc.fall_slew = read_table(s, result_.time_unit);
    }
    return true;
  }
  void read_arcs(const LibertyStatement& group, LibPin& pin) const {
    const std::string related = text_of(group.find("related_pin"));
    for (size_t at = 0; at < related.size();) {  // several names in one string
      const size_t end = std::min(related.find_first_of(" \t", at), related.size());
      TimingArc arc;
      if (end > at && read_arc(group, std::string_view(related).substr(at, end - at), arc))
        pin.arcs.push_back(std::move(arc));
      at = end + 1;
    }
  }

  void read_pin(const LibertyStatement& group, std::string_view name, LibCell& cell) const {
    LibPin pin;
    pin.name = std::string(name);
    const std::string direction = text_of(group.find("direction"));
    pin.direction = direction == "output"     ? LibPin::Direction::kOutput
                    : direction == "inout"    ? LibPin::Direction::kInout
                    : direction == "internal" ? LibPin::Direction::kInternal
                                              : LibPin::Direction::kInput;
    const bool input = pin.direction == LibPin::Direction::kInput;
    pin.capacitance = number(group.find("capacitance"), input ? default_input_capacitance_ : 0) *
                      result_.capacitance_unit;
    pin.clock = is_true(group.find("clock"));
    pin.function = text_of(group.find("function"));
    pin.three_state = text_of(group.find("three_state"));
    for (const LibertyStatement& s : group.body) {
      if (s.name == "internal_power") pin.energies.push_back(read_energy(s));
      if (s.name == "timing" && pin.direction == LibPin::Direction::kOutput) read_arcs(s, pin);
    }
    cell.pins.push_back(std::move(pin));
  }

  static Sequential read_sequential(const LibertyStatement& group) {
    Sequential s;
    s.latch = group.name == "latch";
    if (!group.arguments.empty()) s.state = std::string(group.arguments[0]);
    if (group.arguments.size() > 1) s.state_inverted = std::string(group.arguments[1]);
    s.clock = text_of(group.find(s.latch ? "enable" : "clocked_on"));
    s.data = text_of(group.find(s.latch ? "data_in" : "next_state"));
    s.clear = text_of(group.find("clear"));
    s.preset = text_of(group.find("preset"));
    const std::string both = text_of(group.find("clear_preset_var1"));
    if (!both.empty()) s.both = both[0];
    return s;
  }

  void read_cell(const LibertyStatement& group) {
    LibCell cell;
    cell.name = std::string(group.value());
    cell.area = number(group.find("area"), 0);
    cell.leakage = number(group.find("cell_leakage_power"), default_leakage_) * leakage_unit_;
    cell.dont_use = is_true(group.find("dont_use"));
    for (const LibertyStatement& s : group.body) {
      if (s.kind != LibertyStatement::Kind::kGroup) continue;
      if (s.name == "pin") {
        for (const std::string_view name : s.arguments) read_pin(s, name, cell);
      } else if (s.name == "ff" || s.name == "latch") {
        cell.sequential = read_sequential(s);
      } else if (s.name == "statetable") {
        cell.state_table = true;
      } else if (s.name == "leakage_power") {
        const double watts = number(s.find("value"), 0) * leakage_unit_;
        cell.leakages.push_back(
            {text_of(s.find("when")), text_of(s.find("related_pg_pin")), watts});
      }
    }
    if (!result_.index.emplace(cell.name, result_.cells.size()).second) {
      fail(group, fmt::format("cell '{}' stands twice", cell.name));
    }
    result_.cells.push_back(std::move(cell));
  }

  std::string subject_;
  LibertyStatement root_;
  Liberty result_;
  std::map<std::string_view, Template> templates_;
  double voltage_unit_ = 1, leakage_unit_ = 1e-9, energy_unit_ = 1e-12;
  double default_leakage_ = 0, default_input_capacitance_ = 0;
};

}  // namespace

double Table::at(double slew, double load) const {
  if (values.empty()) return 0;
  const auto coordinate = [&](size_t axis) { return axes[axis] == Axis::kSlew ? slew : load; };
  if (axes.empty()) return values[0];
  const auto [i, u] = place(index[0], coordinate(0));
  if (axes.size() == 1) {
    return index[0].size() < 2 ? values[0] : values[i] + u * (values[i + 1] - values[i]);
  }
  const auto [j, v] = place(index[1], coordinate(1));
  const size_t columns = index[1].size();
  const auto row = [this, columns, j = j, v = v](size_t r) {
    const double* at = &values[r * columns + j];
    return columns < 2 ? at[0] : at[0] + v * (at[1] - at[0]);
  };
  const double low = row(i);
  return index[0].size() < 2 ? low : low + u * (row(i + 1) - low);
}

const LibPin* LibCell::find_pin(std::string_view pin) const {
  for (const LibPin& candidate : pins) {
    if (candidate.name == pin) return &candidate;
  }
  return nullptr;
}

const LibCell* Liberty::find(const std::string& cell) const {
  const auto found = index.find(cell);
  return found == index.end() ? nullptr : &cells[found->second];
}

Liberty parse_liberty(std::string_view text, const std::filesystem::path& path) {
  if (text.substr(0, 2) == "\x1f\x8b") {
    base::usage_error(
        path.string(),
        "a compressed Liberty file; Yosys reads plain ones, so run gunzip on it first");
  }
  return Reader(text, path).run();
}

Liberty read_liberty(const std::filesystem::path& path) {
  return parse_liberty(base::read_file(path), path);
}

}  // namespace synth
