// SPDX-License-Identifier: Apache-2.0
// Exact addition against counting, with its widest operands by hand.

#include <gtest/gtest.h>

#include "golden/add_exact.h"

namespace golden {
namespace {

TEST(AddExact, CountsUp) {
  for (uint32_t a = 0; a < 16; ++a) {
    uint32_t sum = a;  // one more with each b, and with the carry
    for (uint32_t b = 0; b < 16; ++b, ++sum) {
      EXPECT_EQ(add_exact(a, b, 4), sum);
      EXPECT_EQ(add_exact(a, b, 4, true), sum + 1);
      EXPECT_EQ(add_exact(a, b, 4), add_exact(b, a, 4));
    }
  }
}

TEST(AddExact, HasItsCarryOut) {
  const UnsignedWide all = low_mask<UnsignedWide>(64);
  EXPECT_TRUE(add_exact(all, all, 64, true) == low_mask<UnsignedWide>(65));
  EXPECT_TRUE(add_exact(all, UnsignedWide{1}, 64) == UnsignedWide{1} << 64);
  EXPECT_EQ(add_exact(1u, 1u, 1, true), 3u);
  // -1 + -1 = -2, -128 + -128 = -256, 127 + 127 + 1 = 255 in nine bits.
  EXPECT_TRUE(as_signed(signed_result(0xffu, 0xffu, add_exact(0xffu, 0xffu, 8), 8), 9) == -2);
  EXPECT_TRUE(as_signed(signed_result(0x80u, 0x80u, add_exact(0x80u, 0x80u, 8), 8), 9) == -256);
  EXPECT_TRUE(as_signed(signed_result(0x7fu, 0x7fu, add_exact(0x7fu, 0x7fu, 8, true), 8), 9) ==
              255);
}

}  // namespace
}  // namespace golden
