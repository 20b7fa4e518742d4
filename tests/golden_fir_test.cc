// SPDX-License-Identifier: Apache-2.0
// The reference filter against examples computed by hand and the laws of linear filters.

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "golden/fir.h"

namespace {

using Row = std::vector<int64_t>;
using Sums = std::vector<golden::Wide>;

TEST(GoldenFir, MatchesAnExampleComputedByHand) {
  golden::Fir fir(3);
  // y0 = 1*5, y1 = 1*7 + 2*5, y2 = 1*11 + 2*7 + (-3)*5
  EXPECT_EQ(fir.block(Row{5, 7, 11}, Row{1, 2, -3}), (Sums{5, 17, 10}));
  // y3 = 1*13 + 2*11 - 3*7, y4 = 0 + 2*13 - 3*11
  EXPECT_EQ(fir.block(Row{13, 0}, Row{1, 2, -3}), (Sums{14, -7}));
}

TEST(GoldenFir, AnImpulseReturnsTheCoefficients) {
  golden::Fir fir(5);
  const Row h = {3, -1, 4, -1, 5};
  EXPECT_EQ(fir.block(Row{1, 0, 0, 0, 0, 0}, h), (Sums{3, -1, 4, -1, 5, 0}));
}

TEST(GoldenFir, NewCoefficientsApplyToOldSamples) {
  golden::Fir fir(2);
  EXPECT_EQ(fir.block(Row{10}, Row{1, 1}), (Sums{10}));
  EXPECT_EQ(fir.block(Row{1}, Row{2, 7}), (Sums{2 * 1 + 7 * 10}));
}

TEST(GoldenFir, CarriedResultsHaveTheCoefficientsOfTheirBlock) {
  golden::Fir fir(3, 2);
  // The second block: y0 = h0 x2 + g1 x1 + h2 x0, y1 = h0 x3 + h1 x2 + h2 x1, g the first block's.
  EXPECT_EQ(fir.block(Row{1, 10}, Row{1, 2, 3}), (Sums{1, 10 + 2}));
  EXPECT_EQ(fir.block(Row{100, 1000}, Row{5, 6, 7}), (Sums{500 + 2 * 10 + 7, 5000 + 600 + 70}));
  EXPECT_THROW(fir.block(Row{1}, Row{1, 2, 3}), std::invalid_argument);
}

TEST(GoldenFir, ResetForgetsThePast) {
  golden::Fir fir(2);
  fir.block(Row{9, 9}, Row{1, 1});
  fir.reset();
  EXPECT_EQ(fir.block(Row{1}, Row{1, 1}), (Sums{1}));
}

TEST(GoldenFir, IsLinearTimeInvariantAndIndependentOfBlockSize) {
  std::mt19937_64 random(1);
  const auto draw = [&](size_t n) {
    Row row(n);
    for (int64_t& v : row) v = static_cast<int64_t>(random() % 2001) - 1000;
    return row;
  };
  for (int taps = 1; taps <= 12; ++taps) {
    const Row h = draw(static_cast<size_t>(taps));
    const Row a = draw(30), b = draw(30);
    Row mixed(30), delayed(30, 0);
    for (size_t n = 0; n < 30; ++n) mixed[n] = 3 * a[n] - 5 * b[n];
    for (size_t n = 4; n < 30; ++n) delayed[n] = a[n - 4];
    golden::Fir fir_a(taps), fir_b(taps), fir_mixed(taps), fir_delayed(taps), fir_blocks(taps);
    const Sums ya = fir_a.block(a, h), yb = fir_b.block(b, h), ym = fir_mixed.block(mixed, h);
    const Sums yd = fir_delayed.block(delayed, h);
    Sums by_blocks;
    for (size_t n = 0; n < 30; n += 3) {
      for (const golden::Wide y : fir_blocks.block(
               Row(a.begin() + static_cast<int64_t>(n), a.begin() + static_cast<int64_t>(n) + 3),
               h)) {
        by_blocks.push_back(y);
      }
    }
    EXPECT_EQ(by_blocks, ya);
    for (size_t n = 0; n < 30; ++n) {
      EXPECT_EQ(ym[n], 3 * ya[n] - 5 * yb[n]);
      EXPECT_EQ(yd[n], n < 4 ? 0 : ya[n - 4]);
    }
  }
}

TEST(GoldenFir, RefusesAWrongNumberOfCoefficients) {
  EXPECT_THROW(golden::Fir(0), std::invalid_argument);
  golden::Fir fir(3);
  EXPECT_THROW(fir.block(Row{1}, Row{1, 2}), std::invalid_argument);
}

}  // namespace
