// SPDX-License-Identifier: Apache-2.0
// The family of fast filters by name: every number of taps and outputs.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gen/ffa/algorithm.h"

namespace ffa {

// Names. A word is a short algorithm of n terms:
//   k2 (n = 2, 3 products), k3 (3, 6), k3d (the same with differences), p3 (Parhi's form),
//   pw4 .. pw12 (n, n(n+1)/2), k5 (5, 14), m5 (5, 13), m6 (6, 17), m7 (7, 22), k7 (7, 23);
// words joined by dots nest, the outermost first: k3.k2 has 6 terms and 18 products; the three
// phases meet as in k3, each pair of them as in k2. What a nest has too much is trimmed: zero taps
// and samples out, equal products merged. What it has too little is left to direct sub-filters:
// k3 for 12 taps and 3 outputs has 6 sub-filters of 4 taps. "k53" is for at most 5 outputs of 3
// taps or 3 of 5 (10 products), and so the last word of a nest. "direct" has a product for each
// pair; "w" is Toom-Cook, that is Winograd's F(outputs, taps), at the points 0, 1, -1, 2, -2, 1/2,
// -1/2 and infinity (up to 9 products), with a divisor.

// Form D: the product of K = taps coefficients and P = samples, P + K - 1 outputs, to be
// overlapped and added. Throws std::invalid_argument for a name that does not exist or apply.
Algorithm product(std::string_view name, int taps, int samples);
Algorithm named(std::string_view name, int taps);  // product(name, taps, taps)

// Form T: F(outputs, taps), the transposed product, signs of rows normalised.
Algorithm correlation(std::string_view name, int outputs, int taps);

// All names that make sense for F(outputs, taps): first those with entries 0, +-1 and no divisor,
// by multiplications, then by additions before sharing; then the others in the same order; then
// "direct". "direct" alone for one output or one tap.
std::vector<std::string> names_for(int outputs, int taps);

// Those with entries 0 and +-1 made of few words, in that order; never none.
std::vector<std::string> plain_names(int outputs, int taps);

// The first of plain_names: what algorithm=auto stands for.
std::string best(int outputs, int taps);

// A filter's outputs and taps.
using FilterSize = std::pair<int, int>;

// What is wrong with a name for filters of all these sizes, "must be ..", or nothing. A nest whose
// last word has nothing left to do is wrong, too: without it it is the same algorithm.
std::string name_fault(const std::string& name, const std::vector<FilterSize>& sizes);

}  // namespace ffa
