// SPDX-License-Identifier: Apache-2.0
// Real activations and kernels, where random bits would not do: power, demonstrations.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/conv2d.h"
#include "golden/picture.h"

namespace tb {

// A grey value 0..255 as a sample of `width` bits: its highest bits (or zeros below); signed
// samples have mid-grey at 0.
int64_t activation(int64_t grey, int width, bool is_signed);

// Where the windows of a picture are taken: whole lines from left to right, as an engine meets
// them, on up to kLines rows spread evenly from top to bottom, once for each of three kernels.
class Scan {
 public:
  // `steps` windows a line, `rows` places of a window from top to bottom; both above 0.
  Scan(int64_t steps, int64_t rows)
      : steps_(steps), rows_(rows), lines_(rows < kLines ? rows : kLines) {}

  struct Place {
    int64_t row = 0, step = 0;
    int kernel = 0;
  };
  int64_t vectors() const { return kKernels * lines_ * steps_; }
  Place at(int64_t vector) const;  // starts again behind vectors()

 private:
  static constexpr int64_t kLines = 24;
  static constexpr int64_t kKernels = 3;
  int64_t steps_, rows_, lines_;
};

// "blur", "sharpen", "edge": with small integers, as usual.
golden::Kernel named_kernel(const std::string& name, int rows = 3, int columns = 3);
const std::vector<std::string>& kernel_names();

// Multiplied and rounded so that the largest coefficient just fits `width` bits, as quantised
// weights do.
std::vector<int64_t> quantised(const std::vector<int64_t>& coefficients, int width);

}  // namespace tb
