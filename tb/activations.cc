// SPDX-License-Identifier: Apache-2.0
// Grey values as samples, and three kernels.

#include "tb/activations.h"

#include <algorithm>
#include <stdexcept>

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

golden::Kernel named_kernel(const std::string& name) {
  if (name == "blur") return {3, {1, 2, 1, 2, 4, 2, 1, 2, 1}};
  if (name == "sharpen") return {3, {0, -1, 0, -1, 5, -1, 0, -1, 0}};
  if (name == "edge") return {3, {-1, -1, -1, -1, 8, -1, -1, -1, -1}};
  throw std::invalid_argument("kernel " + name);
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
