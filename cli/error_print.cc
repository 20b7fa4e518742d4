// SPDX-License-Identifier: Apache-2.0
// One row a figure with its method; bit errors and the histogram below.

#include "cli/error_print.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/table.h"

namespace cli {
namespace {

using analysis::Figure;

constexpr size_t kLongestFraction = 24;
constexpr size_t kMostBins = 24;
constexpr int kBar = 40;

std::string number(double value) {
  return std::abs(value) < 1e15 && value == std::floor(value) ? fmt::format("{:.0f}", value)
                                                              : fmt::format("{:.8g}", value);
}

std::string fraction(const Figure& figure) {
  if (!figure.exact) return "";
  const std::string text = figure.exact->get_str();
  return text.size() <= kLongestFraction ? text : "";
}

std::string remark(const Figure& figure) {
  if (figure.seen_only) return "largest that was seen";
  if (!figure.interval) return "";
  const std::string range =
      fmt::format("{} .. {}", number(figure.interval->low), number(figure.interval->high));
  return (figure.method == "monte_carlo" ? "95 % in " : "in ") + range;
}

const char* meaning(const std::string& figure) {
  struct Row {
    const char* name;
    const char* text;
  };
  static constexpr Row kRows[] = {{"er", "error rate"},
                                  {"me", "mean error (bias)"},
                                  {"med", "mean |error|"},
                                  {"nmed", "MED / range of the exact result"},
                                  {"mred", "mean |error / exact result|"},
                                  {"mse", "mean squared error"},
                                  {"variance", "MSE - ME^2"},
                                  {"wce", "worst |error|"},
                                  {"wce_min", "smallest error"},
                                  {"wce_max", "largest error"},
                                  {"wcre", "worst |error / exact result|"},
                                  {"mhd", "mean number of wrong bits"}};
  for (const Row& row : kRows)
    if (figure == row.name) return row.text;
  return "";
}

void print_bits(const ErrorResult& result) {
  if (!result.wants("bit_error") || result.report.bit_error.empty()) return;
  fmt::print("\nwrong bits ({}):\n", result.report.bit_error[0].method);
  std::vector<std::vector<std::string>> rows = {{"bit", "chance", ""}};
  for (size_t i = 0; i < result.report.bit_error.size(); ++i) {
    const Figure& bit = result.report.bit_error[i];
    if (bit.value != 0) rows.push_back({std::to_string(i), number(bit.value), remark(bit)});
  }
  if (rows.size() == 1)
    fmt::print("none\n");
  else
    fmt::print("{}", format_table(rows));
}

void print_histogram(const ErrorResult& result) {
  if (!result.wants("histogram") || result.report.histogram.empty()) return;
  std::vector<analysis::ErrorBin> bins = result.report.histogram;
  if (bins.size() > kMostBins) bins = analysis::coarse_bins(bins);
  double highest = 0;
  for (const analysis::ErrorBin& bin : bins) highest = std::max(highest, bin.share.get_d());
  fmt::print("\nerrors ({}):\n", result.report.method);
  std::vector<std::vector<std::string>> rows = {{"error", "share", ""}};
  for (const analysis::ErrorBin& bin : bins) {
    const std::string range = bin.low == bin.high
                                  ? bin.low.get_str()
                                  : fmt::format("{} .. {}", bin.low.get_str(), bin.high.get_str());
    const auto length = static_cast<size_t>(std::ceil(kBar * bin.share.get_d() / highest));
    rows.push_back({range, number(bin.share.get_d()), std::string(length, '#')});
  }
  fmt::print("{}", format_table(rows));
}

}  // namespace

void print_error(const ErrorResult& result) {
  const analysis::ErrorReport& report = result.report;
  fmt::print("{}\n", result.spec.unit().empty()
                         ? fmt::format("{} against {}{}", result.top, result.exact,
                                       result.is_signed ? ", signed" : "")
                         : result.spec.line());
  if (!report.operands.empty())
    fmt::print("operands: {}{}\n", report.operands,
               report.pairs != 0 ? fmt::format(", {} pairs", report.pairs.get_str()) : "");
  std::vector<std::vector<std::string>> rows = {
      {"figure", "value", "fraction", "method", "what", ""}};
  for (const auto& [name, figure] : analysis::figures_of(report)) {
    if (!result.wants(name) || !figure->known()) continue;
    rows.push_back({name, number(figure->value), fraction(*figure), figure->method, meaning(name),
                    remark(*figure)});
  }
  if (rows.size() > 1) fmt::print("\n{}", format_table(rows));
  if (result.taps) {
    const analysis::TapsReport& t = *result.taps;
    fmt::print("\nsum of {} results, errors taken as independent of each other:\n", t.taps);
    fmt::print("  mean {}, sigma {}, mse {}, extremes {} .. {}\n", number(t.me), number(t.sigma),
               number(t.mse), number(t.wce_min), number(t.wce_max));
  }
  print_bits(result);
  print_histogram(result);
  if (!result.evoapprox || !report.er.known()) return;
  rows = {{"EvoApproxLib", "value"}};
  for (const auto& [name, value] : analysis::evoapprox_figures(report, result.output_bits))
    rows.push_back({name, number(value)});
  fmt::print("\n{}", format_table(rows));
}

}  // namespace cli
