// SPDX-License-Identifier: Apache-2.0
// Approximate products against counts of their cells and against closed forms.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "golden/adder_bits.h"
#include "golden/mul_approx.h"

namespace {

using golden::Signs;
using golden::UnsignedWide;
using golden::Wide;

struct Shape {
  int width_a, width_b;
  Signs signs;
};

std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const Signs signs : {Signs::kUnsigned, Signs::kSigned, Signs::kMixed}) {
    for (const auto& [a, b] : {std::pair{1, 1}, {1, 4}, {4, 1}, {3, 5}, {5, 3}, {5, 5}}) {
      all.push_back({a, b, signs});
    }
  }
  return all;
}

// The exact product of the shape and everything about a's and b's bits, by the definition: every
// cell by itself, with the sign that its bits' weights have.
Wide weight(int bit, int width, bool is_signed) {
  return is_signed && bit == width - 1 ? -(Wide{1} << bit) : Wide{1} << bit;
}

template <typename Keep>
Wide cells(const Shape& s, uint64_t a, uint64_t b, Keep keep) {
  Wide total = 0;
  for (int i = 0; i < s.width_a; ++i) {
    for (int j = 0; j < s.width_b; ++j) {
      if ((a >> i & b >> j & 1) == 0 || !keep(i, j)) continue;
      total += weight(i, s.width_a, s.signs == Signs::kSigned) *
               weight(j, s.width_b, s.signs != Signs::kUnsigned);
    }
  }
  return total;
}

uint64_t wrapped(const Shape& s, Wide value) {
  return static_cast<uint64_t>(value) & golden::low_mask<uint64_t>(s.width_a + s.width_b);
}

TEST(GoldenMulApprox, WithoutApproximationIsTheProduct) {
  for (const Shape& s : shapes()) {
    for (uint64_t a = 0; a < uint64_t{1} << s.width_a; ++a) {
      for (uint64_t b = 0; b < uint64_t{1} << s.width_b; ++b) {
        const UnsignedWide exact = golden::mul(a, s.width_a, b, s.width_b, s.signs);
        EXPECT_EQ(golden::mul_truncated(a, s.width_a, b, s.width_b, s.signs, 0), exact);
        EXPECT_EQ(golden::mul_broken_array(a, s.width_a, b, s.width_b, s.signs, 0, 0), exact);
        EXPECT_EQ(golden::mul_compressor(a, s.width_a, b, s.width_b, s.signs, 0), exact);
      }
    }
  }
}

TEST(GoldenMulApprox, ArraysFollowTheirDefinition) {
  for (const Shape& s : shapes()) {
    for (int columns = 0; columns < s.width_a + s.width_b; ++columns) {
      const Wide unit = Wide{1} << columns;
      const Wide constant = golden::truncation_compensation(s.width_a, s.width_b, s.signs, columns);
      for (uint64_t a = 0; a < uint64_t{1} << s.width_a; ++a) {
        for (uint64_t b = 0; b < uint64_t{1} << s.width_b; ++b) {
          const Wide kept = cells(s, a, b, [&](int i, int j) { return i + j >= columns; });
          const UnsignedWide truncated =
              golden::mul_truncated(a, s.width_a, b, s.width_b, s.signs, columns);
          ASSERT_EQ(static_cast<uint64_t>(truncated), wrapped(s, kept + constant));
          ASSERT_EQ(static_cast<int>(truncated % static_cast<UnsignedWide>(unit)), 0);
          for (int rows = 0; rows <= s.width_b; ++rows) {
            const Wide broken =
                cells(s, a, b, [&](int i, int j) { return i + j >= columns && j >= rows; });
            ASSERT_EQ(static_cast<uint64_t>(golden::mul_broken_array(a, s.width_a, b, s.width_b,
                                                                     s.signs, columns, rows)),
                      wrapped(s, broken));
          }
        }
      }
    }
  }
}

