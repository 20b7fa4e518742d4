// SPDX-License-Identifier: Apache-2.0
// Toom-Cook products, whose transposes are Winograd's filters F(m, r).

#pragma once

#include "gen/ffa/algorithm.h"

namespace ffa {

// The least number of products, taps + samples - 1, by evaluation at the points 0, 1, -1, 2, -2,
// 1/2, -1/2 and, always and last, infinity; branches "0", "p1", "m1", "p2", "m2", "ph", "mh",
// "inf". At a/b the row of n coefficients is a^i b^(n-1-i). The divisor is the common denominator
// of the interpolation. Throws std::invalid_argument above 8 products.
Algorithm toom_cook(int taps, int samples);

}  // namespace ffa
