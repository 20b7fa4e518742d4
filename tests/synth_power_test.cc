// SPDX-License-Identifier: Apache-2.0
// Power by hand on three cells, Liberty's rules on conditions, and OpenSTA on a real netlist.

#include "synth/power.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "tests/synth_support.h"

namespace {

using synth::NetId;
using synth_test::JsonNetlist;

// Numbers of a net and of a cell by their names.
NetId net(const synth::Netlist& netlist, const std::string& port) {
  return netlist.find_port(port)->bits.at(0);
}
size_t cell(const synth::Netlist& netlist, const std::string& name) {
  for (size_t i = 0; i < netlist.cells().size(); ++i) {
    if (netlist.cells()[i].name == name) return i;
  }
  ADD_FAILURE() << name;
  return 0;
}

// Slews, loads and activity without OpenSTA and without simulation.
struct Given {
  explicit Given(const synth::Netlist& netlist, double slew) {
    timing.clock = 10e-9;
    for (const synth::NetCell& c : netlist.cells()) {
      timing.slews.emplace_back(c.pins.size(), synth::Slew{slew, slew});
      activity.state_begin.push_back(static_cast<uint32_t>(activity.states.size()));
      activity.states.resize(activity.states.size() +
                             (size_t{1} << synth::state_pins(*c.type).size()));
    }
    activity.state_begin.push_back(static_cast<uint32_t>(activity.states.size()));
    timing.loads.assign(netlist.net_count(), 0.0);
    activity.toggles.assign(netlist.net_count(), 0);
    activity.cycles = activity.state_samples = 100;
    // All pins low, unless said otherwise.
    for (size_t i = 0; i + 1 < activity.state_begin.size(); ++i) states(i, {{0, 100}});
  }
  void states(size_t c, const std::map<uint32_t, uint32_t>& counts) {
    for (uint32_t s = activity.state_begin[c]; s < activity.state_begin[c + 1]; ++s) {
      const auto found = counts.find(s - activity.state_begin[c]);
      activity.states[s] = found == counts.end() ? 0 : found->second;
    }
  }
  synth::Timing timing;
  synth::Activity activity;
};

// All figures below are from the tables of osu018_stdcells.lib, in pJ, at slew 0.06 or 0.18 ns.
TEST(Power, ThreeCellsByHand) {
  const auto netlist = JsonNetlist()
                           .port("clk", true, {2})
                           .port("a", true, {3})
                           .port("b", true, {4})
                           .port("n", false, {5})
                           .port("d", false, {6})
                           .port("q", false, {7})
                           .cell("nand", "NAND2X1", {{"A", 3}, {"B", 4}, {"Y", 5}})
                           .cell("inv", "INVX1", {{"A", 5}, {"Y", 6}})
                           .cell("ff", "DFFPOSX1", {{"CLK", 2}, {"D", 6}, {"Q", 7}})
                           .netlist();
  Given given(*netlist, 0.06e-9);
  const auto set = [&](const char* port, uint64_t toggles, double load) {
    given.activity.toggles[net(*netlist, port)] = toggles;
    given.timing.loads[net(*netlist, port)] = load;
  };
  set("clk", 0, 0.028e-12);
  set("a", 30, 0.0125e-12);
  set("b", 10, 0.0129e-12);
  set("n", 20, 0.025e-12);
  set("d", 20, 0.00875e-12);
  set("q", 15, 0.0125e-12);
  const size_t nand = cell(*netlist, "nand");
  given.timing.slews[nand][0].fall = 0.18e-9;
  given.states(nand, {{0b00, 10}, {0b01, 30}, {0b10, 20}, {0b11, 40}});

  // A reaches Y while B is 1 (0.6 of the time), B while A is 1 (0.7). A rising Y follows a falling
  // A.
  const double by_a = (0.049805 + 0.009041) / 2, by_b = (0.034205 + 0.008958) / 2;
  const double w_a = 0.30 * 0.6, w_b = 0.10 * 0.7;
  const synth::PowerPart nand_power =
      synth::cell_power(*netlist, given.timing, given.activity, nand);
  EXPECT_NEAR(nand_power.internal, 0.20 * (w_a * by_a + w_b * by_b) / (w_a + w_b) * 1e-4, 1e-13);
  EXPECT_NEAR(nand_power.internal, 5.445e-7, 1e-10);
  EXPECT_NEAR(nand_power.switching, 0.20 * 0.5 * 0.025e-12 * 1.8 * 1.8 / 10e-9, 1e-13);
  EXPECT_NEAR(nand_power.leakage, 0.0393659e-9, 1e-16);

  // Load in the middle between 0.005 and 0.0125 pF.
  const double rise = (0.023555 + 0.023165) / 2, fall = (0.009213 + 0.009047) / 2;
  const synth::PowerPart inverter_power =
      synth::cell_power(*netlist, given.timing, given.activity, cell(*netlist, "inv"));
  EXPECT_NEAR(inverter_power.internal, 0.20 * (rise + fall) / 2 * 1e-4, 1e-13);
  EXPECT_NEAR(inverter_power.switching, 0.20 * 0.5 * 0.00875e-12 * 3.24 / 10e-9, 1e-13);

  // The clock pin moves twice a period, whatever was counted on its net.
  const double clk = 2 * (0.006865 + 0.11034) / 2;
  const double d = 0.20 * (0.045424 + 0.08841) / 2, q = 0.15 * (0.041217 + 0.063395) / 2;
  const synth::PowerPart register_power =
      synth::cell_power(*netlist, given.timing, given.activity, cell(*netlist, "ff"));
  EXPECT_NEAR(register_power.internal, (clk + d + q) * 1e-4, 1e-13);
  EXPECT_NEAR(register_power.internal, 1.384e-5, 1e-8);
  EXPECT_NEAR(register_power.leakage, 0.160725e-9, 1e-16);

  const synth::Power all = synth::power(*netlist, given.timing, given.activity);
  EXPECT_NEAR(all.registers.internal, register_power.internal, 1e-15);
  EXPECT_NEAR(all.logic.internal, nand_power.internal + inverter_power.internal, 1e-15);
  EXPECT_NEAR(all.clock_net, 0.028e-12 * 3.24 / 10e-9, 1e-13);
  EXPECT_NEAR(all.input_nets, 0.5 * (0.30 * 0.0125 + 0.10 * 0.0129) * 1e-12 * 3.24 / 10e-9, 1e-13);
  EXPECT_DOUBLE_EQ(all.annotated, 1);

  // Nothing toggles: the clock pins and leakage remain.
  std::fill(given.activity.toggles.begin(), given.activity.toggles.end(), uint64_t{0});
  const synth::Power idle = synth::power(*netlist, given.timing, given.activity);
  EXPECT_NEAR(idle.sum().internal, clk * 1e-4, 1e-13);
  EXPECT_DOUBLE_EQ(idle.sum().switching, 0);
}

// energies in pJ, leakage in nW.
constexpr const char* kConditions = R"lib(library (c) {
  leakage_power_unit : "1nW"; nom_voltage : 1; capacitive_load_unit (1,pf);
  cell (INV) { area : 1; pin (A) { direction : input; } pin (Y) { direction : output; function : "!A"; } }
  cell (NAND) { area : 1; pin (A) { direction : input; } pin (B) { direction : input; }
    pin (Y) { direction : output; function : "!(A B)"; } }
  cell (AND) {
    area : 1; cell_leakage_power : 3;
    leakage_power () { when : "A&B"; value : 5; }
    leakage_power () { when : "(!A * !Y * !B)"; value : 1; }
    pin (A) { direction : input;
      internal_power () { power (scalar) { values ("10"); } }
      internal_power () { when : "B"; power (scalar) { values ("4"); } } }
    pin (B) { direction : input; }
    pin (Y) { direction : output; function : "A B";
      internal_power () { related_pin : "A"; power (scalar) { values ("100"); } }
      internal_power () { related_pin : "A"; related_pg_pin : V; power (scalar) { values ("60"); } }
      internal_power () { related_pin : "B"; when : "A&B"; power (scalar) { values ("200"); } }
      internal_power () { related_pin : "B"; power (scalar) { values ("300"); } } } }
  cell (FF) {
    area : 1;
    ff (IQ, IQN) { clocked_on : "C"; next_state : "D"; }
    leakage_power () { when : "C & Q"; value : 8; }
    pin (C) { direction : input; clock : true;
      internal_power () { when : "D & !Q & QN"; power (scalar) { values ("7"); } }
      internal_power () { power (scalar) { values ("1"); } } }
    pin (D) { direction : input; }
    pin (Q) { direction : output; function : "IQ"; }
    pin (QN) { direction : output; function : "IQN"; } }
})lib";

