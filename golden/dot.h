// SPDX-License-Identifier: Apache-2.0
// Dot product and accumulation from their definitions.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

#include "golden/wide.h"

namespace golden {

// a[0] * b[0] + a[1] * b[1] + ... + c.
inline Wide dot(std::span<const int64_t> a, std::span<const int64_t> b, Wide c = 0) {
  if (a.size() != b.size()) throw std::invalid_argument("operands in pairs");
  Wide total = c;
  for (size_t k = 0; k < a.size(); ++k) total += Wide{a[k]} * b[k];
  return total;
}

}  // namespace golden
