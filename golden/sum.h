// SPDX-License-Identifier: Apache-2.0
// Sums of many words and population counts, word by word.

#pragma once

#include <cstdint>
#include <span>

#include "golden/wide.h"

namespace golden {

// The number that a word means: signed words are numbers already, unsigned ones bit patterns of up
// to 64 bits.
inline Wide number(int64_t word, bool is_signed) {
  return is_signed ? Wide{word} : Wide{static_cast<uint64_t>(word)};
}

// x[0] + x[1] + ...; exact for 2^62 words.
inline Wide sum(std::span<const int64_t> x, bool is_signed) {
  Wide total = 0;
  for (const int64_t word : x) total += number(word, is_signed);
  return total;
}

}  // namespace golden