TEST(Power, ConditionsFollowTheCountedStates) {
  const base::TemporaryDirectory folder;
  base::write_file(folder.path() / "c.lib", kConditions);
  const auto library = synth::Library::open((folder.path() / "c.lib").string());
  const auto netlist = JsonNetlist()
                           .port("c", true, {2})
                           .port("a", true, {3})
                           .port("b", true, {4})
                           .port("y", false, {5})
                           .port("q", false, {6})
                           .port("qn", false, {7})
                           .cell("and", "AND", {{"A", 3}, {"B", 4}, {"Y", 5}})
                           .cell("ff", "FF", {{"C", 2}, {"D", 5}, {"Q", 6}, {"QN", 7}})
                           .netlist(library);
  Given given(*netlist, 0.1e-9);
  const auto toggles = [&](const char* port, uint64_t count) {
    given.activity.toggles[net(*netlist, port)] = count;
  };
  const size_t gate = cell(*netlist, "and"), flop = cell(*netlist, "ff");
  given.states(gate, {{0b00, 10}, {0b01, 30}, {0b10, 20}, {0b11, 40}});
  const auto energy = [&](size_t c) {  // pJ per cycle
    return synth::cell_power(*netlist, given.timing, given.activity, c).internal * 10e-9 * 1e12;
  };
  // A alone: 4 while B is 1 (60 %); the group without a condition in the other 40 %, not on top.
  toggles("a", 50);
  EXPECT_NEAR(energy(gate), 0.5 * (0.6 * 4 + 0.4 * 10), 1e-9);
  toggles("a", 0);
  // Y from B only. B reaches Y while A is 1: 30 + 40; of these A&B holds in 40.
  toggles("b", 20);
  toggles("y", 10);
  // (Groups of another supply add up; without a toggle at their pin they are a plain average.)
  EXPECT_NEAR(energy(gate), 0.1 * ((40 * 200 + 30 * 300) / 70.0 + 60), 1e-9);
  // From both: A reaches Y while B is 1 (60 %).
  toggles("a", 10);
  const double w_a = 0.1 * 0.6, w_b1 = 0.2 * 0.4, w_b0 = 0.2 * 0.3;
  EXPECT_NEAR(energy(gate),
              0.1 * (0.6 * 4 + 0.4 * 10) +
                  0.1 * (w_a * 100 + w_b1 * 200 + w_b0 * 300) / (w_a + w_b1 + w_b0) + 0.1 * 60,
              1e-9);
  EXPECT_NEAR(synth::cell_power(*netlist, given.timing, given.activity, gate).leakage,
              (0.4 * 5 + 0.1 * 1 + 0.5 * 3) * 1e-9, 1e-18);
  // States of a register: D and the state; the clock is high half of the time, Q and QN differ.
  given.states(flop, {{0b00, 10}, {0b01, 25}, {0b10, 45}, {0b11, 20}});
  toggles("y", 0);
  EXPECT_NEAR(energy(flop), 2 * (0.25 * 7 + 0.75 * 1), 1e-9);
  EXPECT_NEAR(synth::cell_power(*netlist, given.timing, given.activity, flop).leakage,
              0.65 * 0.5 * 8 * 1e-9, 1e-18);
}

