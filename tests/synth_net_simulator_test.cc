// SPDX-License-Identifier: Apache-2.0
// The bit-parallel simulator against cell functions evaluated one value at a time.

#include "synth/net_simulator.h"

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <numeric>
#include <random>

#include "base/files.h"
#include "synth/cell_function.h"
#include "synth/net_kernels.h"
#include "tests/synth_support.h"

namespace {

using synth::LibPin;
using synth::NetSimulator;
using synth_test::JsonNetlist;
using synth_test::osu018;

std::vector<std::string> combinational_cells() {
  std::vector<std::string> names;
  for (const synth::LibCell& cell : osu018()->liberty().cells) {
    bool driven = !cell.sequential;
    for (const LibPin& pin : cell.pins) driven &= pin.three_state.empty();
    if (driven) names.push_back(cell.name);
  }
  return names;
}

class EveryCell : public testing::TestWithParam<std::string> {};

// All values of the inputs in as many lanes, against the expression of each output.
TEST_P(EveryCell, ComputesItsFunction) {
  const synth::LibCell& type = *osu018()->liberty().find(GetParam());
  JsonNetlist json;
  std::vector<std::pair<std::string, int>> pins;
  int net = 2;
  for (const LibPin& pin : type.pins) {
    json.port(pin.name, pin.direction == LibPin::Direction::kInput, {net});
    pins.emplace_back(pin.name, net++);
  }
  const auto netlist = json.cell("u", type.name, pins).netlist();
  NetSimulator simulator(netlist, 64);
  uint64_t inputs = 0;
  for (size_t i = 0; i < type.pins.size(); ++i) {
    if (type.pins[i].direction == LibPin::Direction::kInput) inputs |= uint64_t{1} << i;
  }
  const uint64_t all = uint64_t{1} << type.pins.size();
  ASSERT_LE(all, 64u);
  for (uint64_t row = 0; row < all; ++row) {
    for (size_t i = 0; i < type.pins.size(); ++i) {
      if ((inputs >> i & 1) != 0) {
        simulator.set(*netlist->find_port(type.pins[i].name), static_cast<int>(row), row >> i & 1);
      }
    }
  }
  simulator.settle();
  int outputs = 0;
  for (const LibPin& pin : type.pins) {
    if (pin.direction != LibPin::Direction::kOutput) continue;
    ++outputs;
    const synth::Expression function = synth::cell_expression(type, pin.function);
    for (uint64_t row = 0; row < all; ++row) {
      EXPECT_EQ(simulator.get(*netlist->find_port(pin.name), static_cast<int>(row)),
                function.value(row & inputs) ? 1u : 0u)
          << pin.name << " row " << row;
    }
  }
  EXPECT_GE(outputs, 1);
}

INSTANTIATE_TEST_SUITE_P(Osu018, EveryCell, testing::ValuesIn(combinational_cells()),
                         [](const auto& p) { return p.param; });

// A random acyclic netlist of all those cells; every net against the expressions, lane by lane.
std::shared_ptr<const synth::Netlist> random_netlist(uint64_t seed, int cells) {
  std::mt19937_64 random(seed);
  const std::vector<std::string> types = combinational_cells();
  JsonNetlist json;
  std::vector<int> inputs(20);
  std::iota(inputs.begin(), inputs.end(), 2);
  json.port("in", true, inputs);
  int net = 22;
  for (int c = 0; c < cells; ++c) {
    const synth::LibCell& type = *osu018()->liberty().find(types[random() % types.size()]);
    std::vector<std::pair<std::string, int>> pins;
    const int known = net;
    for (const LibPin& pin : type.pins) {
      const bool input = pin.direction == LibPin::Direction::kInput;
      const int source = static_cast<int>(random() % static_cast<uint64_t>(known));
      pins.emplace_back(pin.name, input ? source : net++);
    }
    json.cell("u" + std::to_string(c), type.name, pins);
  }
  json.port("out", false, {net - 1});
  return json.netlist();
}

class Widths : public testing::TestWithParam<int> {};

TEST_P(Widths, RandomNetlistAgreesWithItsExpressions) {
  const auto netlist = random_netlist(5, 2000);
  NetSimulator simulator(netlist, GetParam());
  std::mt19937_64 random(6);
  for (const synth::NetId bit : netlist->ports()[0].bits) {
    for (uint64_t& word : simulator.net(bit)) word = random();
  }
  simulator.settle();
  for (const int lane : {0, 17, GetParam() - 1}) {
    const auto value = [&](synth::NetId net) {
      return simulator.net(net)[static_cast<size_t>(lane) / 64] >> (lane % 64) & 1;
    };
    for (const synth::NetCell& cell : netlist->cells()) {
      uint64_t assignment = 0;
      for (size_t i = 0; i < cell.pins.size(); ++i) assignment |= value(cell.pins[i]) << i;
      for (size_t i = 0; i < cell.pins.size(); ++i) {
        if (cell.type->pins[i].direction != LibPin::Direction::kOutput) continue;
        const bool expected =
            synth::cell_expression(*cell.type, cell.type->pins[i].function).value(assignment);
        ASSERT_EQ(value(cell.pins[i]), expected ? 1u : 0u) << cell.name << " " << cell.type->name;
      }
    }
  }
}

// The variants for other processors give the same, words and counts.
TEST_P(Widths, EveryVariantOfTheKernelsAgrees) {
  const synth::NetProgram program = synth::compile(*random_netlist(10, 500));
  const auto words = static_cast<size_t>(GetParam()) / 64;
  const size_t size = program.slots * words;
  struct FreeAligned {
    void operator()(uint64_t* p) const { ::operator delete[](p, std::align_val_t{64}); }
  };
  const auto make = [&] {
    return std::unique_ptr<uint64_t[], FreeAligned>(new (std::align_val_t{64}) uint64_t[size]);
  };
  std::vector<std::vector<uint64_t>> values, counts;
  const std::vector<synth::NetKernels> variants = synth::net_kernels(static_cast<int>(words));
  EXPECT_GE(variants.size(), 1u);
  for (const synth::NetKernels& variant : variants) {
    const auto now = make(), before = make();
    std::mt19937_64 random(11);
    for (size_t i = 0; i < size; ++i) now[i] = before[i] = random();
    const std::vector<uint64_t> mask(words, 0x0123456789abcdef);
    std::vector<uint64_t> count(program.slots, 3);
    variant.settle(program, now.get());
    variant.count(now.get(), before.get(), mask.data(), count.data(), program.slots);
    values.emplace_back(now.get(), now.get() + size);
    counts.push_back(std::move(count));
    EXPECT_EQ(values.back(), values.front());
    EXPECT_EQ(counts.back(), counts.front());
    EXPECT_TRUE(std::equal(now.get(), now.get() + size, before.get()));
  }
}

// Toggles and states against counting one lane at a time.
TEST_P(Widths, CountsTogglesAndStates) {
  const auto netlist = random_netlist(7, 60);
  NetSimulator simulator(netlist, GetParam());
  simulator.set_state_stride(1);
  simulator.set_count_lanes(0x00f0f0f0f0f0f0f1, true);
  std::mt19937_64 random(8);
  const auto counted = [&](int lane) {
    return lane >= 64 || (uint64_t{0x00f0f0f0f0f0f0f1} >> lane & 1) != 0;
  };
  std::vector<uint64_t> toggles(netlist->net_count(), 0);
  std::vector<std::vector<uint64_t>> before(netlist->net_count());
  std::vector<std::vector<uint32_t>> states(netlist->cells().size());
  constexpr int kCycles = 5;
  for (int cycle = 0; cycle < kCycles; ++cycle) {
    for (const synth::NetId bit : netlist->ports()[0].bits) {
      for (uint64_t& word : simulator.net(bit)) word = random();
    }
    simulator.settle();
    simulator.count();
    for (synth::NetId net = 0; net < netlist->net_count(); ++net) {
      const auto words = simulator.net(net);
      for (int lane = 0; lane < GetParam() && cycle > 0; ++lane) {
        const size_t w = static_cast<size_t>(lane) / 64;
        if (counted(lane)) toggles[net] += (words[w] ^ before[net][w]) >> (lane % 64) & 1;
      }
      before[net].assign(words.begin(), words.end());
    }
    for (size_t c = 0; c < states.size(); ++c) {
      const synth::NetCell& cell = netlist->cells()[c];
      const std::vector<uint32_t> pins = synth::state_pins(*cell.type);
      states[c].resize(size_t{1} << pins.size());
      for (int lane = 0; lane < GetParam(); ++lane) {
        size_t state = 0;
        for (size_t i = 0; i < pins.size(); ++i) {
          const auto words = simulator.net(cell.pins[pins[i]]);
          state |= (words[static_cast<size_t>(lane) / 64] >> (lane % 64) & 1) << i;
        }
        if (counted(lane)) ++states[c][state];
      }
    }
  }
  const synth::Activity activity = simulator.activity("test");
  const uint64_t lanes = static_cast<uint64_t>(GetParam()) - 64 + 29;
  EXPECT_EQ(activity.cycles, (kCycles - 1) * lanes);
  EXPECT_EQ(activity.state_samples, kCycles * lanes);
  EXPECT_EQ(activity.toggles, toggles);
  for (size_t c = 0; c < states.size(); ++c) {
    const std::vector<uint32_t> got(activity.states.begin() + activity.state_begin[c],
                                    activity.states.begin() + activity.state_begin[c + 1]);
    EXPECT_EQ(got, states[c]) << netlist->cells()[c].type->name;
  }
}

INSTANTIATE_TEST_SUITE_P(Lanes, Widths, testing::Values(64, 512),
                         testing::PrintToStringParamName());

TEST(NetSimulator, OneLaneCountsAsMany) {
  const auto netlist = random_netlist(9, 50);
  NetSimulator one(netlist, 64), many(netlist, 64);
  for (NetSimulator* s : {&one, &many}) s->set_state_stride(1);
  one.set_count_lanes(uint64_t{1} << 37, false);
  std::mt19937_64 random(1);
  for (int cycle = 0; cycle < 20; ++cycle) {
    const uint64_t value = random();
    one.set(netlist->ports()[0], 37, value);
    many.set_all(netlist->ports()[0], value);
    for (NetSimulator* s : {&one, &many}) {
      s->settle();
      s->count();
    }
  }
  const synth::Activity a = one.activity("a"), b = many.activity("b");
  EXPECT_EQ(b.cycles, 64 * a.cycles);
  for (size_t i = 0; i < a.toggles.size(); ++i) EXPECT_EQ(b.toggles[i], 64 * a.toggles[i]);
  for (size_t i = 0; i < a.states.size(); ++i) EXPECT_EQ(b.states[i], 64 * a.states[i]);
}

// Sum of products of the rows of a truth table.
std::string sum_of_products(uint64_t table, int inputs) {
  std::string text;
  for (uint64_t row = 0; row < (uint64_t{1} << inputs); ++row) {
    if ((table >> row & 1) == 0) continue;
    text += text.empty() ? "" : "+";
    for (int i = 0; i < inputs; ++i) {
      text += fmt::format("{}{}{}", i == 0 ? "" : "&", (row >> i & 1) != 0 ? "" : "!",
                          static_cast<char>('A' + i));
    }
  }
  return text.empty() ? "0" : text;
}

// Kinds of gates that osu018 lacks, and functions that are no gate's: every table of 3 inputs, and
// customary ones of 4.
TEST(NetSimulator, EveryFunctionOfThreeInputs) {
  std::vector<std::string> functions;
  for (uint64_t table = 0; table < 256; ++table) functions.push_back(sum_of_products(table, 3));
  for (const char* f : {"A&B&C&D", "A+B+C+D", "A B + C D", "(A+B)(C+D)", "A B + C + D", "(A+B) C D",
                        "A B C + D", "(A+B+C) D", "A ^ B ^ C ^ D", "A B + !C D"}) {
    functions.emplace_back(f);
    functions.push_back("!(" + std::string(f) + ")");
  }
  std::string liberty =
      "library (f) { nom_voltage : 1;\n"
      "cell (INV) { area : 1; pin (A) { direction : input; } "
      "pin (Y) { direction : output; function : \"!A\"; } }\n"
      "cell (NAND) { area : 1; pin (A) { direction : input; } pin (B) { direction : input; } "
      "pin (Y) { direction : output; function : \"!(A B)\"; } }\n";
  JsonNetlist json;
  std::vector<int> outputs;
  json.port("in", true, {2, 3, 4, 5});
  for (size_t i = 0; i < functions.size(); ++i) {
    liberty += fmt::format("cell (F{}) {{ area : 1;", i);
    for (const char pin : {'A', 'B', 'C', 'D'}) {
      liberty += fmt::format(" pin ({}) {{ direction : input; }}", pin);
    }
    liberty +=
        fmt::format(" pin (Y) {{ direction : output; function : \"{}\"; }} }}\n", functions[i]);
    outputs.push_back(6 + static_cast<int>(i));
    json.cell(fmt::format("u{}", i), fmt::format("F{}", i),
              {{"D", 5}, {"C", 4}, {"B", 3}, {"A", 2}, {"Y", outputs.back()}});
  }
  json.port("out", false, outputs);
  const base::TemporaryDirectory folder;
  base::write_file(folder.path() / "f.lib", liberty + "}\n");
  const auto netlist = json.netlist(synth::Library::open((folder.path() / "f.lib").string()));
  for (const int lanes : {64, 512}) {
    NetSimulator simulator(netlist, lanes);
    for (int row = 0; row < 16; ++row) {
      simulator.set(*netlist->find_port("in"), lanes - 16 + row, static_cast<uint64_t>(row));
    }
    simulator.settle();
    const auto index_of = [](std::string_view name) { return name[0] - 'A'; };
    for (size_t i = 0; i < functions.size(); ++i) {
      const auto expression = synth::Expression::parse(functions[i], index_of);
      const synth::NetId out = netlist->find_port("out")->bits[i];
      for (int row = 0; row < 16; ++row) {
        const int lane = lanes - 16 + row;
        EXPECT_EQ(simulator.net(out)[static_cast<size_t>(lane) / 64] >> (lane % 64) & 1,
                  expression.value(static_cast<uint64_t>(row)) ? 1u : 0u)
            << functions[i] << " row " << row;
      }
    }
  }
}

// One register and its ports.
std::shared_ptr<const synth::Netlist> with_set_reset() {
  return JsonNetlist()
      .port("clk", true, {2})
      .port("d", true, {3})
      .port("r", true, {4})
      .port("s", true, {5})
      .port("q", false, {6})
      .cell("u", "DFFSR", {{"CLK", 2}, {"D", 3}, {"R", 4}, {"S", 5}, {"Q", 6}})
      .netlist();
}

TEST(NetSimulator, AsynchronousSetAndReset) {
  const auto netlist = with_set_reset();
  EXPECT_EQ(netlist->clock_port(), "clk");
  NetSimulator simulator(netlist, 64);
  EXPECT_TRUE(simulator.simple_clock());
  const auto set = [&](const char* port, uint64_t value) {
    simulator.set_all(*netlist->find_port(port), value);
  };
  const auto q = [&] {
    simulator.settle();
    return simulator.get(*netlist->find_port("q"), 5);
  };
  set("r", 1);
  set("s", 1);
  set("d", 1);
  EXPECT_EQ(q(), 0u);
  simulator.clock();
  EXPECT_EQ(q(), 1u);
  set("r", 0);
  EXPECT_EQ(q(), 0u);  // without a clock edge
  simulator.clock();
  EXPECT_EQ(q(), 0u);
  set("r", 1);
  EXPECT_EQ(q(), 0u);  // and it stays so
  set("s", 0);
  EXPECT_EQ(q(), 1u);
  set("r", 0);
  EXPECT_EQ(q(), 0u);  // clear_preset_var1 : L
}

// A falling-edge register, a divided clock, a transparent latch and a gated clock.
TEST(NetSimulator, ClocksThatAreNotThePort) {
  const auto netlist = JsonNetlist()
                           .port("clk", true, {2})
                           .port("d", true, {3})
                           .port("en", true, {4})
                           .port("fall", false, {5})
                           .port("half", false, {6})
                           .port("slow", false, {7})
                           .port("held", false, {8})
                           .port("gated", false, {11})
                           .cell("n", "DFFNEGX1", {{"CLK", 2}, {"D", 3}, {"Q", 5}})
                           .cell("i", "INVX1", {{"A", 6}, {"Y", 9}})
                           .cell("h", "DFFPOSX1", {{"CLK", 2}, {"D", 9}, {"Q", 6}})
                           .cell("s", "DFFPOSX1", {{"CLK", 6}, {"D", 3}, {"Q", 7}})
                           .cell("l", "LATCH", {{"CLK", 2}, {"D", 3}, {"Q", 8}})
                           .cell("a", "AND2X1", {{"A", 2}, {"B", 4}, {"Y", 10}})
                           .cell("g", "DFFPOSX1", {{"CLK", 10}, {"D", 3}, {"Q", 11}})
                           .netlist();
  NetSimulator simulator(netlist, 64);
  EXPECT_FALSE(simulator.simple_clock());
  const auto set = [&](const char* port, uint64_t value) {
    simulator.set_all(*netlist->find_port(port), value);
    simulator.settle_edges();
  };
  const auto outputs = [&] {
    std::string text;
    for (const char* port : {"fall", "half", "slow", "held", "gated"}) {
      text += std::to_string(simulator.get(*netlist->find_port(port), 1));
    }
    return text;
  };
  set("en", 0);
  set("d", 1);
  EXPECT_EQ(outputs(), "00000");
  set("clk", 1);
  EXPECT_EQ(outputs(), "01110");  // half rises, and with it the register behind it; latch open
  set("d", 0);
  EXPECT_EQ(outputs(), "01100");
  set("d", 1);
  set("clk", 0);
  EXPECT_EQ(outputs(), "11110");
  set("d", 0);
  EXPECT_EQ(outputs(), "11110");  // the latch holds
  set("clk", 1);
  EXPECT_EQ(outputs(), "10100");
  set("clk", 0);
  set("en", 1);
  set("d", 1);
  set("clk", 1);
  EXPECT_EQ(outputs(), "01111");
}

TEST(NetSimulator, RefusesWhatItCannotSimulate) {
  const auto message = [](const JsonNetlist& json) {
    return synth_test::error_of([&] { NetSimulator simulator(json.netlist(), 64); });
  };
  JsonNetlist loop;
  loop.port("a", true, {2}).port("y", false, {3});
  loop.cell("u", "NAND2X1", {{"A", 2}, {"B", 3}, {"Y", 3}});
  EXPECT_EQ(message(loop), "top: combinational loop through y");
  JsonNetlist drivers;
  drivers.port("a", true, {2}).port("y", false, {3});
  drivers.cell("u", "INVX1", {{"A", 2}, {"Y", 3}}).cell("v", "INVX1", {{"A", 2}, {"Y", 3}});
  EXPECT_EQ(message(drivers), "top: net y has two drivers");
  JsonNetlist bus;
  bus.port("a", true, {2}).port("e", true, {3}).port("y", false, {4});
  bus.cell("u", "TBUFX1", {{"A", 2}, {"EN", 3}, {"Y", 4}});
  EXPECT_EQ(message(bus), "top: cell u (TBUFX1) is a three-state cell, which is not simulated");
  JsonNetlist unknown;
  unknown.port("y", false, {4}).cell("u", "NAND9", {{"Y", 4}});
  EXPECT_EQ(message(unknown), "top: cell u is a NAND9, which the library osu018 does not have");
}

TEST(RandomActivity, HoldsResetsAndEnables) {
  const auto netlist = JsonNetlist()
                           .port("clk_i", true, {2})
                           .port("rst_ni", true, {3})
                           .port("d", true, {4})
                           .port("q", false, {5})
                           .cell("i", "INVX1", {{"A", 3}, {"Y", 6}})
                           .cell("j", "INVX1", {{"A", 6}, {"Y", 7}})
                           .cell("u", "DFFSR", {{"CLK", 2}, {"D", 4}, {"R", 7}, {"S", 1}, {"Q", 5}})
                           .netlist();
  const synth::Activity activity = synth::random_activity(netlist, 10000, 3);
  EXPECT_GE(activity.cycles, 10000u);
  EXPECT_EQ(activity.toggles[netlist->find_port("rst_ni")->bits[0]], 0u);
  const double q = static_cast<double>(activity.toggles[netlist->find_port("q")->bits[0]]) /
                   static_cast<double>(activity.cycles);
  EXPECT_NEAR(q, 0.5, 0.03);
}

}  // namespace
