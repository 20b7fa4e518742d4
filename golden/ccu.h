// SPDX-License-Identifier: Apache-2.0
// Correlation over several channels with a stride, and how much of it the configurable unit does.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "golden/picture.h"

namespace golden {

// The coefficients of one output channel: `channels` planes of rows x columns, not flipped.
struct ChannelKernel {
  int channels = 0, rows = 0, columns = 0;
  std::vector<int64_t> coefficients;  // [channel][row][column]

  int64_t at(int channel, int row, int column) const {
    return coefficients.at(static_cast<size_t>((channel * rows + row) * columns + column));
  }
  bool operator==(const ChannelKernel&) const = default;
};

// How often a window of `taps` fits into `samples` when it moves by `stride`.
inline int window_places(int samples, int taps, int stride) {
  return samples < taps ? 0 : (samples - taps) / stride + 1;
}

// y(i, j) = sum_{c, r, k} h(c, r, k) x_c(stride * i + r, stride * j + k), only where the whole
// window lies inside the picture. `x` holds one picture a channel, all of one size.
inline WidePicture correlate_channels(std::span<const Picture> x, const ChannelKernel& h,
                                      int stride) {
  if (stride < 1 || x.empty() || x.size() != static_cast<size_t>(h.channels)) {
    throw std::invalid_argument("stride or number of channels");
  }
  const int width = window_places(x[0].width, h.columns, stride);
  const int height = window_places(x[0].height, h.rows, stride);
  if (width == 0 || height == 0) return WidePicture(0, 0);
  WidePicture y(width, height);
  for (int c = 0; c < h.channels; ++c) {
    const Picture& plane = x[static_cast<size_t>(c)];
    for (int r = 0; r < h.rows; ++r) {
      for (int k = 0; k < h.columns; ++k) {
        const Wide coefficient = h.at(c, r, k);
        for (int i = 0; i < height; ++i) {
          for (int j = 0; j < width; ++j) {
            y.at(i, j) += coefficient * plane.at(stride * i + r, stride * j + k);
          }
        }
      }
    }
  }
  return y;
}

// What one frame asks of the configurable unit, from how it cuts kernels and pictures up.
//
// A dimension of `taps` is a sum of parts of 3 and as few parts of 2 as possible: a = -taps mod 3
// parts of 2, (taps - 2 a) / 3 of 3; one tap is a part of 2. A tile of 12 outputs takes a part of 2
// three times (4 outputs each) and a part of 3 four times (3 outputs each). With stride 2 the even
// and the odd taps are cut up apart. A window of every (part, place) takes one cycle a channel.
inline int64_t ccu_places(int taps, int stride) {
  if (stride == 2) return ccu_places((taps + 1) / 2, 1) + (taps > 1 ? ccu_places(taps / 2, 1) : 0);
  if (taps == 1) return 3;
  const int twos = (3 - taps % 3) % 3;
  return 3 * twos + 4 * ((taps - 2 * twos) / 3);
}

struct CcuWork {
  int64_t macs = 0;    // coefficients x outputs inside the frame, of one output channel
  int64_t issued = 0;  // cycles in which the 36 multipliers of a core have a window
};

inline CcuWork ccu_work(int width, int height, int channels, int rows, int columns, int stride) {
  constexpr int64_t kTile = 12;
  const int64_t across = window_places(width, columns, stride);
  const int64_t down = window_places(height, rows, stride);
  const int64_t tiles = ((across + kTile - 1) / kTile) * ((down + kTile - 1) / kTile);
  return {across * down * rows * columns * channels,
          tiles * ccu_places(rows, stride) * ccu_places(columns, stride) * channels};
}

}  // namespace golden
