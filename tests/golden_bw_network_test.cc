// SPDX-License-Identifier: Apache-2.0
// Networks of binary weights: an example by hand, the fast form against the definition, shapes.

#include "golden/bw_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "golden/bw_network_fast.h"

namespace {

using golden::BwActivations;
using golden::BwLayer;
using golden::BwNetwork;

BwLayer some_layer(int in, int out, int kernel) {
  BwLayer layer;
  layer.in_channels = in;
  layer.out_channels = out;
  layer.kernel = kernel;
  layer.signs.assign(static_cast<size_t>(out) * layer.terms(), 0);
  layer.bias.assign(static_cast<size_t>(out), 0);
  layer.scale.assign(static_cast<size_t>(out), 1);
  return layer;
}

// Two pixels of two channels; the dense layer behind them weighs (row, column, channel).
TEST(GoldenBwNetwork, ByHand) {
  BwNetwork network;
  network.width = 2;
  network.height = 1;
  network.layers = {some_layer(1, 2, 1), some_layer(4, 2, 1)};
  network.flatten = {false, true};
  network.layers[0].bias = {5, -3};        // pixels 10, 20: 15, 25 and 7, 17
  network.layers[1].signs = {0, 1, 0, 0,   // 15 - 7 + 25 + 17 = 50
                             1, 0, 0, 1};  // -15 + 7 + 25 - 17 = 0
  network.layers[1].scale = {3, 3};
  network.layers[1].shift = 2;  // 37.5 goes up
  BwActivations picture(2, 1, 1);
  picture.samples = {10, 20};
  const std::vector<BwActivations> outputs = golden::bw_infer(network, picture);
  EXPECT_EQ(outputs[0].samples, (std::vector<int64_t>{15, 7, 25, 17}));
  EXPECT_EQ(outputs[1].samples, (std::vector<int64_t>{38, 0}));
  const std::vector<uint8_t> pixels = {10, 20};
  EXPECT_EQ(golden::BwFastNetwork(network).run(pixels.data()), (std::vector<uint8_t>{38, 0}));
  EXPECT_EQ(golden::largest_at(outputs[1].samples), 0);
  EXPECT_EQ(golden::largest_at(std::vector<int>{1, 4, 4, 2}), 1);  // the first of equal ones
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int in(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }

 private:
  std::mt19937 engine_;
};

// Scales that use the whole range of the results.
void draw_outputs(BwLayer& layer, Random& random) {
  const auto limit = static_cast<int>(layer.terms()) * ((1 << layer.data_width) - 1);
  layer.shift = random.in(0, 12);
  for (int o = 0; o < layer.out_channels; ++o) {
    layer.bias.push_back(random.in(-limit / 3, limit / 3));
    if (layer.out_width <= 4) {
      for (int j = 1; j < 1 << layer.out_width; ++j)
        layer.thresholds.push_back(random.in(-limit / 4, limit / 4));
      std::sort(layer.thresholds.end() - ((1 << layer.out_width) - 1), layer.thresholds.end());
    } else {
      const int fit = ((1 << (layer.out_width + layer.shift)) / limit + 1) * random.in(1, 5);
      layer.scale.push_back(std::min(fit, 65535));
    }
  }
}

BwNetwork draw_network(Random& random) {
  BwNetwork network;
  network.width = random.in(1, 9);
  network.height = random.in(1, 9);
  network.channels = random.in(1, 3);
  network.data_width = random.in(1, 8);
  golden::BwShape x = {network.width, network.height, network.channels};
  int data_width = network.data_width;
  for (int l = random.in(1, 3); l > 0; --l) {
    const bool flat = random.in(0, 3) == 0;
    if (flat) x = {1, 1, x.count()};
    BwLayer layer;
    layer.in_channels = x.channels;
    layer.out_channels = random.in(1, 40);
    layer.kernel = flat ? 1 : 1 + 2 * random.in(0, 2);
    layer.padding = flat ? 0 : std::max(random.in(0, 2), layer.kernel / 2);
    layer.stride = random.in(1, 2);
    layer.pool = layer.sums_along(std::min(x.width, x.height)) > 1 && random.in(0, 1) == 1;
    layer.data_width = data_width;
    data_width = layer.out_width = random.in(1, 8);
    for (size_t n = 0; n < static_cast<size_t>(layer.out_channels) * layer.terms(); ++n)
      layer.signs.push_back(static_cast<uint8_t>(random.in(0, 1)));
    draw_outputs(layer, random);
    x = {layer.outputs_along(x.width), layer.outputs_along(x.height), layer.out_channels};
    network.layers.push_back(layer);
    network.flatten.push_back(flat);
  }
  return network;
}

TEST(GoldenBwNetwork, TheFastFormIsEqual) {
  int64_t between = 0, results = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    Random random(seed);
    const BwNetwork network = draw_network(random);
    const golden::BwFastNetwork fast(network);
    for (int n = 0; n < 2; ++n) {
      BwActivations picture(network.width, network.height, network.channels);
      std::vector<uint8_t> pixels;
      for (int64_t& sample : picture.samples) {
        // Pictures have zeros; the second picture has none, so that sums are as large as can be.
        sample = n == 0 && random.in(0, 1) == 0 ? 0 : random.in(1, (1 << network.data_width) - 1);
        pixels.push_back(static_cast<uint8_t>(sample));
      }
      const BwActivations expected = golden::bw_infer(network, picture).back();
      const std::vector<uint8_t> found = fast.run(pixels.data());
      ASSERT_EQ(std::vector<int64_t>(found.begin(), found.end()), expected.samples) << seed;
      const int most = (1 << network.layers.back().out_width) - 1;
      for (const int64_t y : expected.samples) between += y > 0 && y < most ? 1 : 0;
      results += static_cast<int64_t>(found.size());
    }
  }
  EXPECT_GT(between * 5, results);  // not all of them at the ends of the range
}

