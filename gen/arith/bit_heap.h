// SPDX-License-Identifier: Apache-2.0
// A bit heap: a multiset of weighted bits and one constant word, summed modulo 2^width.

#pragma once

#include <cstddef>
#include <vector>

namespace arith {

// Bit `index` of the caller's vector number `vector`.
struct Source {
  int vector = 0;
  int index = 0;
  friend bool operator==(const Source&, const Source&) = default;
};

// A bit worth 2^column: the wire at `source`, or its complement.
struct HeapBit {
  Source source;
  int column = 0;
  int arrival = 0;        // ticks, see DelayModel
  bool inverted = false;  // the wire holds the complement
};

// What an operand is like, beside its bits.
struct OperandOptions {
  int column = 0;         // weight of its lowest bit
  int first = 0;          // index of its lowest bit in the vector
  int arrival = 0;        // of all its bits
  bool inverted = false;  // the vector holds the complement of every bit
};

// Nothing is added up when it is put in: bits stay bits, constants become one constant word. What
// lies at column `width` or above is dropped, so every sum is modulo 2^width.
class BitHeap {
 public:
  explicit BitHeap(int width);

  int width() const { return static_cast<int>(constant_.size()); }
  const std::vector<HeapBit>& bits() const { return bits_; }
  bool constant(int column) const { return constant_[static_cast<size_t>(column)]; }
  int height(int column) const;  // bits, and the constant where it is 1
  int height() const;            // of the highest column

  void add(const HeapBit& bit);
  // -x = (1 - x) - 1: the complement of the bit, and a constant.
  void subtract(const HeapBit& bit);
  void add_constant(int column);       // + 2^column
  void subtract_constant(int column);  // - 2^column

  // Whole operands of `width` bits. The highest bit of a signed one is worth -2^(width-1), so it is
  // subtracted: sign extension and Baugh-Wooley corrections end up in the constant word.
  void add_unsigned(int vector, int width, const OperandOptions& options = {});
  void add_signed(int vector, int width, const OperandOptions& options = {});
  void subtract_unsigned(int vector, int width, const OperandOptions& options = {});
  void subtract_signed(int vector, int width, const OperandOptions& options = {});

 private:
  std::vector<HeapBit> bits_;
  std::vector<bool> constant_;
};

}  // namespace arith
