// SPDX-License-Identifier: Apache-2.0
// Sums, counts, products and accumulation: examples by hand, and laws.

#include <gtest/gtest.h>

#include <vector>

#include "golden/dot.h"
#include "golden/mac.h"
#include "golden/mul.h"
#include "golden/popcount.h"
#include "golden/sum.h"

namespace {

using golden::Signs;
using golden::Wide;

TEST(GoldenSum, ReadsUnsignedWordsAsBitPatterns) {
  const std::vector<int64_t> words = {-1, -1, 5};
  EXPECT_EQ(golden::sum(words, true), 3);
  EXPECT_EQ(golden::to_string(golden::sum(words, false)), "36893488147419103235");  // 2^65 + 3
  EXPECT_EQ(golden::sum({}, true), 0);
}

TEST(GoldenPopcount, CountsOnes) {
  EXPECT_EQ(golden::popcount(std::vector<int64_t>{}), 0);
  EXPECT_EQ(golden::popcount(std::vector<int64_t>{1, 0, 1, 1, 0}), 3);
}

TEST(GoldenMul, ReadsOperandsBySign) {
  EXPECT_EQ(golden::mul(0xff, 8, 0xff, 8, Signs::kUnsigned), 0xfe01U);
  EXPECT_EQ(golden::mul(0xff, 8, 0xff, 8, Signs::kSigned), 1U);
  EXPECT_EQ(golden::mul(0xff, 8, 0xff, 8, Signs::kMixed), 0xff01U);  // 255 * -1 = -255
  EXPECT_EQ(golden::mul(0x80, 8, 0x80, 8, Signs::kSigned), 0x4000U);
  EXPECT_EQ(golden::mul(1, 1, 1, 1, Signs::kSigned), 1U);  // -1 * -1
  EXPECT_EQ(golden::mul(1, 1, 1, 1, Signs::kMixed), 3U);   // 1 * -1
  const uint64_t ones = ~uint64_t{0};
  const auto square = golden::mul(ones, 64, ones, 64, Signs::kUnsigned);  // 2^128 - 2^65 + 1
  EXPECT_EQ(static_cast<uint64_t>(square), 1U);
  EXPECT_EQ(static_cast<uint64_t>(square >> 64), ones - 1);
}

TEST(GoldenMul, DistributesOverSumsModuloItsWidth) {
  for (const Signs signs : {Signs::kUnsigned, Signs::kSigned, Signs::kMixed}) {
    for (uint64_t a = 0; a < 32; ++a) {
      golden::UnsignedWide total = 0;
      // The bits of b one by one, the sign bit last: a * b = sum of a * (+-2^i).
      const uint64_t b = 0x2d;
      for (int i = 0; i < 6; ++i) {
        const uint64_t bit = b & (uint64_t{1} << i);
        total += golden::mul(a, 5, bit, 6, signs);
      }
      EXPECT_EQ(total & 0x7ff, golden::mul(a, 5, b, 6, signs));
    }
  }
}

TEST(GoldenDot, IsTheSumOfProductsAndAddend) {
  const std::vector<int64_t> a = {1, -2, 3}, b = {10, 20, -30};
  EXPECT_EQ(golden::dot(a, b), 10 - 40 - 90);
  EXPECT_EQ(golden::dot(a, b, 1000), 880);
  EXPECT_THROW(golden::dot(a, std::vector<int64_t>{1}), std::invalid_argument);
}

TEST(GoldenMac, StartsHoldsAndWraps) {
  golden::Mac mac(8, true);
  EXPECT_EQ(mac.add(10, 10, true), 100);
  EXPECT_EQ(mac.add(3, 9, false), 127);
  EXPECT_EQ(mac.add(1, 1, false), -128);
  EXPECT_EQ(mac.add(-1, 1, false), 127);
  EXPECT_EQ(mac.add(-5, 5, true), -25);
  golden::Mac plain(8, false);
  EXPECT_EQ(plain.add(255, 1, true), 255);
  EXPECT_EQ(plain.add(2, 1, false), 1);
  EXPECT_THROW(golden::Mac(0, true), std::invalid_argument);
}

}  // namespace
