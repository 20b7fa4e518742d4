// SPDX-License-Identifier: Apache-2.0
// Layers in integers against the real arithmetic that they stand for.

#include "golden/bw_fold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace {

using golden::BwActivations;
using golden::BwLayer;
using golden::BwRealLayer;

BwRealLayer one_filter(double gamma, double beta, double mean, double variance) {
  BwRealLayer real;
  real.plain.in_channels = 3;
  real.weights = {0.2, -0.1, -0.0};  // minus zero is not below zero
  real.gamma = {gamma};
  real.beta = {beta};
  real.mean = {mean};
  real.variance = {variance};
  real.in_step = 0.5;
  real.out_step = 0.25;
  return real;
}

// y = 3 (0.5 n - 2) / 4 + 1 in steps of 0.25: 1.5 n - 2.
TEST(GoldenBwFold, ByHand) {
  const BwLayer layer = golden::bw_fold(one_filter(3, 1, 2, 16), false);
  EXPECT_EQ(layer.signs, (std::vector<uint8_t>{0, 1, 0}));
  EXPECT_EQ(layer.shift, 15);  // 1.5 x 2^15 = 49152 fits 16 bits, the double does not
  EXPECT_EQ(layer.scale, (std::vector<int64_t>{49152}));
  EXPECT_EQ(layer.bias, (std::vector<int64_t>{-1}));  // -2 / 1.5 = -1.33
  EXPECT_TRUE(layer.thresholds.empty());
  // A negative gamma: -1.5 n + 10, with the opposite signs 1.5 n' + 10.
  const BwLayer turned = golden::bw_fold(one_filter(-3, 1, 2, 16), false);
  EXPECT_EQ(turned.signs, (std::vector<uint8_t>{1, 0, 1}));
  EXPECT_EQ(turned.scale, (std::vector<int64_t>{49152}));
  EXPECT_EQ(turned.bias, (std::vector<int64_t>{7}));  // 10 / 1.5 = 6.67
  EXPECT_EQ(golden::bw_fold(one_filter(3, 1, 2, 16), false, 8).scale[0], 192);
}

TEST(GoldenBwFold, ThresholdsByHand) {
  BwRealLayer real = one_filter(3, 1, 2, 16);
  real.plain.out_width = 2;
  // 1.5 n - 2 reaches 0.5, 1.5, 2.5 at n = 1.67, 2.33, 3.
  EXPECT_EQ(golden::bw_fold(real, true).thresholds, (std::vector<int64_t>{2, 3, 3}));
  real.gamma = {0};  // always 4, beyond the largest result
  EXPECT_EQ(golden::bw_fold(real, true).thresholds, (std::vector<int64_t>{-765, -765, -765}));
  real.beta = {-1};  // never; sums reach 765
  EXPECT_EQ(golden::bw_fold(real, true).thresholds, (std::vector<int64_t>{766, 766, 766}));
  real.beta = {0.5};  // always 2
  EXPECT_EQ(golden::bw_fold(real, true).thresholds, (std::vector<int64_t>{-765, -765, 766}));
}

// A layer as training leaves it, with every sign of gamma.
BwRealLayer draw_layer(std::mt19937& engine, int out_width) {
  std::normal_distribution<double> normal;
  const auto in = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(engine);
  };
  BwRealLayer real;
  BwLayer& plain = real.plain;
  plain.in_channels = in(1, 5);
  plain.out_channels = in(1, 6);
  plain.kernel = 1 + 2 * in(0, 1);
  plain.padding = plain.kernel / 2;
  plain.pool = in(0, 1) == 1;
  plain.data_width = in(1, 8);
  plain.out_width = out_width;
  real.in_step = 1.0 / ((1 << plain.data_width) - 1);
  real.out_step = 1.0 / ((1 << out_width) - 1);
  real.epsilon = 1e-5;
  for (int o = 0; o < plain.out_channels; ++o) {
    for (size_t n = 0; n < plain.terms(); ++n) real.weights.push_back(normal(engine));
    real.gamma.push_back((in(0, 1) == 1 ? 1 : -1) * (0.3 + 0.1 * std::abs(normal(engine))));
    real.beta.push_back(0.1 + 0.1 * normal(engine));
    real.mean.push_back(0.1 * normal(engine));
    real.variance.push_back(0.2 + static_cast<double>(plain.terms()) * 0.1);
  }
  return real;
}

