// SPDX-License-Identifier: Apache-2.0
// Algorithms made of algorithms: nesting and trimming.

#pragma once

#include <string>

#include "gen/ffa/algorithm.h"

namespace ffa {

// Each product of `outer` is a whole `inner`: taps(outer) * taps(inner) taps, block by block, and
// rank(outer) * rank(inner) products. Both are products (Kind::kProduct).
Algorithm nested(const Algorithm& outer, const Algorithm& inner);

// The first `taps` taps and `samples` samples: the others are zero. Products of zeros go, products
// of equal forms (but for the sign) become one.
Algorithm trimmed(const Algorithm& product, int taps, int samples);

Algorithm renamed(const Algorithm& algorithm, std::string name);

}  // namespace ffa
