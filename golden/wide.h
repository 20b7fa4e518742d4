// SPDX-License-Identifier: Apache-2.0
// The integer in which sums of products are exact.

#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace golden {

// Samples and coefficients are int64_t; sums of their products are Wide. With operands of at most
// 33 bits and fewer than 2^60 terms nothing here can overflow.
__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UnsignedWide;

inline std::string to_string(Wide value) {
  if (value == 0) return "0";
  std::string digits;
  for (Wide rest = value; rest != 0; rest /= 10) {
    const int digit = static_cast<int>(rest % 10);
    digits.push_back(static_cast<char>('0' + (digit < 0 ? -digit : digit)));
  }
  if (value < 0) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace golden
