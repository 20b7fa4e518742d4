// SPDX-License-Identifier: Apache-2.0
// Partial products with some cells left out, or compressed with errors.
//
// Truncation: Schulte and Swartzlander, VLSI Signal Processing VI, 1993 (constant correction).
// Broken array: Mahdiani et al., IEEE TCAS-I 57(4), 2010. Compressor: Yang, Han, Lombardi, DFTS
// 2015.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gen/units/products.h"

namespace gen {
namespace {

class Array {
 public:
  Array(Heap& heap, hdl::Module& module, const hdl::Bits& a, const hdl::Bits& b,
        const ProductOptions& options, const ApproxOptions& approx)
      : heap_(heap),
        m_(module),
        a_(a),
        b_(b),
        o_(options),
        approx_(approx),
        wa_(static_cast<int>(a.width().value())),
        wb_(static_cast<int>(b.width().value())) {}

  void write() {
    if (approx_.kind == Approximation::kTruncated) add_mean();
    const bool compressor = approx_.kind == Approximation::kCompressor;
    for (int j = 0; j < wb_; ++j) write_row(j);
    if (compressor) write_compressors();
    for (const auto& [bit, minus] : bits_) {
      minus ? heap_.bits().subtract(bit) : heap_.bits().add(bit);
    }
    name_unused("a", a_, wb_, [this](int i, int j) { return kept(i, j); });
    name_unused("b", b_, wa_, [this](int j, int i) { return kept(i, j); });
  }

 private:
  bool negative(int i, int j) const {
    return (o_.a_signed && i == wa_ - 1) != (o_.b_signed && j == wb_ - 1);
  }
  bool kept(int i, int j) const {
    switch (approx_.kind) {
      case Approximation::kTruncated:
        return i + j >= approx_.columns;
      case Approximation::kBrokenArray:
        return i + j >= approx_.columns && j >= approx_.rows;
      default:
        return true;
    }
  }

  // Bits of an operand all of whose `others` cells are left out.
  void name_unused(const std::string& operand, const hdl::Bits& bits, int others,
                   const std::function<bool(int, int)>& keeps) {
    std::vector<arith::Source> idle;
    const int vector = heap_.vector(bits);
    for (int k = 0; k < static_cast<int>(bits.width().value()); ++k) {
      bool used = false;
      for (int other = 0; other < others; ++other) used = used || keeps(k, other);
      if (!used) idle.push_back({vector, k});
    }
    if (!idle.empty()) m_.unused(o_.name + "unused_" + operand, heap_.gather(idle, false));
  }

  // A quarter of the weights of the cells left out, as so many halves of 2^(columns - 1).
  void add_mean() {
    std::vector<int> count(static_cast<size_t>(std::max(approx_.columns, 1)), 0);
    for (int j = 0; j < wb_; ++j) {
      for (int i = 0; i < wa_ && i + j < approx_.columns; ++i) {
        count[static_cast<size_t>(i) + static_cast<size_t>(j)] += negative(i, j) ? -1 : 1;
      }
    }
    // floor((sum of count[c] 2^c + 2^(columns+1)) / 2^(columns+2)), from the lowest column up:
    // floors of halves of integers compose.
    int carry = 0;
    for (int c = 0; c < approx_.columns; ++c) {
      carry = floor_half(carry + count[static_cast<size_t>(c)]);
    }
    const int mean = floor_half(floor_half(carry + 2));
    for (int k = 0; k < std::abs(mean); ++k) {
      mean > 0 ? heap_.bits().add_constant(approx_.columns)
               : heap_.bits().subtract_constant(approx_.columns);
    }
  }
  static int floor_half(int x) { return x >= 0 ? x / 2 : -((1 - x) / 2); }

