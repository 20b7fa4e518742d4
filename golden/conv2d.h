// SPDX-License-Identifier: Apache-2.0
// Two-dimensional cross-correlation, as in convolutional networks, with rounding and saturation.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "golden/picture.h"

namespace golden {

// size x size coefficients, row after row. The kernel is not flipped: coefficient (r, c) multiplies
// the sample r rows below and c columns to the right of the window's top left corner.
struct Kernel {
  int size = 0;
  std::vector<int64_t> coefficients;

  int64_t at(int row, int column) const {
    return coefficients.at(static_cast<size_t>(row * size + column));
  }
  bool operator==(const Kernel&) const = default;
};

// y(i, j) = sum_{r, c} k(r, c) x(i + r, j + c), only where the window lies inside the picture.
inline WidePicture correlate_valid(const Picture& x, const Kernel& k) {
  if (x.width < k.size || x.height < k.size) return WidePicture(0, 0);
  WidePicture y(x.width - k.size + 1, x.height - k.size + 1);
  for (int i = 0; i < y.height; ++i) {
    for (int j = 0; j < y.width; ++j) {
      for (int r = 0; r < k.size; ++r) {
        for (int c = 0; c < k.size; ++c) y.at(i, j) += Wide{k.at(r, c)} * x.at(i + r, j + c);
      }
    }
  }
  return y;
}

// As large as the picture, which is continued by zeros; the kernel's centre is at
// ((size - 1) / 2, (size - 1) / 2).
inline WidePicture correlate_same(const Picture& x, const Kernel& k) {
  const int centre = (k.size - 1) / 2;
  WidePicture y(x.width, x.height);
  for (int i = 0; i < y.height; ++i) {
    for (int j = 0; j < y.width; ++j) {
      Wide sum = 0;
      for (int r = 0; r < k.size; ++r) {
        for (int c = 0; c < k.size; ++c) {
          sum += Wide{k.at(r, c)} * x.padded(i + r - centre, j + c - centre);
        }
      }
      y.at(i, j) = sum;
    }
  }
  return y;
}

// One step of a fast convolution unit: `window` is size rows of (size + outputs - 1) samples, the
// result y[j] = sum_{r, c} k(r, c) window(r, j + c), j = 0 .. outputs - 1.
inline std::vector<Wide> correlate_window(std::span<const int64_t> window, const Kernel& k,
                                          int outputs) {
  const int columns = k.size + outputs - 1;
  if (window.size() != static_cast<size_t>(k.size * columns)) {
    throw std::invalid_argument("size of the window");
  }
  std::vector<Wide> y;
  for (int j = 0; j < outputs; ++j) {
    Wide sum = 0;
    for (int r = 0; r < k.size; ++r) {
      for (int c = 0; c < k.size; ++c) {
        sum += Wide{k.at(r, c)} * window[static_cast<size_t>(r * columns + j + c)];
      }
    }
    y.push_back(sum);
  }
  return y;
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
inline Picture convolve_frame(const Picture& x, const Kernel& k, int shift, int width,
                              bool is_signed) {
  const WidePicture sums = correlate_same(x, k);
  Picture y(x.width, x.height);
  for (size_t i = 0; i < y.samples.size(); ++i) {
    y.samples[i] = saturate(round_half_up(sums.samples[i], shift), width, is_signed);
  }
  return y;
}

}  // namespace golden
