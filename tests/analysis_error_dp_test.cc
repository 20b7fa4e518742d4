// SPDX-License-Identifier: Apache-2.0
// Exact error figures of adders: against brute force over golden, closed forms and print.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analysis/error/dp.h"
#include "golden/adder_bits.h"
#include "tb/adder_functions.h"
#include "tests/analysis_error_points.h"

namespace analysis {
namespace {

ErrorSums by_dp(const base::Spec& spec, const BitChances& chances = {}) {
  return error_sums(digit_graph(*adder_automaton(spec), spec.is("operands", "signed")), chances);
}

ErrorSums by_dp(const std::string& line) { return by_dp(base::Spec::parse_line(line)); }

int64_t magnitude(int64_t value) { return value < 0 ? -value : value; }

// Every pair through the golden function, from the definitions of the metrics. Weight: int64_t or
// mpz_class; `weight(a, b)` of a pair of bit patterns.
template <class Weight, class WeightOf>
ErrorSums brute_force(const base::Spec& spec, WeightOf weight) {
  const int width = static_cast<int>(spec.size("Width"));
  const bool is_signed = spec.is("operands", "signed");
  const tb::AdderFunction f = tb::adder_function(spec);
  const auto value = [&](uint64_t bits) {
    return is_signed ? golden::as_signed(bits, width) : golden::Wide{static_cast<int64_t>(bits)};
  };
  Weight total = 0, zero = 0, error = 0, square = 0, absolute = 0;
  int64_t least = INT64_MAX, most = INT64_MIN;
  std::vector<Weight> flips(static_cast<size_t>(width) + 1, Weight(0));
  for (uint64_t a = 0; a < uint64_t{1} << width; ++a)
    for (uint64_t b = 0; b < uint64_t{1} << width; ++b) {
      const Weight w = weight(a, b);
      if (w == 0) continue;
      const auto z = static_cast<int64_t>(f(a, b, false));
      const auto y = static_cast<int64_t>(value(a) + value(b));
      const int64_t e = z - y;
      total += w;
      if (e == 0) zero += w;
      error += w * e;
      square += w * (e * e);
      absolute += w * magnitude(e);
      least = std::min(least, e);
      most = std::max(most, e);
      for (size_t i = 0; i < flips.size(); ++i)
        if (((z ^ y) >> i & 1) != 0) flips[i] += w;
    }
  ErrorSums sums{total, zero, error, square, absolute, least, most, {}};
  for (const Weight& flip : flips) sums.flips.emplace_back(flip);
  return sums;
}

ErrorSums by_brute_force(const base::Spec& spec) {
  return brute_force<int64_t>(spec, [](uint64_t, uint64_t) { return 1; });
}

ErrorSums by_brute_force(const base::Spec& spec, const BitChances& chances) {
  // Numerator of the chance of these operand bits, over a common denominator.
  const auto weight = [](uint64_t bits, const std::vector<mpq_class>& of) {
    mpz_class result = 1;
    for (size_t i = 0; i < of.size(); ++i)
      result *= (bits >> i & 1) != 0 ? of[i].get_num() : of[i].get_den() - of[i].get_num();
    return result;
  };
  return brute_force<mpz_class>(spec, [&](uint64_t a, uint64_t b) {
    return mpz_class(weight(a, chances.a) * weight(b, chances.b));
  });
}

void expect_equal(const ErrorSums& a, const ErrorSums& b, const std::string& what) {
  EXPECT_EQ(a.total, b.total) << what;
  EXPECT_EQ(a.zero, b.zero) << what;
  EXPECT_EQ(a.error, b.error) << what;
  EXPECT_EQ(a.square, b.square) << what;
  EXPECT_EQ(a.absolute, b.absolute) << what;
  EXPECT_EQ(a.least, b.least) << what;
  EXPECT_EQ(a.most, b.most) << what;
  EXPECT_EQ(a.flips, b.flips) << what;
}

class AgainstBruteForce : public testing::TestWithParam<std::string> {};

TEST_P(AgainstBruteForce, AllParametersAtAllWidthsTo8) {
  size_t checked = 0;
  for (int width = 1; width <= 8; ++width)
    for (const std::string& line : adder_points(GetParam(), width))
      for (const char* operands : {"unsigned", "signed"}) {
        const base::Spec spec = base::Spec::parse_line(line + " operands=" + operands);
        expect_equal(by_dp(spec), by_brute_force(spec), spec.line());
        ++checked;
      }
  EXPECT_GT(checked, 20U);
}

TEST_P(AgainstBruteForce, BitChances) {
  BitChances chances;
  for (int i = 0; i < 5; ++i) {
    chances.a.emplace_back(i, 4);
    chances.b.emplace_back(1, i + 2);
    chances.a.back().canonicalize();
  }
  for (const std::string& line : adder_points(GetParam(), 5)) {
    const base::Spec spec = base::Spec::parse_line(line + " operands=signed");
    expect_equal(by_dp(spec, chances), by_brute_force(spec, chances), spec.line());
  }
}

INSTANTIATE_TEST_SUITE_P(ErrorDp, AgainstBruteForce, testing::ValuesIn(kApproximateAdders),
                         [](const auto& test) { return test.param; });

struct Printed {
  std::string line;
  double er_percent, me, med, mse;
  int wce;
};

class PrintedTable : public testing::TestWithParam<Printed> {};

TEST_P(PrintedTable, Width8) {
  const Printed& p = GetParam();
  const ErrorSums s = by_dp(p.line);
  const auto mean = [&](const mpz_class& sum) { return mpq_class(sum, s.total).get_d(); };
  EXPECT_NEAR(100 - 100 * mean(s.zero), p.er_percent, 1e-4);
  EXPECT_NEAR(mean(s.error), p.me, 5e-6);
  EXPECT_NEAR(mean(s.absolute), p.med, 5e-6);
  EXPECT_NEAR(mean(s.square), p.mse, 5e-4);
  EXPECT_EQ(std::max(mpz_class(abs(s.least)), s.most), p.wce);
}

INSTANTIATE_TEST_SUITE_P(
    ErrorDp, PrintedTable,
    testing::Values(
        Printed{"add_loa Width=8 ApproxWidth=4 carry=and", 68.3594, 0.25, 2.875, 16, 8},
        Printed{"add_oloca Width=8 ApproxWidth=4 OnesWidth=2", 85.9375, 1, 3.203125, 18.5, 11},
        Printed{"add_eta1 Width=8 ApproxWidth=4", 68.3594, -3.136719, 3.136719, 22.832, 15},
        Printed{"add_herloa Width=8 ApproxWidth=4", 50.7812, -1.15625, 1.15625, 3.625, 7},
        Printed{"add_esa Width=8 block=4", 46.875, -7.5, 7.5, 120, 16},
        Printed{"add_eta2 Width=8 block=2", 18.75, -7.5, 7.5, 408, 64},
        Printed{"add_gear Width=8 r=2 p=4", 2.34375, -1.5, 1.5, 96, 64},
        Printed{"add_gear Width=8 r=1 p=3", 12.5, -7.5, 7.5, 680, 128},
        Printed{"add_gear Width=8 r=1 p=4", 4.6875, -3.5, 3.5, 336, 128},
        Printed{"add_aca1 Width=8 window=4", 6.25, -7.5, 7.5, 1360, 256},
        Printed{"add_ama Width=8 ApproxWidth=4 cell=5", 93.75, 0.5, 4, 21.5, 8},
        Printed{"add_trunc Width=8 ApproxWidth=4 fill=ones", 93.75, 0, 5.3125, 42.5, 15}),
    [](const auto& test) {
      std::string name = test.param.line;
      std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
      return name;
    });

mpq_class power(const mpq_class& base, int exponent) {
  mpq_class result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

mpq_class fraction(const mpz_class& sum, const ErrorSums& sums) {
  mpq_class result(sum, sums.total);
  result.canonicalize();
  return result;
}

std::string low_part(const char* unit, int k) {
  return std::string(unit) + " Width=64 ApproxWidth=" + std::to_string(k) + " ";
}

TEST(ErrorDpClosedForms, LoaAtWidth64) {
  for (int k = 2; k <= 64; ++k) {
    const ErrorSums s = by_dp(low_part("add_loa", k) + "carry=and");
    EXPECT_EQ(fraction(s.zero, s), power(mpq_class(3, 4), k));
    EXPECT_EQ(fraction(s.error, s), mpq_class(1, 4));
    EXPECT_EQ(fraction(s.square, s), power(4, k - 2));
    EXPECT_EQ(mpq_class(s.most), power(2, k - 1));
    const ErrorSums none = by_dp(low_part("add_loa", k) + "carry=none");
    EXPECT_EQ(fraction(none.error, none), mpq_class(1 - power(2, k)) / 4);
  }
}

TEST(ErrorDpClosedForms, TruncationAtWidth64) {
  for (int k = 1; k <= 64; ++k) {
    const ErrorSums zeros = by_dp(low_part("add_trunc", k) + "fill=zeros");
    EXPECT_EQ(fraction(zeros.error, zeros), 1 - power(2, k));
    EXPECT_EQ(mpq_class(zeros.least), 2 - power(2, k + 1));
    const ErrorSums ones = by_dp(low_part("add_trunc", k) + "fill=ones");
    EXPECT_EQ(ones.error, 0);
    EXPECT_EQ(fraction(ones.zero, ones), power(mpq_class(1, 2), k));
  }
}

TEST(ErrorDpClosedForms, LostCarriesAreErrorsOfOneSign) {
  for (const char* line :
       {"add_esa Width=64 block=8", "add_eta2 Width=64 block=4", "add_gear Width=64 r=4 p=12",
        "add_aca1 Width=64 window=16", "add_cesa Width=64 block=8", "add_sara Width=64 block=16"}) {
    const ErrorSums s = by_dp(line);
    EXPECT_EQ(s.error, -s.absolute) << line;
    EXPECT_NE(s.error, 0) << line;
  }
}

TEST(ErrorDpClosedForms, GearWithTwoSubAdders) {
  for (int p = 0; p < 64; p += 2) {
    const int r = (64 - p) / 2;
    const ErrorSums s =
        by_dp("add_gear Width=64 r=" + std::to_string(r) + " p=" + std::to_string(p));
    EXPECT_EQ(1 - fraction(s.zero, s),
              power(mpq_class(1, 2), p) * (1 - power(mpq_class(1, 2), r)) / 2);
  }
}

TEST(ErrorDp, Eta2IsAGear) {
  for (int block : {1, 2, 4, 8, 16, 32}) {
    const std::string b = std::to_string(block);
    expect_equal(by_dp("add_eta2 Width=64 block=" + b),
                 by_dp("add_gear Width=64 r=" + b + " p=" + b), b);
  }
}

TEST(ErrorDp, ExactAddersHaveNone) {
  for (const char* unit : {"add_ripple", "add_prefix", "add_skip", "add_select", "add_increment"}) {
    const ErrorSums s = by_dp(std::string(unit) + " Width=64 operands=signed");
    EXPECT_EQ(s.zero, s.total) << unit;
    EXPECT_EQ(s.absolute, 0) << unit;
    EXPECT_EQ(mpq_class(s.total), power(4, 64)) << unit;
  }
}

TEST(ErrorDp, NoAutomatonForOtherUnits) {
  EXPECT_EQ(adder_automaton(base::Spec::parse_line("mul WidthA=8 WidthB=8")), nullptr);
  EXPECT_EQ(adder_automaton(base::Spec::parse_line("sum Count=8 Width=8")), nullptr);
}

}  // namespace
}  // namespace analysis
