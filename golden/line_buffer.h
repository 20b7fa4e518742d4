// SPDX-License-Identifier: Apache-2.0
// What a line buffer puts out: the lines above a beat, aligned with it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace golden {

// Takes a picture beat by beat and keeps all of it. The answer to the beat at position b of line l
// is `kernel` rows, row r holding position b of line l - (kernel - 1) + r; lines above the picture
// are zero. All lines of a picture have the same number of beats.
class LineBuffer {
 public:
  explicit LineBuffer(int kernel) : kernel_(kernel) {
    if (kernel < 1) throw std::invalid_argument("a kernel has at least one row");
  }

  // `first`: the beat begins a picture. `last`: it ends a line. Returns row after row.
  std::vector<int64_t> beat(std::span<const int64_t> samples, bool first, bool last) {
    if (first) reset();
    lines_.back().insert(lines_.back().end(), samples.begin(), samples.end());
    const size_t end = lines_.back().size();
    const size_t begin = end - samples.size();
    std::vector<int64_t> rows;
    for (int r = 0; r < kernel_; ++r) {
      const size_t above = static_cast<size_t>(kernel_ - 1 - r);
      for (size_t i = begin; i < end; ++i) {
        rows.push_back(above < lines_.size() ? lines_[lines_.size() - 1 - above].at(i) : 0);
      }
    }
    if (last) lines_.emplace_back();
    return rows;
  }

  void reset() { lines_.assign(1, {}); }

 private:
  int kernel_;
  std::vector<std::vector<int64_t>> lines_ = {{}};  // of this picture, the current one last
};

}  // namespace golden
