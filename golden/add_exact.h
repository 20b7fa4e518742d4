// SPDX-License-Identifier: Apache-2.0
// Exact addition, the reference of every exact adder.

#pragma once

#include "golden/adder_bits.h"

namespace golden {

// a + b + carry in width + 1 bits.
template <typename Word>
constexpr Word add_exact(Word a, Word b, int width, bool carry = false) {
  return (a + b + (carry ? Word{1} : Word{0})) & low_mask<Word>(width + 1);
}

}  // namespace golden
