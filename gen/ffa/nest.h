// SPDX-License-Identifier: Apache-2.0
// Algorithms made of algorithms: nesting and trimming.

#pragma once

#include <string>

#include "gen/ffa/algorithm.h"

namespace ffa {

// Polyphase: `outer`, n taps and n samples, takes the phases i mod n for its taps and samples, and
// each of its products is a whole `inner`. rank(outer) * rank(inner) products of Kind::kProduct.
Algorithm nested(const Algorithm& outer, const Algorithm& inner);

// The first `taps` taps and `samples` samples: the others are zero. Products of zeros go, products
// of equal forms (but for the sign) become one.
Algorithm trimmed(const Algorithm& product, int taps, int samples);

Algorithm renamed(const Algorithm& algorithm, std::string name);

}  // namespace ffa
