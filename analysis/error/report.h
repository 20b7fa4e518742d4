// SPDX-License-Identifier: Apache-2.0
// Error figures, each with the method that gave it.

#pragma once

#include <gmpxx.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/error/dp.h"
#include "analysis/error/histogram.h"

namespace analysis {

struct Interval {
  double low = 0;
  double high = 0;
};

struct Figure {
  std::string method = {};  // dp, exhaustive, sat, monte_carlo, trace; empty: not known
  double value = 0;
  std::optional<mpq_class> exact = {};    // where the method gives a fraction
  std::optional<Interval> interval = {};  // monte_carlo: 95 % confidence; else proven bounds
  bool seen_only = false;                 // extremes: of a sample, so there may be worse ones
  bool known() const { return !method.empty(); }
};

// z approximate, y exact, e = z - y. MRED and WCRE leave y = 0 out: it counts as no relative error.
struct ErrorReport {
  std::string method;    // of the moments
  std::string operands;  // their statistics, for people: "uniform"
  mpz_class pairs;       // of operands that were looked at; 0: all of them, by dp
  Figure er;             // P(e != 0)
  Figure me;             // E[e], the bias
  Figure med;            // E|e|
  Figure nmed;           // MED / (largest - smallest y)
  Figure mred;           // E|e / y|
  Figure mse;            // E[e^2]
  Figure variance;       // MSE - ME^2
  Figure wce;            // max |e|
  Figure wce_min;        // min e, max e
  Figure wce_max;
  Figure wcre;                      // max |e / y|
  Figure mhd;                       // mean Hamming distance: the sum of the bit errors
  std::vector<Figure> bit_error;    // P(z_i != y_i)
  std::vector<ErrorBin> histogram;  // of e
};

// The single figures by their names in JSON, in the order of printing.
std::vector<std::pair<std::string, const Figure*>> figures_of(const ErrorReport& report);

// The same under the names of EvoApproxLib (EP%, MAE, MAE%, ...); `output_bits` scales MAE% and
// WCE%.
std::vector<std::pair<std::string, double>> evoapprox_figures(const ErrorReport& report,
                                                              int output_bits);

// Bins [2^j, 2^(j+1) - 1] on both sides of 0 in place of finer ones.
std::vector<ErrorBin> coarse_bins(const std::vector<ErrorBin>& bins);

// Sets what follows from exact sums. `span`: largest - smallest y, for NMED.
void set_sums(ErrorReport& report, const ErrorSums& sums, const mpz_class& span,
              const std::string& method);

// A figure that is a fraction.
Figure exact_figure(const mpq_class& value, const std::string& method);

// What an adder's digit graph tells, at any width. Without `all` only what costs less than a
// millisecond: no MRED, WCRE and histogram.
ErrorReport dp_report(const DigitGraph& graph, const BitChances& chances = {}, bool all = true);

// The error of a sum of `taps` results, as in a dot product: errors add up, and their variances too
// when they are independent of each other, which is assumed.
struct TapsReport {
  int64_t taps = 1;
  double me = 0;
  double variance = 0;
  double sigma = 0;
  double mse = 0;
  double wce_min = 0;  // all taps at their worst at once
  double wce_max = 0;
};
TapsReport taps_report(const ErrorReport& report, int64_t taps);

}  // namespace analysis
