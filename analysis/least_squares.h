// SPDX-License-Identifier: Apache-2.0
// Least squares without negative factors.

#pragma once

#include <vector>

namespace analysis {

// Factors, none negative, with the least sum over the rows of (row . factors / value - 1)^2: each
// value counts by its relative error. Rows are of equal length, values positive. A column of zeros
// gets the factor 0.
std::vector<double> fit_non_negative(const std::vector<std::vector<double>>& rows,
                                     const std::vector<double>& values);

}  // namespace analysis