  // Cells of a row as NANDs, negative ones as ANDs: as in the exact product.
  void write_row(int j) {
    int first = 0;
    while (first < wa_ && !kept(first, j)) ++first;
    if (first == wa_) return;
    const auto part = [&](int lsb, int count, bool minus) {
      const hdl::Bits bit = b_.bit(j);
      const hdl::Bits p = a_.slice(lsb, count) & (count == 1 ? bit : hdl::replicate(count, bit));
      return minus ? p : ~p;
    };
    const bool row_negative = negative(first, j), top_negative = negative(wa_ - 1, j);
    const int width = wa_ - first;
    const hdl::Bits value =
        width > 1 && row_negative != top_negative
            ? hdl::concat({part(wa_ - 1, 1, top_negative), part(first, width - 1, row_negative)})
            : part(first, width, top_negative);
    const int row =
        heap_.vector(m_.wire(fmt::format("{}row_{}", o_.name, j), hdl::bits(width), value));
    for (int i = first; i < wa_; ++i) {
      const bool minus = negative(i, j);
      const int c = i + j;
      const arith::HeapBit bit{{row, i - first}, o_.column + c, 0, !minus};
      if (approx_.kind == Approximation::kCompressor && c < approx_.columns && !minus) {
        if (columns_.size() <= static_cast<size_t>(c)) columns_.resize(static_cast<size_t>(c) + 1);
        columns_[static_cast<size_t>(c)].push_back(bit);
      } else {
        bits_.emplace_back(bit, minus);
      }
    }
  }

  // Groups of four cells of a column: sum and carry of at most 3.
  void write_compressors() {
    std::vector<std::vector<arith::Source>> pins(4);
    std::vector<int> columns;  // of the groups
    for (size_t c = 0; c < columns_.size(); ++c) {
      const auto& cells = columns_[c];
      size_t n = 0;
      for (; n + 4 <= cells.size(); n += 4) {
        for (size_t k = 0; k < 4; ++k) pins[k].push_back(cells[n + k].source);
        columns.push_back(static_cast<int>(c));
      }
      for (; n < cells.size(); ++n) bits_.emplace_back(cells[n], false);
    }
    if (columns.empty()) return;
    m_.section(
        "Approximate 4:2 compressors: of four cells (complements) sum + 2 carry, at most 3.");
    const auto width = static_cast<int64_t>(columns.size());
    std::vector<hdl::Bits> x;
    for (size_t k = 0; k < 4; ++k) {
      x.push_back(m_.wire(fmt::format("{}cells_{}", o_.name, k), hdl::bits(width),
                          heap_.gather(pins[k], true)));
    }
    const hdl::Bits pair_0 = m_.wire(o_.name + "pair_0", hdl::bits(width), x[0] ^ x[1]);
    const hdl::Bits pair_1 = m_.wire(o_.name + "pair_1", hdl::bits(width), x[2] ^ x[3]);
    const hdl::Bits both_0 = m_.wire(o_.name + "both_0", hdl::bits(width), x[0] & x[1]);
    const hdl::Bits both_1 = m_.wire(o_.name + "both_1", hdl::bits(width), x[2] & x[3]);
    // Complements, as the tree carries them.
    const int sum = heap_.vector(m_.wire(o_.name + "approx_sum", hdl::bits(width),
                                         ~((pair_0 ^ pair_1) | (both_0 & both_1))));
    const int carry = heap_.vector(m_.wire(o_.name + "approx_carry", hdl::bits(width),
                                           ~(both_0 | both_1 | (pair_0 & pair_1))));
    for (size_t g = 0; g < columns.size(); ++g) {
      const int column = o_.column + columns[g], index = static_cast<int>(g);
      bits_.emplace_back(arith::HeapBit{{sum, index}, column, kDelay, true}, false);
      bits_.emplace_back(arith::HeapBit{{carry, index}, column + 1, kDelay, true}, false);
    }
  }
  static constexpr int kDelay = 50;  // ticks of arith::DelayModel

  Heap& heap_;
  hdl::Module& m_;
  const hdl::Bits a_, b_;
  const ProductOptions& o_;
  const ApproxOptions& approx_;
  int wa_, wb_;
  std::vector<std::pair<arith::HeapBit, bool>> bits_;  // exact ones, and whether negative
  std::vector<std::vector<arith::HeapBit>> columns_;   // cells for the compressors
};

}  // namespace

Approximation approximation(const base::Spec& resolved) {
  if (resolved.is("approx", "truncated")) return Approximation::kTruncated;
  if (resolved.is("approx", "broken_array")) return Approximation::kBrokenArray;
  return resolved.is("approx", "compressor") ? Approximation::kCompressor : Approximation::kNone;
}

void add_approximate_product(Heap& heap, hdl::Module& module, const hdl::Bits& a,
                             const hdl::Bits& b, const ProductOptions& options,
                             const ApproxOptions& approx) {
  Array(heap, module, a, b, options, approx).write();
}

}  // namespace gen