// The largest of the real results that make an output, in steps; not rounded.
double real_result(const BwRealLayer& real, const BwActivations& x, int out, int row, int column) {
  const BwLayer& plain = real.plain;
  const auto o = static_cast<size_t>(out);
  const int each = plain.pool ? 2 : 1;
  double largest = -1e9;
  for (int i = each * row; i < each * (row + 1); ++i) {
    for (int j = each * column; j < each * (column + 1); ++j) {
      double sum = 0;
      size_t place = o * plain.terms();
      for (int c = 0; c < plain.in_channels; ++c)
        for (int r = 0; r < plain.kernel; ++r)
          for (int k = 0; k < plain.kernel; ++k)
            sum += (real.weights[place++] < 0 ? -real.in_step : real.in_step) *
                   static_cast<double>(x.padded(i + r - plain.padding, j + k - plain.padding, c));
      const double y =
          real.gamma[o] * (sum - real.mean[o]) / std::sqrt(real.variance[o] + real.epsilon) +
          real.beta[o];
      largest = std::max(largest, (y - real.out_zero) / real.out_step);
    }
  }
  return std::clamp(largest, 0.0, std::ldexp(1.0, plain.out_width) - 1);
}

// Results differ from the real ones by half a step and what rounding M and the bias moves them.
void expect_near_real(bool thresholds, unsigned seed, double& worst, int& between) {
  std::mt19937 engine(seed);
  const BwRealLayer real = draw_layer(engine, thresholds ? 1 + static_cast<int>(seed % 4) : 8);
  const BwLayer layer = golden::bw_fold(real, thresholds);
  BwActivations x(5, 4, layer.in_channels);
  for (int64_t& sample : x.samples)
    sample = std::uniform_int_distribution<int>(0, (1 << layer.data_width) - 1)(engine);
  const BwActivations y = golden::bw_layer(layer, x);
  for (int i = 0; i < y.height; ++i)
    for (int j = 0; j < y.width; ++j)
      for (int o = 0; o < y.channels; ++o) {
        const double expected = real_result(real, x, o, i, j);
        const double slope = std::abs(golden::bw_line(real, static_cast<size_t>(o)).slope);
        const double slack = thresholds ? 1e-9 : 0.05 + 0.5 * slope;
        EXPECT_NEAR(static_cast<double>(y.at(i, j, o)), expected, 0.5 + slack) << seed;
        worst = std::max(worst, std::abs(static_cast<double>(y.at(i, j, o)) - expected));
        between += expected > 0 && expected < (1 << layer.out_width) - 1 ? 1 : 0;
      }
}

TEST(GoldenBwFold, ScalesAreNearTheRealResults) {
  double worst = 0;
  int between = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) expect_near_real(false, seed, worst, between);
  EXPECT_GT(between, 500);
  EXPECT_GT(worst, 0.4);  // rounding is seen, so a looser comparison would be
}

TEST(GoldenBwFold, ThresholdsAreTheRoundedRealResults) {
  double worst = 0;
  int between = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) expect_near_real(true, seed, worst, between);
  EXPECT_GT(between, 500);
  EXPECT_GT(worst, 0.4);
}

std::string complaint(BwRealLayer real, const std::function<void(BwRealLayer&)>& spoil) {
  spoil(real);
  try {
    golden::bw_fold(real, false);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(GoldenBwFold, WhatCannotBeExpressedIsNamed) {
  const BwRealLayer real = one_filter(3, 1, 2, 16);
  EXPECT_EQ(complaint(real, [](BwRealLayer& r) { r.variance[0] = 0; }),
            "filter 0: variance + epsilon must be positive, all numbers finite");
  EXPECT_EQ(complaint(real, [](BwRealLayer& r) { r.beta[0] = std::nan(""); }),
            "filter 0: variance + epsilon must be positive, all numbers finite");
  EXPECT_EQ(complaint(real, [](BwRealLayer& r) { r.weights[1] = std::nan(""); }),
            "filter 0: a weight is no number");
  EXPECT_EQ(complaint(real, [](BwRealLayer& r) { r.weights.pop_back(); }),
            "numbers of weights or parameters");
  EXPECT_EQ(complaint(real, [](BwRealLayer& r) { r.gamma[0] = 1e9; }),
            "a scale needs more than 16 bits");
  EXPECT_EQ(complaint(real, [](BwRealLayer& r) { r.gamma[0] = 0; }),
            "filter 0: its gamma is too small for its beta, which scale and offset cannot give; "
            "thresholds can");
  EXPECT_EQ(complaint(real, [](BwRealLayer& r) { r.beta[0] = 1000; }),
            "filter 0: its result is always the largest, which scale and offset cannot give; "
            "thresholds can");
  EXPECT_EQ(complaint(real, [](BwRealLayer& r) { r.beta[0] = -1000; }), "");  // always zero
}

}  // namespace