// More samples than a word of 16 bits can add, all of them as large as can be.
TEST(GoldenBwNetwork, TheFastFormAddsManyLargeSamples) {
  BwNetwork network;
  network.width = network.height = 1;
  network.channels = 1000;
  network.layers = {some_layer(1000, 17, 1)};
  network.flatten = {false};
  network.layers[0].scale.assign(17, 1);
  network.layers[0].shift = 10;  // 1000 x 255 / 1024 = 249.02
  for (size_t i = 0; i < 1000; ++i)
    network.layers[0].signs[size_t{16} * 1000 + i] = i < 300 ? 1 : 0;
  const std::vector<uint8_t> pixels(1000, 255);
  std::vector<uint8_t> expected(17, 249);
  expected[16] = 100;  // (700 - 300) x 255 / 1024 = 99.6
  EXPECT_EQ(golden::BwFastNetwork(network).run(pixels.data()), expected);
}

// The results in between are those of 8 bits, rounded, but for what rounding of samples does: with
// samples that are multiples of 16 there is none in the first layer.
TEST(GoldenBwNetwork, NarrowedByHand) {
  BwNetwork network;
  network.width = network.height = 1;
  network.channels = 2;
  network.layers = {some_layer(2, 1, 1), some_layer(1, 1, 1)};
  network.flatten = {false, false};
  network.layers[0].signs = {0, 1};
  network.layers[0].bias = {37};
  network.layers[0].scale = {5};
  network.layers[0].shift = 4;
  network.layers[1].bias = {-40};
  network.layers[1].scale = {3};
  network.layers[1].shift = 5;
  const BwNetwork narrow = golden::bw_narrowed(network, 4);
  EXPECT_EQ(narrow.data_width, 4);
  EXPECT_EQ(narrow.layers[0].out_width, 4);
  EXPECT_EQ(narrow.layers[1].out_width, 8);  // of the last layer
  BwActivations x(1, 1, 2);
  x.samples = {13, 2};  // for 208 and 32: (176 + 37) 5 / 16 = 66.6, of 16 4.16; 37 / 16 becomes 2
  const std::vector<BwActivations> outputs = golden::bw_infer(narrow, x);
  EXPECT_EQ(outputs[0].samples[0], 4);  // (11 + 2) 5 / 16
  EXPECT_EQ(outputs[1].samples[0], 3);  // (4 x 16 - 40 + 8) 3 / 32, -40 / 16 becomes -2
  EXPECT_EQ(golden::bw_infer(golden::bw_narrowed(network, 8), x).back().samples,
            golden::bw_infer(network, x).back().samples);
  network.layers[1].shift = 3;
  EXPECT_THROW(golden::bw_narrowed(network, 4), std::invalid_argument);
  EXPECT_EQ(golden::bw_narrowed_sample(23, 4), 1);
  EXPECT_EQ(golden::bw_narrowed_sample(24, 4), 2);
  EXPECT_EQ(golden::bw_narrowed_sample(255, 4), 15);
  EXPECT_EQ(golden::bw_narrowed_sample(255, 8), 255);
}

