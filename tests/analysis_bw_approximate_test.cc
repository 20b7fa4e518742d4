// SPDX-License-Identifier: Apache-2.0
// Approximate sums in binary-weight networks against their definitions.

#include "analysis/bw_approximate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "golden/add_loa.h"
#include "golden/bw_rows.h"

namespace {

using analysis::BwApproximation;
using golden::BwActivations;
using golden::BwLayer;

BwLayer draw_layer(std::mt19937& engine, int in, int out, int kernel) {
  const auto random = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(engine);
  };
  BwLayer layer;
  layer.in_channels = in;
  layer.out_channels = out;
  layer.kernel = kernel;
  layer.padding = kernel / 2;
  for (size_t n = 0; n < static_cast<size_t>(out) * layer.terms(); ++n)
    layer.signs.push_back(static_cast<uint8_t>(random(0, 1)));
  for (int o = 0; o < out; ++o) {
    layer.bias.push_back(random(-300, 300));
    layer.scale.push_back(random(40, 200));
  }
  layer.shift = 8;
  return layer;
}

// Two layers: the pictures are too small for pooling to hide anything.
golden::BwNetwork draw_network(unsigned seed) {
  std::mt19937 engine(seed);
  golden::BwNetwork network;
  network.width = 5;
  network.height = 4;
  network.channels = 2;
  network.layers = {draw_layer(engine, 2, 9, 3), draw_layer(engine, 180, 20, 1)};
  network.layers[0].pool = false;
  network.flatten = {false, true};
  return network;
}

std::vector<uint8_t> draw_pictures(unsigned seed, size_t count) {
  std::mt19937 engine(seed);
  std::vector<uint8_t> pixels(count * 40);
  for (uint8_t& pixel : pixels)
    pixel = static_cast<uint8_t>(std::uniform_int_distribution<int>(0, 255)(engine));
  return pixels;
}

constexpr int kLanes = 7, kWidth = 22;  // lanes that divide nothing

// A sum by rows, word by word.
int64_t approximate_sum(const BwLayer& layer, const BwActivations& x, int o, int row, int column,
                        const BwApproximation& how) {
  const std::span<const uint8_t> signs(layer.signs.data() + static_cast<size_t>(o) * layer.terms(),
                                       layer.terms());
  golden::BwBeat beat = {
      .first = true,
      .offset = golden::bw_offset(golden::BwProduct{}, signs, layer.bias[static_cast<size_t>(o)])};
  golden::BwRowsPe pe({}, kWidth);
  golden::BwRows rows;
  for (int r = 0; r < layer.kernel; ++r)
    for (int k = 0; k < layer.kernel; ++k)
      for (int first = 0; first < layer.in_channels; first += kLanes) {
        std::array<int64_t, kLanes> samples = {};
        std::array<int, kLanes> weights = {};
        for (int c = first; c < std::min(first + kLanes, layer.in_channels); ++c) {
          const auto lane = static_cast<size_t>(c - first);
          samples[lane] = x.padded(row + r - layer.padding, column + k - layer.padding, c);
          weights[lane] = layer.sign(o, c, r, k) ? 1 : 0;
        }
        rows = pe.add(std::span<const int64_t>(samples), std::span<const int>(weights), beat);
        beat.first = false;
      }
  const uint64_t mask = (uint64_t{1} << kWidth) - 1;
  const uint64_t sum =
      how.add(static_cast<uint64_t>(rows.first), static_cast<uint64_t>(rows.second)) & mask;
  return static_cast<int64_t>(sum) - (sum >> (kWidth - 1) != 0 ? int64_t{1} << kWidth : 0);
}

BwActivations approximate_layer(const BwLayer& layer, const BwActivations& x,
                                const BwApproximation& how, analysis::BwSumErrors& errors) {
  BwActivations y(layer.outputs_along(x.width), layer.outputs_along(x.height), layer.out_channels);
  for (int i = 0; i < y.height; ++i)
    for (int j = 0; j < y.width; ++j)
      for (int o = 0; o < y.channels; ++o) {
        const int64_t sum = approximate_sum(layer, x, o, i, j, how);
        errors.take(static_cast<double>(sum - golden::bw_sum(layer, x, o, i, j)));
        y.at(i, j, o) = golden::bw_result(layer, o, sum);
      }
  return y;
}

