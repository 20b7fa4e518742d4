// SPDX-License-Identifier: Apache-2.0
// Approximate products: some cells of the partial-product array left out or compressed with errors.

#pragma once

#include <algorithm>
#include <cstdint>

#include "golden/mul.h"

namespace golden {

// A product is the sum of its cells: a_i b_j 2^(i + j), negative where exactly one of the bits is
// the sign bit of a signed operand. Column c holds the cells with i + j = c. All results are modulo
// 2^(width_a + width_b), as those of mul().
struct ProductArray {
  uint64_t a, b;
  int width_a, width_b;
  bool a_signed, b_signed;

  ProductArray(uint64_t bits_a, int wa, uint64_t bits_b, int wb, Signs signs)
      : a(bits_a),
        b(bits_b),
        width_a(wa),
        width_b(wb),
        a_signed(signs == Signs::kSigned),
        b_signed(signs != Signs::kUnsigned) {}

  bool one(int i, int j) const { return (a >> i & 1) != 0 && (b >> j & 1) != 0; }
  bool negative(int i, int j) const {
    return (a_signed && i == width_a - 1) != (b_signed && j == width_b - 1);
  }
  UnsignedWide reduce(UnsignedWide value) const {
    const int above = 128 - width_a - width_b;
    return value << above >> above;
  }
};

// Sum of the cells that `keep(i, j)` chooses.
template <typename Keep>
UnsignedWide sum_of_cells(const ProductArray& p, Keep keep) {
  UnsignedWide total = 0;
  for (int j = 0; j < p.width_b; ++j) {
    for (int i = 0; i < p.width_a; ++i) {
      if (!p.one(i, j) || !keep(i, j)) continue;
      const UnsignedWide cell = UnsignedWide{1} << (i + j);
      total = p.negative(i, j) ? total - cell : total + cell;
    }
  }
  return p.reduce(total);
}

// What mul_truncated adds for the cells it drops: their mean value for uniform operands (each cell
// is one with probability 1/4), rounded to a multiple of 2^columns, half up.
inline Wide truncation_compensation(int width_a, int width_b, Signs signs, int columns) {
  const ProductArray p(0, width_a, 0, width_b, signs);
  Wide sum = 0;  // of the cells' weights
  for (int j = 0; j < width_b; ++j) {
    for (int i = 0; i < width_a && i + j < columns; ++i) {
      sum += p.negative(i, j) ? -(Wide{1} << (i + j)) : Wide{1} << (i + j);
    }
  }
  const Wide unit = Wide{1} << columns;
  const Wide rounded = (sum + 2 * unit) >> (columns + 2);  // sum / 4 / unit + 1/2, rounded down
  return rounded * unit;
}

// Fixed-width truncation: the `columns` lowest columns are left out, a constant compensates their
// mean. The low `columns` bits of the result are 0. 0 <= columns <= min(63, width_a + width_b - 1);
// columns = 0 is exact.
// Source: constant correction, Schulte and Swartzlander, VLSI Signal Processing VI, 1993.
inline UnsignedWide mul_truncated(uint64_t a, int width_a, uint64_t b, int width_b, Signs signs,
                                  int columns) {
  const ProductArray p(a, width_a, b, width_b, signs);
  const UnsignedWide kept = sum_of_cells(p, [=](int i, int j) { return i + j >= columns; });
  return p.reduce(
      kept + static_cast<UnsignedWide>(truncation_compensation(width_a, width_b, signs, columns)));
}

// Broken array: the `columns` lowest columns (vertical break level) and the rows of the `rows`
// lowest bits of b (horizontal break level) are left out; nothing compensates. columns as above, 0
// <= rows <= width_b. Source: Mahdiani et al., IEEE TCAS-I 57(4), 2010.
inline UnsignedWide mul_broken_array(uint64_t a, int width_a, uint64_t b, int width_b, Signs signs,
                                     int columns, int rows) {
  const ProductArray p(a, width_a, b, width_b, signs);
  return sum_of_cells(p, [=](int i, int j) { return i + j >= columns && j >= rows; });
}

// Approximate 4:2 compressors: in each of the `columns` lowest columns the positive cells are taken
// four by four, lowest bit of b first; four cells become one bit of this and one of the next
// column, the number of ones saturated at 3 (sum = parity or all four, carry = two or more). What
// is left over and all that follows is exact. So each full group of four ones loses 2^column.
// Source: the compressor that errs on 1111 alone, Yang, Han, Lombardi, DFTS 2015.
inline UnsignedWide mul_compressor(uint64_t a, int width_a, uint64_t b, int width_b, Signs signs,
                                   int columns) {
  const ProductArray p(a, width_a, b, width_b, signs);
  UnsignedWide result = mul(a, width_a, b, width_b, signs);
  for (int c = 0; c < columns; ++c) {
    int cells = 0, ones = 0;  // of the group in hand
    for (int j = std::max(0, c - width_a + 1); j <= std::min(c, width_b - 1); ++j) {
      if (p.negative(c - j, j)) continue;
      ones += p.one(c - j, j) ? 1 : 0;
      if (++cells < 4) continue;
      if (ones == 4) result -= UnsignedWide{1} << c;
      cells = ones = 0;
    }
  }
  return p.reduce(result);
}

}  // namespace golden
