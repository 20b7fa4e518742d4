// SPDX-License-Identifier: Apache-2.0
// The binary-weight engine: layers of every kind, the layers of a network, how busy its PEs are.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/failure.h"
#include "sim/random.h"
#include "tb/bench.h"
#include "tb/bw_beats.h"
#include "tb/bw_conv2d_plan.h"
#include "tb/bw_engine.h"
#include "tests/tb_support.h"

namespace {

class BwEnginePoint : public testing::TestWithParam<const char*> {};

// Sizes that divide nothing, one lane, one PE, memories of their least: the bench's own scenes have
// errors, aborts, back-pressure; here all of them are seen.
TEST_P(BwEnginePoint, EveryKindOfLayerIsExact) {
  const gen::Design design = gen::generate(base::Spec::parse_line(GetParam()));
  const tb::Verdict verdict = tb::run_bench(*tb_test::load(design), design.spec);
  ASSERT_TRUE(verdict.passed) << verdict.mismatch;
  EXPECT_GT(verdict.vectors, 200);
  for (const char* seen : {"kernels of 1",
                           "kernels of 3",
                           "kernels of 5",
                           "stride 1",
                           "stride 2",
                           "padding 0",
                           "padding 1",
                           "padding 2",
                           "pooled",
                           "pooled with an odd row or column left out",
                           "pictures of one pixel",
                           "pictures of width 1",
                           "pictures of height 1",
                           "partial groups of input channels",
                           "partial groups of output channels",
                           "several groups of input channels",
                           "several groups of output channels",
                           "pictures larger than the store",
                           "results at their least",
                           "results at their most",
                           "results between",
                           "register map checked",
                           "counters checked",
                           "STATUS 0x1 set and cleared",
                           "STATUS 0x2 set and cleared",
                           "STATUS 0x4 set and cleared",
                           "STATUS 0x8 set and cleared",
                           "starts refused while 0x400",
                           "starts refused while 0x800",
                           "aborts of kind 0",
                           "aborts of kind 1",
                           "aborts of kind 2",
                           "aborts of kind 3",
                           "aborts with results at the door",
                           "settings refused while a layer runs",
                           "reset while a layer runs",
                           "ready moved within a cycle",
                           "beats of results that waited",
                           "beats of weights that waited",
                           "beats of samples that waited"}) {
    const auto found = verdict.coverage.find(seen);
    EXPECT_TRUE(found != verdict.coverage.end() && found->second > 0) << seen;
  }
  // Every reason for which a start may be refused.
  for (unsigned bit = tb::bw_regs::kBadKernel; bit <= tb::bw_regs::kWeightsUnfit; bit *= 2)
    EXPECT_TRUE(verdict.coverage.contains(fmt::format("refused for {:#x}", bit))) << bit;
}

INSTANTIATE_TEST_SUITE_P(
    Units, BwEnginePoint,
    testing::Values(
        "bw_conv2d_stream",
        "bw_conv2d_stream Pe=3 Simd=5 DataWidth=4 OutWidth=6 ScaleWidth=5 WeightBus=8 MaxTerms=200 "
        "MaxOutChannels=11 LineAddressWidth=6 WeightWords=60 data=signed relu=no form=and",
        "bw_conv2d_stream Pe=2 Simd=3 DataWidth=16 OutWidth=16 ScaleWidth=24 WeightBus=1024 "
        "MaxTerms=75 MaxOutChannels=5 LineAddressWidth=7 WeightWords=40 data=signed reset=sync"),
    [](const auto& point) { return tb_test::test_name(point.param); });

// The least that can be asked for; most layers do not fit, and are refused.
TEST(BwEngineLeast, IsRight) {
  tb_test::expect_passes(
      "bw_conv2d_stream Pe=1 Simd=1 DataWidth=1 OutWidth=2 WeightBus=8 MaxTerms=1 MaxOutChannels=1 "
      "LineAddressWidth=4 WeightWords=2");
}

std::unique_ptr<sim::Model> fast_model(const gen::Design& design) {
  sim::ModelRequest wanted = tb_test::request(design);
  wanted.optimise = 2;
  return sim::load_verilog(wanted);
}

// Signs, biases and scales at random; results spread over their range.
golden::BwLayer draw_layer(const tb::BwSizes& sizes, const tb::BwShape& shape, uint64_t seed) {
  return tb::draw_bw_case(sizes, shape, seed, 0).layer;
}

// The layers of a network for pictures of 28 x 28, each fed with the results of the one before: the
// array is busy in 0.97 of the cycles of a convolution. Of a dense layer loading the weights takes
// longer than using them.
TEST(BwEngine, RunsTheLayersOfANetwork) {
  const gen::Design design = gen::generate(base::Spec::parse_line("bw_conv2d_stream"));
  const std::unique_ptr<sim::Model> model = fast_model(design);
  const tb::BwSizes sizes(design.spec);
  tb::BwEngine engine(*model, design.spec);
  const std::vector<tb::BwShape> shapes = {{28, 28, 1, 16, 3, 1, 1, true},
                                           {14, 14, 16, 64, 3, 1, 1, true},
                                           {1, 1, 3136, 10, 1, 1, 0, false}};
  for (int picture = 0; picture < 2; ++picture) {
    golden::BwActivations x(28, 28, 1);
    sim::Random random(static_cast<uint64_t>(picture));
    for (int64_t& sample : x.samples) sample = static_cast<int64_t>(random.bits(8));
    for (const tb::BwShape& shape : shapes) {
      // A dense layer reads the picture before it as channels of one pixel.
      if (shape.width == 1) {
        x.channels = x.width * x.height * x.channels;
        x.width = x.height = 1;
      }
      const golden::BwLayer layer = draw_layer(sizes, shape, 7);
      const tb::BwLayerRun run = engine.run(layer, x);
      const golden::BwActivations wanted = golden::bw_layer(layer, x);
      EXPECT_EQ(run.outputs, wanted);
      EXPECT_GT(std::count_if(wanted.samples.begin(), wanted.samples.end(),
                              [](int64_t y) { return y > 0 && y < 255; }),
                wanted.channels / 4);
      const golden::BwTraffic traffic =
          golden::bw_traffic(layer, x.width, x.height, sizes.streams());
      EXPECT_EQ(run.counters, traffic);
      const int64_t loading = traffic.weight_bits / sizes.bus;
      EXPECT_LE(run.cycles, std::max(traffic.words * 103 / 100, loading) + 450);
      EXPECT_GE(run.cycles, std::max(traffic.words, loading));
      if (picture == 0) {
        fmt::print("{}x{}, {} to {} channels: {} cycles, {} with work; {} bits of weights\n",
                   x.width, x.height, layer.in_channels, layer.out_channels, run.cycles,
                   traffic.words, traffic.weight_bits);
      }
      x = run.outputs;
    }
  }
}

// What does not fit is an error that says why, and the engine works on.
TEST(BwEngine, SaysWhyALayerIsRefused) {
  const gen::Design design = gen::generate(
      base::Spec::parse_line("bw_conv2d_stream Pe=2 Simd=2 MaxTerms=100 MaxOutChannels=6 "
                             "LineAddressWidth=5 WeightWords=40"));
  const std::unique_ptr<sim::Model> model = tb_test::load(design);
  const tb::BwSizes sizes(design.spec);
  tb::BwEngine engine(*model, design.spec);
  struct Row {
    tb::BwShape shape;
    const char* why;
  };
  for (const Row& row :
       {Row{{1, 1, 101, 1}, "channels beyond the maxima"},
        Row{{1, 1, 1, 7}, "channels beyond the maxima"}, Row{{1, 1, 2, 2, 3}, "no output"},
        Row{{33, 1, 2, 2}, "LineAddressWidth"}, Row{{12, 12, 2, 2, 3}, "LineAddressWidth"},
        Row{{1, 1, 12, 1, 5, 1, 2}, "MaxTerms"}, Row{{1, 1, 10, 6, 3, 1, 1}, "WeightWords"}}) {
    const golden::BwLayer layer = draw_layer(sizes, row.shape, 3);
    golden::BwActivations x(row.shape.width, row.shape.height, row.shape.in_channels);
    try {
      engine.run(layer, x);
      ADD_FAILURE() << row.why << ": accepted";
    } catch (const sim::Failure& failure) {
      EXPECT_NE(std::string(failure.what()).find(row.why), std::string::npos) << failure.what();
    }
    const golden::BwLayer sane = draw_layer(sizes, {3, 3, 3, 3, 3, 1, 1, false}, 4);
    x = golden::BwActivations(3, 3, 3);
    for (size_t i = 0; i < x.samples.size(); ++i) x.samples[i] = static_cast<int64_t>(9 * i);
    EXPECT_EQ(engine.run(sane, x).outputs, golden::bw_layer(sane, x)) << "behind " << row.why;
  }
}

}  // namespace