// A clock through a buffer moves both nets; behind a gate it moves while the gate is open.
TEST(Power, GatedClocks) {
  const auto netlist = JsonNetlist()
                           .port("clk", true, {2})
                           .port("en", true, {3})
                           .port("d", true, {4})
                           .port("q", false, {5})
                           .port("p", false, {6})
                           .cell("buf", "CLKBUF1", {{"A", 2}, {"Y", 7}})
                           .cell("gate", "AND2X1", {{"A", 7}, {"B", 3}, {"Y", 8}})
                           .cell("f", "DFFPOSX1", {{"CLK", 7}, {"D", 4}, {"Q", 5}})
                           .cell("g", "DFFPOSX1", {{"CLK", 8}, {"D", 4}, {"Q", 6}})
                           .netlist();
  Given given(*netlist, 0.06e-9);
  given.states(cell(*netlist, "gate"), {{0b00, 75}, {0b10, 25}});
  const auto internal = [&](const char* name) {
    return synth::cell_power(*netlist, given.timing, given.activity, cell(*netlist, name)).internal;
  };
  const double clk = 2 * (0.006865 + 0.11034) / 2 * 1e-4;
  EXPECT_NEAR(internal("f"), clk, 1e-13);
  EXPECT_NEAR(internal("g"), 0.25 * clk, 1e-13);
  EXPECT_GT(internal("buf"), 0);
}