TEST(BwApproximate, AnApproximateAdderGetsTheRowsOfTheDefinition) {
  BwApproximation how;
  how.lanes = kLanes;
  how.acc_width = kWidth;
  how.add = [](uint64_t a, uint64_t b) { return golden::add_loa(a, b, kWidth, 9); };
  const golden::BwNetwork network = draw_network(3);
  const std::vector<uint8_t> pictures = draw_pictures(4, 3);
  const analysis::BwApproximateRun run =
      analysis::run_approximate(network, how, pictures.data(), 3, 2);
  std::vector<analysis::BwSumErrors> errors(2);
  for (size_t n = 0; n < 3; ++n) {
    BwActivations x(5, 4, 2);
    std::copy_n(pictures.begin() + static_cast<std::ptrdiff_t>(n * 40), 40, x.samples.begin());
    x = golden::flattened(approximate_layer(network.layers[0], x, how, errors[0]));
    x = approximate_layer(network.layers[1], x, how, errors[1]);
    EXPECT_EQ(run.classes[n], golden::largest_at(x.samples));
  }
  for (size_t l = 0; l < 2; ++l) {
    EXPECT_EQ(run.layers[l].errors.count, errors[l].count);
    EXPECT_EQ(run.layers[l].errors.sum, errors[l].sum) << l;
    EXPECT_EQ(run.layers[l].errors.squares, errors[l].squares) << l;
    EXPECT_GT(errors[l].squares, 1000) << l;  // there is something to see
  }
}

TEST(BwApproximate, WithoutApproximationThereAreNoErrors) {
  const golden::BwNetwork network = draw_network(5);
  const std::vector<uint8_t> pictures = draw_pictures(6, 2);
  const analysis::BwApproximateRun run =
      analysis::run_approximate(network, {}, pictures.data(), 2, 1);
  for (size_t n = 0; n < 2; ++n) {
    BwActivations x(5, 4, 2);
    std::copy_n(pictures.begin() + static_cast<std::ptrdiff_t>(n * 40), 40, x.samples.begin());
    EXPECT_EQ(run.classes[n], golden::largest_at(golden::bw_infer(network, x).back().samples));
  }
  EXPECT_EQ(run.layers[0].errors.count, 2 * 20 * 9);
  for (const analysis::BwLayerErrors& layer : run.layers) EXPECT_EQ(layer.errors.squares, 0);
  int64_t odd = 0;
  for (const uint8_t pixel : pictures) odd += pixel % 2;
  EXPECT_EQ(run.layers[0].samples.ones[0], odd);
  EXPECT_EQ(run.layers[0].samples.words, 80);
}

// ~x for -x lacks one for each weight -1, whatever the samples; half of the weights on average.
TEST(BwApproximate, ComplementsForNegations) {
  golden::BwNetwork network = draw_network(7);
  network.layers.pop_back();
  network.flatten.pop_back();
  const std::vector<uint8_t> pictures = draw_pictures(8, 1);
  double sum = 0, squares = 0, half = 0;
  for (size_t o = 0; o < 9; ++o) {
    int64_t minus = 0;
    for (size_t n = 0; n < 18; ++n) minus += network.layers[0].signs[o * 18 + n];
    sum -= static_cast<double>(20 * minus);
    squares += static_cast<double>(20 * minus * minus);
    half += static_cast<double>(20 * (9 - minus));
  }
  BwApproximation how;
  how.negation = BwApproximation::Negation::kComplement;
  const auto errors =
      analysis::run_approximate(network, how, pictures.data(), 1, 1).layers[0].errors;
  EXPECT_EQ(errors.sum, sum);
  EXPECT_EQ(errors.squares, squares);
  how.negation = BwApproximation::Negation::kHalf;
  EXPECT_EQ(analysis::run_approximate(network, how, pictures.data(), 1, 1).layers[0].errors.sum,
            half);
}

// With uniform samples the offset brings the mean of what is dropped, and the variance is that of
// uniform bits.
TEST(BwApproximate, DroppedBits) {
  golden::BwNetwork network = draw_network(9);
  network.layers.pop_back();
  network.flatten.pop_back();
  network.layers[0].padding = 0;
  const std::vector<uint8_t> pictures = draw_pictures(10, 400);
  BwApproximation how;
  how.drop = 3;
  const auto errors =
      analysis::run_approximate(network, how, pictures.data(), 400).layers[0].errors;
  const double variance = 18 * (64 - 1) / 12.0;
  EXPECT_NEAR(errors.mean(), 0, 0.3);  // rounding of the constant to whole units
  EXPECT_NEAR(errors.variance() / variance, 1, 0.05);
}

TEST(BwApproximate, WhatItCannotRunIsRefused) {
  golden::BwNetwork network = draw_network(11);
  const std::vector<uint8_t> pictures = draw_pictures(12, 1);
  BwApproximation how;
  how.lanes = 257;
  EXPECT_THROW(analysis::run_approximate(network, how, pictures.data(), 1), std::invalid_argument);
  network.layers[0].out_width = network.layers[1].data_width = 9;
  EXPECT_THROW(analysis::run_approximate(network, {}, pictures.data(), 1), std::invalid_argument);
}

}  // namespace
