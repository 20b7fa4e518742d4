// SPDX-License-Identifier: Apache-2.0
// FIR filter from its definition, y[n] = sum_k h[k] x[n-k], block after block.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "golden/wide.h"

namespace golden {

// The samples before the first one are 0. Coefficients are given with every block and apply to all
// of its outputs, also to the samples of earlier blocks.
class Fir {
 public:
  explicit Fir(int taps) : history_(static_cast<size_t>(check(taps)), 0) {}

  int taps() const { return static_cast<int>(history_.size()); }

  // One output for each sample of `x`, oldest first. `h` has taps() coefficients.
  std::vector<Wide> block(std::span<const int64_t> x, std::span<const int64_t> h) {
    if (h.size() != history_.size()) throw std::invalid_argument("number of coefficients");
    std::vector<Wide> y;
    for (const int64_t sample : x) {
      for (size_t k = history_.size() - 1; k > 0; --k) history_[k] = history_[k - 1];
      history_[0] = sample;
      Wide sum = 0;
      for (size_t k = 0; k < h.size(); ++k) sum += Wide{h[k]} * history_[k];
      y.push_back(sum);
    }
    return y;
  }

  void reset() { history_.assign(history_.size(), 0); }

 private:
  static int check(int taps) {
    if (taps < 1) throw std::invalid_argument("a filter has at least one tap");
    return taps;
  }
  std::vector<int64_t> history_;  // [k] = x[n-k]
};

}  // namespace golden