// What OpenSTA 2.0.17 writes at debug level 3: energies of each arc at its own slew and load.
struct Arc {
  std::string from;
  double rise = 0, fall = 0, duty = 0;
};
struct Dump {
  std::map<std::string, std::vector<Arc>> arcs;  // by instance/pin
  std::map<std::string, double> cap;             // library units
  double switching = 0, leakage = 0;             // watts, of the table
};

Dump opensta(const synth::Netlist& netlist, const synth::Timing& timing,
             const synth::Activity& activity) {
  // First the energies: a global activity, so that nothing propagates. Then the powers with ours.
  std::string script = timing.script.substr(0, timing.script.find("puts {@path}"));
  const std::string energies = script +
                               "set_power_activity -global -activity 1.0 -duty 0.5\n"
                               "sta::set_debug power 3\nreport_power\n";
  for (const synth::NetCell& c : netlist.cells()) {
    for (size_t i = 0; i < c.pins.size(); ++i) {
      const double n =
          static_cast<double>(activity.toggles[c.pins[i]]) / static_cast<double>(activity.cycles);
      script += fmt::format("sta::set_power_pin_activity [get_pins {}/{}] {:.6f} 0.5\n", c.name,
                            c.type->pins[i].name, n);
    }
  }
  script += "report_power -digits 6\n";
  const base::TemporaryDirectory folder;
  const auto run = [&](const std::string& tcl) {
    base::write_file(folder.path() / "run.tcl", tcl);
    base::Command command;
    command.argv = {"sta", "-no_splash", "-exit", "run.tcl"};
    command.directory = folder.path();
    return base::run(command);
  };
  Dump dump;
  std::istringstream table(run(script).out);
  for (std::string line; std::getline(table, line);) {
    double internal = 0;
    if (line.starts_with("Total ")) {
      std::istringstream(line.substr(6)) >> internal >> dump.switching >> dump.leakage;
    }
  }
  std::istringstream text(run(energies).err);
  std::string pin;
  double rise = 0, fall = 0;
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    std::vector<std::string> w;
    for (std::string word; words >> word;) w.push_back(word);
    if (w.size() >= 4 && w[1] == "internal") pin = w[2];
    if (w.size() == 4 && w[1] == "cap") dump.cap[pin] = std::stod(w[3]);
    if (w.size() > 4 && w[1] == "^") rise = std::stod(w[4]);
    if (w.size() > 4 && w[1] == "v") fall = std::stod(w[4]);
    if (w.size() > 7 && w[2] == "->") {
      dump.arcs[pin].push_back({w[1], rise, fall, std::stod(w[w.size() - 5])});
    }
  }
  return dump;
}

