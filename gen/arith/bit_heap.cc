// SPDX-License-Identifier: Apache-2.0
// Filling a bit heap.

#include "gen/arith/bit_heap.h"

#include <algorithm>
#include <stdexcept>

namespace arith {

namespace {

HeapBit operand_bit(int vector, int i, const OperandOptions& options) {
  return {.source = {vector, options.first + i},
          .column = options.column + i,
          .arrival = options.arrival,
          .inverted = options.inverted};
}

}  // namespace

BitHeap::BitHeap(int width) {
  if (width < 1) throw std::logic_error("a bit heap has at least one column");
  constant_.resize(static_cast<size_t>(width));
}

int BitHeap::height(int column) const {
  const auto in_column = [&](const HeapBit& bit) { return bit.column == column; };
  return static_cast<int>(std::count_if(bits_.begin(), bits_.end(), in_column)) +
         (constant(column) ? 1 : 0);
}

int BitHeap::height() const {
  std::vector<int> heights(constant_.begin(), constant_.end());
  for (const HeapBit& bit : bits_) ++heights[static_cast<size_t>(bit.column)];
  return *std::max_element(heights.begin(), heights.end());
}

void BitHeap::add(const HeapBit& bit) {
  if (bit.column < 0) throw std::logic_error("a bit below column 0");
  if (bit.column < width()) bits_.push_back(bit);
}

void BitHeap::subtract(const HeapBit& bit) {
  HeapBit complement = bit;
  complement.inverted = !bit.inverted;
  add(complement);
  subtract_constant(bit.column);
}

void BitHeap::add_constant(int column) {
  if (column < 0) throw std::logic_error("a constant below column 0");
  for (auto i = static_cast<size_t>(column); i < constant_.size(); ++i) {
    constant_[i] = !constant_[i];
    if (constant_[i]) return;  // no carry
  }
}

void BitHeap::subtract_constant(int column) {
  if (column < 0) throw std::logic_error("a constant below column 0");
  for (auto i = static_cast<size_t>(column); i < constant_.size(); ++i) {
    constant_[i] = !constant_[i];
    if (!constant_[i]) return;  // no borrow
  }
}

void BitHeap::add_unsigned(int vector, int width, const OperandOptions& options) {
  for (int i = 0; i < width; ++i) add(operand_bit(vector, i, options));
}

void BitHeap::add_signed(int vector, int width, const OperandOptions& options) {
  for (int i = 0; i + 1 < width; ++i) add(operand_bit(vector, i, options));
  subtract(operand_bit(vector, width - 1, options));
}

void BitHeap::subtract_unsigned(int vector, int width, const OperandOptions& options) {
  for (int i = 0; i < width; ++i) subtract(operand_bit(vector, i, options));
}

void BitHeap::subtract_signed(int vector, int width, const OperandOptions& options) {
  for (int i = 0; i + 1 < width; ++i) subtract(operand_bit(vector, i, options));
  add(operand_bit(vector, width - 1, options));
}

}  // namespace arith