// 5 by 5 bits unsigned, 6 columns: cells with i + j < 6 weigh 1*1 + 2*2 + 3*4 + 4*8 + 5*16 + 4*32 =
// 257; a quarter of that is 64.25, which is nearest to 1 * 64.
TEST(GoldenMulApprox, CompensationByHand) {
  EXPECT_EQ(static_cast<int>(golden::truncation_compensation(5, 5, Signs::kUnsigned, 6)), 64);
  // Signed: the five cells of 2^4 * 2^j and 2^i * 2^4 below column 6 are negative: (4,0), (4,1),
  // (0,4), (1,4): 257 - 2 * (16 + 32 + 16 + 32) = 65, a quarter 16.25, rounded to 0.
  EXPECT_EQ(static_cast<int>(golden::truncation_compensation(5, 5, Signs::kSigned, 6)), 0);
}

// Its bias is what rounding the compensation leaves: at most half a unit.
TEST(GoldenMulApprox, TruncationHasLittleBias) {
  for (int columns = 1; columns <= 8; ++columns) {
    int64_t errors = 0;
    for (uint64_t a = 0; a < 256; ++a) {
      for (uint64_t b = 0; b < 256; ++b) {
        errors +=
            static_cast<int64_t>(golden::mul_truncated(a, 8, b, 8, Signs::kUnsigned, columns)) -
            static_cast<int64_t>(a * b);
      }
    }
    EXPECT_LE(std::abs(static_cast<double>(errors) / 65536), std::ldexp(0.5, columns));
  }
}

// Column 3 of an array of 4 rows has the only full group: 15 * 15 loses 8, and so does every pair
// with all four cells, a = b = 15 alone.
TEST(GoldenMulApprox, ACompressorErrsOnFourOnesAlone) {
  for (uint64_t a = 0; a < 16; ++a) {
    for (uint64_t b = 0; b < 16; ++b) {
      const uint64_t lost = a == 15 && b == 15 ? 8 : 0;
      EXPECT_EQ(static_cast<uint64_t>(golden::mul_compressor(a, 4, b, 4, Signs::kUnsigned, 7)),
                a * b - lost);
    }
  }
  // Signed operands: the cells of one sign bit do not count, so no group is full.
  EXPECT_EQ(static_cast<uint64_t>(golden::mul_compressor(15, 4, 15, 4, Signs::kSigned, 7)), 1U);
}

// Independent form: bits of a column in a list, cut into fours.
TEST(GoldenMulApprox, CompressorsFollowTheirDefinition) {
  std::mt19937_64 random(3);
  for (int vector = 0; vector < 3000; ++vector) {
    const int wa = 1 + static_cast<int>(random() % 12), wb = 1 + static_cast<int>(random() % 12);
    const Signs signs = static_cast<Signs>(random() % 3);
    const int columns = static_cast<int>(random() % static_cast<uint64_t>(wa + wb));
    uint64_t a = random(), b = random();
    if (vector % 2 == 0) a |= random(), b |= random();  // many ones
    a &= golden::low_mask<uint64_t>(wa), b &= golden::low_mask<uint64_t>(wb);
    Wide value = cells({wa, wb, signs}, a, b, [](int, int) { return true; });
    for (int c = 0; c < columns; ++c) {
      std::vector<int> column;
      for (int j = 0; j < wb; ++j) {
        if (c - j < 0 || c - j >= wa) continue;
        const Wide sign =
            weight(c - j, wa, signs == Signs::kSigned) * weight(j, wb, signs != Signs::kUnsigned);
        if (sign > 0) column.push_back(static_cast<int>(a >> (c - j) & b >> j & 1));
      }
      for (size_t g = 0; g + 4 <= column.size(); g += 4) {
        const int ones = column[g] + column[g + 1] + column[g + 2] + column[g + 3];
        value += (std::min(ones, 3) - ones) * (Wide{1} << c);
      }
    }
    ASSERT_EQ(static_cast<uint64_t>(golden::mul_compressor(a, wa, b, wb, signs, columns)),
              wrapped({wa, wb, signs}, value));
  }
}

}  // namespace
