// SPDX-License-Identifier: Apache-2.0
// A picture of one channel as plain integers.

#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace golden {

// height x width samples, row after row, top left first.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<int64_t> samples;

  Picture() = default;
  Picture(int picture_width, int picture_height)
      : width(picture_width),
        height(picture_height),
        samples(static_cast<size_t>(picture_width) * static_cast<size_t>(picture_height), 0) {
    if (picture_width < 0 || picture_height < 0) throw std::invalid_argument("negative size");
  }

  int64_t& at(int row, int column) { return samples.at(index(row, column)); }
  int64_t at(int row, int column) const { return samples.at(index(row, column)); }

  // The picture continued by zeros on all sides.
  int64_t padded(int row, int column) const {
    const bool inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? samples[index(row, column)] : 0;
  }

  bool operator==(const Picture&) const = default;

 private:
  size_t index(int row, int column) const {
    if (column < 0 || column >= width) throw std::out_of_range("column");
    return static_cast<size_t>(row) * static_cast<size_t>(width) + static_cast<size_t>(column);
  }
};

}  // namespace golden
