// SPDX-License-Identifier: Apache-2.0
// Whether two networks compute the same: forms of a unit, or RTL and its mapped netlist.

#pragma once

#include <string>

#include <functional>

#include "analysis/prove/network.h"
#include "analysis/prove/prove.h"

namespace analysis {

// Ports of the same names and widths are taken as equal; outputs of `right` that `left` does not
// have are not looked at. Pipelines are compared as functions, with their numbers of stages. All
// inputs up to 24 bits; beyond that ABC's equivalence check, which finds equal inner nodes, or the
// solver that is asked for; and when that does not end, 2^20 random vectors, which prove nothing.
// `by_words`: tried before ABC, when no engine is asked for; whether it proves them equal.
Proof prove_equal(const Network& left, const Network& right, const ProveOptions& options,
                  const std::function<bool()>& by_words = {});

// Whether each word of the outputs is the same polynomial of the inputs in both: for filters of
// other operators, sums or products. Finds proofs only.
bool equal_polynomials(const Sources& left, const Sources& right, double timeout_seconds);

}  // namespace analysis
