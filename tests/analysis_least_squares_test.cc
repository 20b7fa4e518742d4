// SPDX-License-Identifier: Apache-2.0
// Least squares: exact where an exact answer exists, never negative.

#include "analysis/least_squares.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using analysis::fit_non_negative;

TEST(LeastSquares, FindsExactFactors) {
  const std::vector<std::vector<double>> rows = {{1, 2, 0}, {3, 1, 0}, {2, 5, 0}, {7, 1, 0}};
  std::vector<double> values;
  for (const auto& row : rows) values.push_back(96 * row[0] + 120 * row[1]);
  const std::vector<double> factors = fit_non_negative(rows, values);
  EXPECT_NEAR(factors[0], 96, 1e-6);
  EXPECT_NEAR(factors[1], 120, 1e-6);
  EXPECT_EQ(factors[2], 0);  // a column of zeros says nothing
}

TEST(LeastSquares, HasNoNegativeFactors) {
  const std::vector<double> factors = fit_non_negative({{1, 1}, {2, 1}, {3, 1}}, {1, 3, 5});
  EXPECT_GT(factors[0], 0);  // 2 x - 1 would be exact
  EXPECT_EQ(factors[1], 0);
}

TEST(LeastSquares, RefusesNothing) {
  EXPECT_THROW(fit_non_negative({}, {}), std::invalid_argument);
  EXPECT_THROW(fit_non_negative({{1}}, {1, 2}), std::invalid_argument);
}

}  // namespace