TEST(Power, AgreesWithOpenStaOnARegisteredMultiplier) {
  const synth::Mapped mapped = synth::map(synth_test::request(synth_test::kMultiplier, "mul"));
  const auto netlist = synth_test::read(mapped);
  const synth::Timing timing = synth::time(mapped, *netlist, 10e-9);
  const synth::Activity activity = synth::random_activity(netlist, 100000, 1);
  const synth::Power ours = synth::power(*netlist, timing, activity);
  const Dump dump = opensta(*netlist, timing, activity);

  const auto transitions = [&](NetId n) {
    return static_cast<double>(activity.toggles[n]) / static_cast<double>(activity.cycles);
  };
  double internal = 0;  // joules per cycle, from OpenSTA's energies and our toggles
  size_t arcs = 0;
  for (size_t c = 0; c < netlist->cells().size(); ++c) {
    const synth::NetCell& instance = netlist->cells()[c];
    for (size_t i = 0; i < instance.pins.size(); ++i) {
      const synth::LibPin& pin = instance.type->pins[i];
      const std::string name = instance.name + "/" + pin.name;
      const double n = pin.clock ? 2.0 : transitions(instance.pins[i]);
      double weights = 0, weighted = 0, plain = 0;
      const auto found = dump.arcs.find(name);
      if (found == dump.arcs.end()) {
        EXPECT_TRUE(pin.energies.empty()) << name;
        continue;
      }
      ASSERT_EQ(found->second.size(), pin.energies.size()) << name;
      for (const Arc& arc : found->second) {
        ++arcs;
        const synth::LibPin* from = instance.type->find_pin(arc.from);
        ASSERT_NE(from, nullptr) << name;
        const size_t f = static_cast<size_t>(from - instance.type->pins.data());
        const double w = from->clock ? 1 : transitions(instance.pins[f]) * arc.duty;
        weights += w;
        weighted += w * (arc.rise + arc.fall) / 2;
        plain += (arc.rise + arc.fall) / 2;

        // Each energy is our table's, at one of the two slews; it has three digits. (A pin tied to
        // a constant has no slew.)
        if (instance.pins[f] <= synth::kNetOne) continue;
        for (const synth::EnergyGroup& group : pin.energies) {
          if (group.related_pin != (f == i ? "" : arc.from)) continue;
          const synth::Slew slew = timing.slews[c][f];
          const double load = timing.loads[instance.pins[i]];
          const auto near = [&](const synth::Table& t, double theirs) {
            const double a = t.at(slew.rise, load), b = t.at(slew.fall, load);
            return std::min(std::abs(a - theirs), std::abs(b - theirs)) <
                   0.006 * std::abs(theirs) + 1e-17;
          };
          EXPECT_TRUE(near(group.rise, arc.rise)) << name << " from " << arc.from;
          EXPECT_TRUE(near(group.fall, arc.fall)) << name << " from " << arc.from;
        }
      }
      const double mean = plain / static_cast<double>(found->second.size());
      internal += n * (weights > 0 ? weighted / weights : mean);
      if (pin.direction == synth::LibPin::Direction::kOutput) {
        EXPECT_NEAR(timing.loads[instance.pins[i]] * 1e12, dump.cap.at(name), 1e-4) << name;
      }
    }
  }
  EXPECT_GT(arcs, 1000u);
  const double theirs = internal / 10e-9;
  fmt::print(
      "internal {:.4f} mW, from OpenSTA's energies {:.4f}; switching {:.4f}, OpenSTA {:.4f}\n",
      ours.sum().internal * 1e3, theirs * 1e3, ours.sum().switching * 1e3, dump.switching * 1e3);
  EXPECT_NEAR(ours.sum().internal / theirs, 1, 0.02);
  // OpenSTA overwrites the activity in the cone of the primary inputs, so this is not exact.
  EXPECT_NEAR(ours.sum().switching / dump.switching, 1, 0.03);
  EXPECT_NEAR(ours.sum().leakage / dump.leakage, 1, 0.001);
}

}  // namespace
