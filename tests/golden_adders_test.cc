// SPDX-License-Identifier: Apache-2.0
// The approximate adders against their definitions bit by bit, and against published figures.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "golden/add_aca1.h"
#include "golden/add_ama.h"
#include "golden/add_bcsa.h"
#include "golden/add_cesa.h"
#include "golden/add_esa.h"
#include "golden/add_eta1.h"
#include "golden/add_eta2.h"
#include "golden/add_gear.h"
#include "golden/add_herloa.h"
#include "golden/add_hoeraa.h"
#include "golden/add_loa.h"
#include "golden/add_oloca.h"
#include "golden/add_sara.h"
#include "golden/add_trunc.h"

namespace {

using golden::Fill;
using golden::UnsignedWide;

// ---- The definitions once more, bit by bit, on vectors of bits.

struct Pairs {
  std::vector<int> a, b;
  int g(int i) const { return i < 0 ? 0 : a[size_t(i)] & b[size_t(i)]; }
  int x(int i) const { return i < 0 ? 0 : a[size_t(i)] ^ b[size_t(i)]; }
  int t(int i) const { return i < 0 ? 0 : a[size_t(i)] | b[size_t(i)]; }
  int size() const { return static_cast<int>(a.size()); }
  // Carry out of the pairs first..last, `carry` going in.
  int carry(int first, int last, int carry = 0) const {
    for (int i = first; i <= last; ++i) carry = g(i) | (x(i) & carry);
    return carry;
  }
};

Pairs pairs(uint64_t a, uint64_t b, int width) {
  Pairs p;
  for (int i = 0; i < width; ++i) {
    p.a.push_back(static_cast<int>(a >> i & 1));
    p.b.push_back(static_cast<int>(b >> i & 1));
  }
  return p;
}

using Bits = std::vector<int>;  // of the result, lowest first, carry-out last

// Low bits as given, exact above with `carry` into bit low.size().
Bits with_exact_upper(const Pairs& p, Bits low, int carry) {
  for (int i = static_cast<int>(low.size()); i < p.size(); ++i) {
    low.push_back(p.x(i) ^ carry);
    carry = p.carry(i, i, carry);
  }
  low.push_back(carry);
  return low;
}

// Blocks with the carries that `into(block's first bit)` says.
Bits blocks(const Pairs& p, int block, const std::function<int(int first)>& into) {
  Bits z;
  int carry = 0;
  for (int i = 0; i < p.size(); ++i) {
    if (i % block == 0) carry = i == 0 ? 0 : into(i);
    z.push_back(p.x(i) ^ carry);
    carry = p.carry(i, i, carry);
  }
  z.push_back(carry);
  return z;
}

// What the printed truth tables say: {sum, carry} by 4a + 2b + c.
constexpr int kAma[5][8][2] = {
    {{0, 0}, {1, 0}, {0, 1}, {0, 1}, {0, 0}, {0, 1}, {0, 1}, {1, 1}},
    {{1, 0}, {1, 0}, {1, 0}, {0, 1}, {1, 0}, {0, 1}, {0, 1}, {0, 1}},
    {{1, 0}, {1, 0}, {0, 1}, {0, 1}, {1, 0}, {0, 1}, {0, 1}, {0, 1}},
    {{0, 0}, {1, 0}, {0, 0}, {1, 0}, {0, 1}, {0, 1}, {0, 1}, {1, 1}},
    {{0, 0}, {0, 0}, {1, 0}, {1, 0}, {0, 1}, {0, 1}, {1, 1}, {1, 1}},
};

Bits ama(const Pairs& p, int k, int cell) {
  Bits low;
  int carry = 0;
  for (int i = 0; i < k; ++i) {
    const int(&row)[2] = kAma[cell - 1][4 * p.a[size_t(i)] + 2 * p.b[size_t(i)] + carry];
    low.push_back(row[0]);
    carry = row[1];
  }
  return with_exact_upper(p, low, carry);
}

Bits gear(const Pairs& p, int r, int q) {
  Bits z(static_cast<size_t>(p.size()) + 1);
  for (int first = 0; first + r + q <= p.size(); first += r) {
    int carry = 0;
    for (int i = first; i < first + r + q; ++i) {
      if (first == 0 || i >= first + q) z[size_t(i)] = p.x(i) ^ carry;
      carry = p.carry(i, i, carry);
    }
    z.back() = carry;
  }
  return z;
}

Bits aca1(const Pairs& p, int window) {
  Bits z;
  for (int i = 0; i <= p.size(); ++i) {
    const int carry = p.carry(std::max(0, i - window), i - 1);
    z.push_back(i == p.size() ? carry : p.x(i) ^ carry);
  }
  return z;
}

Bits eta1(const Pairs& p, int k) {
  Bits low(static_cast<size_t>(k));
  bool ones = false;
  for (int i = k - 1; i >= 0; --i) {
    ones = ones || p.g(i) == 1;
    low[size_t(i)] = ones ? 1 : p.x(i);
  }
  return with_exact_upper(p, low, 0);
}

Bits herloa(const Pairs& p, int k) {
  Bits low(static_cast<size_t>(k));
  for (int i = 0; i < k; ++i) {
    const bool both = p.x(k - 1) == 1 && p.g(k - 2) == 1;
    low[size_t(i)] = p.t(i);
    if (i == k - 1) low[size_t(i)] = p.x(i) | p.g(i - 1);
    if (i == k - 2) low[size_t(i)] = p.x(k - 1) == 0 && p.g(i) == 1 ? 0 : p.t(i);
    if (i < k - 2 && both) low[size_t(i)] = 1;
  }
  return with_exact_upper(p, low, p.g(k - 1));
}

Bits hoeraa(const Pairs& p, int k) {
  Bits low(static_cast<size_t>(k), 1);
  if (k >= 2) low[size_t(k - 2)] = p.t(k - 2);
  if (k >= 1) low[size_t(k - 1)] = p.g(k - 1) == 1 ? p.g(k - 2) : p.t(k - 1);
  return with_exact_upper(p, low, p.g(k - 1));
}

Bits ored(const Pairs& p, int k, int ones, bool carry) {
  Bits low;
  for (int i = 0; i < k; ++i) low.push_back(i < ones ? 1 : p.t(i));
  return with_exact_upper(p, low, carry ? p.g(k - 1) : 0);
}

Bits trunc(const Pairs& p, int k, Fill fill) {
  Bits low(static_cast<size_t>(k), fill == Fill::kOnes ? 1 : 0);
  if (fill == Fill::kHalf && k > 0) low.back() = 1;
  return with_exact_upper(p, low, 0);
}

// ---- Every adder at every legal size, as (name, golden, definition).

struct Adder {
  std::string name;
  int width;
  std::function<UnsignedWide(UnsignedWide, UnsignedWide)> golden;
  std::function<uint64_t(uint64_t, uint64_t)> golden64;  // the same in 64-bit words
  std::function<Bits(const Pairs&)> definition;
};

template <typename Model>
Adder adder(const std::string& name, int width, Model model,
            std::function<Bits(const Pairs&)> definition) {
  return {name + " N=" + std::to_string(width), width, model, model, std::move(definition)};
}

std::vector<Adder> low_part_adders(int n) {
  using namespace golden;
  std::vector<Adder> all;
  for (int k = 0; k <= n; ++k) {
    const std::string of = " k=" + std::to_string(k);
    for (const bool c : {false, true}) {
      all.push_back(adder((c ? "loa" : "loa without carry") + of, n,
                          [=](auto a, auto b) { return add_loa(a, b, n, k, c); },
                          [=](const Pairs& p) { return ored(p, k, 0, c); }));
    }
    for (int m = 0; m <= k; ++m) {
      all.push_back(adder(
          "oloca m=" + std::to_string(m) + of, n,
          [=](auto a, auto b) { return add_oloca(a, b, n, k, m); },
          [=](const Pairs& p) { return ored(p, k, m, true); }));
    }
    all.push_back(adder(
        "eta1" + of, n, [=](auto a, auto b) { return add_eta1(a, b, n, k); },
        [=](const Pairs& p) { return eta1(p, k); }));
    all.push_back(adder(
        "herloa" + of, n, [=](auto a, auto b) { return add_herloa(a, b, n, k); },
        [=](const Pairs& p) { return herloa(p, k); }));
    all.push_back(adder(
        "hoeraa" + of, n, [=](auto a, auto b) { return add_hoeraa(a, b, n, k); },
        [=](const Pairs& p) { return hoeraa(p, k); }));
    for (const Fill fill : {Fill::kZeros, Fill::kOnes, Fill::kHalf}) {
      all.push_back(adder(
          "trunc fill=" + std::to_string(static_cast<int>(fill)) + of, n,
          [=](auto a, auto b) { return add_trunc(a, b, n, k, fill); },
          [=](const Pairs& p) { return trunc(p, k, fill); }));
    }
    for (int cell = 1; cell <= 5; ++cell) {
      all.push_back(adder(
          "ama" + std::to_string(cell) + of, n,
          [=](auto a, auto b) { return add_ama(a, b, n, k, cell); },
          [=](const Pairs& p) { return ama(p, k, cell); }));
    }
  }
  return all;
}

std::vector<Adder> block_adders(int n) {
  using namespace golden;
  std::vector<Adder> all;
  for (int block = 1; block <= n; ++block) {
    const std::string of = " block=" + std::to_string(block);
    all.push_back(adder(
        "aca1" + of, n, [=](auto a, auto b) { return add_aca1(a, b, n, block); },
        [=](const Pairs& p) { return aca1(p, block); }));
    for (int p = 0; block + p <= n; ++p) {
      if ((n - p) % block != 0) continue;
      all.push_back(adder(
          "gear r p=" + std::to_string(p) + of, n,
          [=](auto a, auto b) { return add_gear(a, b, n, block, p); },
          [=](const Pairs& x) { return gear(x, block, p); }));
    }
    if (n % block != 0) continue;
    const auto in_blocks = [=](std::function<int(const Pairs&, int)> into) {
      return [=](const Pairs& p) {
        return blocks(p, block, [&](int first) { return into(p, first); });
      };
    };
    all.push_back(adder(
        "esa" + of, n, [=](auto a, auto b) { return add_esa(a, b, n, block); },
        in_blocks([](const Pairs&, int) { return 0; })));
    all.push_back(adder(
        "eta2" + of, n, [=](auto a, auto b) { return add_eta2(a, b, n, block); },
        in_blocks([=](const Pairs& p, int f) { return p.carry(f - block, f - 1); })));
    all.push_back(adder(
        "sara" + of, n, [=](auto a, auto b) { return add_sara(a, b, n, block); },
        in_blocks([](const Pairs& p, int f) { return p.g(f - 1); })));
    all.push_back(adder(
        "bcsa" + of, n, [=](auto a, auto b) { return add_bcsa(a, b, n, block); },
        in_blocks([=](const Pairs& p, int f) {
          if (p.g(f - 1) == 1) return 1;
          return p.t(f) == 0 ? 0 : p.carry(f - block, f - 1);
        })));
    for (const bool rectify : {false, true}) {
      const int window = std::min(block, rectify ? 4 : 2);
      all.push_back(adder(
          "cesa" + std::to_string(window) + of, n,
          [=](auto a, auto b) { return add_cesa(a, b, n, block, rectify); },
          in_blocks([=](const Pairs& p, int f) { return p.carry(f - window, f - 1); })));
    }
  }
  return all;
}

uint64_t number(const Bits& bits) {  // of at most 64 bits
  uint64_t value = 0;
  for (size_t i = 0; i < bits.size(); ++i) value |= static_cast<uint64_t>(bits[i]) << i;
  return value;
}

class EveryWidth : public testing::TestWithParam<int> {};

TEST_P(EveryWidth, FollowsItsDefinitionForAllOperands) {
  const int n = GetParam();
  const uint64_t end = uint64_t{1} << n;
  std::vector<Adder> all = low_part_adders(n);
  for (Adder& one : block_adders(n)) all.push_back(std::move(one));
  for (const Adder& one : all) {
    for (uint64_t a = 0; a < end; ++a) {
      for (uint64_t b = 0; b < end; ++b) {
        const uint64_t expected = number(one.definition(pairs(a, b, n)));
        ASSERT_EQ(one.golden64(a, b), expected) << one.name << " a=" << a << " b=" << b;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, EveryWidth, testing::Range(1, 6),
                         testing::PrintToStringParamName());

class WideAdders : public testing::TestWithParam<int> {};

TEST_P(WideAdders, FollowTheirDefinitionOnRandomOperands) {
  const int n = GetParam();
  std::mt19937_64 random(7);
  std::vector<Adder> all = low_part_adders(n);
  for (Adder& one : block_adders(n)) all.push_back(std::move(one));
  for (const Adder& one : all) {
    for (int vector = 0; vector < 6; ++vector) {
      const uint64_t mask = n == 64 ? ~uint64_t{0} : (uint64_t{1} << n) - 1;
      uint64_t a = random() & mask, b = random() & mask;
      if (vector == 1) b = ~a & mask;                 // every pair propagates
      if (vector == 2) b = (~a & mask) | 1;           // a carry runs through
      if (vector == 3) a = b = mask;                  // every pair generates
      if (vector == 4) a &= random(), b &= random();  // few generate
      const Bits expected = one.definition(pairs(a, b, n));
      const UnsignedWide z = one.golden(a, b);
      for (int i = 0; i <= n; ++i) {
        ASSERT_EQ(static_cast<int>(z >> i & 1), expected[size_t(i)])
            << one.name << " a=" << a << " b=" << b << " bit " << i;
      }
      ASSERT_EQ(static_cast<int>(z >> (n + 1) != 0), 0) << one.name;
      if (n < 64) {
        ASSERT_EQ(one.golden64(a, b), static_cast<uint64_t>(z)) << one.name;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, WideAdders, testing::Values(8, 15, 31, 36, 63, 64),
                         testing::PrintToStringParamName());

// ---- Figures: the table of section 3 of the reference (N = 8, all operands), closed forms.

struct Figures {
  uint64_t errors = 0;
  int64_t sum = 0, absolute = 0, squares = 0, worst = 0;
  uint64_t pairs = 0;
  double rate() const { return 100.0 * static_cast<double>(errors) / static_cast<double>(pairs); }
  double mean(int64_t total) const {
    return static_cast<double>(total) / static_cast<double>(pairs);
  }
};

Figures figures(int n, const std::function<uint32_t(uint32_t, uint32_t)>& add) {
  Figures f;
  const uint32_t end = uint32_t{1} << n;
  for (uint32_t a = 0; a < end; ++a) {
    for (uint32_t b = 0; b < end; ++b) {
      const int64_t e = int64_t{add(a, b)} - int64_t{a + b};
      f.errors += e != 0 ? 1U : 0U;
      f.sum += e;
      f.absolute += std::abs(e);
      f.squares += e * e;
      f.worst = std::max(f.worst, std::abs(e));
      ++f.pairs;
    }
  }
  return f;
}

struct Row {
  std::string name;
  std::function<uint32_t(uint32_t, uint32_t)> add;
  double er, me, med, mse;
  int64_t wce;
  friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }
};

class EightBitTable : public testing::TestWithParam<Row> {};

TEST_P(EightBitTable, IsReproduced) {
  const Row& row = GetParam();
  const Figures f = figures(8, row.add);
  EXPECT_NEAR(f.rate(), row.er, 5e-5);
  EXPECT_NEAR(f.mean(f.sum), row.me, 5e-6);
  EXPECT_NEAR(f.mean(f.absolute), row.med, 5e-6);
  EXPECT_NEAR(f.mean(f.squares), row.mse, 5e-4);
  EXPECT_EQ(f.worst, row.wce);
}

using U = uint32_t;
INSTANTIATE_TEST_SUITE_P(
    Golden, EightBitTable,
    testing::Values(Row{"Loa4", [](U a, U b) { return golden::add_loa(a, b, 8, 4); }, 68.3594, 0.25,
                        2.875, 16, 8},
                    Row{"Oloca4m2", [](U a, U b) { return golden::add_oloca(a, b, 8, 4, 2); },
                        85.9375, 1, 3.203125, 18.5, 11},
                    Row{"Eta1k4", [](U a, U b) { return golden::add_eta1(a, b, 8, 4); }, 68.3594,
                        -3.13672, 3.13672, 22.832, 15},
                    Row{"Herloa4", [](U a, U b) { return golden::add_herloa(a, b, 8, 4); },
                        50.78125, -1.15625, 1.15625, 3.625, 7},
                    Row{"Esa4", [](U a, U b) { return golden::add_esa(a, b, 8, 4); }, 46.875, -7.5,
                        7.5, 120, 16},
                    Row{"Eta2b2", [](U a, U b) { return golden::add_eta2(a, b, 8, 2); }, 18.75,
                        -7.5, 7.5, 408, 64},
                    Row{"GearR2P4", [](U a, U b) { return golden::add_gear(a, b, 8, 2, 4); },
                        2.34375, -1.5, 1.5, 96, 64},
                    Row{"Aca1w4", [](U a, U b) { return golden::add_aca1(a, b, 8, 4); }, 6.25, -7.5,
                        7.5, 1360, 256},
                    Row{"Ama5k4", [](U a, U b) { return golden::add_ama(a, b, 8, 4, 5); }, 93.75,
                        0.5, 4, 21.5, 8},
                    Row{"TruncOnes4",
                        [](U a, U b) { return golden::add_trunc(a, b, 8, 4, Fill::kOnes); }, 93.75,
                        0, 5.3125, 42.5, 15}),
    [](const auto& row) { return row.param.name; });

// Error rate in per cent and NMED (per 2^N - 1) as the source prints them, from 65 536 pairs.
TEST(GoldenAdders, BcsaReproducesItsSource) {
  const Figures four = figures(8, [](U a, U b) { return golden::add_bcsa(a, b, 8, 4); });
  EXPECT_NEAR(four.rate(), 5.46, 0.02);
  EXPECT_NEAR(four.mean(four.absolute) / 255, 34e-4, 1e-4);
  const Figures two = figures(8, [](U a, U b) { return golden::add_bcsa(a, b, 8, 2); });
  EXPECT_NEAR(two.rate(), 27.47, 0.1);
  EXPECT_NEAR(two.mean(two.absolute) / 255, 395e-4, 3e-4);
}

TEST(GoldenAdders, LowPartAddersMeetTheirClosedForms) {
  for (int k = 1; k <= 6; ++k) {
    const double all = std::pow(2.0, k);
    const Figures loa = figures(7, [=](U a, U b) { return golden::add_loa(a, b, 7, k); });
    EXPECT_DOUBLE_EQ(loa.rate(), 100 * (1 - std::pow(0.75, k)));
    EXPECT_DOUBLE_EQ(loa.mean(loa.sum), 0.25);
    EXPECT_DOUBLE_EQ(loa.mean(loa.squares), std::pow(4.0, k - 2));
    EXPECT_EQ(loa.worst, int64_t{1} << (k - 1));
    const Figures bare = figures(7, [=](U a, U b) { return golden::add_loa(a, b, 7, k, false); });
    EXPECT_DOUBLE_EQ(bare.mean(bare.sum), -(all - 1) / 4);
    const Figures zeros =
        figures(7, [=](U a, U b) { return golden::add_trunc(a, b, 7, k, Fill::kZeros); });
    EXPECT_DOUBLE_EQ(zeros.mean(zeros.sum), -(all - 1));
    EXPECT_EQ(zeros.worst, 2 * ((int64_t{1} << k) - 1));
    const Figures ones =
        figures(7, [=](U a, U b) { return golden::add_trunc(a, b, 7, k, Fill::kOnes); });
    EXPECT_EQ(ones.sum, 0);
    EXPECT_DOUBLE_EQ(ones.rate(), 100 * (1 - 1 / all));
    const Figures half =
        figures(7, [=](U a, U b) { return golden::add_trunc(a, b, 7, k, Fill::kHalf); });
    EXPECT_DOUBLE_EQ(half.mean(half.sum), all / 2 - (all - 1));
  }
}

TEST(GoldenAdders, WhatDropsCarriesIsNeverAboveTheSum) {
  const std::vector<std::function<uint32_t(U, U)>> adders = {
      [](U a, U b) { return golden::add_esa(a, b, 8, 2); },
      [](U a, U b) { return golden::add_eta2(a, b, 8, 2); },
      [](U a, U b) { return golden::add_gear(a, b, 8, 2, 4); },
      [](U a, U b) { return golden::add_aca1(a, b, 8, 3); },
      [](U a, U b) { return golden::add_sara(a, b, 8, 2); },
      [](U a, U b) { return golden::add_bcsa(a, b, 8, 2); },
      [](U a, U b) { return golden::add_cesa(a, b, 8, 4); }};
  for (const auto& add : adders) {
    const Figures f = figures(8, add);
    EXPECT_GT(f.absolute, 0);
    EXPECT_EQ(f.sum, -f.absolute);
  }
}

TEST(GoldenAdders, GearOfTwoSubAddersMeetsItsClosedForm) {
  for (int r = 1; r <= 4; ++r) {
    const int p = 8 - 2 * r;
    const Figures f = figures(8, [=](U a, U b) { return golden::add_gear(a, b, 8, r, p); });
    EXPECT_DOUBLE_EQ(f.rate(), 100 * std::pow(0.5, p) * (1 - std::pow(0.5, r)) / 2);
  }
}

TEST(GoldenAdders, AreTheSameWhereTheyMeet) {
  for (uint32_t a = 0; a < 256; ++a) {
    for (uint32_t b = 0; b < 256; ++b) {
      const uint32_t exact = a + b;
      EXPECT_EQ(golden::add_eta2(a, b, 8, 2), golden::add_gear(a, b, 8, 2, 2));
      EXPECT_EQ(golden::add_esa(a, b, 8, 2), golden::add_gear(a, b, 8, 2, 0));
      EXPECT_EQ(golden::add_oloca(a, b, 8, 5, 0), golden::add_loa(a, b, 8, 5));
      EXPECT_EQ(golden::add_sara(a, b, 8, 1), golden::add_eta2(a, b, 8, 1));
      for (const uint32_t z :
           {golden::add_loa(a, b, 8, 0), golden::add_oloca(a, b, 8, 0, 0),
            golden::add_eta1(a, b, 8, 0), golden::add_herloa(a, b, 8, 1),
            golden::add_hoeraa(a, b, 8, 1), golden::add_trunc(a, b, 8, 0, Fill::kHalf),
            golden::add_esa(a, b, 8, 8), golden::add_eta2(a, b, 8, 8), golden::add_aca1(a, b, 8, 8),
            golden::add_gear(a, b, 8, 3, 5), golden::add_ama(a, b, 8, 0, 2),
            golden::add_sara(a, b, 8, 8), golden::add_bcsa(a, b, 8, 8),
            golden::add_cesa(a, b, 8, 8)}) {
        EXPECT_EQ(z, exact);
      }
    }
  }
}

// Bit `width` as a sign: an exact adder's result is the exact signed sum.
TEST(GoldenAdders, SignedResultsAreTwosComplement) {
  for (int a = -16; a < 16; ++a) {
    for (int b = -16; b < 16; ++b) {
      const uint32_t ua = static_cast<uint32_t>(a) & 31, ub = static_cast<uint32_t>(b) & 31;
      const uint32_t exact = golden::signed_result(ua, ub, golden::add_loa(ua, ub, 5, 0), 5);
      EXPECT_EQ(static_cast<int>(golden::as_signed(exact, 6)), a + b);
      // LOA of signed operands: the low part is an OR, the high part a signed sum with its carry.
      const uint32_t z = golden::signed_result(ua, ub, golden::add_loa(ua, ub, 5, 2), 5);
      const int carry = static_cast<int>(ua & ub & 2) >> 1;
      EXPECT_EQ(static_cast<int>(golden::as_signed(z, 6)),
                ((a >> 2) + (b >> 2) + carry) * 4 + static_cast<int>((ua | ub) & 3));
    }
  }
  static_assert(golden::add_loa(13U, 6U, 4, 2) == 19U, "low 01|10 = 11, high 11 + 01 + 0 = 100");
}

}  // namespace
