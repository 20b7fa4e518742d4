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
// of its outputs, also to the samples of earlier blocks. A filter that carries results from block
// to block (`carried`: samples of a block) has added tap k of output i with the coefficients of the
// block before where k modulo `carried` is above i: there its sample was one of the earlier block.
class Fir {
 public:
  explicit Fir(int taps, int carried = 0)
      : history_(static_cast<size_t>(check(taps)), 0),
        carried_(static_cast<size_t>(carried)),
        before_(history_) {}

  int taps() const { return static_cast<int>(history_.size()); }

  // One output for each sample of `x`, oldest first. `h` has taps() coefficients.
  std::vector<Wide> block(std::span<const int64_t> x, std::span<const int64_t> h) {
    if (h.size() != history_.size()) throw std::invalid_argument("number of coefficients");
    if (carried_ != 0 && x.size() != carried_) throw std::invalid_argument("samples of a block");
    std::vector<Wide> y;
    for (const int64_t sample : x) {
      for (size_t k = history_.size() - 1; k > 0; --k) history_[k] = history_[k - 1];
      history_[0] = sample;
      Wide sum = 0;
      for (size_t k = 0; k < h.size(); ++k) {
        const bool late = carried_ != 0 && k % carried_ > y.size();
        sum += Wide{late ? before_[k] : h[k]} * history_[k];
      }
      y.push_back(sum);
    }
    before_.assign(h.begin(), h.end());
    return y;
  }

  void reset() { history_.assign(history_.size(), 0); }

 private:
  static int check(int taps) {
    if (taps < 1) throw std::invalid_argument("a filter has at least one tap");
    return taps;
  }
  std::vector<int64_t> history_;  // [k] = x[n-k]
  size_t carried_;
  std::vector<int64_t> before_;  // coefficients of the last block
};

}  // namespace golden
