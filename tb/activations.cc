// SPDX-License-Identifier: Apache-2.0
// Grey values as samples, and three kernels.

#include "tb/activations.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace tb {

int64_t activation(int64_t grey, int width, bool is_signed) {
  const int64_t centred = is_signed ? grey - 128 : grey;
  return width >= 8 ? centred * (int64_t{1} << (width - 8)) : centred >> (8 - width);
}

const std::vector<std::string>& kernel_names() {
  static const std::vector<std::string> names = {"blur", "sharpen", "edge"};
  return names;
}

Scan::Place Scan::at(int64_t vector) const {
  const int64_t line = vector / steps_;
  return {line % lines_ * rows_ / lines_, vector % steps_,
          static_cast<int>(line / lines_ % kKernels)};
}

golden::Kernel named_kernel(const std::string& name, int rows, int columns) {
  const int middle_row = (rows - 1) / 2, middle_column = (columns - 1) / 2;
  std::vector<int64_t> coefficients;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      const int distance = std::abs(r - middle_row) + std::abs(c - middle_column);
      if (name == "blur") {
        coefficients.push_back(int64_t{1 + std::min(r, rows - 1 - r)} *
                               (1 + std::min(c, columns - 1 - c)));
      } else if (name == "sharpen") {
        coefficients.push_back(distance == 1 ? -1 : 0);
      } else if (name == "edge") {
        coefficients.push_back(-1);
      } else {
        throw std::invalid_argument("kernel " + name);
      }
    }
  }
  if (name != "blur") {
    // All together give 1 (sharpen) or 0 (edge).
    int64_t& centre =
        coefficients.at(static_cast<size_t>(middle_row) * static_cast<size_t>(columns) +
                        static_cast<size_t>(middle_column));
    centre = 0;
    centre = (name == "sharpen" ? 1 : 0) -
             std::accumulate(coefficients.begin(), coefficients.end(), int64_t{0});
  }
  return {{rows, columns, 1, 1}, std::move(coefficients)};
}

std::vector<int64_t> quantised(const std::vector<int64_t>& coefficients, int width) {
  int64_t largest = 1;
  for (const int64_t c : coefficients) largest = std::max(largest, c < 0 ? -c : c);
  const int64_t limit = golden::largest(width, true);
  std::vector<int64_t> scaled;
  for (const int64_t c : coefficients) {
    const int64_t magnitude = ((c < 0 ? -c : c) * limit + largest / 2) / largest;
    scaled.push_back(c < 0 ? -magnitude : magnitude);
  }
  return scaled;
}

}  // namespace tb
