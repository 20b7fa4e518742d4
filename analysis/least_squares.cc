// SPDX-License-Identifier: Apache-2.0
// Coordinate descent: convex with a box, so it ends at the one optimum.

#include "analysis/least_squares.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace analysis {

std::vector<double> fit_non_negative(const std::vector<std::vector<double>>& rows,
                                     const std::vector<double>& values) {
  if (rows.empty() || rows.size() != values.size())
    throw std::invalid_argument("fit: as many values as rows, at least one");
  constexpr int kMostSweeps = 200'000;
  constexpr double kStill = 1e-12;  // relative step at which it ends
  const size_t columns = rows.front().size();
  std::vector<std::vector<double>> a(columns);  // by column, relative
  std::vector<double> squares(columns, 0);
  for (size_t c = 0; c < columns; ++c) {
    for (size_t r = 0; r < rows.size(); ++r) {
      a[c].push_back(rows[r][c] / values[r]);
      squares[c] += a[c].back() * a[c].back();
    }
  }
  std::vector<double> factors(columns, 0), rest(rows.size(), 1);  // 1 - prediction / value
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    double moved = 0;
    for (size_t c = 0; c < columns; ++c) {
      if (squares[c] == 0) continue;
      double slope = 0;
      for (size_t r = 0; r < rest.size(); ++r) slope += a[c][r] * rest[r];
      const double next = std::max(0.0, factors[c] + slope / squares[c]);
      const double step = next - factors[c];
      factors[c] = next;
      for (size_t r = 0; r < rest.size(); ++r) rest[r] -= step * a[c][r];
      moved = std::max(moved, std::abs(step) * std::sqrt(squares[c]));
    }
    if (moved < kStill) break;
  }
  return factors;
}

}  // namespace analysis
