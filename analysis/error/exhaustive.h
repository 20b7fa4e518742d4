// SPDX-License-Identifier: Apache-2.0
// Error figures of a circuit from all pairs of operands, or from some.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "analysis/error/circuit.h"
#include "analysis/error/report.h"
#include "analysis/error/weights.h"

namespace analysis {

constexpr int kMostExhaustiveBits = 32;

// Called now and then by the thread that waits, with the share that is done.
using ErrorProgress = std::function<void(double done)>;

// Every pair, on all processors. At most kMostExhaustiveBits operand bits and 58 result bits.
ErrorReport exhaustive_report(const Circuit& circuit, const ErrorProgress& progress);

// What evaluates up to 512 pairs of bit patterns to approximate and exact results.
using PairFunction = std::function<void(std::span<const uint64_t> a, std::span<const uint64_t> b,
                                        std::span<golden::Wide> z, std::span<golden::Wide> y)>;

// Operands and how often each occurs.
using WeightedPatterns = std::vector<std::pair<uint64_t, uint64_t>>;

// How results look and how pairs are drawn.
struct SampleRequest {
  int width_a = 8;
  int width_b = 8;
  int result_bits = 9;  // of the longer of both results
  mpz_class span;
  int64_t samples = 1'000'000;
  uint64_t seed = 1;
  BitChances chances = {};
  WeightedPatterns values_a = {}, values_b = {};  // drawn from these, if there are any
};

// Independent pairs, with 95 % confidence intervals.
ErrorReport sampled_report(const PairFunction& function, const SampleRequest& request,
                           const ErrorProgress& progress);

// Exactly these pairs; samples, seed and chances of the request are not used.
ErrorReport traced_report(const PairFunction& function, const SampleRequest& request,
                          std::span<const std::pair<uint64_t, uint64_t>> pairs);
// All pairs of an operand of `a` and one of `b`, independent of each other.
ErrorReport independent_report(const PairFunction& function, const SampleRequest& request,
                               const WeightedPatterns& a, const WeightedPatterns& b,
                               const ErrorProgress& progress);

}  // namespace analysis
