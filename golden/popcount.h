// SPDX-License-Identifier: Apache-2.0
// How many bits are one.

#pragma once

#include <cstdint>
#include <span>

namespace golden {

// `bits` are zeros and ones.
inline int64_t popcount(std::span<const int64_t> bits) {
  int64_t count = 0;
  for (const int64_t bit : bits) count += bit != 0 ? 1 : 0;
  return count;
}

}  // namespace golden
