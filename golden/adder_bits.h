// SPDX-License-Identifier: Apache-2.0
// Masks that the adder models share, and the signed reading of a sum.

#pragma once

#include <cstdint>

#include "golden/wide.h"

namespace golden {

// Every adder model is `Word add_x(Word a, Word b, int width, ..)`:
// - Word: any unsigned type of at least 32 bits that has more than `width` bits, uint32_t to width
//   31, uint64_t to width 63, UnsignedWide to width 64; it follows from the operands.
// - a, b: below 2^width; signed operands as their two's complement in `width` bits.
// - Result: width + 1 bits, bit `width` the carry-out of the (approximate) chain.
// All are constexpr, keep no state, allocate nothing and throw nothing; the block and window sizes
// are the caller's to check (each header says which are legal).
template <typename Word>
constexpr Word low_mask(int bits) {
  static_assert(sizeof(Word) >= 4, "operands of at least 32 bits");
  static_assert(static_cast<Word>(-1) > Word{0}, "unsigned operands");
  if (bits <= 0) return Word{0};
  return bits >= static_cast<int>(8 * sizeof(Word)) ? static_cast<Word>(-1)
                                                    : (Word{1} << bits) - Word{1};
}

// Exact sum of the operands from bit `position` up, with a carry (0 or 1) into it; below zeros.
template <typename Word>
constexpr Word upper_sum(Word a, Word b, int position, Word carry) {
  return ((a >> position) + (b >> position) + carry) << position;
}

// Bits i with i mod block = place, below `end`.
template <typename Word>
constexpr Word every(int block, int place, int end) {
  Word mask = 0;
  for (int i = place; i < end; i += block) mask |= Word{1} << i;
  return mask;
}

// Top bit of each block but the last, where segmented sums are cut.
template <typename Word>
constexpr Word block_tops(int width, int block) {
  return every<Word>(block, block - 1, width - block);
}

// Blocks are added apart: no carry passes from a bit of `tops` to the next one, `carries` (bits at
// the lowest place of a block) are added instead. The last block keeps its carry-out.
template <typename Word>
constexpr Word segmented_sum(Word a, Word b, Word carries, Word tops) {
  return ((a & ~tops) + (b & ~tops) + carries) ^ ((a ^ b) & tops);
}

// Carry-out of each block when no carry enters it, at its top bit.
template <typename Word>
constexpr Word block_carries(Word a, Word b, Word tops) {
  const Word into_top = (a & ~tops) + (b & ~tops);  // at `tops`: the carry from the bits below
  return ((a & b) | ((a | b) & into_top)) & tops;
}

// The two's complement sum of signed operands: bit `width` becomes the sign of the exact-width
// result, a[width-1] ^ b[width-1] ^ carry-out, as an adder that extends its operands would give.
template <typename Word>
constexpr Word signed_result(Word a, Word b, Word sum, int width) {
  return sum ^ (((a ^ b) >> (width - 1) & Word{1}) << width);
}

// `bits` bits, 1 to 128, as a two's complement number.
template <typename Word>
constexpr Wide as_signed(Word value, int bits) {
  const UnsignedWide mask = low_mask<UnsignedWide>(bits);
  const UnsignedWide sign = mask ^ low_mask<UnsignedWide>(bits - 1);
  const UnsignedWide number = static_cast<UnsignedWide>(value) & mask;
  return static_cast<Wide>((number & sign) != 0 ? number | ~mask : number);
}

}  // namespace golden
