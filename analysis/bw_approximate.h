// SPDX-License-Identifier: Apache-2.0
// Binary-weight networks whose sums are approximate: what that costs in accuracy.

#pragma once

#include <cstddef>
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

// How often each bit is 1, the lowest first.
struct BwBitCounts {
  std::vector<int64_t> ones;
  int64_t words = 0;

  void take(uint64_t word) {
    for (size_t i = 0; i < ones.size(); ++i) ones[i] += static_cast<int64_t>(word >> i & 1);
    ++words;
  }
  void take(const BwBitCounts& other) {
    for (size_t i = 0; i < ones.size(); ++i) ones[i] += other.ones[i];
    words += other.words;
  }
  double chance(size_t bit) const {
    return words == 0 ? 0 : static_cast<double>(ones[bit]) / static_cast<double>(words);
  }
};

// Of a layer: the errors of its sums, and the bits of what it was given and of the final adder's
// rows (none with an exact adder).
struct BwLayerErrors {
  BwSumErrors errors;
  BwBitCounts samples, row_a, row_b;
};

// What a run of pictures gave. The errors of a layer are those of its sums for the samples that it
// was given, which an approximate layer before may have changed.
struct BwApproximateRun {
  std::vector<int> classes;
  std::vector<BwLayerErrors> layers;
};

// Activations of at most 8 bits, accumulators of at most 32; `pictures`: so many pictures behind
// each other, [row][column][channel]. Throws std::invalid_argument for other networks. On so many
// threads; 0: one a processor.
BwApproximateRun run_approximate(const golden::BwNetwork& network,
                                 const BwApproximation& approximation, const uint8_t* pictures,
                                 size_t count, int threads = 0);

}  // namespace analysis
