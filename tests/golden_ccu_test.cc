// SPDX-License-Identifier: Apache-2.0
// The work of a frame for the configurable unit, against the bound and examples by hand.

#include <gtest/gtest.h>

#include <cstdint>

#include "golden/ccu.h"

namespace {

// Of the multiplications of a window, a part of 2 taps saves one of four in its dimension, a part
// of 3 taps three of nine: useful work per multiplier and cycle of a frame of whole tiles is
// (k / (1.5 a + 2 b))^2.
TEST(GoldenCcu, WorkOfWholeTilesIsTheBound) {
  const double bound[] = {16.0 / 9,    9.0 / 4, 16.0 / 9,   100.0 / 49,  9.0 / 4, 49.0 / 25,
                          256.0 / 121, 9.0 / 4, 100.0 / 49, 484.0 / 225, 9.0 / 4};
  for (int k = 2; k <= 12; ++k) {
    const golden::CcuWork work = golden::ccu_work(95 + k, 95 + k, {k, k, 16, 1}, 1);
    EXPECT_EQ(work.macs, int64_t{96} * 96 * k * k * 16);
    EXPECT_DOUBLE_EQ(static_cast<double>(work.macs) / (36.0 * static_cast<double>(work.issued)),
                     bound[k - 2])
        << k;
  }
}

TEST(GoldenCcu, WorkOfPartialTilesAndStrides) {
  // 13 outputs are a tile and one more; 5 = 2 + 3 taps: 3 + 4 windows, and 1 + 1; 1 tap: 1.
  EXPECT_EQ(golden::ccu_work(17, 1, {1, 5, 3, 1}, 1).issued, (7 + 2) * 1 * 3);
  EXPECT_EQ(golden::ccu_work(17, 1, {1, 5, 3, 1}, 1).macs, 13 * 5 * 3);
  EXPECT_EQ(golden::ccu_work(17, 1, {1, 5, 3, 4}, 1).macs, 4 * 13 * 5 * 3);
  EXPECT_EQ(golden::ccu_windows(5, 2, 1), 2);      // 4 + 1
  EXPECT_EQ(golden::ccu_windows(5, 3, 1), 2);      // 3 + 2
  EXPECT_EQ(golden::ccu_windows(7, 4, 1), 2 * 2);  // 2 + 2 taps, 4 + 3 outputs each
  // Stride 2: 5 taps are 3 + 2, 2 taps 1 + 1, 1 tap has no odd ones.
  EXPECT_EQ(golden::ccu_windows(12, 5, 2), 4 + 3);
  EXPECT_EQ(golden::ccu_windows(12, 2, 2), 3 + 3);
  EXPECT_EQ(golden::ccu_windows(12, 1, 2), 3);
  EXPECT_EQ(golden::ccu_windows(12, 12, 2), 8 + 8);
  EXPECT_EQ(golden::ccu_windows(12, 11, 2), 8 + 7);
  EXPECT_EQ(golden::ccu_work(4, 9, {5, 5, 1, 1}, 1).issued, 0);
}

}  // namespace
