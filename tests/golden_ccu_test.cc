// SPDX-License-Identifier: Apache-2.0
// The reference of the configurable unit against examples by hand and the laws of correlation.

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "golden/ccu.h"
#include "golden/conv2d.h"

namespace {

using golden::ChannelKernel;
using golden::Picture;
using golden::WidePicture;

Picture random_picture(int width, int height, uint64_t seed) {
  std::mt19937_64 random(seed);
  Picture p(width, height);
  for (int64_t& v : p.samples) v = static_cast<int64_t>(random() % 511) - 255;
  return p;
}

ChannelKernel random_kernel(int channels, int rows, int columns, uint64_t seed) {
  std::mt19937_64 random(seed);
  ChannelKernel h{channels, rows, columns, {}};
  for (int n = 0; n < channels * rows * columns; ++n) {
    h.coefficients.push_back(static_cast<int64_t>(random() % 511) - 255);
  }
  return h;
}

TEST(GoldenCcu, MatchesAnExampleComputedByHand) {
  std::vector<Picture> x(2, Picture(4, 3));
  x[0].samples = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  x[1].samples = {1, 0, 0, 2, 0, 1, 0, 0, 3, 0, 0, 1};
  const ChannelKernel h = {2, 2, 3, {1, 0, -1, 2, 0, 1, 10, 0, 0, 0, 100, 0}};
  // (0,0): 1 - 3 + 2*5 + 7 = 15, and 10*1 + 100*1; (0,1): 2 - 4 + 2*6 + 8 = 18, and 10*0 + 100*0
  // (1,0): 5 - 7 + 2*9 + 11 = 27, and 0 + 0;        (1,1): 6 - 8 + 2*10 + 12 = 30, and 10*1 + 0
  const WidePicture y = golden::correlate_channels(x, h, 1);
  ASSERT_EQ(y.width, 2);
  ASSERT_EQ(y.height, 2);
  EXPECT_EQ(y.samples, (std::vector<golden::Wide>{125, 18, 27, 40}));
}

TEST(GoldenCcu, OneChannelIsTheValidCorrelation) {
  const std::vector<Picture> x = {random_picture(9, 8, 1)};
  const ChannelKernel h = random_kernel(1, 4, 4, 2);
  EXPECT_EQ(golden::correlate_channels(x, h, 1),
            golden::correlate_valid(x[0], {4, h.coefficients}));
}

TEST(GoldenCcu, ChannelsAdd) {
  const std::vector<Picture> x = {random_picture(7, 9, 3), random_picture(7, 9, 4)};
  const ChannelKernel h = random_kernel(2, 3, 2, 5);
  const auto middle = h.coefficients.begin() + 6;
  const ChannelKernel first = {1, 3, 2, {h.coefficients.begin(), middle}};
  const ChannelKernel second = {1, 3, 2, {middle, h.coefficients.end()}};
  const WidePicture both = golden::correlate_channels(x, h, 1);
  const WidePicture a = golden::correlate_channels({x.data(), 1}, first, 1);
  const WidePicture b = golden::correlate_channels({x.data() + 1, 1}, second, 1);
  for (size_t i = 0; i < both.samples.size(); ++i) {
    EXPECT_EQ(both.samples[i], a.samples[i] + b.samples[i]);
  }
}

TEST(GoldenCcu, AStrideKeepsEveryNthOutput) {
  const std::vector<Picture> x = {random_picture(12, 11, 6)};
  const ChannelKernel h = random_kernel(1, 3, 4, 7);
  const WidePicture all = golden::correlate_channels(x, h, 1);
  const WidePicture some = golden::correlate_channels(x, h, 2);
  ASSERT_EQ(some.width, 5);   // (12 - 4) / 2 + 1
  ASSERT_EQ(some.height, 5);  // (11 - 3) / 2 + 1
  for (int i = 0; i < some.height; ++i) {
    for (int j = 0; j < some.width; ++j) EXPECT_EQ(some.at(i, j), all.at(2 * i, 2 * j));
  }
}

TEST(GoldenCcu, NothingWhereTheKernelDoesNotFit) {
  const std::vector<Picture> x = {random_picture(3, 9, 8)};
  EXPECT_EQ(golden::correlate_channels(x, random_kernel(1, 2, 4, 9), 1), WidePicture(0, 0));
  EXPECT_THROW(golden::correlate_channels(x, random_kernel(2, 2, 2, 9), 1), std::invalid_argument);
  EXPECT_THROW(golden::correlate_channels(x, random_kernel(1, 2, 2, 9), 0), std::invalid_argument);
}

// Of the multiplications of a window, a part of 2 taps saves one of four in its dimension, a part
// of 3 taps three of nine: useful work per multiplier and cycle of a frame of whole tiles is
// (k / (1.5 a + 2 b))^2.
TEST(GoldenCcu, WorkOfWholeTilesIsTheBound) {
  const double bound[] = {16.0 / 9,    9.0 / 4, 16.0 / 9,   100.0 / 49,  9.0 / 4, 49.0 / 25,
                          256.0 / 121, 9.0 / 4, 100.0 / 49, 484.0 / 225, 9.0 / 4};
  for (int k = 2; k <= 12; ++k) {
    const golden::CcuWork work = golden::ccu_work(95 + k, 95 + k, 16, k, k, 1);
    EXPECT_EQ(work.macs, int64_t{96} * 96 * k * k * 16);
    EXPECT_DOUBLE_EQ(static_cast<double>(work.macs) / (36.0 * static_cast<double>(work.issued)),
                     bound[k - 2])
        << k;
  }
}

TEST(GoldenCcu, WorkOfPartialTilesAndStrides) {
  // 13 x 1 outputs are two tiles; 5 = 2 + 3 taps: 3 + 4 places; 1 tap: 3.
  EXPECT_EQ(golden::ccu_work(17, 1, 3, 1, 5, 1).issued, 2 * 3 * 7 * 3);
  EXPECT_EQ(golden::ccu_work(17, 1, 3, 1, 5, 1).macs, 13 * 5 * 3);
  // Stride 2: 5 taps are 3 + 2, 2 taps 1 + 1 (3 + 3 places), 1 tap has no odd ones.
  EXPECT_EQ(golden::ccu_places(5, 2), 4 + 3);
  EXPECT_EQ(golden::ccu_places(2, 2), 3 + 3);
  EXPECT_EQ(golden::ccu_places(1, 2), 3);
  EXPECT_EQ(golden::ccu_places(12, 2), 8 + 8);
  EXPECT_EQ(golden::ccu_places(11, 2), 8 + 7);
  EXPECT_EQ(golden::ccu_work(4, 9, 1, 5, 5, 1).issued, 0);
}

}  // namespace
