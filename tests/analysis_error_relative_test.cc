// SPDX-License-Identifier: Apache-2.0
// Relative errors and histograms of adders against all pairs.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <string>

#include "analysis/error/dp.h"
#include "analysis/error/histogram.h"
#include "analysis/error/relative.h"
#include "analysis/error/report.h"
#include "golden/adder_bits.h"
#include "tb/adder_functions.h"
#include "tests/analysis_error_points.h"

namespace analysis {
namespace {

DigitGraph graph_of(const base::Spec& spec) {
  return digit_graph(*adder_automaton(spec), spec.is("operands", "signed"));
}

DigitGraph graph_of(const std::string& line) { return graph_of(base::Spec::parse_line(line)); }

struct Truth {
  long double mean_relative = 0;
  mpq_class worst_relative = 0;
  std::map<int64_t, int64_t> values;
  int64_t pairs = 0;
};

Truth all_pairs(const base::Spec& spec) {
  const int width = static_cast<int>(spec.size("Width"));
  const bool is_signed = spec.is("operands", "signed");
  const tb::AdderFunction f = tb::adder_function(spec);
  const auto value = [&](uint64_t bits) {
    return is_signed ? static_cast<int64_t>(golden::as_signed(bits, width))
                     : static_cast<int64_t>(bits);
  };
  Truth truth;
  for (uint64_t a = 0; a < uint64_t{1} << width; ++a)
    for (uint64_t b = 0; b < uint64_t{1} << width; ++b) {
      const int64_t y = value(a) + value(b);
      const int64_t e = static_cast<int64_t>(f(a, b, false)) - y;
      ++truth.values[e];
      ++truth.pairs;
      if (y == 0 || e == 0) continue;
      truth.mean_relative += std::abs(static_cast<long double>(e) / static_cast<long double>(y));
      mpq_class ratio(std::abs(e), std::abs(y));
      ratio.canonicalize();
      if (ratio > truth.worst_relative) truth.worst_relative = ratio;
    }
  truth.mean_relative /= static_cast<long double>(truth.pairs);
  return truth;
}

class RelativeErrors : public testing::TestWithParam<std::string> {};

TEST_P(RelativeErrors, AgainstAllPairs) {
  for (const int width : {1, 2, 4, 6})
    for (const std::string& line : adder_points(GetParam(), width))
      for (const char* operands : {"unsigned", "signed"}) {
        const base::Spec spec = base::Spec::parse_line(line + " operands=" + operands);
        const DigitGraph graph = graph_of(spec);
        const Truth truth = all_pairs(spec);
        const auto mean = static_cast<double>(truth.mean_relative);
        const MeanRelative exact = mean_relative_error(graph);
        EXPECT_TRUE(exact.exact()) << spec.line();
        EXPECT_NEAR(exact.low, mean, 1e-12 * mean) << spec.line();
        // With few digits of y told apart: bounds that hold.
        const MeanRelative rough = mean_relative_error(graph, {}, 1);
        EXPECT_LE(rough.low, mean * (1 + 1e-12)) << spec.line();
        EXPECT_GE(rough.high, mean * (1 - 1e-12)) << spec.line();
        EXPECT_LE(rough.high, rough.low * 1.5 + 1e-12) << spec.line();
        EXPECT_EQ(worst_relative_error(graph), truth.worst_relative) << spec.line();
      }
}

TEST_P(RelativeErrors, Histogram) {
  for (const std::string& line : adder_points(GetParam(), 6)) {
    const base::Spec spec = base::Spec::parse_line(line + " operands=signed");
    const Truth truth = all_pairs(spec);
    const std::vector<ErrorBin> single = error_histogram(graph_of(spec), {}, 1000);
    ASSERT_EQ(single.size(), truth.values.size()) << spec.line();
    size_t i = 0;
    for (const auto& [value, count] : truth.values) {
      mpq_class share(count, truth.pairs);
      share.canonicalize();
      EXPECT_EQ(single[i].low, value) << spec.line();
      EXPECT_EQ(single[i].high, value) << spec.line();
      EXPECT_EQ(single[i++].share, share) << spec.line();
    }
    if (single.size() == 1) continue;
    // The same in powers of two, counted at once and gathered from single values.
    const std::vector<ErrorBin> powers = error_histogram(graph_of(spec), {}, 0);
    const std::vector<ErrorBin> coarse = coarse_bins(single);
    ASSERT_EQ(powers.size(), coarse.size()) << spec.line();
    for (size_t bin = 0; bin < powers.size(); ++bin) {
      EXPECT_EQ(powers[bin].share, coarse[bin].share) << spec.line();
      EXPECT_LE(powers[bin].low, coarse[bin].low) << spec.line();
      EXPECT_GE(powers[bin].high, coarse[bin].high) << spec.line();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Error, RelativeErrors, testing::ValuesIn(kApproximateAdders),
                         [](const auto& test) { return test.param; });

TEST(RelativeErrorsAt64Bits, BoundsAreNear) {
  for (const char* line : {"add_loa Width=64 ApproxWidth=32 carry=and",
                           "add_aca1 Width=64 window=16", "add_eta1 Width=64 ApproxWidth=64"}) {
    const MeanRelative mean = mean_relative_error(graph_of(line), {}, 4e5);
    EXPECT_GT(mean.low, 0) << line;
    EXPECT_LT(mean.high, 1.02 * mean.low) << line;
  }
}

TEST(RelativeErrorsAt64Bits, WorstCases) {
  // 0 + 1 becomes 2^k - 1; LOA turns 1 + 1 into 1.
  EXPECT_EQ(worst_relative_error(graph_of("add_trunc Width=64 ApproxWidth=40 fill=ones")),
            (mpz_class(1) << 40) - 2);
  EXPECT_EQ(worst_relative_error(graph_of("add_loa Width=64 ApproxWidth=40 carry=and")),
            mpq_class(1, 2));
  EXPECT_EQ(worst_relative_error(graph_of("add_prefix Width=64")), 0);
}

// Chances of 1 that make every operand 3: y = 6 and LOA gives 3.
TEST(RelativeErrors, BitChances) {
  const DigitGraph graph = graph_of("add_loa Width=4 ApproxWidth=4 carry=and");
  BitChances chances;
  chances.a = chances.b = {1, 1, 0, 0};
  const MeanRelative mean = mean_relative_error(graph, chances);
  EXPECT_DOUBLE_EQ(mean.low, 0.5);
  EXPECT_DOUBLE_EQ(mean.high, 0.5);
  EXPECT_EQ(worst_relative_error(graph, chances), mpq_class(1, 2));
  const std::vector<ErrorBin> bins = error_histogram(graph, chances, 10);
  ASSERT_EQ(bins.size(), 1U);
  EXPECT_EQ(bins[0].low, -3);
  EXPECT_EQ(bins[0].share, 1);
}

TEST(ErrorReports, NamesAndScales) {
  const ErrorReport report = dp_report(graph_of("add_loa Width=8 ApproxWidth=4 carry=and"));
  EXPECT_EQ(report.method, "dp");
  EXPECT_EQ(*report.nmed.exact, mpq_class(23, 8 * 510));
  EXPECT_EQ(*report.variance.exact, mpq_class(255, 16));
  mpq_class bits = 0;
  for (const Figure& bit : report.bit_error) bits += *bit.exact;
  EXPECT_EQ(report.bit_error.size(), 9U);
  EXPECT_EQ(bits, *report.mhd.exact);
  std::map<std::string, double> evo;
  for (const auto& [name, value] : evoapprox_figures(report, 9)) evo[name] = value;
  EXPECT_DOUBLE_EQ(evo["EP%"], 68.359375);
  EXPECT_DOUBLE_EQ(evo["MAE%"], 100 * 2.875 / 512);
  EXPECT_DOUBLE_EQ(evo["WCE%"], 100 * 8.0 / 512);
  EXPECT_DOUBLE_EQ(evo["WCRE%"], 50);
  const TapsReport taps = taps_report(report, 9);
  EXPECT_DOUBLE_EQ(taps.me, 9 * 0.25);
  EXPECT_DOUBLE_EQ(taps.variance, 9 * 15.9375);
  EXPECT_DOUBLE_EQ(taps.mse, 9 * 15.9375 + 2.25 * 2.25);
  EXPECT_DOUBLE_EQ(taps.wce_max, 72);
}

}  // namespace
}  // namespace analysis
