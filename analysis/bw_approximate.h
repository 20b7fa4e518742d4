// SPDX-License-Identifier: Apache-2.0
// Binary-weight networks whose sums are approximate: what that costs in accuracy.

#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "golden/bw_network.h"

namespace analysis {

// How a processing element is approximate. It adds up `lanes` samples of one kernel position and
// group of input channels a beat, as sample ^ sign, into two rows (golden/bw_rows.h: the lanes'
// words, then the rows so far); the first row starts from the offset.
struct BwApproximation {
  int drop = 0;  // low bits of samples that count as zero; the offset brings their mean
  // -x as ~x: each weight -1 makes a sum too small by one; the offset brings this back or not.
  enum class Negation { kExact, kComplement, kHalf } negation = Negation::kExact;
  // The final adder of the two rows, modulo 2^acc_width; empty: exact.
  std::function<uint64_t(uint64_t, uint64_t)> add;
  int lanes = 64;
  int acc_width = 22;
};

// Errors of sums, in their units.
struct BwSumErrors {
  int64_t count = 0;
  double sum = 0, squares = 0;

  void take(double error) {
    ++count;
    sum += error;
    squares += error * error;
  }
  void take(const BwSumErrors& other) {
    count += other.count;
    sum += other.sum;
    squares += other.squares;
  }
  double mean() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
  double variance() const {
    return count == 0 ? 0 : squares / static_cast<double>(count) - mean() * mean();
  }
};

// What a run of pictures gave. The errors of a layer are those of its sums for the samples that it
// was given, which an approximate layer before may have changed.
struct BwApproximateRun {
  std::vector<int> classes;
  std::vector<BwSumErrors> errors;  // by layer
};

// Activations of at most 8 bits, accumulators of at most 32; `pictures`: so many pictures behind
// each other, [row][column][channel]. Throws std::invalid_argument for other networks. On so many
// threads; 0: one a processor.
BwApproximateRun run_approximate(const golden::BwNetwork& network,
                                 const BwApproximation& approximation, const uint8_t* pictures,
                                 size_t count, int threads = 0);

}  // namespace analysis
