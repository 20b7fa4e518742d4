// SPDX-License-Identifier: Apache-2.0
// How much work a frame is for the configurable unit.

#pragma once

#include <cstdint>

#include "golden/conv2d.h"

namespace golden {

// What one frame asks of the configurable unit, from how it cuts kernels and pictures up.
//
// A dimension of `taps` is a sum of parts of 3 and as few parts of 2 as possible: a = -taps mod 3
// parts of 2, (taps - 2 a) / 3 of 3; one tap is a part of 2. With stride 2 the even and the odd
// taps are cut up apart. A tile has up to 12 outputs; a part of 2 taps gives 4 of them at a time,
// one of 3 taps 3. The windows of a dimension, summed over tiles and parts:
inline int64_t ccu_windows(int outputs, int taps, int stride) {
  if (stride == 2) {
    const int odd = taps / 2;
    return ccu_windows(outputs, taps - odd, 1) + (odd > 0 ? ccu_windows(outputs, odd, 1) : 0);
  }
  const int twos = taps == 1 ? 1 : (3 - taps % 3) % 3;
  const int threes = taps == 1 ? 0 : (taps - 2 * twos) / 3;
  int64_t windows = 0;
  for (int first = 0; first < outputs; first += 12) {
    const int here = outputs - first < 12 ? outputs - first : 12;
    windows += twos * ((here + 3) / 4) + threes * ((here + 2) / 3);
  }
  return windows;
}

struct CcuWork {
  int64_t macs = 0;    // coefficients x outputs inside the frame, of all output channels
  int64_t issued = 0;  // cycles in which the 36 multipliers of a core have a window
};

// A window takes one cycle a channel.
inline CcuWork ccu_work(int width, int height, const KernelShape& kernel, int stride) {
  const int across = outputs_along(width, kernel.columns, {stride, 1});
  const int down = outputs_along(height, kernel.rows, {stride, 1});
  return {int64_t{across} * down * kernel.count(), ccu_windows(across, kernel.columns, stride) *
                                                       ccu_windows(down, kernel.rows, stride) *
                                                       kernel.in_channels};
}

}  // namespace golden
