// SPDX-License-Identifier: Apache-2.0
// What a line buffer puts out: the lines above a beat, aligned with it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace golden {

// Takes a picture beat by beat and keeps all of it. A beat is `together` lines of equally many
// samples. The answer to the beat at position b whose last line is l is `kernel` rows, row r
// holding position b of line l - (kernel - 1) + r; lines above the picture are zero. All lines of a
// picture have the same number of beats.
class LineBuffer {
 public:
  explicit LineBuffer(int kernel, int together = 1) : kernel_(kernel), together_(together) {
    if (kernel < 1) throw std::invalid_argument("a kernel has at least one row");
    if (together < 1) throw std::invalid_argument("a beat has at least one line");
    reset();
  }

  // `first`: the beat begins a picture. `last`: it ends its lines. Row after row, in and out.
  std::vector<int64_t> beat(std::span<const int64_t> samples, bool first, bool last) {
    if (first) reset();
    const size_t count = samples.size() / static_cast<size_t>(together_);
    const size_t newest = lines_.size() - static_cast<size_t>(together_);
    const size_t begin = lines_.back().size();
    for (size_t i = 0; i < static_cast<size_t>(together_); ++i) {
      const auto row = samples.subspan(i * count, count);
      lines_[newest + i].insert(lines_[newest + i].end(), row.begin(), row.end());
    }
    std::vector<int64_t> rows;
    for (int r = 0; r < kernel_; ++r) {
      const size_t above = static_cast<size_t>(kernel_ - 1 - r);
      for (size_t i = begin; i < begin + count; ++i) {
        rows.push_back(above < lines_.size() ? lines_[lines_.size() - 1 - above].at(i) : 0);
      }
    }
    if (last) lines_.resize(lines_.size() + static_cast<size_t>(together_));
    return rows;
  }

  void reset() { lines_.assign(static_cast<size_t>(together_), {}); }

 private:
  int kernel_, together_;
  std::vector<std::vector<int64_t>> lines_;  // of this picture, the current ones last
};

}  // namespace golden
