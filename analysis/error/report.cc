// SPDX-License-Identifier: Apache-2.0
// From sums to figures.

#include "analysis/error/report.h"

#include <cmath>
#include <utility>

#include "analysis/error/relative.h"

namespace analysis {
namespace {

// Single values in the histogram up to this many; beyond, powers of two.
constexpr size_t kMostValues = 1024;

mpq_class fraction(const mpz_class& part, const mpz_class& total) {
  mpq_class result(part, total);
  result.canonicalize();
  return result;
}

// Cuts the outer bins to the errors that occur.
void clip(std::vector<ErrorBin>& bins, const mpz_class& least, const mpz_class& most) {
  if (bins.empty()) return;
  if (bins.front().low < least) bins.front().low = least;
  if (bins.back().high > most) bins.back().high = most;
}

}  // namespace

std::vector<std::pair<std::string, const Figure*>> figures_of(const ErrorReport& report) {
  return {{"er", &report.er},
          {"me", &report.me},
          {"med", &report.med},
          {"nmed", &report.nmed},
          {"mred", &report.mred},
          {"mse", &report.mse},
          {"variance", &report.variance},
          {"wce", &report.wce},
          {"wce_min", &report.wce_min},
          {"wce_max", &report.wce_max},
          {"wcre", &report.wcre},
          {"mhd", &report.mhd}};
}

std::vector<std::pair<std::string, double>> evoapprox_figures(const ErrorReport& report,
                                                              int output_bits) {
  const double scale = 100 / std::ldexp(1.0, output_bits);
  return {{"EP%", 100 * report.er.value},     {"MAE", report.med.value},
          {"MAE%", scale * report.med.value}, {"WCE", report.wce.value},
          {"WCE%", scale * report.wce.value}, {"WCRE%", 100 * report.wcre.value},
          {"MRE%", 100 * report.mred.value},  {"MSE", report.mse.value}};
}

std::vector<ErrorBin> coarse_bins(const std::vector<ErrorBin>& bins) {
  std::vector<ErrorBin> result;
  if (bins.empty()) return result;
  for (const ErrorBin& bin : bins) {
    const mpz_class size = abs(bin.low) < abs(bin.high) ? abs(bin.low) : abs(bin.high);
    ErrorBin coarse{.low = 0, .high = 0, .share = bin.share};
    if (size != 0) {
      coarse.low = mpz_class(1) << (mpz_sizeinbase(size.get_mpz_t(), 2) - 1);
      coarse.high = 2 * coarse.low - 1;
      if (bin.low < 0) {
        std::swap(coarse.low, coarse.high);
        coarse.low = -coarse.low;
        coarse.high = -coarse.high;
      }
    }
    if (!result.empty() && result.back().low == coarse.low)
      result.back().share += bin.share;
    else
      result.push_back(coarse);
  }
  clip(result, bins.front().low, bins.back().high);
  return result;
}

Figure exact_figure(const mpq_class& value, const std::string& method) {
  return {.method = method, .value = value.get_d(), .exact = value};
}

void set_sums(ErrorReport& report, const ErrorSums& sums, const mpz_class& span,
              const std::string& method) {
  const auto mean = [&](const mpz_class& sum) {
    return exact_figure(fraction(sum, sums.total), method);
  };
  report.method = method;
  report.er = mean(sums.total - sums.zero);
  report.me = mean(sums.error);
  report.med = mean(sums.absolute);
  report.nmed =
      exact_figure(span == 0 ? mpq_class(0) : mpq_class(*report.med.exact / span), method);
  report.mse = mean(sums.square);
  report.variance = exact_figure(*report.mse.exact - *report.me.exact * *report.me.exact, method);
  report.wce_min = exact_figure(mpq_class(sums.least), method);
  report.wce_max = exact_figure(mpq_class(sums.most), method);
  const mpz_class size = abs(sums.least) > abs(sums.most) ? abs(sums.least) : abs(sums.most);
  report.wce = exact_figure(mpq_class(size), method);
  mpz_class flips = 0;
  report.bit_error.clear();
  for (const mpz_class& flip : sums.flips) {
    report.bit_error.push_back(mean(flip));
    flips += flip;
  }
  report.mhd = mean(flips);
}

ErrorReport dp_report(const DigitGraph& graph, const BitChances& chances, bool all) {
  const std::string method = "dp";
  ErrorReport report;
  // y is in 0..2^(N+1)-2, or -2^N..2^N-2.
  const mpz_class span = (mpz_class(1) << graph.layers()) - 2;
  set_sums(report, error_sums(graph, chances), span, method);
  report.operands = chances.uniform() ? "uniform" : "independent bits";
  if (!all) return report;
  const MeanRelative mred = mean_relative_error(graph, chances);
  report.mred = {.method = mred.exact() ? method : method + " bounds",
                 .value = (mred.low + mred.high) / 2};
  if (!mred.exact()) report.mred.interval = Interval{mred.low, mred.high};
  report.wcre = exact_figure(worst_relative_error(graph, chances), method);
  report.histogram = error_histogram(graph, chances, kMostValues);
  clip(report.histogram, report.wce_min.exact->get_num(), report.wce_max.exact->get_num());
  return report;
}

TapsReport taps_report(const ErrorReport& report, int64_t taps) {
  TapsReport result;
  const auto k = static_cast<double>(taps);
  result.taps = taps;
  result.me = k * report.me.value;
  result.variance = k * report.variance.value;
  result.sigma = std::sqrt(result.variance);
  result.mse = result.variance + result.me * result.me;
  result.wce_min = k * report.wce_min.value;
  result.wce_max = k * report.wce_max.value;
  return result;
}

}  // namespace analysis