std::string complaint(const std::function<void(BwNetwork&)>& spoil) {
  BwNetwork network;
  network.width = network.height = 4;
  network.layers = {some_layer(1, 2, 3), some_layer(2, 3, 1)};
  network.layers[0].padding = 1;
  network.layers[0].pool = true;
  network.flatten = {false, false};
  EXPECT_EQ(golden::bw_shapes(network).back().count(), 2 * 2 * 3);
  spoil(network);
  try {
    golden::bw_shapes(network);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(GoldenBwNetwork, WhatDoesNotFitIsNamed) {
  EXPECT_EQ(complaint([](BwNetwork& n) { n.width = 0; }),
            "width, height and channels of pictures must be in 1..4096");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.data_width = 17; }), "pixels must have 1 to 16 bits");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers.clear(); }), "no layers");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.flatten.pop_back(); }),
            "not a word on flattening for each layer");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.flatten[1] = true; }),
            "layer 2: in_channels=2, but 8 come in");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[0].kernel = 4; }),
            "layer 1: kernel=4 must be 1, 3 or 5");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[1].stride = 3; }),
            "layer 2: stride=3 must be in 1..2");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[0].out_width = 7; }),
            "layer 2: takes activations of 8 bits, but they have 7");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[0].signs.pop_back(); }),
            "layer 1: 17 signs, must be 18");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[1].bias.push_back(0); }),
            "layer 2: 4 biases, must be 3");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[1].scale.pop_back(); }),
            "layer 2: 2 scales, must be 3");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[1].scale[1] = -1; }),
            "layer 2: scale=-1 must be in 0..65535");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[1].shift = 32; }),
            "layer 2: shift=32 must be in 0..31");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[1].bias[2] = 511; }),
            "layer 2: bias=511 must be in -510..510");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[0].padding = 0, n.width = 2; }),
            "layer 1: nothing comes out of a picture of 2 x 4");
  EXPECT_EQ(complaint([](BwNetwork& n) { n.layers[1].relu = false; }),
            "layer 2: activations of a network are unsigned");
  EXPECT_EQ(complaint([](BwNetwork& n) {
              n.layers[1].out_width = 1;
              n.layers[1].scale.clear();
              n.layers[1].thresholds = {1, 2};
            }),
            "layer 2: 2 thresholds, must be 3");
  EXPECT_EQ(complaint([](BwNetwork& n) {
              n.layers[1].out_width = 2;
              n.layers[1].scale.clear();
              n.layers[1].thresholds = {1, 2, 3, 0, 0, 0, 3, 2, 4};
            }),
            "layer 2: thresholds do not ascend");
  EXPECT_EQ(complaint([](BwNetwork& n) {
              n.layers[1].scale.clear();
              n.layers[1].thresholds.assign(size_t{255} * 3, 0);
            }),
            "layer 2: out_width with thresholds=8 must be in 1..4");
}

}  // namespace
