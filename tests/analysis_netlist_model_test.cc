// SPDX-License-Identifier: Apache-2.0
// The mapped netlist behind the bench: equal to its RTL, to golden, and not when a cell is wrong.

#include "analysis/netlist_model.h"

#include <gtest/gtest.h>

#include <random>

#include "base/files.h"
#include "gen/generate.h"
#include "sim/loader.h"
#include "synth/map.h"
#include "synth/power.h"
#include "tb/bench.h"
#include "tests/synth_support.h"

namespace {

using analysis::NetlistModel;
using synth_test::JsonNetlist;

std::shared_ptr<const synth::Netlist> multiplier() {
  return synth_test::read(synth::map(synth_test::request(synth_test::kMultiplier, "mul")));
}

void set(sim::Model& model, const char* port, uint64_t value) {
  sim::write_port(model.port(port), value);
}
uint64_t get(const sim::Model& model, const char* port) { return sim::read_port(model.port(port)); }

// Both models through the same evals; outputs compared after each once the pipeline is filled.
TEST(NetlistModel, FollowsTheRtlEvalByEval) {
  sim::ModelRequest request;
  request.sources = {{"mul.v", synth_test::kMultiplier}};
  request.top = "mul";
  const auto rtl = sim::load_verilog(request);
  NetlistModel netlist(multiplier());
  std::mt19937_64 random(1);
  int compared = 0;
  for (int step = 0; step < 4000; ++step) {
    const uint64_t r = random();
    for (sim::Model* model : {rtl.get(), static_cast<sim::Model*>(&netlist)}) {
      set(*model, "rst_ni", step < 4 || (r >> 40 & 63) == 0 ? 0 : 1);
      set(*model, "en_i", step < 40 || (r >> 32 & 3) != 0 ? 1 : 0);
      set(*model, "valid_i", r >> 34 & 1);
      set(*model, "a_i", r & 255);
      set(*model, "b_i", r >> 8 & 255);
      // Sometimes data and clock move in one eval, as in a bench without a scheduler.
      if ((r >> 50 & 1) != 0) model->eval();
      set(*model, "clk_i", step & 1);
      model->eval();
    }
    if (step < 20) continue;
    ++compared;
    ASSERT_EQ(get(netlist, "p_o"), get(*rtl, "p_o")) << step;
    ASSERT_EQ(get(netlist, "valid_o"), get(*rtl, "valid_o")) << step;
  }
  EXPECT_EQ(compared, 3980);
}

TEST(NetlistModel, CountsWhatTheSimulatorCounts) {
  const auto netlist = multiplier();
  NetlistModel model(netlist);
  synth::NetSimulator simulator(netlist, 64);
  simulator.set_count_lanes(1, false);
  std::mt19937_64 random(2);
  for (int cycle = 0; cycle < 200; ++cycle) {
    const uint64_t r = random();
    const auto drive = [&](const char* port, uint64_t value) {
      set(model, port, value);
      simulator.set_all(*netlist->find_port(port), value);
    };
    drive("rst_ni", 1);
    drive("en_i", r >> 20 & 1);
    drive("valid_i", 1);
    drive("a_i", r & 255);
    drive("b_i", r >> 8 & 255);
    for (const uint64_t clk : {0, 1}) {
      set(model, "clk_i", clk);
      model.eval();
      model.eval();  // nothing changed: nothing counted
    }
    simulator.settle();
    simulator.count();
    simulator.clock();
  }
  const synth::Activity a = model.activity("model"), b = simulator.activity("simulator");
  EXPECT_EQ(a.source, "model");
  EXPECT_EQ(a.cycles, 199u);
  EXPECT_EQ(a.toggles, b.toggles);
  EXPECT_EQ(a.states, b.states);
  EXPECT_EQ(a.state_samples, b.state_samples);
}

// Cycles in which the gate port is low neither count nor dilute.
TEST(NetlistModel, CountsOnlyWhenTold) {
  const auto netlist = multiplier();
  const auto run = [&](int stalls) {
    NetlistModel model(netlist);
    model.count_only_when("en_i");
    std::mt19937_64 random(3);
    set(model, "rst_ni", 1);
    for (int cycle = 0; cycle < 50; ++cycle) {
      set(model, "a_i", random() & 255);
      set(model, "b_i", random() & 255);
      for (int beat = 0; beat <= stalls; ++beat) {
        set(model, "en_i", beat == stalls ? 1 : 0);
        for (const uint64_t clk : {0, 1}) {
          set(model, "clk_i", clk);
          model.eval();
        }
      }
    }
    return model.activity("");
  };
  const synth::Activity plain = run(0), stalled = run(3);
  EXPECT_EQ(plain.cycles, 49u);
  EXPECT_EQ(stalled.cycles, 49u);
  EXPECT_EQ(plain.toggles, stalled.toggles);
  NetlistModel model(netlist);
  EXPECT_EQ(synth_test::error_of([&] { model.count_only_when("a_i"); }),
            "netlist: no one-bit port 'a_i' to count by");
}

// A design without registers counts per change of its inputs; a falling-edge register and a latch
// move with the clock that the bench drives.
TEST(NetlistModel, OtherClocks) {
  const auto gates = JsonNetlist()
                         .port("a", true, {2})
                         .port("y", false, {3})
                         .cell("u", "INVX1", {{"A", 2}, {"Y", 3}})
                         .netlist();
  NetlistModel inverter(gates);
  EXPECT_EQ(get(inverter, "y"), 1u);  // settled from the start
  for (const uint64_t a : {1, 1, 0, 1, 0}) {
    set(inverter, "a", a);
    inverter.eval();
    EXPECT_EQ(get(inverter, "y"), 1 - a);
  }
  EXPECT_EQ(inverter.activity("").cycles, 3u);
  EXPECT_EQ(inverter.activity("").toggles[gates->find_port("y")->bits[0]], 3u);

  const auto clocked = JsonNetlist()
                           .port("ck", true, {2})
                           .port("d", true, {3})
                           .port("fall", false, {4})
                           .port("open", false, {5})
                           .cell("f", "DFFNEGX1", {{"CLK", 2}, {"D", 3}, {"Q", 4}})
                           .cell("l", "LATCH", {{"CLK", 2}, {"D", 3}, {"Q", 5}})
                           .netlist();
  NetlistModel model(clocked);
  const auto step = [&](uint64_t ck, uint64_t d) {
    set(model, "ck", ck);
    set(model, "d", d);
    model.eval();
    return std::to_string(get(model, "fall")) + std::to_string(get(model, "open"));
  };
  EXPECT_EQ(step(0, 1), "00");
  EXPECT_EQ(step(1, 1), "01");
  EXPECT_EQ(step(0, 1), "11");
  EXPECT_EQ(step(0, 0), "11");
  EXPECT_EQ(step(1, 0), "10");
  EXPECT_EQ(step(0, 0), "00");
}

synth::Mapped map_unit(const base::Spec& spec, const std::string& recipe) {
  const gen::Design design = gen::generate(spec);
  synth::MapRequest request;
  for (const gen::SourceFile& file : design.files) request.files.push_back({file.name, file.text});
  request.top = design.top;
  request.library = synth_test::osu018();
  request.recipe = recipe;
  return synth::map(request);
}

class MappedUnit : public testing::TestWithParam<std::string> {};

TEST_P(MappedUnit, PassesTheBenchOfItsRtl) {
  const base::Spec spec = gen::resolve(base::Spec::parse_line(GetParam()));
  tb::Options options;
  options.vectors = 300;
  NetlistModel model(synth_test::read(map_unit(spec, "structure")));
  const tb::Verdict verdict = tb::run_bench(model, spec, options);
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
  EXPECT_EQ(verdict.vectors, 300);
  EXPECT_GT(model.activity("").cycles, 300u);
}

// Planted faults: another cell in the place of one, at a few places.
TEST_P(MappedUnit, AWrongCellIsCaught) {
  const base::Spec spec = gen::resolve(base::Spec::parse_line(GetParam()));
  const synth::Mapped mapped = map_unit(spec, "structure");
  const std::string json = base::read_file(mapped.json);
  const std::string from = "\"XOR2X1\"", to = "\"XNOR2X1\"";
  size_t at = json.find(from);
  ASSERT_NE(at, std::string::npos);
  for (int fault = 0; fault < 3 && at != std::string::npos; ++fault) {
    std::string wrong = json;
    wrong.replace(at, from.size(), to);
    const auto netlist = std::make_shared<const synth::Netlist>(
        synth::Netlist::parse(wrong, mapped.top, mapped.library));
    NetlistModel model(netlist);
    tb::Options options;
    options.vectors = 300;
    const tb::Verdict verdict = tb::run_bench(model, spec, options);
    EXPECT_FALSE(verdict.passed) << "fault at " << at;
    EXPECT_NE(verdict.mismatch, "");
    at = json.find(from, at + json.size() / 5);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Units, MappedUnit,
    testing::Values("fcu scheme=direct DataWidth=4 CoefWidth=4",
                    "fcu scheme=ffa DataWidth=4 CoefWidth=4",
                    "fcu scheme=ffa cut=none DataWidth=3 CoefWidth=4",
                    "fcu scheme=ffa preadd=offline cut=pre,mult,post DataWidth=4 CoefWidth=3",
                    "fir taps=3 scheme=ffa parallel=2 DataWidth=5 CoefWidth=4"),
    [](const auto& p) {
      std::string name;
      for (const char c : p.param) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
      return name;
    });

}  // namespace
