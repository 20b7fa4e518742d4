// SPDX-License-Identifier: Apache-2.0
// The short algorithms that nests are made of, as products of two polynomials of n terms.

#pragma once

#include <string>

#include "gen/ffa/algorithm.h"

namespace ffa {

// n single products and one per pair of indices (Weimerskirch and Paar): 3, 6, 10 for n = 2, 3, 4;
// sums of two terms at most. Branches "0", "1", .., "01", "02", ..; n in 2..12.
Algorithm pairwise(int n);

// The same for n = 3 with differences, (h_i - h_j)(x_i - x_j): unsigned samples grow by the sign
// alone.
Algorithm differences3();

// Parhi's 3-parallel form: 0, 1, 2, 01, 12, 012.
Algorithm parhi3();

// Karatsuba- and Montgomery-type algorithms, known by their forms: the coefficients of the product
// follow from a linear system, which is solved here. "k5", 14 products, and "k7", 23: entries 0
// and +-1 only; "m5", "m6", "m7": 13, 17, 22 products, entries up to 2, 5, 11.
Algorithm symmetric(const std::string& name);

// 3 taps and 5 samples with 10 products, entries 0 and +-1 (found by search: over GF(2) the spaces
// that hold the outputs and are spanned by products, then all signs). Branches
// "<taps>_<samples>".
Algorithm three_by_five();

// A product for each pair of a tap and a sample. Branches "<tap>_<sample>".
Algorithm direct(int taps, int samples);

}  // namespace ffa
