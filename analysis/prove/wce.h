// SPDX-License-Identifier: Apache-2.0
// Worst-case error of approximate adders: a bound that holds and that no smaller one would.

#pragma once

#include <optional>

#include "analysis/prove/prove.h"

namespace analysis {

// e = sum_o - (a_i + b_i) as integers. The bound comes from the dynamic programming of
// analysis/error, the proof from a solver that looks at the Verilog: neither knows the other. Rows:
// |e| <= bound; bound - 1 is refuted; least <= e <= most; both are reached. With `bound` given only
// |e| <= bound.
std::vector<Proof> prove_error_bound(const base::Spec& resolved, const Claim& claim,
                                     const Sources& sources, const ProveOptions& options,
                                     const std::optional<mpz_class>& bound);

}  // namespace analysis
