// SPDX-License-Identifier: Apache-2.0
// A picture of one channel as plain integers.

#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "golden/wide.h"

namespace golden {

// height x width samples, row after row, top left first.
template <class Sample>
struct BasicPicture {
  int width = 0;
  int height = 0;
  std::vector<Sample> samples;

  BasicPicture() = default;
  BasicPicture(int picture_width, int picture_height)
      : width(picture_width),
        height(picture_height),
        samples(static_cast<size_t>(picture_width) * static_cast<size_t>(picture_height), 0) {
    if (picture_width < 0 || picture_height < 0) throw std::invalid_argument("negative size");
  }

  Sample& at(int row, int column) { return samples.at(index(row, column)); }
  Sample at(int row, int column) const { return samples.at(index(row, column)); }

  // The picture continued by zeros on all sides.
  Sample padded(int row, int column) const {
    const bool inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? samples[index(row, column)] : Sample{0};
  }

  bool operator==(const BasicPicture&) const = default;

 private:
  size_t index(int row, int column) const {
    if (column < 0 || column >= width) throw std::out_of_range("column");
    return static_cast<size_t>(row) * static_cast<size_t>(width) + static_cast<size_t>(column);
  }
};

using Picture = BasicPicture<int64_t>;
using WidePicture = BasicPicture<Wide>;

}  // namespace golden
