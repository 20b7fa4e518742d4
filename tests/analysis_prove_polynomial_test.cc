// SPDX-License-Identifier: Apache-2.0
// Multilinear polynomials: their values are those of the functions that they come from.

#include "analysis/prove/polynomial.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using analysis::coefficients;
using analysis::Monomial;
using analysis::Polynomial;

mpz_class value(const Polynomial& p, uint32_t input) {
  mpz_class total = 0;
  for (const auto& [monomial, coefficient] : p.terms()) {
    bool one = true;
    for (const uint32_t bit : monomial) one = one && ((input >> bit) & 1) != 0;
    if (one) total += coefficient;
  }
  return p.reduced(total);
}

Polynomial random_polynomial(std::mt19937& random, int width) {
  Polynomial p(width);
  for (int i = 0; i < 6; ++i) {
    Monomial monomial;
    for (uint32_t bit = 0; bit < 5; ++bit)
      if (random() % 3 == 0) monomial.push_back(bit);
    p.add(monomial, static_cast<unsigned long>(random() % 1000));
  }
  return p;
}

TEST(Polynomial, OfAFullAdder) {
  std::vector<uint8_t> sum(8), carry(8);
  for (size_t v = 0; v < 8; ++v) {
    sum[v] = __builtin_popcountll(v) % 2 == 1 ? 1 : 0;
    carry[v] = __builtin_popcountll(v) >= 2 ? 1 : 0;
  }
  EXPECT_EQ(coefficients(sum), (std::vector<int64_t>{0, 1, 1, -2, 1, -2, -2, 4}));
  EXPECT_EQ(coefficients(carry), (std::vector<int64_t>{0, 0, 0, 1, 0, 1, 1, -2}));
}

TEST(Polynomial, TakesTheValuesOfItsTruthTable) {
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    std::vector<uint8_t> table(32);
    for (uint8_t& entry : table) entry = static_cast<uint8_t>(random() % 2);
    const std::vector<int64_t> c = coefficients(table);
    Polynomial p(16);
    for (size_t m = 0; m < c.size(); ++m) {
      Monomial monomial;
      for (uint32_t bit = 0; bit < 5; ++bit)
        if (((m >> bit) & 1) != 0) monomial.push_back(bit);
      p.add(monomial, static_cast<long>(c[m]));
    }
    for (uint32_t v = 0; v < 32; ++v) EXPECT_EQ(value(p, v), table[v]);
  }
}

TEST(Polynomial, SumsAndProductsAreThoseOfTheValues) {
  std::mt19937 random(2);
  for (const int width : {1, 7, 64, 130}) {
    const Polynomial a = random_polynomial(random, width), b = random_polynomial(random, width);
    const Polynomial ab = a.times(b);
    Polynomial sum = a;
    sum.add(b, -3);
    for (uint32_t v = 0; v < 32; ++v) {
      EXPECT_EQ(value(ab, v), a.reduced(value(a, v) * value(b, v))) << width;
      EXPECT_EQ(value(sum, v), a.reduced(value(a, v) - 3 * value(b, v))) << width;
    }
  }
}

TEST(Polynomial, ZeroHasNoTerms) {
  Polynomial p(8);
  p.add({1, 2}, 200);
  p.add({1, 2}, 56);  // 256 is 0 modulo 2^8
  EXPECT_EQ(p.size(), 0U);
  p.add(Monomial{3}, 5);
  EXPECT_EQ(p.take({3}), 5);
  EXPECT_EQ(p.take({3}), 0);
}

}  // namespace
