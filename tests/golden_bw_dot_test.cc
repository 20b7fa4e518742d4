// SPDX-License-Identifier: Apache-2.0
// Sums with weights +1 and -1: worked examples, and that every form with its offset is the sum.

#include "golden/bw_dot.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "golden/bw_pe.h"

namespace golden {
namespace {

using Words = std::vector<int64_t>;

Wide dot(const Words& x, const Words& s, const BwProduct& p = {}) {
  return bw_dot(std::span<const int64_t>(x), std::span<const int64_t>(s), p);
}
Wide lanes(const Words& x, const Words& s, const BwProduct& p) {
  return bw_lanes(std::span<const int64_t>(x), std::span<const int64_t>(s), p);
}

TEST(BwDot, Examples) {
  EXPECT_EQ(dot({5, 3, 7}, {0, 1, 0}), 9);
  EXPECT_EQ(dot({-8, 7}, {1, 1}), 1);
  EXPECT_EQ(dot({1, 0, 1, 1}, {1, 1, 0, 1}, {.data = BwData::kBinary, .width = 1}), 0);
  // 5 + (7 - 3) + 7: of three bits, one weight -1.
  EXPECT_EQ(lanes({5, 3, 7}, {0, 1, 0}, {.width = 3}), 16);
  EXPECT_EQ(bw_constant({.width = 3}, 3, 1), -7);
  // Signed, -2 and 1 of two bits with weights +1 and -1: 0 and 3 - 3.
  EXPECT_EQ(lanes({-2, 1}, {0, 1}, {.data = BwData::kSigned, .width = 2}), 0);
  EXPECT_EQ(bw_constant({.data = BwData::kSigned, .width = 2}, 2, 1), -3);
  // ~x for -x.
  EXPECT_EQ(lanes({5, 3}, {1, 1}, {.form = BwForm::kApprox}), -10);
  EXPECT_EQ(
      lanes({5, 3, 0}, {1, 1, 1}, {.form = BwForm::kApprox, .compensation = BwCompensation::kHalf}),
      -10);
  EXPECT_EQ(lanes({5, 3}, {0, 1}, {.width = 4, .drop = 1}), 4 + (14 - 2));
}

TEST(BwDot, Wraps) {
  EXPECT_EQ(bw_wrap(127, 8), 127);
  EXPECT_EQ(bw_wrap(128, 8), -128);
  EXPECT_EQ(bw_wrap(-129, 8), 127);
  EXPECT_EQ(bw_wrap(-1, 1), -1);
  EXPECT_THROW(bw_wrap(0, 0), std::invalid_argument);
  EXPECT_THROW(dot({1}, {0, 1}), std::invalid_argument);
}

int64_t sample(std::mt19937_64& random, const BwProduct& p) {
  const int64_t range = int64_t{1} << p.width;
  const auto word = static_cast<int64_t>(random() % static_cast<uint64_t>(range));
  return p.data == BwData::kSigned && word >= range / 2 ? word - range : word;
}

// What a bit pattern says: x ^ s word by word, as the hardware adds it up.
Wide xor_words(const Words& x, const Words& s, const BwProduct& p) {
  const int bits = p.width - p.drop;
  const int64_t mask = (int64_t{1} << bits) - 1;
  Wide total = 0;
  for (size_t k = 0; k < x.size(); ++k) {
    int64_t word = (x[k] >> p.drop & mask) ^ (s[k] != 0 ? mask : 0);
    if (p.data == BwData::kSigned) word ^= int64_t{1} << (bits - 1);
    total += Wide{word} << p.drop;
  }
  return total;
}

TEST(BwDot, FormsAndTheirOffsetsAreTheSum) {
  std::mt19937_64 random(7);
  for (int run = 0; run < 2000; ++run) {
    BwProduct p;
    p.data = run % 2 == 0 ? BwData::kUnsigned : BwData::kSigned;
    p.width = 1 + run % 16;
    p.drop = run % 3 == 0 ? static_cast<int>(random() % static_cast<uint64_t>(p.width)) : 0;
    Words x, s;
    for (uint64_t k = 0; k < 1 + random() % 20; ++k) {
      x.push_back(sample(random, p));
      s.push_back(static_cast<int64_t>(random() % 2));
    }
    EXPECT_EQ(lanes(x, s, p), xor_words(x, s, p)) << run;
    int64_t minus = 0;
    for (const int64_t sign : s) minus += sign;
    const auto terms = static_cast<int64_t>(x.size());
    const Wide offset = bw_offset(p, std::span<const int64_t>(s), 11);
    EXPECT_EQ(lanes(x, s, p) + offset, dot(x, s, p) + 11 + bw_drop_mean(p, terms, minus));
    for (const BwForm form : {BwForm::kAnd, BwForm::kNegate}) {
      BwProduct other = p;
      other.form = form;
      EXPECT_EQ(lanes(x, s, other), dot(x, s, p));
    }
    EXPECT_EQ(bw_lanes_less(std::span<const int64_t>(x), std::span<const int64_t>(s), p,
                            dot(x, Words(x.size(), 0), p)),
              dot(x, s, p));
    BwProduct approx = p;
    approx.form = BwForm::kApprox;
    EXPECT_EQ(lanes(x, s, approx), dot(x, s, p) - (Wide{minus} << p.drop));
    approx.compensation = BwCompensation::kExact;
    EXPECT_EQ(lanes(x, s, approx), dot(x, s, p));
  }
}

// Over all samples the dropped bits' mean is what the offset brings.
TEST(BwDot, DropMeanIsTheMean) {
  const BwProduct p{.width = 4, .drop = 2};
  const Words signs = {0, 0, 0, 1};
  Wide lost = 0;
  for (int64_t x = 0; x < 16; ++x) {
    const Words same(4, x);
    lost += dot(same, signs) - dot(same, signs, p);
  }
  EXPECT_EQ(lost, 16 * bw_drop_mean(p, 4, 1));
}

TEST(BwPe, PlanesAddUpToTheHighBits) {
  std::mt19937_64 random(11);
  for (int run = 0; run < 500; ++run) {
    BwProduct p;
    p.form = run % 3 == 0 ? BwForm::kAnd : run % 3 == 1 ? BwForm::kXor : BwForm::kNegate;
    p.data = run % 2 == 0 ? BwData::kUnsigned : BwData::kSigned;
    p.width = 1 + run % 9;
    const int planes = 1 + static_cast<int>(random() % static_cast<uint64_t>(p.width));
    Words x, s, high;
    for (int k = 0; k < 6; ++k) {
      x.push_back(sample(random, p));
      s.push_back(static_cast<int64_t>(random() % 2));
      high.push_back(x.back() >> (p.width - planes));
    }
    BwProduct taken = p;
    taken.width = planes;
    const Wide offset = bw_offset(taken, std::span<const int64_t>(s), -3);
    BwPe pe(p, 40);
    Wide y = 0;
    for (int plane = 0; plane < planes; ++plane) {  // two beats a plane
      for (size_t half = 0; half < 2; ++half) {
        Words bits;
        for (size_t k = 3 * half; k < 3 * half + 3; ++k)
          bits.push_back(x[k] >> (p.width - 1 - plane) & 1);
        y = pe.add_plane(std::span<const int64_t>(bits),
                         std::span<const int64_t>(s).subspan(3 * half, 3),
                         {.first = plane == 0 && half == 0,
                          .plane = half == 0,
                          .last = plane + 1 == planes && half == 1,
                          .offset = offset});
      }
    }
    EXPECT_EQ(y, dot(high, s) - 3) << run;
  }
}

TEST(BwPe, SumsStartAnew) {
  BwPe pe({}, 12);
  const Words x = {10, 20}, s = {0, 0};
  const auto add = [&](bool first) {
    return pe.add(std::span<const int64_t>(x), std::span<const int64_t>(s),
                  {.first = first, .offset = 5});
  };
  EXPECT_EQ(add(true), 35);
  EXPECT_EQ(add(false), 65);
  EXPECT_EQ(add(true), 35);
}

}  // namespace
}  // namespace golden
