// SPDX-License-Identifier: Apache-2.0
// A layer with weights of one bit: examples by hand, laws, and the traffic of known layers.

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "golden/bw_layer.h"

namespace {

using golden::BwActivations;
using golden::BwLayer;

BwLayer plain(int in, int out, int kernel) {
  BwLayer layer;
  layer.in_channels = in, layer.out_channels = out, layer.kernel = kernel;
  const size_t outs = static_cast<size_t>(out);
  layer.signs.assign(outs * layer.terms(), 0);
  layer.bias.assign(outs, 0);
  layer.scale.assign(outs, 1);
  layer.out_width = 20;
  return layer;
}

BwActivations counting(int width, int height, int channels) {
  BwActivations x(width, height, channels);
  for (size_t i = 0; i < x.samples.size(); ++i) x.samples[i] = static_cast<int64_t>(i % 251);
  return x;
}

TEST(GoldenBwLayer, SumsWithSignsByHand) {
  BwLayer layer = plain(1, 2, 3);
  layer.padding = 1;
  layer.signs[9 + 4] = 1;  // the middle of channel 1
  layer.bias = {0, 5};
  const BwActivations x = counting(3, 3, 1);  // 0..8
  const BwActivations y = golden::bw_layer(layer, x);
  EXPECT_EQ(y.at(1, 1, 0), 36);          // 0 + 1 + .. + 8
  EXPECT_EQ(y.at(1, 1, 1), 36 - 8 + 5);  // 4 taken off twice
  EXPECT_EQ(y.at(0, 0, 0), 0 + 1 + 3 + 4);
  EXPECT_EQ(y.at(2, 2, 1), 4 + 5 + 7 - 8 + 5);
}

TEST(GoldenBwLayer, OpposedSignsOpposeSums) {
  BwLayer layer = plain(3, 1, 3);
  layer.relu = false;
  layer.stride = 2, layer.padding = 2;
  for (size_t i = 0; i < layer.signs.size(); i += 3) layer.signs[i] = 1;
  const BwActivations x = counting(6, 5, 3);
  BwActivations y = golden::bw_layer(layer, x);
  EXPECT_EQ(y.width, 4);
  EXPECT_EQ(y.height, 4);
  for (uint8_t& sign : layer.signs) sign ^= 1;
  for (int64_t& value : y.samples) value = -value;
  EXPECT_EQ(golden::bw_layer(layer, x), y);
}

TEST(GoldenBwLayer, ResultsRoundHalfUpAndSaturate) {
  BwLayer layer = plain(1, 1, 1);
  layer.out_width = 4;
  layer.scale = {3};
  layer.shift = 2;
  EXPECT_EQ(golden::bw_result(layer, 0, 2), 2);  // 1.5
  EXPECT_EQ(golden::bw_result(layer, 0, 3), 2);  // 2.25
  EXPECT_EQ(golden::bw_result(layer, 0, 1000), 15);
  EXPECT_EQ(golden::bw_result(layer, 0, -1), 0);
  layer.relu = false;
  EXPECT_EQ(golden::bw_result(layer, 0, -1), -1);  // -0.75
  EXPECT_EQ(golden::bw_result(layer, 0, -2), -1);  // -1.5
  EXPECT_EQ(golden::bw_result(layer, 0, 1000), 7);
  EXPECT_EQ(golden::bw_result(layer, 0, -1000), -8);
  layer.shift = 0;
  EXPECT_EQ(golden::bw_result(layer, 0, -1), -3);
}

TEST(GoldenBwLayer, ThresholdsCount) {
  BwLayer layer = plain(1, 2, 1);
  layer.out_width = 2;
  layer.thresholds = {0, 0, 9, -5, 1, 2};
  EXPECT_EQ(golden::bw_result(layer, 0, -1), 0);
  EXPECT_EQ(golden::bw_result(layer, 0, 0), 2);
  EXPECT_EQ(golden::bw_result(layer, 1, 1), 2);
  EXPECT_EQ(golden::bw_result(layer, 1, 100), 3);
}

TEST(GoldenBwLayer, PoolingTakesTheLargestAndLeavesOddOnesOut) {
  BwLayer layer = plain(1, 1, 1);
  layer.pool = true;
  const BwActivations y = golden::bw_layer(layer, counting(5, 3, 1));
  EXPECT_EQ(y.width, 2);
  EXPECT_EQ(y.height, 1);
  EXPECT_EQ(y.at(0, 0, 0), 6);
  EXPECT_EQ(y.at(0, 1, 0), 8);
}

TEST(GoldenBwLayer, DenseIsAPictureOfOnePixel) {
  BwLayer layer = plain(6, 2, 1);
  layer.signs[6] = layer.signs[7] = 1;
  BwActivations x(1, 1, 6);
  x.samples = {1, 2, 3, 4, 5, 6};
  const BwActivations y = golden::bw_layer(layer, x);
  EXPECT_EQ(y.samples, (std::vector<int64_t>{21, 15}));
}

TEST(GoldenBwTraffic, OfTheLayersOfANetwork) {
  BwLayer layer = plain(16, 64, 3);
  layer.padding = 1, layer.pool = true;
  golden::BwTraffic t = golden::bw_traffic(layer, 14, 14, {});
  EXPECT_EQ(t.weight_bits, 64 * (10 + 9 * 4) * 4);  // offsets: 5.5 beats, scales: 4
  EXPECT_EQ(t.input_bits, 14 * 14 * 16 * 8);
  EXPECT_EQ(t.output_bits, 7 * 7 * 64 * 8);
  EXPECT_EQ(t.words, 14 * 14 * 4 * 9);
  layer = plain(3136, 10, 1);
  t = golden::bw_traffic(layer, 1, 1, {});
  EXPECT_EQ(t.weight_bits, 64 * (10 + 196 * 4));
  EXPECT_EQ(t.input_bits, 3136 * 8);
  EXPECT_EQ(t.output_bits, 16 * 8);
  EXPECT_EQ(t.words, 196);
}

// Odd sizes: what a pooled layer leaves out is not computed, but it came in.
TEST(GoldenBwTraffic, OfPartialGroupsAndOddSizes) {
  BwLayer layer = plain(5, 7, 3);
  layer.stride = 2, layer.pool = true;
  const golden::BwTraffic t =
      golden::bw_traffic(layer, 8, 7, {.pe = 3, .simd = 4, .weight_bus = 8, .input_lane_bits = 16});
  EXPECT_EQ(t.words, 1 * 1 * 3 * 4 * 9 * 2);  // 3 x 3 sums, one pooled; 3 groups of 4 x 18 words
  EXPECT_EQ(t.weight_bits, 8 * 3 * (15 + 18 * 2));
  EXPECT_EQ(t.input_bits, 8 * 7 * 2 * 4 * 16);
  EXPECT_EQ(t.output_bits, 3 * 3 * 8);
}

}  // namespace
