// SPDX-License-Identifier: Apache-2.0
// The reference convolution against examples computed by hand and the laws of correlation.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "golden/conv2d.h"

namespace {

using golden::Channels;
using golden::Kernel;
using golden::Picture;
using golden::WideChannels;
using golden::WidePicture;
using Row = std::vector<int64_t>;

Picture picture(int width, int height, Row samples) {
  Picture p(width, height);
  p.samples = std::move(samples);
  return p;
}

WidePicture wide(int width, int height, std::vector<golden::Wide> samples) {
  WidePicture p(width, height);
  p.samples = std::move(samples);
  return p;
}

WidePicture wide(const Picture& narrow) {
  return wide(narrow.width, narrow.height, {narrow.samples.begin(), narrow.samples.end()});
}

Picture random_picture(int width, int height, uint64_t seed) {
  std::mt19937_64 random(seed);
  Picture p(width, height);
  for (int64_t& v : p.samples) v = static_cast<int64_t>(random() % 256);
  return p;
}

TEST(GoldenConv2d, ValidMatchesAnExampleComputedByHand) {
  const Picture x = picture(4, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const Kernel k = {3, {1, 0, -1, 2, 0, -2, 1, 0, -1}};
  // Sobel on a ramp that grows by 1 a column: 4 * (left - right) = 4 * -2.
  EXPECT_EQ(golden::correlate_valid(x, k), wide(2, 1, {-8, -8}));
}

TEST(GoldenConv2d, SameSizeMatchesAnExampleComputedByHand) {
  const Picture x = picture(2, 2, {1, 2, 3, 4});
  const Kernel k = {3, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
  // (0,0): 5*1 + 6*2 + 8*3 + 9*4 = 77; (0,1): 4*1 + 5*2 + 7*3 + 8*4 = 67
  // (1,0): 2*1 + 3*2 + 5*3 + 6*4 = 47; (1,1): 1*1 + 2*2 + 4*3 + 5*4 = 37
  EXPECT_EQ(golden::correlate_same(x, k), wide(2, 2, {77, 67, 47, 37}));
}

TEST(GoldenConv2d, ACorrelationReturnsAnImpulseAsTheKernelTurnedRound) {
  Picture x(5, 5);
  x.at(2, 2) = 1;
  const Kernel k = {3, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
  const WidePicture y = golden::correlate_same(x, k);
  for (int r = 0; r < 5; ++r) {
    for (int c = 0; c < 5; ++c) {
      const bool near = r >= 1 && r <= 3 && c >= 1 && c <= 3;
      EXPECT_EQ(y.at(r, c), near ? k.at(3 - r, 3 - c) : 0) << r << "," << c;
    }
  }
}

TEST(GoldenConv2d, TheCentreCoefficientAloneCopies) {
  for (const int width : {1, 2, 3, 7}) {
    for (const int height : {1, 2, 5}) {
      const Picture x = random_picture(width, height, 3);
      EXPECT_EQ(golden::correlate_same(x, {3, {0, 0, 0, 0, 1, 0, 0, 0, 0}}), wide(x));
    }
  }
}

TEST(GoldenConv2d, IsLinearInPictureAndKernel) {
  const Picture a = random_picture(9, 6, 4), b = random_picture(9, 6, 5);
  const Kernel k = {3, {1, -2, 3, -4, 5, -6, 7, -8, 9}}, l = {3, {9, 1, 1, -7, 0, 2, 3, 3, -5}};
  Picture mixed(9, 6);
  Kernel sum = k;
  for (size_t i = 0; i < mixed.samples.size(); ++i) {
    mixed.samples[i] = 2 * a.samples[i] - 3 * b.samples[i];
  }
  for (size_t i = 0; i < 9; ++i) sum.coefficients[i] += l.coefficients[i];
  const WidePicture ya = golden::correlate_same(a, k), yb = golden::correlate_same(b, k);
  const WidePicture ym = golden::correlate_same(mixed, k), yl = golden::correlate_same(a, l);
  const WidePicture ys = golden::correlate_same(a, sum);
  for (size_t i = 0; i < mixed.samples.size(); ++i) {
    EXPECT_EQ(ym.samples[i], 2 * ya.samples[i] - 3 * yb.samples[i]);
    EXPECT_EQ(ys.samples[i], ya.samples[i] + yl.samples[i]);
  }
}

TEST(GoldenConv2d, ValidIsTheInnerPartOfSameSize) {
  const Picture x = random_picture(8, 7, 6);
  const Kernel k = {3, {1, -2, 3, -4, 5, -6, 7, -8, 9}};
  const WidePicture same = golden::correlate_same(x, k), valid = golden::correlate_valid(x, k);
  ASSERT_EQ(valid.width, 6);
  ASSERT_EQ(valid.height, 5);
  for (int r = 0; r < valid.height; ++r) {
    for (int c = 0; c < valid.width; ++c) EXPECT_EQ(valid.at(r, c), same.at(r + 1, c + 1));
  }
  EXPECT_EQ(golden::correlate_valid(Picture(2, 9), k), WidePicture(0, 0));
}

TEST(GoldenConv2d, RectanglesAndChannelsMatchAnExampleComputedByHand) {
  const Channels x = {picture(4, 2, {1, 2, 3, 4, 5, 6, 7, 8}),
                      picture(4, 2, {1, 0, 2, 0, 0, 3, 0, 4})};
  // Two output channels of two input channels of 1 x 3.
  const Kernel k = {{1, 3, 2, 2}, {1, 10, 100, 2, 0, -1, 0, 0, 1, 1, 1, 1}};
  const WideChannels y = golden::correlate_valid(x, k);
  ASSERT_EQ(y.size(), 2U);
  // 1 + 20 + 300 + 2 - 2, 2 + 30 + 400, 5 + 60 + 700, 6 + 70 + 800 + 2*3 - 4
  EXPECT_EQ(y[0], wide(2, 2, {321, 432, 765, 878}));
  // 3 + 1 + 0 + 2, 4 + 2, 7 + 3, 8 + 3 + 4
  EXPECT_EQ(y[1], wide(2, 2, {6, 6, 10, 15}));
  // The centre of 1 x 3 is its middle.
  EXPECT_EQ(golden::correlate_same(x, k)[1],
            wide(4, 2, {2 + 1, 3 + 3, 4 + 2, 0 + 2, 6 + 3, 7 + 3, 8 + 7, 0 + 4}));
}

TEST(GoldenConv2d, StrideAndDilationMatchAnExampleComputedByHand) {
  const Picture x = picture(7, 1, {1, 2, 3, 4, 5, 6, 7});
  const Kernel k = {{1, 3, 1, 1}, {1, 10, 100}};
  EXPECT_EQ(golden::correlate_valid(x, k, {2, 1}), wide(3, 1, {321, 543, 765}));
  EXPECT_EQ(golden::correlate_valid(x, k, {1, 2}), wide(3, 1, {531, 642, 753}));
  EXPECT_EQ(golden::correlate_valid(x, k, {2, 2}), wide(2, 1, {531, 753}));
  EXPECT_EQ(golden::correlate_valid(x, k, {4, 3}), wide(1, 1, {741}));
  EXPECT_EQ(golden::correlate_valid(x, k, {1, 4}), WidePicture(0, 0));
}

TEST(GoldenConv2d, AStrideKeepsEveryOtherOutput) {
  const Picture x = random_picture(11, 9, 8);
  const Kernel k = {{2, 3, 1, 1}, {1, -2, 3, -4, 5, -6}};
  const WidePicture all = golden::correlate_valid(x, k);
  for (const int stride : {2, 3, 4}) {
    const WidePicture some = golden::correlate_valid(x, k, {stride, 1});
    ASSERT_EQ(some.width, (all.width + stride - 1) / stride);
    ASSERT_EQ(some.height, (all.height + stride - 1) / stride);
    for (int i = 0; i < some.height; ++i) {
      for (int j = 0; j < some.width; ++j) EXPECT_EQ(some.at(i, j), all.at(stride * i, stride * j));
    }
  }
}

TEST(GoldenConv2d, DilationIsAKernelWithZerosBetween) {
  const Picture x = random_picture(9, 8, 9);
  const Kernel k = {{2, 3, 1, 1}, {1, -2, 3, -4, 5, -6}};
  const Kernel spread = {{3, 5, 1, 1}, {1, 0, -2, 0, 3, 0, 0, 0, 0, 0, -4, 0, 5, 0, -6}};
  EXPECT_EQ(golden::correlate_valid(x, k, {1, 2}), golden::correlate_valid(x, spread));
  EXPECT_EQ(golden::correlate_valid(x, k, {3, 2}), golden::correlate_valid(x, spread, {3, 1}));
}

TEST(GoldenConv2d, RefusesWhatDoesNotFitTogether) {
  EXPECT_THROW(Kernel(3, Row(8)), std::invalid_argument);
  EXPECT_THROW(Kernel({2, 3, 2, 1}, Row(6)), std::invalid_argument);
  const Kernel k = {{1, 1, 2, 1}, {1, 1}};
  EXPECT_THROW(golden::correlate_valid(Channels{Picture(2, 2)}, k), std::invalid_argument);
  EXPECT_THROW(golden::correlate_same({Picture(2, 2), Picture(2, 3)}, k), std::invalid_argument);
}

TEST(GoldenConv2d, RoundsHalvesUp) {
  EXPECT_EQ(golden::round_half_up(5, 1), 3);    // 2.5
  EXPECT_EQ(golden::round_half_up(-5, 1), -2);  // -2.5
  EXPECT_EQ(golden::round_half_up(-7, 2), -2);  // -1.75
  EXPECT_EQ(golden::round_half_up(-6, 2), -1);  // -1.5
  EXPECT_EQ(golden::round_half_up(7, 0), 7);
  for (int64_t v = -70; v <= 70; ++v) {
    for (int s = 0; s < 6; ++s) {
      const double exact = std::floor(static_cast<double>(v) / std::pow(2.0, s) + 0.5);
      EXPECT_EQ(static_cast<double>(golden::round_half_up(v, s)), exact) << v << " >> " << s;
    }
  }
  EXPECT_THROW(golden::round_half_up(1, -1), std::invalid_argument);
}

TEST(GoldenConv2d, SaturatesToTheWord) {
  EXPECT_EQ(golden::saturate(256, 8, false), 255);
  EXPECT_EQ(golden::saturate(255, 8, false), 255);
  EXPECT_EQ(golden::saturate(-1, 8, false), 0);
  EXPECT_EQ(golden::saturate(128, 8, true), 127);
  EXPECT_EQ(golden::saturate(-129, 8, true), -128);
  EXPECT_EQ(golden::saturate(-128, 8, true), -128);
  EXPECT_EQ(golden::saturate(5, 1, false), 1);
}

TEST(GoldenConv2d, AFrameIsRoundedThenSaturated) {
  const Picture x = picture(3, 1, {10, 20, 255});
  const Kernel k = {3, {0, 0, 0, -1, 3, 0, 0, 0, 0}};
  // 3*10, 3*20 - 10, 3*255 - 20 = 30, 50, 745; halves of 30/4 = 7.5 up to 8, 12.5 to 13, 186.25
  EXPECT_EQ(golden::convolve_frame(x, k, 2, 8, false), picture(3, 1, {8, 13, 186}));
  EXPECT_EQ(golden::convolve_frame(x, k, 1, 8, false), picture(3, 1, {15, 25, 255}));
}

TEST(GoldenConv2d, SumsBeyond64BitsAreExact) {
  const int64_t sample = (int64_t{1} << 32) - 1, coefficient = -(int64_t{1} << 31);
  const Kernel k = {3, Row(9, coefficient)};
  const golden::Wide sum = golden::correlate_valid(picture(3, 3, Row(9, sample)), k).at(0, 0);
  EXPECT_EQ(golden::to_string(sum), "-83010348312365629440");  // 9 * (2^32 - 1) * -2^31
  EXPECT_EQ(golden::round_half_up(sum, 63), -9);
  EXPECT_EQ(golden::to_string(0), "0");
}

TEST(GoldenPicture, ContinuesByZeros) {
  const Picture x = picture(2, 1, {4, 5});
  EXPECT_EQ(x.padded(0, 1), 5);
  EXPECT_EQ(x.padded(0, 2), 0);
  EXPECT_EQ(x.padded(-1, 0), 0);
  EXPECT_THROW((void)x.at(0, 2), std::out_of_range);
}

}  // namespace
