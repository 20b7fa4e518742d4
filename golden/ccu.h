// SPDX-License-Identifier: Apache-2.0
// How much work a frame is for the configurable unit.

#pragma once

#include <cstdint>

#include "golden/conv2d.h"

namespace golden {

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
  int64_t macs = 0;    // coefficients x outputs inside the frame, of all output channels
  int64_t issued = 0;  // cycles in which the 36 multipliers of a core have a window
};

inline CcuWork ccu_work(int width, int height, const KernelShape& kernel, int stride) {
  constexpr int64_t kTile = 12;
  const int64_t across = outputs_along(width, kernel.columns, {stride, 1});
  const int64_t down = outputs_along(height, kernel.rows, {stride, 1});
  const int64_t tiles = ((across + kTile - 1) / kTile) * ((down + kTile - 1) / kTile);
  return {across * down * kernel.count(), tiles * ccu_places(kernel.rows, stride) *
                                              ccu_places(kernel.columns, stride) *
                                              kernel.in_channels};
}

}  // namespace golden
