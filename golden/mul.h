// SPDX-License-Identifier: Apache-2.0
// The exact product of two words.

#pragma once

#include <cstdint>

#include "golden/wide.h"

namespace golden {

// How the bits of operands are read; mixed: a unsigned, b signed.
enum class Signs { kUnsigned, kSigned, kMixed };

// The number whose two's complement (or plain binary form) the `width` lowest bits of `bits` are.
inline Wide value_of(uint64_t bits, int width, bool is_signed) {
  const Wide one = 1;
  Wide value = bits & (width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1);
  if (is_signed && value >= one << (width - 1)) value -= one << width;
  return value;
}

// a * b modulo 2^(width_a + width_b): the bits of the product, above them zeros.
inline UnsignedWide mul(uint64_t a, int width_a, uint64_t b, int width_b, Signs signs) {
  const Wide x = value_of(a, width_a, signs == Signs::kSigned);
  const Wide y = value_of(b, width_b, signs != Signs::kUnsigned);
  const UnsignedWide product = static_cast<UnsignedWide>(x) * static_cast<UnsignedWide>(y);
  const int above = 128 - width_a - width_b;
  return (product << above) >> above;
}

}  // namespace golden
