// SPDX-License-Identifier: Apache-2.0
// Our timer against OpenSTA and against itself; refinement keeps the function and gains time.

#include "synth/refine.h"

#include <gtest/gtest.h>

#include <random>

#include "base/files.h"
#include "synth/net_simulator.h"
#include "synth/sta.h"
#include "tests/synth_support.h"

namespace {

using synth::Netlist;
using synth::RefineGoal;
using synth_test::osu018;

// Sum of four operands by full-adder cells, which ABC cannot see through, and a wide fan-out behind
// the last of them.
constexpr const char* kBoxes = R"(
module boxes(input [7:0] a, b, c, d, input [7:0] m, output [9:0] s, output [7:0] y, z);
  wire [7:0] s0, c0, s1, c1;
  genvar i;
  generate for (i = 0; i < 8; i = i + 1) begin : gen_row
    FAX1 u0 (.A(a[i]), .B(b[i]), .C(c[i]), .YS(s0[i]), .YC(c0[i]));
    FAX1 u1 (.A(s0[i]), .B(d[i]), .C(i == 0 ? 1'b0 : c0[i > 0 ? i - 1 : 0]), .YS(s1[i]), .YC(c1[i]));
  end endgenerate
  assign s = {2'b00, s1} + {1'b0, c1, 1'b0} + {1'b0, c0[7], 8'b0};
  assign y = m & {8{c0[7]}};
  assign z = m ^ {8{s1[0]}};
endmodule
)";

std::shared_ptr<const synth::Library> driven() {
  static const auto library = osu018()->with({.driver = "INVX4", .load = 20e-15});
  return library;
}

struct Sample {
  synth::Mapped mapped;
  Netlist netlist;
};

Sample sample(const char* verilog, const std::string& top, const std::string& recipe,
              const std::shared_ptr<const synth::Library>& library) {
  synth::MapRequest request = synth_test::request(verilog, top, recipe);
  request.library = library;
  synth::Mapped mapped = synth::map(request);
  Netlist netlist = Netlist::read(mapped.json, top, library);
  return {std::move(mapped), std::move(netlist)};
}

std::shared_ptr<const synth::CellModels> models(const Netlist& netlist) {
  return std::make_shared<const synth::CellModels>(
      std::shared_ptr<const synth::Library>(&netlist.library(), [](const auto*) {}));
}

// Outputs of random inputs, a word of 64 lanes a bit.
std::vector<uint64_t> outputs(const Netlist& netlist) {
  synth::NetSimulator simulator(std::make_shared<const Netlist>(netlist), 64);
  std::mt19937_64 random(7);
  for (const synth::NetPort& port : netlist.ports())
    if (port.input)
      for (const synth::NetId bit : port.bits) simulator.net(bit)[0] = random();
  simulator.settle();
  std::vector<uint64_t> words;
  for (const synth::NetPort& port : netlist.ports())
    if (!port.input)
      for (const synth::NetId bit : port.bits) words.push_back(simulator.net(bit)[0]);
  return words;
}

TEST(Timer, AgreesWithOpenSta) {
  for (const auto& library : {osu018(), driven()}) {
    for (const char* recipe : {"area", "structure"}) {
      const Sample boxes = sample(kBoxes, "boxes", recipe, library);
      const double delay = synth::time(boxes.mapped, boxes.netlist, 5e-9, false).delay;
      const synth::Timer timer(boxes.netlist, models(boxes.netlist));
      EXPECT_NEAR(timer.delay(), delay, 0.01 * delay) << recipe;
    }
  }
}

TEST(Timer, IncrementalIsWhatAFreshOneSays) {
  const Sample boxes = sample(kBoxes, "boxes", "area", driven());
  const auto known = models(boxes.netlist);
  const synth::Refined refined = synth::refine(boxes.netlist, RefineGoal::kDelay, known);
  const synth::Timer fresh(refined.netlist, known);
  EXPECT_NEAR(fresh.delay(), refined.delay, 1e-15);
  EXPECT_NEAR(fresh.area(), refined.area, 1e-6);
  EXPECT_DOUBLE_EQ(refined.netlist.area(), refined.area);
}

TEST(Timer, RevertTakesEverythingBack) {
  const Sample boxes = sample(kBoxes, "boxes", "area", driven());
  synth::Timer timer(boxes.netlist, models(boxes.netlist));
  const double delay = timer.delay(), area = timer.area();
  for (uint32_t id = 0; id < boxes.netlist.cells().size(); ++id) {
    const synth::CellModel* model = timer.cells()[id].model;
    const synth::NetId input = timer.cells()[id].pins[model->inputs[0]];
    timer.connect({id, static_cast<uint32_t>(model->inputs[0])}, synth::kNetZero);
    timer.add(timer.models().buffers().front(), {input}, 0);
    timer.update();
    timer.revert();
  }
  EXPECT_DOUBLE_EQ(timer.delay(), delay);
  EXPECT_NEAR(timer.area(), area, 1e-9);
}

class EveryGoal : public testing::TestWithParam<RefineGoal> {};

TEST_P(EveryGoal, KeepsTheFunction) {
  const Sample boxes = sample(kBoxes, "boxes", "area", driven());
  const synth::Refined refined = synth::refine(boxes.netlist, GetParam(), models(boxes.netlist));
  EXPECT_EQ(outputs(refined.netlist), outputs(boxes.netlist));
  EXPECT_LE(refined.delay, refined.delay_before);
  if (GetParam() == RefineGoal::kFree) {
    EXPECT_LE(refined.area, refined.area_before + 1e-9);
  } else if (GetParam() == RefineGoal::kDelay) {
    // Words of eight gates hang on one adder output each, which no cell of ABC drives.
    EXPECT_LT(refined.delay, 0.95 * refined.delay_before);
  }
}

INSTANTIATE_TEST_SUITE_P(Goals, EveryGoal,
                         testing::Values(RefineGoal::kFree, RefineGoal::kBalanced,
                                         RefineGoal::kDelay),
                         [](const auto& p) {
                           return std::string(p.param == RefineGoal::kFree       ? "Free"
                                              : p.param == RefineGoal::kBalanced ? "Balanced"
                                                                                 : "Delay");
                         });

TEST(Netlist, WhatIsWrittenReadsTheSame) {
  const Sample boxes = sample(kBoxes, "boxes", "area", driven());
  const Netlist again = Netlist::parse(boxes.netlist.json(), "boxes", driven());
  EXPECT_EQ(again.cells().size(), boxes.netlist.cells().size());
  EXPECT_EQ(outputs(again), outputs(boxes.netlist));
  const base::TemporaryDirectory folder;
  synth::Mapped mapped = boxes.mapped;
  mapped.verilog = folder.path() / "again.v";
  base::write_file(mapped.verilog, again.verilog());
  EXPECT_DOUBLE_EQ(synth::time(mapped, again, 5e-9, false).delay,
                   synth::time(boxes.mapped, boxes.netlist, 5e-9, false).delay);
}

}  // namespace
