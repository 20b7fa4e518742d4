// SPDX-License-Identifier: Apache-2.0
// Cell libraries in Liberty format: what area, function, load and power of a cell are.

#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace synth {

// All quantities are in SI units: seconds, farads, joules, watts, volts. Areas are as the file
// has them, square micrometres by custom.

// A look-up table (NLDM, NLPM) over input slew and output load; bilinear between its points, and
// beyond them along the outermost cell, as OpenSTA does.
struct Table {
  enum class Axis { kSlew, kLoad };
  std::vector<Axis> axes;                    // none: a scalar
  std::array<std::vector<double>, 2> index;  // ascending
  std::vector<double> values;                // row-major, index[0] the slow one

  bool empty() const { return values.empty(); }
  double at(double slew, double load) const;
};

// One `internal_power` group: energy per transition of its pin.
struct EnergyGroup {
  std::string related_pin;  // empty: energy of the pin's own transition
  std::string when;         // empty: where no conditional group of the same pin and arc holds
  std::string supply;       // related_pg_pin: each supply has groups of its own, all count
  Table rise, fall;
};

// One delay arc of a combinational cell, or from the clock of a register, into its output pin.
struct TimingArc {
  enum class Sense { kPositive, kNegative, kBoth };
  std::string related_pin;
  Sense sense = Sense::kBoth;
  bool rising_clock = false, falling_clock = false;  // triggered by that edge of related_pin alone
  Table rise, fall;                                  // delay to the output's edge, seconds
  Table rise_slew, fall_slew;                        // the output's transition, seconds
};

struct LibPin {
  enum class Direction { kInput, kOutput, kInout, kInternal };
  std::string name;
  Direction direction = Direction::kInput;
  double capacitance = 0;
  bool clock = false;
  std::string function;     // of outputs; may name a state variable of `ff` or `latch`
  std::string three_state;  // non-empty: high impedance where true
  std::vector<EnergyGroup> energies;
  std::vector<TimingArc> arcs;  // of outputs; no set-up, hold, clear or three-state arcs
};

struct LeakageGroup {
  std::string when;  // empty: where no conditional group of the same supply holds
  std::string supply;
  double watts = 0;
};

// An `ff` or `latch` group.
struct Sequential {
  bool latch = false;
  std::string state, state_inverted;  // the two variable names
  std::string clock;                  // clocked_on, or enable of a latch
  std::string data;                   // next_state, or data_in of a latch
  std::string clear, preset;
  char both = 'X';  // value of the state when clear and preset hold: L, H, N, T or X
};

struct LibCell {
  std::string name;
  double area = 0;
  double leakage = 0;  // cell_leakage_power
  std::vector<LeakageGroup> leakages;
  std::vector<LibPin> pins;  // signal pins in file order, no power pins
  std::optional<Sequential> sequential;
  bool state_table = false;  // a `statetable` group: behaviour that is not modelled here
  bool dont_use = false;

  const LibPin* find_pin(std::string_view pin) const;
};

struct Liberty {
  std::filesystem::path path;
  std::string name;
  std::string content_hash;
  double time_unit = 1e-9;          // seconds
  double capacitance_unit = 1e-12;  // farads
  double voltage = 0;               // nominal
  double temperature = 25;          // degrees Celsius
  double process = 1;
  bool wire_load = false;      // has wire_load groups
  std::string zero_wire_load;  // the name of one with no capacitance, if any
  std::vector<LibCell> cells;
  std::unordered_map<std::string, size_t> index;  // name -> cells

  const LibCell* find(const std::string& cell) const;
};

// Reads a plain (not compressed) Liberty file. Usage error `path:line: text` for a file that is
// none.
Liberty read_liberty(const std::filesystem::path& path);
Liberty parse_liberty(std::string_view text, const std::filesystem::path& path);

}  // namespace synth
