// SPDX-License-Identifier: Apache-2.0
// Two-dimensional cross-correlation, as in convolutional networks, with rounding and saturation.

#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "golden/picture.h"

namespace golden {

// How many coefficients a kernel has: those of output channel 0 first, of each its input channels,
// of each the rows from top to bottom.
struct KernelShape {
  int rows = 0;
  int columns = 0;
  int in_channels = 1;
  int out_channels = 1;

  int count() const { return rows * columns * in_channels * out_channels; }
  bool operator==(const KernelShape&) const = default;
};

// The kernel is not flipped: coefficient (row, column) multiplies the sample that many rows below
// and columns to the right of the window's top left corner.
struct Kernel {
  KernelShape shape;
  std::vector<int64_t> coefficients;

  Kernel() = default;
  Kernel(const KernelShape& kernel_shape, std::vector<int64_t> values)
      : shape(kernel_shape), coefficients(std::move(values)) {
    if (coefficients.size() != static_cast<size_t>(shape.count())) {
      throw std::invalid_argument("number of coefficients");
    }
  }
  // Square, of one channel.
  Kernel(int size, std::vector<int64_t> values)
      : Kernel(KernelShape{size, size, 1, 1}, std::move(values)) {}

  int64_t at(int out, int in, int row, int column) const {
    const int place = ((out * shape.in_channels + in) * shape.rows + row) * shape.columns + column;
    return coefficients.at(static_cast<size_t>(place));
  }
  int64_t at(int row, int column) const { return at(0, 0, row, column); }
  bool operator==(const Kernel&) const = default;
};

// The distance between the windows of neighbouring outputs, and between the samples of one window;
// the same for rows and columns.
struct Steps {
  int stride = 1;
  int dilation = 1;
};

// Samples from the first to the last that `taps` coefficients meet.
inline int reach(int taps, const Steps& steps) { return steps.dilation * (taps - 1) + 1; }

// Outputs along a side of `samples`: places of a window that lies inside.
inline int outputs_along(int samples, int taps, const Steps& steps) {
  const int rest = samples - reach(taps, steps);
  return rest < 0 ? 0 : rest / steps.stride + 1;
}

using Channels = std::vector<Picture>;  // of one size
using WideChannels = std::vector<WidePicture>;

inline void check_channels(const Channels& x, const Kernel& k) {
  if (x.size() != static_cast<size_t>(k.shape.in_channels)) {
    throw std::invalid_argument("number of channels");
  }
  for (const Picture& channel : x) {
    if (channel.width != x[0].width || channel.height != x[0].height) {
      throw std::invalid_argument("channels of several sizes");
    }
  }
}

// y(o, i, j) = sum_{c, r, k} h(o, c, r, k) x(c, s i + d r, s j + d k) with stride s and dilation d,
// only where the window lies inside the picture.
inline WideChannels correlate_valid(const Channels& x, const Kernel& h, const Steps& steps = {}) {
  check_channels(x, h);
  const KernelShape& shape = h.shape;
  const int width = outputs_along(x.at(0).width, shape.columns, steps);
  const int height = outputs_along(x.at(0).height, shape.rows, steps);
  if (width == 0 || height == 0) {
    return WideChannels(static_cast<size_t>(shape.out_channels), WidePicture(0, 0));
  }
  WideChannels y;
  for (int o = 0; o < shape.out_channels; ++o) {
    WidePicture& sums = y.emplace_back(width, height);
    for (int c = 0; c < shape.in_channels; ++c) {
      const Picture& plane = x[static_cast<size_t>(c)];
      for (int r = 0; r < shape.rows; ++r) {
        for (int k = 0; k < shape.columns; ++k) {
          const Wide coefficient = h.at(o, c, r, k);
          for (int i = 0; i < height; ++i) {
            for (int j = 0; j < width; ++j) {
              sums.at(i, j) += coefficient * plane.at(steps.stride * i + steps.dilation * r,
                                                      steps.stride * j + steps.dilation * k);
            }
          }
        }
      }
    }
  }
  return y;
}

// As large as the picture, which is continued by zeros; the kernel's centre is at
// ((rows - 1) / 2, (columns - 1) / 2).
inline WideChannels correlate_same(const Channels& x, const Kernel& h) {
  check_channels(x, h);
  const KernelShape& shape = h.shape;
  const int above = (shape.rows - 1) / 2, before = (shape.columns - 1) / 2;
  WideChannels y;
  for (int o = 0; o < shape.out_channels; ++o) {
    WidePicture& sums = y.emplace_back(x.at(0).width, x.at(0).height);
    for (int c = 0; c < shape.in_channels; ++c) {
      const Picture& plane = x[static_cast<size_t>(c)];
      for (int r = 0; r < shape.rows; ++r) {
        for (int k = 0; k < shape.columns; ++k) {
          const Wide coefficient = h.at(o, c, r, k);
          for (int i = 0; i < sums.height; ++i) {
            for (int j = 0; j < sums.width; ++j) {
              sums.at(i, j) += coefficient * plane.padded(i + r - above, j + k - before);
            }
          }
        }
      }
    }
  }
  return y;
}

// The same for one channel in and one out.
inline WidePicture correlate_valid(const Picture& x, const Kernel& h, const Steps& steps = {}) {
  return correlate_valid(Channels{x}, h, steps).at(0);
}
inline WidePicture correlate_same(const Picture& x, const Kernel& h) {
  return correlate_same(Channels{x}, h).at(0);
}

// floor(value / 2^shift + 1/2): the nearest integer, halves go up (towards plus infinity).
// Exact for 0 <= shift <= 63 and |value| <= 2^100.
inline Wide round_half_up(Wide value, int shift) {
  if (shift < 0 || shift > 63) throw std::invalid_argument("shift");
  const Wide unit = Wide{1} << shift;
  const Wide shifted = value + unit / 2;
  const Wide quotient = shifted / unit;
  return shifted % unit < 0 ? quotient - 1 : quotient;
}

// Smallest and largest value of a word.
inline int64_t smallest(int width, bool is_signed) {
  if (width < 1 || width > 62) throw std::invalid_argument("width of a word");
  return is_signed ? -(int64_t{1} << (width - 1)) : 0;
}
inline int64_t largest(int width, bool is_signed) {
  if (width < 1 || width > 62) throw std::invalid_argument("width of a word");
  return (int64_t{1} << (is_signed ? width - 1 : width)) - 1;
}

// The nearest value that a word can hold.
inline int64_t saturate(Wide value, int width, bool is_signed) {
  if (value < smallest(width, is_signed)) return smallest(width, is_signed);
  if (value > largest(width, is_signed)) return largest(width, is_signed);
  return static_cast<int64_t>(value);
}

// What the streaming engine makes of a frame: same-size correlation, rounded, shifted, saturated
// to the width of a sample.
inline Channels convolve_frame(const Channels& x, const Kernel& h, int shift, int width,
                               bool is_signed) {
  Channels y;
  for (const WidePicture& sums : correlate_same(x, h)) {
    Picture& samples = y.emplace_back(sums.width, sums.height);
    for (size_t i = 0; i < sums.samples.size(); ++i) {
      samples.samples[i] = saturate(round_half_up(sums.samples[i], shift), width, is_signed);
    }
  }
  return y;
}
inline Picture convolve_frame(const Picture& x, const Kernel& h, int shift, int width,
                              bool is_signed) {
  return convolve_frame(Channels{x}, h, shift, width, is_signed).at(0);
}

}  // namespace golden
